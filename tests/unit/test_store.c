#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/stat.h>

#include "base/text.h"
#include "store/possession.h"
#include "store/registry.h"
#include "store/registry_apply.h"
#include "tests/unit/store_fixture.h"

static const struct store_context me = {.procedure = "test", .who = "tester", .object = "membership", .action = "add"};

static struct registry_entry firm(int group, const struct registry_cert *cert) {
	return (struct registry_entry){.position = 21,
				       .maticna = "1732803000",
				       .davcna = "14717468",
				       .name = "Podjetje",
				       .scheme = 5,
				       .user_group = group,
				       .member_kind = 1,
				       .status = 2,
				       .cert = cert};
}

static struct registry_cert cert_named(char digit) {
	struct registry_cert c = {
		.pem = "PEM", .issuer = "CN=I", .serial = "01", .subject = "CN=S", .not_after_utc_s = 4102444800};
	memset(c.digest, digit, 64);
	c.digest[64] = '\0';
	return c;
}

static enum gw_code apply_body(sqlite3 *db, void *arg, struct gw_err *err) {
	struct registry_apply about = {.who = "tester", .actor = "tester", .now_utc_s = 1};
	return registry_apply(db, arg, &about, err);
}

static enum gw_code set_status(struct fixture *f, int64_t record, int status) {
	struct vash_write w = {
		.kind = VASH_WRITE_STATUS, .record_id = record, .m.status = status, .reason = "left", .revives = true};
	struct vash_change change = {.count = 1, .write = &w};
	return store_change(f->store, &me, apply_body, &change, NULL);
}

/* ---- audit ---- */

static void submit(struct fixture *f, enum audit_kind kind, const char *fields, uint64_t intent,
		   struct audit_entry *e) {
	*e = (struct audit_entry){.kind = kind,
				  .fields = gw_span_of(fields),
				  .intent = intent,
				  .request = "0123456789abcdef0123456789abcdef"};
	assert_int_equal(store_submit_wait(f->store, e, NULL), GW_OK);
}

static void a_trail_of_a_thousand_records_verifies_with_its_heads_and_receipts(void **state) {
	struct fixture *f = *state;
	char receipts[96];
	snprintf(receipts, sizeof(receipts), "%s/receipts", f->folder);
	FILE *out = fopen(receipts, "w");
	for (int i = 0; i < 1000; i++) {
		struct audit_entry e;
		GW_AUTO(buf) struct gw_buf text;
		gw_buf_init(&text, 512);
		submit(f, AUDIT_REFUSAL, "request=x code=VG-A01", 0, &e);
		assert_int_equal(e.index, (uint64_t)i);
		assert_int_equal(audit_receipt(store_log_id(f->store), &e, &text), GW_OK);
		fprintf(out, "X-Vashgate-Receipt: %s\n", gw_buf_cstr(&text));
	}
	fclose(out);
	store_close(f->store);
	open_store(f);
	struct audit_check_result r = check(f, receipts);
	assert_true(r.ok);
	assert_int_equal(r.records, 1000);
	assert_int_equal(r.receipts, 1000);
	assert_true(r.anchored);
}

static void an_intent_left_open_is_closed_once_at_the_next_start(void **state) {
	struct fixture *f = *state;
	struct audit_entry done, open, outcome;
	submit(f, AUDIT_INTENT, "request=a", 0, &done);
	submit(f, AUDIT_INTENT, "request=b", 0, &open);
	submit(f, AUDIT_OUTCOME, "request=a result=delivered", done.index, &outcome);
	assert_int_equal(check(f, NULL).open, 1);
	for (int restart = 0; restart < 2; restart++) {
		store_close(f->store);
		open_store(f);
		struct audit_check_result r = check(f, NULL);
		assert_true(r.ok);
		assert_int_equal(r.open, 0);
		assert_int_equal(r.records, 4);
	}
}

