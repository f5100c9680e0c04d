#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "certs/signer.h"
#include "store/db.h"
#include "store/outbox.h"
#include "tests/unit/scratch_folder.h"

enum { FIRST_S = 60 };

struct fixture {
	char folder[64], db[96], heads[96], key[96];
	struct signer *signer;
	struct store *store;
	struct outbox_reader *reader;
};

static int set_up(void **state) {
	struct fixture *f = calloc(1, sizeof(*f));
	snprintf(f->folder, sizeof(f->folder), "/tmp/vashgate-unit-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->db, sizeof(f->db), "%s/r.db", f->folder);
	snprintf(f->heads, sizeof(f->heads), "%s/heads", f->folder);
	snprintf(f->key, sizeof(f->key), "%s/key", f->folder);
	assert_int_equal(signer_create_ed25519(f->key, NULL), GW_OK);
	assert_int_equal(signer_load(f->key, &f->signer, NULL), GW_OK);
	gw_log_level_set(GW_LOG_ERROR);
	struct store_config config = {.path = f->db,
				      .head_file = f->heads,
				      .audit_queue_max = 64,
				      .signer = {.ctx = f->signer, .sign = signer_sign_ed25519}};
	config.signer.spki = signer_spki(f->signer, &config.signer.spki_bytes);
	assert_int_equal(store_open(&config, &f->store, NULL), GW_OK);
	assert_int_equal(outbox_reader_open(f->db, &f->reader, NULL), GW_OK);
	*state = f;
	return 0;
}

static int tear_down(void **state) {
	struct fixture *f = *state;
	gw_clock_shift(0);
	outbox_reader_close(f->reader);
	store_close(f->store);
	signer_free(f->signer);
	remove_folder(f->folder);
	free(f);
	return 0;
}

static const struct store_context me = {.procedure = "test", .who = "tester", .object = "mail", .action = "test"};

static int64_t put(struct fixture *f, const char *recipient) {
	const struct outbox_mail mail = {recipient, "Zadeva č", "Vsebina š\n"};
	int64_t id = 0;
	assert_int_equal(outbox_put(f->store, &me, &mail, &id, NULL), GW_OK);
	return id;
}

struct seen { /* the last row, and how many */
	int count;
	int64_t id, next_utc_s, sent_utc_s, dead_utc_s;
	int attempts;
	char recipient[64], subject[64], body[64], error[OUTBOX_ERROR_MAX + 1];
};

static enum gw_code look(void *ctx, const struct outbox_row *row, struct gw_err *err) {
	struct seen *s = ctx;
	GW_UNUSED(err);
	s->count++;
	s->id = row->id;
	s->next_utc_s = row->next_utc_s;
	s->sent_utc_s = row->sent_utc_s;
	s->dead_utc_s = row->dead_utc_s;
	s->attempts = row->attempts;
	gw_copy_text(s->recipient, sizeof(s->recipient), row->recipient);
	gw_copy_text(s->subject, sizeof(s->subject), row->subject);
	gw_copy_text(s->body, sizeof(s->body), row->body);
	gw_copy_text(s->error, sizeof(s->error), row->last_error);
	return GW_OK;
}

static struct seen due(struct fixture *f, int limit) {
	struct seen s = {0};
	assert_int_equal(outbox_due(f->reader, gw_now_utc_s(), limit, look, &s, NULL), GW_OK);
	return s;
}

static struct seen list(struct fixture *f, enum outbox_which which, int64_t after, int limit) {
	struct seen s = {0};
	assert_int_equal(outbox_list(f->reader, which, after, limit, look, &s, NULL), GW_OK);
	return s;
}

static struct outbox_counts counts(struct fixture *f) {
	struct outbox_counts c;
	assert_int_equal(outbox_count(f->reader, &c, NULL), GW_OK);
	return c;
}

static size_t fail_with(struct fixture *f, int64_t id, bool permanent, const char *error) {
	struct outbox_failure failure = {
		.ids = &id, .count = 1, .permanent = permanent, .first_s = FIRST_S, .error = error};
	assert_int_equal(outbox_mark_failed(f->store, &failure, NULL), GW_OK);
	return failure.died;
}

static void a_message_is_due_at_once_and_as_it_was_said(void **state) {
	struct fixture *f = *state;
	assert_int_equal(counts(f).next_utc_s, INT64_MAX);
	int64_t id = put(f, "ana@example.si");
	struct seen s = due(f, 10);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.id, id);
	assert_string_equal(s.recipient, "ana@example.si");
	assert_string_equal(s.subject, "Zadeva č");
	assert_string_equal(s.body, "Vsebina š\n");
	assert_int_equal(counts(f).waiting, 1);
}

