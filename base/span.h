/* base/span.h - borrowed bytes: a pointer and a length, not terminated, never owned. */
#ifndef GW_BASE_SPAN_H
#define GW_BASE_SPAN_H
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct gw_span {
	const char *p;
	size_t n;
};

static inline struct gw_span gw_span_of(const char *text) {
	return (struct gw_span){text, text ? strlen(text) : 0};
}

static inline bool gw_span_is(struct gw_span s, const char *text) {
	return s.n == strlen(text) && (s.n == 0 || memcmp(s.p, text, s.n) == 0);
}

/* ASCII case-insensitive, for HTTP tokens. */
static inline bool gw_span_is_nocase(struct gw_span s, const char *text) {
	return s.n == strlen(text) && (s.n == 0 || strncasecmp(s.p, text, s.n) == 0);
}

static inline bool gw_span_equal(struct gw_span a, struct gw_span b) {
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif
