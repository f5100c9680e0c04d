#include "certs/crl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "certs/asn1.h"
#include "certs/ocsp.h"
#include "certs/strength.h"

struct crl_checker {
	X509_STORE *store;
	X509_STORE_CTX_cert_crl_fn look_up; /* OpenSSL's own */
};

X509_CRL *cert_crl_read(struct gw_span bytes) {
	BIO *bio = bytes.n <= CERT_CRL_BYTES_MAX ? BIO_new_mem_buf(bytes.p, (int)bytes.n) : NULL;
	X509_CRL *crl = bio ? d2i_X509_CRL_bio(bio, NULL) : NULL;
	if (bio && !crl && BIO_reset(bio) == 1) {
		crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
	}
	BIO_free(bio);
	ERR_clear_error();
	return crl;
}

static void put_times(const X509_CRL *crl, struct cert_status *out) {
	out->this_update_utc_s = cert_seconds(X509_CRL_get0_lastUpdate(crl));
	out->next_update_utc_s = cert_seconds(X509_CRL_get0_nextUpdate(crl));
}

bool cert_crl_times(struct gw_span der, struct cert_status *out) {
	const unsigned char *p = (const unsigned char *)der.p;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)der.n);
	bool ok = crl != NULL;
	if (ok) {
		put_times(crl, out);
	}
	X509_CRL_free(crl);
	ERR_clear_error();
	return ok;
}

/* What was seen of one certificate of the path. */
struct look {
	X509 *cert;
	X509_CRL *read; /* the CRL that has revoked it, else the last that was looked into */
	bool revoked, stale, with_delta;
	int error; /* the first that makes its CRLs say nothing; X509_V_OK = none */
};

struct asking {
	const struct crl_checker *checker;
	int64_t at;
	struct look look[CERT_PATH_MAX];
};

/* NULL: it stands in the path of a CRL's issuer, or deeper than any path that was found. */
static struct look *look_of(X509_STORE_CTX *ctx) {
	struct asking *a = X509_STORE_CTX_get_app_data(ctx);
	int depth = X509_STORE_CTX_get_error_depth(ctx);
	return a && !X509_STORE_CTX_get0_parent_ctx(ctx) && depth >= 0 && depth < CERT_PATH_MAX ? &a->look[depth]
												: NULL;
}

static int look_up(X509_STORE_CTX *ctx, X509_CRL *crl, X509 *cert) {
	struct asking *a = X509_STORE_CTX_get_app_data(ctx);
	struct look *l = look_of(ctx);
	if (!l) {
		return 0;
	}
	l->cert = cert;
	l->read = l->revoked ? l->read : crl;
	l->with_delta |= X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0;
	return a->checker->look_up(ctx, crl, cert);
}

static bool is_skew(const struct asking *a, X509_STORE_CTX *ctx) {
	const X509_CRL *crl = X509_STORE_CTX_get0_current_crl(ctx);
	return crl && cert_seconds(X509_CRL_get0_lastUpdate(crl)) <= a->at + CERT_CLOCK_SKEW_S;
}

/* Errors of CRLs are noted, each for its certificate, and do not end the path. A CRL that is not in force is read on:
 * what it names as revoked stays so. */
static int go_on(int ok, X509_STORE_CTX *ctx) {
	struct look *l = look_of(ctx);
	if (ok || !l) {
		return ok;
	}
	int error = X509_STORE_CTX_get_error(ctx);
	switch (error) {
	case X509_V_ERR_CERT_REVOKED:
		l->revoked = true;
		return 1;
	case X509_V_ERR_CRL_HAS_EXPIRED:
		l->stale = true;
		return 1;
	case X509_V_ERR_CRL_NOT_YET_VALID:
		l->stale |= !is_skew(X509_STORE_CTX_get_app_data(ctx), ctx);
		return 1;
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
	case X509_V_ERR_INVALID_EXTENSION:
		l->error = l->error == X509_V_OK ? error : l->error;
		return 1;
	default:
		return 0;
	}
}

void crl_checker_free(struct crl_checker *k) {
	if (k) {
		X509_STORE_free(k->store);
		free(k);
	}
}

