#include "store/registry_port.h"

#include "store/audit_calls.h"
#include "store/db.h"
#include "store/registry_subject.h"

enum gw_code registry_port_open(const char *path, struct sqlite3 **db, struct gw_err *err) {
	return db_open(path, DB_READ, NULL, db, err);
}

void registry_port_close(struct sqlite3 *db) {
	db_close(db);
}

/* ---- subjects ---- */

#define SUBJECT_COLUMNS(s)                                                                                             \
	s ".eceu_id, " s ".position, " s ".emso, " s ".maticna, " s ".davcna, coalesce(" s ".firm, " s                 \
	  ".personal_name), " s ".email, " s ".legal_form, " s ".prs_status, " s ".blocked"
enum { SUBJECT_COLUMN_COUNT = 10 };

static struct vash_subject read_subject(sqlite3_stmt *s, int at, struct gw_arena *arena) {
	return (struct vash_subject){.id = sqlite3_column_int64(s, at),
				     .position = sqlite3_column_int(s, at + 1),
				     .emso = gw_arena_text(arena, db_text(s, at + 2)),
				     .maticna = gw_arena_text(arena, db_text(s, at + 3)),
				     .davcna = gw_arena_text(arena, db_text(s, at + 4)),
				     .name = gw_arena_text(arena, db_text(s, at + 5)),
				     .email = gw_arena_text(arena, db_text(s, at + 6)),
				     .legal_form = sqlite3_column_int(s, at + 7),
				     .prs_status = sqlite3_column_int(s, at + 8),
				     .blocked = sqlite3_column_int(s, at + 9) != 0};
}

/* The rows with room for one more; NULL: the arena is full. */
static void *grow(struct gw_arena *arena, void *rows, size_t count, size_t *room, size_t size) {
	if (rows && count < *room) {
		return rows;
	}
	size_t more = *room ? *room * 2 : 8;
	void *next = gw_arena_array(arena, more, size);
	if (next && count) {
		memcpy(next, rows, count * size);
	}
	*room = next ? more : *room;
	return next;
}

static enum gw_code too_many(struct gw_err *err) {
	return gw_fail(err, GW_E_RETRY, "too many records for one page");
}

static enum gw_code read_subjects(sqlite3_stmt *s, struct gw_arena *arena, const struct vash_subject **out,
				  size_t *count, struct gw_err *err) {
	struct vash_subject *rows = NULL;
	size_t room = 0;
	bool row = false;
	*count = 0;
	for (;;) {
		enum gw_code rc = db_step(s, &row, err);
		if (rc != GW_OK || !row) {
			*out = rows;
			return rc;
		}
		if (!(rows = grow(arena, rows, *count, &room, sizeof(*rows)))) {
			return too_many(err);
		}
		rows[(*count)++] = read_subject(s, 0, arena);
	}
}

static enum gw_code find_subject(void *ctx, int64_t eceu_id, struct gw_arena *arena, struct vash_subject *out,
				 struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	const struct vash_subject *rows = NULL;
	size_t count = 0;
	enum gw_code rc =
		db_prepare(ctx, "SELECT " SUBJECT_COLUMNS("s") " FROM subject s WHERE s.eceu_id = ?", &s, err);
	if (rc == GW_OK) {
		sqlite3_bind_int64(s, 1, eceu_id);
		rc = read_subjects(s, arena, &rows, &count, err);
	}
	*out = rc == GW_OK && count == 1 ? rows[0] : (struct vash_subject){0};
	return rc;
}

static enum gw_code find_subjects(void *ctx, enum vash_subjects_by by, const char *number, struct gw_arena *arena,
				  const struct vash_subject **out, size_t *count, struct gw_err *err) {
	static const char by_davcna[] =
		"SELECT " SUBJECT_COLUMNS("s") " FROM subject s WHERE s.davcna = ? ORDER BY s.eceu_id";
	static const char by_maticna[] = "SELECT " SUBJECT_COLUMNS(
		"s") " FROM subject s WHERE s.maticna = ? AND s.position IN (12, 21, 31) ORDER BY s.eceu_id";
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(ctx, by == VASH_BY_DAVCNA ? by_davcna : by_maticna, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, number);
	return read_subjects(s, arena, out, count, err);
}

/* ---- records ---- */