static void triggers_refuse_changes_of_the_trail_and_of_history(void **state) {
	struct fixture *f = *state;
	struct audit_entry e;
	submit(f, AUDIT_REFUSAL, "request=x", 0, &e);
	struct registry_entry entry = firm(1201, NULL);
	assert_int_equal(registry_add(f->store, &me, &entry, NULL, NULL, NULL), GW_OK);
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(exec(f, "UPDATE audit SET line = 'x'"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "DELETE FROM audit"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "INSERT INTO audit VALUES (99, zeroblob(32), 'x')"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "UPDATE history SET who = 'x'"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "DELETE FROM history"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "DELETE FROM membership"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "DELETE FROM subject"), GW_E_CONFLICT);
	assert_int_equal(exec(f, "UPDATE subject SET email = 'a@b.si'"), GW_OK);
	open_store(f);
}

static void a_change_behind_the_triggers_is_found_by_the_tree(void **state) {
	struct fixture *f = *state;
	struct audit_entry e;
	for (int i = 0; i < 10; i++) {
		submit(f, AUDIT_REFUSAL, "request=x code=VG-A01", 0, &e);
	}
	store_close(f->store);
	assert_int_equal(
		exec(f,
		     "DROP TRIGGER audit_fixed_update; UPDATE audit SET line = replace(line, 'VG-A01', 'VG-A02') WHERE idx = 4"),
		GW_OK);
	open_store(f);
	struct audit_check_result r = check(f, NULL);
	assert_false(r.ok);
	assert_string_equal(r.reason, "root");
}

static void a_second_process_cannot_open_the_registry(void **state) {
	struct fixture *f = *state;
	struct store *second;
	struct store_config config = {.path = f->db,
				      .head_file = f->heads,
				      .audit_queue_max = 1,
				      .signer = {.ctx = f->signer, .sign = signer_sign_ed25519}};
	config.signer.spki = signer_spki(f->signer, &config.signer.spki_bytes);
	assert_int_equal(store_open(&config, &second, NULL), GW_E_CONFLICT);
}

static void personal_identifiers_stay_out_of_the_record_and_may_be_erased(void **state) {
	struct fixture *f = *state;
	struct audit_entry e = {.kind = AUDIT_REFUSAL,
				.fields = gw_span_of("request=x"),
				.person = {{"emso", "0101006500006"}},
				.person_count = 1};
	assert_int_equal(store_submit_wait(f->store, &e, NULL), GW_OK);
	store_close(f->store);
	open_store(f);
	assert_true(check(f, NULL).ok);
	char text[8192] = "";
	FILE *in = fopen(f->export, "r");
	size_t n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[n] = '\0';
	assert_non_null(strstr(text, "kind=refusal request=x person.0=emso:"));
	assert_null(strstr(text, "person.0=emso:0101006500006"));
	assert_non_null(strstr(text, "person index=0 k=0 kind=emso"));
	assert_int_equal(exec(f, "DELETE FROM audit_person"), GW_OK);
	assert_true(check(f, NULL).ok);
}

/* ---- a full queue ---- */

/* The writer, kept in a job until it is let go. */
struct held_writer {
	struct store *store;
	sem_t reached, let_go;
	pthread_t changer;
	enum gw_code result;
};

static enum gw_code wait_for_release(sqlite3 *db, void *arg, struct gw_err *err) {
	struct held_writer *h = arg;
	GW_UNUSED(db);
	GW_UNUSED(err);
	sem_post(&h->reached);
	sem_wait(&h->let_go);
	return GW_OK;
}

static void *make_change(void *arg) {
	struct held_writer *h = arg;
	h->result = store_change(h->store, &me, wait_for_release, h, NULL);
	return NULL;
}

static void hold_writer(struct held_writer *h, struct store *store) {
	h->store = store;
	assert_int_equal(sem_init(&h->reached, 0, 0), 0);
	assert_int_equal(sem_init(&h->let_go, 0, 0), 0);
	assert_int_equal(pthread_create(&h->changer, NULL, make_change, h), 0);
	sem_wait(&h->reached);
}

