#include "store/dossier.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/kv.h"
#include "base/text.h"
#include "store/audit_fields.h"
#include "store/audit_read.h"
#include "store/history.h"
#include "store/trail.h"

static const char readme[] =
	"SPIS ZADEVE\n"
	"Ta arhiv vsebuje vse, kar register eCEU hrani o eni zadevi (vlogo, poročilo o njej, odločitev, podatke o potrdilu,\n"
	"zgodovino), in dokaz, da je to zapisano v revizijski sledi prehoda. Preverite ga brez povezave:\n"
	"    vashgate case verify DATOTEKA.zip --key KLJUČ\n"
	"KLJUČ je javni ključ revizijske sledi, ki ga dobite od upravljavca po drugi poti. Zapis je opisan v dokumentu\n"
	"docs/AUDIT.md, razdelek 11. Arhiv dokazuje, kar vsebuje, ne pa, da se pozneje ni zgodilo nič več.\n"
	"\n"
	"THE FILE OF A CASE\n"
	"This archive holds all that the registry eCEU keeps of one case (the application, the report on it, the decision, the\n"
	"facts of the certificate, the history) and the proof that it stands in the gateway's audit trail. Verify it offline:\n"
	"    vashgate case verify FILE.zip --key KEY\n"
	"KEY is the public key of the audit trail, which you get from the operator by another way. The format is described in\n"
	"docs/AUDIT.md, section 11. The archive proves what it contains, not that nothing has happened since.\n";

/* One reading. What is written goes through FILEs in memory; the members are copied into the arena at the end. */
struct reading {
	sqlite3 *db;
	struct audit_reader *trail;
	int64_t record;
	struct gw_arena *arena;
	struct dossier *out;
	char log[AUDIT_LOG_ID];
	FILE *proof, *history, *receipts;
	uint64_t size;	/* of the head */
	int64_t proven; /* the last row of the changes that have been written */
	struct gw_buf line;
};

static enum gw_code no_memory(struct gw_err *err) {
	return gw_fail(err, GW_E_NOMEM, "out of memory");
}

/* ---- members ---- */

static enum gw_code add_member(struct reading *r, const char *name, struct gw_span bytes, struct gw_err *err) {
	if (r->out->count == DOSSIER_MEMBERS_MAX) {
		return gw_fail(err, GW_E_STORE, "the file of case %lld has too many members", (long long)r->record);
	}
	r->out->member[r->out->count++] =
		(struct gw_zip_member){gw_arena_text(r->arena, name), {gw_arena_span(r->arena, bytes), bytes.n}};
	return r->arena->failed ? no_memory(err) : GW_OK;
}

/* Each row of the query is a member: its name, its bytes. The query is given the record. */
static enum gw_code add_members(struct reading *r, const char *sql, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db, sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, r->record);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		const void *bytes = sqlite3_column_blob(s, 1);
		rc = add_member(r, db_text(s, 0), (struct gw_span){bytes, (size_t)sqlite3_column_bytes(s, 1)}, err);
		if (rc != GW_OK) {
			return rc;
		}
	}
	return rc;
}

/* The newest row of an object says how it is now. */
#define NEWEST(name, object, id)                                                                                       \
	"SELECT " name ", after FROM history WHERE id = (SELECT max(id) FROM history WHERE object = '" object          \
	"' AND object_id = CAST(" id " AS TEXT))"

static enum gw_code add_objects(struct reading *r, struct gw_err *err) {
	static const char *const sql[] = {
		NEWEST("'record.json'", "membership", "?1"),
		NEWEST("'service.json'", "web_service", "?1"),
		NEWEST("'subject.json'", "subject", "(SELECT eceu_id FROM membership WHERE id = ?1)"),
		"SELECT 'decision-' || d.id || '.json', h.after FROM decision d JOIN history h ON h.id ="
		" (SELECT max(id) FROM history WHERE object = 'decision' AND object_id = CAST(d.id AS TEXT))"
		" WHERE d.membership_id = ?1 ORDER BY d.id",
		"SELECT 'application-' || id || '.pdf', pdf FROM application WHERE membership_id = ?1 ORDER BY id",
		"SELECT 'report-' || id || '.json', report FROM application WHERE membership_id = ?1 ORDER BY id",
		"SELECT 'certificate-' || json_extract(after, '$.cert_digest') || '.pem', json_extract(after, '$.cert_pem')"
		" FROM history WHERE id IN (SELECT max(id) FROM history WHERE object = 'web_service' AND"
		" object_id = CAST(?1 AS TEXT) GROUP BY json_extract(after, '$.cert_digest')) ORDER BY id"};
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < GW_COUNT(sql); i++) {
		rc = add_members(r, sql[i], err);
	}
	return rc;
}

/* ---- changes ---- */

