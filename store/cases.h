/* store/cases.h - procedures under way: loaded for a turn, kept after it, closed once.
 *
 * The functions take a connection: a reader's (registry_port.h) to look, the writer's inside a job to change. A case
 * is changed only from the version that was looked at. */
#ifndef GW_STORE_CASES_H
#define GW_STORE_CASES_H
#include "vash/turn.h"

struct sqlite3;

enum case_state { CASE_OPEN = 0, CASE_FINISHED, CASE_STOPPED };
enum { CASES_OPEN_MAX = 50 }; /* of one login (record and certificate); a further one stops the oldest */

struct stored_case {
	struct vash_case c; /* texts in the arena */
	enum case_state state;
	int64_t login_record;  /* 0: before login */
	const char *cert;      /* CERT_DIGEST of the login */
	int64_t membership_id; /* what it has made; 0 = nothing */
	int64_t created_utc_s, changed_utc_s, expires_utc_s;
};

/* GW_E_NOTFOUND: there is none. */
GW_NODISCARD enum gw_code cases_load(struct sqlite3 *db, int64_t id, struct gw_arena *arena, struct stored_case *out,
				     struct gw_err *err);
/* Writes a new case (c.id 0: gets its id; the oldest of CASES_OPEN_MAX makes room) or the next version of one:
 * GW_E_CONFLICT if that is not c.version + 1, or if it is closed. c.version is counted up. */
GW_NODISCARD enum gw_code cases_keep(struct sqlite3 *db, struct stored_case *sc, int64_t now_utc_s, struct gw_err *err);
/* A stored application: its PDF appended to `out`, and the record <19.0> that it belongs to. GW_E_NOTFOUND. */
GW_NODISCARD enum gw_code cases_application(struct sqlite3 *db, int64_t id, int64_t *membership_id, struct gw_buf *out,
					    struct gw_err *err);
/* The application, kept with the case until it is finished or has expired. */
GW_NODISCARD enum gw_code cases_keep_file(struct sqlite3 *db, int64_t id, struct gw_span file, struct gw_err *err);
/* The applications of cases that have expired unfinished: nobody can go on with them. */
GW_NODISCARD enum gw_code cases_drop_files(struct sqlite3 *db, int64_t now_utc_s, struct gw_err *err);
#endif
