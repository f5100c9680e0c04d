#include "store/audit_read.h"

#include "base/kv.h"
#include "base/text.h"
#include "store/db.h"
#include "store/trail.h"

enum { TILE = 256, STRETCH = 4096 };

struct audit_reader {
	sqlite3 *db;
	sqlite3_stmt *leaf, *tile;
};

enum gw_code audit_reader_open(const char *path, struct audit_reader **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(audit_reader) struct audit_reader *r = calloc(1, sizeof(*r));
	if (!r) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = db_open(path, DB_READ, NULL, &r->db, err);
	rc = rc == GW_OK ? db_prepare(r->db, "SELECT leaf FROM audit WHERE idx = ?", &r->leaf, err) : rc;
	rc = rc == GW_OK
		     ? db_prepare(r->db, "SELECT hashes FROM audit_tile WHERE level = ? AND tile = ?", &r->tile, err)
		     : rc;
	if (rc == GW_OK) {
		*out = gw_take(&r);
	}
	return rc;
}

void audit_reader_close(struct audit_reader *r) {
	if (r) {
		db_finalize(r->leaf);
		db_finalize(r->tile);
		db_close(r->db);
		free(r);
	}
}

enum gw_code audit_size(struct audit_reader *r, uint64_t *out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db, "SELECT coalesce(max(idx) + 1, 0) FROM audit", &s, err);
	if (rc == GW_OK && (rc = db_step(s, &row, err)) == GW_OK && row) {
		*out = (uint64_t)sqlite3_column_int64(s, 0);
	}
	return rc;
}

/* ---- subtrees ---- */

static enum gw_code read_leaf(struct audit_reader *r, uint64_t index, struct merkle_hash *out, struct gw_err *err) {
	bool row = false;
	sqlite3_bind_int64(r->leaf, 1, (int64_t)index);
	enum gw_code rc = db_step(r->leaf, &row, err);
	if (rc == GW_OK && (!row || sqlite3_column_bytes(r->leaf, 0) != MERKLE_HASH)) {
		rc = gw_fail(err, GW_E_STORE, "audit record %llu is missing", (unsigned long long)index);
	} else if (rc == GW_OK) {
		memcpy(out->b, sqlite3_column_blob(r->leaf, 0), MERKLE_HASH);
	}
	sqlite3_reset(r->leaf);
	return rc;
}

/* Hashes [at, at + count) of a stored tile folded into one; *found is false where the tile is not stored. */
static enum gw_code fold_stored(struct audit_reader *r, unsigned level, uint64_t tile, size_t at, size_t count,
				bool *found, struct merkle_hash *out, struct gw_err *err) {
	struct merkle_frontier f = {0};
	*found = false;
	sqlite3_bind_int64(r->tile, 1, level);
	sqlite3_bind_int64(r->tile, 2, (int64_t)tile);
	enum gw_code rc = db_step(r->tile, found, err);
	const uint8_t *hashes = rc == GW_OK && *found ? sqlite3_column_blob(r->tile, 0) : NULL;
	for (size_t i = 0; hashes && i < count; i++) {
		struct merkle_hash h;
		memcpy(h.b, hashes + (at + i) * MERKLE_HASH, MERKLE_HASH);
		merkle_append(&f, &h);
	}
	sqlite3_reset(r->tile);
	merkle_root(&f, out);
	return rc;
}

static enum gw_code subtree(void *ctx, uint64_t first, unsigned level, struct merkle_hash *out, struct gw_err *err) {
	struct audit_reader *r = ctx;
	if (level == 0) {
		return read_leaf(r, first, out, err);
	}
	unsigned tile_level = (level - 1) / 8 * 8; /* the tile whose nodes are just below */
	uint64_t node = first >> tile_level;
	bool found = false;
	enum gw_code rc = fold_stored(r, tile_level, node / TILE, node % TILE, (size_t)1 << (level - tile_level),
				      &found, out, err);
	if (rc != GW_OK || found) {
		return rc;
	}
	struct merkle_hash left, right;
	rc = subtree(ctx, first, level - 1, &left, err);
	rc = rc == GW_OK ? subtree(ctx, first + ((uint64_t)1 << (level - 1)), level - 1, &right, err) : rc;
	if (rc == GW_OK) {
		merkle_node(&left, &right, out);
	}
	return rc;
}

static enum gw_code root_of(struct audit_reader *r, uint64_t size, struct merkle_hash *out, struct gw_err *err) {
	struct merkle_frontier empty = {0};
	if (size == 0) {
		merkle_root(&empty, out);
		return GW_OK;
	}
	return merkle_range_root(subtree, r, 0, size, out, err);
}

/* ---- export ---- */

