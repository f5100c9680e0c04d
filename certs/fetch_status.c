#include "certs/fetch_status.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "base/clock.h"
#include "certs/crl.h"
#include "certs/evidence.h"
#include "certs/fetch_http.h"
#include "certs/fetch_issuer.h"
#include "certs/ocsp.h"
#include "certs/path.h"
#include "certs/sources.h"

struct fetching {
	const struct fetch_how *how;
	const struct cert_question *q;
	const struct cert_trust_parts *trust;
	STACK_OF(X509) * helpers;
	struct cert_path path;
	int64_t deadline_mono_ms;
	bool fetched, failed;
	struct gw_err why; /* of the last failure */
};

/* ---- what is known ---- */

static void ask(const struct fetching *g, const struct cert_evidence *e, struct cert_status out[CERT_PATH_MAX]) {
	struct cert_asked asked = {
		.checker = g->trust->checker, .path = g->path.certs, .helpers = g->helpers, .at_utc_s = g->q->at_utc_s};
	for (int i = 0; i + 1 < sk_X509_num(g->path.certs) && i < CERT_PATH_MAX; i++) {
		asked.age_max_s[i] = cert_trust_rule(g->trust, sk_X509_value(g->path.certs, i + 1))->age_max_s;
	}
	cert_evidence_ask(e, &asked, out);
}

static void add_fetched(const struct fetching *g, struct cert_evidence *e) {
	for (int i = 0; i + 1 < sk_X509_num(g->path.certs); i++) {
		X509 *cert = sk_X509_value(g->path.certs, i);
		struct cert_sources sources;
		cert_sources_read(cert, cert_trust_rule(g->trust, sk_X509_value(g->path.certs, i + 1)), &sources);
		cert_live_add(g->how->live, cert, &sources, e);
	}
}

static bool answers(const struct cert_status *s) {
	return s->revocation != CERT_REVOCATION_UNCHECKED;
}

/* What was loaded with the trust, and what was fetched before. False: out of memory. */
static bool ask_known(const struct fetching *g, struct cert_status out[CERT_PATH_MAX]) {
	GW_AUTO(cert_evidence) struct cert_evidence *e = NULL;
	if (cert_evidence_above(g->trust->evidence, &e, NULL) != GW_OK) {
		return false;
	}
	add_fetched(g, e);
	ask(g, e, out);
	return true;
}

/* Is the status of certificate `i` known by now? */
static bool is_known(const struct fetching *g, int i) {
	struct cert_status status[CERT_PATH_MAX];
	return ask_known(g, status) && answers(&status[i]);
}

/* ---- one exchange ---- */

static bool note(struct fetching *g, const struct gw_err *err) {
	g->failed = true;
	g->why = *err;
	return false;
}

static bool exchange(struct fetching *g, const char *url, struct gw_span post, struct gw_buf *out) {
	struct gw_err err = {0};
	int64_t left = g->deadline_mono_ms - gw_mono_ms();
	const struct fetch f = {.url = url,
				.post = post,
				.content_type = "application/ocsp-request",
				.deadline_ms = left > 0 ? (uint32_t)left : 0,
				.stop = g->how->stop,
				.public_only = !g->how->private_addresses};
	if (left <= 0 || live_host_is_down(g->how->live, url)) {
		GW_UNUSED(gw_fail(&err, GW_E_UPSTREAM, "'%.100s' could not be reached", url));
		return note(g, &err);
	}
	enum gw_code rc = fetch_http(&f, out, &err);
	live_host_note(g->how->live, url, rc != GW_E_RETRY);
	return rc == GW_OK || note(g, &err);
}

enum wanted { ANSWER, LIST, DELTA };

/* What came is worth keeping where it is what has answered; a CRL also where it speaks of some reasons alone; a delta
 * CRL where it was read with its base, in place of any other. */
static bool is_wanted(enum wanted what, struct gw_span der, const struct cert_status *s) {
	uint8_t digest[CERT_SOURCE_DIGEST];
	SHA256((const uint8_t *)der.p, der.n, digest);
	bool itself = memcmp(digest, what == DELTA ? s->delta_digest : s->digest, sizeof(digest)) == 0;
	return what == DELTA ? itself && s->with_delta && answers(s)
			     : itself && (answers(s) || (what == LIST && s->of_some_reasons));
}

