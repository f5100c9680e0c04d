/* certs/verdict.h - the words of a judgement. Zero is refusal. */
#ifndef GW_CERTS_VERDICT_H
#define GW_CERTS_VERDICT_H
#include <stdbool.h>
#include <stdint.h>

enum cert_verdict {
	CERT_UNDECIDED = 0, /* it could not be judged: no memory */
	CERT_ACCEPTED,
	CERT_REFUSED_MALFORMED, /* the certificate itself: no certificate, an extension twice or damaged */
	CERT_REFUSED_BOUNDS,	/* chain or key larger than what is looked at */
	CERT_REFUSED_SELF_SIGNED,
	CERT_REFUSED_UNKNOWN_ISSUER,
	CERT_REFUSED_EXPIRED,
	CERT_REFUSED_NOT_YET_VALID,
	CERT_REFUSED_SIGNATURE,	       /* of a certificate in the path */
	CERT_REFUSED_NOT_A_CA,	       /* an issuer that may not issue: basicConstraints, keyCertSign */
	CERT_REFUSED_PATH_LENGTH,      /* RFC 5280 4.2.1.9 */
	CERT_REFUSED_NAME_CONSTRAINTS, /* 4.2.1.10 */
	CERT_REFUSED_POLICY,	       /* 4.2.1.11, 4.2.1.14 */
	CERT_REFUSED_EXTENSION,	       /* critical and unknown; of an issuer also twice, damaged */
	CERT_REFUSED_CHAIN,	       /* whatever else is wrong with the path */
	CERT_REFUSED_WEAK,	       /* key or signature below the floor (certs/strength.h) */
	CERT_REFUSED_REVOKED,
	CERT_REFUSED_KEY_USAGE, /* not for this purpose: KU, EKU */
	CERT_REFUSED_NOT_QUALIFIED,
	CERT_REVOCATION_UNKNOWN /* undecidable: nothing is wrong, but whether it is revoked must be known and is not */
};
const char *cert_verdict_name(enum cert_verdict v); /* "expired", ...; static: the `code` of cert check */

enum cert_purpose {
	CERT_FOR_CALL = 0, /* client authentication by a qualified certificate */
	CERT_FOR_SIGNING,  /* a signed application: qualified, for electronic signature */
	CERT_FOR_STAMPING, /* a time-stamping authority (RFC 3161 2.3) */
	CERT_FOR_PATH	   /* RFC 5280 path and revocation alone: no floor, no purpose, no qualification */
};
#endif