static void print_hashes(FILE *f, const struct merkle_hash *h, size_t count) {
	for (size_t i = 0; i < count; i++) {
		char hex[2 * MERKLE_HASH + 1];
		gw_hex(h[i].b, MERKLE_HASH, hex);
		fprintf(f, "%s%s", i ? "," : "", hex);
	}
}

static enum gw_code print_frontier(struct audit_reader *r, uint64_t size, FILE *f, struct gw_err *err) {
	struct merkle_hash node[MERKLE_LEVELS];
	size_t count = 0;
	uint64_t at = 0;
	for (int level = 63; level >= 0; level--) {
		if (!(size >> level & 1)) {
			continue;
		}
		enum gw_code rc = subtree(r, at, (unsigned)level, &node[count++], err);
		if (rc != GW_OK) {
			return rc;
		}
		at += (uint64_t)1 << level;
	}
	fprintf(f, "frontier size=%llu hashes=", (unsigned long long)size);
	print_hashes(f, node, count);
	fputc('\n', f);
	return GW_OK;
}

typedef void (*print_fn)(sqlite3_stmt *s, FILE *f);

/* One stretch of a query's rows, printed into memory: whoever reads slowly holds no snapshot meanwhile. */
static enum gw_code read_stretch(sqlite3_stmt *s, uint64_t from, uint64_t to, print_fn print, FILE *f,
				 struct gw_err *err) {
	bool row = false;
	enum gw_code rc;
	sqlite3_bind_int64(s, 1, (int64_t)from);
	sqlite3_bind_int64(s, 2, (int64_t)to);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		print(s, f);
	}
	sqlite3_reset(s);
	return rc;
}

static enum gw_code print_stretch(sqlite3_stmt *s, uint64_t from, uint64_t to, print_fn print, FILE *f,
				  struct gw_err *err) {
	char *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	if (!memory) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = read_stretch(s, from, to, print, memory, err);
	bool whole = !ferror(memory);
	whole = fclose(memory) == 0 && whole;
	if (rc == GW_OK && !whole) {
		rc = gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	if (rc == GW_OK) {
		fwrite(text, 1, n, f);
	}
	free(text);
	return rc;
}

/* Run a query over [from, to) and print each row. What is asked for never changes, so that many short snapshots
 * (DESIGN: at most 1 s) show the same as one long one. */
static enum gw_code print_rows(struct audit_reader *r, const char *sql, uint64_t from, uint64_t to, print_fn print,
			       FILE *f, audit_progress_fn progress, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(r->db, sql, &s, err);
	for (uint64_t at = from; rc == GW_OK && at < to; at += STRETCH) {
		uint64_t end = to - at > STRETCH ? at + STRETCH : to;
		rc = print_stretch(s, at, end, print, f, err);
		if (rc == GW_OK && progress) {
			progress(end - from, to - from);
		}
	}
	return rc;
}

static void print_record(sqlite3_stmt *s, FILE *f) {
	fprintf(f, "record %s\n", db_text(s, 0));
}

static void print_line(sqlite3_stmt *s, FILE *f) {
	fprintf(f, "%s\n", db_text(s, 0));
}

static void print_head(sqlite3_stmt *s, FILE *f) {
	fprintf(f, "head %s\n", db_text(s, 0));
}

static void print_person(sqlite3_stmt *s, FILE *f) {
	char salt[33];
	gw_hex(sqlite3_column_blob(s, 3), 16, salt);
	fprintf(f, "person index=%lld k=%lld kind=%s salt=%s value=%s\n", (long long)sqlite3_column_int64(s, 0),
		(long long)sqlite3_column_int64(s, 1), db_text(s, 2), salt, db_text(s, 4));
}

enum gw_code audit_export(struct audit_reader *r, uint64_t from, uint64_t to, struct gw_span spki, FILE *f,
			  audit_progress_fn progress, struct gw_err *err) {
	char log[AUDIT_LOG_ID], key[512];
	if (spki.n * 2 >= sizeof(key)) {
		return gw_fail(err, GW_E_CONFIG, "the log key is too long");
	}
	trail_log_id_of((const uint8_t *)spki.p, spki.n, log);
	gw_hex((const uint8_t *)spki.p, spki.n, key);
	fprintf(f, "export v=1 log=%s from=%llu to=%llu key=%s\n", log, (unsigned long long)from,
		(unsigned long long)to, key);
	enum gw_code rc = from > 0 ? print_frontier(r, from, f, err) : GW_OK;
	rc = rc == GW_OK ? print_rows(r, "SELECT line FROM audit WHERE idx >= ? AND idx < ? ORDER BY idx", from, to,
				      print_record, f, progress, err)
			 : rc;
	rc = rc == GW_OK
		     ? print_rows(
			       r,
			       "SELECT idx, k, kind, salt, value FROM audit_person WHERE idx >= ? AND idx < ? ORDER BY idx, k",
			       from, to, print_person, f, NULL, err)
		     : rc;
	rc = rc == GW_OK ? print_rows(r, "SELECT line FROM audit_head WHERE size > ? AND size <= ? ORDER BY size", from,
				      to, print_head, f, NULL, err)
			 : rc;
	return rc == GW_OK && ferror(f) ? gw_fail(err, GW_E_STORE, "cannot write the export") : rc;
}

/* ---- single records ---- */

enum gw_code audit_line(struct audit_reader *r, uint64_t index, struct gw_buf *out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db, "SELECT line FROM audit WHERE idx = ?", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, (int64_t)index);
	rc = db_step(s, &row, err);
	if (rc == GW_OK && !row) {
		return gw_fail(err, GW_E_NOTFOUND, "there is no record %llu", (unsigned long long)index);
	}
	return rc == GW_OK ? gw_buf_text(out, db_text(s, 0)) : rc;
}

