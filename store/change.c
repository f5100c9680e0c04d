#include "store/change.h"

#include "base/kv.h"
#include "store/history.h"

static enum gw_code set_context(sqlite3 *db, const struct store_context *c, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc =
		db_prepare(db,
			   "INSERT INTO write_context (id, procedure, who, on_behalf, idp_im, idp_string, cert,"
			   " actor_davcna) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
			   &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	const char *values[] = {c->procedure, c->who, c->on_behalf, c->idp_im, c->idp_string, c->cert, c->actor_davcna};
	for (size_t i = 0; i < GW_COUNT(values); i++) {
		sqlite3_bind_text(s, (int)i + 1, values[i] ? values[i] : "", -1, SQLITE_STATIC);
	}
	return db_run(s, err);
}

static enum gw_code last_history(sqlite3 *db, int64_t *id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, "SELECT coalesce(max(id), 0) FROM history", &s, err);
	if (rc == GW_OK && (rc = db_step(s, &row, err)) == GW_OK && row) {
		*id = sqlite3_column_int64(s, 0);
	}
	return rc;
}

/* Where the record of a change stands, for who looks at its rows later (store/dossier.h). */
static enum gw_code note_change(sqlite3 *db, int64_t history_to, uint64_t index, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db, "INSERT INTO audit_change (history_to, idx) VALUES (?, ?)", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, history_to);
	sqlite3_bind_int64(s, 2, (int64_t)index);
	return db_run(s, err);
}

static enum gw_code put_record(sqlite3 *db, struct trail *trail, const struct store_context *c, int64_t from,
			       int64_t to, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf fields;
	char digest[HISTORY_DIGEST];
	gw_buf_init(&fields, AUDIT_FIELDS_MAX_BYTES);
	const char *const pairs[][2] = {
		{"procedure", c->procedure},   {"who", c->who},	  {"on_behalf", c->on_behalf}, {"idp_im", c->idp_im},
		{"idp_string", c->idp_string}, {"cert", c->cert}, {"object", c->object},       {"action", c->action}};
	enum gw_code rc = history_digest(db, from + 1, to, digest, err);
	for (size_t i = 0; rc == GW_OK && i < GW_COUNT(pairs); i++) {
		rc = gw_kv_text(&fields, pairs[i][0], pairs[i][1] && pairs[i][1][0] ? pairs[i][1] : "-");
	}
	rc = rc == GW_OK ? gw_kv_int(&fields, "history_from", from + 1) : rc;
	rc = rc == GW_OK ? gw_kv_int(&fields, "history_to", to) : rc;
	rc = rc == GW_OK ? gw_kv_text(&fields, "history", digest) : rc;
	if (rc != GW_OK) {
		return gw_fail(err, rc, "audit record too long");
	}
	struct audit_entry e = {.kind = AUDIT_REGISTRY, .fields = gw_buf_span(&fields)};
	rc = trail_append(trail, &e, err);
	return rc == GW_OK && to > from ? note_change(db, to, e.index, err) : rc;
}

enum gw_code change_run(sqlite3 *db, struct trail *trail, const struct store_context *context, store_job_fn fn,
			void *arg, struct gw_err *err) {
	int64_t before = 0, after = 0;
	enum gw_code rc = set_context(db, context, err);
	rc = rc == GW_OK ? last_history(db, &before, err) : rc;
	rc = rc == GW_OK ? fn(db, arg, err) : rc;
	rc = rc == GW_OK ? last_history(db, &after, err) : rc;
	rc = rc == GW_OK ? put_record(db, trail, context, before, after, err) : rc;
	rc = rc == GW_OK && context->with ? trail_append(trail, context->with, err) : rc;
	return rc == GW_OK ? db_exec(db, "DELETE FROM write_context", err) : rc;
}