static void let_writer_go(struct held_writer *h) {
	sem_post(&h->let_go);
	pthread_join(h->changer, NULL);
	assert_int_equal(h->result, GW_OK);
	sem_destroy(&h->reached);
	sem_destroy(&h->let_go);
}

static void nobody_waits(struct audit_entry *e) {
	GW_UNUSED(e);
}

static bool offer(struct fixture *f, enum audit_kind kind, const char *fields, uint64_t intent, struct audit_entry *e) {
	*e = (struct audit_entry){
		.kind = kind, .fields = gw_span_of(fields), .intent = intent, .request = "x", .done = nobody_waits};
	return store_submit(f->store, e);
}

static uint64_t queued(struct fixture *f) {
	struct store_stats stats;
	store_stats(f->store, &stats);
	return stats.queue;
}

static int lines_like(struct fixture *f, const char *pattern) {
	GW_AUTO(db) sqlite3 *db = NULL;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row;
	assert_int_equal(db_open(f->db, DB_READ, NULL, &db, NULL), GW_OK);
	assert_int_equal(db_prepare(db, "SELECT count(*) FROM audit WHERE line LIKE ?", &s, NULL), GW_OK);
	db_bind_text(s, 1, pattern);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	return sqlite3_column_int(s, 0);
}

/* Offer `n` entries while the writer is held; how many were taken. Nothing is asserted before it is let go. */
static size_t offer_all(struct fixture *f, enum audit_kind kind, const char *fields, struct audit_entry *e, size_t n) {
	size_t taken = 0;
	for (size_t i = 0; i < n; i++) {
		taken += offer(f, kind, fields, 0, &e[i]);
	}
	return taken;
}

static void a_full_queue_refuses_and_the_gap_counts_the_requests(void **state) {
	static const enum audit_kind kinds[] = {AUDIT_INTENT, AUDIT_REFUSAL, AUDIT_SERVED, AUDIT_UNPROVEN};
	static struct audit_entry fits[QUEUE_MAX], late[GW_COUNT(kinds)];
	struct fixture *f = *state;
	struct held_writer h;
	size_t taken = 0;
	hold_writer(&h, f->store);
	size_t fitted = offer_all(f, AUDIT_REFUSAL, "request=fits", fits, QUEUE_MAX);
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		taken += offer(f, kinds[i], "request=late", 0, &late[i]);
	}
	uint64_t in_queue = queued(f);
	let_writer_go(&h);
	assert_int_equal(fitted, QUEUE_MAX);
	assert_int_equal(taken, 0);
	assert_int_equal(in_queue, QUEUE_MAX);
	store_close(f->store);
	open_store(f);
	assert_int_equal(lines_like(f, "%request=fits"), QUEUE_MAX);
	assert_int_equal(lines_like(f, "%request=late%"), 0);
	assert_int_equal(lines_like(f, "%kind=gap%"), 1);
	assert_int_equal(lines_like(f, "%kind=gap count=3 since=%"), 1); /* AUDIT_UNPROVEN is no request */
}

static void a_full_queue_takes_outcomes(void **state) {
	static struct audit_entry fits[QUEUE_MAX], outcomes[3], late;
	struct fixture *f = *state;
	struct held_writer h;
	struct audit_entry intent[GW_COUNT(outcomes)];
	size_t taken = 0;
	for (size_t i = 0; i < GW_COUNT(outcomes); i++) {
		submit(f, AUDIT_INTENT, "request=a", 0, &intent[i]);
	}
	hold_writer(&h, f->store);
	size_t fitted = offer_all(f, AUDIT_REFUSAL, "request=fits", fits, QUEUE_MAX);
	size_t others = offer_all(f, AUDIT_REFUSAL, "request=late", &late, 1);
	for (size_t i = 0; i < GW_COUNT(outcomes); i++) {
		taken += offer(f, AUDIT_OUTCOME, "request=a result=delivered", intent[i].index, &outcomes[i]);
	}
	let_writer_go(&h);
	assert_int_equal(fitted, QUEUE_MAX);
	assert_int_equal(others, 0);
	assert_int_equal(taken, GW_COUNT(outcomes));
	store_close(f->store);
	open_store(f);
	assert_int_equal(lines_like(f, "%kind=outcome request=a result=delivered%"), GW_COUNT(outcomes));
	assert_int_equal(lines_like(f, "%result=interrupted%"), 0);
}