static enum gw_code gather(const struct fetching *g, enum wanted what, struct gw_span der, struct cert_evidence **out,
			   struct gw_err *err) {
	enum gw_code rc = cert_evidence_above(g->trust->evidence, out, err);
	rc = rc != GW_OK      ? rc
	     : what == ANSWER ? cert_evidence_add_ocsp(*out, der, "the answer", err)
			      : cert_evidence_add_crl(*out, der, "the answer", err);
	if (rc == GW_OK && what == DELTA) {
		add_fetched(g, *out); /* its base */
	}
	return rc;
}

/* Says what came something of certificate `i`? Then it is kept. */
static bool judge_and_keep(struct fetching *g, int i, enum wanted what, const struct live_key *key,
			   struct gw_span der) {
	struct cert_status status[CERT_PATH_MAX];
	struct gw_err err = {0};
	GW_AUTO(cert_evidence) struct cert_evidence *e = NULL;
	enum gw_code rc = gather(g, what, der, &e, &err);
	if (rc != GW_OK) {
		return note(g, &err);
	}
	ask(g, e, status);
	if (!is_wanted(what, der, &status[i]) || (what == DELTA && !cert_crl_times(der, &status[i]))) {
		GW_UNUSED(gw_fail(&err, GW_E_INPUT, "%s",
				  status[i].why[0] ? status[i].why : "it says nothing of this certificate"));
		return note(g, &err);
	}
	rc = live_put(g->how->live, key, der, &status[i], g->q->at_utc_s, &err);
	bool kept = rc == GW_OK || rc == GW_E_STORE; /* the folder is full: it is known all the same */
	g->fetched |= kept;
	return kept || note(g, &err);
}

/* ---- OCSP ---- */

/* NULL: out of memory. */
static OCSP_REQUEST *make_request(X509 *cert, X509 *issuer) {
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), cert, issuer); /* what every responder knows (RFC 5019 2.1.1) */
	bool added = request && id && OCSP_request_add0_id(request, id);
	if (!added) {
		OCSP_CERTID_free(id);
	}
	if (!added || OCSP_request_add1_nonce(request, NULL, -1) != 1) {
		OCSP_REQUEST_free(request);
		return NULL;
	}
	return request;
}

static bool write_request(OCSP_REQUEST *request, struct gw_buf *out) {
	unsigned char *der = NULL;
	int n = i2d_OCSP_REQUEST(request, &der);
	bool ok = n > 0 && gw_buf_add(out, der, (size_t)n) == GW_OK;
	OPENSSL_free(der);
	return ok;
}

/* Responders may leave the nonce out, as where responses are made ahead; another one is of another request. */
static bool is_of_request(struct fetching *g, OCSP_REQUEST *request, struct gw_span der) {
	const unsigned char *p = (const unsigned char *)der.p;
	struct gw_err err = {0};
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &p, (long)der.n);
	OCSP_BASICRESP *basic = response ? OCSP_response_get1_basic(response) : NULL;
	bool other = basic && OCSP_check_nonce(request, basic) == 0;
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	if (other) {
		GW_UNUSED(gw_fail(&err, GW_E_INPUT, "the response is of another request: its nonce differs"));
		return note(g, &err);
	}
	return true;
}

static bool ask_at(struct fetching *g, int i, const char *url, const struct live_key *key) {
	GW_AUTO(buf) struct gw_buf post, reply;
	gw_buf_init(&post, CERT_OCSP_BYTES_MAX);
	gw_buf_init(&reply, CERT_OCSP_BYTES_MAX);
	OCSP_REQUEST *request = make_request(sk_X509_value(g->path.certs, i), sk_X509_value(g->path.certs, i + 1));
	bool got = request && write_request(request, &post) && exchange(g, url, gw_buf_span(&post), &reply) &&
		   is_of_request(g, request, gw_buf_span(&reply)) &&
		   judge_and_keep(g, i, ANSWER, key, gw_buf_span(&reply));
	OCSP_REQUEST_free(request);
	return got;
}