static void a_message_that_was_sent_is_not_due_again(void **state) {
	struct fixture *f = *state;
	int64_t id = put(f, "ana@example.si");
	assert_int_equal(due(f, 10).count, 1);
	assert_int_equal(outbox_mark_sent(f->store, id, NULL), GW_OK);
	assert_int_equal(due(f, 10).count, 0);
	struct seen s = list(f, OUTBOX_ALL, 0, 10);
	assert_true(s.sent_utc_s > 0 && s.attempts == 1 && !s.dead_utc_s);
	assert_int_equal(counts(f).waiting, 0);
	assert_int_equal(fail_with(f, id, true, "late"), 0);
	assert_int_equal(list(f, OUTBOX_DEAD, 0, 10).count, 0);
}

static void the_waits_are_1_5_15_minutes_1_4_12_hours_and_then_none(void **state) {
	static const int64_t minutes[] = {1, 5, 15, 60, 240, 720};
	struct fixture *f = *state;
	int64_t id = put(f, "ana@example.si"), gone_s = 0;
	for (int n = 0; n < 6; n++) {
		assert_int_equal(outbox_backoff_s(n + 1, FIRST_S), minutes[n] * 60);
		assert_int_equal(due(f, 10).count, 1);
		int64_t before = gw_now_utc_s();
		assert_int_equal(fail_with(f, id, false, "451 later"), 0);
		struct seen s = list(f, OUTBOX_WAITING, 0, 10);
		assert_in_range(s.next_utc_s, before + minutes[n] * 60, gw_now_utc_s() + minutes[n] * 60);
		assert_int_equal(counts(f).next_utc_s, s.next_utc_s);
		assert_int_equal(s.attempts, n + 1);
		assert_string_equal(s.error, "451 later");
		gw_clock_shift(gone_s + minutes[n] * 60 - 5);
		assert_int_equal(due(f, 10).count, 0);
		gone_s += minutes[n] * 60 + 1;
		gw_clock_shift(gone_s);
	}
	assert_int_equal(due(f, 10).count, 1);
	assert_int_equal(fail_with(f, id, false, "451 later"), 1);
	assert_int_equal(due(f, 10).count, 0);
	struct seen s = list(f, OUTBOX_DEAD, 0, 10);
	assert_true(s.count == 1 && s.attempts == OUTBOX_ATTEMPTS_MAX && s.dead_utc_s > 0);
	assert_int_equal(outbox_backoff_s(OUTBOX_ATTEMPTS_MAX, FIRST_S), 0);
	assert_int_equal(outbox_backoff_s(0, FIRST_S), 0);
	struct outbox_counts c = counts(f);
	assert_true(c.waiting == 0 && c.dead == 1 && c.next_utc_s == INT64_MAX);
}

static void a_permanent_failure_is_dead_at_once_and_retry_gives_a_new_life(void **state) {
	struct fixture *f = *state;
	int64_t id = put(f, "ana@example.si"), other = put(f, "eva@example.si");
	assert_int_equal(fail_with(f, id, true, "550 unknown"), 1);
	assert_int_equal(due(f, 10).id, other);
	assert_int_equal(list(f, OUTBOX_DEAD, 0, 10).id, id);
	assert_int_equal(outbox_retry(f->store, &me, id, NULL), GW_OK);
	assert_int_equal(due(f, 10).count, 2);
	assert_int_equal(list(f, OUTBOX_ALL, 0, 1).attempts, 0);
	assert_int_equal(fail_with(f, id, false, "451"), 0);
	assert_int_equal(list(f, OUTBOX_ALL, 0, 1).attempts, 1);
}

