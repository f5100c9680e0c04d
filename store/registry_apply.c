#include "store/registry_apply.h"

#include "base/text.h"
#include "store/db.h"
#include "store/merkle.h"
#include "store/registry_subject.h"

/* ---- a new record ---- */

static enum gw_code put_record(struct sqlite3 *db, const struct vash_write *w, const struct registry_apply *about,
			       int64_t *id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool independent = w->m.member_kind == VASH_INDEPENDENT;
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO membership (eceu_id, scheme, user_group, member_kind, status,"
				     " link_status, administered_group, created_utc_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, w->subject_id ? w->subject_id : about->subject_id);
	sqlite3_bind_int(s, 2, w->m.scheme);
	sqlite3_bind_int(s, 3, w->m.user_group);
	sqlite3_bind_int(s, 4, w->m.member_kind);
	db_bind_int0(s, 5, independent ? w->m.status : 0);
	db_bind_int0(s, 6, independent ? 0 : w->m.link_status);
	db_bind_int0(s, 7, w->m.administered_group);
	sqlite3_bind_int64(s, 8, about->now_utc_s);
	rc = db_run(s, err);
	*id = sqlite3_last_insert_rowid(db);
	return rc;
}

static enum gw_code put_service(struct sqlite3 *db, int64_t id, const struct vash_web_service *w, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO web_service (membership_id, cert_pem, has_client, client_name,"
				     " redirect_uris, client_id, client_secret_hash, issuer, serial, subject,"
				     " cert_digest, not_after_utc_s, possession_proven)"
				     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	db_bind_text(s, 2, w->pem);
	sqlite3_bind_int(s, 3, w->has_client);
	db_bind_text(s, 4, w->client_name);
	db_bind_text(s, 5, w->redirect_uris);
	db_bind_text(s, 6, w->client_id);
	db_bind_text(s, 7, w->client_secret_hash);
	db_bind_text(s, 8, w->issuer);
	db_bind_text(s, 9, w->serial);
	db_bind_text(s, 10, w->subject);
	db_bind_text(s, 11, w->digest);
	sqlite3_bind_int64(s, 12, w->not_after_utc_s);
	sqlite3_bind_int(s, 13, w->possession_proven);
	return db_run(s, err);
}

static enum gw_code put_possession(struct sqlite3 *db, int64_t id, const struct vash_web_service *w, int64_t now_utc_s,
				   struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO possession (membership_id, token, asked_utc_s) VALUES (?1, ?2, ?3)"
				     " ON CONFLICT (membership_id) DO UPDATE SET token = ?2, asked_utc_s = ?3",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	db_bind_text(s, 2, w->possession_token);
	sqlite3_bind_int64(s, 3, now_utc_s);
	return db_run(s, err);
}

static enum gw_code put_application(struct sqlite3 *db, int64_t id, const struct registry_apply *about,
				    struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	uint8_t digest[MERKLE_HASH];
	char report_sha256[2 * MERKLE_HASH + 1];
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO application (membership_id, pdf, pdf_sha256, report, report_sha256,"
				     " received_utc_s) SELECT ?1, bytes, ?2, ?3, ?6, ?4 FROM procedure_case_file"
				     " WHERE case_id = ?5",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	merkle_sha256(about->report, strlen(about->report), digest);
	gw_hex(digest, sizeof(digest), report_sha256);
	sqlite3_bind_int64(s, 1, id);
	sqlite3_bind_text(s, 2, about->sha256, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 3, about->report, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 4, about->now_utc_s);
	sqlite3_bind_int64(s, 5, about->case_id);
	sqlite3_bind_text(s, 6, report_sha256, -1, SQLITE_STATIC);
	rc = db_run(s, err);
	return rc == GW_OK && sqlite3_changes(db) != 1
		       ? gw_fail(err, GW_E_BUG, "case %lld has no application", (long long)about->case_id)
		       : rc;
}

static enum gw_code write_record(struct sqlite3 *db, const struct vash_write *w, struct registry_apply *about,
				 struct gw_err *err) {
	enum gw_code rc = put_record(db, w, about, &about->membership_id, err);
	rc = rc == GW_OK && w->has_service ? put_service(db, about->membership_id, &w->service, err) : rc;
	rc = rc == GW_OK && w->has_service
		     ? put_possession(db, about->membership_id, &w->service, about->now_utc_s, err)
		     : rc;
	return rc == GW_OK && w->application ? put_application(db, about->membership_id, about, err) : rc;
}

/* ---- a record that is there ---- */

static enum gw_code one_row(struct sqlite3 *db, sqlite3_stmt *s, int64_t id, struct gw_err *err) {
	enum gw_code rc = db_run(s, err);
	return rc == GW_OK && sqlite3_changes(db) != 1
		       ? gw_fail(err, GW_E_CONFLICT, "record %lld is not as it was", (long long)id)
		       : rc;
}

static enum gw_code put_decision(struct sqlite3 *db, const struct vash_write *w, const struct registry_apply *about,
				 struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO decision (membership_id, status, reason, administrator,"
				     " decided_utc_s) VALUES (?, ?, ?, ?, ?)",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, w->record_id);
	sqlite3_bind_int(s, 2, w->m.status);
	sqlite3_bind_text(s, 3, w->note, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 4, about->who, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 5, about->now_utc_s);
	return db_run(s, err);
}

/* Only a live record changes: what another one has ended stays ended, but for an operator. */
static enum gw_code write_status(struct sqlite3 *db, const struct vash_write *w, const struct registry_apply *about,
				 struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool ends = w->m.status == VASH_DELETED;
	enum gw_code rc = db_prepare(db,
				     "UPDATE membership SET status = CASE member_kind WHEN 1 THEN ?1 END,"
				     " link_status = CASE member_kind WHEN 2 THEN ?1 END, end_reason = ?2,"
				     " end_actor = ?3, end_utc_s = ?4, version = version + 1 WHERE id = ?5"
				     " AND (live OR ?6)",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int(s, 1, w->m.status);
	db_bind_text(s, 2, ends ? w->reason : NULL);
	db_bind_text(s, 3, ends ? about->actor : NULL);
	db_bind_int0(s, 4, ends ? about->now_utc_s : 0);
	sqlite3_bind_int64(s, 5, w->record_id);
	sqlite3_bind_int(s, 6, w->revives);
	rc = one_row(db, s, w->record_id, err);
	return rc == GW_OK && w->decision ? put_decision(db, w, about, err) : rc;
}

static enum gw_code write_certificate(struct sqlite3 *db, const struct vash_write *w,
				      const struct registry_apply *about, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	const struct vash_web_service *n = &w->service;
	enum gw_code rc = db_prepare(
		db,
		"UPDATE web_service SET cert_pem = ?1, issuer = ?2, serial = ?3, subject = ?4, cert_digest = ?5,"
		" not_after_utc_s = ?6, possession_proven = ?7, old_cert_digest = ?8, old_until_utc_s = ?9,"
		" version = version + 1 WHERE membership_id = ?10",
		&s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, n->pem);
	db_bind_text(s, 2, n->issuer);
	db_bind_text(s, 3, n->serial);
	db_bind_text(s, 4, n->subject);
	db_bind_text(s, 5, n->digest);
	sqlite3_bind_int64(s, 6, n->not_after_utc_s);
	sqlite3_bind_int(s, 7, n->possession_proven);
	db_bind_text(s, 8, n->old_digest);
	db_bind_int0(s, 9, n->old_until_utc_s);
	sqlite3_bind_int64(s, 10, w->record_id);
	rc = one_row(db, s, w->record_id, err);
	rc = rc == GW_OK ? put_possession(db, w->record_id, n, about->now_utc_s, err) : rc;
	return rc == GW_OK ? write_status(db, w, about, err) : rc;
}

static enum gw_code write_client(struct sqlite3 *db, const struct vash_write *w, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "UPDATE web_service SET has_client = 1, client_name = ?1, redirect_uris = ?2,"
				     " client_id = ?3, client_secret_hash = ?4, version = version + 1"
				     " WHERE membership_id = ?5",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, w->service.client_name);
	db_bind_text(s, 2, w->service.redirect_uris);
	db_bind_text(s, 3, w->service.client_id);
	db_bind_text(s, 4, w->service.client_secret_hash);
	sqlite3_bind_int64(s, 5, w->record_id);
	return one_row(db, s, w->record_id, err);
}

/* ---- a subject ---- */

static enum gw_code write_subject(struct sqlite3 *db, const struct vash_write *w, struct registry_apply *about,
				  struct gw_err *err) {
	const struct vash_subject *s = &w->subject;
	const struct registry_entry entry = {.position = s->position,
					     .maticna = s->maticna,
					     .davcna = s->davcna,
					     .name = s->name,
					     .email = s->email,
					     .legal_form = s->legal_form,
					     .prs_status = s->prs_status};
	enum gw_code rc = registry_put_subject(db, &entry, &about->subject_id, err);
	return rc == GW_OK ? registry_put_address(db, about->subject_id, &w->address, err) : rc;
}

/* ---- mail ---- */

static enum gw_code write_mail(struct sqlite3 *db, const struct vash_write *w, int64_t now_utc_s, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO outbox (recipient, subject_line, body, created_utc_s, next_utc_s)"
				     " VALUES (?1, ?2, ?3, ?4, ?4)",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, w->to);
	db_bind_text(s, 2, w->title);
	db_bind_text(s, 3, w->text);
	sqlite3_bind_int64(s, 4, now_utc_s);
	return db_run(s, err);
}

static enum gw_code apply_one(struct sqlite3 *db, const struct vash_write *w, struct registry_apply *about,
			      struct gw_err *err) {
	switch (w->kind) {
	case VASH_WRITE_RECORD:
		return write_record(db, w, about, err);
	case VASH_WRITE_STATUS:
		return write_status(db, w, about, err);
	case VASH_WRITE_CERTIFICATE:
		return write_certificate(db, w, about, err);
	case VASH_WRITE_CLIENT:
		return write_client(db, w, err);
	case VASH_WRITE_SUBJECT:
		return write_subject(db, w, about, err);
	case VASH_WRITE_MAIL:
		return write_mail(db, w, about->now_utc_s, err);
	default:
		return gw_fail(err, GW_E_BUG, "write %d is not known", (int)w->kind);
	}
}

enum gw_code registry_apply(struct sqlite3 *db, const struct vash_change *change, struct registry_apply *about,
			    struct gw_err *err) {
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < change->count; i++) {
		rc = apply_one(db, &change->write[i], about, err);
	}
	return rc;
}
