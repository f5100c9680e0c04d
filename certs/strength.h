/* certs/strength.h - which algorithms and key sizes still prove something, by date.
 *
 * Source: NIST SP 800-131A Rev. 2 (112 bits of security since 2014, SHA-1 signatures until the end of 2013), ETSI TS
 * 119 312. Pure, any thread. */
#ifndef GW_CERTS_STRENGTH_H
#define GW_CERTS_STRENGTH_H
#include <stdbool.h>
#include <stdint.h>

struct evp_pkey_st;
struct X509_algor_st;

bool cert_key_is_strong(const struct evp_pkey_st *key, int64_t at_utc_s);
/* The hash of a signature algorithm as it stands in a certificate, CRL or OCSP response. An unknown one is weak. */
bool cert_signature_is_strong(const struct X509_algor_st *algorithm, int64_t at_utc_s);
#endif
