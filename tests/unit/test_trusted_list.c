#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/trusted_list.h"
#include "tests/unit/store_fixture.h"

static struct trusted_list_entry entry_of(const char *territory, int64_t sequence, char letter) {
	struct trusted_list_entry e = {.facts = {.sequence = sequence,
						 .issued_utc_s = 10,
						 .next_update_utc_s = 20,
						 .providers = 1,
						 .services = 2,
						 .granted_ca_qc = 1,
						 .pinned_by = "lotl"},
				       .changes = gw_span_of("[]"),
				       .record = gw_span_of("{\"a\":1}"),
				       .xml = gw_span_of("<a/>")};
	snprintf(e.facts.territory, sizeof(e.facts.territory), "%s", territory);
	memset(e.facts.digest, letter, sizeof(e.facts.digest) - 1);
	memset(e.facts.signer, 'f', sizeof(e.facts.signer) - 1);
	return e;
}

static enum trusted_list_outcome put(struct fixture *f, const struct trusted_list_entry *e) {
	enum trusted_list_outcome outcome = TRUSTED_LIST_OLDER;
	assert_int_equal(trusted_list_put(f->store, "ana", e, &outcome, NULL), GW_OK);
	return outcome;
}

static int64_t in_force(struct fixture *f, const char *territory) {
	struct trusted_list_facts facts;
	bool found;
	assert_int_equal(trusted_list_get(f->db, territory, &found, &facts, NULL, NULL, NULL), GW_OK);
	return found ? facts.sequence : 0;
}

static int64_t number(struct fixture *f, const char *sql) {
	GW_AUTO(db) sqlite3 *db = NULL;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row;
	assert_int_equal(db_open(f->db, DB_READ, NULL, &db, NULL), GW_OK);
	assert_int_equal(db_prepare(db, sql, &s, NULL), GW_OK);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	return sqlite3_column_int64(s, 0);
}

static void a_number_only_rises(void **state) {
	struct fixture *f = *state;
	const struct trusted_list_entry ten = entry_of("SI", 10, 'a'), nine = entry_of("SI", 9, 'b'),
					other_ten = entry_of("SI", 10, 'b'), eleven = entry_of("SI", 11, 'c');
	assert_int_equal(in_force(f, "SI"), 0);
	assert_int_equal(put(f, &ten), TRUSTED_LIST_NEW);
	assert_int_equal(put(f, &nine), TRUSTED_LIST_OLDER);
	assert_int_equal(put(f, &other_ten), TRUSTED_LIST_OTHER);
	assert_int_equal(put(f, &ten), TRUSTED_LIST_SAME);
	assert_int_equal(number(f, "SELECT count(*) FROM trusted_list"), 1);
	assert_int_equal(put(f, &eleven), TRUSTED_LIST_NEW);
	assert_int_equal(in_force(f, "SI"), 11);
	assert_int_equal(put(f, &ten), TRUSTED_LIST_OLDER);
}

static void territories_do_not_meet(void **state) {
	struct fixture *f = *state;
	const struct trusted_list_entry si = entry_of("SI", 10, 'a'), hr = entry_of("HR", 3, 'b');
	assert_int_equal(put(f, &si), TRUSTED_LIST_NEW);
	assert_int_equal(put(f, &hr), TRUSTED_LIST_NEW);
	assert_int_equal(in_force(f, "SI"), 10);
	assert_int_equal(in_force(f, "HR"), 3);
	assert_int_equal(in_force(f, "AT"), 0);
}

static void what_was_put_is_what_is_read(void **state) {
	struct fixture *f = *state;
	GW_AUTO(buf) struct gw_buf changes;
	GW_AUTO(buf) struct gw_buf record;
	struct trusted_list_facts facts;
	bool found;
	const struct trusted_list_entry e = entry_of("SI", 10, 'a');
	gw_buf_init(&changes, 100);
	gw_buf_init(&record, 100);
	assert_int_equal(put(f, &e), TRUSTED_LIST_NEW);
	assert_int_equal(trusted_list_get(f->db, "SI", &found, &facts, &changes, &record, NULL), GW_OK);
	assert_true(found && facts.imported_utc_s > 0);
	assert_string_equal(facts.digest, e.facts.digest);
	assert_string_equal(facts.signer, e.facts.signer);
	assert_string_equal(facts.pinned_by, "lotl");
	assert_int_equal(facts.issued_utc_s, 10);
	assert_int_equal(facts.next_update_utc_s, 20);
	assert_int_equal(facts.granted_ca_qc, 1);
	assert_string_equal(gw_buf_cstr(&changes), "[]");
	assert_string_equal(gw_buf_cstr(&record), "{\"a\":1}");
}

static void an_import_is_one_row_of_history_and_one_record(void **state) {
	struct fixture *f = *state;
	const struct trusted_list_entry ten = entry_of("SI", 10, 'a'), nine = entry_of("SI", 9, 'b');
	int64_t records = number(f, "SELECT count(*) FROM audit");
	assert_int_equal(put(f, &ten), TRUSTED_LIST_NEW);
	assert_int_equal(number(f, "SELECT count(*) FROM audit"), records + 1);
	assert_int_equal(number(f, "SELECT count(*) FROM history WHERE object = 'trusted_list' AND who = 'ana'"
				   " AND after LIKE '%\"sequence\":10%' AND after NOT LIKE '%record%'"),
			 1);
	assert_int_equal(put(f, &nine), TRUSTED_LIST_OLDER);
	assert_int_equal(put(f, &ten), TRUSTED_LIST_SAME);
	assert_int_equal(number(f, "SELECT count(*) FROM audit"), records + 1);
	assert_int_equal(number(f, "SELECT count(*) FROM history WHERE object = 'trusted_list'"), 1);
}

static void nobody_but_the_known_ways_vouches(void **state) {
	struct fixture *f = *state;
	enum trusted_list_outcome outcome;
	struct trusted_list_entry e = entry_of("SI", 10, 'a');
	snprintf(e.facts.pinned_by, sizeof(e.facts.pinned_by), "nobody");
	assert_int_equal(trusted_list_put(f->store, "ana", &e, &outcome, NULL), GW_E_CONFLICT);
	assert_int_equal(in_force(f, "SI"), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_number_only_rises, set_up, tear_down),
		cmocka_unit_test_setup_teardown(territories_do_not_meet, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_put_is_what_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_import_is_one_row_of_history_and_one_record, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_but_the_known_ways_vouches, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("trusted_list", tests, NULL, NULL);
}
