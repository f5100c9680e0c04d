#include "store/trail.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <unistd.h>

#include "base/kv.h"
#include "base/log.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = MERKLE_RECORD_MAX, TILE = 256, CLOCK_STEP_MS = 2000, HEAD_LINE_MAX = 1024 };

struct trail {
	sqlite3 *db;
	const struct trail_signer *signer;
	char log_id[AUDIT_LOG_ID];
	char *head_file;
	struct merkle_frontier frontier, frontier_before;
	uint64_t head_size;
	int64_t last_utc_ms, last_utc_ms_before;
	int64_t clock_offset_ms, clock_offset_ms_before; /* wall minus monotonic, 0 = not known yet */
	struct gw_buf line;
	sqlite3_stmt *insert, *open_insert, *open_delete, *person_insert, *tile_insert, *tile_leaves, *tile_nodes;
};

static const char *const kind_names[] = {
	[AUDIT_NONE] = "none",	     [AUDIT_START] = "start",	    [AUDIT_STOP] = "stop",
	[AUDIT_CONFIG] = "config",   [AUDIT_INTENT] = "intent",	    [AUDIT_OUTCOME] = "outcome",
	[AUDIT_REFUSAL] = "refusal", [AUDIT_SERVED] = "served",	    [AUDIT_UNPROVEN] = "unproven",
	[AUDIT_GAP] = "gap",	     [AUDIT_REGISTRY] = "registry", [AUDIT_CLOCK] = "clock",
	[AUDIT_RESTORE] = "restore",
};

const char *audit_kind_name(enum audit_kind kind) {
	return kind_names[kind];
}

enum gw_code audit_receipt(const char *log_id, const struct audit_entry *entry, struct gw_buf *out) {
	char leaf[2 * MERKLE_HASH + 1], time[GW_TIME_TEXT];
	gw_hex(entry->leaf.b, MERKLE_HASH, leaf);
	gw_time_text(entry->utc_ms, time);
	return gw_buf_addf(out, "v=1; log=%s; index=%llu; leaf=%s; time=%s", log_id, (unsigned long long)entry->index,
			   leaf, time);
}

void trail_log_id_of(const uint8_t *spki, size_t n, char out[AUDIT_LOG_ID]) {
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256(spki, n, digest);
	gw_hex(digest, 16, out);
}

/* ---- opening ---- */

static enum gw_code prepare_all(struct trail *t, struct gw_err *err) {
	const struct {
		sqlite3_stmt **stmt;
		const char *sql;
	} all[] = {
		{&t->insert, "INSERT INTO audit (idx, leaf, line) VALUES (?, ?, ?)"},
		{&t->open_insert, "INSERT INTO audit_open (idx, request) VALUES (?, ?)"},
		{&t->open_delete, "DELETE FROM audit_open WHERE idx = ?"},
		{&t->person_insert, "INSERT INTO audit_person (idx, k, kind, salt, value) VALUES (?, ?, ?, ?, ?)"},
		{&t->tile_insert, "INSERT INTO audit_tile (level, tile, hashes) VALUES (?, ?, ?)"},
		{&t->tile_leaves, "SELECT leaf FROM audit WHERE idx BETWEEN ? AND ? ORDER BY idx"},
		{&t->tile_nodes,
		 "SELECT hashes FROM audit_tile WHERE level = ? AND tile BETWEEN ? AND ? ORDER BY tile"},
	};
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < GW_COUNT(all); i++) {
		rc = db_prepare(t->db, all[i].sql, all[i].stmt, err);
	}
	return rc;
}

static enum gw_code load_head(struct trail *t, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc =
		db_prepare(t->db, "SELECT size, frontier FROM audit_head ORDER BY size DESC LIMIT 1", &s, err);
	if (rc != GW_OK || (rc = db_step(s, &row, err)) != GW_OK || !row) {
		return rc;
	}
	t->frontier.size = t->head_size = (uint64_t)sqlite3_column_int64(s, 0);
	size_t bytes = (size_t)sqlite3_column_bytes(s, 1);
	t->frontier.count = bytes / MERKLE_HASH;
	if (bytes % MERKLE_HASH != 0 || t->frontier.count != (size_t)__builtin_popcountll(t->frontier.size)) {
		return gw_fail(err, GW_E_STORE, "head of size %llu has a damaged frontier",
			       (unsigned long long)t->frontier.size);
	}
	memcpy(t->frontier.node, sqlite3_column_blob(s, 1), bytes);
	return GW_OK;
}

