#include "certs/path.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/err.h"
#include "certs/strength.h"
#include "certs/trust.h"

enum { OTHERS_MAX = 4 }; /* a peer chooses what it sends, and each path costs signatures */

static const struct {
	int error;
	enum cert_verdict verdict;
} verdicts[] = {
	{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, CERT_REFUSED_SELF_SIGNED},
	{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_CERT_UNTRUSTED, CERT_REFUSED_UNKNOWN_ISSUER},
	{X509_V_ERR_CERT_HAS_EXPIRED, CERT_REFUSED_EXPIRED},
	{X509_V_ERR_CERT_NOT_YET_VALID, CERT_REFUSED_NOT_YET_VALID},
	{X509_V_ERR_CERT_SIGNATURE_FAILURE, CERT_REFUSED_SIGNATURE},
	{X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, CERT_REFUSED_SIGNATURE},
	{X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, CERT_REFUSED_SIGNATURE},
	{X509_V_ERR_INVALID_CA, CERT_REFUSED_NOT_A_CA},
	{X509_V_ERR_INVALID_NON_CA, CERT_REFUSED_NOT_A_CA},
	{X509_V_ERR_KEYUSAGE_NO_CERTSIGN, CERT_REFUSED_NOT_A_CA},
	{X509_V_ERR_INVALID_PURPOSE, CERT_REFUSED_KEY_USAGE},
	{X509_V_ERR_PATH_LENGTH_EXCEEDED, CERT_REFUSED_PATH_LENGTH},
	{X509_V_ERR_CERT_CHAIN_TOO_LONG, CERT_REFUSED_BOUNDS},
	{X509_V_ERR_PERMITTED_VIOLATION, CERT_REFUSED_NAME_CONSTRAINTS},
	{X509_V_ERR_EXCLUDED_VIOLATION, CERT_REFUSED_NAME_CONSTRAINTS},
	{X509_V_ERR_SUBTREE_MINMAX, CERT_REFUSED_NAME_CONSTRAINTS},
	{X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, CERT_REFUSED_NAME_CONSTRAINTS},
	{X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, CERT_REFUSED_NAME_CONSTRAINTS},
	{X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, CERT_REFUSED_NAME_CONSTRAINTS},
	{X509_V_ERR_INVALID_POLICY_EXTENSION, CERT_REFUSED_POLICY},
	{X509_V_ERR_NO_EXPLICIT_POLICY, CERT_REFUSED_POLICY},
	{X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, CERT_REFUSED_EXTENSION},
	{X509_V_ERR_INVALID_EXTENSION, CERT_REFUSED_EXTENSION},
};

static enum cert_verdict verdict_of(int error) {
	for (size_t i = 0; i < GW_COUNT(verdicts); i++) {
		if (verdicts[i].error == error) {
			return verdicts[i].verdict;
		}
	}
	return CERT_REFUSED_CHAIN;
}

/* The leaf's own usage is judged apart, after revocation (certs/judge.c); that of its issuers here. */
static int go_on(int ok, X509_STORE_CTX *ctx) {
	bool of_leaf =
		X509_STORE_CTX_get_error(ctx) == X509_V_ERR_INVALID_PURPOSE && X509_STORE_CTX_get_error_depth(ctx) == 0;
	if (!ok && of_leaf) {
		X509_STORE_CTX_set_error(ctx, X509_V_OK);
		return 1;
	}
	return ok;
}

static int purpose_of(enum cert_purpose purpose) {
	return purpose == CERT_FOR_CALL	      ? X509_PURPOSE_SSL_CLIENT
	       : purpose == CERT_FOR_STAMPING ? X509_PURPOSE_TIMESTAMP_SIGN
					      : 0;
}

static bool set_rules(X509_STORE_CTX *ctx, enum cert_purpose purpose, int64_t at_utc_s) {
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)at_utc_s);
	X509_VERIFY_PARAM_set_auth_level(param, 0); /* certs/strength.h decides by date */
	X509_VERIFY_PARAM_set_depth(param, CERT_CHAIN_MAX);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK);
	X509_STORE_CTX_set_verify_cb(ctx, go_on);
	/* without one in the initial set every path that must have a policy would have none */
	return X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy)) == 1 &&
	       (purpose_of(purpose) == 0 || X509_VERIFY_PARAM_set_purpose(param, purpose_of(purpose)) == 1);
}

/* What is looked for, and with what. */
struct finding {
	X509_STORE *store;
	X509 *leaf;
	enum cert_purpose purpose;
	int64_t at_utc_s;
};

/* Has the same authority another certificate (RFC 4158 2.3: a cross certificate, a renewed one)? */
static bool has_twin(STACK_OF(X509) * helpers, X509 *cert) {
	bool twin = false;
	for (int i = 0; i < sk_X509_num(helpers) && !twin; i++) {
		X509 *other = sk_X509_value(helpers, i);
		twin = other != cert && X509_cmp(other, cert) != 0 &&
		       X509_NAME_cmp(X509_get_subject_name(other), X509_get_subject_name(cert)) == 0;
	}
	return twin;
}

