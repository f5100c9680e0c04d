/* vash/operator.h - what an operator may do to a record beside the procedures (`user status`): it ends as in vs206,
 * vs211 and vs232, and what waits for a decision is not decided here. Pure. */
#ifndef GW_VASH_OPERATOR_H
#define GW_VASH_OPERATOR_H
#include "vash/turn.h"

/* Fills t->change; only lists, registry, arena and err of the turn are needed. `reason` is a code of a deletion, and
 * mandatory for it. Who becomes an administrator, or is one no more, gets mail. GW_E_INPUT: no such reason;
 * GW_E_CONFLICT: the record is deleted already, or its user has applied with a certificate and nobody has decided. */
GW_NODISCARD enum gw_code vash_operator_status(struct vash_turn *t, const struct vash_record *r, enum vash_status to,
					       const char *reason);
#endif