enum gw_code audit_find_request(struct audit_reader *r, const char *request_id, FILE *f, struct gw_err *err) {
	char sql[160];
	uint64_t size = 0;
	if (strspn(request_id, "0123456789abcdef") != strlen(request_id) || strlen(request_id) >= AUDIT_REQUEST_ID) {
		return GW_OK; /* no request has such an id */
	}
	snprintf(sql, sizeof(sql),
		 "SELECT line FROM audit WHERE idx >= ? AND idx < ? AND instr(line, 'request=%s') ORDER BY idx",
		 request_id);
	enum gw_code rc = audit_size(r, &size, err);
	return rc == GW_OK ? print_rows(r, sql, 0, size, print_line, f, NULL, err) : rc;
}

/* ---- proofs ---- */

enum gw_code audit_head(struct audit_reader *r, uint64_t *size, struct gw_buf *line, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(
		r->db, "SELECT size, line FROM audit_head WHERE ?1 = 0 OR size = ?1 ORDER BY size DESC LIMIT 1", &s,
		err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, (int64_t)*size);
	if ((rc = db_step(s, &row, err)) != GW_OK) {
		return rc;
	}
	if (!row) {
		return gw_fail(err, GW_E_NOTFOUND, "no head of size %llu is kept", (unsigned long long)*size);
	}
	*size = (uint64_t)sqlite3_column_int64(s, 0);
	return gw_buf_text(line, db_text(s, 1));
}

static void print_path(FILE *f, const struct merkle_path *path) {
	fputs(" path=", f);
	if (path->count == 0) {
		fputc('-', f);
	}
	print_hashes(f, path->node, path->count);
	fputc('\n', f);
}

static void print_hash(FILE *f, const char *key, const struct merkle_hash *h) {
	fprintf(f, " %s=", key);
	print_hashes(f, h, 1);
}

enum gw_code audit_prove_inclusion(struct audit_reader *r, uint64_t index, uint64_t size, FILE *f, struct gw_err *err) {
	struct merkle_path path;
	struct merkle_hash leaf, root;
	enum gw_code rc = merkle_inclusion(subtree, r, index, size, &path, err);
	rc = rc == GW_OK ? read_leaf(r, index, &leaf, err) : rc;
	rc = rc == GW_OK ? root_of(r, size, &root, err) : rc;
	if (rc == GW_OK) {
		fprintf(f, "inclusion index=%llu size=%llu", (unsigned long long)index, (unsigned long long)size);
		print_hash(f, "leaf", &leaf);
		print_hash(f, "root", &root);
		print_path(f, &path);
	}
	return rc;
}

static enum gw_code prove_consistency(struct audit_reader *r, uint64_t from, uint64_t to, FILE *f, struct gw_err *err) {
	struct merkle_path path;
	struct merkle_hash root_from, root_to;
	enum gw_code rc = merkle_consistency(subtree, r, from, to, &path, err);
	rc = rc == GW_OK ? root_of(r, from, &root_from, err) : rc;
	rc = rc == GW_OK ? root_of(r, to, &root_to, err) : rc;
	if (rc == GW_OK) {
		fprintf(f, "consistency from=%llu to=%llu", (unsigned long long)from, (unsigned long long)to);
		print_hash(f, "root_from", &root_from);
		print_hash(f, "root_to", &root_to);
		print_path(f, &path);
	}
	return rc;
}

enum gw_code audit_prove(struct audit_reader *r, uint64_t index, uint64_t size, uint64_t from, FILE *f,
			 struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf head;
	gw_buf_init(&head, 1024);
	enum gw_code rc = audit_head(r, &size, &head, err);
	rc = rc == GW_OK ? audit_prove_inclusion(r, index, size, f, err) : rc;
	rc = rc == GW_OK && from > 0 ? prove_consistency(r, from, size, f, err) : rc;
	if (rc == GW_OK) {
		fprintf(f, "head %.*s\n", (int)head.len, head.data);
	}
	return rc;
}