static enum gw_code write_receipt(struct reading *r, uint64_t index, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf receipt, value;
	struct audit_entry e = {.index = index};
	gw_buf_init(&receipt, 1024);
	gw_buf_init(&value, 64);
	merkle_leaf(gw_buf_span(&r->line), &e.leaf);
	bool timed = audit_field_time(gw_buf_span(&r->line), "time", &e.utc_ms, &value);
	enum gw_code rc = timed ? audit_receipt(r->log, &e, &receipt)
				: gw_fail(err, GW_E_STORE, "record %llu has no time", (unsigned long long)index);
	if (rc == GW_OK) {
		fprintf(r->receipts, "%.*s\n", (int)receipt.len, receipt.data);
	}
	return rc;
}

static bool span_of_rows(struct reading *r, uint64_t *from, uint64_t *to) {
	GW_AUTO(buf) struct gw_buf value;
	struct gw_span line = gw_buf_span(&r->line);
	gw_buf_init(&value, 64);
	return audit_field_number(line, "history_from", from, &value) &&
	       audit_field_number(line, "history_to", to, &value);
}

static enum gw_code write_row(struct reading *r, sqlite3_stmt *s, bool own, struct gw_err *err) {
	struct merkle_hash hash;
	char hex[2 * MERKLE_HASH + 1], salt[2 * HISTORY_SALT + 1];
	struct gw_span salted = history_salt(s);
	enum gw_code rc = history_line(s, &r->line, err);
	rc = rc == GW_OK ? history_row_hash(salted, gw_buf_span(&r->line), &hash, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	gw_hex(hash.b, MERKLE_HASH, hex);
	fprintf(r->proof, "row id=%lld hash=%s", (long long)sqlite3_column_int64(s, H_ID), hex);
	if (own && salted.n == HISTORY_SALT) {
		gw_hex((const uint8_t *)salted.p, salted.n, salt);
		fprintf(r->proof, " salt=%s", salt);
	}
	fputc('\n', r->proof);
	return rc;
}

/* Which rows belong to the case: section 11.2. */
#define OWN_ROWS                                                                                                       \
	"(SELECT id FROM history WHERE object IN ('membership', 'web_service') AND object_id = CAST(?1 AS TEXT)"       \
	" UNION ALL SELECT id FROM history WHERE object = 'application' AND object_id IN"                              \
	" (SELECT CAST(id AS TEXT) FROM application WHERE membership_id = ?1)"                                         \
	" UNION ALL SELECT id FROM history WHERE object = 'decision' AND object_id IN"                                 \
	" (SELECT CAST(id AS TEXT) FROM decision WHERE membership_id = ?1)"                                            \
	" UNION SELECT max(id) FROM history WHERE object = 'subject' AND object_id ="                                  \
	" (SELECT CAST(eceu_id AS TEXT) FROM membership WHERE id = ?1)"                                                \
	" UNION SELECT max(id) FROM history WHERE object = 'subject' AND object_id ="                                  \
	" (SELECT CAST(eceu_id AS TEXT) FROM membership WHERE id = ?1) AND id <"                                       \
	" (SELECT min(id) FROM history WHERE object = 'membership' AND object_id = CAST(?1 AS TEXT)))"

static enum gw_code write_rows(struct reading *r, uint64_t from, uint64_t to, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db,
				     "SELECT " HISTORY_COLUMNS ", id IN " OWN_ROWS
				     " FROM history WHERE id BETWEEN ?2 AND ?3 ORDER BY id",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, r->record);
	sqlite3_bind_int64(s, 2, (int64_t)from);
	sqlite3_bind_int64(s, 3, (int64_t)to);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		rc = write_row(r, s, sqlite3_column_int(s, H_SALT + 1) != 0, err);
		if (rc != GW_OK) {
			return rc;
		}
	}
	return rc;
}

static enum gw_code write_change(struct reading *r, uint64_t index, struct gw_err *err) {
	uint64_t from = 0, to = 0;
	if (index >= r->size) {
		return gw_fail(err, GW_E_RETRY, "the newest change of case %lld is not under a head yet",
			       (long long)r->record);
	}
	gw_buf_clear(&r->line);
	enum gw_code rc = audit_line(r->trail, index, &r->line, err);
	if (rc == GW_OK && !span_of_rows(r, &from, &to)) {
		rc = gw_fail(err, GW_E_STORE, "record %llu is not that of a change", (unsigned long long)index);
	}
	if (rc != GW_OK) {
		return rc;
	}
	fprintf(r->proof, "change %.*s\n", (int)r->line.len, r->line.data);
	rc = write_receipt(r, index, err);
	rc = rc == GW_OK ? audit_prove_inclusion(r->trail, index, r->size, r->proof, err) : rc;
	r->proven = (int64_t)to;
	return rc == GW_OK ? write_rows(r, from, to, err) : rc;
}

/* The record of the change that wrote the row, unless it stands in the proof already. A row that no change wrote stays
 * without: then the file does not verify, as it should. */
