#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/codelist.h"
#include "tests/unit/store_fixture.h"

enum { MANY = CODELIST_BATCH + 50, TEXT = 24 };

/* `count` rows in the order of list and code: the first two in a list "a", the others in "b". */
struct set {
	struct codelist_row row[MANY + 1];
	char code[MANY + 1][TEXT];
	size_t count;
};

static struct set *set_of(size_t count) {
	static struct set set;
	set.count = count;
	for (size_t i = 0; i < count; i++) {
		snprintf(set.code[i], TEXT, "%03zu/5", i);
		set.row[i] =
			(struct codelist_row){.list = i < 2 ? "a" : "b", .code = set.code[i], .value = "{\"n\":1}"};
	}
	return &set;
}

static enum gw_code publish_with(struct fixture *f, const struct set *set, struct audit_entry *with, int64_t *version) {
	const struct codelist_publication p = {.who = "ana", .row = set->row, .count = set->count, .with = with};
	return codelist_publish(f->store, &p, version, NULL);
}

static int64_t publish(struct fixture *f, const struct set *set) {
	int64_t version = -1;
	assert_int_equal(publish_with(f, set, NULL, &version), GW_OK);
	return version;
}

/* The first column of the first row of a query; released by the caller. */
static char *found(struct fixture *f, const char *sql) {
	GW_AUTO(db) sqlite3 *db = NULL;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row;
	assert_int_equal(db_open(f->db, DB_READ, NULL, &db, NULL), GW_OK);
	assert_int_equal(db_prepare(db, sql, &s, NULL), GW_OK);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	return strdup(row ? db_text(s, 0) : "no row");
}

static void assert_found(struct fixture *f, const char *sql, const char *wanted) {
	char *text = found(f, sql);
	assert_string_equal(text, wanted);
	free(text);
}

struct rows { /* what a version holds */
	size_t count, lists;
	const char *code; /* asked for */
	char value[TEXT];
	int64_t version, since_utc_ms;
};

static enum gw_code see_row(void *ctx, const struct codelist_row *row, struct gw_err *err) {
	struct rows *r = ctx;
	GW_UNUSED(err);
	r->count++;
	if (r->code && strcmp(row->code, r->code) == 0) {
		snprintf(r->value, sizeof(r->value), "%s", row->value);
		r->version = row->version;
	}
	return GW_OK;
}

static enum gw_code see_list(void *ctx, const struct codelist_state *state, struct gw_err *err) {
	struct rows *r = ctx;
	GW_UNUSED(err);
	r->lists++;
	r->count += state->rows;
	r->since_utc_ms = state->since_utc_ms > r->since_utc_ms ? state->since_utc_ms : r->since_utc_ms;
	return GW_OK;
}

static struct rows in_force(struct fixture *f, int64_t utc_ms, const char *code) {
	GW_AUTO(codelist_reader) struct codelist_reader *r = NULL;
	struct rows rows = {.code = code}, lists = {0};
	int64_t version;
	assert_int_equal(codelist_reader_open(f->db, &r, NULL), GW_OK);
	assert_int_equal(codelist_version_at(r, utc_ms, &version, NULL), GW_OK);
	assert_int_equal(codelist_each_row(r, version, NULL, see_row, &rows, NULL), GW_OK);
	assert_int_equal(codelist_each_list(r, version, see_list, &lists, NULL), GW_OK);
	assert_int_equal(rows.count, lists.count);
	rows.lists = lists.lists;
	rows.since_utc_ms = lists.since_utc_ms;
	return rows;
}

/* ---- first fill ---- */

