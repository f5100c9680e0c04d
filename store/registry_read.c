#include "base/text.h"
#include "store/db.h"
#include "store/registry_subject.h"

struct registry_reader {
	sqlite3 *db;
	sqlite3_stmt *caller, *blocked;
};

/* Whose certificate is it? An approved record decides, then a pending one whose key was proven (FZ-VS10, DECISIONS
 * "Proof of possession"): neither a stranger's application nor an earlier user's deleted record hides today's user. */
static const char caller_sql[] =
	"SELECT s.eceu_id, s.position, s.prs_status, s.blocked, s.emso, s.maticna, s.davcna,"
	" coalesce(s.firm, s.personal_name), m.id, m.scheme, m.user_group, m.member_kind, m.status, m.link_status,"
	" m.principal_id, m.administered_group, coalesce(p.status = 2, 0),"
	" coalesce(ps.prs_status = 2 OR ps.blocked, 0),"
	" w.cert_digest = ?1, w.old_until_utc_s"
	" FROM web_service w JOIN membership m ON m.id = w.membership_id JOIN subject s ON s.eceu_id = m.eceu_id"
	" LEFT JOIN membership p ON p.id = m.principal_membership LEFT JOIN subject ps ON ps.eceu_id = m.principal_id"
	" WHERE w.cert_digest = ?1 OR (w.old_cert_digest = ?1 AND w.old_until_utc_s > ?2)"
	" ORDER BY coalesce(m.status, m.link_status) = 2 DESC, m.live AND w.possession_proven DESC, m.live DESC, m.id DESC";

enum caller_column {
	C_ECEU,
	C_POSITION,
	C_PRS,
	C_BLOCKED,
	C_EMSO,
	C_MATICNA,
	C_DAVCNA,
	C_NAME,
	C_ID,
	C_SCHEME,
	C_GROUP,
	C_KIND,
	C_STATUS,
	C_LINK,
	C_PRINCIPAL,
	C_ADMINISTERED,
	C_PRINCIPAL_ACTIVE,
	C_PRINCIPAL_BARRED,
	C_CURRENT,
	C_OLD_UNTIL
};

enum gw_code registry_reader_open(const char *path, struct registry_reader **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(registry_reader) struct registry_reader *r = calloc(1, sizeof(*r));
	if (!r) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = db_open(path, DB_READ, NULL, &r->db, err);
	rc = rc == GW_OK ? db_prepare(r->db, caller_sql, &r->caller, err) : rc;
	rc = rc == GW_OK ? db_prepare(r->db, "SELECT active FROM block WHERE cert_digest = ?", &r->blocked, err) : rc;
	if (rc == GW_OK) {
		*out = gw_take(&r);
	}
	return rc;
}

void registry_reader_close(struct registry_reader *r) {
	if (r) {
		db_finalize(r->caller);
		db_finalize(r->blocked);
		db_close(r->db);
		free(r);
	}
}

static void read_subject(sqlite3_stmt *s, struct vash_caller *out) {
	out->registered = true;
	out->eceu_id = sqlite3_column_int64(s, C_ECEU);
	out->position = sqlite3_column_int(s, C_POSITION);
	out->prs_status = sqlite3_column_int(s, C_PRS);
	out->subject_blocked = sqlite3_column_int(s, C_BLOCKED) != 0;
	gw_copy_text(out->emso, sizeof(out->emso), db_text(s, C_EMSO));
	gw_copy_text(out->maticna, sizeof(out->maticna), db_text(s, C_MATICNA));
	gw_copy_text(out->davcna, sizeof(out->davcna), db_text(s, C_DAVCNA));
	gw_copy_text(out->name, sizeof(out->name), db_text(s, C_NAME));
}

static void read_membership(sqlite3_stmt *s, struct vash_caller *out) {
	if (sqlite3_column_int64(s, C_ECEU) != out->eceu_id || out->membership_count == VASH_MEMBERSHIPS_MAX) {
		return;
	}
	int64_t until = sqlite3_column_int(s, C_CURRENT) ? 0 : sqlite3_column_int64(s, C_OLD_UNTIL);
	if (until && (out->good_until_utc_s == 0 || until < out->good_until_utc_s)) {
		out->good_until_utc_s = until;
	}
	out->membership[out->membership_count++] = (struct vash_membership){
		.id = sqlite3_column_int64(s, C_ID),
		.scheme = sqlite3_column_int(s, C_SCHEME),
		.user_group = sqlite3_column_int(s, C_GROUP),
		.member_kind = sqlite3_column_int(s, C_KIND),
		.status = sqlite3_column_int(s, C_STATUS),
		.link_status = sqlite3_column_int(s, C_LINK),
		.principal_id = sqlite3_column_int64(s, C_PRINCIPAL),
		.administered_group = sqlite3_column_int(s, C_ADMINISTERED),
		.principal_active = sqlite3_column_int(s, C_PRINCIPAL_ACTIVE) != 0,
		.principal_barred = sqlite3_column_int(s, C_PRINCIPAL_BARRED) != 0,
	};
}

