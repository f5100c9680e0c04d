/* store/db.h - one SQLite connection: opening, migrating, statements, transactions. Only store/ includes it.
 * A connection belongs to one thread at a time. */
#ifndef GW_STORE_DB_H
#define GW_STORE_DB_H
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum db_mode { DB_READ = 0, DB_WRITE };

/* WAL, synchronous=FULL, foreign keys on, no double-quoted strings, defensive. A reader of a missing
 * file is GW_E_NOTFOUND; a writer creates it (mode 0600). `vfs` NULL = the default. */
GW_NODISCARD enum gw_code db_open(const char *path, enum db_mode mode, const char *vfs, sqlite3 **out,
				  struct gw_err *err);
void db_close(sqlite3 *db);
GW_DEFINE_AUTO(db, sqlite3 *, db_close)

/* Bring the schema to this program's version in one transaction; GW_E_CONFIG: the file is newer than the program. */
GW_NODISCARD enum gw_code db_migrate(sqlite3 *db, struct gw_err *err);

GW_NODISCARD enum gw_code db_exec(sqlite3 *db, const char *sql, struct gw_err *err);

/* A prepared statement. Reused ones are kept by their owner; scoped ones are GW_AUTO(stmt). */
GW_NODISCARD enum gw_code db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct gw_err *err);
void db_finalize(sqlite3_stmt *stmt);
GW_DEFINE_AUTO(stmt, sqlite3_stmt *, db_finalize)

/* One step: *row says whether a row came. A constraint is GW_E_CONFLICT, a full disk or I/O error GW_E_STORE. */
GW_NODISCARD enum gw_code db_step(sqlite3_stmt *stmt, bool *row, struct gw_err *err);
/* Step a statement that returns no row and reset it, its bindings kept. */
GW_NODISCARD enum gw_code db_run(sqlite3_stmt *stmt, struct gw_err *err);

void db_bind_text(sqlite3_stmt *stmt, int at, const char *text);    /* NULL and "" bind NULL; copied */
void db_bind_span(sqlite3_stmt *stmt, int at, struct gw_span text); /* borrowed until the step */
void db_bind_int0(sqlite3_stmt *stmt, int at, int64_t value);	    /* 0 binds NULL */
const char *db_text(sqlite3_stmt *stmt, int column);		    /* "" for NULL; valid until the next step */

/* Run `body` between BEGIN IMMEDIATE and COMMIT; ROLLBACK if it fails. */
typedef enum gw_code (*db_body_fn)(sqlite3 *db, void *arg, struct gw_err *err);
GW_NODISCARD enum gw_code db_transaction(sqlite3 *db, db_body_fn body, void *arg, struct gw_err *err);
#endif
