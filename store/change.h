/* store/change.h - one change of the registry inside the writer's transaction: who makes it, what he does, the record
 * of it with a commitment to the rows of history that it wrote (docs/AUDIT.md sections 2 and 11.1). */
#ifndef GW_STORE_CHANGE_H
#define GW_STORE_CHANGE_H
#include "store/store.h"

GW_NODISCARD enum gw_code change_run(struct sqlite3 *db, struct trail *trail, const struct store_context *context,
				     store_job_fn fn, void *arg, struct gw_err *err);
#endif
