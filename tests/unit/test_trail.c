/* The trail alone, on one thread: what a jump of the wall clock leaves in it (docs/AUDIT.md 2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/kv.h"
#include "base/text.h"
#include "certs/signer.h"
#include "store/trail.h"

enum { HOUR_S = 3600, TOLERANCE_MS = 1000 };

struct fixture {
	char folder[64], db_path[96], key[96];
	struct signer *signer;
	struct trail_signer trail_signer;
	sqlite3 *db;
	struct trail *trail;
};

static int set_up(void **state) {
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	gw_clock_shift(0);
	snprintf(f->folder, sizeof(f->folder), "/tmp/vashgate-trail-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->db_path, sizeof(f->db_path), "%s/r.db", f->folder);
	snprintf(f->key, sizeof(f->key), "%s/key", f->folder);
	assert_int_equal(signer_create_ed25519(f->key, NULL), GW_OK);
	assert_int_equal(signer_load(f->key, &f->signer, NULL), GW_OK);
	f->trail_signer = (struct trail_signer){.ctx = f->signer, .sign = signer_sign_ed25519};
	f->trail_signer.spki = signer_spki(f->signer, &f->trail_signer.spki_bytes);
	assert_int_equal(db_open(f->db_path, DB_WRITE, NULL, &f->db, NULL), GW_OK);
	assert_int_equal(db_migrate(f->db, NULL), GW_OK);
	assert_int_equal(trail_open(f->db, &f->trail_signer, "/dev/null", &f->trail, NULL), GW_OK);
	*state = f;
	return 0;
}

static int tear_down(void **state) {
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	struct fixture *f = *state;
	gw_clock_shift(0);
	trail_free(f->trail);
	db_close(f->db);
	signer_free(f->signer);
	for (size_t i = 0; i < GW_COUNT(suffixes); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s%s", f->db_path, suffixes[i]);
		unlink(path);
	}
	unlink(f->key);
	rmdir(f->folder);
	free(f);
	return 0;
}

static enum gw_code append_one(sqlite3 *db, void *arg, struct gw_err *err) {
	struct audit_entry e = {.kind = AUDIT_REFUSAL, .fields = gw_span_of("request=x")};
	GW_UNUSED(db);
	return trail_append(arg, &e, err);
}

static enum gw_code append_and_fail(sqlite3 *db, void *arg, struct gw_err *err) {
	enum gw_code rc = append_one(db, arg, err);
	return rc == GW_OK ? GW_E_STORE : rc;
}

static void append(struct fixture *f) {
	trail_begin(f->trail);
	assert_int_equal(db_transaction(f->db, append_one, f->trail, NULL), GW_OK);
}

static void line_of(struct fixture *f, uint64_t index, struct gw_buf *line) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	assert_int_equal(db_prepare(f->db, "SELECT line FROM audit WHERE idx = ?", &s, NULL), GW_OK);
	sqlite3_bind_int64(s, 1, (int64_t)index);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	assert_true(row);
	gw_buf_clear(line);
	assert_int_equal(gw_buf_text(line, db_text(s, 0)), GW_OK);
}

static int64_t time_of(struct fixture *f, uint64_t index) {
	GW_AUTO(buf) struct gw_buf line, time;
	int64_t utc_ms = 0;
	gw_buf_init(&line, 1024);
	gw_buf_init(&time, 64);
	line_of(f, index, &line);
	assert_int_equal(gw_kv_find(gw_buf_span(&line), "time", &time), GW_OK);
	assert_true(gw_time_parse(gw_buf_cstr(&time), &utc_ms));
	return utc_ms;
}

/* Record `index` is a clock record with nothing but this step, as near as the two clocks were read. */
static void check_clock(struct fixture *f, uint64_t index, int64_t step_s) {
	GW_AUTO(buf) struct gw_buf line, wanted;
	char time[GW_TIME_TEXT];
	long long step_ms = 0;
	gw_buf_init(&line, 1024);
	gw_buf_init(&wanted, 1024);
	line_of(f, index, &line);
	const char *field = strstr(gw_buf_cstr(&line), "step_ms=");
	assert_non_null(field);
	assert_int_equal(sscanf(field, "step_ms=%lld", &step_ms), 1);
	gw_time_text(time_of(f, index), time);
	assert_int_equal(gw_buf_addf(&wanted, "v=1 index=%llu time=%s kind=clock step_ms=%lld",
				     (unsigned long long)index, time, step_ms),
			 GW_OK);
	assert_string_equal(gw_buf_cstr(&line), gw_buf_cstr(&wanted));
	assert_true(llabs(step_ms - step_s * 1000) < TOLERANCE_MS);
}

static void a_jump_of_the_wall_clock_is_a_record_before_the_next(void **state) {
	struct fixture *f = *state;
	append(f);
	gw_clock_shift(HOUR_S);
	append(f);
	assert_int_equal(trail_size(f->trail), 3);
	check_clock(f, 1, HOUR_S);
	assert_true(time_of(f, 1) >= time_of(f, 0) + (int64_t)HOUR_S * 1000 - TOLERANCE_MS);
	append(f);
	assert_int_equal(trail_size(f->trail), 4);
}

static void a_jump_back_is_a_record_and_times_do_not_decrease(void **state) {
	struct fixture *f = *state;
	append(f);
	gw_clock_shift(-HOUR_S);
	append(f);
	assert_int_equal(trail_size(f->trail), 3);
	check_clock(f, 1, -HOUR_S);
	assert_int_equal(time_of(f, 1), time_of(f, 0));
	assert_int_equal(time_of(f, 2), time_of(f, 0));
}

static void a_second_more_or_less_is_no_jump(void **state) {
	struct fixture *f = *state;
	append(f);
	gw_clock_shift(1);
	append(f);
	gw_clock_shift(0);
	append(f);
	assert_int_equal(trail_size(f->trail), 3);
	gw_clock_shift(3);
	append(f);
	assert_int_equal(trail_size(f->trail), 5);
	check_clock(f, 3, 3);
}

static void a_jump_whose_record_was_rolled_back_is_recorded_with_the_next(void **state) {
	struct fixture *f = *state;
	append(f);
	gw_clock_shift(HOUR_S);
	trail_begin(f->trail);
	assert_int_equal(db_transaction(f->db, append_and_fail, f->trail, NULL), GW_E_STORE);
	trail_rolled_back(f->trail);
	assert_int_equal(trail_size(f->trail), 1);
	append(f);
	assert_int_equal(trail_size(f->trail), 3);
	check_clock(f, 1, HOUR_S);
}

#define trailed(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		trailed(a_jump_of_the_wall_clock_is_a_record_before_the_next),
		trailed(a_jump_back_is_a_record_and_times_do_not_decrease),
		trailed(a_second_more_or_less_is_no_jump),
		trailed(a_jump_whose_record_was_rolled_back_is_recorded_with_the_next),
	};
	return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