/* The authority at which the path has failed, or else the lowest one, that has another certificate; a reference. NULL:
 * there is none. */
static X509 *culprit_of(X509_STORE_CTX *ctx, STACK_OF(X509) * helpers) {
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	bool lost = verdict_of(X509_STORE_CTX_get_error(ctx)) == CERT_REFUSED_UNKNOWN_ISSUER;
	int depth = lost ? sk_X509_num(chain) - 1 : X509_STORE_CTX_get_error_depth(ctx);
	X509 *cert = depth > 0 ? sk_X509_value(chain, depth) : NULL;
	for (int i = 1; i < sk_X509_num(chain) && !(cert && has_twin(helpers, cert)); i++) {
		cert = sk_X509_value(chain, i);
	}
	return cert && has_twin(helpers, cert) && X509_up_ref(cert) == 1 ? cert : NULL;
}

/* An issuer with a damaged extension is none for OpenSSL, which then says that there is none. */
static bool is_issuer_damaged(X509_STORE_CTX *ctx, STACK_OF(X509) * helpers) {
	X509 *last = X509_STORE_CTX_get_current_cert(ctx);
	for (int i = 0; last && i < sk_X509_num(helpers); i++) {
		X509 *issuer = sk_X509_value(helpers, i);
		if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(last)) == 0 &&
		    (X509_get_extension_flags(issuer) & EXFLAG_INVALID)) {
			return true;
		}
	}
	return false;
}

static void try_once(const struct finding *f, STACK_OF(X509) * helpers, struct cert_path *out, X509 **culprit) {
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	*out = (struct cert_path){.why = "out of memory"};
	*culprit = NULL;
	if (ctx && X509_STORE_CTX_init(ctx, f->store, f->leaf, helpers) == 1 &&
	    set_rules(ctx, f->purpose, f->at_utc_s)) {
		bool good = X509_verify_cert(ctx) == 1;
		int error = X509_STORE_CTX_get_error(ctx);
		out->verdict = good ? CERT_ACCEPTED : verdict_of(error);
		out->certs = good ? X509_STORE_CTX_get1_chain(ctx) : NULL;
		out->depth = X509_STORE_CTX_get_error_depth(ctx);
		out->why = X509_verify_cert_error_string(error);
		if (out->verdict == CERT_REFUSED_UNKNOWN_ISSUER && is_issuer_damaged(ctx, helpers)) {
			out->verdict = CERT_REFUSED_EXTENSION;
			out->why = "a damaged extension of an issuer";
		}
		if (error == X509_V_ERR_OUT_OF_MEM || (good && !out->certs)) {
			out->verdict = CERT_UNDECIDED;
		}
		*culprit = good ? NULL : culprit_of(ctx, helpers);
	}
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
}

static void leave_out(STACK_OF(X509) * helpers, X509 *cert) {
	for (int i = sk_X509_num(helpers) - 1; i >= 0; i--) {
		if (X509_cmp(sk_X509_value(helpers, i), cert) == 0) {
			GW_UNUSED(sk_X509_delete(helpers, i));
		}
	}
}

/* X509_verify_cert takes one of several certificates of an authority and does not come back: the one that has failed is
 * left out then, and the path is looked for anew. The first refusal stays where nothing helps. */
static void try_others(const struct finding *f, STACK_OF(X509) * helpers, X509 *culprit, struct cert_path *out) {
	STACK_OF(X509) *rest = sk_X509_dup(helpers);
	struct cert_path next = {0};
	for (int i = 0; rest && culprit && i < OTHERS_MAX; i++) {
		leave_out(rest, culprit);
		X509_free(culprit);
		try_once(f, rest, &next, &culprit);
		if (next.verdict == CERT_ACCEPTED) {
			*out = next;
			break;
		}
	}
	X509_free(culprit);
	sk_X509_free(rest);
}

void cert_path_find(X509_STORE *store, STACK_OF(X509) * helpers, X509 *leaf, enum cert_purpose purpose,
		    int64_t at_utc_s, struct cert_path *out) {
	const struct finding f = {store, leaf, purpose, at_utc_s};
	X509 *culprit;
	try_once(&f, helpers, out, &culprit);
	if (culprit) {
		try_others(&f, helpers, culprit, out);
	}
}

void cert_path_release(struct cert_path *p) {
	sk_X509_pop_free(p->certs, X509_free);
	*p = (struct cert_path){0};
}

bool cert_path_is_strong(const struct cert_path *p, int64_t at_utc_s) {
	int n = sk_X509_num(p->certs);
	for (int i = 0; i < n; i++) {
		const X509_ALGOR *algorithm;
		const X509 *cert = sk_X509_value(p->certs, i);
		X509_get0_signature(NULL, &algorithm, cert);
		if (!cert_key_is_strong(X509_get0_pubkey(cert), at_utc_s) ||
		    (i + 1 < n && !cert_signature_is_strong(algorithm, at_utc_s))) {
			return false;
		}
	}
	return true;
}