/* ---- registry ---- */

static void a_subject_is_never_entered_twice(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('a');
	struct registry_entry first = firm(1201, &c), second = firm(1202, &c);
	int64_t one = 0, two = 0;
	assert_int_equal(registry_add(f->store, &me, &first, &one, NULL, NULL), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &second, &two, NULL, NULL), GW_OK);
	assert_int_equal(one, two);
	second.position = 31;
	assert_int_equal(registry_add(f->store, &me, &second, NULL, NULL, NULL), GW_E_CONFLICT);
}

static void one_live_record_for_a_group_and_a_deleted_one_frees_it(void **state) {
	struct fixture *f = *state;
	struct registry_entry e = firm(1201, NULL);
	int64_t membership = 0;
	assert_int_equal(registry_add(f->store, &me, &e, NULL, &membership, NULL), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &e, NULL, NULL, NULL), GW_E_CONFLICT);
	assert_int_equal(set_status(f, membership, VASH_DELETED), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &e, NULL, NULL, NULL), GW_OK);
}

static void the_last_active_chief_administrator_stays(void **state) {
	struct fixture *f = *state;
	struct registry_entry first = firm(80, NULL), second = firm(80, NULL);
	int64_t one = 0, two = 0;
	first.scheme = second.scheme = 3;
	second.maticna = "9331310000";
	second.davcna = "";
	second.status = VASH_PENDING;
	assert_int_equal(registry_add(f->store, &me, &first, NULL, &one, NULL), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &second, NULL, &two, NULL), GW_OK);
	assert_int_equal(set_status(f, one, VASH_DELETED), GW_E_CONFLICT);
	assert_int_equal(set_status(f, one, VASH_PENDING), GW_E_CONFLICT);
	assert_int_equal(set_status(f, two, VASH_ACTIVE), GW_OK);
	assert_int_equal(set_status(f, one, VASH_DELETED), GW_OK);
	assert_int_equal(set_status(f, two, VASH_DELETED), GW_E_CONFLICT);
}

static void one_certificate_belongs_to_one_user(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('b');
	struct registry_entry mine = firm(1201, &c), theirs = firm(1201, &c);
	theirs.maticna = "9331310000";
	theirs.davcna = "";
	int64_t membership = 0;
	assert_int_equal(registry_add(f->store, &me, &mine, NULL, &membership, NULL), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &theirs, NULL, NULL, NULL), GW_E_CONFLICT);
	assert_int_equal(set_status(f, membership, VASH_DELETED), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &theirs, NULL, NULL, NULL), GW_OK);
	assert_int_equal(set_status(f, membership, VASH_ACTIVE), GW_E_CONFLICT);
}

static int64_t history_rows(struct fixture *f) {
	sqlite3 *db;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	assert_int_equal(db_open(f->db, DB_READ, NULL, &db, NULL), GW_OK);
	assert_int_equal(db_prepare(db, "SELECT count(*) FROM history", &s, NULL), GW_OK);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	int64_t n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(gw_take(&s));
	db_close(db);
	return n;
}

/* The firm's certificate was 'b' until a change with an overlap; another user asks for 'b' and is `status`. */
static int64_t another_asks_for_the_old_one(struct fixture *f, int status) {
	struct registry_cert first = cert_named('a'), c = cert_named('b');
	struct registry_entry mine = firm(1201, &first), theirs = firm(1201, &c);
	int64_t other = 0;
	c.serial = "02";
	theirs.maticna = "9331310000";
	theirs.davcna = "";
	theirs.status = status;
	assert_int_equal(registry_add(f->store, &me, &mine, NULL, NULL, NULL), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &theirs, NULL, &other, NULL), GW_OK);
	return other;
}

