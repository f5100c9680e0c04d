#include "certs/facts.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "certs/details.h"

#define OID_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define OID_ANY_USAGE "2.5.29.37.0"

void cert_x509_free(struct x509_st *cert) {
	X509_free(cert);
}

bool cert_name_text(const X509_NAME *name, char out[CERT_NAME]) {
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	char *text = NULL;
	bool ok = false;
	if (bio && X509_NAME_print_ex(bio, name, 0, flags) >= 0) {
		long n = BIO_get_mem_data(bio, &text);
		ok = n >= 0 && gw_copy(out, CERT_NAME, text, (size_t)n);
	}
	BIO_free(bio);
	return ok;
}

bool cert_digest(X509 *cert, uint8_t digest[CERT_DIGEST_BYTES], char hex[CERT_DIGEST_HEX]) {
	unsigned n = 0;
	if (X509_digest(cert, EVP_sha256(), digest, &n) != 1) {
		return false;
	}
	gw_hex(digest, CERT_DIGEST_BYTES, hex);
	return true;
}

/* The bounds of the facts; a certificate beyond them is readable, and taken for nothing. */
static enum gw_code take_names(const X509 *cert, const struct cert_details *d, struct cert_facts *out,
			       struct gw_err *err) {
	struct gw_span id = d->issuer_identifier;
	bool ok = cert_name_text(X509_get_issuer_name(cert), out->issuer) &&
		  cert_name_text(X509_get_subject_name(cert), out->subject) &&
		  gw_copy(out->issuer_identifier, sizeof(out->issuer_identifier), id.p, id.n);
	return ok ? GW_OK : gw_fail(err, GW_E_INPUT, "certificate has an unreadable or too long name");
}

static enum gw_code take_serial(const struct cert_details *d, struct cert_facts *out, struct gw_err *err) {
	bool ok = gw_copy_text(out->serial, sizeof(out->serial), d->serial);
	return ok ? GW_OK : gw_fail(err, GW_E_INPUT, "certificate has a too long serial number");
}

static void take_usage(const struct cert_details *d, struct cert_facts *out) {
	out->ku_present = d->ku.n > 0;
	out->ku_digital_signature = !out->ku_present || cert_texts_have(&d->ku, "digitalSignature");
	out->eku_present = d->eku.n > 0;
	out->eku_client_auth = cert_texts_have(&d->eku, OID_CLIENT_AUTH) || cert_texts_have(&d->eku, OID_ANY_USAGE);
}

static void take_statements(const struct cert_qc *qc, struct cert_facts *out) {
	out->qc_compliance = qc->compliance;
	out->qc_sscd = qc->sscd;
	out->qc_type_present = qc->type_present;
	out->qc_esign = qc->esign;
	out->qc_eseal = qc->eseal;
	out->qc_web = qc->web;
	out->qc_elsewhere = qc->elsewhere;
}

/* Eight digits, or none (certs/names.c). */
static void take_number(const char *number, char out[CERT_TAX]) {
	snprintf(out, CERT_TAX, "%s", number ? number : "");
}

static enum gw_code take(const X509 *cert, const struct cert_details *d, struct cert_facts *out, struct gw_err *err) {
	out->not_before_utc_s = d->not_before_utc_s;
	out->not_after_utc_s = d->not_after_utc_s;
	out->key = d->key;
	out->key_bits = d->key_bits;
	take_usage(d, out);
	take_statements(&d->qc, out);
	take_number(d->org_tax_number, out->org_tax_number);
	take_number(d->person_tax_number, out->person_tax_number);
	enum gw_code rc = take_names(cert, d, out, err);
	return rc == GW_OK ? take_serial(d, out, err) : rc;
}

enum gw_code cert_facts_read(struct x509_st *cert, struct cert_facts *out, struct gw_err *err) {
	struct cert_details details = {0};
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, CERT_DETAILS_MAX);
	memset(out, 0, sizeof(*out));
	if (!cert_digest(cert, out->digest, out->digest_hex)) {
		return gw_fail(err, GW_E_INPUT, "certificate cannot be hashed");
	}
	enum gw_code rc = cert_details_read(cert, &arena, &details, err);
	return rc == GW_OK ? take(cert, &details, out, err) : rc;
}

static char *to_pem(X509 *cert) {
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL, *copy = NULL;
	if (bio && PEM_write_bio_X509(bio, cert) == 1) {
		long n = BIO_get_mem_data(bio, &text);
		copy = n > 0 ? strndup(text, (size_t)n) : NULL;
	}
	BIO_free(bio);
	return copy;
}

enum gw_code cert_load_pem(const char *path, struct x509_st **out, char **pem, struct gw_err *err) {
	*out = NULL;
	FILE *f = fopen(path, "re");
	if (!f) {
		return gw_fail(err, GW_E_NOTFOUND, "cannot open '%s': %s", path, strerror(errno));
	}
	GW_AUTO(x509) X509 *cert = PEM_read_X509(f, NULL, NULL, NULL);
	GW_AUTO(x509) X509 *second = cert ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	fclose(f);
	if (!cert) {
		return gw_fail(err, GW_E_INPUT, "'%s' holds no readable PEM certificate", path);
	}
	if (second) {
		return gw_fail(err, GW_E_INPUT, "'%s' holds more than one certificate", path);
	}
	if (pem && !(*pem = to_pem(cert))) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	*out = gw_take(&cert);
	return GW_OK;
}

X509 *cert_read_pem(struct gw_span pem) {
	static const char begin[] = "-----BEGIN ";
	const size_t n = sizeof(begin) - 1;
	const char *first = pem.n <= CERT_PEM_MAX && pem.n > n ? memmem(pem.p, pem.n, begin, n) : NULL;
	if (!first || memmem(first + 1, pem.n - (size_t)(first + 1 - pem.p), begin, n)) {
		return NULL; /* two: OpenSSL would overlook one that does not begin its line */
	}
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	ERR_clear_error();
	return cert;
}

bool cert_pem_digest(struct gw_span pem, uint8_t digest[CERT_DIGEST_BYTES]) {
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	long n = 0;
	BIO *bio = pem.n <= CERT_PEM_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	bool read = bio && PEM_read_bio(bio, &name, &header, &der, &n) == 1;
	bool ok = read && strcmp(name, PEM_STRING_X509) == 0 && header[0] == '\0' &&
		  EVP_Digest(der, (size_t)n, digest, NULL, EVP_sha256(), NULL) == 1;
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(der);
	BIO_free(bio);
	ERR_clear_error();
	return ok;
}

const char *cert_holder_tax_number(const struct cert_facts *facts) {
	return facts->org_tax_number[0] ? facts->org_tax_number : facts->person_tax_number;
}

bool cert_says_qualified(const struct cert_facts *facts) {
	const struct cert_qc qc = {.compliance = facts->qc_compliance,
				   .type_present = facts->qc_type_present,
				   .esign = facts->qc_esign,
				   .eseal = facts->qc_eseal,
				   .web = facts->qc_web,
				   .elsewhere = facts->qc_elsewhere};
	return cert_qc_says_qualified(&qc);
}
