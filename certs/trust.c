#include "certs/trust.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

enum { ANCHORS_MAX = 256, CRLS_MAX = 1024, SECURITY_LEVEL = 2 /* 112 bits: RSA-2048, SHA-256 */ };

struct cert_trust {
	X509_STORE *store;
	STACK_OF(X509) * anchors, *intermediates;
	STACK_OF(X509_CRL) * crls;
	bool require_qualified;
	uint8_t digest[CERT_DIGEST_BYTES];
};

/* ---- loading ---- */

typedef enum gw_code (*file_fn)(struct cert_trust *t, const char *path, struct gw_err *err);

static int wanted(const struct dirent *d) {
	const char *dot = strrchr(d->d_name, '.');
	return d->d_name[0] != '.' && dot &&
	       (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0 || strcmp(dot, ".crl") == 0 ||
		strcmp(dot, ".der") == 0);
}

static enum gw_code each_file(struct cert_trust *t, const char *dir, file_fn fn, struct gw_err *err) {
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, wanted, alphasort);
	if (n < 0) {
		return gw_fail(err, GW_E_CONFIG, "cannot read directory '%s': %s", dir, strerror(errno));
	}
	enum gw_code rc = GW_OK;
	for (int i = 0; i < n; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		rc = rc == GW_OK ? fn(t, path, err) : rc;
		free(entries[i]);
	}
	free(entries);
	return rc;
}

/* Every certificate of one PEM file; a damaged one is an error, never the end of the file. */
static enum gw_code load_certs(STACK_OF(X509) * into, const char *path, struct gw_err *err) {
	FILE *f = fopen(path, "re");
	if (!f) {
		return gw_fail(err, GW_E_CONFIG, "cannot open '%s': %s", path, strerror(errno));
	}
	ERR_clear_error();
	X509 *cert;
	int before = sk_X509_num(into);
	while ((cert = PEM_read_X509(f, NULL, NULL, NULL)) != NULL) {
		if (sk_X509_num(into) >= ANCHORS_MAX || !sk_X509_push(into, cert)) {
			X509_free(cert);
			fclose(f);
			return gw_fail(err, GW_E_CONFIG, "more than %d certificates at '%s'", ANCHORS_MAX, path);
		}
	}
	fclose(f);
	bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	ERR_clear_error();
	if (!at_end || sk_X509_num(into) == before) {
		return gw_fail(err, GW_E_CONFIG, "'%s' holds a damaged certificate or none", path);
	}
	return GW_OK;
}

static enum gw_code load_anchor(struct cert_trust *t, const char *path, struct gw_err *err) {
	return load_certs(t->anchors, path, err);
}

static enum gw_code load_intermediate(struct cert_trust *t, const char *path, struct gw_err *err) {
	return load_certs(t->intermediates, path, err);
}

/* DER, else PEM: Halcom serves PEM where the URL promises DER. */
static X509_CRL *read_crl(const char *path) {
	BIO *bio = BIO_new_file(path, "rb");
	X509_CRL *crl = bio ? d2i_X509_CRL_bio(bio, NULL) : NULL;
	if (bio && !crl && BIO_reset(bio) == 0) {
		crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
	}
	BIO_free(bio);
	ERR_clear_error();
	return crl;
}

static enum gw_code load_crl(struct cert_trust *t, const char *path, struct gw_err *err) {
	X509_CRL *crl = read_crl(path);
	if (!crl) {
		return gw_fail(err, GW_E_CONFIG, "'%s' holds no readable CRL", path);
	}
	if (sk_X509_CRL_num(t->crls) >= CRLS_MAX || !sk_X509_CRL_push(t->crls, crl)) {
		X509_CRL_free(crl);
		return gw_fail(err, GW_E_CONFIG, "more than %d CRLs", CRLS_MAX);
	}
	return GW_OK;
}

static int compare_digests(const void *a, const void *b) {
	return memcmp(a, b, CERT_DIGEST_BYTES);
}

