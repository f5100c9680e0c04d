/* tests/unit/made_certificate.h - certificates that no authority would issue: DER by small builders that write hex, a
 * bare certificate to change, and what is read of it in the end. */
#ifndef TESTS_MADE_CERTIFICATE_H
#define TESTS_MADE_CERTIFICATE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "certs/details.h"
#include "certs/load.h"

static struct gw_arena hex_arena, details_arena;
static EVP_PKEY *made_key;

static inline const char *tlv(const char *tag, const char *body) {
	size_t n = strlen(body) / 2;
	return n < 128 ? gw_arena_printf(&hex_arena, "%s%02zx%s", tag, n, body)
		       : gw_arena_printf(&hex_arena, "%s82%04zx%s", tag, n, body);
}

static inline const char *joined(const char *tag, const char *first, ...) {
	const char *body = "";
	va_list rest;
	va_start(rest, first);
	for (const char *h = first; h; h = va_arg(rest, const char *)) {
		body = gw_arena_printf(&hex_arena, "%s%s", body, h);
	}
	va_end(rest);
	return tlv(tag, body);
}
#define SEQ(...) joined("30", __VA_ARGS__, NULL)

static inline const char *octets(const char *tag, const void *bytes, size_t n) {
	char *hex = gw_arena_alloc(&hex_arena, 2 * n + 1);
	gw_hex(bytes, n, hex);
	return tlv(tag, hex);
}

static inline const char *text(const char *tag, const char *value) {
	return octets(tag, value, strlen(value));
}

static inline const char *oid(const char *dotted) {
	ASN1_OBJECT *o = OBJ_txt2obj(dotted, 1);
	const char *hex = octets("06", OBJ_get0_data(o), OBJ_length(o));
	ASN1_OBJECT_free(o);
	return hex;
}

static inline const char *uri(const char *address) {
	return text("86", address);
}

/* Version 3, serial number 5, one second of validity, no extension; the subject is empty. */
static inline X509 *bare(void) {
	X509 *x = X509_new();
	made_key = made_key ? made_key : EVP_EC_gen("P-256");
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 5);
	ASN1_TIME_set(X509_getm_notBefore(x), 1700000000);
	ASN1_TIME_set(X509_getm_notAfter(x), 1700000001);
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), "CN", MBSTRING_UTF8, (const unsigned char *)"TEST", -1, -1,
				   0);
	X509_set_pubkey(x, made_key);
	return x;
}

static inline void add_ava(X509 *x, const char *type, int kind, const void *bytes, size_t n, int set) {
	ASN1_OBJECT *o = OBJ_txt2obj(type, 1);
	X509_NAME_ENTRY *e = X509_NAME_ENTRY_create_by_OBJ(NULL, o, kind, bytes, (int)n);
	X509_NAME_add_entry(X509_get_subject_name(x), e, -1, set);
	X509_NAME_ENTRY_free(e);
	ASN1_OBJECT_free(o);
}

static inline void add_text(X509 *x, const char *type, const char *value) {
	add_ava(x, type, V_ASN1_UTF8STRING, value, strlen(value), 0);
}

static inline void add_extension(X509 *x, const char *type, const char *hex) {
	size_t n = strlen(hex) / 2;
	unsigned char *bytes = malloc(n ? n : 1);
	gw_unhex(hex, 2 * n, bytes, n);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	ASN1_OCTET_STRING_set(value, bytes, (int)n);
	ASN1_OBJECT *o = OBJ_txt2obj(type, 1);
	X509_EXTENSION *e = X509_EXTENSION_create_by_OBJ(NULL, o, 0, value);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	ASN1_OBJECT_free(o);
	ASN1_OCTET_STRING_free(value);
	free(bytes);
}

/* Signed and as DER, which the caller frees with OPENSSL_free; `x` is gone. */
static inline struct gw_span der_of(X509 *x) {
	unsigned char *der = NULL;
	int n = X509_sign(x, made_key, EVP_sha256()) > 0 ? i2d_X509(x, &der) : -1;
	X509_free(x);
	return (struct gw_span){(const char *)der, n > 0 ? (size_t)n : 0};
}

/* What is read of bytes; `d` and its texts live until the next reading. */
static inline enum gw_code read_bytes(struct gw_span bytes, struct cert_details *d, struct gw_err *err) {
	GW_AUTO(x509) X509 *cert = NULL;
	gw_arena_release(&details_arena);
	gw_arena_init(&details_arena, CERT_DETAILS_MAX);
	*err = (struct gw_err){0};
	enum gw_code rc = cert_load_bytes(bytes, "made", &cert, err);
	return rc == GW_OK ? cert_details_read(cert, &details_arena, d, err) : rc;
}

static inline enum gw_code read_made(X509 *x, struct cert_details *d, struct gw_err *err) {
	struct gw_span der = der_of(x);
	enum gw_code rc = der.p ? read_bytes(der, d, err) : GW_E_BUG;
	OPENSSL_free((void *)(uintptr_t)der.p);
	return rc;
}

/* A bare certificate with one extension. */
static inline enum gw_code read_extension(const char *type, const char *hex, struct cert_details *d,
					  struct gw_err *err) {
	X509 *x = bare();
	add_extension(x, type, hex);
	return read_made(x, d, err);
}

/* ---- what the tests of it share ---- */

#define QC_STATEMENTS "1.3.6.1.5.5.7.1.3"
#define QC(n) "0.4.0.1862.1." n

static struct cert_details d;
static struct gw_err err;

static inline int set_up(void **state) {
	GW_UNUSED(state);
	gw_arena_init(&hex_arena, 1 << 20);
	gw_arena_init(&details_arena, CERT_DETAILS_MAX);
	return 0;
}

static inline int tear_down(void **state) {
	GW_UNUSED(state);
	gw_arena_release(&hex_arena);
	gw_arena_release(&details_arena);
	EVP_PKEY_free(made_key);
	made_key = NULL;
	return 0;
}

static inline void assert_read(enum gw_code rc) {
	if (rc != GW_OK) {
		fail_msg("refused: %s", err.msg);
	}
}

static inline void assert_refused(enum gw_code rc, const char *why) {
	assert_int_equal(rc, GW_E_INPUT);
	if (!strstr(err.msg, why)) {
		fail_msg("'%s' does not say '%s'", err.msg, why);
	}
}

static inline void assert_span(struct gw_span found, const char *expected) {
	if (!gw_span_is(found, expected)) {
		fail_msg("'%.*s' is not '%s'", (int)found.n, found.p, expected);
	}
}
#endif
