#include "store/cases.h"

#include "store/db.h"

static const char *const state_names[] = {"open", "finished", "stopped"};

static enum case_state state_of(const char *name) {
	enum case_state state = CASE_OPEN;
	while (state < CASE_STOPPED && strcmp(state_names[state], name) != 0) {
		state++;
	}
	return state;
}

/* ---- loading ---- */

static enum gw_code load_values(struct sqlite3 *db, struct gw_arena *arena, struct vash_case *c, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc =
		db_prepare(db, "SELECT name, value FROM procedure_case_value WHERE case_id = ? ORDER BY name", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, c->id);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		if (!vash_pair_set(&c->values, gw_arena_text(arena, db_text(s, 0)),
				   gw_arena_text(arena, db_text(s, 1)))) {
			return gw_fail(err, GW_E_BUG, "case %lld has too many values", (long long)c->id);
		}
	}
	return rc;
}

enum gw_code cases_load(struct sqlite3 *db, int64_t id, struct gw_arena *arena, struct stored_case *out,
			struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	memset(out, 0, sizeof(*out));
	enum gw_code rc = db_prepare(db,
				     "SELECT version, procedure, step, state, login_record, cert, membership_id,"
				     " created_utc_s, changed_utc_s, expires_utc_s FROM procedure_case WHERE id = ?",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	if ((rc = db_step(s, &row, err)) != GW_OK) {
		return rc;
	}
	if (!row) {
		return gw_fail(err, GW_E_NOTFOUND, "there is no case %lld", (long long)id);
	}
	out->c.id = id;
	out->c.version = sqlite3_column_int64(s, 0);
	out->c.procedure = gw_arena_text(arena, db_text(s, 1));
	out->c.step = gw_arena_text(arena, db_text(s, 2));
	out->state = state_of(db_text(s, 3));
	out->login_record = sqlite3_column_int64(s, 4);
	out->cert = gw_arena_text(arena, db_text(s, 5));
	out->membership_id = sqlite3_column_int64(s, 6);
	out->created_utc_s = sqlite3_column_int64(s, 7);
	out->changed_utc_s = sqlite3_column_int64(s, 8);
	out->expires_utc_s = sqlite3_column_int64(s, 9);
	return load_values(db, arena, &out->c, err);
}

/* ---- keeping ---- */

static const char insert_sql[] =
	"INSERT INTO procedure_case (version, procedure, step, state, login_record, cert, membership_id, changed_utc_s,"
	" expires_utc_s, created_utc_s) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8)";
static const char update_sql[] =
	"UPDATE procedure_case SET version = ?1, step = ?3, state = ?4, membership_id = ?7, changed_utc_s = ?8"
	" WHERE id = ?10 AND version = ?1 - 1 AND procedure = ?2 AND login_record IS ?5 AND cert = ?6";

static enum gw_code put_case(struct sqlite3 *db, struct stored_case *sc, int64_t now_utc_s, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool is_new = sc->c.id == 0;
	enum gw_code rc = db_prepare(db, is_new ? insert_sql : update_sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, sc->c.version + 1);
	db_bind_text(s, 2, sc->c.procedure);
	sqlite3_bind_text(s, 3, sc->c.step, -1, SQLITE_TRANSIENT);
	db_bind_text(s, 4, state_names[sc->state]);
	db_bind_int0(s, 5, sc->login_record);
	db_bind_text(s, 6, sc->cert);
	db_bind_int0(s, 7, sc->membership_id);
	sqlite3_bind_int64(s, 8, now_utc_s);
	sqlite3_bind_int64(s, is_new ? 9 : 10, is_new ? sc->expires_utc_s : sc->c.id);
	if ((rc = db_run(s, err)) != GW_OK) {
		return rc;
	}
	if (sqlite3_changes(db) != 1) {
		return gw_fail(err, GW_E_CONFLICT, "case %lld has another version", (long long)sc->c.id);
	}
	sc->c.id = is_new ? sqlite3_last_insert_rowid(db) : sc->c.id;
	sc->c.version++;
	return GW_OK;
}

static enum gw_code put_values(struct sqlite3 *db, const struct vash_case *c, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *clear = NULL;
	GW_AUTO(stmt) sqlite3_stmt *put = NULL;
	enum gw_code rc = db_prepare(db, "DELETE FROM procedure_case_value WHERE case_id = ?", &clear, err);
	rc = rc == GW_OK ? db_prepare(db, "INSERT INTO procedure_case_value (case_id, name, value) VALUES (?, ?, ?)",
				      &put, err)
			 : rc;
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(clear, 1, c->id);
	rc = db_run(clear, err);
	for (size_t i = 0; rc == GW_OK && i < c->values.count; i++) {
		sqlite3_bind_int64(put, 1, c->id);
		db_bind_text(put, 2, c->values.pair[i].name);
		db_bind_text(put, 3, c->values.pair[i].value);
		rc = db_run(put, err);
	}
	return rc;
}

/* What a closed case held is kept by its record, its decision and history. */
static enum gw_code drop_file(struct sqlite3 *db, int64_t id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db, "DELETE FROM procedure_case_file WHERE case_id = ?", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	return db_run(s, err);
}

/* The open cases of the login but for the newest CASES_OPEN_MAX: at most one, as they come one at a time. */
#define TOO_MANY                                                                                                       \
	"(SELECT id FROM procedure_case WHERE login_record = ?1 AND cert = ?2 AND state = 'open'"                      \
	" ORDER BY id DESC LIMIT -1 OFFSET ?3)"

static enum gw_code make_room(struct sqlite3 *db, const struct stored_case *sc, int64_t now_utc_s, struct gw_err *err) {
	static const char *const sql[] = {
		"DELETE FROM procedure_case_file WHERE case_id IN " TOO_MANY,
		"UPDATE procedure_case SET state = 'stopped', version = version + 1, changed_utc_s = ?4"
		" WHERE id IN " TOO_MANY};
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < GW_COUNT(sql); i++) {
		GW_AUTO(stmt) sqlite3_stmt *s = NULL;
		if ((rc = db_prepare(db, sql[i], &s, err)) == GW_OK) {
			sqlite3_bind_int64(s, 1, sc->login_record);
			db_bind_text(s, 2, sc->cert);
			sqlite3_bind_int(s, 3, CASES_OPEN_MAX);
			sqlite3_bind_int64(s, 4, now_utc_s);
			rc = db_run(s, err);
		}
	}
	return rc;
}

