#include "certs/crl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

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
	X509_CRL *read;	 /* the CRL that has revoked it, else the last that was looked into */
	X509_CRL *delta; /* the delta CRL that was looked into as well; NULL = none */
	bool revoked, stale;
	int error; /* the first that makes its CRLs say nothing; X509_V_OK = none */
};

/* One walk along the path with some CRLs. */
struct asking {
	const struct crl_checker *checker;
	int64_t at;
	struct look look[CERT_PATH_MAX];
	STACK_OF(X509) * path; /* that was walked; of our own */
	const char *failed;    /* the walk did not reach its end; NULL = it did */
};

static bool is_delta(X509_CRL *crl) {
	return X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0;
}

/* Of the walk itself, also in the path of a CRL's issuer. */
static struct asking *asking_of(X509_STORE_CTX *ctx) {
	while (X509_STORE_CTX_get0_parent_ctx(ctx)) {
		ctx = X509_STORE_CTX_get0_parent_ctx(ctx);
	}
	return X509_STORE_CTX_get_app_data(ctx);
}

/* NULL: it stands in the path of a CRL's issuer, or deeper than any path that was found. */
static struct look *look_of(X509_STORE_CTX *ctx) {
	int depth = X509_STORE_CTX_get_error_depth(ctx);
	bool own = !X509_STORE_CTX_get0_parent_ctx(ctx) && depth >= 0 && depth < CERT_PATH_MAX;
	return own ? &asking_of(ctx)->look[depth] : NULL;
}

static int look_up(X509_STORE_CTX *ctx, X509_CRL *crl, X509 *cert) {
	struct look *l = look_of(ctx);
	if (l) {
		l->cert = cert;
		l->read = l->revoked ? l->read : crl;
		l->delta = is_delta(crl) ? crl : l->delta;
	}
	return asking_of(ctx)->checker->look_up(ctx, crl, cert);
}

static bool is_skew(X509_STORE_CTX *ctx) {
	const X509_CRL *crl = X509_STORE_CTX_get0_current_crl(ctx);
	return crl && cert_seconds(X509_CRL_get0_lastUpdate(crl)) <= asking_of(ctx)->at + CERT_CLOCK_SKEW_S;
}

/* The issuer of a CRL that is not of the path (another key, an indirect CRL) counts unless it is known to be revoked:
 * its own status may lie in the very CRL that it has signed. */
static int go_on_beside(X509_STORE_CTX *ctx) {
	switch (X509_STORE_CTX_get_error(ctx)) {
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case X509_V_ERR_CRL_NOT_YET_VALID:
		return 1;
	default:
		return 0;
	}
}

/* Errors of CRLs are noted, each for its certificate, and do not end the path. A CRL that is not in force is read on:
 * what it names as revoked stays so. */
static int go_on(int ok, X509_STORE_CTX *ctx) {
	struct look *l = look_of(ctx);
	if (ok || !l) {
		return !ok && X509_STORE_CTX_get0_parent_ctx(ctx) ? go_on_beside(ctx) : ok;
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
		l->stale |= !is_skew(ctx);
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

/* ---- what a walk has seen ---- */

/* Every CRL that was read is in order, though they may not speak of every reason: OpenSSL has looked for one more. */
static bool is_clean(const struct look *l) {
	return l->read && (l->error == X509_V_OK || l->error == X509_V_ERR_UNABLE_TO_GET_CRL);
}

/* Why a CRL that is in order is no reason to call anything good; NULL: it is one. */
static const char *why_too_little(const struct look *l, int64_t at) {
	const X509_ALGOR *algorithm;
	X509_CRL_get0_signature(l->read, NULL, &algorithm);
	return l->stale					  ? "the CRL is not in force"
	       : !X509_CRL_get0_nextUpdate(l->read)	  ? "the CRL does not say until when it holds"
	       : !cert_signature_is_strong(algorithm, at) ? "the CRL is signed too weakly"
							  : NULL;
}

static const char *why_not_good(const struct look *l, int64_t at) {
	bool whole = l->error == X509_V_OK && l->read;
	return whole ? why_too_little(l, at)
		     : X509_verify_cert_error_string(l->error ? l->error : X509_V_ERR_UNABLE_TO_GET_CRL);
}

/* What a base and its delta say together is as new as the newer, and holds as long as both. */
static void put_times_of_both(X509_CRL *delta, struct cert_status *out) {
	struct cert_status d;
	put_times(delta, &d);
	bool newer = d.this_update_utc_s > out->this_update_utc_s,
	     sooner = d.next_update_utc_s < out->next_update_utc_s;
	out->this_update_utc_s = newer ? d.this_update_utc_s : out->this_update_utc_s;
	out->next_update_utc_s = sooner && d.next_update_utc_s ? d.next_update_utc_s : out->next_update_utc_s;
	X509_CRL_digest(delta, EVP_sha256(), out->delta_digest, NULL);
}

static void describe(const struct look *l, int64_t at, struct cert_status *out) {
	X509_REVOKED *entry = NULL;
	bool revoked = l->revoked && is_clean(l);
	const char *why = revoked ? NULL : why_not_good(l, at);
	*out = (struct cert_status){.revocation = revoked ? CERT_REVOCATION_REVOKED
						  : why	  ? CERT_REVOCATION_UNCHECKED
							  : CERT_REVOCATION_GOOD,
				    .of_some_reasons = !revoked && is_clean(l) && l->error && !why_too_little(l, at),
				    .with_delta = l->delta != NULL};
	snprintf(out->why, sizeof(out->why), "%s", why ? why : "");
	if (!l->read) {
		return;
	}
	out->source = CERT_SOURCE_CRL;
	put_times(l->read, out);
	if (l->delta) {
		put_times_of_both(l->delta, out);
	}
	X509_CRL_digest(l->read, EVP_sha256(), out->digest, NULL);
	if (revoked && X509_CRL_get0_by_cert(l->read, &entry, l->cert) == 1) {
		out->revoked_at_utc_s = cert_seconds(X509_REVOKED_get0_revocationDate(entry));
	}
}

static void walk(struct asking *a, STACK_OF(X509_CRL) * crls, STACK_OF(X509) * helpers, X509 *leaf) {
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	memset(a->look, 0, sizeof(a->look));
	sk_X509_pop_free(a->path, X509_free);
	a->path = NULL;
	a->failed = "out of memory";
	if (ctx && X509_STORE_CTX_init(ctx, a->checker->store, leaf, helpers) == 1) {
		X509_STORE_CTX_set_app_data(ctx, a);
		X509_STORE_CTX_set0_crls(ctx, crls);
		X509_STORE_CTX_set_depth(ctx, CERT_CHAIN_MAX);
		X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)a->at);
		bool walked = X509_verify_cert(ctx) == 1;
		a->path = X509_STORE_CTX_get1_chain(ctx);
		a->failed = walked ? NULL : X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx));
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
}

