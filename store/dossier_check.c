#include "store/dossier_check.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "store/audit_fields.h"
#include "store/dossier_lines.h"
#include "store/trail.h"

struct after { /* what a row says of its object */
	json_t *json;
};

struct check {
	const struct dossier_check *how;
	struct gw_arena *arena;
	struct dossier_verdict *out;
	struct dossier_lines lines;
	struct after *after; /* of each entry; owned */
	const char **seen;   /* members that rows have called for */
	size_t seen_count;
};

/* All checks return true where they hold; otherwise they have said why. */
static bool refuse(struct check *c, const char *reason) {
	c->out->reason = reason;
	return false;
}

static bool refuse_change(struct check *c, const char *reason, const struct dossier_change *change) {
	c->out->has_index = true;
	c->out->index = change->index;
	return refuse(c, reason);
}

/* The first by name counts. */
static void refuse_file(struct check *c, const char *name) {
	if (!c->out->file || strcmp(name, c->out->file) < 0) {
		c->out->file = name;
	}
	c->out->reason = "file";
}

/* ---- 1: members and grammar ---- */

static const char *const texts[] = {"README.txt", "proof.txt", "history.txt", "receipts.txt"};
static const char *const objects[] = {"record.json", "subject.json", "service.json"};

static const struct gw_zip_member *member(const struct check *c, const char *name) {
	for (size_t i = 0; i < c->how->count; i++) {
		if (strcmp(c->how->member[i].name, name) == 0) {
			return &c->how->member[i];
		}
	}
	return NULL;
}

static struct gw_span bytes_of(const struct check *c, const char *name) {
	const struct gw_zip_member *m = member(c, name);
	return m ? m->bytes : (struct gw_span){NULL, 0};
}

