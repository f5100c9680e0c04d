/* certs/facts.h - what a certificate says about itself, as a plain struct. Says nothing about trust.
 * The only header of certs/ that vash/ may include: no OpenSSL type is needed to use it. */
#ifndef GW_CERTS_FACTS_H
#define GW_CERTS_FACTS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum cert_key { CERT_KEY_OTHER = 0, CERT_KEY_RSA, CERT_KEY_EC };
enum {
	CERT_DIGEST_BYTES = 32,
	CERT_DIGEST_HEX = 65,
	CERT_NAME = 768,
	CERT_SERIAL_HEX = 83,
	CERT_TAX = 16,
	CERT_PEM_MAX = 32768,
	CERT_ORG = 48
};

struct cert_facts {
	uint8_t digest[CERT_DIGEST_BYTES]; /* CERT_DIGEST: SHA-256 over the DER */
	char digest_hex[CERT_DIGEST_HEX];
	char issuer[CERT_NAME], subject[CERT_NAME]; /* RFC 4514 text, UTF-8 */
	char serial[CERT_SERIAL_HEX];		    /* hex, as encoded (leading 00 kept away) */
	int64_t not_before_utc_s, not_after_utc_s;
	enum cert_key key;
	int key_bits;
	bool ku_present, ku_digital_signature; /* RFC 5280 4.2.1.3 */
	bool eku_present, eku_client_auth;     /* RFC 5280 4.2.1.12 */
	bool qc_compliance, qc_sscd;	       /* EN 319 412-5 */
	bool qc_type_present, qc_esign, qc_eseal, qc_web;
	bool qc_elsewhere; /* qualified by the law of other countries than the EU's */
	/* "" where the details have none */
	char org_tax_number[CERT_TAX], person_tax_number[CERT_TAX];
	char issuer_identifier[CERT_ORG];
};

struct x509_st;

/* What certs/details.h reads, bounded. GW_E_INPUT: the certificate is malformed, or its name or serial number longer
 * than the facts have room for; GW_E_NOMEM; the digest is given all the same. */
GW_NODISCARD enum gw_code cert_facts_read(struct x509_st *cert, struct cert_facts *out, struct gw_err *err);

/* SHA-256 over the DER. */
bool cert_digest(struct x509_st *cert, uint8_t digest[CERT_DIGEST_BYTES], char hex[CERT_DIGEST_HEX]);

/* A name as the facts write it; false: it is longer than CERT_NAME allows. */
struct X509_name_st;
bool cert_name_text(const struct X509_name_st *name, char out[CERT_NAME]);

/* One PEM file with exactly one certificate. The caller frees with cert_x509_free. `pem` (may be NULL) receives
 * canonical PEM, to be freed. */
GW_NODISCARD enum gw_code cert_load_pem(const char *path, struct x509_st **out, char **pem, struct gw_err *err);
/* A text with exactly one certificate, of at most CERT_PEM_MAX bytes; NULL: it is not that. The caller frees. */
struct x509_st *cert_read_pem(struct gw_span pem);
/* SHA-256 over the bytes of the first PEM block, which are not looked into; false: it is no certificate's. */
bool cert_pem_digest(struct gw_span pem, uint8_t digest[CERT_DIGEST_BYTES]);
void cert_x509_free(struct x509_st *cert);
GW_DEFINE_AUTO(x509, struct x509_st *, cert_x509_free)

/* Of the organisation that it names, else the person's own; "" = none. Borrowed from the facts. */
const char *cert_holder_tax_number(const struct cert_facts *facts);

/* Qualified by its own statements (certs/qc.h)? */
bool cert_says_qualified(const struct cert_facts *facts);
#endif
