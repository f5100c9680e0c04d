/* store/bound.h - FZ-VS10 where the rules of the database end: a certificate that was changed stays its user's until
 * its overlap has run out (DECISIONS "vs208-01"). */
#ifndef GW_STORE_BOUND_H
#define GW_STORE_BOUND_H
#include <stdint.h>

#include "base/err.h"

struct sqlite3;

/* To be asked behind a write, in its transaction. GW_E_CONFLICT: the record's certificate is still good for another
 * user's calls, or the one that is still good for its own calls is another user's by now. */
GW_NODISCARD enum gw_code bound_check(struct sqlite3 *db, int64_t membership_id, struct gw_err *err);
#endif