/* ---- where several CRLs may speak of one certificate ---- */

/* OpenSSL takes one of them by its scope, its time, its place. One that is forged, damaged or too weak must hide
 * nothing that another one proves, an old one nothing that a newer one says: each is looked at by itself, and those in
 * order once more together. */
struct sorting {
	struct asking a;
	STACK_OF(X509) * helpers;
	X509 *leaf;
	STACK_OF(X509_CRL) * newest_first, *clean; /* both borrowed CRLs */
	struct cert_status revoked[CERT_PATH_MAX]; /* by the newest that says so */
};

static int by_time(const X509_CRL *const *a, const X509_CRL *const *b) {
	int64_t left = cert_seconds(X509_CRL_get0_lastUpdate(*a)), right = cert_seconds(X509_CRL_get0_lastUpdate(*b));
	return left > right ? -1 : left < right;
}

static bool is_indirect(X509_CRL *crl) {
	ISSUING_DIST_POINT *point = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL, NULL);
	bool is = point && point->indirectCRL > 0;
	ISSUING_DIST_POINT_free(point);
	return is;
}

/* Might the CRL speak of a certificate of the path? */
static bool matters(const struct asking *a, X509_CRL *crl) {
	bool may = is_indirect(crl);
	for (int i = 0; i + 1 < sk_X509_num(a->path) && !may; i++) {
		const X509_NAME *issuer = X509_get_issuer_name(sk_X509_value(a->path, i));
		may = X509_NAME_cmp(X509_CRL_get_issuer(crl), issuer) == 0;
	}
	return may;
}

/* Is there a choice, so that the first walk's answer is not the last word? */
static bool is_open(const struct asking *a, STACK_OF(X509_CRL) * some) {
	bool open = false;
	for (int i = 0; i < sk_X509_CRL_num(some) && !open; i++) {
		X509_CRL *crl = sk_X509_CRL_value(some, i);
		open = is_indirect(crl) || is_delta(crl);
		for (int k = 0; k < i && !open; k++) {
			open = X509_NAME_cmp(X509_CRL_get_issuer(crl),
					     X509_CRL_get_issuer(sk_X509_CRL_value(some, k))) == 0;
		}
	}
	return open && !a->failed;
}

static void note_revoked(struct sorting *s) {
	for (int i = 0; i < CERT_PATH_MAX; i++) {
		struct cert_status one;
		describe(&s->a.look[i], s->a.at, &one);
		bool newer = one.this_update_utc_s > s->revoked[i].this_update_utc_s;
		if (one.revocation == CERT_REVOCATION_REVOKED && (newer || !s->revoked[i].revocation)) {
			s->revoked[i] = one;
		}
	}
}

/* Has the last walk shown that this CRL helps, for whichever certificate? */
static bool helps(const struct sorting *s, X509_CRL *delta) {
	for (int i = 0; !s->a.failed && i < CERT_PATH_MAX; i++) {
		const struct look *l = &s->a.look[i];
		bool good = is_clean(l) && (delta ? l->delta == delta : !why_too_little(l, s->a.at) || l->stale);
		if (good) {
			return true;
		}
	}
	return false;
}

