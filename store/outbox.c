#include "store/outbox.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/db.h"

/* ---- adding ---- */

static bool has_control(const char *text) {
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f) {
			return true;
		}
	}
	return false;
}

static enum gw_code check_line(const char *what, const char *text, size_t max, struct gw_err *err) {
	if (!text[0] || strlen(text) > max) {
		return gw_fail(err, GW_E_INPUT, "the %s of a message must have 1 to %zu bytes", what, max);
	}
	return has_control(text) ? gw_fail(err, GW_E_INPUT, "the %s of a message holds a control character", what)
				 : GW_OK;
}

enum gw_code outbox_add(sqlite3 *db, const struct outbox_mail *mail, int64_t *id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = check_line("recipient", mail->recipient, OUTBOX_RECIPIENT_MAX, err);
	rc = rc == GW_OK ? check_line("subject", mail->subject, OUTBOX_SUBJECT_MAX, err) : rc;
	if (rc == GW_OK && strlen(mail->body) > OUTBOX_BODY_MAX) {
		rc = gw_fail(err, GW_E_INPUT, "the body of a message may have %d bytes", OUTBOX_BODY_MAX);
	}
	rc = rc == GW_OK ? db_prepare(db,
				      "INSERT INTO outbox (recipient, subject_line, body, created_utc_s, next_utc_s)"
				      " VALUES (?1, ?2, ?3, ?4, ?4)",
				      &s, err)
			 : rc;
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_span(s, 1, gw_span_of(mail->recipient));
	db_bind_span(s, 2, gw_span_of(mail->subject));
	db_bind_span(s, 3, gw_span_of(mail->body));
	sqlite3_bind_int64(s, 4, gw_now_utc_s());
	rc = db_run(s, err);
	*id = sqlite3_last_insert_rowid(db);
	return rc;
}

/* ---- reading ---- */

#define WAITING "sent_utc_s IS NULL AND dead_utc_s IS NULL"

enum column { ID, CREATED, NEXT, SENT, DEAD, ATTEMPTS, RECIPIENT, SUBJECT, ERROR_TEXT, BODY };
#define COLUMNS "id, created_utc_s, next_utc_s, sent_utc_s, dead_utc_s, attempts, recipient, subject_line, last_error"

struct outbox_reader {
	sqlite3 *db;
	sqlite3_stmt *due, *count;
};

static const char due_sql[] = "SELECT " COLUMNS ", body FROM outbox WHERE " WAITING " AND next_utc_s <= ?1"
			      " ORDER BY next_utc_s, id LIMIT ?2";
static const char count_sql[] = "SELECT count(*), min(next_utc_s),"
				" (SELECT count(*) FROM outbox WHERE dead_utc_s IS NOT NULL)"
				" FROM outbox WHERE " WAITING;

#define LIST_SQL(which) "SELECT " COLUMNS ", '' FROM outbox WHERE id > ?1 AND " which " ORDER BY id LIMIT ?2"
static const char *const list_sql[] = {[OUTBOX_ALL] = LIST_SQL("1"),
				       [OUTBOX_WAITING] = LIST_SQL(WAITING),
				       [OUTBOX_DEAD] = LIST_SQL("dead_utc_s IS NOT NULL")};

enum gw_code outbox_reader_open(const char *path, struct outbox_reader **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(outbox_reader) struct outbox_reader *r = calloc(1, sizeof(*r));
	if (!r) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = db_open(path, DB_READ, NULL, &r->db, err);
	rc = rc == GW_OK ? db_prepare(r->db, due_sql, &r->due, err) : rc;
	rc = rc == GW_OK ? db_prepare(r->db, count_sql, &r->count, err) : rc;
	if (rc == GW_OK) {
		*out = gw_take(&r);
	}
	return rc;
}

void outbox_reader_close(struct outbox_reader *r) {
	if (r) {
		db_finalize(r->due);
		db_finalize(r->count);
		db_close(r->db);
		free(r);
	}
}

static struct outbox_row row_of(sqlite3_stmt *s) {
	return (struct outbox_row){.id = sqlite3_column_int64(s, ID),
				   .created_utc_s = sqlite3_column_int64(s, CREATED),
				   .next_utc_s = sqlite3_column_int64(s, NEXT),
				   .sent_utc_s = sqlite3_column_int64(s, SENT),
				   .dead_utc_s = sqlite3_column_int64(s, DEAD),
				   .attempts = sqlite3_column_int(s, ATTEMPTS),
				   .recipient = db_text(s, RECIPIENT),
				   .subject = db_text(s, SUBJECT),
				   .last_error = db_text(s, ERROR_TEXT),
				   .body = db_text(s, BODY)};
}

static enum gw_code each_row(sqlite3_stmt *s, outbox_row_fn each, void *ctx, struct gw_err *err) {
	bool more = true;
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && (rc = db_step(s, &more, err)) == GW_OK && more) {
		const struct outbox_row row = row_of(s);
		rc = each(ctx, &row, err);
	}
	sqlite3_reset(s);
	return rc;
}

enum gw_code outbox_due(struct outbox_reader *r, int64_t now_utc_s, int limit, outbox_row_fn each, void *ctx,
			struct gw_err *err) {
	sqlite3_bind_int64(r->due, 1, now_utc_s);
	sqlite3_bind_int(r->due, 2, limit);
	return each_row(r->due, each, ctx, err);
}

enum gw_code outbox_count(struct outbox_reader *r, struct outbox_counts *out, struct gw_err *err) {
	bool row = false;
	*out = (struct outbox_counts){.next_utc_s = INT64_MAX};
	enum gw_code rc = db_step(r->count, &row, err);
	if (rc == GW_OK && row) {
		out->waiting = sqlite3_column_int64(r->count, 0);
		out->next_utc_s = out->waiting ? sqlite3_column_int64(r->count, 1) : INT64_MAX;
		out->dead = sqlite3_column_int64(r->count, 2);
	}
	sqlite3_reset(r->count);
	return rc;
}