#define OLD_IS_B                                                                                                       \
	"UPDATE web_service SET old_cert_digest = replace(hex(zeroblob(32)), '0', 'b'), old_until_utc_s = unixepoch() "
#define RUNS OLD_IS_B "+ 3600 WHERE serial = '01'"
#define HAS_RUN_OUT OLD_IS_B "- 1 WHERE serial = '01'"

static void a_certificate_is_its_old_users_until_the_overlap_has_run_out(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('b');
	struct registry_entry third = firm(1202, &c);
	c.serial = "02";
	third.maticna = "5491711000";
	third.davcna = "";
	int64_t other = another_asks_for_the_old_one(f, VASH_DELETED);
	assert_int_equal(exec(f, RUNS), GW_OK);
	assert_int_equal(set_status(f, other, VASH_ACTIVE), GW_E_CONFLICT);
	assert_int_equal(registry_add(f->store, &me, &third, NULL, NULL, NULL), GW_E_CONFLICT);
	assert_int_equal(exec(f, HAS_RUN_OUT), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &third, NULL, NULL, NULL), GW_OK);
}

static void a_record_comes_back_only_with_the_certificates_that_are_free(void **state) {
	struct fixture *f = *state;
	another_asks_for_the_old_one(f, VASH_ACTIVE);
	assert_int_equal(exec(f, "UPDATE membership SET status = 3 WHERE id = 1; " RUNS), GW_OK);
	assert_int_equal(set_status(f, 1, VASH_ACTIVE), GW_E_CONFLICT);
	assert_int_equal(exec(f, HAS_RUN_OUT), GW_OK);
	assert_int_equal(set_status(f, 1, VASH_ACTIVE), GW_OK);
}

static void possession_of_a_certificate_that_is_still_another_users_is_not_proven(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('b');
	another_asks_for_the_old_one(f, VASH_PENDING);
	assert_int_equal(exec(f, "INSERT INTO possession VALUES (2, 'token', 0); " RUNS), GW_OK);
	assert_int_equal(possession_prove(f->store, "token", c.digest, NULL), GW_E_CONFLICT);
	assert_int_equal(exec(f, HAS_RUN_OUT), GW_OK);
	assert_int_equal(possession_prove(f->store, "token", c.digest, NULL), GW_OK);
}

static void possession_is_proven_once_and_again_changes_nothing(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('b');
	another_asks_for_the_old_one(f, VASH_PENDING);
	assert_int_equal(exec(f, "INSERT INTO possession VALUES (2, 'token', 0)"), GW_OK);
	assert_int_equal(possession_prove(f->store, "token", c.digest, NULL), GW_OK);
	int64_t rows = history_rows(f);
	uint64_t generation = store_generation(f->store), records = check(f, NULL).records;
	assert_int_equal(possession_prove(f->store, "token", c.digest, NULL), GW_OK);
	assert_int_equal(possession_prove(f->store, "nekot", c.digest, NULL), GW_E_NOTFOUND);
	assert_int_equal(history_rows(f), rows);
	assert_int_equal(store_generation(f->store), generation);
	assert_int_equal(check(f, NULL).records, records);
}

static enum gw_code delete_in_prs(sqlite3 *db, void *eceu_id, struct gw_err *err) {
	return registry_set_prs_status(db, *(int64_t *)eceu_id, VASH_PRS_DELETED, err);
}

static void silence_about_prs_does_not_revive_a_deleted_subject(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('d');
	struct registry_entry e = firm(1201, &c), again = firm(1202, NULL);
	struct registry_reader *r;
	struct vash_caller caller;
	int64_t id = 0;
	assert_int_equal(registry_add(f->store, &me, &e, &id, NULL, NULL), GW_OK);
	assert_int_equal(store_change(f->store, &me, delete_in_prs, &id, NULL), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &again, NULL, NULL, NULL), GW_OK);
	assert_int_equal(registry_reader_open(f->db, &r, NULL), GW_OK);
	assert_int_equal(registry_find_caller(r, c.digest, 0, &caller, NULL), GW_OK);
	assert_int_equal(caller.prs_status, VASH_PRS_DELETED);
	registry_reader_close(r);
}