static bool ask_responder(struct fetching *g, int i, const struct cert_sources *from) {
	struct live_key key;
	bool got = false;
	live_key_of_cert(sk_X509_value(g->path.certs, i), &key);
	for (size_t k = 0; k < from->ocsp.count && !got; k++) {
		got = ask_at(g, i, from->ocsp.at[k], &key);
	}
	return got;
}

/* ---- CRLs ---- */

/* DER alone, where an address serves PEM, or more behind the CRL. */
static bool to_der(struct gw_buf *bytes) {
	X509_CRL *crl = cert_crl_read(gw_buf_span(bytes));
	unsigned char *der = NULL;
	int n = crl ? i2d_X509_CRL(crl, &der) : 0;
	gw_buf_clear(bytes);
	bool ok = n > 0 && gw_buf_add(bytes, der, (size_t)n) == GW_OK;
	OPENSSL_free(der);
	X509_CRL_free(crl);
	ERR_clear_error();
	return ok;
}

static bool get_crl(struct fetching *g, int i, enum wanted what, const char *url, const struct live_key *key) {
	GW_AUTO(buf) struct gw_buf bytes;
	struct gw_err err = {0};
	gw_buf_init(&bytes, CERT_CRL_BYTES_MAX);
	if (!exchange(g, url, (struct gw_span){0}, &bytes)) {
		return false;
	}
	if (!to_der(&bytes)) {
		GW_UNUSED(gw_fail(&err, GW_E_INPUT, "'%.100s' holds no readable CRL", url));
		return note(g, &err);
	}
	return judge_and_keep(g, i, what, key, gw_buf_span(&bytes));
}

/* Many certificates share a CRL: it is fetched once. */
static bool ask_list(struct fetching *g, int i, enum wanted what, const char *url) {
	struct live_key key;
	live_key_of_url(LIVE_CRL, url, &key);
	switch (live_claim(g->how->live, &key, g->deadline_mono_ms)) {
	case LIVE_MINE: {
		bool got = get_crl(g, i, what, url, &key);
		live_release(g->how->live, &key, !got);
		return got;
	}
	case LIVE_DONE:
		g->fetched = true;
		return true;
	case LIVE_NOT_NOW:
	default:
		g->failed = true;
		return false;
	}
}

/* Of each point the first address that has it. */
static bool ask_points(struct fetching *g, int i, enum wanted what, const struct cert_urls *urls) {
	bool any = false, got = false;
	for (size_t k = 0; k < urls->count; k++) {
		bool mirror = k > 0 && urls->point[k] == urls->point[k - 1];
		if (!mirror || !got) {
			got = ask_list(g, i, what, urls->at[k]);
			any |= got;
		}
	}
	return any;
}

static bool ask_lists(struct fetching *g, int i, const struct cert_sources *from) {
	struct cert_urls deltas;
	bool any = ask_points(g, i, LIST, &from->crl);
	live_deltas(g->how->live, from, &deltas);
	any |= !g->how->configured && ask_points(g, i, DELTA, &deltas);
	return any && is_known(g, i);
}

/* ---- a path ---- */

static void ask_due(struct fetching *g, int i, enum wanted what, const struct cert_urls *urls) {
	struct live_key key;
	for (size_t k = 0; k < urls->count; k++) {
		live_key_of_url(LIVE_CRL, urls->at[k], &key);
		if (live_is_due(g->how->live, &key, g->q->at_utc_s)) {
			GW_UNUSED(ask_list(g, i, what, urls->at[k]));
		}
	}
}

/* What is known is had anew where it is time for that, each from where it came. */
static void refresh(struct fetching *g, int i, const struct cert_sources *from) {
	struct live_key key;
	struct cert_urls deltas;
	live_key_of_cert(sk_X509_value(g->path.certs, i), &key);
	if (live_is_due(g->how->live, &key, g->q->at_utc_s) && !ask_responder(g, i, from)) {
		GW_UNUSED(ask_lists(g, i, from));
		return;
	}
	live_deltas(g->how->live, from, &deltas);
	ask_due(g, i, LIST, &from->crl);
	ask_due(g, i, DELTA, &deltas);
}

