/* certs/trust.h - which issuers count and what is known of revocation: anchors, intermediates, CRLs, OCSP responses.
 *
 * `struct cert_trust` is loaded once, immutable, shared by all threads. certs/judge.h judges by it. */
#ifndef GW_CERTS_TRUST_H
#define GW_CERTS_TRUST_H
#include <stddef.h>

#include "certs/facts.h"
#include "certs/revocation.h"

struct stack_st_X509;
struct stack_st_X509_NAME;
struct x509_store_st;
struct cert_evidence;
struct cert_name_parsed;
struct cert_trust_list;
struct crl_checker;

/* What an unknown revocation status means. Zero is what was always so: it is accepted, and said to be unchecked. */
enum cert_revocation_rule {
	CERT_RULE_SOFT = 0,
	CERT_RULE_HARD, /* the leaf must be known to be good, and every authority that names a CRL or a responder */
	CERT_RULE_OFF	/* nothing is looked at */
};

/* "soft", "hard", "off"; false: it is none of them. */
bool cert_revocation_rule_of(const char *word, enum cert_revocation_rule *out);

/* How the revocation of one issuer's certificates is learned, and what it means where it is not known. */
enum { CERT_ISSUER_RULES_MAX = 32, CERT_RULE_URL = 256, CERT_ORDER_MAX = 2 };
struct cert_issuer_rule {
	char issuer[CERT_NAME];			/* any way of writing it (certs/name_parse.h) */
	enum cert_source order[CERT_ORDER_MAX]; /* asked one after the other, until one answers; NONE ends it */
	enum cert_revocation_rule rule;
	uint32_t age_max_s; /* evidence whose thisUpdate is older is not "good"; 0 = nextUpdate decides alone */
	char ocsp_url[CERT_RULE_URL], crl_url[CERT_RULE_URL]; /* in place of what the certificate names; "" = that */
};
struct cert_issuer_rules {
	size_t count;
	struct cert_issuer_rule rule[CERT_ISSUER_RULES_MAX];
};
struct cert_live;

struct cert_trust_config {
	const char *anchors_dir;       /* PEM or DER; must hold at least one; "" = none, where there is a list */
	struct cert_trust_list *list;  /* its services are anchors too; NULL = none. Its arena is moved out of it */
	const char *intermediates_dir; /* "" = none */
	const char *crl_dir;	       /* "" = none; PEM or DER */
	bool require_qualified;
	bool skip_damaged_crls; /* a CRL that cannot be read is evidence that says nothing, not a GW_E_CONFIG */
	enum cert_revocation_rule revocation;
	const struct cert_issuer_rules *issuers; /* copied; NULL = none: `revocation` holds for all */
	const struct cert_live *live;		 /* evidence that is fetched, borrowed; NULL = none is */
};

/* Bounds of what a peer sends; they hold before any signature is verified. */
enum {
	CERT_CHAIN_MAX = 8,
	CERT_PATH_MAX = CERT_CHAIN_MAX + 2 /* with leaf and anchor */,
	CERT_CHAIN_BYTES_MAX = 32768,
	CERT_RSA_BITS_MAX = 8192,
	CERT_EC_BITS_MAX = 521
};

struct cert_trust;
/* GW_E_CONFIG: a directory is missing, a file unreadable or damaged, no anchor at all. Files whose names end in .pem,
 * .crt, .cer, .cert, .der or .crl are read. */
GW_NODISCARD enum gw_code cert_trust_load(const struct cert_trust_config *config, struct cert_trust **out,
					  struct gw_err *err);
void cert_trust_free(struct cert_trust *t);
GW_DEFINE_AUTO(cert_trust, struct cert_trust *, cert_trust_free)

size_t cert_trust_anchor_count(const struct cert_trust *t);
/* SHA-256 over the sorted digests of all anchors: names the set in audit records. */
void cert_trust_digest(const struct cert_trust *t, uint8_t out[CERT_DIGEST_BYTES]);
/* Names for the CertificateRequest; the caller owns the stack. NULL when out of memory. */
struct stack_st_X509_NAME *cert_trust_names(const struct cert_trust *t);

/* The issuers of rules, from `*from` on, that are neither an anchor nor an intermediate: misspelt, or known from peers
 * alone. NULL: no more. */
const char *cert_trust_idle_rule(const struct cert_trust *t, size_t *from);

/* Does any issuer's rule name an address to ask? */
bool cert_trust_has_addresses(const struct cert_trust *t);

/* Before it is shared: evidence that stands in no directory. */
struct cert_evidence *cert_trust_evidence(struct cert_trust *t);

/* Parts, borrowed; for certs/judge.c. */
struct cert_trust_parts {
	struct x509_store_st *store;
	struct stack_st_X509 *intermediates;
	const struct cert_evidence *evidence;
	const struct crl_checker *checker;
	const struct cert_trust_list *list; /* NULL = none */
	const struct cert_live *live;	    /* NULL = none */
	bool require_qualified;
	struct cert_issuer_rule otherwise;
	const struct cert_issuer_rules *issuers;
	const struct cert_name_parsed *issuer_name; /* of each of them */
};
/* What may stand between the leaf and an anchor: what the peer sent (may be NULL), the intermediates, and issuers that
 * were fetched. NULL: no memory. The caller frees with sk_X509_pop_free. */
struct stack_st_X509 *cert_helpers(const struct cert_trust_parts *t, struct x509_st *leaf, struct stack_st_X509 *chain);
/* What holds for the certificates that this one has issued. */
const struct cert_issuer_rule *cert_trust_rule(const struct cert_trust_parts *t, const struct x509_st *issuer);
const struct cert_trust_parts *cert_trust_parts(const struct cert_trust *t);
#endif
