/* base/buf.h - a growing byte buffer with a mandatory ceiling. One owner, one thread.
 *
 * `data` is valid until the next call that adds bytes. A buffer is always released with
 * gw_buf_release (a zeroed struct is a valid empty one without capacity: gw_buf_init sets the ceiling). */
#ifndef GW_BASE_BUF_H
#define GW_BASE_BUF_H
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct gw_buf {
	char *data;
	size_t len, cap, max;
};

void gw_buf_init(struct gw_buf *b, size_t max_bytes);
void gw_buf_release(struct gw_buf *b);
void gw_buf_clear(struct gw_buf *b); /* keeps the memory */

/* GW_E_RETRY: the ceiling would be passed; GW_E_NOMEM. On failure the content is unchanged. */
GW_NODISCARD enum gw_code gw_buf_reserve(struct gw_buf *b, size_t more_bytes);
GW_NODISCARD enum gw_code gw_buf_add(struct gw_buf *b, const void *bytes, size_t n);
GW_NODISCARD enum gw_code gw_buf_addf(struct gw_buf *b, const char *fmt, ...) GW_PRINTF(2, 3);
GW_NODISCARD enum gw_code gw_buf_text(struct gw_buf *b, const char *text);

void gw_buf_drop_front(struct gw_buf *b, size_t n); /* n <= len */
static inline struct gw_span gw_buf_span(const struct gw_buf *b) {
	return (struct gw_span){b->data, b->len};
}

/* Terminate with NUL (not counted in len) and lend the text; NULL when out of memory. */
const char *gw_buf_cstr(struct gw_buf *b);

static inline void gw_auto_buf(struct gw_buf *b) {
	gw_buf_release(b);
}
#endif
