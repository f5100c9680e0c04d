/* certs/ocsp.h - what an OCSP response (RFC 6960) says of one certificate. Pure; any thread. */
#ifndef GW_CERTS_OCSP_H
#define GW_CERTS_OCSP_H
#include <stdbool.h>

#include "base/span.h"
#include "certs/revocation.h"

struct x509_st;

enum {
	CERT_OCSP_BYTES_MAX = 65536,
	CERT_CLOCK_SKEW_S = 300 /* how far ahead of our clock a responder's or a CRL issuer's may be */
};

/* How old a response without nextUpdate may be (RFC 6960 4.2.2.1: newer information is always there). */
enum { CERT_OCSP_AGE_MAX_S = 3600 };

/* Asked of a certified responder whose certificate has no id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2.1); NULL: of none. */
struct cert_ocsp_guard {
	void *ctx;
	bool (*is_revoked)(void *ctx, struct x509_st *responder);
};

/* `der`: an OCSPResponse. It answers only if: it is successful and basic; signed by `issuer` or by a responder that
 * `issuer` itself has certified for this (RFC 6960 4.2.2.2, valid then, id-kp-OCSPSigning); the ResponderID is the
 * signer's; a SingleResponse is of exactly this certificate and issuer; thisUpdate is not in the future and nextUpdate
 * not past; keys and hash are strong enough at that time. Of several SingleResponses the worst counts. "Revoked" counts
 * whatever the age. */
void cert_ocsp_status(struct gw_span der, struct x509_st *cert, struct x509_st *issuer,
		      const struct cert_ocsp_guard *guard, int64_t at_utc_s, struct cert_status *out);

/* thisUpdate and nextUpdate of its first answer, whatever it is worth. False: it is no basic response with an answer.
 */
bool cert_ocsp_times(struct gw_span der, struct cert_status *out);
#endif