static void a_restored_older_copy_says_what_it_continues(void **state) {
	struct fixture *f = *state;
	struct audit_entry e;
	char copy[128], command[320];
	submit(f, AUDIT_REFUSAL, "request=x", 0, &e);
	store_close(f->store);
	snprintf(copy, sizeof(copy), "%s.copy", f->db);
	snprintf(command, sizeof(command), "cp %s %s", f->db, copy);
	assert_int_equal(system(command), 0);
	open_store(f);
	for (int i = 0; i < 5; i++) {
		submit(f, AUDIT_REFUSAL, "request=y", 0, &e);
	}
	store_close(f->store);
	assert_int_equal(rename(copy, f->db), 0);
	open_store(f);
	struct audit_reader *r;
	GW_AUTO(buf) struct gw_buf line;
	gw_buf_init(&line, 1024);
	assert_int_equal(audit_reader_open(f->db, &r, NULL), GW_OK);
	assert_int_equal(audit_line(r, 1, &line, NULL), GW_OK);
	assert_non_null(strstr(gw_buf_cstr(&line), "kind=restore size=1 root="));
	assert_non_null(strstr(line.data, "published=6"));
	audit_reader_close(r);
}

static void wrong_numbers_are_not_entered(void **state) {
	struct fixture *f = *state;
	struct registry_entry e = firm(1201, NULL);
	e.davcna = "14717469";
	assert_int_equal(registry_add(f->store, &me, &e, NULL, NULL, NULL), GW_E_INPUT);
	e = firm(1201, NULL);
	e.maticna = "1732804000";
	assert_int_equal(registry_add(f->store, &me, &e, NULL, NULL, NULL), GW_E_INPUT);
	e.maticna = "";
	assert_int_equal(registry_add(f->store, &me, &e, NULL, NULL, NULL), GW_E_INPUT);
}

static void an_import_is_all_or_nothing(void **state) {
	struct fixture *f = *state;
	struct registry_entry entries[] = {firm(1201, NULL), firm(1202, NULL), firm(1201, NULL)};
	struct registry_reader *r;
	struct vash_caller caller;
	size_t failed = 0;
	assert_int_equal(registry_add_many(f->store, &me, entries, 3, &failed, NULL), GW_E_CONFLICT);
	assert_int_equal(failed, 2);
	assert_int_equal(registry_reader_open(f->db, &r, NULL), GW_OK);
	char digest[65] = "";
	memset(digest, 'a', 64);
	assert_int_equal(registry_find_caller(r, digest, 0, &caller, NULL), GW_OK);
	assert_false(caller.registered);
	registry_reader_close(r);
	assert_int_equal(registry_add(f->store, &me, &entries[0], NULL, NULL, NULL), GW_OK);
}

static void the_caller_of_a_certificate_is_found_with_all_its_groups(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('c');
	struct registry_entry one = firm(1201, &c), two = firm(1202, &c);
	struct registry_reader *r;
	struct vash_caller caller;
	uint64_t before = store_generation(f->store);
	assert_int_equal(registry_add(f->store, &me, &one, NULL, NULL, NULL), GW_OK);
	assert_true(store_generation(f->store) > before);
	assert_int_equal(registry_add(f->store, &me, &two, NULL, NULL, NULL), GW_OK);
	assert_int_equal(registry_reader_open(f->db, &r, NULL), GW_OK);
	assert_int_equal(registry_find_caller(r, c.digest, 0, &caller, NULL), GW_OK);
	assert_true(caller.registered);
	assert_int_equal(caller.membership_count, 2);
	assert_string_equal(caller.maticna, "1732803000");
	assert_int_equal(registry_block_cert(f->store, &me, c.digest, true, "test", NULL), GW_OK);
	assert_int_equal(registry_find_caller(r, c.digest, 0, &caller, NULL), GW_OK);
	assert_true(caller.certificate_blocked);
	assert_int_equal(registry_block_cert(f->store, &me, c.digest, false, "", NULL), GW_OK);
	assert_int_equal(registry_find_caller(r, c.digest, 0, &caller, NULL), GW_OK);
	assert_false(caller.certificate_blocked);
	registry_reader_close(r);
}

