#include "certs/strength.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>

#include "base/err.h"

#define YEAR_2014 INT64_C(1388534400)

struct floor {
	int algorithm; /* NID of a key type or a hash */
	int bits;      /* at least */
	int64_t until_utc_s;
};

static const struct floor keys[] = {{EVP_PKEY_RSA, 1024, YEAR_2014},	 {EVP_PKEY_RSA, 2048, INT64_MAX},
				    {EVP_PKEY_RSA_PSS, 2048, INT64_MAX}, {EVP_PKEY_DSA, 1024, YEAR_2014},
				    {EVP_PKEY_DSA, 2048, INT64_MAX},	 {EVP_PKEY_EC, 224, INT64_MAX},
				    {EVP_PKEY_ED25519, 253, INT64_MAX},	 {EVP_PKEY_ED448, 456, INT64_MAX}};

static const struct floor hashes[] = {
	{NID_sha1, 0, YEAR_2014},     {NID_sha224, 0, INT64_MAX},   {NID_sha256, 0, INT64_MAX},
	{NID_sha384, 0, INT64_MAX},   {NID_sha512, 0, INT64_MAX},   {NID_sha512_256, 0, INT64_MAX},
	{NID_sha3_256, 0, INT64_MAX}, {NID_sha3_384, 0, INT64_MAX}, {NID_sha3_512, 0, INT64_MAX},
};

static bool above(const struct floor *floors, size_t count, int algorithm, int bits, int64_t at_utc_s) {
	for (size_t i = 0; i < count; i++) {
		const struct floor *f = &floors[i];
		if (f->algorithm == algorithm && bits >= f->bits && at_utc_s < f->until_utc_s) {
			return true;
		}
	}
	return false;
}

/* With an exponent of 1 every value is its own signature; an even one is none (RFC 8017 3.1). */
static bool has_sound_exponent(const EVP_PKEY *key) {
	BIGNUM *e = NULL;
	bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA || EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS;
	bool sound =
		!rsa || (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1 && BN_is_odd(e) && !BN_is_one(e));
	BN_free(e);
	return sound;
}

bool cert_key_is_strong(const EVP_PKEY *key, int64_t at_utc_s) {
	return key && has_sound_exponent(key) &&
	       above(keys, GW_COUNT(keys), EVP_PKEY_get_base_id(key), EVP_PKEY_get_bits(key), at_utc_s);
}

/* RFC 4055 3.1: the parameters name the hash; absent ones mean SHA-1. */
static int hash_of_pss(const X509_ALGOR *algorithm) {
	int type;
	const void *value;
	const ASN1_OBJECT *hash = NULL;
	X509_ALGOR_get0(NULL, &type, &value, algorithm);
	RSA_PSS_PARAMS *pss = type == V_ASN1_SEQUENCE
				      ? ASN1_item_unpack((const ASN1_STRING *)value, ASN1_ITEM_rptr(RSA_PSS_PARAMS))
				      : NULL;
	if (pss && pss->hashAlgorithm) {
		X509_ALGOR_get0(&hash, NULL, NULL, pss->hashAlgorithm);
	}
	int nid = !pss ? NID_undef : hash ? OBJ_obj2nid(hash) : NID_sha1;
	RSA_PSS_PARAMS_free(pss);
	return nid;
}

bool cert_signature_is_strong(const X509_ALGOR *algorithm, int64_t at_utc_s) {
	const ASN1_OBJECT *object;
	int hash = NID_undef, key = NID_undef;
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	int nid = OBJ_obj2nid(object);
	if (nid == NID_ED25519 || nid == NID_ED448) {
		return true;
	}
	if (nid == NID_rsassaPss) {
		hash = hash_of_pss(algorithm);
	} else if (OBJ_find_sigid_algs(nid, &hash, &key) != 1) {
		return false;
	}
	return above(hashes, GW_COUNT(hashes), hash, 0, at_utc_s);
}