enum gw_code registry_find_caller(struct registry_reader *r, const char *cert_digest, int64_t now_utc_s,
				  struct vash_caller *out, struct gw_err *err) {
	memset(out, 0, sizeof(*out));
	bool row = false;
	sqlite3_bind_text(r->blocked, 1, cert_digest, -1, SQLITE_STATIC);
	enum gw_code rc = db_step(r->blocked, &row, err);
	out->certificate_blocked = rc == GW_OK && row && sqlite3_column_int(r->blocked, 0) == 1;
	sqlite3_reset(r->blocked);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_text(r->caller, 1, cert_digest, -1, SQLITE_STATIC);
	sqlite3_bind_int64(r->caller, 2, now_utc_s);
	while ((rc = db_step(r->caller, &row, err)) == GW_OK && row) {
		if (!out->registered) {
			read_subject(r->caller, out);
		}
		read_membership(r->caller, out);
	}
	sqlite3_reset(r->caller);
	return rc;
}

static const char list_sql[] =
	"SELECT s.eceu_id, m.id, s.position, m.scheme, m.user_group, m.member_kind, m.status, m.link_status, s.prs_status,"
	" s.blocked, coalesce(b.active, 0), coalesce(s.firm, s.personal_name), s.davcna, s.maticna, s.emso, s.email,"
	" w.cert_digest, w.issuer, w.serial, w.subject, m.end_reason, w.not_after_utc_s, m.end_utc_s,"
	" coalesce(" REGISTRY_END_NAME_SQL ", m.end_actor)"
	" FROM subject s LEFT JOIN membership m ON m.eceu_id = s.eceu_id LEFT JOIN web_service w ON w.membership_id = m.id"
	" LEFT JOIN block b ON b.cert_digest = w.cert_digest WHERE s.eceu_id >= ? AND s.eceu_id < ? ORDER BY s.eceu_id, m.id";

static struct registry_row list_row(sqlite3_stmt *s) {
	return (struct registry_row){
		.eceu_id = sqlite3_column_int64(s, 0),
		.membership_id = sqlite3_column_int64(s, 1),
		.position = sqlite3_column_int(s, 2),
		.scheme = sqlite3_column_int(s, 3),
		.user_group = sqlite3_column_int(s, 4),
		.member_kind = sqlite3_column_int(s, 5),
		.status = sqlite3_column_int(s, 6),
		.link_status = sqlite3_column_int(s, 7),
		.prs_status = sqlite3_column_int(s, 8),
		.subject_blocked = sqlite3_column_int(s, 9) != 0,
		.cert_blocked = sqlite3_column_int(s, 10) != 0,
		.name = db_text(s, 11),
		.davcna = db_text(s, 12),
		.maticna = db_text(s, 13),
		.emso = db_text(s, 14),
		.email = db_text(s, 15),
		.cert_digest = db_text(s, 16),
		.issuer = db_text(s, 17),
		.serial = db_text(s, 18),
		.subject = db_text(s, 19),
		.end_reason = db_text(s, 20),
		.not_after_utc_s = sqlite3_column_int64(s, 21),
		.end_utc_s = sqlite3_column_int64(s, 22),
		.end_actor = db_text(s, 23),
	};
}

enum gw_code registry_end(struct registry_reader *r, int64_t *out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db, "SELECT coalesce(max(eceu_id), 0) + 1 FROM subject", &s, err);
	rc = rc == GW_OK ? db_step(s, &row, err) : rc;
	*out = rc == GW_OK && row ? sqlite3_column_int64(s, 0) : 0;
	return rc;
}

enum gw_code registry_list(struct registry_reader *r, int64_t from, int64_t to, registry_row_fn each, void *ctx,
			   struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db, list_sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, from);
	sqlite3_bind_int64(s, 2, to);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		struct registry_row item = list_row(s);
		if ((rc = each(ctx, &item, err)) != GW_OK) {
			return rc;
		}
	}
	return rc;
}

enum gw_code registry_reach(struct registry_reader *r, int64_t eceu_id, registry_reached_fn each, void *ctx,
			    struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db,
				     "SELECT m.id, coalesce(w.cert_digest, ''), coalesce(w.old_cert_digest, '')"
				     " FROM membership m LEFT JOIN web_service w ON w.membership_id = m.id"
				     " WHERE m.eceu_id = ?1 OR m.principal_id = ?1",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, eceu_id);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		const struct registry_reached found = {sqlite3_column_int64(s, 0), db_text(s, 1), db_text(s, 2)};
		if ((rc = each(ctx, &found, err)) != GW_OK) {
			return rc;
		}
	}
	return rc;
}

/* Read whole before the first is handed on: whoever looks at them may wait for a network. */
enum gw_code registry_certificates(struct registry_reader *r, int64_t after, registry_certificate_fn each, void *ctx,
				   struct gw_err *err) {
	enum { AT_ONCE = 100 };
	struct {
		int64_t id;
		char *pem;
	} found[AT_ONCE];
	size_t n = 0;
	bool row = false;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc =
		db_prepare(r->db,
			   "SELECT m.id, w.cert_pem FROM web_service w JOIN membership m ON m.id = w.membership_id"
			   " WHERE m.live AND m.id > ?1 AND w.cert_pem <> '' ORDER BY m.id LIMIT ?2",
			   &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, after);
	sqlite3_bind_int64(s, 2, AT_ONCE);
	while (n < AT_ONCE && (rc = db_step(s, &row, err)) == GW_OK && row) {
		found[n].id = sqlite3_column_int64(s, 0);
		found[n].pem = strdup(db_text(s, 1));
		n++;
	}
	sqlite3_reset(s);
	for (size_t i = 0; i < n; i++) {
		rc = rc == GW_OK && found[i].pem ? each(ctx, found[i].id, found[i].pem, err)
		     : rc == GW_OK		 ? gw_fail(err, GW_E_NOMEM, "out of memory")
						 : rc;
		free(found[i].pem);
	}
	return rc;
}
