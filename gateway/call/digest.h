/* gateway/call/digest.h - SHA-256 of a body as it streams by: the first bytes on the loop, the rest of a large one on a
 * worker. Belongs to one loop; the worker sees only chunks that were handed to it. */
#ifndef GW_CALL_DIGEST_H
#define GW_CALL_DIGEST_H
#include "base/span.h"
#include "gateway/engine/workers.h"

struct digest;

GW_NODISCARD enum gw_code digest_new(struct loop *loop, struct workers *workers, size_t inline_bytes,
				     struct digest **out);
/* false: out of memory; the digest is then unusable and digest_finish says so. */
bool digest_add(struct digest *d, struct gw_span bytes);
/* Bytes handed to the worker and not hashed yet: the caller of digest_add slows down when they are many. */
size_t digest_pending(const struct digest *d);
uint64_t digest_total(const struct digest *d);
/* No more bytes: done(owner, digest, ok) is called, at once or on a later round of the loop. */
void digest_finish(struct digest *d, void (*done)(void *owner, const uint8_t hash[32], bool ok), void *owner);
/* Also before done() was called: it will not be called any more. */
void digest_free(struct digest *d);
#endif
