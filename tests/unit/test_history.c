/* What the record of a change says of the rows of history that it wrote (docs/AUDIT.md section 11.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "store/audit_fields.h"
#include "store/history.h"
#include "store/registry.h"
#include "store/schema.h"
#include "tests/unit/store_fixture.h"

static const struct store_context me = {.procedure = "test", .who = "tester", .object = "membership", .action = "add"};

static const struct registry_entry firm = {.position = 21,
					   .maticna = "1732803000",
					   .davcna = "14717468",
					   .name = "Podjetje \"Žaga\" d.o.o.",
					   .scheme = 5,
					   .user_group = 1201,
					   .member_kind = 1,
					   .status = 2};

static sqlite3 *look(struct fixture *f) {
	sqlite3 *db;
	assert_int_equal(db_open(f->db, DB_READ, NULL, &db, NULL), GW_OK);
	return db;
}

/* One value of one row. */
static void ask(struct fixture *f, const char *sql, struct gw_buf *out) {
	sqlite3 *db = look(f);
	sqlite3_stmt *s;
	bool row;
	gw_buf_init(out, MERKLE_RECORD_MAX);
	assert_int_equal(db_prepare(db, sql, &s, NULL), GW_OK);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	assert_true(row);
	assert_int_equal(gw_buf_text(out, db_text(s, 0)), GW_OK);
	db_finalize(s);
	db_close(db);
}

/* The last record of a change. */
static void last_change(struct fixture *f, struct gw_buf *line) {
	ask(f,
	    "SELECT line FROM audit WHERE line LIKE '% kind=registry %' AND line LIKE '%object=membership%'"
	    " ORDER BY idx DESC LIMIT 1",
	    line);
}

/* The line of 11.1 by SQL alone: the texts of this test hold no control byte. */
static const char line_sql[] =
	"SELECT 'id=' || id || ' time=' || strftime('%Y-%m-%dT%H:%M:%S.000Z', at_utc_s, 'unixepoch') || ' object=' || object"
	" || ' object_id=' || object_id || ' procedure=' || procedure || ' before='"
	" || CASE WHEN before IS NULL THEN '-' ELSE '\"' || replace(replace(before, '\\', '\\\\'), '\"', '\\\"') || '\"' END"
	" || ' after=\"' || replace(replace(after, '\\', '\\\\'), '\"', '\\\"') || '\"', salt FROM history WHERE id BETWEEN ? AND ?";

static void a_record_commits_to_the_rows_of_its_change(void **state) {
	struct fixture *f = *state;
	GW_AUTO(buf) struct gw_buf record, value, hashes;
	uint64_t from, to;
	struct merkle_hash expected, said;
	gw_buf_init(&value, MERKLE_RECORD_MAX);
	gw_buf_init(&hashes, MERKLE_RECORD_MAX);
	assert_int_equal(registry_add(f->store, &me, &firm, NULL, NULL, NULL), GW_OK);
	last_change(f, &record);
	struct gw_span line = gw_buf_span(&record);
	assert_true(audit_field_number(line, "history_from", &from, &value));
	assert_true(audit_field_number(line, "history_to", &to, &value));
	assert_true(audit_field_hash(line, "history", &said, &value));
	sqlite3 *db = look(f);
	sqlite3_stmt *s;
	bool row;
	assert_int_equal(db_prepare(db, line_sql, &s, NULL), GW_OK);
	sqlite3_bind_int64(s, 1, (int64_t)from);
	sqlite3_bind_int64(s, 2, (int64_t)to);
	while (db_step(s, &row, NULL) == GW_OK && row) {
		struct merkle_hash hash;
		gw_buf_clear(&value);
		assert_int_equal(sqlite3_column_bytes(s, 1), HISTORY_SALT);
		assert_int_equal(gw_buf_add(&value, sqlite3_column_blob(s, 1), HISTORY_SALT), GW_OK);
		assert_int_equal(gw_buf_text(&value, db_text(s, 0)), GW_OK);
		merkle_sha256(value.data, value.len, hash.b);
		assert_int_equal(gw_buf_add(&hashes, hash.b, MERKLE_HASH), GW_OK);
	}
	db_finalize(s);
	db_close(db);
	assert_int_equal(hashes.len, (to - from + 1) * MERKLE_HASH);
	assert_true(to > from);
	merkle_sha256(hashes.data, hashes.len, expected.b);
	assert_memory_equal(said.b, expected.b, MERKLE_HASH);
}

static void a_change_without_rows_says_so(void **state) {
	struct fixture *f = *state;
	GW_AUTO(buf) struct gw_buf record, value;
	gw_buf_init(&value, MERKLE_RECORD_MAX);
	assert_int_equal(registry_add_many(f->store, &me, &firm, 0, &(size_t){0}, NULL), GW_OK);
	last_change(f, &record);
	assert_string_equal(audit_field(gw_buf_span(&record), "history", &value), "-");
}

/* A registry as the fourth step left it, without triggers of history. */
static void make_old(struct fixture *f) {
	store_close(f->store);
	f->store = NULL;
	remove_folder(f->folder);
	assert_int_equal(mkdir(f->folder, 0700), 0);
	sqlite3 *db;
	assert_int_equal(db_open(f->db, DB_WRITE, NULL, &db, NULL), GW_OK);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(db_exec(db, schema_migrations[i], NULL), GW_OK);
	}
	assert_int_equal(
		db_exec(db,
			"CREATE TRIGGER history_subject_insert AFTER INSERT ON subject BEGIN SELECT RAISE(ABORT, 'old'); END;"
			"PRAGMA user_version=4",
			NULL),
		GW_OK);
	db_close(db);
}

static void a_registry_of_an_older_schema_gets_the_triggers_of_today(void **state) {
	struct fixture *f = *state;
	GW_AUTO(buf) struct gw_buf count;
	make_old(f);
	open_store(f);
	assert_int_equal(registry_add(f->store, &me, &firm, NULL, NULL, NULL), GW_OK);
	ask(f, "SELECT group_concat(object, ' ') || count(salt) FROM history", &count);
	assert_string_equal(gw_buf_cstr(&count), "subject membership2");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		stored(a_record_commits_to_the_rows_of_its_change),
		stored(a_change_without_rows_says_so),
		stored(a_registry_of_an_older_schema_gets_the_triggers_of_today),
	};
	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
