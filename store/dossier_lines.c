#include "store/dossier_lines.h"

#include "base/clock.h"
#include "base/kv.h"
#include "base/text.h"
#include "store/audit_fields.h"

/* A text being read. */
struct reader {
	struct gw_span rest;
	struct gw_arena *arena;
	struct gw_buf value;
	struct gw_span line;
};

static void auto_reader(struct reader *r) {
	gw_buf_release(&r->value);
}

static struct reader reader_of(struct gw_span text, struct gw_arena *arena) {
	struct reader r = {.rest = text, .arena = arena};
	gw_buf_init(&r.value, HISTORY_LINE_MAX);
	return r;
}

/* Lines that begin so; "" = all. */
static size_t count_lines(struct gw_span text, const char *begin) {
	size_t n = 0, length = strlen(begin);
	const char *at = text.p, *end = text.p + text.n;
	while (at && at < end) {
		n += (size_t)(end - at) >= length && memcmp(at, begin, length) == 0;
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	return n;
}

/* The next whole line; false at the end. A last line without line feed is none: the text does not end well. */
static bool next_line(struct reader *r) {
	const char *end = r->rest.n ? memchr(r->rest.p, '\n', r->rest.n) : NULL;
	if (!end) {
		return false;
	}
	r->line = (struct gw_span){r->rest.p, (size_t)(end - r->rest.p)};
	r->rest = (struct gw_span){end + 1, r->rest.n - r->line.n - 1};
	return true;
}

static bool peek_tag(const struct reader *r, const char *tag) {
	size_t n = strlen(tag);
	return r->rest.n > n && memcmp(r->rest.p, tag, n) == 0 && r->rest.p[n] == ' ';
}

/* A line with this tag; what stands behind it into r->line. */
static bool take(struct reader *r, const char *tag) {
	struct gw_span rest;
	if (!peek_tag(r, tag) || !next_line(r) || !audit_tagged(r->line, tag, &rest)) {
		return false;
	}
	r->line = rest;
	return true;
}

static const char *text(struct reader *r, const char *key) {
	const char *value = audit_field(r->line, key, &r->value);
	return value && strlen(value) == r->value.len ? gw_arena_text(r->arena, value) : NULL;
}

static bool number(struct reader *r, const char *key, uint64_t *out) {
	return audit_field_number(r->line, key, out, &r->value);
}

static bool hash(struct reader *r, const char *key, struct merkle_hash *out) {
	return audit_field_hash(r->line, key, out, &r->value);
}

/* The line begins with these keys in this order, "name name …", the first `bare` of them bare; nothing more if `all`.
 */
static bool has_keys(struct reader *r, const char *keys, size_t bare, bool all) {
	struct gw_span rest = r->line, key;
	const char *at = keys;
	for (size_t i = 0; *at; i++) {
		size_t n = strcspn(at, " ");
		if (gw_kv_next(&rest, &key, &r->value) != GW_OK || !gw_span_equal(key, (struct gw_span){at, n}) ||
		    (i < bare && key.p[n + 1] == '"')) {
			return false;
		}
		at += n + strspn(at + n, " ");
	}
	return (!all || rest.n == 0) && audit_is_line(r->line, &r->value);
}

enum { ALL_BARE = 8 };

/* ---- proof.txt ---- */

static bool read_case(struct reader *r, struct dossier_lines *out) {
	uint64_t v = 0;
	bool ok = take(r, "case") && has_keys(r, "v log record key", ALL_BARE, true) && number(r, "v", &v) && v == 1 &&
		  number(r, "record", &out->record);
	out->log = ok ? text(r, "log") : NULL;
	const char *hex = ok ? text(r, "key") : NULL;
	size_t n = hex ? strlen(hex) / 2 : 0;
	uint8_t *key = n ? gw_arena_alloc(r->arena, n) : NULL;
	out->key = (struct gw_span){(const char *)key, n};
	return out->log && key && audit_unhex(hex, key, n);
}

static bool read_path(struct reader *r, struct dossier_change *c) {
	const char *hex = text(r, "path");
	if (!hex || strcmp(hex, "-") == 0) {
		return hex != NULL;
	}
	size_t count = (strlen(hex) + 1) / 65;
	c->path = count <= MERKLE_LEVELS ? gw_arena_array(r->arena, count, sizeof(*c->path)) : NULL;
	bool ok = c->path && strlen(hex) == count * 65 - 1;
	for (; ok && c->path_count < count; c->path_count++, hex += 65) {
		char one[65];
		ok = gw_copy(one, sizeof(one), hex, 64) && audit_unhex(one, c->path[c->path_count].b, MERKLE_HASH) &&
		     (hex[64] == ',' || c->path_count + 1 == count);
	}
	return ok;
}

static bool read_inclusion(struct reader *r, struct dossier_change *c) {
	uint64_t index = 0;
	bool ok = take(r, "inclusion") && has_keys(r, "index size leaf root path", ALL_BARE, true) &&
		  number(r, "index", &index) && number(r, "size", &c->size) && hash(r, "leaf", &c->leaf) &&
		  hash(r, "root", &c->root) && read_path(r, c);
	c->fits = c->fits && index == c->index;
	return ok;
}

static bool read_row(struct reader *r, struct dossier_row *row) {
	if (!take(r, "row")) {
		return false;
	}
	row->own = has_keys(r, "id hash salt", ALL_BARE, true);
	return (row->own || has_keys(r, "id hash", ALL_BARE, true)) && number(r, "id", &row->id) &&
	       hash(r, "hash", &row->hash) &&
	       (!row->own || audit_unhex(audit_field(r->line, "salt", &r->value), row->salt, HISTORY_SALT));
}

static bool read_change(struct reader *r, struct dossier_row *row, struct dossier_change *c) {
	int64_t utc_ms;
	if (!take(r, "change") || r->line.n > MERKLE_RECORD_MAX || !has_keys(r, "v index time kind", 4, false) ||
	    !number(r, "index", &c->index) || !audit_field_time(r->line, "time", &utc_ms, &r->value)) {
		return false;
	}
	const char *v = text(r, "v"), *kind = text(r, "kind");
	c->fits = v && strcmp(v, "1") == 0 && kind && strcmp(kind, "registry") == 0;
	c->record = r->line;
	c->row = row;
	bool ok = read_inclusion(r, c);
	while (ok && peek_tag(r, "row")) {
		ok = read_row(r, &c->row[c->rows++]);
	}
	return ok;
}

static bool read_head(struct reader *r, struct dossier_lines *out) {
	uint64_t v = 0;
	int64_t utc_ms;
	if (!take(r, "head") || !has_keys(r, "v log size root time sig", ALL_BARE, true) || !number(r, "v", &v) ||
	    v != 1 || !audit_field_time(r->line, "time", &utc_ms, &r->value)) {
		return false;
	}
	out->head = r->line;
	out->head_log = text(r, "log");
	out->head_time = text(r, "time");
	return out->head_log && out->head_time && number(r, "size", &out->head_size) &&
	       hash(r, "root", &out->head_root) &&
	       audit_unhex(audit_field(r->line, "sig", &r->value), out->signature, sizeof(out->signature));
}

bool dossier_read_proof(struct gw_span proof, struct gw_arena *arena, struct dossier_lines *out) {
	__attribute__((cleanup(auto_reader))) struct reader r = reader_of(proof, arena);
	struct dossier_row *row = gw_arena_array(arena, count_lines(proof, "row ") + 1, sizeof(*row));
	out->change = gw_arena_array(arena, count_lines(proof, "change ") + 1, sizeof(*out->change));
	bool ok = row && out->change && read_case(&r, out);
	while (ok && peek_tag(&r, "change")) {
		struct dossier_change *c = &out->change[out->changes++];
		ok = read_change(&r, row, c);
		row += c->rows;
	}
	return ok && out->changes > 0 && read_head(&r, out) && r.rest.n == 0 && !arena->failed;
}

/* ---- history.txt ---- */

bool dossier_read_history(struct gw_span history, struct gw_arena *arena, struct dossier_lines *out) {
	__attribute__((cleanup(auto_reader))) struct reader r = reader_of(history, arena);
	out->entry = gw_arena_array(arena, count_lines(history, "") + 1, sizeof(*out->entry));
	while (out->entry && next_line(&r)) {
		struct dossier_entry *e = &out->entry[out->entries++];
		uint64_t object_id;
		int64_t utc_ms;
		bool ok = has_keys(&r, "id time object object_id procedure before after", 4, true) &&
			  number(&r, "id", &e->id) && audit_field_time(r.line, "time", &utc_ms, &r.value) &&
			  number(&r, "object_id", &object_id) && gw_kv_find(r.line, "after", &r.value) == GW_OK;
		if (!ok) {
			return false;
		}
		e->after = (struct gw_span){gw_arena_span(arena, gw_buf_span(&r.value)), r.value.len};
		e->line = r.line;
		e->object = text(&r, "object");
		e->object_id = text(&r, "object_id");
		if (!e->object || !e->object_id) {
			return false;
		}
	}
	return r.rest.n == 0 && !arena->failed;
}

/* ---- receipts.txt ---- */

/* "v=1; log=…; index=…; leaf=…; time=…" with nothing before, behind or between. */
static bool read_receipt(struct reader *r, struct dossier_receipt *out) {
	char log[33], index[21], leaf[65], time[25], again[256];
	const char *line = gw_arena_span(r->arena, r->line);
	int n = sscanf(line, "v=1; log=%32[0-9a-f]; index=%20[0-9]; leaf=%64[0-9a-f]; time=%24[0-9TZ:.-]", log, index,
		       leaf, time);
	if (n != 4 || !audit_number(index, &out->index) || !audit_unhex(leaf, out->leaf.b, MERKLE_HASH)) {
		return false;
	}
	snprintf(again, sizeof(again), "v=1; log=%s; index=%s; leaf=%s; time=%s", log, index, leaf, time);
	out->log = gw_arena_text(r->arena, log);
	out->time = gw_arena_text(r->arena, time);
	int64_t utc_ms;
	return strlen(log) == 32 && strlen(time) == GW_TIME_TEXT - 1 && gw_time_parse(time, &utc_ms) &&
	       gw_span_is(r->line, again);
}

bool dossier_read_receipts(struct gw_span receipts, struct gw_arena *arena, struct dossier_lines *out) {
	__attribute__((cleanup(auto_reader))) struct reader r = reader_of(receipts, arena);
	out->receipt = gw_arena_array(arena, count_lines(receipts, "") + 1, sizeof(*out->receipt));
	while (out->receipt && next_line(&r)) {
		if (!read_receipt(&r, &out->receipt[out->receipts++])) {
			return false;
		}
	}
	return r.rest.n == 0 && !arena->failed;
}