/* A head of which a power cut left only the beginning was never one: without it the next would stand on its line. */
static enum gw_code drop_half_head(const char *path, struct gw_err *err) {
	char tail[HEAD_LINE_MAX];
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		return GW_OK; /* there is none yet, or publish_head will say why */
	}
	off_t size = lseek(fd, 0, SEEK_END), from = size > HEAD_LINE_MAX ? size - HEAD_LINE_MAX : 0;
	ssize_t n = pread(fd, tail, sizeof(tail), from);
	const char *end = n > 0 ? memrchr(tail, '\n', (size_t)n) : NULL;
	off_t whole = end ? from + (end - tail) + 1 : from;
	bool ok = n >= 0 && (whole == size || ftruncate(fd, whole) == 0);
	close(fd);
	return ok ? GW_OK : gw_fail(err, GW_E_STORE, "cannot repair head file '%s': %s", path, strerror(errno));
}

static int64_t line_time(const char *line) {
	GW_AUTO(buf) struct gw_buf value;
	gw_buf_init(&value, 64);
	int64_t utc_ms = 0;
	if (gw_kv_find(gw_span_of(line), "time", &value) == GW_OK && gw_buf_cstr(&value)) {
		GW_UNUSED(gw_time_parse(value.data, &utc_ms));
	}
	return utc_ms;
}

static enum gw_code replay(struct trail *t, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	/* one record before the first one to replay: its time is the floor of what follows */
	enum gw_code rc =
		db_prepare(t->db, "SELECT idx, leaf, line FROM audit WHERE idx >= ? - 1 ORDER BY idx", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, (int64_t)t->frontier.size);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		uint64_t index = (uint64_t)sqlite3_column_int64(s, 0);
		t->last_utc_ms = line_time(db_text(s, 2));
		if (index < t->frontier.size) {
			continue;
		}
		if (index != t->frontier.size || sqlite3_column_bytes(s, 1) != MERKLE_HASH) {
			return gw_fail(err, GW_E_STORE, "audit record %llu is missing",
				       (unsigned long long)t->frontier.size);
		}
		struct merkle_hash leaf;
		memcpy(leaf.b, sqlite3_column_blob(s, 1), MERKLE_HASH);
		merkle_append(&t->frontier, &leaf);
	}
	return rc;
}

enum gw_code trail_open(sqlite3 *db, const struct trail_signer *signer, const char *head_file, struct trail **out,
			struct gw_err *err) {
	*out = NULL;
	GW_AUTO(trail) struct trail *t = calloc(1, sizeof(*t));
	if (!t || !(t->head_file = strdup(head_file))) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	t->db = db;
	t->signer = signer;
	gw_buf_init(&t->line, LINE_MAX_BYTES);
	trail_log_id_of(signer->spki, signer->spki_bytes, t->log_id);
	enum gw_code rc = drop_half_head(head_file, err);
	rc = rc == GW_OK ? prepare_all(t, err) : rc;
	rc = rc == GW_OK ? load_head(t, err) : rc;
	rc = rc == GW_OK ? replay(t, err) : rc;
	if (rc == GW_OK) {
		*out = gw_take(&t);
	}
	return rc;
}

void trail_free(struct trail *t) {
	if (!t) {
		return;
	}
	sqlite3_stmt *all[] = {t->insert,      t->open_insert, t->open_delete, t->person_insert,
			       t->tile_insert, t->tile_leaves, t->tile_nodes};
	for (size_t i = 0; i < GW_COUNT(all); i++) {
		db_finalize(all[i]);
	}
	gw_buf_release(&t->line);
	free(t->head_file);
	free(t);
}

const char *trail_log_id(const struct trail *t) {
	return t->log_id;
}

uint64_t trail_size(const struct trail *t) {
	return t->frontier.size;
}

void trail_begin(struct trail *t) {
	t->frontier_before = t->frontier;
	t->last_utc_ms_before = t->last_utc_ms;
	t->clock_offset_ms_before = t->clock_offset_ms;
}

void trail_rolled_back(struct trail *t) {
	t->frontier = t->frontier_before;
	t->last_utc_ms = t->last_utc_ms_before;
	t->clock_offset_ms = t->clock_offset_ms_before;
}

/* ---- appending ---- */

