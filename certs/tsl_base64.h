/* certs/tsl_base64.h - base64 (RFC 4648 4) for XML and JSON. Inside certs/ and for who hands a list on. */
#ifndef GW_CERTS_TSL_BASE64_H
#define GW_CERTS_TSL_BASE64_H
#include "base/arena.h"

/* White space is skipped, everything else must be right, padding too. False: it is not; *out is then empty. Where the
 * arena is full, the bytes are NULL. */
bool tsl_base64_read(struct gw_span text, struct gw_arena *arena, struct gw_span *out);
/* NULL where the arena is full. */
const char *tsl_base64_text(struct gw_span bytes, struct gw_arena *arena);
#endif