static const char record_select[] =
	"SELECT m.id, m.scheme, m.user_group, m.member_kind, m.status, m.link_status, m.principal_id,"
	" m.administered_group, m.principal_membership, coalesce(p.status = 2, 0),"
	" coalesce(ps.prs_status = 2 OR ps.blocked, 0), coalesce(o.asked_utc_s, m.created_utc_s), m.end_utc_s, m.end_reason,"
	" m.end_actor, " REGISTRY_END_NAME_SQL ", w.membership_id IS NOT NULL, w.cert_pem, w.has_client,"
	" w.client_name, w.redirect_uris, w.client_id, w.client_secret_hash, w.issuer, w.serial, w.subject,"
	" w.cert_digest, w.not_after_utc_s, w.possession_proven, w.old_cert_digest, w.old_until_utc_s, a.id, a.report,"
	" json_extract(a.report, '$.reason_sl'), json_extract(a.report, '$.reason_en'),"
	" (SELECT reason FROM decision d WHERE d.membership_id = m.id ORDER BY d.id DESC LIMIT 1), o.token,"
	" " SUBJECT_COLUMNS("s") ", " SUBJECT_COLUMNS(
		"ps") " FROM membership m JOIN subject s ON s.eceu_id = m.eceu_id"
		      " LEFT JOIN membership p ON p.id = m.principal_membership LEFT JOIN subject ps ON ps.eceu_id = m.principal_id"
		      " LEFT JOIN web_service w ON w.membership_id = m.id"
		      " LEFT JOIN possession o ON o.membership_id = m.id"
		      " LEFT JOIN application a ON a.id = (SELECT max(id) FROM application WHERE membership_id = m.id)"
		      " WHERE (?2 = 0 OR coalesce(m.status, m.link_status) = ?2) AND ";

enum record_column {
	R_ID,
	R_SCHEME,
	R_GROUP,
	R_KIND,
	R_STATUS,
	R_LINK,
	R_PRINCIPAL,
	R_ADMINISTERED,
	R_PRINCIPAL_RECORD,
	R_PRINCIPAL_ACTIVE,
	R_PRINCIPAL_BARRED,
	R_SUBMITTED,
	R_END,
	R_REASON,
	R_END_ACTOR,
	R_END_NAME,
	R_SERVICE,
	R_PEM,
	R_HAS_CLIENT,
	R_CLIENT_NAME,
	R_URIS,
	R_CLIENT_ID,
	R_SECRET_HASH,
	R_ISSUER,
	R_SERIAL,
	R_CERT_SUBJECT,
	R_DIGEST,
	R_NOT_AFTER,
	R_PROVEN,
	R_OLD_DIGEST,
	R_OLD_UNTIL,
	R_APPLICATION,
	R_REPORT,
	R_JUDGEMENT_SL,
	R_JUDGEMENT_EN,
	R_DECISION,
	R_TOKEN,
	R_SUBJECT
};

static const char *where(enum vash_records_by by) {
	switch (by) {
	case VASH_BY_SUBJECT:
		return "m.eceu_id = ?1 ORDER BY m.id";
	case VASH_BY_RECORD:
		return "m.id = ?1";
	case VASH_BY_PRINCIPAL:
		return "m.principal_membership = ?1 AND m.member_kind = 2 ORDER BY m.id";
	case VASH_BY_GROUP:
		return "m.user_group = ?1 AND m.member_kind = 1 AND m.scheme IN (1, 5) ORDER BY m.id";
	case VASH_BY_ADMINISTERED:
		return "m.administered_group = ?1 AND m.member_kind = 1 AND m.scheme = 3 ORDER BY m.id";
	case VASH_BY_EXPIRY:
		return "m.member_kind = 1 AND w.not_after_utc_s <= ?1 ORDER BY m.id";
	case VASH_BY_WAITING:
		return "m.member_kind = 1 AND m.scheme IN (1, 5) AND m.status = 1 AND ?1 = 0 ORDER BY m.id";
	case VASH_BY_ADMINISTRATORS:
		return "m.member_kind = 1 AND m.scheme = 3 AND ?1 = 0 ORDER BY m.id";
	default:
		return "0";
	}
}

static struct vash_web_service read_service(sqlite3_stmt *s, struct gw_arena *arena) {
	return (struct vash_web_service){.pem = gw_arena_text(arena, db_text(s, R_PEM)),
					 .has_client = sqlite3_column_int(s, R_HAS_CLIENT) != 0,
					 .client_name = gw_arena_text(arena, db_text(s, R_CLIENT_NAME)),
					 .redirect_uris = gw_arena_text(arena, db_text(s, R_URIS)),
					 .client_id = gw_arena_text(arena, db_text(s, R_CLIENT_ID)),
					 .client_secret_hash = gw_arena_text(arena, db_text(s, R_SECRET_HASH)),
					 .issuer = gw_arena_text(arena, db_text(s, R_ISSUER)),
					 .serial = gw_arena_text(arena, db_text(s, R_SERIAL)),
					 .subject = gw_arena_text(arena, db_text(s, R_CERT_SUBJECT)),
					 .digest = gw_arena_text(arena, db_text(s, R_DIGEST)),
					 .tax_number = "",
					 .not_after_utc_s = sqlite3_column_int64(s, R_NOT_AFTER),
					 .possession_proven = sqlite3_column_int(s, R_PROVEN) != 0,
					 .possession_token = gw_arena_text(arena, db_text(s, R_TOKEN)),
					 .old_digest = gw_arena_text(arena, db_text(s, R_OLD_DIGEST)),
					 .old_until_utc_s = sqlite3_column_int64(s, R_OLD_UNTIL)};
}