static enum gw_code commit_person(struct trail *t, const struct audit_entry *e, size_t k, struct gw_err *err) {
	const struct audit_person *p = &e->person[k];
	uint8_t salted[16 + sizeof(p->kind) + sizeof(p->value)];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	if (RAND_bytes(salted, 16) != 1) {
		return gw_fail(err, GW_E_STORE, "no random bytes");
	}
	int n = snprintf((char *)salted + 16, sizeof(salted) - 16, "%s:%s", p->kind, p->value);
	SHA256(salted, 16 + (size_t)n, digest);
	char key[24], hex[2 * SHA256_DIGEST_LENGTH + 1], value[sizeof(p->kind) + sizeof(hex) + 1];
	snprintf(key, sizeof(key), "person.%zu", k);
	gw_hex(digest, sizeof(digest), hex);
	snprintf(value, sizeof(value), "%s:%s", p->kind, hex);
	enum gw_code rc = gw_kv_text(&t->line, key, value);
	if (rc != GW_OK) {
		return gw_fail(err, rc, "audit record too long");
	}
	sqlite3_bind_int64(t->person_insert, 1, (int64_t)t->frontier.size);
	sqlite3_bind_int64(t->person_insert, 2, (int64_t)k);
	sqlite3_bind_text(t->person_insert, 3, p->kind, -1, SQLITE_STATIC);
	sqlite3_bind_blob(t->person_insert, 4, salted, 16, SQLITE_STATIC);
	sqlite3_bind_text(t->person_insert, 5, p->value, -1, SQLITE_STATIC);
	return db_run(t->person_insert, err);
}

static enum gw_code build_line(struct trail *t, struct audit_entry *e, struct gw_err *err) {
	char time[GW_TIME_TEXT];
	gw_time_text(e->utc_ms, time);
	gw_buf_clear(&t->line);
	enum gw_code rc = gw_buf_addf(&t->line, "v=1 index=%llu time=%s kind=%s", (unsigned long long)t->frontier.size,
				      time, kind_names[e->kind]);
	if (rc == GW_OK && e->fields.n > 0) {
		rc = gw_buf_addf(&t->line, " %.*s", (int)e->fields.n, e->fields.p);
	}
	if (rc == GW_OK && e->kind == AUDIT_OUTCOME) {
		rc = gw_kv_int(&t->line, "intent", (int64_t)e->intent);
	}
	if (rc != GW_OK) {
		return gw_fail(err, rc, "audit record too long");
	}
	for (size_t k = 0; rc == GW_OK && k < e->person_count; k++) {
		rc = commit_person(t, e, k, err);
	}
	if (rc == GW_OK && e->person_more > 0) {
		rc = gw_kv_int(&t->line, "person.more", (int64_t)e->person_more);
	}
	return rc;
}

static enum gw_code insert_tile(struct trail *t, unsigned level, uint64_t tile, const uint8_t *hashes,
				struct gw_err *err) {
	sqlite3_bind_int64(t->tile_insert, 1, level);
	sqlite3_bind_int64(t->tile_insert, 2, (int64_t)tile);
	sqlite3_bind_blob(t->tile_insert, 3, hashes, TILE * MERKLE_HASH, SQLITE_STATIC);
	return db_run(t->tile_insert, err);
}

/* The root of a full tile: its 256 hashes folded. */
static void fold_tile(const uint8_t *hashes, struct merkle_hash *root) {
	struct merkle_frontier f = {0};
	struct merkle_hash h;
	for (size_t i = 0; i < TILE; i++) {
		memcpy(h.b, hashes + i * MERKLE_HASH, MERKLE_HASH);
		merkle_append(&f, &h);
	}
	merkle_root(&f, root);
}

/* Collect 256 hashes of one tile: leaves for level 0, roots of the tiles below for the others. */
static enum gw_code collect_tile(struct trail *t, unsigned level, uint64_t tile, uint8_t *hashes, struct gw_err *err) {
	sqlite3_stmt *s = level == 0 ? t->tile_leaves : t->tile_nodes;
	int at = 1;
	if (level > 0) {
		sqlite3_bind_int64(s, at++, level - 8);
	}
	sqlite3_bind_int64(s, at, (int64_t)(tile * TILE));
	sqlite3_bind_int64(s, at + 1, (int64_t)(tile * TILE + TILE - 1));
	size_t n = 0;
	bool row = false;
	enum gw_code rc;
	while ((rc = db_step(s, &row, err)) == GW_OK && row && n < TILE) {
		struct merkle_hash h;
		if (level == 0) {
			memcpy(h.b, sqlite3_column_blob(s, 0), MERKLE_HASH);
		} else {
			fold_tile(sqlite3_column_blob(s, 0), &h);
		}
		memcpy(hashes + n++ * MERKLE_HASH, h.b, MERKLE_HASH);
	}
	sqlite3_reset(s);
	if (rc == GW_OK && n != TILE) {
		return gw_fail(err, GW_E_STORE, "tile %u/%llu has %zu hashes", level, (unsigned long long)tile, n);
	}
	return rc;
}