static void retry_refuses_what_was_sent_and_what_is_not_there(void **state) {
	struct fixture *f = *state;
	struct gw_err err = {0};
	int64_t id = put(f, "ana@example.si");
	assert_int_equal(outbox_retry(f->store, &me, id, &err), GW_OK);
	assert_int_equal(outbox_mark_sent(f->store, id, NULL), GW_OK);
	assert_int_equal(outbox_retry(f->store, &me, id, &err), GW_E_CONFLICT);
	assert_int_equal(outbox_retry(f->store, &me, id + 1, NULL), GW_E_NOTFOUND);
}

static void several_fail_together(void **state) {
	struct fixture *f = *state;
	int64_t ids[3];
	for (size_t i = 0; i < GW_COUNT(ids); i++) {
		ids[i] = put(f, "ana@example.si");
	}
	assert_int_equal(fail_with(f, ids[2], true, "dead already"), 1);
	struct outbox_failure failure = {.ids = ids, .count = 3, .first_s = FIRST_S, .error = "no server"};
	assert_int_equal(outbox_mark_failed(f->store, &failure, NULL), GW_OK);
	assert_int_equal(failure.died, 0);
	assert_int_equal(list(f, OUTBOX_WAITING, 0, 10).count, 2);
	assert_string_equal(list(f, OUTBOX_DEAD, 0, 10).error, "dead already");
}

static void lists_stretch_after_stretch_and_the_oldest_due_first(void **state) {
	struct fixture *f = *state;
	for (int i = 0; i < 5; i++) {
		put(f, "ana@example.si");
	}
	assert_int_equal(list(f, OUTBOX_ALL, 0, 2).id, 2);
	assert_int_equal(list(f, OUTBOX_ALL, 2, 2).id, 4);
	assert_int_equal(list(f, OUTBOX_ALL, 4, 2).count, 1);
	assert_int_equal(due(f, 2).id, 2);
	assert_string_equal(list(f, OUTBOX_ALL, 0, 1).body, "");
	assert_int_equal(fail_with(f, 1, false, "451"), 0);
	gw_clock_shift(120);
	assert_int_equal(due(f, 10).id, 1);
}

static void refuses_what_could_become_another_header(void **state) {
	struct fixture *f = *state;
	char *body = calloc(1, OUTBOX_BODY_MAX + 2);
	char recipient[OUTBOX_RECIPIENT_MAX + 2], subject[OUTBOX_SUBJECT_MAX + 2];
	memset(body, 'x', OUTBOX_BODY_MAX + 1);
	memset(recipient, 'x', sizeof(recipient) - 1);
	memset(subject, 'x', sizeof(subject) - 1);
	recipient[sizeof(recipient) - 1] = subject[sizeof(subject) - 1] = '\0';
	const struct outbox_mail bad[] = {{"", "s", ""},	{"a@b\r\nBcc: c@d", "s", ""}, {"a@b\n", "s", ""},
					  {"a@b", "", ""},	{"a@b", "s\r\nBcc: c@d", ""}, {"a@b", "s\tt", ""},
					  {"a@b", "s\x7f", ""}, {recipient, "s", ""},	      {"a@b", subject, ""},
					  {"a@b", "s", body}};
	int64_t id;
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		assert_int_equal(outbox_put(f->store, &me, &bad[i], &id, NULL), GW_E_INPUT);
	}
	assert_int_equal(counts(f).waiting, 0);
	recipient[OUTBOX_RECIPIENT_MAX] = subject[OUTBOX_SUBJECT_MAX] = body[OUTBOX_BODY_MAX] = '\0';
	const struct outbox_mail good[] = {{recipient, "s", ""}, {"a@b", subject, ""}, {"a@b", "š č", body}};
	for (size_t i = 0; i < GW_COUNT(good); i++) {
		assert_int_equal(outbox_put(f->store, &me, &good[i], &id, NULL), GW_OK);
	}
	free(body);
}

