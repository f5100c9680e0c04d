#include "store/audit_check.h"

#include <errno.h>

#include "base/clock.h"
#include "base/kv.h"
#include "base/text.h"
#include "store/audit_fields.h"
#include "store/trail.h"

enum { SPKI_MAX = 64, VALUE_MAX = 8192, CHECKS = 8 };

struct head {
	uint64_t size;
	struct merkle_hash root;
	bool outside;
};

struct receipt {
	uint64_t index;
	struct merkle_hash leaf;
};

struct check {
	const struct audit_check_files *files;
	FILE *f, *persons; /* the export, twice: person lines follow the records and are read beside them */
	char *line, *person_line;
	size_t cap, person_cap;
	struct gw_buf value;
	char log[AUDIT_LOG_ID];
	uint8_t spki[SPKI_MAX];
	size_t spki_bytes;
	uint64_t from, to, at;
	struct merkle_frontier frontier;
	int64_t last_ms;
	struct head *heads;
	size_t head_count, head_at;
	struct receipt *receipts;
	size_t receipt_count, receipt_at;
	uint64_t *open; /* intents without outcome, ascending */
	size_t open_count, open_cap;
	uint64_t covered[2]; /* by the last head that fits: own, outside */
	struct {
		const char *reason;
		uint64_t record;
		bool has_record;
	} failure[CHECKS]; /* by the number of the check in section 8 */
};

/* ---- failures: within one check the smallest index counts ---- */

static void fail_check(struct check *c, int check, const char *reason, bool has_record, uint64_t record) {
	bool first = !c->failure[check].reason;
	if (first || (has_record && c->failure[check].has_record && record < c->failure[check].record)) {
		c->failure[check].reason = reason;
		c->failure[check].record = record;
		c->failure[check].has_record = has_record;
	}
}

/* ---- lines of a file ---- */

static bool next_line(FILE *f, char **line, size_t *cap, struct gw_span *out) {
	ssize_t n = getline(line, cap, f);
	if (n <= 0) {
		return false;
	}
	size_t len = (size_t)n - ((*line)[n - 1] == '\n');
	(*line)[len] = '\0';
	*out = (struct gw_span){*line, len};
	return true;
}

/* A line of the export: one that was cut off before its line feed is given as an empty one, which fits nowhere. */
static bool next_export_line(FILE *f, char **line, size_t *cap, struct gw_span *out) {
	bool there = next_line(f, line, cap, out);
	if (there && feof(f)) {
		*out = (struct gw_span){*line, 0};
	}
	return there;
}

/* ---- 1: the first line and the frontier ---- */

static void read_first(struct check *c) {
	struct gw_span line, rest;
	char own[AUDIT_LOG_ID];
	bool ok = next_export_line(c->f, &c->line, &c->cap, &line) && audit_tagged(line, "export", &rest) &&
		  audit_is_line(rest, &c->value) && audit_field_number(rest, "from", &c->from, &c->value) &&
		  audit_field_number(rest, "to", &c->to, &c->value) && c->from <= c->to;
	const char *text = ok ? audit_field(rest, "v", &c->value) : NULL;
	if (!text || strcmp(text, "1") != 0) {
		fail_check(c, 1, "format", false, 0);
		return;
	}
	text = audit_field(rest, "key", &c->value);
	c->spki_bytes = text ? strlen(text) / 2 : 0;
	bool key = c->spki_bytes > 0 && c->spki_bytes <= SPKI_MAX && audit_unhex(text, c->spki, c->spki_bytes);
	trail_log_id_of(c->spki, key ? c->spki_bytes : 0, own);
	text = audit_field(rest, "log", &c->value);
	if (!key || !text || strcmp(text, own) != 0) {
		fail_check(c, 1, "key", false, 0);
		return;
	}
	gw_copy_text(c->log, sizeof(c->log), own);
}

static void read_frontier(struct check *c) {
	struct gw_span line, rest;
	uint64_t size = 0;
	bool ok = next_export_line(c->f, &c->line, &c->cap, &line) && audit_tagged(line, "frontier", &rest) &&
		  audit_field_number(rest, "size", &size, &c->value) && size == c->from;
	const char *hashes = ok ? audit_field(rest, "hashes", &c->value) : NULL;
	size_t count = (size_t)__builtin_popcountll(c->from);
	ok = hashes && strlen(hashes) == count * 65 - 1;
	for (size_t i = 0; ok && i < count; i++) {
		ok = gw_unhex(hashes + i * 65, 64, c->frontier.node[i].b, MERKLE_HASH) &&
		     (i + 1 == count || hashes[i * 65 + 64] == ',');
	}
	c->frontier.size = c->from;
	c->frontier.count = count;
	if (!ok) {
		fail_check(c, 1, "format", false, 0);
	}
}