static enum gw_code fill_store(struct cert_trust *t, struct gw_err *err) {
	int n = sk_X509_num(t->anchors);
	uint8_t(*digests)[CERT_DIGEST_BYTES] = calloc((size_t)n + 1, CERT_DIGEST_BYTES);
	bool ok = digests != NULL;
	for (int i = 0; ok && i < n; i++) {
		X509 *cert = sk_X509_value(t->anchors, i);
		ok = X509_digest(cert, EVP_sha256(), digests[i], NULL) == 1 && X509_STORE_add_cert(t->store, cert) == 1;
	}
	if (ok) {
		qsort(digests, (size_t)n, CERT_DIGEST_BYTES, compare_digests);
		SHA256((const uint8_t *)digests, (size_t)n * CERT_DIGEST_BYTES, t->digest);
	}
	free(digests);
	return ok ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

enum gw_code cert_trust_load(const struct cert_trust_config *config, struct cert_trust **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(cert_trust) struct cert_trust *t = calloc(1, sizeof(*t));
	if (!t || !(t->store = X509_STORE_new()) || !(t->anchors = sk_X509_new_null()) ||
	    !(t->intermediates = sk_X509_new_null()) || !(t->crls = sk_X509_CRL_new_null())) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	t->require_qualified = config->require_qualified;
	enum gw_code rc = each_file(t, config->anchors_dir, load_anchor, err);
	if (rc == GW_OK && sk_X509_num(t->anchors) == 0) {
		rc = gw_fail(err, GW_E_CONFIG, "no anchor in '%s'", config->anchors_dir);
	}
	if (rc == GW_OK && config->intermediates_dir[0]) {
		rc = each_file(t, config->intermediates_dir, load_intermediate, err);
	}
	if (rc == GW_OK && config->crl_dir[0]) {
		rc = each_file(t, config->crl_dir, load_crl, err);
	}
	rc = rc == GW_OK ? fill_store(t, err) : rc;
	if (rc == GW_OK) {
		*out = gw_take(&t);
	}
	return rc;
}

void cert_trust_free(struct cert_trust *t) {
	if (t) {
		X509_STORE_free(t->store);
		sk_X509_pop_free(t->anchors, X509_free);
		sk_X509_pop_free(t->intermediates, X509_free);
		sk_X509_CRL_pop_free(t->crls, X509_CRL_free);
		free(t);
	}
}

size_t cert_trust_anchor_count(const struct cert_trust *t) {
	return (size_t)sk_X509_num(t->anchors);
}

void cert_trust_digest(const struct cert_trust *t, uint8_t out[CERT_DIGEST_BYTES]) {
	memcpy(out, t->digest, CERT_DIGEST_BYTES);
}

static bool add_names(STACK_OF(X509_NAME) * names, STACK_OF(X509) * certs) {
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509_NAME *name = X509_NAME_dup(X509_get_subject_name(sk_X509_value(certs, i)));
		if (!name || !sk_X509_NAME_push(names, name)) {
			X509_NAME_free(name);
			return false;
		}
	}
	return true;
}

struct stack_st_X509_NAME *cert_trust_names(const struct cert_trust *t) {
	STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
	if (names && add_names(names, t->anchors) && add_names(names, t->intermediates)) {
		return names;
	}
	sk_X509_NAME_pop_free(names, X509_NAME_free);
	return NULL;
}

/* ---- judging ---- */

const char *cert_verdict_name(enum cert_verdict v) {
	static const char *const names[] = {
		[CERT_UNDECIDED] = "undecided",
		[CERT_ACCEPTED] = "accepted",
		[CERT_REFUSED_SELF_SIGNED] = "self_signed",
		[CERT_REFUSED_UNKNOWN_ISSUER] = "unknown_issuer",
		[CERT_REFUSED_EXPIRED] = "expired",
		[CERT_REFUSED_NOT_YET_VALID] = "not_yet_valid",
		[CERT_REFUSED_KEY_USAGE] = "key_usage",
		[CERT_REFUSED_WEAK] = "weak",
		[CERT_REFUSED_NOT_QUALIFIED] = "not_qualified",
		[CERT_REFUSED_REVOKED] = "revoked",
		[CERT_REFUSED_CHAIN] = "chain",
	};
	return names[v];
}

