/* certs/name_parse.h - a distinguished name that people have written: RFC 4514, or with slashes; either order of its
 * parts; attributes by name, by identifier, with "OID." before it. What two tools print of one name is one name here.
 * Any thread. */
#ifndef GW_CERTS_NAME_PARSE_H
#define GW_CERTS_NAME_PARSE_H
#include <openssl/x509.h>
#include <stdbool.h>

#include "base/err.h"

struct cert_name_parsed { /* the order in which the parts are written is its writer's custom: both are tried */
	X509_NAME *forth, *back;
};

/* GW_E_INPUT: it is no name; nothing is to be released then. */
GW_NODISCARD enum gw_code cert_name_parse(const char *text, struct cert_name_parsed *out, struct gw_err *err);
void cert_name_release(struct cert_name_parsed *n);
/* RFC 5280 7.1: case and blanks do not matter, nor does the type of a string. */
bool cert_name_matches(const struct cert_name_parsed *n, const X509_NAME *name);
#endif
