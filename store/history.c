#include "store/history.h"

#include "base/clock.h"
#include "base/kv.h"
#include "base/text.h"

static enum gw_code pair(struct gw_buf *out, const char *key, const char *value) {
	return gw_kv_text(out, key, value[0] ? value : "-");
}

enum gw_code history_line(sqlite3_stmt *s, struct gw_buf *out, struct gw_err *err) {
	char time[GW_TIME_TEXT];
	gw_time_text(sqlite3_column_int64(s, H_AT) * 1000, time);
	gw_buf_clear(out);
	enum gw_code rc = gw_kv_int(out, "id", sqlite3_column_int64(s, H_ID));
	rc = rc == GW_OK ? pair(out, "time", time) : rc;
	rc = rc == GW_OK ? pair(out, "object", db_text(s, H_OBJECT)) : rc;
	rc = rc == GW_OK ? pair(out, "object_id", db_text(s, H_OBJECT_ID)) : rc;
	rc = rc == GW_OK ? pair(out, "procedure", db_text(s, H_PROCEDURE)) : rc;
	rc = rc == GW_OK ? pair(out, "before", db_text(s, H_BEFORE)) : rc;
	rc = rc == GW_OK ? pair(out, "after", db_text(s, H_AFTER)) : rc;
	return rc == GW_OK ? rc : gw_fail(err, rc, "row of history too long");
}

struct gw_span history_salt(sqlite3_stmt *s) {
	return (struct gw_span){sqlite3_column_blob(s, H_SALT), (size_t)sqlite3_column_bytes(s, H_SALT)};
}

enum gw_code history_row_hash(struct gw_span salt, struct gw_span line, struct merkle_hash *out, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf salted;
	gw_buf_init(&salted, HISTORY_SALT + HISTORY_LINE_MAX);
	enum gw_code rc = gw_buf_add(&salted, salt.p, salt.n);
	rc = rc == GW_OK ? gw_buf_add(&salted, line.p, line.n) : rc;
	if (rc != GW_OK) {
		return gw_fail(err, rc, "row of history too long");
	}
	merkle_sha256(salted.data, salted.len, out->b);
	return GW_OK;
}

static enum gw_code collect(sqlite3_stmt *s, struct gw_buf *hashes, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf line;
	gw_buf_init(&line, HISTORY_LINE_MAX);
	bool row = false;
	enum gw_code rc;
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		struct merkle_hash hash;
		rc = history_line(s, &line, err);
		rc = rc == GW_OK ? history_row_hash(history_salt(s), gw_buf_span(&line), &hash, err) : rc;
		rc = rc == GW_OK ? gw_buf_add(hashes, hash.b, MERKLE_HASH) : rc;
		if (rc != GW_OK) {
			return gw_fail(err, rc, "too many rows of history in one change");
		}
	}
	return rc;
}

enum gw_code history_digest(sqlite3 *db, int64_t from, int64_t to, char out[HISTORY_DIGEST], struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	GW_AUTO(buf) struct gw_buf hashes;
	struct merkle_hash all;
	gw_buf_init(&hashes, HISTORY_LINE_MAX);
	enum gw_code rc =
		db_prepare(db, "SELECT " HISTORY_COLUMNS " FROM history WHERE id BETWEEN ? AND ? ORDER BY id", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, from);
	sqlite3_bind_int64(s, 2, to);
	rc = collect(s, &hashes, err);
	merkle_sha256(hashes.data, hashes.len, all.b);
	gw_hex(all.b, MERKLE_HASH, out);
	if (hashes.len == 0) {
		gw_copy_text(out, HISTORY_DIGEST, "-");
	}
	return rc;
}
