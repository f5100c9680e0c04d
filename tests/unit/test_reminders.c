/* The look for certificates that expire, over weeks: the clock is moved, the store and the rules are the real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "gateway/cases/reminders.h"
#include "store/registry.h"
#include "store/registry_apply.h"
#include "tests/unit/lists_fixture.h"
#include "tests/unit/store_fixture.h"

enum { DAY_S = 86400, DIGEST_TEXT = 65 };

static const struct store_context me = {.procedure = "test", .who = "tester", .object = "membership", .action = "add"};

/* A record whose certificate expires then; the first letter tells certificates apart. */
static int64_t enter(struct fixture *f, int group, int status, char letter, int64_t not_after_utc_s) {
	struct registry_cert cert = {
		.pem = "-", .issuer = "CN=CA", .serial = (char[]){letter, '\0'}, .subject = "CN=klic"};
	struct registry_entry entry = {.position = 21,
				       .maticna = "1732803000",
				       .davcna = "14717468",
				       .name = "Podjetje d.o.o.",
				       .email = "info@podjetje.test",
				       .scheme = 5,
				       .user_group = group,
				       .member_kind = 1,
				       .status = status,
				       .cert = &cert};
	int64_t id = 0;
	memset(cert.digest, letter, DIGEST_TEXT - 1);
	cert.not_after_utc_s = not_after_utc_s;
	assert_int_equal(registry_add(f->store, &me, &entry, NULL, &id, NULL), GW_OK);
	return id;
}

/* So many days before `not_after`, twice: how many mails that makes. */
static size_t look(struct fixture *f, int64_t not_after_utc_s, int days) {
	struct reminders_found first, again;
	struct gw_err err = {0};
	gw_clock_shift(0);
	gw_clock_shift(not_after_utc_s - (int64_t)days * DAY_S - gw_now_utc_s());
	if (reminders_run(f->store, lists, gw_now_utc_s(), &first, &err) != GW_OK ||
	    reminders_run(f->store, lists, gw_now_utc_s(), &again, &err) != GW_OK) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(again.said, 0);
	return first.said;
}

/* The newest mail says so many days, and there are so many mails in all. */
static void expect_mail(struct fixture *f, int days, int count) {
	sqlite3 *db;
	sqlite3_stmt *s;
	bool row;
	char text[64];
	snprintf(text, sizeof(text), "Dni do poteka: %d.", days);
	assert_int_equal(db_open(f->db, DB_READ, NULL, &db, NULL), GW_OK);
	assert_int_equal(db_prepare(db,
				    "SELECT count(*), recipient, body, max(id) FROM outbox WHERE body LIKE '%expire%'",
				    &s, NULL),
			 GW_OK);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	assert_int_equal(sqlite3_column_int(s, 0), count);
	if (count > 0) {
		assert_string_equal(db_text(s, 1), "info@podjetje.test");
		if (!strcasestr(db_text(s, 2), text)) {
			fail_msg("wanted '%s' in: %s", text, db_text(s, 2));
		}
	}
	db_finalize(s);
	db_close(db);
}

static const struct {
	int days, mails;
} weeks[] = {{61, 0}, {60, 1}, {59, 0}, {30, 1}, {14, 1}, {7, 1}, {1, 1}, {0, 0}};

/* The whole way to the end of the certificate; how many mails there are behind it. */
static int walk(struct fixture *f, int64_t not_after_utc_s, int before) {
	for (size_t i = 0; i < GW_COUNT(weeks); i++) {
		size_t said = look(f, not_after_utc_s, weeks[i].days);
		if (said != (size_t)weeks[i].mails) {
			fail_msg("%d days before: %zu mails, wanted %d", weeks[i].days, said, weeks[i].mails);
		}
		before += weeks[i].mails;
		if (weeks[i].mails) {
			expect_mail(f, weeks[i].days, before);
		}
	}
	return before;
}

static void each_is_said_once_on_its_day(void **state) {
	struct fixture *f = *state;
	int64_t end = gw_now_utc_s() + 90 * DAY_S;
	enter(f, 1103, VASH_ACTIVE, 'a', end);
	assert_int_equal(walk(f, end, 0), 5);
	assert_int_equal(look(f, end, -1), 0);
}

