/* gateway/call/status_wait.h - whoever comes first with a certificate whose revocation status is not known waits until
 * it has been fetched, on a worker and up to a deadline. Then the issuer's rule decides about what is still not known.
 * Loop's thread. */
#ifndef GW_CALL_STATUS_WAIT_H
#define GW_CALL_STATUS_WAIT_H
#include "gateway/call/peer.h"

/* On the connection's loop, once, whatever came of it and no later than the deadline: peer_of judges anew. The
 * connection may have ended meanwhile. */
typedef void (*status_known_fn)(void *owner);

/* Whom to ask: of a certificate that nobody here has registered what is configured alone, else also what it names; of a
 * registered one the chain that came with it is kept for the refresher. */
enum status_scope { STATUS_CONFIGURED, STATUS_NAMED, STATUS_REGISTERED };

/* True: a worker fetches, and `known` follows; the owner must live until then. False: there is nothing to wait for, or
 * no worker is free. */
bool status_wait(struct conn *c, const struct peer *p, const struct call_shared *shared, enum status_scope scope,
		 status_known_fn known, void *owner);
#endif
