/* store/registry_subject.h - entering a subject inside a transaction; only store/ includes it. */
#ifndef GW_STORE_REGISTRY_SUBJECT_H
#define GW_STORE_REGISTRY_SUBJECT_H
#include "store/registry.h"

/* Finds the subject by the key of its position (DECISIONS "Never a second subject") and refreshes it, or creates it. */
GW_NODISCARD enum gw_code registry_put_subject(struct sqlite3 *db, const struct registry_entry *e, int64_t *id,
					       struct gw_err *err);
#endif
