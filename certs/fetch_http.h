/* certs/fetch_http.h - one bounded HTTP exchange for trusted lists and for what certificates point to: bytes, believed
 * by nobody until a signature is verified. No proxy, no cookies. Any thread. */
#ifndef GW_CERTS_FETCH_HTTP_H
#define GW_CERTS_FETCH_HTTP_H
#include <stdatomic.h>

#include "base/buf.h"

enum { FETCH_LIST_MS = 60000, FETCH_REDIRECTS = 3 };

struct fetch {
	const char *url;	  /* http:// or https://; redirects to these alone */
	struct gw_span post;	  /* p NULL: GET */
	const char *content_type; /* of what is posted */
	uint32_t deadline_ms;
	const atomic_bool *stop; /* becomes true: it is given up; NULL = never */
	bool public_only; /* an address of a private, local or special range is not connected to (RFC 6890): what a
		      certificate names must not reach into our own network */
};

/* Is this an address (http://, https://) and no file? */
bool fetch_is_url(const char *text);

/* The body of an answer with status 200 into `out`, whose ceiling is the limit. GW_E_INPUT: it is larger than that;
 * GW_E_DENIED: an address that may not be asked; GW_E_NOTFOUND: any other status; GW_E_RETRY: nobody could be
 * reached, or not in time; GW_E_UPSTREAM: any other failure. */
GW_NODISCARD enum gw_code fetch_http(const struct fetch *f, struct gw_buf *out, struct gw_err *err);
#endif