static void a_strangers_application_does_not_hide_the_approved_user(void **state) {
	struct fixture *f = *state;
	struct registry_cert c = cert_named('d');
	struct registry_entry mine = firm(1201, &c), theirs = firm(1201, &c);
	struct registry_reader *r;
	struct vash_caller caller;
	int64_t my_id, my_membership;
	mine.status = theirs.status = VASH_PENDING;
	theirs.maticna = "5491711000";
	theirs.davcna = "50223054";
	assert_int_equal(registry_add(f->store, &me, &mine, &my_id, &my_membership, NULL), GW_OK);
	assert_int_equal(registry_add(f->store, &me, &theirs, NULL, NULL, NULL), GW_OK);
	assert_int_equal(set_status(f, my_membership, VASH_ACTIVE), GW_OK);
	assert_int_equal(registry_reader_open(f->db, &r, NULL), GW_OK);
	assert_int_equal(registry_find_caller(r, c.digest, 0, &caller, NULL), GW_OK);
	assert_int_equal(caller.eceu_id, my_id);
	assert_int_equal(caller.membership_count, 1);
	assert_int_equal(caller.membership[0].status, VASH_ACTIVE);
	registry_reader_close(r);
}

static void every_change_is_in_history_with_its_context_and_outside_changes_say_so(void **state) {
	struct fixture *f = *state;
	struct registry_entry e = firm(1201, NULL);
	assert_int_equal(registry_add(f->store, &me, &e, NULL, NULL, NULL), GW_OK);
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(exec(f, "UPDATE subject SET email = 'a@b.si'"), GW_OK);
	sqlite3 *db;
	sqlite3_stmt *s;
	bool row;
	assert_int_equal(db_open(f->db, DB_READ, NULL, &db, NULL), GW_OK);
	assert_int_equal(
		db_prepare(db, "SELECT who, procedure, before, after FROM history WHERE object = 'subject' ORDER BY id",
			   &s, NULL),
		GW_OK);
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	assert_string_equal(db_text(s, 0), "tester");
	assert_string_equal(db_text(s, 2), "");
	assert_int_equal(db_step(s, &row, NULL), GW_OK);
	assert_true(row);
	assert_string_equal(db_text(s, 0), "outside");
	assert_non_null(strstr(db_text(s, 3), "a@b.si"));
	assert_null(strstr(db_text(s, 2), "a@b.si"));
	db_finalize(s);
	db_close(db);
	open_store(f);
}

/* ---- proofs: every pair of sizes up to 70 against the definition ---- */

static struct merkle_hash leaves[70];

static enum gw_code tree(void *ctx, uint64_t first, unsigned level, struct merkle_hash *out, struct gw_err *err) {
	if (level == 0) {
		*out = leaves[first];
		return GW_OK;
	}
	struct merkle_hash l, r;
	GW_UNUSED(tree(ctx, first, level - 1, &l, err));
	GW_UNUSED(tree(ctx, first + ((uint64_t)1 << (level - 1)), level - 1, &r, err));
	merkle_node(&l, &r, out);
	return GW_OK;
}