const char *cert_revocation_name(enum cert_revocation r) {
	return r == CERT_REVOCATION_GOOD ? "good" : r == CERT_REVOCATION_REVOKED ? "revoked" : "unchecked";
}

static const struct {
	int error;
	enum cert_verdict verdict;
} path_errors[] = {
	{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, CERT_REFUSED_SELF_SIGNED},
	{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_CERT_UNTRUSTED, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_CERT_HAS_EXPIRED, CERT_REFUSED_EXPIRED},
	{X509_V_ERR_CERT_NOT_YET_VALID, CERT_REFUSED_NOT_YET_VALID},
	{X509_V_ERR_EE_KEY_TOO_SMALL, CERT_REFUSED_WEAK},
	{X509_V_ERR_CA_KEY_TOO_SMALL, CERT_REFUSED_WEAK},
	{X509_V_ERR_CA_MD_TOO_WEAK, CERT_REFUSED_WEAK},
};

static enum cert_verdict path_verdict(int error) {
	for (size_t i = 0; i < GW_COUNT(path_errors); i++) {
		if (path_errors[i].error == error) {
			return path_errors[i].verdict;
		}
	}
	return CERT_REFUSED_CHAIN;
}

static void refuse(struct cert_judgement *out, enum cert_verdict verdict, const char *detail) {
	out->verdict = verdict;
	snprintf(out->detail, sizeof(out->detail), "%s", detail);
}

static bool key_in_bounds(X509 *cert) {
	EVP_PKEY *key = X509_get0_pubkey(cert);
	if (!key) {
		return false;
	}
	int bits = EVP_PKEY_get_bits(key);
	return bits <= (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? CERT_RSA_BITS_MAX : CERT_EC_BITS_MAX);
}

/* Sizes first: a peer must not buy minutes of our time with a 64 kbit key. */
static bool in_bounds(X509 *leaf, STACK_OF(X509) * chain) {
	int bytes = i2d_X509(leaf, NULL), n = chain ? sk_X509_num(chain) : 0;
	bool ok = key_in_bounds(leaf) && n < CERT_CHAIN_MAX;
	for (int i = 0; ok && i < n; i++) {
		bytes += i2d_X509(sk_X509_value(chain, i), NULL);
		ok = key_in_bounds(sk_X509_value(chain, i));
	}
	return ok && bytes <= CERT_CHAIN_BYTES_MAX;
}

static STACK_OF(X509) * untrusted(const struct cert_trust *t, STACK_OF(X509) * chain) {
	STACK_OF(X509) *all = chain ? sk_X509_dup(chain) : sk_X509_new_null();
	for (int i = 0; all && i < sk_X509_num(t->intermediates); i++) {
		sk_X509_push(all, sk_X509_value(t->intermediates, i));
	}
	return all;
}

static int64_t to_utc(const ASN1_TIME *t) {
	struct tm tm;
	return t && ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void narrow(struct cert_judgement *out, int64_t from, int64_t until) {
	out->from_utc_s = from > out->from_utc_s ? from : out->from_utc_s;
	out->until_utc_s = until < out->until_utc_s ? until : out->until_utc_s;
}

/* Is `cert` on a CRL of its issuer? No current CRL: unchecked. */
static enum cert_revocation look_up(const struct cert_trust *t, X509 *cert, X509 *issuer, int64_t now,
				    struct cert_judgement *out) {
	enum cert_revocation result = CERT_REVOCATION_UNCHECKED;
	for (int i = 0; i < sk_X509_CRL_num(t->crls); i++) {
		X509_CRL *crl = sk_X509_CRL_value(t->crls, i);
		int64_t next = to_utc(X509_CRL_get0_nextUpdate(crl));
		bool issued = X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(cert)) == 0 &&
			      to_utc(X509_CRL_get0_lastUpdate(crl)) <= now &&
			      X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
		X509_REVOKED *entry = NULL;
		if (issued && X509_CRL_get0_by_cert(crl, &entry, cert) == 1) {
			return CERT_REVOCATION_REVOKED; /* also on a stale one: what was revoked stays so */
		}
		if (issued && next > now) {
			narrow(out, 0, next);
			result = CERT_REVOCATION_GOOD;
		}
	}
	ERR_clear_error();
	return result;
}

