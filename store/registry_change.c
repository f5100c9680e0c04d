#include "base/clock.h"
#include "store/db.h"
#include "store/outbox.h"
#include "store/registry_subject.h"
#include "vash/entry.h"
#include "vash/numbers.h"

/* ---- subjects ---- */

static const char *key_sql(int position) {
	switch (position) {
	case VASH_PERSON:
		return "SELECT eceu_id FROM subject WHERE position = 11 AND emso = ?";
	case VASH_ENTREPRENEUR:
	case VASH_LEGAL_PERSON:
	case VASH_ORGAN:
		return "SELECT eceu_id FROM subject WHERE position IN (12, 21, 31) AND maticna = ?";
	case VASH_FOREIGN_PERSON:
		return "SELECT eceu_id FROM subject WHERE position = 13 AND sipass_id = ?";
	default:
		return NULL;
	}
}

static const char *key_value(const struct registry_entry *e, const char *maticna) {
	return e->position == VASH_PERSON ? e->emso : e->position == VASH_FOREIGN_PERSON ? e->sipass_id : maticna;
}

static bool given(const char *text) {
	return text && text[0];
}

static enum gw_code check_numbers(const struct registry_entry *e, char maticna[11], struct gw_err *err) {
	maticna[0] = '\0';
	if (!key_sql(e->position)) {
		return gw_fail(err, GW_E_INPUT, "position %d cannot be entered here", e->position);
	}
	if (given(e->emso) && !vash_emso_ok(gw_span_of(e->emso))) {
		return gw_fail(err, GW_E_INPUT, "emso is not correct");
	}
	if (given(e->davcna) && !vash_davcna_ok(gw_span_of(e->davcna))) {
		return gw_fail(err, GW_E_INPUT, "tax number is not correct");
	}
	if (given(e->maticna) &&
	    (!vash_maticna_ok(gw_span_of(e->maticna)) || !vash_maticna_canonical(gw_span_of(e->maticna), maticna))) {
		return gw_fail(err, GW_E_INPUT, "registration number is not correct");
	}
	if (!given(key_value(e, maticna))) {
		return gw_fail(err, GW_E_INPUT, "the identifier that position %d is kept by is missing", e->position);
	}
	return GW_OK;
}

static enum gw_code find_subject(sqlite3 *db, const char *sql, const char *key, int64_t *id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	*id = 0;
	enum gw_code rc = db_prepare(db, sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, key);
	rc = db_step(s, &row, err);
	*id = rc == GW_OK && row ? sqlite3_column_int64(s, 0) : 0;
	return rc;
}

static void bind_subject(sqlite3_stmt *s, const struct registry_entry *e, const char *maticna, bool is_new) {
	bool person = e->position == VASH_PERSON || e->position == VASH_FOREIGN_PERSON;
	sqlite3_bind_int(s, 1, e->position);
	db_bind_text(s, 2, e->emso);
	db_bind_text(s, 3, maticna);
	db_bind_text(s, 4, e->davcna);
	db_bind_text(s, 5, person ? e->name : NULL);
	db_bind_text(s, 6, person ? NULL : e->name);
	db_bind_int0(s, 7, e->legal_form);
	int prs_status = is_new && !e->prs_status ? VASH_PRS_ACTIVE
						  : e->prs_status; /* an import does not revive a subject by silence */
	db_bind_int0(s, 8, person ? 0 : prs_status);
	db_bind_text(s, 9, e->sipass_id);
	db_bind_text(s, 10, e->seat_country);
	db_bind_text(s, 11, e->email);
}

/* What the entry does not give stays as it is. */
static const char subject_insert[] =
	"INSERT INTO subject (position, emso, maticna, davcna, personal_name, firm, legal_form, prs_status, sipass_id,"
	" seat_country, email) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
static const char subject_update[] =
	"UPDATE subject SET emso = coalesce(?2, emso), maticna = coalesce(?3, maticna), davcna = coalesce(?4, davcna),"
	" personal_name = coalesce(?5, personal_name), firm = coalesce(?6, firm), legal_form = coalesce(?7, legal_form),"
	" prs_status = coalesce(?8, prs_status), sipass_id = coalesce(?9, sipass_id),"
	" seat_country = coalesce(?10, seat_country), email = coalesce(?11, email), version = version + 1"
	" WHERE eceu_id = ?12 AND position = ?1";