static void the_first_set_is_version_one_whole_and_in_the_trail(void **state) {
	struct fixture *f = *state;
	assert_int_equal(in_force(f, CODELIST_NOW, NULL).lists, 0);
	assert_int_equal(publish(f, set_of(MANY)), 1);
	struct rows rows = in_force(f, CODELIST_NOW, "001/5");
	assert_int_equal(rows.count, MANY);
	assert_int_equal(rows.lists, 2);
	assert_int_equal(rows.version, 1);
	assert_string_equal(rows.value, "{\"n\":1}");
	assert_found(f, "SELECT count(*) FROM audit", "2");
	assert_found(f,
		     "SELECT count(*) FROM audit WHERE line LIKE '%kind=registry procedure=codelists who=ana %"
		     " object=codelist action=prepare history_from=1 history_to=200 history=%'",
		     "1");
	assert_found(f,
		     "SELECT count(*) FROM audit WHERE line LIKE '%kind=registry procedure=codelists who=ana %"
		     " object=codelist action=publish history_from=201 history_to=251 history=%'",
		     "1");
	assert_found(f, "SELECT count(*) FROM history WHERE object = 'codelist' AND before IS NULL AND who = 'ana'",
		     "250");
	assert_found(f, "SELECT object_id FROM history WHERE object = 'codelist' ORDER BY id", "a/000/5");
	store_close(f->store);
	open_store(f);
	assert_true(check(f, NULL).ok);
}

static void an_unchanged_set_in_any_order_writes_nothing(void **state) {
	static const char all[] =
		"SELECT (SELECT count(*) FROM codelist) || ' ' || (SELECT count(*) FROM history) || ' ' ||"
		" (SELECT count(*) FROM audit) || ' ' || (SELECT count(*) FROM codelist_version)";
	struct fixture *f = *state;
	struct set *set = set_of(MANY);
	assert_int_equal(publish(f, set), 1);
	struct codelist_row first = set->row[0];
	set->row[0] = set->row[MANY - 1];
	set->row[MANY - 1] = first;
	char *before = found(f, all);
	assert_int_equal(publish(f, set), 0);
	assert_found(f, all, before);
	free(before);
}

static void a_code_that_stands_twice_is_refused_and_nothing_written(void **state) {
	struct fixture *f = *state;
	struct set *set = set_of(3);
	int64_t version;
	set->row[1].code = set->row[0].code;
	assert_int_equal(publish_with(f, set, NULL, &version), GW_E_INPUT);
	assert_found(f, "SELECT count(*) FROM audit", "0");
	set->row[1].list = "c";
	assert_int_equal(publish_with(f, set, NULL, &version), GW_OK);
}

/* ---- changes ---- */

static void a_changed_row_is_a_version_with_its_history_and_record(void **state) {
	struct fixture *f = *state;
	struct set *set = set_of(MANY);
	publish(f, set);
	set->row[1].value = "{\"n\":2}";
	assert_int_equal(publish(f, set), 2);
	struct rows rows = in_force(f, CODELIST_NOW, "001/5");
	assert_int_equal(rows.version, 2);
	assert_string_equal(rows.value, "{\"n\":2}");
	assert_int_equal(rows.count, MANY);
	assert_found(f, "SELECT count(*) FROM codelist WHERE version = 2", "1");
	assert_found(f,
		     "SELECT before || ' ' || after FROM history WHERE object = 'codelist' AND object_id = 'a/001/5'"
		     " ORDER BY id DESC LIMIT 1",
		     "{\"list\":\"a\",\"code\":\"001/5\",\"version\":1,\"value\":\"{\\\"n\\\":1}\"}"
		     " {\"list\":\"a\",\"code\":\"001/5\",\"version\":2,\"value\":\"{\\\"n\\\":2}\"}");
	assert_found(
		f,
		"SELECT line LIKE '%who=ana %action=publish history_from=252 history_to=253 history=%' FROM audit ORDER BY idx DESC LIMIT 1",
		"1");
}

static void a_removed_row_stays_in_the_versions_before_and_may_come_back(void **state) {
	struct fixture *f = *state;
	publish(f, set_of(4));
	assert_int_equal(publish(f, set_of(3)), 2);
	assert_int_equal(in_force(f, CODELIST_NOW, NULL).count, 3);
	assert_found(f, "SELECT count(*) FROM codelist WHERE list = 'b' AND code = '003/5'", "2");
	assert_found(f, "SELECT after FROM history WHERE object_id = 'b/003/5' ORDER BY id DESC LIMIT 1",
		     "{\"list\":\"b\",\"code\":\"003/5\",\"version\":2,\"value\":null}");
	assert_int_equal(publish(f, set_of(3)), 0);
	assert_int_equal(publish(f, set_of(4)), 3);
	assert_int_equal(in_force(f, CODELIST_NOW, "003/5").version, 3);
}

