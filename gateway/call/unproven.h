/* gateway/call/unproven.h - refusals of peers that proved no certificate: counted per reason, network and minute, one
 * audit record each (docs/AUDIT.md kind `unproven`). Shared by all loops. */
#ifndef GW_CALL_UNPROVEN_H
#define GW_CALL_UNPROVEN_H
#include <stdbool.h>

#include "store/store.h"

struct unproven;
GW_NODISCARD enum gw_code unproven_new(struct store *store, struct unproven **out, struct gw_err *err);
void unproven_free(struct unproven *u);

/* `reason` is a static word. Any thread. */
void unproven_count(struct unproven *u, const char *reason, const char *peer_address);
/* Record what belongs to minutes that are over; `all`: this minute too (at stop). Call about once a second, from one
 * thread; waits for the writer. */
void unproven_flush(struct unproven *u, bool all);

enum { NETWORK_TEXT = 48 };
/* IPv4 /24 or IPv6 /64 of an address in text form. */
void network_of(const char *address, char out[NETWORK_TEXT]);
#endif