enum gw_code registry_put_subject(sqlite3 *db, const struct registry_entry *e, int64_t *id, struct gw_err *err) {
	char maticna[11];
	enum gw_code rc = check_numbers(e, maticna, err);
	rc = rc == GW_OK ? find_subject(db, key_sql(e->position), key_value(e, maticna), id, err) : rc;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	rc = rc == GW_OK ? db_prepare(db, *id ? subject_update : subject_insert, &s, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	bind_subject(s, e, maticna, *id == 0);
	if (*id) {
		sqlite3_bind_int64(s, 12, *id);
	}
	if ((rc = db_run(s, err)) != GW_OK) {
		return rc;
	}
	if (*id && sqlite3_changes(db) == 0) {
		return gw_fail(err, GW_E_CONFLICT, "subject %lld has another position", (long long)*id);
	}
	*id = *id ? *id : sqlite3_last_insert_rowid(db);
	return GW_OK;
}

/* ---- memberships ---- */

struct principal {
	int64_t eceu_id, membership_id;
};

static enum gw_code find_principal(sqlite3 *db, const struct registry_entry *e, struct principal *p,
				   struct gw_err *err) {
	char maticna[11];
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	if (!given(e->principal_maticna) || !vash_maticna_canonical(gw_span_of(e->principal_maticna), maticna)) {
		return gw_fail(err, GW_E_INPUT,
			       "an authorised person needs the registration number of the independent user");
	}
	enum gw_code rc = db_prepare(db,
				     "SELECT s.eceu_id, m.id FROM subject s JOIN membership m ON m.eceu_id = s.eceu_id"
				     " WHERE s.maticna = ? AND m.scheme = ? AND m.user_group = ? AND m.member_kind = 1"
				     " AND coalesce(m.administered_group, 0) = ? AND m.live ORDER BY m.id DESC LIMIT 1",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, maticna);
	sqlite3_bind_int(s, 2, e->scheme);
	sqlite3_bind_int(s, 3, e->user_group);
	sqlite3_bind_int(s, 4, e->administered_group);
	if ((rc = db_step(s, &row, err)) != GW_OK) {
		return rc;
	}
	if (!row) {
		return gw_fail(err, GW_E_NOTFOUND, "no independent user '%s' in group %d", maticna, e->user_group);
	}
	*p = (struct principal){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
	return GW_OK;
}

static enum gw_code put_membership(sqlite3 *db, const struct registry_entry *e, int64_t eceu_id, int64_t *id,
				   struct gw_err *err) {
	struct principal p = {0};
	bool independent = e->member_kind != VASH_AUTHORISED_PERSON;
	enum gw_code rc = independent ? GW_OK : find_principal(db, e, &p, err);
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	rc = rc == GW_OK
		     ? db_prepare(
			       db,
			       "INSERT INTO membership (eceu_id, scheme, user_group, member_kind, status, principal_id,"
			       " principal_membership, link_status, administered_group, created_utc_s)"
			       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			       &s, err)
		     : rc;
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, eceu_id);
	sqlite3_bind_int(s, 2, e->scheme);
	sqlite3_bind_int(s, 3, e->user_group);
	sqlite3_bind_int(s, 4, independent ? VASH_INDEPENDENT : VASH_AUTHORISED_PERSON);
	db_bind_int0(s, 5, independent ? e->status : 0);
	db_bind_int0(s, 6, p.eceu_id);
	db_bind_int0(s, 7, p.membership_id);
	db_bind_int0(s, 8, independent ? 0 : e->status);
	db_bind_int0(s, 9, e->administered_group);
	sqlite3_bind_int64(s, 10, gw_now_utc_s());
	rc = db_run(s, err);
	*id = sqlite3_last_insert_rowid(db);
	return rc == GW_E_CONFLICT
		       ? gw_wrap(err, rc, "the subject already has a live record in group %d", e->user_group)
		       : rc;
}

static enum gw_code put_cert(sqlite3 *db, const struct registry_cert *c, int64_t membership_id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(
		db,
		"INSERT INTO web_service (membership_id, cert_pem, has_client, client_name, redirect_uris,"
		" issuer, serial, subject, cert_digest, not_after_utc_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		&s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, membership_id);
	db_bind_text(s, 2, c->pem);
	sqlite3_bind_int(s, 3, c->client);
	db_bind_text(s, 4, c->client_name);
	db_bind_text(s, 5, c->redirect_uris);
	db_bind_text(s, 6, c->issuer);
	db_bind_text(s, 7, c->serial);
	db_bind_text(s, 8, c->subject);
	db_bind_text(s, 9, c->digest);
	sqlite3_bind_int64(s, 10, c->not_after_utc_s);
	return db_run(s, err);
}

/* ---- the rules ---- */

static enum gw_code refuse_entry(enum vash_say wrong, struct gw_err *err) {
	const struct vash_say_row *row = vash_say_row(wrong);
	return gw_fail(err, GW_E_INPUT, "%s: %s / %s", row->code, row->sl, row->en);
}

/* Asked of the subject as it stands now: an entry need not repeat what is known of it. */
static enum gw_code check_rules(sqlite3 *db, const struct registry_entry *e, int64_t eceu_id, struct gw_err *err) {
	char maticna[11] = "";
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc =
		db_prepare(db,
			   "SELECT position, legal_form, davcna, (SELECT position FROM subject"
			   " WHERE maticna = ?2 AND position IN (12, 21, 31)) FROM subject WHERE eceu_id = ?1",
			   &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	GW_UNUSED(given(e->principal_maticna) && vash_maticna_canonical(gw_span_of(e->principal_maticna), maticna));
	sqlite3_bind_int64(s, 1, eceu_id);
	db_bind_text(s, 2, maticna);
	if ((rc = db_step(s, &row, err)) != GW_OK || !row) {
		return rc;
	}
	const struct vash_entered entered = {.position = sqlite3_column_int(s, 0),
					     .legal_form = sqlite3_column_int(s, 1),
					     .davcna = db_text(s, 2),
					     .scheme = e->scheme,
					     .group = e->user_group,
					     .member_kind = e->member_kind,
					     .administered_group = e->administered_group,
					     .principal_position = sqlite3_column_int(s, 3),
					     .email = given(e->email) ? e->email : ""};
	enum vash_say wrong = vash_entry_wrong(e->lists, &entered);
	return wrong == VASH_SAY_NONE ? GW_OK : refuse_entry(wrong, err);
}

static bool is_appointed(const struct registry_entry *e) {
	return e->scheme == VASH_SCHEME_ADMINISTRATOR && e->user_group == VASH_GROUP_ADMINISTRATOR &&
	       e->member_kind == VASH_INDEPENDENT && e->status == VASH_ACTIVE;
}

/* DECISIONS "Records": who is appointed an administrator is told, as vs231 tells him. */
static enum gw_code tell_administrator(sqlite3 *db, const struct registry_entry *e, int64_t eceu_id,
				       struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	GW_AUTO(buf) struct gw_buf text;
	bool row = false;
	gw_buf_init(&text, OUTBOX_BODY_MAX);
	enum gw_code rc = db_prepare(db, "SELECT email FROM subject WHERE eceu_id = ? AND email <> ''", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, eceu_id);
	if ((rc = db_step(s, &row, err)) != GW_OK || !row) {
		return rc;
	}
	if (vash_entry_mail(e->lists, e->administered_group, &text) != GW_OK) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	const struct outbox_mail mail = {.recipient = db_text(s, 0),
					 .subject = vash_say_row(VASH_SAY_mail_title)->sl,
					 .body = gw_buf_cstr(&text)};
	int64_t id;
	return mail.body ? outbox_add(db, &mail, &id, err) : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static enum gw_code add_entry(sqlite3 *db, const struct registry_entry *e, int64_t *eceu_id, int64_t *membership_id,
			      struct gw_err *err) {
	enum gw_code rc = registry_put_subject(db, e, eceu_id, err);
	rc = rc == GW_OK && e->lists && !e->unchecked ? check_rules(db, e, *eceu_id, err) : rc;
	if (rc != GW_OK || e->scheme == 0) {
		return rc;
	}
	rc = put_membership(db, e, *eceu_id, membership_id, err);
	rc = rc == GW_OK && e->cert ? put_cert(db, e->cert, *membership_id, err) : rc;
	return rc == GW_OK && e->lists && is_appointed(e) ? tell_administrator(db, e, *eceu_id, err) : rc;
}

struct add_job {
	const struct registry_entry *entries;
	size_t count, at;
	int64_t eceu_id, membership_id;
};

static enum gw_code add_body(sqlite3 *db, void *arg, struct gw_err *err) {
	struct add_job *job = arg;
	enum gw_code rc = GW_OK;
	for (job->at = 0; job->at < job->count; job->at++) {
		if ((rc = add_entry(db, &job->entries[job->at], &job->eceu_id, &job->membership_id, err)) != GW_OK) {
			return rc;
		}
	}
	return rc;
}

static enum gw_code has_administrator(sqlite3 *db, int group, bool *has, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "SELECT 1 FROM membership WHERE administered_group = ? AND scheme = 3"
				     " AND user_group = 90 AND member_kind = 1 AND live",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int(s, 1, group);
	return db_step(s, has, err);
}

static enum gw_code seed_body(sqlite3 *db, void *arg, struct gw_err *err) {
	struct add_job *job = arg;
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < job->count; i++) {
		bool has = false;
		rc = has_administrator(db, job->entries[i].administered_group, &has, err);
		if (rc == GW_OK && !has) {
			rc = add_entry(db, &job->entries[i], &job->eceu_id, &job->membership_id, err);
			job->at++;
		}
	}
	return rc;
}

enum gw_code registry_seed(struct store *s, const struct store_context *who, const struct registry_entry *entries,
			   size_t count, size_t *added, struct gw_err *err) {
	struct add_job job = {.entries = entries, .count = count};
	enum gw_code rc = store_change(s, who, seed_body, &job, err);
	*added = rc == GW_OK ? job.at : 0;
	return rc;
}

enum gw_code registry_add_many(struct store *s, const struct store_context *who, const struct registry_entry *entries,
			       size_t count, size_t *failed, struct gw_err *err) {
	struct add_job job = {.entries = entries, .count = count};
	enum gw_code rc = store_change(s, who, add_body, &job, err);
	*failed = job.at;
	return rc;
}

enum gw_code registry_add(struct store *s, const struct store_context *who, const struct registry_entry *entry,
			  int64_t *eceu_id, int64_t *membership_id, struct gw_err *err) {
	struct add_job job = {.entries = entry, .count = 1};
	enum gw_code rc = store_change(s, who, add_body, &job, err);
	if (eceu_id) {
		*eceu_id = job.eceu_id;
	}
	if (membership_id) {
		*membership_id = job.membership_id;
	}
	return rc;
}

/* ---- blocks and <7b> ---- */

/* One statement with up to four values; at least one row must change. */
struct update_job {
	const char *sql, *missing;
	int64_t integer[2];
	const char *text[2];
};

static enum gw_code update_body(sqlite3 *db, void *arg, struct gw_err *err) {
	const struct update_job *job = arg;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db, job->sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, job->integer[0]);
	sqlite3_bind_int64(s, 2, job->integer[1]);
	db_bind_text(s, 3, job->text[0]);
	db_bind_text(s, 4, job->text[1]);
	rc = db_run(s, err);
	if (rc == GW_OK && sqlite3_changes(db) == 0) {
		return gw_fail(err, GW_E_NOTFOUND, "%s", job->missing);
	}
	return rc;
}

enum gw_code registry_block_cert(struct store *s, const struct store_context *who, const char *cert_digest, bool block,
				 const char *reason, struct gw_err *err) {
	struct update_job job = {
		.sql = "INSERT INTO block (active, since_utc_s, cert_digest, reason) VALUES (?1, ?2, ?3, ?4)"
		       " ON CONFLICT (cert_digest) DO UPDATE SET active = ?1, since_utc_s = ?2, reason = ?4",
		.missing = "nothing blocked",
		.integer = {block, gw_now_utc_s()},
		.text = {cert_digest, given(reason) ? reason : "-"}};
	return store_change(s, who, update_body, &job, err);
}

enum gw_code registry_block_subject(sqlite3 *db, int64_t eceu_id, bool block, struct gw_err *err) {
	struct update_job job = {.sql = "UPDATE subject SET blocked = ?1, version = version + 1 WHERE eceu_id = ?2",
				 .missing = "no such subject",
				 .integer = {block, eceu_id}};
	return update_body(db, &job, err);
}

enum gw_code registry_set_prs_status(sqlite3 *db, int64_t eceu_id, int prs_status, struct gw_err *err) {
	struct update_job job = {.sql = "UPDATE subject SET prs_status = ?1, version = version + 1 WHERE eceu_id = ?2",
				 .missing = "no such subject",
				 .integer = {prs_status, eceu_id}};
	return update_body(db, &job, err);
}