static void cuts_a_long_error_between_characters(void **state) {
	struct fixture *f = *state;
	char error[2 * OUTBOX_ERROR_MAX + 2] = "x";
	for (size_t i = 0; i < OUTBOX_ERROR_MAX; i++) {
		memcpy(error + 1 + 2 * i, "č", 2);
	}
	int64_t id = put(f, "ana@example.si");
	assert_int_equal(fail_with(f, id, false, error), 0);
	struct seen s = list(f, OUTBOX_ALL, 0, 1);
	assert_int_equal(strlen(s.error), OUTBOX_ERROR_MAX - 1);
	assert_memory_equal(s.error, error, OUTBOX_ERROR_MAX - 1);
	assert_int_equal(fail_with(f, id, false, "broken \xff byte"), 0);
	assert_string_equal(list(f, OUTBOX_ALL, 0, 1).error, "broken ");
}

struct half {
	int64_t id;
};

static enum gw_code add_and_fail(sqlite3 *db, void *arg, struct gw_err *err) {
	struct half *h = arg;
	const struct outbox_mail mail = {"ana@example.si", "s", ""};
	enum gw_code rc = outbox_add(db, &mail, &h->id, err);
	return rc == GW_OK ? gw_fail(err, GW_E_CONFLICT, "what caused it is refused") : rc;
}

static void a_message_goes_with_the_transaction_that_causes_it(void **state) {
	struct fixture *f = *state;
	struct half h = {0};
	assert_int_equal(store_change(f->store, &me, add_and_fail, &h, NULL), GW_E_CONFLICT);
	assert_true(h.id > 0);
	assert_int_equal(counts(f).waiting, 0);
	put(f, "ana@example.si");
	assert_int_equal(counts(f).waiting, 1);
}

static enum gw_code delete_all(sqlite3 *db, void *arg, struct gw_err *err) {
	GW_UNUSED(arg);
	return db_exec(db, "DELETE FROM outbox", err);
}

static void nothing_is_deleted(void **state) {
	struct fixture *f = *state;
	put(f, "ana@example.si");
	assert_int_not_equal(store_note(f->store, delete_all, NULL, NULL), GW_OK);
	assert_int_equal(counts(f).waiting, 1);
}

static void count_call(void *ctx) {
	atomic_fetch_add((atomic_int *)ctx, 1);
}

static void a_note_is_no_change_of_the_registry_but_a_retry_is(void **state) {
	struct fixture *f = *state;
	atomic_int heard = 0;
	struct store_stats before, after;
	int64_t id = put(f, "ana@example.si");
	store_listen(f->store, count_call, &heard);
	store_stats(f->store, &before);
	uint64_t generation = store_generation(f->store);
	assert_int_equal(fail_with(f, id, true, "550"), 1);
	store_stats(f->store, &after);
	assert_int_equal(after.records, before.records);
	assert_int_equal(store_generation(f->store), generation);
	assert_int_equal(atomic_load(&heard), 0);
	assert_int_equal(outbox_retry(f->store, &me, id, NULL), GW_OK);
	store_stats(f->store, &after);
	assert_int_equal(after.records, before.records + 1);
	assert_int_equal(store_generation(f->store), generation + 1);
	assert_int_equal(atomic_load(&heard), 1);
	assert_int_equal(outbox_retry(f->store, &me, id + 1, NULL), GW_E_NOTFOUND);
	assert_int_equal(atomic_load(&heard), 1);
	store_listen(f->store, NULL, NULL);
	assert_int_equal(outbox_retry(f->store, &me, id, NULL), GW_OK);
	assert_int_equal(atomic_load(&heard), 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		CASE(a_message_is_due_at_once_and_as_it_was_said),
		CASE(a_message_that_was_sent_is_not_due_again),
		CASE(the_waits_are_1_5_15_minutes_1_4_12_hours_and_then_none),
		CASE(a_permanent_failure_is_dead_at_once_and_retry_gives_a_new_life),
		CASE(retry_refuses_what_was_sent_and_what_is_not_there),
		CASE(several_fail_together),
		CASE(lists_stretch_after_stretch_and_the_oldest_due_first),
		CASE(refuses_what_could_become_another_header),
		CASE(cuts_a_long_error_between_characters),
		CASE(a_message_goes_with_the_transaction_that_causes_it),
		CASE(nothing_is_deleted),
		CASE(a_note_is_no_change_of_the_registry_but_a_retry_is),
	};
	return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