static void the_frontier_gives_the_root_of_the_definition_at_every_size(void **state) {
	struct merkle_frontier f = {0};
	GW_UNUSED(state);
	for (uint64_t i = 0; i < GW_COUNT(leaves); i++) {
		char text[16];
		snprintf(text, sizeof(text), "leaf %llu", (unsigned long long)i);
		merkle_leaf(gw_span_of(text), &leaves[i]);
		merkle_append(&f, &leaves[i]);
		struct merkle_hash root, expected;
		merkle_root(&f, &root);
		assert_int_equal(merkle_range_root(tree, NULL, 0, i + 1, &expected, NULL), GW_OK);
		assert_memory_equal(root.b, expected.b, MERKLE_HASH);
	}
}

static bool included(uint64_t index, uint64_t size, const struct merkle_path *p, const struct merkle_hash *leaf,
		     const struct merkle_hash *root) {
	struct merkle_hash led;
	return merkle_follow(leaf, index, size, p->node, p->count, &led) && memcmp(led.b, root->b, MERKLE_HASH) == 0;
}

static void inclusion_proofs_verify_for_every_leaf_of_every_size(void **state) {
	GW_UNUSED(state);
	for (uint64_t size = 1; size <= GW_COUNT(leaves); size++) {
		struct merkle_hash root;
		assert_int_equal(merkle_range_root(tree, NULL, 0, size, &root, NULL), GW_OK);
		for (uint64_t i = 0; i < size; i++) {
			struct merkle_path p;
			assert_int_equal(merkle_inclusion(tree, NULL, i, size, &p, NULL), GW_OK);
			assert_true(included(i, size, &p, &leaves[i], &root));
			assert_false(size > 1 && included(i, size, &p, &leaves[(i + 1) % size], &root));
			assert_false(size > 1 && included((i + 1) % size, size, &p, &leaves[i], &root));
			assert_false(included(i + size, size, &p, &leaves[i], &root));
			p.node[p.count++] = leaves[i];
			assert_false(included(i, size, &p, &leaves[i], &root));
			p.count -= 2;
			assert_false(size > 1 && included(i, size, &p, &leaves[i], &root));
		}
	}
	struct merkle_path p;
	assert_int_equal(merkle_inclusion(tree, NULL, 5, 5, &p, NULL), GW_E_INPUT);
	assert_int_equal(merkle_consistency(tree, NULL, 0, 5, &p, NULL), GW_E_INPUT);
	assert_int_equal(merkle_consistency(tree, NULL, 6, 5, &p, NULL), GW_E_INPUT);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_frontier_gives_the_root_of_the_definition_at_every_size),
		cmocka_unit_test(inclusion_proofs_verify_for_every_leaf_of_every_size),
		stored(a_trail_of_a_thousand_records_verifies_with_its_heads_and_receipts),
		stored(an_intent_left_open_is_closed_once_at_the_next_start),
		stored(triggers_refuse_changes_of_the_trail_and_of_history),
		stored(a_change_behind_the_triggers_is_found_by_the_tree),
		stored(a_second_process_cannot_open_the_registry),
		stored(personal_identifiers_stay_out_of_the_record_and_may_be_erased),
		stored(a_full_queue_refuses_and_the_gap_counts_the_requests),
		stored(a_full_queue_takes_outcomes),
		stored(a_subject_is_never_entered_twice),
		stored(one_live_record_for_a_group_and_a_deleted_one_frees_it),
		stored(the_last_active_chief_administrator_stays),
		stored(one_certificate_belongs_to_one_user),
		stored(a_certificate_is_its_old_users_until_the_overlap_has_run_out),
		stored(a_record_comes_back_only_with_the_certificates_that_are_free),
		stored(possession_of_a_certificate_that_is_still_another_users_is_not_proven),
		stored(possession_is_proven_once_and_again_changes_nothing),
		stored(silence_about_prs_does_not_revive_a_deleted_subject),
		stored(a_restored_older_copy_says_what_it_continues),
		stored(wrong_numbers_are_not_entered),
		stored(an_import_is_all_or_nothing),
		stored(the_caller_of_a_certificate_is_found_with_all_its_groups),
		stored(a_strangers_application_does_not_hide_the_approved_user),
		stored(every_change_is_in_history_with_its_context_and_outside_changes_say_so),
	};
	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
