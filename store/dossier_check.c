#include "store/dossier_check.h"

#include "base/json.h"
#include "base/text.h"
#include "store/audit_fields.h"
#include "store/dossier_lines.h"
#include "store/trail.h"

struct check {
	const struct dossier_check *how;
	struct gw_arena *arena;
	struct dossier_verdict *out;
	struct dossier_lines lines;
	json_t **after;	   /* of each entry; owned */
	const char **seen; /* members that rows have called for */
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

static bool refuse_file(struct check *c, const char *name) {
	c->out->file = name;
	return refuse(c, "file");
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
		       audit_field_number(change->record, "history_to", &to, value) && to + 1 - from == change->rows;
	gw_buf_clear(hashes);
	for (size_t i = 0; i < change->rows && counted; i++) {
		counted = change->row[i].id == from + i &&
			  gw_buf_add(hashes, change->row[i].hash.b, MERKLE_HASH) == GW_OK;
	}
	if (!counted) {
		return refuse_change(c, "index", change);
	}
	merkle_sha256(hashes->data, hashes->len, digest);
	const char *history = audit_field(change->record, "history", value);
	bool fits = change->rows == 0
			    ? history && strcmp(history, "-") == 0
			    : audit_unhex(history, said, MERKLE_HASH) && memcmp(said, digest, MERKLE_HASH) == 0;
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

/* The rows of the case, change by change, against the lines. */
static bool check_lines(struct check *c) {
	size_t at = 0;
	for (size_t i = 0; i < c->lines.changes; i++) {
		const struct dossier_change *change = &c->lines.change[i];
		for (size_t k = 0; k < change->rows; k++) {
			const struct dossier_row *row = &change->row[k];
			const struct dossier_entry *e = &c->lines.entry[at];
			struct merkle_hash hash;
			struct gw_span salt = {(const char *)row->salt, HISTORY_SALT};
			if (!row->own) {
				continue;
			}
			if (at == c->lines.entries || e->id != row->id || (at > 0 && e->id <= e[-1].id) ||
			    history_row_hash(salt, e->line, &hash, NULL) != GW_OK ||
			    memcmp(hash.b, row->hash.b, MERKLE_HASH) != 0) {
				return refuse(c, "history");
			}
			at++;
		}
	}
	return at == c->lines.entries || refuse(c, "history");
}

static bool is_object(const struct dossier_entry *e, const char *object) {
	return strcmp(e->object, object) == 0;
}

/* The newest row of `membership` names the subject; -1: there is none. */
static long long find_subject(const struct check *c) {
	for (size_t i = c->lines.entries; i-- > 0;) {
		if (is_object(&c->lines.entry[i], "membership")) {
			return gw_json_int(c->after[i], "eceu_id", -1);
		}
	}
	return -1;
}

static bool belongs(const struct check *c, size_t i, long long subject) {
	const struct dossier_entry *e = &c->lines.entry[i];
	uint64_t id = 0;
	bool numbered = audit_number(e->object_id, &id);
	if (is_object(e, "membership") || is_object(e, "web_service")) {
		return numbered && id == c->lines.record;
	}
	if (is_object(e, "application") || is_object(e, "decision")) {
		return numbered && gw_json_int(c->after[i], "membership_id", -1) == (long long)c->lines.record;
	}
	return is_object(e, "subject") && numbered && (long long)id == subject;
}

static bool check_history(struct check *c) {
	bool ok = check_lines(c), subject_there = false;
	c->after = gw_arena_array(c->arena, c->lines.entries + 1, sizeof(*c->after));
	for (size_t i = 0; ok && c->after && i < c->lines.entries; i++) {
		c->after[i] = json_loads(c->lines.entry[i].after, JSON_REJECT_DUPLICATES, NULL);
		ok = json_is_object(c->after[i]) || refuse(c, "case");
	}
	long long subject = ok && c->after ? find_subject(c) : -1;
	for (size_t i = 0; ok && c->after && i < c->lines.entries; i++) {
		subject_there |= is_object(&c->lines.entry[i], "subject");
		ok = belongs(c, i, subject) || refuse(c, "case");
	}
	return ok && ((subject >= 0 && subject_there) || refuse(c, "case"));
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

/* The member that a row calls for, unless a newer one has; *first says which. false: it is not there. */
static bool call_for(struct check *c, const char *name, const struct gw_zip_member **out, bool *first) {
	*first = !among(name, c->seen, c->seen_count);
	if (!*first) {
		return true;
	}
	*out = member(c, name);
	c->seen[c->seen_count++] = name;
	return *out || refuse_file(c, name);
}

static bool is_text(const struct gw_zip_member *m, const char *text) {
	return text && gw_span_is(m->bytes, text);
}

static bool check_object(struct check *c, const struct dossier_entry *e, const char *name) {
	const struct gw_zip_member *m = NULL;
	bool first;
	return call_for(c, name, &m, &first) && (!first || is_text(m, e->after) || refuse_file(c, name));
}

static bool check_digest(struct check *c, const struct gw_zip_member *m, const char *said) {
	uint8_t digest[MERKLE_HASH];
	char hex[2 * MERKLE_HASH + 1];
	merkle_sha256(m->bytes.p, m->bytes.n, digest);
	gw_hex(digest, sizeof(digest), hex);
	return strcmp(hex, said) == 0 || refuse_file(c, m->name);
}

static bool check_application(struct check *c, const struct dossier_entry *e, const json_t *after) {
	const char *pdf_name = gw_arena_printf(c->arena, "application-%s.pdf", e->object_id),
		   *report_name = gw_arena_printf(c->arena, "report-%s.json", e->object_id);
	const struct gw_zip_member *pdf = NULL, *report = NULL;
	bool first;
	if (!call_for(c, pdf_name, &pdf, &first) || !call_for(c, report_name, &report, &first)) {
		return false;
	}
	return !first || (check_digest(c, pdf, gw_json_text(after, "pdf_sha256", "")) &&
			  (is_text(report, gw_json_text(after, "report", NULL)) || refuse_file(c, report_name)) &&
			  check_digest(c, report, gw_json_text(after, "report_sha256", "")));
}

static bool check_certificate(struct check *c, const json_t *after) {
	const char *digest = gw_json_text(after, "cert_digest", ""),
		   *name = gw_arena_printf(c->arena, "certificate-%s.pem", digest);
	const struct gw_zip_member *m = NULL;
	uint8_t real[MERKLE_HASH];
	char hex[2 * MERKLE_HASH + 1];
	bool first;
	if (!call_for(c, name, &m, &first) || !first) {
		return c->out->reason == NULL;
	}
	bool fits = is_text(m, gw_json_text(after, "cert_pem", NULL)) && c->how->certificate_digest(m->bytes, real);
	gw_hex(real, fits ? sizeof(real) : 0, hex);
	return strcmp(hex, digest) == 0 || refuse_file(c, name);
}

static bool check_entry(struct check *c, size_t i) {
	const struct dossier_entry *e = &c->lines.entry[i];
	const json_t *after = c->after[i];
	if (is_object(e, "application")) {
		return check_application(c, e, after);
	}
	if (is_object(e, "web_service")) {
		return check_object(c, e, "service.json") && check_certificate(c, after);
	}
	if (is_object(e, "decision")) {
		return check_object(c, e, gw_arena_printf(c->arena, "decision-%s.json", e->object_id));
	}
	return check_object(c, e, is_object(e, "membership") ? "record.json" : "subject.json");
}

static bool check_members(struct check *c) {
	bool ok = true;
	c->seen =
		gw_arena_array(c->arena, 2 * c->lines.entries + 1, sizeof(*c->seen)); /* a row calls for two at most */
	for (size_t i = c->lines.entries; ok && c->seen && i-- > 0;) {		      /* the newest first */
		ok = check_entry(c, i);
	}
	for (size_t i = 0; ok && c->seen && i < c->how->count; i++) {
		const char *name = c->how->member[i].name;
		ok = among(name, texts, GW_COUNT(texts)) || among(name, c->seen, c->seen_count) || refuse_file(c, name);
	}
	return ok;
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
		json_decref(c.after[i]);
	}
	return arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}