enum gw_code crl_checker_new(STACK_OF(X509) * anchors, struct crl_checker **out, struct gw_err *err) {
	struct crl_checker *k = calloc(1, sizeof(*k));
	X509_STORE_CTX *plain = X509_STORE_CTX_new();
	bool ok = k && plain && (k->store = X509_STORE_new()) && X509_STORE_CTX_init(plain, k->store, NULL, NULL) == 1;
	for (int i = 0; ok && i < sk_X509_num(anchors); i++) {
		ok = X509_STORE_add_cert(k->store, sk_X509_value(anchors, i)) == 1;
	}
	if (ok) {
		k->look_up = X509_STORE_CTX_get_cert_crl(plain);
		X509_STORE_set_cert_crl(k->store, look_up);
		X509_STORE_set_verify_cb(k->store, go_on);
		X509_STORE_set_flags(k->store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
						       X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS |
						       X509_V_FLAG_PARTIAL_CHAIN);
	}
	X509_STORE_CTX_free(plain);
	if (!ok) {
		crl_checker_free(k);
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	*out = k;
	return GW_OK;
}

static const char *why_not_good(const struct look *l, int64_t at) {
	const X509_ALGOR *algorithm;
	if (l->error != X509_V_OK || !l->read) {
		return X509_verify_cert_error_string(l->error ? l->error : X509_V_ERR_UNABLE_TO_GET_CRL);
	}
	X509_CRL_get0_signature(l->read, NULL, &algorithm);
	return l->stale					  ? "the CRL is not in force"
	       : !X509_CRL_get0_nextUpdate(l->read)	  ? "the CRL does not say until when it holds"
	       : !cert_signature_is_strong(algorithm, at) ? "the CRL is signed too weakly"
							  : NULL;
}

/* Its CRLs are in order, but together they do not speak of every reason: OpenSSL has looked for one more. */
static bool is_of_some_reasons(const struct look *l, int64_t at) {
	struct look but = *l;
	but.error = X509_V_OK;
	return l->read && l->error == X509_V_ERR_UNABLE_TO_GET_CRL && !why_not_good(&but, at);
}

static void describe(const struct look *l, int64_t at, struct cert_status *out) {
	X509_REVOKED *entry = NULL;
	bool revoked = l->revoked && l->error == X509_V_OK;
	const char *why = revoked ? NULL : why_not_good(l, at);
	*out = (struct cert_status){.revocation = revoked ? CERT_REVOCATION_REVOKED
						  : why	  ? CERT_REVOCATION_UNCHECKED
							  : CERT_REVOCATION_GOOD,
				    .of_some_reasons = !revoked && is_of_some_reasons(l, at),
				    .with_delta = l->with_delta};
	snprintf(out->why, sizeof(out->why), "%s", why ? why : "");
	if (!l->read) {
		return;
	}
	out->source = CERT_SOURCE_CRL;
	put_times(l->read, out);
	X509_CRL_digest(l->read, EVP_sha256(), out->digest, NULL);
	if (revoked && X509_CRL_get0_by_cert(l->read, &entry, l->cert) == 1) {
		out->revoked_at_utc_s = cert_seconds(X509_REVOKED_get0_revocationDate(entry));
	}
}

void cert_crl_statuses(const struct crl_checker *k, STACK_OF(X509_CRL) * crls, STACK_OF(X509) * helpers, X509 *leaf,
		       int64_t at_utc_s, struct cert_status out[CERT_PATH_MAX]) {
	struct asking a = {.checker = k, .at = at_utc_s};
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	const char *failed = "out of memory";
	if (ctx && X509_STORE_CTX_init(ctx, k->store, leaf, helpers) == 1) {
		X509_STORE_CTX_set_app_data(ctx, &a);
		X509_STORE_CTX_set0_crls(ctx, crls);
		X509_STORE_CTX_set_depth(ctx, CERT_CHAIN_MAX);
		X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)at_utc_s);
		bool walked = X509_verify_cert(ctx) == 1;
		failed = walked ? NULL : X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));
	}
	for (int i = 0; i < CERT_PATH_MAX; i++) {
		describe(&a.look[i], at_utc_s, &out[i]);
		if (failed) {
			out[i] = (struct cert_status){0};
			snprintf(out[i].why, sizeof(out[i].why), "%s", failed);
		}
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
}
