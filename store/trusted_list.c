#include "store/trusted_list.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/db.h"

struct putting {
	const struct trusted_list_entry *entry;
	enum trusted_list_outcome outcome;
};

static enum gw_code compare(sqlite3 *db, const struct trusted_list_facts *f, enum trusted_list_outcome *outcome,
			    struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db,
				     "SELECT sequence, digest FROM trusted_list WHERE territory = ?"
				     " ORDER BY sequence DESC LIMIT 1",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, f->territory);
	rc = db_step(s, &row, err);
	if (rc != GW_OK) {
		return rc;
	}
	int64_t in_force = row ? sqlite3_column_int64(s, 0) : -1;
	bool same = f->sequence == in_force && strcmp(f->digest, db_text(s, 1)) == 0;
	*outcome = f->sequence > in_force   ? TRUSTED_LIST_NEW
		   : f->sequence < in_force ? TRUSTED_LIST_OLDER
		   : same		    ? TRUSTED_LIST_SAME
					    : TRUSTED_LIST_OTHER;
	return GW_OK;
}

static void bind_blob(sqlite3_stmt *s, int at, struct gw_span bytes) {
	sqlite3_bind_blob64(s, at, bytes.n ? bytes.p : "", bytes.n, SQLITE_STATIC);
}

static enum gw_code insert(sqlite3 *db, const struct trusted_list_entry *e, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	const struct trusted_list_facts *f = &e->facts;
	const int64_t numbers[] = {f->sequence,	 f->issued_utc_s, f->next_update_utc_s, gw_now_utc_s(),
				   f->providers, f->services,	  f->granted_ca_qc};
	const char *const texts[] = {f->territory, f->digest, f->signer, f->pinned_by};
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO trusted_list (sequence, issued_utc_s, next_update_utc_s,"
				     " imported_utc_s, providers, services, granted_ca_qc, territory, digest, signer,"
				     " pinned_by, changes, record, xml) VALUES"
				     " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	int at = 1;
	for (size_t i = 0; i < GW_COUNT(numbers); i++) {
		sqlite3_bind_int64(s, at++, numbers[i]);
	}
	for (size_t i = 0; i < GW_COUNT(texts); i++) {
		db_bind_text(s, at++, texts[i]);
	}
	bind_blob(s, at++, e->changes);
	bind_blob(s, at++, e->record);
	bind_blob(s, at, e->xml);
	return db_run(s, err);
}

/* What is the same or refused rolls the transaction back, so that no record says that something changed. */
static enum gw_code put(sqlite3 *db, void *arg, struct gw_err *err) {
	struct putting *p = arg;
	enum gw_code rc = compare(db, &p->entry->facts, &p->outcome, err);
	if (rc == GW_OK && p->outcome != TRUSTED_LIST_NEW) {
		return GW_E_CONFLICT;
	}
	return rc == GW_OK ? insert(db, p->entry, err) : rc;
}

enum gw_code trusted_list_put(struct store *s, const char *who, const struct trusted_list_entry *entry,
			      enum trusted_list_outcome *outcome, struct gw_err *err) {
	struct putting p = {.entry = entry, .outcome = TRUSTED_LIST_NEW};
	const struct store_context context = {
		.procedure = "tsl", .who = who, .object = "trusted_list", .action = "import"};
	*outcome = TRUSTED_LIST_OLDER;
	if (!store_writable(s)) {
		return gw_fail(err, GW_E_RETRY, "the audit trail cannot be written");
	}
	enum gw_code rc = store_change(s, &context, put, &p, err);
	if (rc != GW_OK && p.outcome == TRUSTED_LIST_NEW) {
		return rc;
	}
	*outcome = p.outcome;
	return GW_OK;
}

/* ---- reading ---- */

static enum gw_code take_blob(sqlite3_stmt *s, int column, struct gw_buf *out, struct gw_err *err) {
	size_t n = (size_t)sqlite3_column_bytes(s, column);
	const void *bytes = sqlite3_column_blob(s, column);
	if (!out || n == 0) {
		return GW_OK;
	}
	gw_buf_clear(out);
	return bytes && gw_buf_add(out, bytes, n) == GW_OK ? GW_OK
							   : gw_fail(err, GW_E_NOMEM, "the trusted list is too large");
}

static enum gw_code take_row(sqlite3_stmt *s, struct trusted_list_facts *f, struct gw_buf *changes,
			     struct gw_buf *record, struct gw_err *err) {
	int64_t *const numbers[] = {&f->sequence,  &f->issued_utc_s, &f->next_update_utc_s, &f->imported_utc_s,
				    &f->providers, &f->services,     &f->granted_ca_qc};
	for (int i = 0; i < (int)GW_COUNT(numbers); i++) {
		*numbers[i] = sqlite3_column_int64(s, i);
	}
	gw_copy_text(f->territory, sizeof(f->territory), db_text(s, 7));
	gw_copy_text(f->digest, sizeof(f->digest), db_text(s, 8));
	gw_copy_text(f->signer, sizeof(f->signer), db_text(s, 9));
	gw_copy_text(f->pinned_by, sizeof(f->pinned_by), db_text(s, 10));
	enum gw_code rc = take_blob(s, 11, changes, err);
	return rc == GW_OK ? take_blob(s, 12, record, err) : rc;
}

enum gw_code trusted_list_get(const char *path, const char *territory, bool *found, struct trusted_list_facts *facts,
			      struct gw_buf *changes, struct gw_buf *record, struct gw_err *err) {
	GW_AUTO(db) sqlite3 *db = NULL;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	*found = false;
	*facts = (struct trusted_list_facts){0};
	enum gw_code rc = db_open(path, DB_READ, NULL, &db, err);
	rc = rc == GW_OK ? db_prepare(db,
				      "SELECT sequence, issued_utc_s, next_update_utc_s, imported_utc_s, providers,"
				      " services, granted_ca_qc, territory, digest, signer, pinned_by, changes, record"
				      " FROM trusted_list WHERE territory = ? ORDER BY sequence DESC LIMIT 1",
				      &s, err)
			 : rc;
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, territory);
	rc = db_step(s, found, err);
	return rc == GW_OK && *found ? take_row(s, facts, changes, record, err) : rc;
}