static void learn(struct fetching *g, int i, const struct cert_status *status) {
	const struct cert_issuer_rule *rule = cert_trust_rule(g->trust, sk_X509_value(g->path.certs, i + 1));
	struct cert_sources from;
	if (g->how->configured) {
		cert_sources_configured(rule, &from);
	} else {
		cert_sources_read(sk_X509_value(g->path.certs, i), rule, &from);
	}
	bool done = rule->rule == CERT_RULE_OFF || answers(status);
	if (rule->rule != CERT_RULE_OFF && answers(status) && g->how->ahead) {
		refresh(g, i, &from);
	}
	for (size_t k = 0; !done && k < CERT_ORDER_MAX; k++) {
		done = rule->order[k] == CERT_SOURCE_OCSP  ? ask_responder(g, i, &from)
		       : rule->order[k] == CERT_SOURCE_CRL ? ask_lists(g, i, &from)
							   : false;
	}
}

static void find_path(struct fetching *g, STACK_OF(X509) * chain) {
	cert_path_release(&g->path);
	sk_X509_pop_free(g->helpers, X509_free);
	g->helpers = cert_helpers(g->trust, g->q->leaf, chain);
	g->path = (struct cert_path){.verdict = CERT_UNDECIDED};
	if (g->helpers) {
		cert_path_find(g->trust->store, g->helpers, g->q->leaf, g->q->purpose, g->q->at_utc_s, &g->path);
	}
}

/* Without what was sent first: then it is seen whether that must be kept. */
static void find_path_and_keep(struct fetching *g) {
	bool keeps = g->how->keeps_chain && sk_X509_num(g->q->chain) > 0;
	if (keeps) {
		find_path(g, NULL);
	}
	if (keeps && g->path.verdict == CERT_ACCEPTED) {
		return;
	}
	find_path(g, g->q->chain);
	if (keeps && g->path.verdict == CERT_ACCEPTED) {
		GW_UNUSED(keep_issuers(g->how->live, g->path.certs)); /* else it is sent again */
	}
}

static void learn_path(struct fetching *g) {
	struct cert_status status[CERT_PATH_MAX];
	find_path_and_keep(g);
	if (g->how->issuers && g->path.verdict == CERT_REFUSED_UNKNOWN_ISSUER &&
	    fetch_issuers(g->how, g->q->leaf, g->deadline_mono_ms)) {
		g->fetched = true;
		find_path(g, g->q->chain);
	}
	if (g->path.verdict == CERT_ACCEPTED && ask_known(g, status)) {
		for (int i = 0; i + 1 < sk_X509_num(g->path.certs) && i < CERT_PATH_MAX; i++) {
			learn(g, i, &status[i]);
		}
	}
}

enum fetch_result fetch_status(const struct fetch_how *how, const struct cert_trust *trust,
			       const struct cert_question *q, char *why) {
	struct fetching g = {.how = how,
			     .q = q,
			     .trust = cert_trust_parts(trust),
			     .deadline_mono_ms = gw_mono_ms() + how->deadline_ms};
	struct live_key key;
	live_key_of_cert(q->leaf, &key);
	if (why) {
		why[0] = '\0';
	}
	enum live_claim claim = live_claim(how->live, &key, g.deadline_mono_ms);
	if (claim != LIVE_MINE) {
		return claim == LIVE_DONE ? FETCH_NEW : FETCH_NOTHING;
	}
	learn_path(&g);
	bool lost = g.path.verdict == CERT_REFUSED_UNKNOWN_ISSUER;
	live_release(how->live, &key, g.failed && !g.fetched);
	cert_path_release(&g.path);
	sk_X509_pop_free(g.helpers, X509_free);
	ERR_clear_error();
	if (why) {
		snprintf(why, CERT_WHY, "%.*s", CERT_WHY - 1, g.why.msg);
	}
	return lost ? FETCH_NO_PATH : g.fetched ? FETCH_NEW : FETCH_NOTHING;
}