static void a_list_that_is_given_up_has_no_rows_any_more(void **state) {
	struct fixture *f = *state;
	struct set *set = set_of(4);
	publish(f, set);
	set->row[2].list = set->row[3].list = "a";
	assert_int_equal(publish(f, set), 2);
	struct rows rows = in_force(f, CODELIST_NOW, NULL);
	assert_int_equal(rows.count, 4);
	assert_int_equal(rows.lists, 2);
	assert_found(f, "SELECT count(*) FROM codelist WHERE list = 'b' AND version = 2 AND value IS NULL", "2");
}

static void a_time_in_between_has_the_version_of_that_time(void **state) {
	struct fixture *f = *state;
	struct set *set = set_of(3);
	publish(f, set);
	int64_t first = in_force(f, CODELIST_NOW, NULL).since_utc_ms;
	while (gw_now_utc_ms() <= first + 1) {
		usleep(1000);
	}
	set->row[1].value = "{\"n\":2}";
	publish(f, set);
	int64_t second = in_force(f, CODELIST_NOW, NULL).since_utc_ms;
	assert_true(second > first + 1);
	assert_int_equal(in_force(f, first - 1, NULL).count, 0);
	assert_string_equal(in_force(f, first, "001/5").value, "{\"n\":1}");
	assert_string_equal(in_force(f, second - 1, "001/5").value, "{\"n\":1}");
	assert_int_equal(in_force(f, second - 1, "001/5").since_utc_ms, first);
	assert_string_equal(in_force(f, second, "001/5").value, "{\"n\":2}");
}

static void what_was_published_is_fixed(void **state) {
	struct fixture *f = *state;
	publish(f, set_of(3));
	assert_int_equal(exec(f, "UPDATE codelist SET value = 'x'"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "DELETE FROM codelist"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "INSERT INTO codelist VALUES ('a', 'x', 1, 'x')"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "UPDATE codelist_version SET who = 'x'"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "DELETE FROM codelist_version"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "INSERT INTO codelist_version VALUES (3, 9999999999999, 'x')"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "INSERT INTO codelist_version VALUES (2, 1, 'x')"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "INSERT INTO codelist VALUES ('a', 'x', 2, 'x')"), GW_OK);
}

/* ---- the record that belongs to a version ---- */

static void the_record_is_committed_with_the_version_and_alone_when_nothing_has_changed(void **state) {
	struct fixture *f = *state;
	struct set *set = set_of(MANY);
	struct audit_entry e = {.kind = AUDIT_CONFIG, .fields = gw_span_of("result=ok")};
	int64_t version;
	assert_int_equal(publish_with(f, set, &e, &version), GW_OK);
	assert_int_equal(e.index, 2);
	struct audit_entry alone = {.kind = AUDIT_CONFIG, .fields = gw_span_of("result=ok")};
	assert_int_equal(publish_with(f, set, &alone, &version), GW_OK);
	assert_int_equal(version, 0);
	assert_int_equal(alone.index, 3);
	assert_found(f, "SELECT count(*) FROM audit WHERE line LIKE '%kind=config result=ok'", "2");
}

static void a_version_whose_record_cannot_be_written_is_not_in_force(void **state) {
	struct fixture *f = *state;
	struct set *set = set_of(3);
	struct audit_entry e = {.kind = AUDIT_CONFIG, .fields = gw_span_of("result=ok")};
	int64_t version;
	publish(f, set);
	set->row[1].value = "{\"n\":2}";
	assert_int_equal(exec(f, "CREATE TRIGGER no_config BEFORE INSERT ON audit WHEN NEW.line LIKE '%kind=config%'"
				 " BEGIN SELECT RAISE(ABORT, 'no'); END"),
			 GW_OK);
	assert_int_equal(publish_with(f, set, &e, &version), GW_E_CONFLICT);
	assert_int_equal(version, 0);
	assert_string_equal(in_force(f, CODELIST_NOW, "001/5").value, "{\"n\":1}");
	assert_int_equal(exec(f, "DROP TRIGGER no_config"), GW_OK);
	assert_int_equal(publish_with(f, set, &e, &version), GW_OK);
	assert_int_equal(version, 2);
}

