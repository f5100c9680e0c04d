/* certs/sources.h - where the revocation status of a certificate can be had: the addresses that it names (RFC 5280
 * 4.2.1.13, 4.2.1.15, 4.2.2.1), or those of its issuer's rule. HTTP alone: LDAP is skipped. Pure. */
#ifndef GW_CERTS_SOURCES_H
#define GW_CERTS_SOURCES_H
#include "certs/trust.h"

enum { CERT_SOURCE_URLS = 8, CERT_SOURCE_URL = 256 };

struct X509_crl_st;

struct cert_urls {
	size_t count; /* further ones, and longer ones, are left out */
	char at[CERT_SOURCE_URLS][CERT_SOURCE_URL];
	int point[CERT_SOURCE_URLS]; /* those with the same number lead to the same thing, one after the other */
};
struct cert_sources {
	struct cert_urls ocsp, crl, delta; /* of CRLs: the addresses of each distribution point */
};
void cert_sources_configured(const struct cert_issuer_rule *rule, struct cert_sources *out);
void cert_sources_read(struct x509_st *cert, const struct cert_issuer_rule *rule, struct cert_sources *out);
/* Adds where the delta CRLs of a CRL lie (freshestCRL, RFC 5280 5.2.6). */
void cert_sources_delta(struct X509_crl_st *crl, struct cert_urls *into);
/* Where the issuer's own certificate lies (caIssuers). */
void cert_sources_issuer(struct x509_st *cert, struct cert_urls *out);
#endif