/* ---- heads: signature and log now, the root when the tree has grown to it ---- */

static enum gw_code add_head(struct check *c, const struct head *h, struct gw_err *err) {
	struct head *grown = realloc(c->heads, (c->head_count + 1) * sizeof(*grown));
	if (!grown) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	c->heads = grown;
	c->heads[c->head_count++] = *h;
	return GW_OK;
}

static enum gw_code take_head(struct check *c, struct gw_span line, bool outside, struct gw_err *err) {
	int check = outside ? 6 : 3;
	struct head h = {.outside = outside};
	uint8_t signature[64];
	int64_t time;
	const char *cut = memmem(line.p, line.n, " sig=", 5);
	bool ok = cut && audit_is_line(line, &c->value) && audit_field_number(line, "size", &h.size, &c->value) &&
		  audit_field_hash(line, "root", &h.root, &c->value) &&
		  audit_field_time(line, "time", &time, &c->value);
	const char *sig = ok ? audit_field(line, "sig", &c->value) : NULL;
	if (!audit_unhex(sig, signature, sizeof(signature))) {
		fail_check(c, check, "format", false, 0);
		return GW_OK;
	}
	if (outside && h.size < c->from) {
		return GW_OK; /* what lies before the export cannot be compared */
	}
	const char *log = audit_field(line, "log", &c->value);
	if (!log || strcmp(log, c->log) != 0) {
		fail_check(c, check, "log", false, 0);
	} else if (!c->files->verify(c->spki, c->spki_bytes, (struct gw_span){line.p, (size_t)(cut - line.p)},
				     signature)) {
		fail_check(c, check, "signature", false, 0);
	} else if (h.size > c->to) {
		fail_check(c, check, "tail", true, c->to);
	} else {
		return add_head(c, &h, err);
	}
	return GW_OK;
}

static int by_size(const void *a, const void *b) {
	const struct head *x = a, *y = b;
	return x->size < y->size ? -1 : x->size > y->size;
}

static enum gw_code collect_heads(struct check *c, struct gw_err *err) {
	struct gw_span line, rest;
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && next_export_line(c->persons, &c->person_line, &c->person_cap, &line)) {
		rc = audit_tagged(line, "head", &rest) ? take_head(c, rest, false, err) : GW_OK;
	}
	rewind(c->persons);
	FILE *f = c->files->head_path ? fopen(c->files->head_path, "re") : NULL;
	if (c->files->head_path && !f) {
		return gw_fail(err, GW_E_NOTFOUND, "cannot open '%s': %s", c->files->head_path, strerror(errno));
	}
	while (rc == GW_OK && f && next_line(f, &c->line, &c->cap, &line)) {
		rc = take_head(c, line, true, err);
	}
	if (f) {
		fclose(f);
	}
	if (c->head_count > 0) {
		qsort(c->heads, c->head_count, sizeof(*c->heads), by_size);
	}
	return rc;
}

static void compare_heads(struct check *c) {
	struct merkle_hash root;
	for (; c->head_at < c->head_count && c->heads[c->head_at].size <= c->frontier.size; c->head_at++) {
		const struct head *h = &c->heads[c->head_at];
		merkle_root(&c->frontier, &root);
		if (memcmp(root.b, h->root.b, MERKLE_HASH) == 0) {
			c->covered[h->outside] = h->size;
		} else {
			fail_check(c, h->outside ? 6 : 3, "root", true, c->covered[h->outside]);
		}
	}
}

/* ---- receipts ---- */

