/* tests/fuzz/issued.h - an authority and a certificate of its own, the same at every run, so that a corpus can hold
 * CRLs and OCSP responses that really answer. Their key is the number 1: everybody may sign with it. */
#ifndef TESTS_FUZZ_ISSUED_H
#define TESTS_FUZZ_ISSUED_H
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "certs/revocation.h"

enum { ISSUED_AT = 1795000000, ISSUED_DAY = 86400, ISSUED_SERIAL = 5 };

static void require(bool ok) {
	if (!ok) {
		abort();
	}
}

static EVP_PKEY *key_one(void) {
	static const uint8_t generator[] = {
		0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
		0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
		0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
		0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *one = BN_new();
	require(BN_one(one) && OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
		OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, one) &&
		OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, generator, sizeof(generator)));
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	require(EVP_PKEY_fromdata_init(ctx) == 1 && EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) == 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	BN_free(one);
	return key;
}

static X509 *issue(const char *common, const char *issuer, long serial, bool authority) {
	EVP_PKEY *key = key_one();
	X509 *cert = X509_new();
	X509_NAME *subject = X509_get_subject_name(cert), *above = X509_get_issuer_name(cert);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)common, -1, -1, 0);
	X509_NAME_add_entry_by_txt(above, "CN", MBSTRING_UTF8, (const uint8_t *)issuer, -1, -1, 0);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
	ASN1_TIME_set(X509_getm_notBefore(cert), ISSUED_AT - ISSUED_DAY);
	ASN1_TIME_set(X509_getm_notAfter(cert), ISSUED_AT + ISSUED_DAY);
	X509_set_version(cert, X509_VERSION_3);
	X509_set_pubkey(cert, key);
	if (authority) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");
		X509_add_ext(cert, e, -1);
		X509_EXTENSION_free(e);
	}
	require(X509_sign(cert, key, EVP_sha256()) > 0);
	EVP_PKEY_free(key);
	return cert;
}

static void check_status(const struct cert_status *s) {
	require((s->revocation == CERT_REVOCATION_UNCHECKED) == (s->why[0] != '\0'));
	if (s->revocation == CERT_REVOCATION_GOOD) {
		require(s->this_update_utc_s > 0 && s->this_update_utc_s <= ISSUED_AT + ISSUED_DAY);
		require(s->next_update_utc_s == 0 || s->next_update_utc_s >= ISSUED_AT);
	}
}
#endif