static void after_an_outage_the_latest_alone_and_none_when_the_clock_goes_back(void **state) {
	struct fixture *f = *state;
	int64_t end = gw_now_utc_s() + 90 * DAY_S;
	enter(f, 1103, VASH_ACTIVE, 'a', end);
	assert_int_equal(look(f, end, 10), 1);
	expect_mail(f, 10, 1);
	assert_int_equal(look(f, end, 25), 0);
	assert_int_equal(look(f, end, 60), 0);
	assert_int_equal(look(f, end, 8), 0);
	assert_int_equal(look(f, end, 7), 1);
	expect_mail(f, 7, 2);
}

struct renewal {
	int64_t record, not_after_utc_s;
};

static enum gw_code renew(struct sqlite3 *db, void *arg, struct gw_err *err) {
	const struct renewal *to = arg;
	char digest[DIGEST_TEXT];
	memset(digest, 'b', sizeof(digest));
	digest[DIGEST_TEXT - 1] = '\0';
	struct vash_write write = {.kind = VASH_WRITE_CERTIFICATE,
				   .record_id = to->record,
				   .m = {.status = VASH_ACTIVE},
				   .note = "",
				   .service = {.pem = "-",
					       .issuer = "CN=CA",
					       .serial = "b",
					       .subject = "CN=klic",
					       .digest = digest,
					       .not_after_utc_s = to->not_after_utc_s,
					       .possession_token = "token"}};
	const struct vash_change change = {.count = 1, .write = &write};
	struct registry_apply about = {.who = "1", .actor = "1", .now_utc_s = gw_now_utc_s()};
	return registry_apply(db, &change, &about, err);
}

static void a_new_certificate_begins_anew(void **state) {
	struct fixture *f = *state;
	int64_t end = gw_now_utc_s() + 90 * DAY_S;
	struct renewal to = {enter(f, 1103, VASH_ACTIVE, 'a', end), end + 180 * DAY_S};
	assert_int_equal(look(f, end, 60), 1);
	assert_int_equal(look(f, end, 14), 1);
	assert_int_equal(store_change(f->store, &me, renew, &to, NULL), GW_OK);
	assert_int_equal(look(f, end, 1), 0);
	assert_int_equal(walk(f, to.not_after_utc_s, 2), 7);
}

static enum gw_code leave(struct sqlite3 *db, void *arg, struct gw_err *err) {
	const int64_t *record = arg;
	struct vash_write write = {.kind = VASH_WRITE_STATUS,
				   .record_id = *record,
				   .m = {.status = VASH_DELETED},
				   .reason = "left",
				   .note = ""};
	const struct vash_change change = {.count = 1, .write = &write};
	struct registry_apply about = {.who = "1", .actor = "1", .now_utc_s = gw_now_utc_s()};
	return registry_apply(db, &change, &about, err);
}

static void a_record_that_has_ended_or_waits_is_not_reminded(void **state) {
	struct fixture *f = *state;
	int64_t end = gw_now_utc_s() + 90 * DAY_S;
	int64_t record = enter(f, 1103, VASH_ACTIVE, 'a', end);
	enter(f, 1201, VASH_PENDING, 'b', end);
	assert_int_equal(look(f, end, 60), 1);
	assert_int_equal(store_change(f->store, &me, leave, &record, NULL), GW_OK);
	for (size_t i = 0; i < GW_COUNT(weeks); i++) {
		assert_int_equal(look(f, end, weeks[i].days), 0);
	}
	expect_mail(f, 60, 1);
}

static int back_to_now(void **state) {
	gw_clock_shift(0);
	return tear_down(state);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, back_to_now)

int main(void) {
	const struct CMUnitTest tests[] = {
		CASE(each_is_said_once_on_its_day),
		CASE(after_an_outage_the_latest_alone_and_none_when_the_clock_goes_back),
		CASE(a_new_certificate_begins_anew),
		CASE(a_record_that_has_ended_or_waits_is_not_reminded),
	};
	return cmocka_run_group_tests(tests, load_lists, free_lists);
}