/* "v=1; log=…; index=…; leaf=…; time=…", the header's name in front allowed. */
static bool parse_receipt(struct check *c, char *text, struct receipt *out, bool *log_fits) {
	char log[33], index[21], leaf[65], time[32];
	char *colon = strchr(text, ':');
	bool named = colon && strncasecmp(text, "X-Vashgate-Receipt", 18) == 0;
	text = named ? colon + 1 + strspn(colon + 1, " ") : text;
	int end = 0;
	int n = sscanf(text, "v=1; log=%32[0-9a-f]; index=%20[0-9]; leaf=%64[0-9a-f]; time=%31[0-9TZ:.-]%n", log, index,
		       leaf, time, &end);
	bool ok = n == 4 && (text[end] == '\0' || (text[end] == '\r' && text[end + 1] == '\0')) &&
		  audit_number(index, &out->index) && gw_unhex(leaf, strlen(leaf), out->leaf.b, MERKLE_HASH);
	*log_fits = ok && strcmp(log, c->log) == 0;
	return ok;
}

static int by_index(const void *a, const void *b) {
	const struct receipt *x = a, *y = b;
	return x->index < y->index ? -1 : x->index > y->index;
}

static enum gw_code add_receipt(struct check *c, const struct receipt *r, struct gw_err *err) {
	struct receipt *grown = c->receipts;
	if ((c->receipt_count & (c->receipt_count + 1)) == 0) { /* doubles at each power of two */
		grown = realloc(c->receipts, (c->receipt_count * 2 + 2) * sizeof(*grown));
	}
	if (!grown) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	c->receipts = grown;
	c->receipts[c->receipt_count++] = *r;
	return GW_OK;
}

static enum gw_code take_receipt(struct check *c, char *text, struct gw_err *err) {
	struct receipt r;
	bool log_fits = false;
	if (!parse_receipt(c, text, &r, &log_fits)) {
		fail_check(c, 7, "format", false, 0);
	} else if (!log_fits) {
		fail_check(c, 7, "log", false, 0);
	} else if (r.index < c->from || r.index >= c->to) {
		fail_check(c, 7, "receipt", true, r.index);
	} else {
		return add_receipt(c, &r, err);
	}
	return GW_OK;
}

static enum gw_code collect_receipts(struct check *c, struct gw_err *err) {
	struct gw_span line;
	enum gw_code rc = GW_OK;
	FILE *f = c->files->receipt_path ? fopen(c->files->receipt_path, "re") : NULL;
	if (c->files->receipt_path && !f) {
		return gw_fail(err, GW_E_NOTFOUND, "cannot open '%s': %s", c->files->receipt_path, strerror(errno));
	}
	while (rc == GW_OK && f && next_line(f, &c->line, &c->cap, &line)) {
		rc = take_receipt(c, c->line, err);
	}
	if (f) {
		fclose(f);
	}
	if (c->receipt_count > 0) {
		qsort(c->receipts, c->receipt_count, sizeof(*c->receipts), by_index);
	}
	return rc;
}

static void compare_receipts(struct check *c, const struct merkle_hash *leaf) {
	for (; c->receipt_at < c->receipt_count && c->receipts[c->receipt_at].index == c->at; c->receipt_at++) {
		if (memcmp(c->receipts[c->receipt_at].leaf.b, leaf->b, MERKLE_HASH) != 0) {
			fail_check(c, 7, "receipt", true, c->at);
		}
	}
}

/* ---- 5: calls ---- */

static enum gw_code open_intent(struct check *c, struct gw_err *err) {
	if (c->open_count == c->open_cap) {
		size_t cap = c->open_cap ? c->open_cap * 2 : 64;
		uint64_t *grown = realloc(c->open, cap * sizeof(*grown));
		if (!grown) {
			return gw_fail(err, GW_E_NOMEM, "out of memory");
		}
		c->open = grown;
		c->open_cap = cap;
	}
	c->open[c->open_count++] = c->at;
	return GW_OK;
}

static void close_intent(struct check *c, struct gw_span line) {
	uint64_t intent;
	if (!audit_field_number(line, "intent", &intent, &c->value)) {
		fail_check(c, 5, "outcome", true, c->at);
		return;
	}
	for (size_t i = 0; i < c->open_count; i++) {
		if (c->open[i] == intent) {
			memmove(c->open + i, c->open + i + 1, (--c->open_count - i) * sizeof(*c->open));
			return;
		}
	}
	if (intent >= c->from) {
		fail_check(c, 5, "outcome", true, c->at);
	}
}

static enum gw_code follow_calls(struct check *c, struct gw_span line, struct gw_err *err) {
	const char *kind = audit_field(line, "kind", &c->value);
	if (kind && strcmp(kind, "intent") == 0) {
		return open_intent(c, err);
	}
	if (kind && strcmp(kind, "outcome") == 0) {
		close_intent(c, line);
	}
	return GW_OK;
}