static enum gw_code fill_tiles(struct trail *t, struct gw_err *err) {
	uint8_t hashes[TILE * MERKLE_HASH];
	enum gw_code rc = GW_OK;
	uint64_t nodes = t->frontier.size;
	for (unsigned level = 0; rc == GW_OK && nodes > 0 && nodes % TILE == 0; level += 8) {
		nodes /= TILE;
		rc = collect_tile(t, level, nodes - 1, hashes, err);
		rc = rc == GW_OK ? insert_tile(t, level, nodes - 1, hashes, err) : rc;
	}
	return rc;
}

static enum gw_code note_call(struct trail *t, const struct audit_entry *e, struct gw_err *err) {
	if (e->kind == AUDIT_INTENT) {
		sqlite3_bind_int64(t->open_insert, 1, (int64_t)e->index);
		sqlite3_bind_text(t->open_insert, 2, e->request, -1, SQLITE_STATIC);
		return db_run(t->open_insert, err);
	}
	if (e->kind == AUDIT_OUTCOME) {
		sqlite3_bind_int64(t->open_delete, 1, (int64_t)e->intent);
		return db_run(t->open_delete, err);
	}
	return GW_OK;
}

static enum gw_code append(struct trail *t, struct audit_entry *e, struct gw_err *err) {
	int64_t now = gw_now_utc_ms();
	e->index = t->frontier.size;
	e->utc_ms = now > t->last_utc_ms ? now : t->last_utc_ms;
	enum gw_code rc = build_line(t, e, err);
	if (rc != GW_OK) {
		return rc;
	}
	merkle_leaf(gw_buf_span(&t->line), &e->leaf);
	sqlite3_bind_int64(t->insert, 1, (int64_t)e->index);
	sqlite3_bind_blob(t->insert, 2, e->leaf.b, MERKLE_HASH, SQLITE_STATIC);
	db_bind_span(t->insert, 3, gw_buf_span(&t->line));
	rc = db_run(t->insert, err);
	rc = rc == GW_OK ? note_call(t, e, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	merkle_append(&t->frontier, &e->leaf);
	t->last_utc_ms = e->utc_ms;
	return fill_tiles(t, err);
}

/* The wall clock against the monotonic one: a step is a fact that an auditor must see. */
static enum gw_code note_clock(struct trail *t, struct gw_err *err) {
	int64_t offset = gw_now_utc_ms() - gw_mono_ms();
	int64_t step = t->clock_offset_ms ? offset - t->clock_offset_ms : 0;
	t->clock_offset_ms = offset;
	if (step > -CLOCK_STEP_MS && step < CLOCK_STEP_MS) {
		return GW_OK;
	}
	char fields[48];
	snprintf(fields, sizeof(fields), "step_ms=%lld", (long long)step);
	struct audit_entry e = {.kind = AUDIT_CLOCK, .fields = gw_span_of(fields)};
	return append(t, &e, err);
}

enum gw_code trail_append(struct trail *t, struct audit_entry *entry, struct gw_err *err) {
	enum gw_code rc = note_clock(t, err);
	return rc == GW_OK ? append(t, entry, err) : rc;
}

/* The size in the last line of the head file; 0 if there is none. */
static uint64_t published_size(const struct trail *t) {
	FILE *f = fopen(t->head_file, "re");
	char *line = NULL;
	size_t cap = 0;
	uint64_t size = 0;
	GW_AUTO(buf) struct gw_buf value;
	gw_buf_init(&value, 256);
	while (f && getline(&line, &cap, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (gw_kv_find(gw_span_of(line), "size", &value) == GW_OK) {
			GW_UNUSED(gw_parse_u64(value.data, value.len, INT64_MAX, &size));
		}
	}
	free(line);
	if (f) {
		fclose(f);
	}
	return size;
}

enum gw_code trail_note_restore(struct trail *t, struct gw_err *err) {
	uint64_t published = published_size(t);
	if (published <= t->frontier.size) {
		return GW_OK;
	}
	struct merkle_hash root;
	char hex[2 * MERKLE_HASH + 1], fields[160];
	merkle_root(&t->frontier, &root);
	gw_hex(root.b, MERKLE_HASH, hex);
	snprintf(fields, sizeof(fields), "size=%llu root=%s published=%llu", (unsigned long long)t->frontier.size, hex,
		 (unsigned long long)published);
	gw_log(GW_LOG_WARN, "audit_restored", "record", fields, NULL);
	struct audit_entry e = {.kind = AUDIT_RESTORE, .fields = gw_span_of(fields)};
	return trail_append(t, &e, err);
}

enum gw_code trail_close_open(struct trail *t, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	for (bool row = true; rc == GW_OK && row;) {
		GW_AUTO(stmt) sqlite3_stmt *s = NULL;
		rc = db_prepare(t->db, "SELECT idx, request FROM audit_open ORDER BY idx LIMIT 1", &s, err);
		if (rc != GW_OK || (rc = db_step(s, &row, err)) != GW_OK || !row) {
			break;
		}
		char fields[160];
		snprintf(fields, sizeof(fields),
			 "request=%s result=interrupted status=0 code=- out_bytes=0 out_sha256=- us=0", db_text(s, 1));
		struct audit_entry e = {.kind = AUDIT_OUTCOME,
					.fields = gw_span_of(fields),
					.intent = (uint64_t)sqlite3_column_int64(s, 0)};
		sqlite3_reset(s);
		rc = trail_append(t, &e, err);
	}
	return rc;
}

/* ---- heads ---- */

static enum gw_code head_line(struct trail *t, struct gw_buf *line, struct gw_err *err) {
	struct merkle_hash root;
	char hex[2 * MERKLE_HASH + 1], time[GW_TIME_TEXT];
	uint8_t signature[64];
	merkle_root(&t->frontier, &root);
	gw_hex(root.b, MERKLE_HASH, hex);
	gw_time_text(t->last_utc_ms, time);
	enum gw_code rc = gw_buf_addf(line, "v=1 log=%s size=%llu root=%s time=%s", t->log_id,
				      (unsigned long long)t->frontier.size, hex, time);
	if (rc != GW_OK) {
		return gw_fail(err, rc, "out of memory");
	}
	if (!t->signer->sign(t->signer->ctx, gw_buf_span(line), signature)) {
		return gw_fail(err, GW_E_STORE, "cannot sign the head of size %llu",
			       (unsigned long long)t->frontier.size);
	}
	rc = gw_kv_hex(line, "sig", signature, sizeof(signature));
	return rc == GW_OK ? rc : gw_fail(err, rc, "out of memory");
}

struct head_insert {
	struct trail *t;
	const struct gw_buf *line;
};

static enum gw_code insert_head(sqlite3 *db, void *arg, struct gw_err *err) {
	const struct head_insert *h = arg;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db, "INSERT INTO audit_head (size, line, frontier) VALUES (?, ?, ?)", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, (int64_t)h->t->frontier.size);
	db_bind_span(s, 2, gw_buf_span(h->line));
	sqlite3_bind_blob(s, 3, h->t->frontier.node, (int)(h->t->frontier.count * MERKLE_HASH), SQLITE_STATIC);
	return db_run(s, err);
}

static enum gw_code publish_head(const struct trail *t, struct gw_buf *line, struct gw_err *err) {
	gw_log(GW_LOG_INFO, "audit_head", "head", gw_buf_cstr(line), NULL);
	int fd = open(t->head_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) {
		return gw_fail(err, GW_E_STORE, "cannot open head file '%s': %s", t->head_file, strerror(errno));
	}
	off_t end = lseek(fd, 0, SEEK_END);
	bool ok = gw_buf_add(line, "\n", 1) == GW_OK && write(fd, line->data, line->len) == (ssize_t)line->len &&
		  fdatasync(fd) == 0;
	if (!ok && (end < 0 || ftruncate(fd, end) != 0)) {
		gw_log(GW_LOG_ERROR, "head_file_torn", "path", t->head_file, NULL);
	}
	close(fd);
	return ok ? GW_OK : gw_fail(err, GW_E_STORE, "cannot write head file '%s'", t->head_file);
}

enum gw_code trail_head(struct trail *t, struct gw_err *err) {
	if (t->frontier.size == t->head_size) {
		return GW_OK;
	}
	GW_AUTO(buf) struct gw_buf line;
	gw_buf_init(&line, HEAD_LINE_MAX);
	enum gw_code rc = head_line(t, &line, err);
	struct head_insert h = {t, &line};
	rc = rc == GW_OK ? db_transaction(t->db, insert_head, &h, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	t->head_size = t->frontier.size;
	return publish_head(t, &line, err);
}
