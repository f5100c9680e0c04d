#include "certs/facts.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "certs/asn1.h"
#include "certs/details.h"
#include "certs/qc.h"

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

static enum gw_code read_name(const X509_NAME *name, char out[CERT_NAME], struct gw_err *err) {
	return cert_name_text(name, out) ? GW_OK
					 : gw_fail(err, GW_E_INPUT, "certificate has an unreadable or too long name");
}

static enum gw_code read_serial(X509 *cert, char out[CERT_SERIAL_HEX], struct gw_err *err) {
	char *hex = cert_serial_hex(cert);
	bool ok = hex && gw_copy_text(out, CERT_SERIAL_HEX, hex);
	OPENSSL_free(hex);
	return ok ? GW_OK : gw_fail(err, GW_E_INPUT, "certificate has an unreadable serial number");
}

static void read_key(X509 *cert, struct cert_facts *out) {
	EVP_PKEY *key = X509_get0_pubkey(cert);
	if (!key) {
		return;
	}
	int id = EVP_PKEY_get_base_id(key);
	out->key = id == EVP_PKEY_RSA ? CERT_KEY_RSA : id == EVP_PKEY_EC ? CERT_KEY_EC : CERT_KEY_OTHER;
	out->key_bits = EVP_PKEY_get_bits(key);
}

static void read_usage(X509 *cert, struct cert_facts *out) {
	uint32_t flags = X509_get_extension_flags(cert);
	out->ku_present = (flags & EXFLAG_KUSAGE) != 0;
	out->ku_digital_signature = !out->ku_present || (X509_get_key_usage(cert) & KU_DIGITAL_SIGNATURE) != 0;
	out->eku_present = (flags & EXFLAG_XKUSAGE) != 0;
	uint32_t eku = out->eku_present ? X509_get_extended_key_usage(cert) : 0;
	out->eku_client_auth = (eku & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

static enum gw_code read_qc(X509 *cert, struct cert_facts *out, struct gw_err *err) {
	struct cert_qc qc = {0};
	enum gw_code rc = cert_qc_read(cert, NULL, &qc, err);
	if (rc == GW_OK) {
		out->qc_compliance = qc.compliance;
		out->qc_sscd = qc.sscd;
		out->qc_type_present = qc.type_present;
		out->qc_esign = qc.esign;
		out->qc_eseal = qc.eseal;
		out->qc_web = qc.web;
	}
	return rc;
}

/* First AVA of that type in the name, as UTF-8; false if absent, too long, or no text. Multi-valued RDNs are walked
 * like any other. */
static bool name_text(const X509_NAME *name, const char *oid, char *out, size_t out_size) {
	ASN1_OBJECT *o = OBJ_txt2obj(oid, 1);
	int at = o ? X509_NAME_get_index_by_OBJ(name, o, -1) : -1;
	ASN1_OBJECT_free(o);
	if (at < 0) {
		return false;
	}
	unsigned char *utf8 = NULL;
	int n = cert_utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)), &utf8);
	/* what stands before an embedded NUL is another number than the whole */
	bool ok = n >= 0 && !memchr(utf8, 0, (size_t)n) && gw_copy(out, out_size, (const char *)utf8, (size_t)n);
	OPENSSL_free(utf8);
	return ok;
}

static void read_organisation(X509 *cert, struct cert_facts *out) {
	char text[64];
	if (name_text(X509_get_subject_name(cert), CERT_OID_ORG_TAX_HALCOM, out->org_tax_number,
		      sizeof(out->org_tax_number))) {
		return;
	}
	bool vat = name_text(X509_get_subject_name(cert), CERT_OID_ORG_IDENTIFIER, text, sizeof(text)) &&
		   strncmp(text, "VATSI-", 6) == 0;
	if (vat) {
		GW_UNUSED(gw_copy_text(out->org_tax_number, sizeof(out->org_tax_number), text + 6));
	}
}

static void read_issuer(X509 *cert, struct cert_facts *out) {
	if (!name_text(X509_get_issuer_name(cert), CERT_OID_ORG_IDENTIFIER, out->issuer_identifier,
		       sizeof(out->issuer_identifier))) {
		out->issuer_identifier[0] = '\0';
	}
}

static void read_person(X509 *cert, struct cert_facts *out) {
	char text[64];
	bool tin = name_text(X509_get_subject_name(cert), CERT_OID_SERIAL_NUMBER, text, sizeof(text)) &&
		   strncmp(text, "TINSI-", 6) == 0;
	if (tin) {
		GW_UNUSED(gw_copy_text(out->person_tax_number, sizeof(out->person_tax_number), text + 6));
	}
}

enum gw_code cert_facts_read(struct x509_st *cert, struct cert_facts *out, struct gw_err *err) {
	memset(out, 0, sizeof(*out));
	unsigned n = 0;
	if (X509_digest(cert, EVP_sha256(), out->digest, &n) != 1) {
		return gw_fail(err, GW_E_INPUT, "certificate cannot be hashed");
	}
	gw_hex(out->digest, CERT_DIGEST_BYTES, out->digest_hex);
	enum gw_code rc = cert_time(X509_get0_notBefore(cert), &out->not_before_utc_s, err);
	rc = rc == GW_OK ? cert_time(X509_get0_notAfter(cert), &out->not_after_utc_s, err) : rc;
	rc = rc == GW_OK ? read_name(X509_get_issuer_name(cert), out->issuer, err) : rc;
	rc = rc == GW_OK ? read_name(X509_get_subject_name(cert), out->subject, err) : rc;
	rc = rc == GW_OK ? read_serial(cert, out->serial, err) : rc;
	rc = rc == GW_OK ? read_qc(cert, out, err) : rc;
	if (rc == GW_OK) {
		read_key(cert, out);
		read_usage(cert, out);
		read_organisation(cert, out);
		read_person(cert, out);
		read_issuer(cert, out);
	}
	return rc;
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
				   .web = facts->qc_web};
	return cert_qc_says_qualified(&qc);
}
