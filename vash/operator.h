/* vash/operator.h - what follows when an operator changes a record or a subject beside the procedures (`user status`,
 * `user block`): a record ends as in vs206, vs211 and vs232, and what waits for a decision is not decided here. Pure.
 * Only lists, registry, arena and err of the turn are needed. */
#ifndef GW_VASH_OPERATOR_H
#define GW_VASH_OPERATOR_H
#include "vash/turn.h"

/* Fills t->change. `reason` is a code of a deletion, and mandatory for it. Who becomes an administrator, or is one no
 * more, gets mail, and where applications are left waiting the chief administrator. GW_E_INPUT: no such reason;
 * GW_E_CONFLICT: the record is deleted already, or its user has applied with a certificate and nobody has decided. */
GW_NODISCARD enum gw_code vash_operator_status(struct vash_turn *t, const struct vash_record *r, enum vash_status to,
					       const char *reason);
/* To t->change: the mail to the chief administrator where applications are left waiting because the subject is about to
 * be blocked, or deleted in PRS. */
GW_NODISCARD enum gw_code vash_operator_leaves(struct vash_turn *t, int64_t eceu_id);
#endif
