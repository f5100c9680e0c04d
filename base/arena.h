/* base/arena.h - memory of one piece of work: many small things, released at once. One owner, one thread.
 *
 * What is allocated lives until gw_arena_release. A request that cannot be met (ceiling, no memory) is remembered in
 * `failed`, so that a builder may go on and be asked once at its end. */
#ifndef GW_BASE_ARENA_H
#define GW_BASE_ARENA_H
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct gw_arena_block;
struct gw_arena {
	struct gw_arena_block *newest;
	size_t used, max; /* bytes */
	bool failed;
};

void gw_arena_init(struct gw_arena *a, size_t max_bytes);
void gw_arena_release(struct gw_arena *a);
static inline void gw_auto_arena(struct gw_arena *a) {
	gw_arena_release(a);
}

/* Zeroed, aligned for every type; NULL when it fails. */
void *gw_arena_alloc(struct gw_arena *a, size_t bytes);
/* Room for `count` things; NULL also when the product overflows. */
void *gw_arena_array(struct gw_arena *a, size_t count, size_t size);

/* Terminated copies; "" when they fail. */
const char *gw_arena_text(struct gw_arena *a, const char *text);
const char *gw_arena_span(struct gw_arena *a, struct gw_span bytes);
const char *gw_arena_printf(struct gw_arena *a, const char *fmt, ...) GW_PRINTF(2, 3);
#endif
