/* store/registry_apply.h - a finished procedure's writes (vash/change.h), inside the transaction of a job. */
#ifndef GW_STORE_REGISTRY_APPLY_H
#define GW_STORE_REGISTRY_APPLY_H
#include "vash/change.h"

struct sqlite3;

struct registry_apply {
	const char *who;	     /* the acting subject, for decisions */
	const char *actor;	     /* who ends records: the subject, or the operator in his place */
	int64_t case_id;	     /* whose file becomes the application */
	const char *report, *sha256; /* of that file */
	int64_t now_utc_s;
	int64_t subject_id, membership_id; /* filled: what was written last, or 0 */
};

/* In order, all or nothing (the transaction is the caller's). GW_E_CONFLICT: a rule of the database refuses. */
GW_NODISCARD enum gw_code registry_apply(struct sqlite3 *db, const struct vash_change *change,
					 struct registry_apply *about, struct gw_err *err);
#endif