enum gw_code cases_keep(struct sqlite3 *db, struct stored_case *sc, int64_t now_utc_s, struct gw_err *err) {
	bool joins = sc->c.id == 0 && sc->login_record && sc->state == CASE_OPEN;
	enum gw_code rc = put_case(db, sc, now_utc_s, err);
	rc = rc == GW_OK ? put_values(db, &sc->c, err) : rc;
	rc = rc == GW_OK && joins ? make_room(db, sc, now_utc_s, err) : rc;
	return rc == GW_OK && sc->state != CASE_OPEN ? drop_file(db, sc->c.id, err) : rc;
}

enum gw_code cases_keep_file(struct sqlite3 *db, int64_t id, struct gw_span file, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(
		db,
		"INSERT INTO procedure_case_file (case_id, bytes) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET bytes = ?2",
		&s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	sqlite3_bind_blob64(s, 2, file.p, file.n, SQLITE_STATIC);
	return db_run(s, err);
}

enum gw_code cases_drop_files(struct sqlite3 *db, int64_t now_utc_s, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "DELETE FROM procedure_case_file WHERE"
				     " (SELECT expires_utc_s FROM procedure_case WHERE id = case_id) <= ?",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, now_utc_s);
	return db_run(s, err);
}

enum gw_code cases_application(struct sqlite3 *db, int64_t id, int64_t *membership_id, struct gw_buf *out,
			       struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, "SELECT membership_id, pdf FROM application WHERE id = ?", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	if ((rc = db_step(s, &row, err)) != GW_OK) {
		return rc;
	}
	if (!row) {
		return gw_fail(err, GW_E_NOTFOUND, "there is no application %lld", (long long)id);
	}
	*membership_id = sqlite3_column_int64(s, 0);
	return gw_buf_add(out, sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1)) == GW_OK
		       ? GW_OK
		       : gw_fail(err, GW_E_NOMEM, "out of memory");
}