/* False: out of memory. */
static bool try_alone(struct sorting *s, X509_CRL *crl) {
	STACK_OF(X509_CRL) *one = sk_X509_CRL_new_null();
	bool ok = one && sk_X509_CRL_push(one, crl) > 0;
	if (ok) {
		walk(&s->a, one, s->helpers, s->leaf);
		note_revoked(s);
		ok = !helps(s, NULL) || sk_X509_CRL_push(s->clean, crl) > 0;
	}
	sk_X509_CRL_free(one);
	return ok;
}

/* OpenSSL does not look at the times of a delta whose base is in force. */
static bool is_in_force(X509_CRL *crl, int64_t at) {
	struct cert_status t;
	put_times(crl, &t);
	return t.this_update_utc_s <= at + CERT_CLOCK_SKEW_S && t.next_update_utc_s >= at;
}

/* First, for OpenSSL takes the first delta that fits. One that is not in force is heard for what it revokes alone. */
static bool try_delta(struct sorting *s, X509_CRL *crl) {
	if (sk_X509_CRL_insert(s->clean, crl, 0) <= 0) {
		return false;
	}
	walk(&s->a, s->clean, s->helpers, s->leaf);
	note_revoked(s);
	if (!helps(s, crl) || !is_in_force(crl, s->a.at)) {
		GW_UNUSED(sk_X509_CRL_delete(s->clean, 0));
	}
	return true;
}

/* The oldest delta first: each newer one comes before it. */
static bool sort_out(struct sorting *s) {
	bool ok = true;
	for (int i = 0; ok && i < sk_X509_CRL_num(s->newest_first); i++) {
		X509_CRL *crl = sk_X509_CRL_value(s->newest_first, i);
		ok = is_delta(crl) || try_alone(s, crl);
	}
	for (int i = sk_X509_CRL_num(s->newest_first) - 1; ok && i >= 0; i--) {
		X509_CRL *crl = sk_X509_CRL_value(s->newest_first, i);
		ok = !is_delta(crl) || try_delta(s, crl);
	}
	return ok;
}

/* What those say together that are in order; "revoked" also where a newer one says so that proves nothing good. */
static void answer(struct sorting *s, struct cert_status out[CERT_PATH_MAX]) {
	walk(&s->a, s->clean, s->helpers, s->leaf);
	for (int i = 0; i < CERT_PATH_MAX; i++) {
		struct cert_status all;
		describe(&s->a.look[i], s->a.at, &all);
		bool revoked = s->revoked[i].revocation == CERT_REVOCATION_REVOKED &&
			       (all.revocation != CERT_REVOCATION_GOOD ||
				s->revoked[i].this_update_utc_s > all.this_update_utc_s);
		if (revoked) {
			out[i] = s->revoked[i];
		} else if (all.source != CERT_SOURCE_NONE || out[i].revocation == CERT_REVOCATION_GOOD) {
			out[i] = all;
		}
	}
}

static void look_at_each(const struct asking *a, STACK_OF(X509_CRL) * crls, STACK_OF(X509) * helpers, X509 *leaf,
			 struct cert_status out[CERT_PATH_MAX]) {
	struct sorting s = {.a = {.checker = a->checker, .at = a->at},
			    .helpers = helpers,
			    .leaf = leaf,
			    .newest_first = sk_X509_CRL_new(by_time),
			    .clean = sk_X509_CRL_new_null()};
	bool ok = s.newest_first && s.clean;
	for (int i = 0; ok && i < sk_X509_CRL_num(crls); i++) {
		X509_CRL *crl = sk_X509_CRL_value(crls, i);
		ok = !matters(a, crl) || sk_X509_CRL_push(s.newest_first, crl) > 0;
	}
	if (ok && is_open(a, s.newest_first)) {
		sk_X509_CRL_sort(s.newest_first);
		if (sort_out(&s)) {
			answer(&s, out);
		}
	}
	sk_X509_pop_free(s.a.path, X509_free);
	sk_X509_CRL_free(s.newest_first);
	sk_X509_CRL_free(s.clean);
}

/* ---- all of it ---- */

void cert_crl_statuses(const struct crl_checker *k, STACK_OF(X509_CRL) * crls, STACK_OF(X509) * helpers, X509 *leaf,
		       int64_t at_utc_s, struct cert_status out[CERT_PATH_MAX]) {
	struct asking a = {.checker = k, .at = at_utc_s};
	walk(&a, crls, helpers, leaf);
	for (int i = 0; i < CERT_PATH_MAX; i++) {
		describe(&a.look[i], at_utc_s, &out[i]);
		if (a.failed) {
			out[i] = (struct cert_status){0};
			snprintf(out[i].why, sizeof(out[i].why), "%s", a.failed);
		}
	}
	look_at_each(&a, crls, helpers, leaf, out);
	sk_X509_pop_free(a.path, X509_free);
}
