/* gateway/call/peer.h - the certificate behind a connection: facts once, judgement once for each configuration. Loop's
 * thread. */
#ifndef GW_CALL_PEER_H
#define GW_CALL_PEER_H
#include "certs/judge.h"
#include "certs/live.h"
#include "gateway/call/call_view.h"
#include "gateway/engine/conn.h"

struct peer_under { /* what a judgement was made under: the view, and what had been fetched */
	uint64_t generation, epoch;
};

struct peer {	       /* one for each connection: conn_app */
	bool readable; /* else of the facts only the digest counts */
	struct cert_facts facts;
	struct cert_judgement judgement;
	struct peer_under under;
	bool resumed;
};

/* Judgements that a reconnect would make again: accepted, or refused for revocation, for seconds. One for each loop. */
struct judgement_cache;
GW_NODISCARD enum gw_code judgement_cache_new(const struct cert_live *live, struct judgement_cache **out,
					      struct gw_err *err);
void judgement_cache_free(struct judgement_cache *c);

/* The peer of a connection, judged under the view in force and at this moment. NULL: out of memory. */
const struct peer *peer_of(struct conn *c, struct judgement_cache *cache);
void peer_free(struct conn *c); /* conn_ops.on_closed */

/* The refusal that the judgement means; VASH_NO_FAULT = accepted. */
enum vash_fault peer_fault(const struct peer *p);
/* Is nothing wrong with it but that its revocation status is not known, and could it be fetched? */
bool peer_is_waiting(const struct peer *p);
/* Did the certificate chain to an anchor, whatever else is wrong with it? Decides by what it is limited. */
bool peer_is_known(const struct peer *p);
/* What he is limited by: a trusted certificate by itself, any other peer by its network (making new self-signed ones
 * must not help). Each listener counts for itself. */
void peer_limit_key(const struct conn *c, const struct peer *p, uint8_t key[32]);
#endif
