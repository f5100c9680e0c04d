/* vash/net_address.h - addresses of the internet that people type: ASCII, in the form of the standards. Pure. */
#ifndef GW_VASH_NET_ADDRESS_H
#define GW_VASH_NET_ADDRESS_H
#include "base/span.h"

/* RFC 1123 2.1: labels of letters, digits and inner hyphens, at most 63 bytes each, 253 together; no dot at the end. */
bool vash_domain_ok(struct gw_span text);

enum { VASH_EMAIL_MAX = 254 /* bytes, RFC 5321 4.5.3.1.3 */ };

/* dot-atom "@" domain name (RFC 5322 3.4.1), within the lengths of RFC 5321: no quoted local part, no comment, no
 * literal, nothing that could end a command or a header field. What fails here cannot be sent to. */
bool vash_email_ok(const char *address);

/* <19a.3>: https, a domain name or an IP address (IPv6 in brackets), a port of 1 to 65535 if any, neither user nor
 * fragment (RFC 6749 3.1.2), a percent sign only before two hex digits (RFC 3986 2.1). */
bool vash_redirect_uri_ok(struct gw_span uri);

/* Two that are ok: the same one? Scheme and host have no case (RFC 3986 6.2.2.1); the rest is compared exactly
 * (RFC 9700 4.1.3). */
bool vash_redirect_uri_same(struct gw_span a, struct gw_span b);
#endif
