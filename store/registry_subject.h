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

/* SQL: the name of the subject that has ended the record `m`; NULL: an operator has, or nobody. */
#define REGISTRY_END_NAME_SQL                                                                                          \
	"(SELECT coalesce(firm, personal_name) FROM subject WHERE eceu_id ="                                           \
	" CASE WHEN m.end_actor NOT GLOB '*[^0-9]*' THEN CAST(m.end_actor AS INTEGER) END)"
#endif
