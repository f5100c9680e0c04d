#include "certs/evidence.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "certs/crl.h"
#include "certs/ocsp.h"

struct response {
	uint8_t *der;
	size_t bytes;
};

struct cert_evidence {
	const struct cert_evidence *below; /* NULL = none; its CRLs are among ours */
	STACK_OF(X509_CRL) * crls;
	struct response *ocsp;
	size_t ocsp_count;
	char damage[CERT_WHY]; /* "" = none */
};

const char *cert_revocation_name(enum cert_revocation r) {
	return r == CERT_REVOCATION_GOOD ? "good" : r == CERT_REVOCATION_REVOKED ? "revoked" : "unchecked";
}

const char *cert_source_name(enum cert_source s) {
	return s == CERT_SOURCE_OCSP ? "ocsp" : s == CERT_SOURCE_CRL ? "crl" : "none";
}

enum gw_code cert_evidence_new(struct cert_evidence **out, struct gw_err *err) {
	GW_AUTO(cert_evidence) struct cert_evidence *e = calloc(1, sizeof(*e));
	if (!e || !(e->crls = sk_X509_CRL_new_null())) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	*out = gw_take(&e);
	return GW_OK;
}

enum gw_code cert_evidence_above(const struct cert_evidence *below, struct cert_evidence **out, struct gw_err *err) {
	GW_AUTO(cert_evidence) struct cert_evidence *e = NULL;
	enum gw_code rc = cert_evidence_new(&e, err);
	if (!e) {
		return rc;
	}
	e->below = below;
	for (int i = 0; i < sk_X509_CRL_num(below->crls); i++) {
		if (!cert_evidence_share_crl(e, sk_X509_CRL_value(below->crls, i))) {
			return gw_fail(err, GW_E_NOMEM, "out of memory");
		}
	}
	*out = gw_take(&e);
	return GW_OK;
}

bool cert_evidence_share_crl(struct cert_evidence *e, X509_CRL *crl) {
	bool room = sk_X509_CRL_num(e->crls) < 2 * CERT_CRLS_MAX && X509_CRL_up_ref(crl) == 1;
	bool shared = room && sk_X509_CRL_push(e->crls, crl) > 0;
	if (room && !shared) {
		X509_CRL_free(crl);
	}
	return shared;
}

void cert_evidence_free(struct cert_evidence *e) {
	if (e) {
		sk_X509_CRL_pop_free(e->crls, X509_CRL_free);
		for (size_t i = 0; i < e->ocsp_count; i++) {
			free(e->ocsp[i].der);
		}
		free(e->ocsp);
		free(e);
	}
}

enum gw_code cert_evidence_add_crl(struct cert_evidence *e, struct gw_span bytes, const char *what,
				   struct gw_err *err) {
	X509_CRL *crl = cert_crl_read(bytes);
	if (!crl) {
		return gw_fail(err, GW_E_INPUT, "'%s' holds no readable CRL", what);
	}
	if (sk_X509_CRL_num(e->crls) >= CERT_CRLS_MAX || !sk_X509_CRL_push(e->crls, crl)) {
		X509_CRL_free(crl);
		return gw_fail(err, GW_E_INPUT, "more than %d CRLs", CERT_CRLS_MAX);
	}
	return GW_OK;
}

/* Base64 with line ends becomes DER; false: it is no base64. */
static bool decode(struct gw_span text, struct response *out) {
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	int n = 0, rest = 0;
	out->der = malloc(text.n + 1);
	bool ok = ctx && out->der;
	if (ok) {
		EVP_DecodeInit(ctx);
		ok = EVP_DecodeUpdate(ctx, out->der, &n, (const unsigned char *)text.p, (int)text.n) >= 0 &&
		     EVP_DecodeFinal(ctx, out->der + n, &rest) == 1;
	}
	out->bytes = ok ? (size_t)(n + rest) : 0;
	EVP_ENCODE_CTX_free(ctx);
	return ok;
}

enum gw_code cert_evidence_add_ocsp(struct cert_evidence *e, struct gw_span bytes, const char *what,
				    struct gw_err *err) {
	struct response r = {0};
	if (bytes.n == 0 || bytes.n > CERT_OCSP_TEXT_MAX || e->ocsp_count == CERT_OCSP_MAX) {
		return gw_fail(err, GW_E_INPUT, "'%s' is empty, too large or one too many", what);
	}
	struct response *more = realloc(e->ocsp, (e->ocsp_count + 1) * sizeof(*more));
	if (!more) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	e->ocsp = more;
	bool der = bytes.p[0] == 0x30; /* a SEQUENCE; the base64 of one begins with "M" */
	if (der && (r.der = malloc(bytes.n))) {
		memcpy(r.der, bytes.p, bytes.n);
		r.bytes = bytes.n;
	} else if (der || !decode(bytes, &r)) {
		free(r.der);
		return gw_fail(err, GW_E_INPUT, "'%s' is neither DER nor base64", what);
	}
	e->ocsp[e->ocsp_count++] = r;
	return GW_OK;
}