/* ---- 2: records ---- */

/* v, index, time and kind stand first, in this order, bare. */
static bool begins_well(struct check *c, struct gw_span line) {
	static const char *const first[] = {"v", "index", "time", "kind"};
	struct gw_span rest = line, key;
	for (size_t i = 0; i < GW_COUNT(first); i++) {
		if (gw_kv_next(&rest, &key, &c->value) != GW_OK || !gw_span_is(key, first[i]) ||
		    key.p[key.n + 1] == '"') {
			return false;
		}
	}
	const char *v = audit_field(line, "v", &c->value);
	return v && strcmp(v, "1") == 0;
}

/* false: check 2 fails here and nothing after it can be judged. */
static bool judge_record(struct check *c, struct gw_span line) {
	uint64_t index;
	int64_t ms;
	if (line.n > MERKLE_RECORD_MAX || !audit_is_line(line, &c->value) || !begins_well(c, line) ||
	    !audit_field_number(line, "index", &index, &c->value)) {
		fail_check(c, 2, "format", true, c->at);
		return false;
	}
	if (index != c->at) {
		fail_check(c, 2, "index", true, c->at);
		return false;
	}
	if (!audit_field_time(line, "time", &ms, &c->value)) {
		fail_check(c, 2, "format", true, c->at);
		return false;
	}
	if (ms < c->last_ms) {
		fail_check(c, 2, "time", true, c->at);
		return false;
	}
	c->last_ms = ms;
	return true;
}

static enum gw_code take_record(struct check *c, struct gw_span line, struct gw_err *err) {
	struct merkle_hash leaf;
	merkle_leaf(line, &leaf);
	merkle_append(&c->frontier, &leaf);
	compare_receipts(c, &leaf);
	enum gw_code rc = follow_calls(c, line, err);
	c->at++;
	compare_heads(c);
	return rc;
}

static enum gw_code read_records(struct check *c, struct gw_err *err) {
	struct gw_span line, rest;
	enum gw_code rc = GW_OK;
	compare_heads(c);
	while (rc == GW_OK && c->at < c->to) {
		bool there = next_export_line(c->f, &c->line, &c->cap, &line);
		bool record = there && audit_tagged(line, "record", &rest);
		if (!record) {
			bool missing = !there || strncmp(line.p, "person ", 7) == 0 || strncmp(line.p, "head ", 5) == 0;
			fail_check(c, 2, missing ? "index" : "format", true, c->at);
			return GW_OK;
		}
		if (!judge_record(c, rest)) {
			return GW_OK;
		}
		rc = take_record(c, rest, err);
	}
	return rc;
}

/* ---- 4: personal identifiers ---- */

/* The commitment of entry k in a record's line. */
static bool commitment_fits(struct check *c, struct gw_span record, uint64_t k, const char *kind, const uint8_t *salt,
			    const char *value) {
	char key[32], expected[MERKLE_RECORD_MAX];
	uint8_t bytes[512], digest[32];
	size_t n = strlen(kind) + 1 + strlen(value);
	if (n > sizeof(bytes) - 17) {
		return false;
	}
	memcpy(bytes, salt, 16);
	snprintf((char *)bytes + 16, sizeof(bytes) - 16, "%s:%s", kind, value);
	merkle_sha256(bytes, 16 + n, digest);
	int at = snprintf(expected, sizeof(expected), "%s:", kind);
	gw_hex(digest, sizeof(digest), expected + at);
	snprintf(key, sizeof(key), "person.%llu", (unsigned long long)k);
	const char *text = audit_field(record, key, &c->value);
	return text && strcmp(text, expected) == 0;
}

struct person {
	uint64_t index, k;
	char kind[64], value[256];
	uint8_t salt[16];
};

static bool parse_person(struct check *c, struct gw_span line, struct person *p) {
	bool ok = audit_is_line(line, &c->value) && audit_field_number(line, "index", &p->index, &c->value) &&
		  audit_field_number(line, "k", &p->k, &c->value);
	const char *text = ok ? audit_field(line, "kind", &c->value) : NULL;
	ok = text && gw_copy_text(p->kind, sizeof(p->kind), text);
	text = ok ? audit_field(line, "salt", &c->value) : NULL;
	ok = audit_unhex(text, p->salt, sizeof(p->salt));
	text = ok ? audit_field(line, "value", &c->value) : NULL;
	return text && gw_copy_text(p->value, sizeof(p->value), text);
}

