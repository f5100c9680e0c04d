/* certs/sources.h - where the revocation status of a certificate can be had: the addresses that it names (RFC 5280
 * 4.2.1.13, 4.2.2.1), or those of its issuer's rule. HTTP alone: LDAP is skipped. Pure. */
#ifndef GW_CERTS_SOURCES_H
#define GW_CERTS_SOURCES_H
#include "certs/trust.h"

enum { CERT_SOURCE_URLS = 4, CERT_SOURCE_URL = 256 };

struct cert_urls {
	size_t count; /* further ones, and longer ones, are left out */
	char at[CERT_SOURCE_URLS][CERT_SOURCE_URL];
};
struct cert_sources {
	struct cert_urls ocsp, crl; /* crl: the first address of each distribution point */
};
void cert_sources_read(struct x509_st *cert, const struct cert_issuer_rule *rule, struct cert_sources *out);
/* Where the issuer's own certificate lies (caIssuers). */
void cert_sources_issuer(struct x509_st *cert, struct cert_urls *out);
#endif
