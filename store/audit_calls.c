#include "store/audit_calls.h"

#include "base/kv.h"
#include "base/text.h"
#include "store/db.h"

enum { STRETCH = 50000, OUTCOME_WITHIN = 20000, LEAF_BYTES = 32, VALUE_MAX_BYTES = 4096 };

static const char *field(struct gw_span line, const char *key, struct gw_arena *arena) {
	GW_AUTO(buf) struct gw_buf value;
	gw_buf_init(&value, VALUE_MAX_BYTES);
	return gw_kv_find(line, key, &value) == GW_OK ? gw_arena_span(arena, gw_buf_span(&value)) : "";
}

/* How a call that was forwarded has ended: its outcome stands soon behind its intent. */
static enum gw_code read_outcome(struct sqlite3 *db, struct gw_arena *arena, struct vash_call *call,
				 struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db,
				     "SELECT line FROM audit WHERE idx > ?1 AND idx < ?1 + ?2"
				     " AND line LIKE '% kind=outcome request=' || ?3 || ' %' LIMIT 1",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, call->index);
	sqlite3_bind_int(s, 2, OUTCOME_WITHIN);
	db_bind_text(s, 3, call->request);
	rc = db_step(s, &row, err);
	if (rc == GW_OK && row) {
		struct gw_span line = gw_span_of(db_text(s, 0));
		call->result = field(line, "result", arena);
		call->code = field(line, "code", arena);
		call->status = field(line, "status", arena);
	}
	return rc;
}

static struct vash_call read_call(sqlite3_stmt *s, const char *log_id, struct gw_arena *arena) {
	struct gw_span line = gw_span_of(db_text(s, 2));
	char leaf[2 * LEAF_BYTES + 1] = "";
	if (sqlite3_column_bytes(s, 1) == LEAF_BYTES) {
		gw_hex(sqlite3_column_blob(s, 1), LEAF_BYTES, leaf);
	}
	struct vash_call call = {.index = sqlite3_column_int64(s, 0),
				 .time = field(line, "time", arena),
				 .kind = field(line, "kind", arena),
				 .service = field(line, "service", arena),
				 .request = field(line, "request", arena),
				 .code = field(line, "code", arena),
				 .status = field(line, "status", arena),
				 .cert = field(line, "cert", arena),
				 .membership = strtoll(field(line, "membership", arena), NULL, 10),
				 .result = ""};
	call.receipt = gw_arena_printf(arena, "v=1; log=%s; index=%lld; leaf=%s; time=%s", log_id,
				       (long long)call.index, leaf, call.time);
	return call;
}

/* The log's name stands in its heads. */
static enum gw_code read_log_id(struct sqlite3 *db, struct gw_arena *arena, const char **out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, "SELECT line FROM audit_head ORDER BY size DESC LIMIT 1", &s, err);
	rc = rc == GW_OK ? db_step(s, &row, err) : rc;
	*out = rc == GW_OK && row ? field(gw_span_of(db_text(s, 0)), "log", arena) : "";
	return rc;
}

static enum gw_code last_index(struct sqlite3 *db, int64_t *out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, "SELECT coalesce(max(idx) + 1, 0) FROM audit", &s, err);
	rc = rc == GW_OK ? db_step(s, &row, err) : rc;
	*out = rc == GW_OK && row ? sqlite3_column_int64(s, 0) : 0;
	return rc;
}

static enum gw_code collect(struct sqlite3 *db, sqlite3_stmt *s, const char *log_id, struct gw_arena *arena,
			    struct vash_calls *out, struct gw_err *err) {
	bool row = false;
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && out->count < VASH_CALLS_MAX && (rc = db_step(s, &row, err)) == GW_OK && row) {
		struct vash_call *call = &out->row[out->count++];
		*call = read_call(s, log_id, arena);
		rc = strcmp(call->kind, "intent") == 0 ? read_outcome(db, arena, call, err) : GW_OK;
	}
	return rc;
}

enum gw_code audit_calls(struct sqlite3 *db, int64_t eceu_id, uint64_t before, struct gw_arena *arena,
			 struct vash_calls *out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	int64_t to = (int64_t)before;
	const char *log_id = "";
	*out = (struct vash_calls){0};
	enum gw_code rc = before ? GW_OK : last_index(db, &to, err);
	rc = rc == GW_OK ? read_log_id(db, arena, &log_id, err) : rc;
	rc = rc == GW_OK ? db_prepare(db,
				      "SELECT idx, leaf, line FROM audit WHERE idx < ?1 AND idx >= ?1 - ?2"
				      " AND line LIKE '% eceu=' || ?3 || ' %'"
				      " AND (line LIKE '% kind=intent %' OR line LIKE '% kind=refusal %')"
				      " ORDER BY idx DESC",
				      &s, err)
			 : rc;
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, to);
	sqlite3_bind_int(s, 2, STRETCH);
	sqlite3_bind_int64(s, 3, eceu_id);
	rc = collect(db, s, log_id, arena, out, err);
	bool full = out->count == VASH_CALLS_MAX;
	out->next = full ? out->row[out->count - 1].index : to > STRETCH ? to - STRETCH : 0;
	return rc;
}