/* Move the second reader to record `index`; *at is the record it stands on. */
static bool seek_record(struct check *c, uint64_t index, uint64_t *at, struct gw_span *record) {
	struct gw_span line;
	while (*at <= index) {
		if (!next_line(c->persons, &c->person_line, &c->person_cap, &line)) {
			return false;
		}
		if (audit_tagged(line, "record", record)) {
			(*at)++;
		}
	}
	return true;
}

static void check_persons(struct check *c) {
	struct gw_span line, rest, record = {NULL, 0};
	uint64_t at = c->from, last = 0, last_k = 0;
	bool any = false;
	while (next_export_line(c->f, &c->line, &c->cap, &line)) {
		struct person p;
		if (!audit_tagged(line, "person", &rest)) {
			if (audit_tagged(line, "record", &rest)) {
				fail_check(c, 2, "index", true, c->to);
			} else if (!audit_tagged(line, "head", &rest)) {
				fail_check(c, 2, "format", false, 0);
			}
			continue;
		}
		if (!parse_person(c, rest, &p)) {
			fail_check(c, 4, "format", false, 0);
			return;
		}
		bool ordered = !any || p.index > last || (p.index == last && p.k > last_k);
		bool inside = p.index >= c->from && p.index < c->to;
		if (!ordered || !inside || !seek_record(c, p.index, &at, &record) ||
		    !commitment_fits(c, record, p.k, p.kind, p.salt, p.value)) {
			fail_check(c, 4, "person", true, p.index);
			return;
		}
		any = true;
		last = p.index;
		last_k = p.k;
	}
}

/* ---- all of it ---- */

static enum gw_code run(struct check *c, struct gw_err *err) {
	read_first(c);
	if (!c->failure[1].reason && c->from > 0) {
		read_frontier(c);
	}
	if (c->failure[1].reason) {
		return GW_OK;
	}
	c->at = c->from;
	c->covered[0] = c->covered[1] = c->from;
	c->last_ms = INT64_MIN;
	enum gw_code rc = collect_heads(c, err);
	rc = rc == GW_OK ? collect_receipts(c, err) : rc;
	rc = rc == GW_OK ? read_records(c, err) : rc;
	if (rc == GW_OK && !c->failure[2].reason) {
		check_persons(c);
	}
	return rc;
}

static void conclude(struct check *c, struct audit_check_result *out) {
	struct merkle_hash root;
	merkle_root(&c->frontier, &root);
	gw_hex(root.b, MERKLE_HASH, out->root);
	out->ok = true;
	out->records = c->at - c->from;
	out->heads = c->head_count;
	out->receipts = c->receipt_count;
	out->open = c->open_count;
	out->signed_to_end = c->covered[0] == c->to || c->covered[1] == c->to;
	for (size_t i = 0; i < c->head_count; i++) {
		out->anchored |= c->heads[i].outside && c->heads[i].size == c->to;
	}
	for (int i = 1; i < CHECKS && out->ok; i++) {
		out->ok = c->failure[i].reason == NULL;
		out->reason = c->failure[i].reason;
		out->record = c->failure[i].record;
		out->has_record = c->failure[i].has_record;
	}
}

enum gw_code audit_check(const struct audit_check_files *files, struct audit_check_result *out, struct gw_err *err) {
	*out = (struct audit_check_result){0};
	struct check c = {
		.files = files, .f = fopen(files->export_path, "re"), .persons = fopen(files->export_path, "re")};
	enum gw_code rc = GW_OK;
	gw_buf_init(&c.value, VALUE_MAX);
	if (!c.f || !c.persons) {
		rc = gw_fail(err, GW_E_NOTFOUND, "cannot open '%s': %s", files->export_path, strerror(errno));
	}
	rc = rc == GW_OK ? run(&c, err) : rc;
	if (rc == GW_OK) {
		conclude(&c, out);
	}
	if (c.f) {
		fclose(c.f);
	}
	if (c.persons) {
		fclose(c.persons);
	}
	free(c.line);
	free(c.person_line);
	free(c.heads);
	free(c.receipts);
	free(c.open);
	gw_buf_release(&c.value);
	return rc;
}