/* ---- a publication that is broken off ---- */

/* Its first job is committed, its last one is not. */
static void break_off(struct fixture *f, const struct set *set) {
	int64_t version;
	assert_int_equal(exec(f, "CREATE TRIGGER broken_off BEFORE INSERT ON codelist_version"
				 " BEGIN SELECT RAISE(ABORT, 'broken off'); END"),
			 GW_OK);
	assert_int_equal(publish_with(f, set, NULL, &version), GW_E_CONFLICT);
	store_close(f->store);
	assert_int_equal(exec(f, "DROP TRIGGER broken_off"), GW_OK);
	open_store(f);
}

static const char dump[] =
	"SELECT group_concat(line, char(10)) FROM (SELECT list || ' ' || code || ' ' || version || ' ' ||"
	" coalesce(value, '-') AS line FROM codelist ORDER BY 1)";

static void what_was_broken_off_is_not_in_force_and_is_finished_by_the_next(void **state) {
	struct fixture *f = *state;
	break_off(f, set_of(MANY));
	assert_found(f, "SELECT count(*) FROM codelist", "200");
	assert_int_equal(in_force(f, CODELIST_NOW, NULL).count, 0);
	assert_int_equal(publish(f, set_of(MANY)), 1);
	assert_int_equal(in_force(f, CODELIST_NOW, NULL).count, MANY);
	assert_found(f, "SELECT count(*) FROM history WHERE object = 'codelist'", "250");
	char *resumed = found(f, dump);
	tear_down(state);
	set_up(state);
	f = *state;
	publish(f, set_of(MANY));
	assert_found(f, dump, resumed);
	free(resumed);
}

static void what_was_broken_off_is_published_although_no_row_is_left_to_write(void **state) {
	struct fixture *f = *state;
	break_off(f, set_of(MANY));
	assert_int_equal(publish(f, set_of(CODELIST_BATCH)), 1);
	assert_int_equal(in_force(f, CODELIST_NOW, NULL).count, CODELIST_BATCH);
}

static void another_set_than_the_one_broken_off_comes_into_force_alone(void **state) {
	struct fixture *f = *state;
	publish(f, set_of(2));
	struct set *set = set_of(MANY);
	set->row[0].value = "{\"n\":2}";
	break_off(f, set);
	assert_string_equal(in_force(f, CODELIST_NOW, "000/5").value, "{\"n\":1}");
	set = set_of(3);
	set->row[0].value = "{\"n\":3}";
	assert_int_equal(publish(f, set), 2);
	struct rows rows = in_force(f, CODELIST_NOW, "000/5");
	assert_int_equal(rows.count, 3);
	assert_string_equal(rows.value, "{\"n\":3}");
	assert_found(f,
		     "SELECT count(*) FROM history WHERE object_id = 'a/000/5' AND before LIKE '%n\\\":2%'"
		     " AND after LIKE '%n\\\":3%'",
		     "1");
	assert_int_equal(publish(f, set), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		stored(the_first_set_is_version_one_whole_and_in_the_trail),
		stored(an_unchanged_set_in_any_order_writes_nothing),
		stored(a_code_that_stands_twice_is_refused_and_nothing_written),
		stored(a_changed_row_is_a_version_with_its_history_and_record),
		stored(a_removed_row_stays_in_the_versions_before_and_may_come_back),
		stored(a_list_that_is_given_up_has_no_rows_any_more),
		stored(a_time_in_between_has_the_version_of_that_time),
		stored(what_was_published_is_fixed),
		stored(the_record_is_committed_with_the_version_and_alone_when_nothing_has_changed),
		stored(a_version_whose_record_cannot_be_written_is_not_in_force),
		stored(what_was_broken_off_is_not_in_force_and_is_finished_by_the_next),
		stored(what_was_broken_off_is_published_although_no_row_is_left_to_write),
		stored(another_set_than_the_one_broken_off_comes_into_force_alone),
	};
	return cmocka_run_group_tests_name("codelist_store", tests, NULL, NULL);
}