enum gw_code outbox_list(struct outbox_reader *r, enum outbox_which which, int64_t after, int limit, outbox_row_fn each,
			 void *ctx, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(r->db, list_sql[which], &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, after);
	sqlite3_bind_int(s, 2, limit);
	return each_row(s, each, ctx, err);
}

/* ---- marking ---- */

int64_t outbox_backoff_s(int attempts, int64_t first_s) {
	static const int64_t times[] = {1, 5, 15, 60, 240, 720};
	_Static_assert(GW_COUNT(times) == OUTBOX_ATTEMPTS_MAX - 1, "a wait behind each attempt but the last");
	return attempts >= 1 && (size_t)attempts <= GW_COUNT(times) ? times[attempts - 1] * first_s : 0;
}

static enum gw_code sent_body(sqlite3 *db, void *arg, struct gw_err *err) {
	const int64_t *id = arg;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "UPDATE outbox SET sent_utc_s = ?2, dead_utc_s = NULL, attempts = attempts + 1,"
				     " last_error = NULL WHERE id = ?1 AND sent_utc_s IS NULL",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, *id);
	sqlite3_bind_int64(s, 2, gw_now_utc_s());
	return db_run(s, err);
}

enum gw_code outbox_mark_sent(struct store *s, int64_t id, struct gw_err *err) {
	return store_note(s, sent_body, &id, err);
}

static enum gw_code attempts_of(sqlite3 *db, int64_t id, int *out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, "SELECT attempts FROM outbox WHERE id = ? AND " WAITING, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	rc = db_step(s, &row, err);
	*out = rc == GW_OK && row ? sqlite3_column_int(s, 0) : -1;
	return rc;
}

/* Cut at the end of a character. */
static struct gw_span cut(const char *text) {
	size_t n = 0;
	for (size_t more; text[n] && (more = gw_utf8_len((const uint8_t *)text + n, strlen(text + n))) > 0 &&
			  n + more <= OUTBOX_ERROR_MAX;) {
		n += more;
	}
	return (struct gw_span){text, n};
}

static enum gw_code fail_one(sqlite3 *db, int64_t id, struct outbox_failure *f, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	int attempts = 0;
	enum gw_code rc = attempts_of(db, id, &attempts, err);
	if (rc != GW_OK || attempts < 0) {
		return rc; /* sent or dead meanwhile */
	}
	rc = db_prepare(db,
			"UPDATE outbox SET attempts = ?2, next_utc_s = ?3, dead_utc_s = ?4, last_error = ?5"
			" WHERE id = ?1",
			&s, err);
	if (rc != GW_OK) {
		return rc;
	}
	int64_t now = gw_now_utc_s(), wait_s = f->permanent ? 0 : outbox_backoff_s(attempts + 1, f->first_s);
	sqlite3_bind_int64(s, 1, id);
	sqlite3_bind_int(s, 2, attempts + 1);
	sqlite3_bind_int64(s, 3, now + wait_s);
	db_bind_int0(s, 4, wait_s ? 0 : now);
	db_bind_span(s, 5, cut(f->error));
	rc = db_run(s, err);
	f->died += rc == GW_OK && wait_s == 0;
	return rc;
}

static enum gw_code failed_body(sqlite3 *db, void *arg, struct gw_err *err) {
	struct outbox_failure *f = arg;
	enum gw_code rc = GW_OK;
	f->died = 0;
	for (size_t i = 0; rc == GW_OK && i < f->count; i++) {
		rc = fail_one(db, f->ids[i], f, err);
	}
	return rc;
}

enum gw_code outbox_mark_failed(struct store *s, struct outbox_failure *f, struct gw_err *err) {
	return store_note(s, failed_body, f, err);
}

/* ---- the operator ---- */

static enum gw_code check_unsent(sqlite3 *db, int64_t id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, "SELECT sent_utc_s IS NOT NULL FROM outbox WHERE id = ?", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	if ((rc = db_step(s, &row, err)) != GW_OK) {
		return rc;
	}
	if (!row) {
		return gw_fail(err, GW_E_NOTFOUND, "there is no message %lld", (long long)id);
	}
	return sqlite3_column_int(s, 0) ? gw_fail(err, GW_E_CONFLICT, "message %lld has been sent", (long long)id)
					: GW_OK;
}

static enum gw_code retry_body(sqlite3 *db, void *arg, struct gw_err *err) {
	const int64_t *id = arg;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = check_unsent(db, *id, err);
	rc = rc == GW_OK
		     ? db_prepare(db,
				  "UPDATE outbox SET attempts = 0, next_utc_s = ?2, dead_utc_s = NULL WHERE id = ?1",
				  &s, err)
		     : rc;
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, *id);
	sqlite3_bind_int64(s, 2, gw_now_utc_s());
	return db_run(s, err);
}

enum gw_code outbox_retry(struct store *s, const struct store_context *who, int64_t id, struct gw_err *err) {
	return store_change(s, who, retry_body, &id, err);
}

struct put {
	const struct outbox_mail *mail;
	int64_t id;
};

static enum gw_code put_body(sqlite3 *db, void *arg, struct gw_err *err) {
	struct put *p = arg;
	return outbox_add(db, p->mail, &p->id, err);
}

enum gw_code outbox_put(struct store *s, const struct store_context *who, const struct outbox_mail *mail, int64_t *id,
			struct gw_err *err) {
	struct put p = {.mail = mail};
	enum gw_code rc = store_change(s, who, put_body, &p, err);
	*id = p.id;
	return rc;
}
