/* certs/fetch_list.h - a trusted list over HTTP: bytes, believed by nobody until its signature is verified. */
#ifndef GW_CERTS_FETCH_LIST_H
#define GW_CERTS_FETCH_LIST_H
#include "base/buf.h"

enum { FETCH_LIST_MS = 60000, FETCH_LIST_REDIRECTS = 3 };

/* Is this an address (http://, https://) and no file? */
bool fetch_list_is_url(const char *text);

/* GET with status 200 into `out`, whose ceiling is the limit; redirects to http and https alone. No proxy, no cookies.
 * GW_E_INPUT: it is larger than that; GW_E_UPSTREAM: anything else. Waits up to FETCH_LIST_MS. */
GW_NODISCARD enum gw_code fetch_list(const char *url, struct gw_buf *out, struct gw_err *err);
#endif
