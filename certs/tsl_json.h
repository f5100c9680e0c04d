/* certs/tsl_json.h - a list as JSON and back: what a child hands to its parent, and what the registry keeps, so that
 * nobody but the child ever reads the XML. Our own form, of no interest to others; `v` is its version. */
#ifndef GW_CERTS_TSL_JSON_H
#define GW_CERTS_TSL_JSON_H
#include "base/json.h"
#include "certs/tsl_verify.h"

enum { TSL_JSON_BYTES_MAX = 50331648 /* of a list, written out */ };

/* NULL: out of memory. The caller owns it. */
json_t *tsl_to_json(const struct tsl *list, const struct tsl_signer *signer);

/* GW_E_INPUT: it is not of that form; every number and length in it is checked. The structs lie in the arena and borrow
 * nothing of `record`. */
GW_NODISCARD enum gw_code tsl_from_json(const json_t *record, struct gw_arena *arena, struct tsl *list,
					struct tsl_signer *signer, struct gw_err *err);
#endif
