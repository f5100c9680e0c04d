/* gateway/call/callers.h - who stands behind a certificate, remembered until the registry changes. One for each loop.
 * An entry is good for one store generation only: the writer counts it up before the administrator gets his answer. */
#ifndef GW_CALL_CALLERS_H
#define GW_CALL_CALLERS_H
#include "store/registry.h"

struct callers;
GW_NODISCARD enum gw_code callers_new(struct store *store, struct callers **out, struct gw_err *err);
void callers_free(struct callers *c);
/* Borrowed until the next call. NULL: the registry cannot be read. */
const struct vash_caller *callers_find(struct callers *c, const uint8_t digest[32], const char *digest_hex,
				       int64_t now_utc_s);
#endif