static bool among(const char *name, const char *const *names, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_number(const char *text) {
	uint64_t n;
	return audit_number(text, &n);
}

static bool is_digest(const char *text) {
	uint8_t digest[MERKLE_HASH];
	return audit_unhex(text, digest, sizeof(digest));
}

/* A name of the table in section 11.2? */
static bool name_fits(const struct check *c, const char *name) {
	static const struct {
		const char *before, *after;
		bool (*between)(const char *text);
	} patterns[] = {{"decision-", ".json", is_number},
			{"application-", ".pdf", is_number},
			{"report-", ".json", is_number},
			{"certificate-", ".pem", is_digest}};
	if (among(name, texts, GW_COUNT(texts)) || among(name, objects, GW_COUNT(objects))) {
		return true;
	}
	for (size_t i = 0; i < GW_COUNT(patterns); i++) {
		size_t n = strlen(name), before = strlen(patterns[i].before), after = strlen(patterns[i].after);
		if (n > before + after && strncmp(name, patterns[i].before, before) == 0 &&
		    strcmp(name + n - after, patterns[i].after) == 0) {
			struct gw_span between = {name + before, n - before - after};
			return patterns[i].between(gw_arena_span(c->arena, between));
		}
	}
	return false;
}

static bool check_form(struct check *c) {
	static const char *const needed[] = {"proof.txt", "history.txt", "receipts.txt", "record.json", "subject.json"};
	for (size_t i = 0; i < c->how->count; i++) {
		if (!name_fits(c, c->how->member[i].name)) {
			return refuse(c, "format");
		}
	}
	for (size_t i = 0; i < GW_COUNT(needed); i++) {
		if (!member(c, needed[i])) {
			return refuse(c, "format");
		}
	}
	return (dossier_read_proof(bytes_of(c, "proof.txt"), c->arena, &c->lines) &&
		dossier_read_history(bytes_of(c, "history.txt"), c->arena, &c->lines) &&
		dossier_read_receipts(bytes_of(c, "receipts.txt"), c->arena, &c->lines)) ||
	       refuse(c, "format");
}

/* ---- 2, 3: key and head ---- */

static bool check_key(struct check *c) {
	static const uint8_t ed25519[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
	char log[AUDIT_LOG_ID];
	struct gw_span key = c->lines.key;
	trail_log_id_of((const uint8_t *)key.p, key.n, log);
	bool fits = key.n == sizeof(ed25519) + 32 && memcmp(key.p, ed25519, sizeof(ed25519)) == 0 &&
		    strcmp(log, c->lines.log) == 0;
	return (fits && (c->how->key.n == 0 || gw_span_equal(key, c->how->key))) || refuse(c, "key");
}

static bool check_head(struct check *c) {
	const struct dossier_lines *l = &c->lines;
	const char *cut = memmem(l->head.p, l->head.n, " sig=", 5);
	if (strcmp(l->head_log, l->log) != 0) {
		return refuse(c, "log");
	}
	return c->how->verify((const uint8_t *)l->key.p, l->key.n,
			      (struct gw_span){l->head.p, (size_t)(cut - l->head.p)}, l->signature) ||
	       refuse(c, "signature");
}

/* ---- 4, 5: changes ---- */

static bool check_inclusion(struct check *c, const struct dossier_change *change, const struct dossier_change *before) {
	struct merkle_hash leaf, root;
	if (!change->fits) {
		return refuse_change(c, "format", change);
	}
	if (before && change->index <= before->index) {
		return refuse_change(c, "index", change);
	}
	merkle_leaf(change->record, &leaf);
	bool led = merkle_follow(&leaf, change->index, change->size, change->path, change->path_count, &root);
	bool fits = led && memcmp(leaf.b, change->leaf.b, MERKLE_HASH) == 0 &&
		    memcmp(root.b, change->root.b, MERKLE_HASH) == 0 &&
		    memcmp(root.b, c->lines.head_root.b, MERKLE_HASH) == 0 && change->size == c->lines.head_size;
	return fits || refuse_change(c, "root", change);
}

static bool check_rows(struct check *c, const struct dossier_change *change, struct gw_buf *hashes,
		       struct gw_buf *value) {
	uint64_t from = 0, to = 0;
	uint8_t digest[MERKLE_HASH], said[MERKLE_HASH];
	bool counted = audit_field_number(change->record, "history_from", &from, value) &&
		       audit_field_number(change->record, "history_to", &to, value) &&
		       audit_is_bare(change->record, "history_from", value) &&
		       audit_is_bare(change->record, "history_to", value) && change->rows > 0 &&
		       to + 1 - from == change->rows;
	gw_buf_clear(hashes);
	for (size_t i = 0; i < change->rows && counted; i++) {
		counted = change->row[i].id == from + i &&
			  gw_buf_add(hashes, change->row[i].hash.b, MERKLE_HASH) == GW_OK;
	}
	if (!counted) {
		return refuse_change(c, "index", change);
	}
	merkle_sha256(hashes->data, hashes->len, digest);
	bool fits = audit_is_bare(change->record, "history", value) &&
		    audit_unhex(audit_field(change->record, "history", value), said, MERKLE_HASH) &&
		    memcmp(said, digest, MERKLE_HASH) == 0;
	return fits || refuse_change(c, "history", change);
}

static bool check_changes(struct check *c) {
	GW_AUTO(buf) struct gw_buf hashes, value;
	const struct dossier_change *change = c->lines.change;
	bool ok = true;
	gw_buf_init(&hashes, HISTORY_LINE_MAX);
	gw_buf_init(&value, MERKLE_RECORD_MAX);
	for (size_t i = 0; ok && i < c->lines.changes; i++) {
		ok = check_inclusion(c, &change[i], i ? &change[i - 1] : NULL);
	}
	for (size_t i = 0; ok && i < c->lines.changes; i++) {
		ok = check_rows(c, &change[i], &hashes, &value);
	}
	return ok;
}

/* ---- 6: history ---- */

static int by_id(const void *a, const void *b) {
	const struct dossier_row *x = a, *y = b;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* The rows of the case by id, copied into the arena; NULL: no memory. */
static struct dossier_row *own_rows(const struct check *c, size_t *count) {
	size_t all = 0;
	for (size_t i = 0; i < c->lines.changes; i++) {
		all += c->lines.change[i].rows;
	}
	struct dossier_row *own = gw_arena_array(c->arena, all + 1, sizeof(*own));
	*count = 0;
	for (size_t i = 0; own && i < c->lines.changes; i++) {
		const struct dossier_change *change = &c->lines.change[i];
		for (size_t k = 0; k < change->rows; k++) {
			if (change->row[k].own) {
				own[(*count)++] = change->row[k];
			}
		}
	}
	if (own) {
		qsort(own, *count, sizeof(*own), by_id);
	}
	return own;
}

static bool check_lines(struct check *c) {
	size_t count;
	const struct dossier_row *own = own_rows(c, &count);
	bool ok = own && count == c->lines.entries;
	for (size_t i = 0; ok && i < count; i++) {
		struct merkle_hash hash;
		struct gw_span salt = {(const char *)own[i].salt, HISTORY_SALT};
		ok = c->lines.entry[i].id == own[i].id && (i == 0 || own[i - 1].id < own[i].id) &&
		     history_row_hash(salt, c->lines.entry[i].line, &hash, NULL) == GW_OK &&
		     memcmp(hash.b, own[i].hash.b, MERKLE_HASH) == 0;
	}
	return ok || refuse(c, "history");
}

static bool is_object(const struct dossier_entry *e, const char *object) {
	return strcmp(e->object, object) == 0;
}

/* What section 11.2 says of rows in general. */
struct case_rows {
	size_t subjects, newest_subject, first_membership, in_force; /* indexes of entries */
	bool membership;
	long long subject; /* ID eCEU */
};

static void find_rows(const struct check *c, struct case_rows *r) {
	for (size_t i = 0; i < c->lines.entries; i++) {
		if (is_object(&c->lines.entry[i], "membership")) {
			r->first_membership = r->membership ? r->first_membership : i;
			r->membership = true;
			r->subject = gw_json_int(c->after[i].json, "eceu_id", -1);
		}
		if (is_object(&c->lines.entry[i], "subject")) {
			r->subjects++;
			r->newest_subject = i;
			r->in_force = r->membership ? r->in_force : i;
		}
	}
}

static bool belongs(const struct check *c, size_t i, const struct case_rows *r) {
	const struct dossier_entry *e = &c->lines.entry[i];
	uint64_t id = 0;
	bool numbered = audit_number(e->object_id, &id);
	if (is_object(e, "membership") || is_object(e, "web_service")) {
		return numbered && id == c->lines.record;
	}
	if (is_object(e, "application") || is_object(e, "decision")) {
		return numbered && gw_json_int(c->after[i].json, "membership_id", -1) == (long long)c->lines.record;
	}
	return is_object(e, "subject") && numbered && (long long)id == r->subject &&
	       (i == r->newest_subject || (i == r->in_force && i < r->first_membership));
}

static bool is_given(const json_t *value) {
	return value && !json_is_null(value) && !(json_is_string(value) && json_string_length(value) == 0);
}

static bool is_well_made(const json_t *after) {
	const json_t *digest = json_object_get(after, "cert_digest");
	return json_is_object(after) && (!is_given(digest) || is_digest(json_string_value(digest)));
}

static bool tells_something(const struct dossier_change *change) {
	for (size_t k = 0; k < change->rows; k++) {
		if (change->row[k].own) {
			return true;
		}
	}
	return false;
}

static bool check_history(struct check *c) {
	struct case_rows rows = {.subject = -1};
	bool ok = check_lines(c);
	c->after = ok ? gw_arena_array(c->arena, c->lines.entries + 1, sizeof(*c->after)) : NULL;
	if (!c->after) {
		return false;
	}
	for (size_t i = 0; i < c->lines.entries; i++) {
		c->after[i].json =
			json_loadb(c->lines.entry[i].after.p, c->lines.entry[i].after.n, JSON_REJECT_DUPLICATES, NULL);
		ok = ok && is_well_made(c->after[i].json);
	}
	find_rows(c, &rows);
	for (size_t i = 0; ok && i < c->lines.entries; i++) {
		ok = belongs(c, i, &rows);
	}
	for (size_t i = 0; ok && i < c->lines.changes; i++) {
		ok = tells_something(&c->lines.change[i]);
	}
	return (ok && rows.membership && rows.subjects > 0) || refuse(c, "case");
}

/* ---- 7: receipts ---- */

static bool check_receipts(struct check *c) {
	GW_AUTO(buf) struct gw_buf value;
	const struct dossier_lines *l = &c->lines;
	gw_buf_init(&value, MERKLE_RECORD_MAX);
	if (l->receipts != l->changes) {
		return refuse(c, "receipt");
	}
	for (size_t i = 0; i < l->changes; i++) {
		const struct dossier_receipt *r = &l->receipt[i];
		const struct dossier_change *change = &l->change[i];
		const char *time = audit_field(change->record, "time", &value);
		if (strcmp(r->log, l->log) != 0 || r->index != change->index ||
		    memcmp(r->leaf.b, change->leaf.b, MERKLE_HASH) != 0 || !time || strcmp(time, r->time) != 0) {
			return refuse(c, "receipt");
		}
	}
	return true;
}

/* ---- 8: the other members ---- */

static void check_fits(struct check *c, const char *name, bool fits) {
	if (!fits) {
		refuse_file(c, name);
	}
}

/* The member that a row calls for; NULL: a newer row has called for it, or it is not there, which has been said. */
static const struct gw_zip_member *call_for(struct check *c, const char *name) {
	if (among(name, c->seen, c->seen_count)) {
		return NULL;
	}
	const struct gw_zip_member *m = member(c, name);
	c->seen[c->seen_count++] = name;
	check_fits(c, name, m != NULL);
	return m;
}

static bool is_text(const struct gw_zip_member *m, const char *text) {
	return text && gw_span_is(m->bytes, text);
}

static bool has_digest(const struct gw_zip_member *m, const char *said) {
	uint8_t digest[MERKLE_HASH];
	char hex[2 * MERKLE_HASH + 1];
	merkle_sha256(m->bytes.p, m->bytes.n, digest);
	gw_hex(digest, sizeof(digest), hex);
	return said && strcmp(hex, said) == 0;
}

static void check_object(struct check *c, const struct dossier_entry *e, const char *name) {
	const struct gw_zip_member *m = call_for(c, name);
	check_fits(c, name, !m || gw_span_equal(m->bytes, e->after));
}

static void check_application(struct check *c, const struct dossier_entry *e, const json_t *after) {
	const char *pdf = gw_arena_printf(c->arena, "application-%s.pdf", e->object_id),
		   *report = gw_arena_printf(c->arena, "report-%s.json", e->object_id);
	if (among(pdf, c->seen, c->seen_count)) {
		return;
	}
	const struct gw_zip_member *m = call_for(c, pdf);
	check_fits(c, pdf, !m || has_digest(m, gw_json_text(after, "pdf_sha256", NULL)));
	if (!is_given(json_object_get(after, "report")) && !is_given(json_object_get(after, "report_sha256"))) {
		return;
	}
	m = call_for(c, report);
	check_fits(c, report,
		   !m || (is_text(m, gw_json_text(after, "report", NULL)) &&
			  has_digest(m, gw_json_text(after, "report_sha256", NULL))));
}

/* One block from the first byte to the last, nothing but base64 in it. */
static bool is_one_block(struct gw_span pem) {
	static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----",
			  base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n";
	size_t b = sizeof(begin) - 1, e = sizeof(end) - 1;
	pem.n -= pem.n > 0 && pem.p[pem.n - 1] == '\n';
	pem.n -= pem.n > 0 && pem.p[pem.n - 1] == '\r';
	if (pem.n < b + e || memcmp(pem.p, begin, b) != 0 || memcmp(pem.p + pem.n - e, end, e) != 0) {
		return false;
	}
	for (size_t i = b; i < pem.n - e; i++) {
		if (!memchr(base64, pem.p[i], sizeof(base64) - 1)) {
			return false;
		}
	}
	return true;
}

/* The newest text of this certificate among the rows up to `last`. */
static const char *certificate_text(const struct check *c, const char *digest, size_t last) {
	for (size_t i = last + 1; i-- > 0;) {
		const char *pem = gw_json_text(c->after[i].json, "cert_pem", "");
		if (pem[0] && strcmp(gw_json_text(c->after[i].json, "cert_digest", ""), digest) == 0) {
			return pem;
		}
	}
	return NULL;
}

static void check_certificate(struct check *c, size_t i) {
	const char *digest = gw_json_text(c->after[i].json, "cert_digest", ""),
		   *name = gw_arena_printf(c->arena, "certificate-%s.pem", digest);
	const struct gw_zip_member *m = digest[0] ? call_for(c, name) : NULL;
	uint8_t real[MERKLE_HASH];
	char hex[2 * MERKLE_HASH + 1];
	if (!m) {
		return;
	}
	bool fits = is_text(m, certificate_text(c, digest, i)) && is_one_block(m->bytes) &&
		    c->how->certificate_digest(m->bytes, real);
	gw_hex(real, fits ? sizeof(real) : 0, hex);
	check_fits(c, name, strcmp(hex, digest) == 0);
}

static void check_entry(struct check *c, size_t i) {
	const struct dossier_entry *e = &c->lines.entry[i];
	if (is_object(e, "application")) {
		check_application(c, e, c->after[i].json);
	} else if (is_object(e, "decision")) {
		check_object(c, e, gw_arena_printf(c->arena, "decision-%s.json", e->object_id));
	} else if (is_object(e, "subject")) {
		check_object(c, e, "subject.json");
	} else {
		check_object(c, e, is_object(e, "membership") ? "record.json" : "service.json");
		check_certificate(c, i);
	}
}

static bool check_members(struct check *c) {
	c->seen =
		gw_arena_array(c->arena, 2 * c->lines.entries + 1, sizeof(*c->seen)); /* a row calls for two at most */
	if (!c->seen) {
		return false;
	}
	for (size_t i = c->lines.entries; i-- > 0;) { /* the newest first */
		check_entry(c, i);
	}
	for (size_t i = 0; i < c->how->count; i++) {
		const char *name = c->how->member[i].name;
		check_fits(c, name, among(name, texts, GW_COUNT(texts)) || among(name, c->seen, c->seen_count));
	}
	return c->out->reason == NULL;
}

/* ---- all of it ---- */

static void tell(struct check *c) {
	c->out->record = c->lines.record;
	c->out->size = c->lines.head_size;
	c->out->changes = c->lines.changes;
	c->out->rows = c->lines.entries;
	gw_copy_text(c->out->time, sizeof(c->out->time), c->lines.head_time ? c->lines.head_time : "");
}

enum gw_code dossier_check(const struct dossier_check *how, struct gw_arena *arena, struct dossier_verdict *out,
			   struct gw_err *err) {
	*out = (struct dossier_verdict){0};
	struct check c = {.how = how, .arena = arena, .out = out};
	GW_UNUSED(check_form(&c) && check_key(&c) && check_head(&c) && check_changes(&c) && check_history(&c) &&
		  check_receipts(&c) && check_members(&c));
	tell(&c);
	for (size_t i = 0; c.after && i < c.lines.entries; i++) {
		json_decref(c.after[i].json);
	}
	return arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}
