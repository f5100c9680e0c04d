#include "certs/load.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "base/file.h"

/* An encrypted block is no certificate; nobody is asked for a password. */
static int no_password(char *buf, int size, int writing, void *user) {
	GW_UNUSED(buf);
	GW_UNUSED(size);
	GW_UNUSED(writing);
	GW_UNUSED(user);
	return -1;
}

/* The first cause is the deepest one: "invalid utf8string", not "nested asn1 error". */
static enum gw_code unreadable(const char *what, struct gw_err *err) {
	const char *reason = ERR_reason_error_string(ERR_peek_error());
	enum gw_code rc = gw_fail(err, GW_E_INPUT, "'%s' holds no readable certificate: %s", what,
				  reason ? reason : "not PEM and not DER");
	ERR_clear_error();
	return rc;
}

/* Re-encoded it must be the same: a digest over what OpenSSL writes would name another file than this one. */
static bool is_der_of(X509 *cert, struct gw_span bytes) {
	unsigned char *der = NULL;
	int n = i2d_X509(cert, &der);
	bool same = n >= 0 && gw_span_equal((struct gw_span){(const char *)der, (size_t)n}, bytes);
	OPENSSL_free(der);
	return same;
}

static enum gw_code read_der(struct gw_span der, const char *what, X509 **out, struct gw_err *err) {
	const unsigned char *p = (const unsigned char *)der.p;
	ERR_clear_error();
	GW_AUTO(x509) X509 *cert = d2i_X509(NULL, &p, (long)der.n);
	if (!cert) {
		return unreadable(what, err);
	}
	if (p != (const unsigned char *)der.p + der.n) {
		return gw_fail(err, GW_E_INPUT, "'%s' holds more than one certificate", what);
	}
	if (!is_der_of(cert, der)) {
		return gw_fail(err, GW_E_INPUT, "'%s' holds a certificate that is not in DER", what);
	}
	*out = gw_take(&cert);
	return GW_OK;
}

static bool next_block(BIO *bio, unsigned char **der, long *n) {
	ERR_clear_error();
	return PEM_bytes_read_bio(der, n, NULL, PEM_STRING_X509, bio, no_password, NULL) == 1;
}

static enum gw_code read_pem(struct gw_span pem, const char *what, X509 **out, struct gw_err *err) {
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	unsigned char *der = NULL, *second = NULL;
	long n = 0, second_n = 0;
	enum gw_code rc = bio ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
	if (rc == GW_OK && !next_block(bio, &der, &n)) {
		rc = unreadable(what, err);
	}
	/* a damaged second one is not the end of the file */
	if (rc == GW_OK &&
	    (next_block(bio, &second, &second_n) || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)) {
		rc = gw_fail(err, GW_E_INPUT, "'%s' holds more than one certificate", what);
	}
	rc = rc == GW_OK ? read_der((struct gw_span){(const char *)der, (size_t)n}, what, out, err) : rc;
	OPENSSL_free(der);
	OPENSSL_free(second);
	BIO_free(bio);
	ERR_clear_error();
	return rc;
}

/* DER begins with a SEQUENCE, and text may hold the marker of PEM within. */
static bool is_pem(struct gw_span bytes) {
	static const char begin[] = "-----BEGIN ";
	bool der = bytes.n > 1 && bytes.p[0] == 0x30 && (uint8_t)bytes.p[1] >= 0x80;
	return !der && bytes.n > 0 && memmem(bytes.p, bytes.n, begin, sizeof(begin) - 1);
}

enum gw_code cert_load_bytes(struct gw_span bytes, const char *what, struct x509_st **out, struct gw_err *err) {
	*out = NULL;
	if (bytes.n > CERT_FILE_MAX) {
		return gw_fail(err, GW_E_INPUT, "'%s' is too large", what);
	}
	return is_pem(bytes) ? read_pem(bytes, what, out, err) : read_der(bytes, what, out, err);
}

static enum gw_code push(STACK_OF(X509) * into, X509 *cert, struct gw_err *err) {
	if (!sk_X509_push(into, cert)) {
		X509_free(cert);
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	return GW_OK;
}

static enum gw_code read_pile(struct gw_span pem, const char *what, STACK_OF(X509) * into, struct gw_err *err) {
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	enum gw_code rc = bio ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
	unsigned char *der = NULL;
	long n = 0;
	while (rc == GW_OK && next_block(bio, &der, &n)) {
		X509 *cert = NULL;
		rc = sk_X509_num(into) < CERT_PILE_MAX
			     ? read_der((struct gw_span){(const char *)der, (size_t)n}, what, &cert, err)
			     : gw_fail(err, GW_E_INPUT, "more than %d certificates at '%s'", CERT_PILE_MAX, what);
		rc = rc == GW_OK ? push(into, cert, err) : rc;
		OPENSSL_free(der);
		der = NULL;
	}
	/* a damaged one is not the end of the file */
	if (rc == GW_OK && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
		rc = unreadable(what, err);
	}
	BIO_free(bio);
	ERR_clear_error();
	return rc;
}

enum gw_code cert_load_pile(const char *path, struct stack_st_X509 *into, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf bytes;
	gw_buf_init(&bytes, CERT_PILE_BYTES);
	X509 *cert = NULL;
	enum gw_code rc = gw_file_read(path, &bytes, err);
	if (rc != GW_OK || is_pem(gw_buf_span(&bytes))) {
		return rc == GW_OK ? read_pile(gw_buf_span(&bytes), path, into, err) : rc;
	}
	rc = read_der(gw_buf_span(&bytes), path, &cert, err);
	return rc == GW_OK ? push(into, cert, err) : rc;
}

enum gw_code cert_load(const char *path, struct x509_st **out, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf bytes;
	gw_buf_init(&bytes, CERT_FILE_MAX);
	*out = NULL;
	enum gw_code rc = gw_file_read(path, &bytes, err);
	return rc == GW_OK ? cert_load_bytes(gw_buf_span(&bytes), path, out, err) : rc;
}

static STACK_OF(X509) * read_certs_only(struct gw_span bytes) {
	const unsigned char *p = (const unsigned char *)bytes.p;
	PKCS7 *message = d2i_PKCS7(NULL, &p, (long)bytes.n);
	bool is_signed = message && PKCS7_type_is_signed(message) && message->d.sign;
	STACK_OF(X509) *within = is_signed ? message->d.sign->cert : NULL;
	STACK_OF(X509) *all = within && sk_X509_num(within) <= CERT_PILE_MAX ? X509_chain_up_ref(within) : NULL;
	PKCS7_free(message);
	ERR_clear_error();
	return all;
}

struct stack_st_X509 *cert_bundle_read(struct gw_span bytes) {
	X509 *one = NULL;
	if (bytes.n == 0 || bytes.n > CERT_PILE_BYTES) {
		return NULL;
	}
	if (cert_load_bytes(bytes, "-", &one, NULL) != GW_OK) {
		return read_certs_only(bytes);
	}
	STACK_OF(X509) *all = sk_X509_new_null();
	if (!all || sk_X509_push(all, one) <= 0) {
		sk_X509_free(all);
		X509_free(one);
		return NULL;
	}
	return all;
}
