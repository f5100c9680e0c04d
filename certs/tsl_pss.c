#include "certs/tsl_pss.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>
#include <xmlsec/xmlsec.h>

#include "base/err.h"

#include <xmlsec/keys.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/transforms.h>

struct pss {		      /* one signature that is verified */
	xmlSecTransform base; /* first: it is what the library holds */
	EVP_MD_CTX *hashing;
};

static struct pss *pss_of(xmlSecTransformPtr t) {
	return (struct pss *)t;
}

static int initialize(xmlSecTransformPtr t) {
	pss_of(t)->hashing = EVP_MD_CTX_new();
	return pss_of(t)->hashing ? 0 : -1;
}

static void finalize(xmlSecTransformPtr t) {
	EVP_MD_CTX_free(pss_of(t)->hashing);
	pss_of(t)->hashing = NULL;
}

static int require_key(xmlSecTransformPtr t, xmlSecKeyReqPtr wanted) {
	GW_UNUSED(t);
	wanted->keyType = xmlSecKeyDataTypePublic;
	wanted->keyUsage = xmlSecKeyUsageVerify;
	return 0;
}

static const EVP_MD *hash_of(xmlSecTransformPtr t) {
	return t->id == tsl_pss_method(0) ? EVP_sha256() : t->id == tsl_pss_method(1) ? EVP_sha384() : EVP_sha512();
}

static int set_key(xmlSecTransformPtr t, xmlSecKeyPtr key) {
	xmlSecKeyDataPtr value = xmlSecKeyGetValue(key);
	EVP_PKEY *rsa = value ? xmlSecOpenSSLEvpKeyDataGetEvp(value) : NULL;
	EVP_PKEY_CTX *how = NULL;
	bool ok = rsa && t->operation == xmlSecTransformOperationVerify && EVP_PKEY_base_id(rsa) == EVP_PKEY_RSA &&
		  EVP_DigestVerifyInit(pss_of(t)->hashing, &how, hash_of(t), NULL, rsa) == 1 &&
		  EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) == 1 &&
		  EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST) == 1;
	return ok ? 0 : -1;
}

static int take_content(xmlSecTransformPtr t, int last, xmlSecTransformCtxPtr ctx) {
	xmlSecBufferPtr in = &t->inBuf;
	xmlSecSize n = xmlSecBufferGetSize(in);
	GW_UNUSED(ctx);
	if (n > 0 && (EVP_DigestVerifyUpdate(pss_of(t)->hashing, xmlSecBufferGetData(in), n) != 1 ||
		      xmlSecBufferRemoveHead(in, n) < 0)) {
		return -1;
	}
	t->status = last ? xmlSecTransformStatusFinished : xmlSecTransformStatusWorking;
	return 0;
}

static int verify(xmlSecTransformPtr t, const xmlSecByte *signature, xmlSecSize n, xmlSecTransformCtxPtr ctx) {
	GW_UNUSED(ctx);
	if (t->status != xmlSecTransformStatusFinished) {
		return -1;
	}
	bool right = EVP_DigestVerifyFinal(pss_of(t)->hashing, signature, n) == 1;
	t->status = right ? xmlSecTransformStatusOk : xmlSecTransformStatusFail;
	return 0;
}

#define METHOD(hash)                                                                                                   \
	{                                                                                                              \
		.klassSize = sizeof(xmlSecTransformKlass), .objSize = sizeof(struct pss),                              \
		.name = (const xmlChar *)hash "-rsa-MGF1", .href = (const xmlChar *)TSL_PSS hash "-rsa-MGF1",          \
		.usage = xmlSecTransformUsageSignatureMethod, .initialize = initialize, .finalize = finalize,          \
		.setKeyReq = require_key, .setKey = set_key, .verify = verify,                                         \
		.getDataType = xmlSecTransformDefaultGetDataType, .pushBin = xmlSecTransformDefaultPushBin,            \
		.popBin = xmlSecTransformDefaultPopBin, .execute = take_content                                        \
	}
static const xmlSecTransformKlass methods[TSL_PSS_METHODS] = {METHOD("sha256"), METHOD("sha384"), METHOD("sha512")};

const struct _xmlSecTransformKlass *tsl_pss_method(size_t i) {
	return &methods[i];
}

bool tsl_pss_register(void) {
	bool ok = true;
	for (size_t i = 0; ok && i < TSL_PSS_METHODS; i++) {
		ok = xmlSecTransformIdsRegister(&methods[i]) == 0;
	}
	return ok;
}
