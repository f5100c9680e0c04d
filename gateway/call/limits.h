/* gateway/call/limits.h - calls a second and calls at the same time, for each certificate. Shared by all loops. */
#ifndef GW_CALL_LIMITS_H
#define GW_CALL_LIMITS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct limits;
GW_NODISCARD enum gw_code limits_new(struct limits **out, struct gw_err *err);
void limits_free(struct limits *l);

struct limits_rule {
	uint32_t per_s, burst, in_flight;
};

enum limits_answer { LIMITS_REFUSED_RATE = 0, LIMITS_REFUSED_IN_FLIGHT, LIMITS_TAKEN, LIMITS_NO_MEMORY };

/* Take one call of `key` (a certificate digest, or the hash of a network for peers without a trusted one). LIMITS_TAKEN
 * must be given back with limits_give. *refused counts refusals of this kind since the holder was last well below the
 * limit, this one included: a bucket that has filled up again, or no call in flight. */
enum limits_answer limits_take(struct limits *l, const uint8_t key[32], const struct limits_rule *rule, int64_t now_us,
			       uint64_t *refused);
void limits_give(struct limits *l, const uint8_t key[32]);
#endif
