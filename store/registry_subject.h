/* store/registry_subject.h - entering a subject inside a transaction; only store/ includes it. */
#ifndef GW_STORE_REGISTRY_SUBJECT_H
#define GW_STORE_REGISTRY_SUBJECT_H
#include "store/registry.h"
#include "vash/record.h"

/* Finds the subject by the key of its position (DECISIONS "Never a second subject") and refreshes it, or creates it. */
GW_NODISCARD enum gw_code registry_put_subject(struct sqlite3 *db, const struct registry_entry *e, int64_t *id,
					       struct gw_err *err);

/* The business address [9] of a subject: entered, or replaced where it differs; without a country what is there stays.
 * <14> follows from it and from the mailbox <20>. */
GW_NODISCARD enum gw_code registry_put_address(struct sqlite3 *db, int64_t id, const struct vash_address *a,
					       struct gw_err *err);
#endif
