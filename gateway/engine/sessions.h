/* gateway/engine/sessions.h - TLS sessions for resumption: one stateful cache for all loops, outliving reloads.
 *
 * Bounded in bytes, oldest out first; indexed by session id and by the digest of the client's leaf, so that a block can
 * drop all sessions of a certificate. It keeps the SSL_SESSION objects themselves: the decoded certificate stays with
 * them, which is what makes a resumption cheap. Any thread. */
#ifndef GW_ENGINE_SESSIONS_H
#define GW_ENGINE_SESSIONS_H
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct sessions;
struct ssl_ctx_st;

GW_NODISCARD enum gw_code sessions_new(size_t max_bytes, struct sessions **out, struct gw_err *err);
void sessions_free(struct sessions *s);
/* Make `ctx` keep its sessions here. `context` names the listener: a session of one is unknown to the others. */
GW_NODISCARD enum gw_code sessions_attach(struct sessions *s, struct ssl_ctx_st *ctx, const char *context,
					  long lifetime_s, struct gw_err *err);
/* Forget every session of the leaf with this SHA-256. */
void sessions_drop_leaf(struct sessions *s, const uint8_t digest[32]);

struct sessions_stats {
	size_t count, bytes;
	uint64_t hits, misses, evicted;
};
void sessions_stats(struct sessions *s, struct sessions_stats *out);
#endif
