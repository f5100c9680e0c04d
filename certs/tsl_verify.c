#include "certs/tsl_verify.h"

#include <libxml/parser.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/openssl/x509.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

#include "base/text.h"
#include "certs/asn1.h"
#include "certs/tsl_pss.h"
#include "certs/tsl_read.h"
#include "certs/tsl_signature.h"

#define EKU_TSL_SIGNING "0.4.0.2231.3.0"

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192, EC_BITS_MIN = 256, EC_BITS_MAX = 521 };

enum gw_code tsl_verify_init(struct gw_err *err) {
	xmlInitParser();
	if (xmlSecInit() < 0 || xmlSecCheckVersion() != 1 || xmlSecOpenSSLAppInit(NULL) < 0 ||
	    xmlSecOpenSSLInit() < 0 || !tsl_pss_register()) {
		return gw_fail(err, GW_E_BUG, "xmlsec1 cannot be used");
	}
	xmlSecErrorsDefaultCallbackEnableOutput(0);
	return GW_OK;
}

/* ---- the key ---- */

static bool key_is_strong(const X509 *cert, struct tsl_refused *refused) {
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	int type = key ? EVP_PKEY_base_id(key) : 0, bits = key ? EVP_PKEY_bits(key) : 0;
	bool rsa = type == EVP_PKEY_RSA && bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
	bool ec = type == EVP_PKEY_EC && bits >= EC_BITS_MIN && bits <= EC_BITS_MAX;
	return rsa || ec || tsl_refuse(refused, TSL_REFUSED_SIGNER_KEY, "type %d, %d bits", type, bits);
}

static xmlSecKeyPtr key_of(X509 *cert) {
	xmlSecKeyPtr key = xmlSecKeyCreate();
	xmlSecKeyDataPtr data = key ? xmlSecOpenSSLX509CertGetKey(cert) : NULL;
	if (data && xmlSecKeySetValue(key, data) == 0) {
		return key;
	}
	if (data) {
		xmlSecKeyDataDestroy(data);
	}
	if (key) {
		xmlSecKeyDestroy(key);
	}
	return NULL;
}

/* ---- the values ---- */

/* The shape is known to be right; this narrows the library to it all the same, whose empty lists allow everything. */
static bool narrow(xmlSecDSigCtxPtr ctx) {
	const xmlSecTransformId forms[] = {xmlSecTransformExclC14NId, xmlSecTransformInclC14NId,
					   xmlSecTransformInclC14N11Id};
	const xmlSecTransformId digests[] = {xmlSecTransformSha256Id, xmlSecTransformSha384Id, xmlSecTransformSha512Id};
	const xmlSecTransformId methods[] = {xmlSecTransformRsaSha256Id,   xmlSecTransformRsaSha384Id,
					     xmlSecTransformRsaSha512Id,   xmlSecTransformEcdsaSha256Id,
					     xmlSecTransformEcdsaSha384Id, xmlSecTransformEcdsaSha512Id};
	bool ok = xmlSecDSigCtxEnableReferenceTransform(ctx, xmlSecTransformEnvelopedId) == 0;
	for (size_t i = 0; ok && i < GW_COUNT(forms); i++) {
		ok = xmlSecDSigCtxEnableReferenceTransform(ctx, forms[i]) == 0 &&
		     xmlSecDSigCtxEnableSignatureTransform(ctx, forms[i]) == 0;
	}
	for (size_t i = 0; ok && i < GW_COUNT(digests); i++) {
		ok = xmlSecDSigCtxEnableReferenceTransform(ctx, digests[i]) == 0;
	}
	for (size_t i = 0; ok && i < GW_COUNT(methods); i++) {
		ok = xmlSecDSigCtxEnableSignatureTransform(ctx, methods[i]) == 0;
	}
	for (size_t i = 0; ok && i < TSL_PSS_METHODS; i++) {
		ok = xmlSecDSigCtxEnableSignatureTransform(ctx, tsl_pss_method(i)) == 0;
	}
	ctx->flags |= XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS;
	ctx->enabledReferenceUris = xmlSecTransformUriTypeEmpty | xmlSecTransformUriTypeSameDocument;
	return ok;
}

static bool values_match(const struct tsl_signature *s, struct tsl_refused *refused) {
	xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(NULL);
	bool ok = ctx && narrow(ctx) && (ctx->signKey = key_of(s->cert)) != NULL;
	/* 0 from the call says that it was computed; whether it is right stands in the status */
	ok = ok && xmlSecDSigCtxVerify(ctx, s->node) == 0 && ctx->status == xmlSecDSigStatusSucceeded;
	if (ctx) {
		xmlSecDSigCtxDestroy(ctx);
	}
	ERR_clear_error();
	return ok || tsl_refuse(refused, TSL_REFUSED_SIGNATURE_BROKEN, "a digest or the signature value");
}

/* ---- the signer ---- */

static bool signs_lists(const X509 *cert) {
	EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	bool found = false;
	for (int i = 0; i < sk_ASN1_OBJECT_num(eku); i++) {
		found |= cert_oid_is(sk_ASN1_OBJECT_value(eku, i), EKU_TSL_SIGNING);
	}
	EXTENDED_KEY_USAGE_free(eku);
	return found;
}

static bool tell_signer(X509 *cert, struct gw_arena *arena, struct tsl_signer *out, struct tsl_refused *refused) {
	uint8_t digest[CERT_DIGEST_BYTES];
	unsigned char *der = NULL;
	int n = i2d_X509(cert, &der);
	bool ok = n > 0 && X509_digest(cert, EVP_sha256(), digest, NULL) == 1 &&
		  cert_time(X509_get0_notBefore(cert), &out->not_before_utc_s, NULL) == GW_OK &&
		  cert_time(X509_get0_notAfter(cert), &out->not_after_utc_s, NULL) == GW_OK;
	if (ok) {
		char *copy = gw_arena_alloc(arena, (size_t)n);
		if (copy) {
			memcpy(copy, der, (size_t)n);
			out->der = (struct gw_span){copy, (size_t)n};
		}
		gw_hex(digest, sizeof(digest), out->digest_hex);
		out->signs_lists = signs_lists(cert);
	}
	OPENSSL_free(der);
	return ok || tsl_refuse(refused, TSL_REFUSED_SIGNER_ABSENT, "its certificate cannot be read");
}

bool tsl_verify(struct gw_span xml, struct gw_arena *arena, struct tsl *list, struct tsl_signer *signer,
		struct tsl_refused *refused) {
	GW_AUTO(xml_doc) xmlDocPtr doc = tsl_tree_parse(xml, refused);
	GW_AUTO(tsl_signature) struct tsl_signature s = {0};
	*signer = (struct tsl_signer){0};
	*list = (struct tsl){0};
	return doc && tsl_signature_find(doc, arena, &s, refused) && key_is_strong(s.cert, refused) &&
	       values_match(&s, refused) && tell_signer(s.cert, arena, signer, refused) &&
	       tsl_read_tree(doc, arena, list, refused);
}

bool tsl_read_unsigned(struct gw_span xml, struct gw_arena *arena, struct tsl *list, struct tsl_refused *refused) {
	GW_AUTO(xml_doc) xmlDocPtr doc = tsl_tree_parse(xml, refused);
	*list = (struct tsl){0};
	return doc && tsl_read_tree(doc, arena, list, refused);
}