static struct vash_record read_record(sqlite3_stmt *s, struct gw_arena *arena) {
	struct vash_record r = {.m = {.id = sqlite3_column_int64(s, R_ID),
				      .scheme = sqlite3_column_int(s, R_SCHEME),
				      .user_group = sqlite3_column_int(s, R_GROUP),
				      .member_kind = sqlite3_column_int(s, R_KIND),
				      .status = sqlite3_column_int(s, R_STATUS),
				      .link_status = sqlite3_column_int(s, R_LINK),
				      .principal_id = sqlite3_column_int64(s, R_PRINCIPAL),
				      .administered_group = sqlite3_column_int(s, R_ADMINISTERED),
				      .principal_active = sqlite3_column_int(s, R_PRINCIPAL_ACTIVE) != 0,
				      .principal_barred = sqlite3_column_int(s, R_PRINCIPAL_BARRED) != 0},
				.principal_record = sqlite3_column_int64(s, R_PRINCIPAL_RECORD),
				.submitted_utc_s = sqlite3_column_int64(s, R_SUBMITTED),
				.end_utc_s = sqlite3_column_int64(s, R_END),
				.end_reason = gw_arena_text(arena, db_text(s, R_REASON)),
				.end_actor = gw_arena_text(arena, db_text(s, R_END_ACTOR)),
				.end_name = gw_arena_text(arena, db_text(s, R_END_NAME)),
				.has_service = sqlite3_column_int(s, R_SERVICE) != 0,
				.application_id = sqlite3_column_int64(s, R_APPLICATION),
				.application_report = gw_arena_text(arena, db_text(s, R_REPORT)),
				.application_judgement = {gw_arena_text(arena, db_text(s, R_JUDGEMENT_SL)),
							  gw_arena_text(arena, db_text(s, R_JUDGEMENT_EN))},
				.decision_reason = gw_arena_text(arena, db_text(s, R_DECISION)),
				.subject = read_subject(s, R_SUBJECT, arena),
				.principal = read_subject(s, R_SUBJECT + SUBJECT_COLUMN_COUNT, arena)};
	r.service = read_service(s, arena);
	return r;
}

static enum gw_code read_records(sqlite3_stmt *s, struct gw_arena *arena, struct vash_records *out,
				 struct gw_err *err) {
	struct vash_record *rows = NULL;
	size_t room = 0, count = 0;
	bool row = false;
	for (;;) {
		enum gw_code rc = db_step(s, &row, err);
		if (rc != GW_OK || !row) {
			*out = (struct vash_records){count, rows};
			return rc;
		}
		if (!(rows = grow(arena, rows, count, &room, sizeof(*rows)))) {
			return too_many(err);
		}
		rows[count++] = read_record(s, arena);
	}
}

static enum gw_code find_records(void *ctx, const struct vash_query *query, struct gw_arena *arena,
				 struct vash_records *out, struct gw_err *err) {
	char sql[sizeof(record_select) + 128];
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	snprintf(sql, sizeof(sql), "%s%s", record_select, where(query->by));
	enum gw_code rc = db_prepare(ctx, sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, query->key);
	sqlite3_bind_int(s, 2, (int)query->status);
	return read_records(s, arena, out, err);
}

/* ---- FZ-VS10: each alternative stands for itself, so that each is looked up by its index ---- */

static enum gw_code certificate_owner(void *ctx, const char *digest, const char *issuer, const char *serial,
				      int64_t except_eceu_id, int64_t *owner, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(
		ctx,
		"SELECT m.eceu_id FROM web_service w JOIN membership m ON m.id = w.membership_id"
		" WHERE m.live AND m.eceu_id <> ?4 AND ((w.old_cert_digest = ?1 AND w.old_until_utc_s > unixepoch())"
		" OR (w.cert_digest = ?1 AND (m.status = 2 OR w.possession_proven = 1))"
		" OR (w.issuer = ?2 AND w.serial = ?3 AND (m.status = 2 OR w.possession_proven = 1))) LIMIT 1",
		&s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, digest);
	db_bind_text(s, 2, issuer);
	db_bind_text(s, 3, serial);
	sqlite3_bind_int64(s, 4, except_eceu_id);
	rc = db_step(s, &row, err);
	*owner = rc == GW_OK && row ? sqlite3_column_int64(s, 0) : 0;
	return rc;
}

static enum gw_code certificate_blocked(void *ctx, const char *digest, bool *blocked, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	*blocked = false;
	enum gw_code rc = db_prepare(ctx, "SELECT 1 FROM block WHERE cert_digest = ? AND active = 1", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, digest);
	return db_step(s, blocked, err);
}

static enum gw_code find_calls(void *ctx, int64_t eceu_id, uint64_t before, struct gw_arena *arena,
			       struct vash_calls *out, struct gw_err *err) {
	return audit_calls(ctx, eceu_id, before, arena, out, err);
}

void registry_port_init(struct vash_registry *port, struct sqlite3 *db) {
	*port = (struct vash_registry){.ctx = db,
				       .records = find_records,
				       .subject = find_subject,
				       .subjects = find_subjects,
				       .certificate_owner = certificate_owner,
				       .certificate_blocked = certificate_blocked,
				       .calls = find_calls};
}
