/* certs/revocation.h - is a certificate revoked? The answer of a CRL or an OCSP response as a plain struct. */
#ifndef GW_CERTS_REVOCATION_H
#define GW_CERTS_REVOCATION_H
#include <stdbool.h>
#include <stdint.h>

enum cert_revocation { CERT_REVOCATION_UNCHECKED = 0, CERT_REVOCATION_GOOD, CERT_REVOCATION_REVOKED };
enum cert_source { CERT_SOURCE_NONE = 0, CERT_SOURCE_OCSP, CERT_SOURCE_CRL };

enum { CERT_SOURCE_DIGEST = 32, CERT_WHY = 96 };

struct cert_status {
	enum cert_revocation revocation;
	enum cert_source source; /* of the answer; where there is none, of the evidence that came closest to one */
	int64_t this_update_utc_s, next_update_utc_s; /* of that evidence; 0 = it names none */
	int64_t revoked_at_utc_s;
	bool of_some_reasons; /* unchecked: what CRLs in force say, but not of every reason for revocation */
	bool with_delta;      /* a delta CRL has been read as well, with this digest */
	uint8_t delta_digest[CERT_SOURCE_DIGEST];
	uint8_t digest[CERT_SOURCE_DIGEST]; /* SHA-256 over its DER */
	char why[CERT_WHY];		    /* unchecked: why it gave no answer, in English */
};

const char *cert_revocation_name(enum cert_revocation r); /* "unchecked", "good", "revoked" */
const char *cert_source_name(enum cert_source s);	  /* "none", "ocsp", "crl" */
#endif