static enum cert_revocation check_revocation(const struct cert_trust *t, STACK_OF(X509) * path, int64_t now,
					     struct cert_judgement *out) {
	enum cert_revocation worst = CERT_REVOCATION_GOOD;
	for (int i = 0; i + 1 < sk_X509_num(path); i++) {
		enum cert_revocation r = look_up(t, sk_X509_value(path, i), sk_X509_value(path, i + 1), now, out);
		if (r == CERT_REVOCATION_REVOKED) {
			return r;
		}
		/* an authority without a CRL here does not make the leaf's own good answer unknown */
		worst = i == 0 ? r : worst;
	}
	return worst;
}

static void note_validity(STACK_OF(X509) * path, struct cert_judgement *out) {
	for (int i = 0; i < sk_X509_num(path); i++) {
		const X509 *cert = sk_X509_value(path, i);
		narrow(out, to_utc(X509_get0_notBefore(cert)), to_utc(X509_get0_notAfter(cert)));
	}
}

static void judge_path(const struct cert_trust *t, X509_STORE_CTX *ctx, int64_t now, struct cert_judgement *out) {
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
	X509_VERIFY_PARAM_set_depth(param, CERT_CHAIN_MAX);
	int ok = X509_verify_cert(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(ctx);
	if (ok != 1) {
		refuse(out, path_verdict(error), X509_verify_cert_error_string(error));
		return;
	}
	note_validity(path, out);
	out->revocation = check_revocation(t, path, now, out);
	out->verdict = CERT_ACCEPTED;
	if (out->revocation == CERT_REVOCATION_REVOKED) {
		refuse(out, CERT_REFUSED_REVOKED, "on the CRL of its issuer");
	}
}

/* What the leaf itself must be, whoever issued it. */
static void judge_leaf(const struct cert_trust *t, const struct cert_facts *f, struct cert_judgement *out) {
	if (!f->ku_digital_signature) {
		refuse(out, CERT_REFUSED_KEY_USAGE, "key usage without digitalSignature");
	} else if (f->eku_present && !f->eku_client_auth) {
		refuse(out, CERT_REFUSED_KEY_USAGE, "extended key usage without clientAuth");
	} else if (f->key == CERT_KEY_OTHER) {
		refuse(out, CERT_REFUSED_WEAK, "neither an RSA nor an EC key");
	} else if (t->require_qualified && !cert_says_qualified(f)) {
		refuse(out, CERT_REFUSED_NOT_QUALIFIED, "no QcCompliance statement of an accepted type");
	}
}

void cert_judge(const struct cert_trust *t, struct x509_st *leaf, const struct cert_facts *facts,
		struct stack_st_X509 *chain, int64_t now_utc_s, struct cert_judgement *out) {
	*out = (struct cert_judgement){.until_utc_s = INT64_MAX};
	if (!in_bounds(leaf, chain)) {
		refuse(out, CERT_REFUSED_CHAIN, "chain or key larger than the bounds");
		return;
	}
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *helpers = untrusted(t, chain);
	if (ctx && helpers && X509_STORE_CTX_init(ctx, t->store, leaf, helpers) == 1) {
		judge_path(t, ctx, now_utc_s, out);
	}
	X509_STORE_CTX_free(ctx);
	sk_X509_free(helpers);
	ERR_clear_error();
	if (out->verdict == CERT_ACCEPTED) {
		judge_leaf(t, facts, out);
	}
}
