#include "store/db.h"

#include <sys/stat.h>
#include <unistd.h>

#include "store/schema.h"

enum { BUSY_MS = 5000 };

static enum gw_code fail(sqlite3 *db, const char *what, struct gw_err *err) {
	int code = sqlite3_errcode(db);
	enum gw_code class = code == SQLITE_CONSTRAINT ? GW_E_CONFLICT : code == SQLITE_NOMEM ? GW_E_NOMEM : GW_E_STORE;
	return gw_fail(err, class, "%s: %s", what, sqlite3_errmsg(db));
}

static enum gw_code set_up(sqlite3 *db, enum db_mode mode, struct gw_err *err) {
	sqlite3_extended_result_codes(db, 0);
	sqlite3_busy_timeout(db, BUSY_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (mode == DB_READ) {
		return db_exec(db, "PRAGMA query_only=ON", err);
	}
	return db_exec(db,
		       "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
		       "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864",
		       err);
}

enum gw_code db_open(const char *path, enum db_mode mode, const char *vfs, sqlite3 **out, struct gw_err *err) {
	*out = NULL;
	if (mode == DB_READ && access(path, R_OK) != 0) {
		return gw_fail(err, GW_E_NOTFOUND, "no registry at '%s'", path);
	}
	mode_t old = umask(077);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == DB_WRITE ? SQLITE_OPEN_CREATE : 0);
	sqlite3 *opened = NULL;
	int rc = sqlite3_open_v2(path, &opened, flags, vfs);
	umask(old);
	GW_AUTO(db) sqlite3 *db = opened;
	if (rc != SQLITE_OK) {
		return gw_fail(err, GW_E_STORE, "cannot open registry '%s': %s", path, sqlite3_errstr(rc));
	}
	enum gw_code code = set_up(db, mode, err);
	if (code == GW_OK) {
		*out = gw_take(&db);
	}
	return code;
}

void db_close(sqlite3 *db) {
	sqlite3_close_v2(db);
}

enum gw_code db_exec(sqlite3 *db, const char *sql, struct gw_err *err) {
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? GW_OK : fail(db, "statement failed", err);
}

enum gw_code db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct gw_err *err) {
	*out = NULL;
	int rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
	return rc == SQLITE_OK ? GW_OK : fail(db, "cannot prepare statement", err);
}

void db_finalize(sqlite3_stmt *stmt) {
	sqlite3_finalize(stmt);
}

enum gw_code db_step(sqlite3_stmt *stmt, bool *row, struct gw_err *err) {
	int rc = sqlite3_step(stmt);
	*row = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? GW_OK : fail(sqlite3_db_handle(stmt), "step failed", err);
}

enum gw_code db_run(sqlite3_stmt *stmt, struct gw_err *err) {
	bool row;
	enum gw_code rc = db_step(stmt, &row, err);
	sqlite3_reset(stmt);
	return rc;
}

void db_bind_text(sqlite3_stmt *stmt, int at, const char *text) {
	if (text && text[0]) {
		sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT);
	} else {
		sqlite3_bind_null(stmt, at);
	}
}

void db_bind_span(sqlite3_stmt *stmt, int at, struct gw_span text) {
	sqlite3_bind_text64(stmt, at, text.p ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void db_bind_int0(sqlite3_stmt *stmt, int at, int64_t value) {
	if (value) {
		sqlite3_bind_int64(stmt, at, value);
	} else {
		sqlite3_bind_null(stmt, at);
	}
}

const char *db_text(sqlite3_stmt *stmt, int column) {
	const char *text = (const char *)sqlite3_column_text(stmt, column);
	return text ? text : "";
}

enum gw_code db_transaction(sqlite3 *db, db_body_fn body, void *arg, struct gw_err *err) {
	enum gw_code rc = db_exec(db, "BEGIN IMMEDIATE", err);
	if (rc != GW_OK) {
		return rc;
	}
	rc = body(db, arg, err);
	if (rc == GW_OK) {
		rc = db_exec(db, "COMMIT", err);
	}
	if (rc != GW_OK && !sqlite3_get_autocommit(db)) {
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	}
	return rc;
}

static enum gw_code read_version(sqlite3 *db, int *version, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, "PRAGMA user_version", &s, err);
	if (rc == GW_OK && (rc = db_step(s, &row, err)) == GW_OK && row) {
		*version = sqlite3_column_int(s, 0);
	}
	return rc;
}

static enum gw_code apply_migrations(sqlite3 *db, void *arg, struct gw_err *err) {
	int version = 0;
	GW_UNUSED(arg);
	enum gw_code rc = read_version(db, &version, err);
	if (rc == GW_OK && version > schema_migration_count) {
		return gw_fail(err, GW_E_CONFIG, "registry has schema %d, this program knows up to %d", version,
			       schema_migration_count);
	}
	bool migrated = rc == GW_OK && version < schema_migration_count;
	for (; rc == GW_OK && version < schema_migration_count; version++) {
		rc = db_exec(db, schema_migrations[version], err);
		char pragma[48];
		snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%d", version + 1);
		rc = rc == GW_OK ? db_exec(db, pragma, err) : rc;
	}
	return rc == GW_OK && migrated ? db_exec(db, schema_history, err) : rc;
}

enum gw_code db_migrate(sqlite3 *db, struct gw_err *err) {
	return db_transaction(db, apply_migrations, NULL, err);
}
