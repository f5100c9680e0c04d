/* certs/trust.h - which issuers count, and the judgement of one certificate against them.
 *
 * `struct cert_trust` is loaded once, immutable, shared by all threads. Judging never waits and never fetches:
 * it knows the anchors, the intermediates and the CRLs of its directories and what the peer sent. */
#ifndef GW_CERTS_TRUST_H
#define GW_CERTS_TRUST_H
#include <stddef.h>

#include "certs/facts.h"

struct stack_st_X509;
struct stack_st_X509_NAME;

/* Zero is refusal. */
enum cert_verdict {
	CERT_UNDECIDED = 0,
	CERT_ACCEPTED,
	CERT_REFUSED_SELF_SIGNED,
	CERT_REFUSED_UNKNOWN_ISSUER,
	CERT_REFUSED_EXPIRED,
	CERT_REFUSED_NOT_YET_VALID,
	CERT_REFUSED_KEY_USAGE, /* KU without digitalSignature, or EKU present without clientAuth */
	CERT_REFUSED_WEAK,	/* key or signature below the floor */
	CERT_REFUSED_NOT_QUALIFIED,
	CERT_REFUSED_REVOKED,
	CERT_REFUSED_CHAIN /* bounds, signature, path length, constraints */
};
const char *cert_verdict_name(enum cert_verdict v); /* "expired", ...; static */

enum cert_revocation { CERT_REVOCATION_UNCHECKED = 0, CERT_REVOCATION_GOOD, CERT_REVOCATION_REVOKED };
const char *cert_revocation_name(enum cert_revocation r);

struct cert_judgement {
	enum cert_verdict verdict;
	enum cert_revocation revocation;
	int64_t from_utc_s,
		until_utc_s; /* the verdict holds in this span: validity of the whole chain, nextUpdate of CRLs */
	char detail[128];    /* for people; no personal data */
};

struct cert_trust_config {
	const char *anchors_dir;       /* PEM files; must hold at least one */
	const char *intermediates_dir; /* "" = none */
	const char *crl_dir;	       /* "" = none; PEM or DER, *.crl and *.pem */
	bool require_qualified;
};

struct cert_trust;
/* GW_E_CONFIG: a directory is missing, a file unreadable or damaged, no anchor at all. */
GW_NODISCARD enum gw_code cert_trust_load(const struct cert_trust_config *config, struct cert_trust **out,
					  struct gw_err *err);
void cert_trust_free(struct cert_trust *t);
GW_DEFINE_AUTO(cert_trust, struct cert_trust *, cert_trust_free)

size_t cert_trust_anchor_count(const struct cert_trust *t);
/* SHA-256 over the sorted digests of all anchors: names the set in audit records. */
void cert_trust_digest(const struct cert_trust *t, uint8_t out[CERT_DIGEST_BYTES]);
/* Names for the CertificateRequest; the caller owns the stack. NULL when out of memory. */
struct stack_st_X509_NAME *cert_trust_names(const struct cert_trust *t);

/* Bounds that hold before any signature is verified. */
enum { CERT_CHAIN_MAX = 8, CERT_CHAIN_BYTES_MAX = 32768, CERT_RSA_BITS_MAX = 8192, CERT_EC_BITS_MAX = 521 };

/* `chain`: what the peer sent beside the leaf, may be NULL. */
void cert_judge(const struct cert_trust *t, struct x509_st *leaf, const struct cert_facts *facts,
		struct stack_st_X509 *chain, int64_t now_utc_s, struct cert_judgement *out);
#endif