void cert_evidence_note_damage(struct cert_evidence *e, const struct gw_err *err) {
	snprintf(e->damage, sizeof(e->damage), "%.*s", CERT_WHY - 1, err->msg);
}

/* ---- asking ---- */

struct question {
	const struct cert_evidence *evidence;
	const struct cert_asked *asked;
};

static bool is_revoked(void *ctx, X509 *responder) {
	const struct question *q = ctx;
	struct cert_status s[CERT_PATH_MAX];
	cert_crl_statuses(q->asked->checker, q->evidence->crls, q->asked->helpers, responder, q->asked->at_utc_s, s);
	return s[0].revocation == CERT_REVOCATION_REVOKED;
}

/* What says more: revoked, good, evidence that failed, evidence about something else. */
static int weight(const struct cert_status *s) {
	return s->revocation == CERT_REVOCATION_REVOKED ? 3
	       : s->revocation == CERT_REVOCATION_GOOD	? 2
	       : s->source != CERT_SOURCE_NONE		? 1
							: 0;
}

static void keep_heavier(const struct question *q, int i, struct cert_status *best, struct cert_status *next) {
	uint32_t age_max_s = q->asked->age_max_s[i];
	if (next->revocation == CERT_REVOCATION_GOOD && age_max_s &&
	    next->this_update_utc_s + age_max_s < q->asked->at_utc_s) {
		next->revocation = CERT_REVOCATION_UNCHECKED;
		snprintf(next->why, sizeof(next->why), "older than the configured age");
	}
	int had = weight(best), has = weight(next);
	if (has > had || (has == 0 && had == 0)) {
		*best = *next;
	}
}

static void ask_responses(struct question *q, int i, struct cert_status *out) {
	const struct cert_ocsp_guard guard = {q, is_revoked};
	X509 *cert = sk_X509_value(q->asked->path, i), *issuer = sk_X509_value(q->asked->path, i + 1);
	*out = (struct cert_status){.why = "there is neither a CRL nor an OCSP response"};
	for (const struct cert_evidence *e = q->evidence; e; e = e->below) {
		for (size_t k = 0; k < e->ocsp_count; k++) {
			const struct gw_span der = {(const char *)e->ocsp[k].der, e->ocsp[k].bytes};
			struct cert_status one = {0};
			cert_ocsp_status(der, cert, issuer, &guard, q->asked->at_utc_s, &one);
			keep_heavier(q, i, out, &one);
		}
	}
}

static const char *damage_of(const struct cert_evidence *e) {
	while (e->below && !e->damage[0]) {
		e = e->below;
	}
	return e->damage;
}

/* The path that was found is walked again: its own certificates come before others of the same names. Borrowed; NULL:
 * no memory. */
static STACK_OF(X509) * path_first(const struct cert_asked *asked) {
	STACK_OF(X509) *all = sk_X509_dup(asked->path);
	bool ok = all != NULL;
	for (int i = 0; ok && i < sk_X509_num(asked->helpers); i++) {
		ok = sk_X509_push(all, sk_X509_value(asked->helpers, i)) > 0;
	}
	if (!ok) {
		sk_X509_free(all);
		return NULL;
	}
	return all;
}

void cert_evidence_ask(const struct cert_evidence *e, const struct cert_asked *asked,
		       struct cert_status out[CERT_PATH_MAX]) {
	struct question q = {e, asked};
	struct cert_status listed[CERT_PATH_MAX];
	STACK_OF(X509) *helpers = sk_X509_CRL_num(e->crls) > 0 ? path_first(asked) : NULL;
	bool lists = helpers != NULL;
	if (lists) {
		cert_crl_statuses(asked->checker, e->crls, helpers, sk_X509_value(asked->path, 0), asked->at_utc_s,
				  listed);
	}
	sk_X509_free(helpers);
	for (int i = 0; i + 1 < sk_X509_num(asked->path) && i < CERT_PATH_MAX; i++) {
		ask_responses(&q, i, &out[i]);
		if (lists) {
			keep_heavier(&q, i, &out[i], &listed[i]);
		}
		if (weight(&out[i]) == 0 && damage_of(e)[0]) {
			memcpy(out[i].why, damage_of(e), sizeof(out[i].why));
		}
	}
}