static enum gw_code prove_row(struct reading *r, int64_t row_id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	if (row_id <= r->proven) {
		return GW_OK;
	}
	enum gw_code rc = db_prepare(
		r->db, "SELECT idx FROM audit_change WHERE history_to >= ? ORDER BY history_to LIMIT 1", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, row_id);
	rc = db_step(s, &row, err);
	return rc == GW_OK && row ? write_change(r, (uint64_t)sqlite3_column_int64(s, 0), err) : rc;
}

static enum gw_code write_case(struct reading *r, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false, any = false;
	enum gw_code rc = db_prepare(
		r->db, "SELECT " HISTORY_COLUMNS " FROM history WHERE id IN " OWN_ROWS " ORDER BY id", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, r->record);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		rc = history_line(s, &r->line, err);
		if (rc == GW_OK) {
			fprintf(r->history, "%.*s\n", (int)r->line.len, r->line.data);
			rc = prove_row(r, sqlite3_column_int64(s, H_ID), err);
		}
		if (rc != GW_OK) {
			return rc;
		}
		any = true;
	}
	return rc == GW_OK && !any ? gw_fail(err, GW_E_NOTFOUND, "there is no record %lld", (long long)r->record) : rc;
}

/* ---- all of it ---- */

/* In one snapshot of the registry; the head may be newer. */
static enum gw_code read_case(struct reading *r, struct gw_span spki, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf head;
	gw_buf_init(&head, 1024);
	char key[512];
	int64_t utc_ms = 0;
	if (spki.n * 2 >= sizeof(key)) {
		return gw_fail(err, GW_E_CONFIG, "the log key is too long");
	}
	enum gw_code rc = db_exec(r->db, "BEGIN", err);
	rc = rc == GW_OK ? add_member(r, "README.txt", gw_span_of(readme), err) : rc;
	rc = rc == GW_OK ? add_objects(r, err) : rc;
	rc = rc == GW_OK ? audit_head(r->trail, &r->size, &head, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	trail_log_id_of((const uint8_t *)spki.p, spki.n, r->log);
	gw_hex((const uint8_t *)spki.p, spki.n, key);
	fprintf(r->proof, "case v=1 log=%s record=%lld key=%s\n", r->log, (long long)r->record, key);
	rc = write_case(r, err);
	fprintf(r->proof, "head %.*s\n", (int)head.len, head.data);
	gw_buf_clear(&r->line);
	GW_UNUSED(audit_field_time(gw_buf_span(&head), "time", &utc_ms, &r->line));
	r->out->sealed_utc_s = utc_ms / 1000;
	return rc;
}

struct text { /* a FILE in memory */
	const char *name;
	FILE **file;
	char *bytes;
	size_t n;
};

static enum gw_code add_text(struct reading *r, struct text *t, struct gw_err *err) {
	bool whole = *t->file && !ferror(*t->file);
	whole = *t->file && fclose(*t->file) == 0 && whole;
	*t->file = NULL;
	return whole ? add_member(r, t->name, (struct gw_span){t->bytes, t->n}, err) : no_memory(err);
}

static enum gw_code run(struct reading *r, struct gw_span spki, struct gw_err *err) {
	struct text texts[] = {{.name = "proof.txt", .file = &r->proof},
			       {.name = "history.txt", .file = &r->history},
			       {.name = "receipts.txt", .file = &r->receipts}};
	bool open = true;
	for (size_t i = 0; i < GW_COUNT(texts); i++) {
		*texts[i].file = open_memstream(&texts[i].bytes, &texts[i].n);
		open = open && *texts[i].file;
	}
	enum gw_code rc = open ? read_case(r, spki, err) : no_memory(err);
	for (size_t i = 0; i < GW_COUNT(texts); i++) {
		if (rc == GW_OK) {
			rc = add_text(r, &texts[i], err);
		} else if (*texts[i].file) {
			fclose(*texts[i].file);
		}
		free(texts[i].bytes);
	}
	return rc;
}

enum gw_code dossier_read(const char *registry_path, int64_t record, struct gw_span spki, struct gw_arena *arena,
			  struct dossier *out, struct gw_err *err) {
	GW_AUTO(db) sqlite3 *db = NULL;
	GW_AUTO(audit_reader) struct audit_reader *trail = NULL;
	enum gw_code rc = db_open(registry_path, DB_READ, NULL, &db, err);
	rc = rc == GW_OK ? audit_reader_open(registry_path, &trail, err) : rc;
	struct reading r = {.db = db, .trail = trail, .record = record, .arena = arena, .out = out};
	*out = (struct dossier){.member = gw_arena_array(arena, DOSSIER_MEMBERS_MAX, sizeof(*out->member))};
	gw_buf_init(&r.line, HISTORY_LINE_MAX);
	rc = rc == GW_OK && !out->member ? no_memory(err) : rc;
	rc = rc == GW_OK ? run(&r, spki, err) : rc;
	gw_buf_release(&r.line);
	return rc;
}
