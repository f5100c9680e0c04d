/* store/audit_calls.h - the calls and refusals of one user, the newest first, read from the audit trail. */
#ifndef GW_STORE_AUDIT_CALLS_H
#define GW_STORE_AUDIT_CALLS_H
#include "vash/record.h"

struct sqlite3;

/* At most VASH_CALLS_MAX calls of this subject among the records below index `before` (0: the newest). A look-up goes
 * through at most 50,000 records; out->next is where to look on, 0 = nothing older. */
GW_NODISCARD enum gw_code audit_calls(struct sqlite3 *db, int64_t eceu_id, uint64_t before, struct gw_arena *arena,
				      struct vash_calls *out, struct gw_err *err);
#endif
