#include "certs/judge.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdarg.h>

#include "certs/asn1.h"
#include "certs/evidence.h"
#include "certs/live.h"
#include "certs/path.h"
#include "certs/sources.h"
#include "certs/trust_list.h"

const char *cert_verdict_name(enum cert_verdict v) {
	static const char *const names[] = {
		[CERT_UNDECIDED] = "undecided",
		[CERT_ACCEPTED] = "accepted",
		[CERT_REFUSED_MALFORMED] = "malformed",
		[CERT_REFUSED_BOUNDS] = "bounds",
		[CERT_REFUSED_SELF_SIGNED] = "self_signed",
		[CERT_REFUSED_UNKNOWN_ISSUER] = "unknown_issuer",
		[CERT_REFUSED_EXPIRED] = "expired",
		[CERT_REFUSED_NOT_YET_VALID] = "not_yet_valid",
		[CERT_REFUSED_SIGNATURE] = "signature",
		[CERT_REFUSED_NOT_A_CA] = "not_a_ca",
		[CERT_REFUSED_PATH_LENGTH] = "path_length",
		[CERT_REFUSED_NAME_CONSTRAINTS] = "name_constraints",
		[CERT_REFUSED_POLICY] = "policy",
		[CERT_REFUSED_EXTENSION] = "extension",
		[CERT_REFUSED_CHAIN] = "chain",
		[CERT_REFUSED_WEAK] = "weak",
		[CERT_REFUSED_REVOKED] = "revoked",
		[CERT_REFUSED_KEY_USAGE] = "key_usage",
		[CERT_REFUSED_NOT_QUALIFIED] = "not_qualified",
		[CERT_REVOCATION_UNKNOWN] = "revocation_unknown",
	};
	return names[v];
}

const char *cert_result_name(enum cert_result r) {
	return r == CERT_STEP_OK	? "ok"
	       : r == CERT_STEP_FAILED	? "failed"
	       : r == CERT_STEP_UNKNOWN ? "unknown"
					: "skipped";
}

struct judging {
	const struct cert_trust_parts *trust;
	const struct cert_question *q;
	struct cert_judgement *out;
	struct cert_report *report;
	STACK_OF(X509) * helpers;
	struct cert_path path;
	bool fetchable[CERT_PATH_MAX];
	bool unknown; /* a status that must be known (hard rule) is not */
};

/* ---- steps ---- */

static void note(struct judging *j, const char *name, enum cert_result result, const char *fmt, ...) GW_PRINTF(4, 5);
static void note(struct judging *j, const char *name, enum cert_result result, const char *fmt, ...) {
	struct cert_report *r = j->report;
	if (!r || r->count == CERT_STEPS_MAX) {
		return;
	}
	struct cert_step *s = &r->step[r->count++];
	va_list ap;
	s->name = name;
	s->result = result;
	va_start(ap, fmt);
	vsnprintf(s->reason, sizeof(s->reason), fmt, ap);
	va_end(ap);
}

/* The first refusal is the verdict. */
static void refuse(struct judging *j, const char *step, enum cert_verdict verdict, const char *why) {
	note(j, step, CERT_STEP_FAILED, "%s", why);
	if (j->out->verdict == CERT_ACCEPTED) {
		j->out->verdict = verdict;
		snprintf(j->out->detail, sizeof(j->out->detail), "%s", why);
	}
}

static void check(struct judging *j, const char *step, bool good, enum cert_verdict otherwise, const char *why) {
	if (good) {
		note(j, step, CERT_STEP_OK, "%s", "");
	} else {
		refuse(j, step, otherwise, why);
	}
}

/* ---- bounds ---- */

static bool key_in_bounds(X509 *cert) {
	EVP_PKEY *key = X509_get0_pubkey(cert);
	if (!key) { /* it may take its parameters from the issuer's, or be of no use: the path will say */
		return ASN1_STRING_length(X509_get0_pubkey_bitstr(cert)) <= CERT_RSA_BITS_MAX / 8;
	}
	int bits = EVP_PKEY_get_bits(key), id = EVP_PKEY_get_base_id(key);
	bool large = id == EVP_PKEY_RSA || id == EVP_PKEY_RSA_PSS || id == EVP_PKEY_DSA;
	return bits <= (large ? CERT_RSA_BITS_MAX : CERT_EC_BITS_MAX);
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

/* ---- path ---- */

static void narrow(struct cert_judgement *out, int64_t from, int64_t until) {
	out->from_utc_s = from > out->from_utc_s ? from : out->from_utc_s;
	out->until_utc_s = until < out->until_utc_s ? until : out->until_utc_s;
}

static void judge_path(struct judging *j) {
	const struct cert_question *q = j->q;
	cert_path_find(j->trust->store, j->helpers, q->leaf, q->purpose, q->at_utc_s, &j->path);
	const struct cert_path *p = &j->path;
	if (p->verdict == CERT_UNDECIDED) {
		j->out->verdict = CERT_UNDECIDED;
		note(j, "path", CERT_STEP_UNKNOWN, "%s", p->why);
		return;
	}
	if (p->verdict != CERT_ACCEPTED) {
		refuse(j, "path", p->verdict, p->why);
		return;
	}
	note(j, "path", CERT_STEP_OK, "%d certificates", sk_X509_num(p->certs));
	for (int i = 0; i < sk_X509_num(p->certs); i++) {
		const X509 *cert = sk_X509_value(p->certs, i);
		narrow(j->out, cert_seconds(X509_get0_notBefore(cert)), cert_seconds(X509_get0_notAfter(cert)));
	}
	if (q->purpose != CERT_FOR_PATH) {
		check(j, "strength", cert_path_is_strong(p, q->at_utc_s), CERT_REFUSED_WEAK,
		      "a key or a signature of the path is too weak");
	}
}

/* ---- revocation ---- */

/* May an authority's status be asked at all? One for which neither it nor the rule names a CRL or a responder has none
 * to be missed. */
static bool has_a_source(const X509 *cert, const struct cert_issuer_rule *rule) {
	return rule->crl_url[0] || rule->ocsp_url[0] ||
	       X509_get_ext_by_NID(cert, NID_crl_distribution_points, -1) >= 0 ||
	       X509_get_ext_by_NID(cert, NID_info_access, -1) >= 0;
}

static void note_status(struct judging *j, const char *step, const struct cert_status *s) {
	bool good = s->revocation == CERT_REVOCATION_GOOD;
	char what[48] = "";
	if (s->source != CERT_SOURCE_NONE) {
		snprintf(what, sizeof(what), "%s", cert_source_name(s->source));
	}
	note(j, step, good ? CERT_STEP_OK : CERT_STEP_UNKNOWN, "%s%s%s", what, what[0] && s->why[0] ? ": " : "",
	     s->why);
}

/* "Good" holds as long as its evidence is in force and young enough. */
static void narrow_by(struct judging *j, const struct cert_status *s, const struct cert_issuer_rule *rule) {
	if (s->next_update_utc_s > 0) {
		narrow(j->out, 0, s->next_update_utc_s);
	}
	if (rule->age_max_s > 0) {
		narrow(j->out, 0, s->this_update_utc_s + rule->age_max_s);
	}
}

/* The status of the path's certificate `i`; the leaf's is 0. */
static void judge_status(struct judging *j, int i, const struct cert_status *s, const struct cert_issuer_rule *rule) {
	const char *step = i == 0 ? "revocation" : "revocation_ca";
	bool good = s->revocation == CERT_REVOCATION_GOOD;
	if (rule->rule == CERT_RULE_OFF) {
		note(j, step, CERT_STEP_SKIPPED, "%s", "not asked for");
		return;
	}
	if (s->revocation == CERT_REVOCATION_REVOKED) {
		refuse(j, step, CERT_REFUSED_REVOKED,
		       i == 0 ? "the certificate is revoked" : "the certificate of an authority is revoked");
		return;
	}
	if (good) {
		narrow_by(j, s, rule);
	}
	j->out->missing |= !good && j->fetchable[i];
	j->unknown |= rule->rule == CERT_RULE_HARD && !good &&
		      (i == 0 || s->source != CERT_SOURCE_NONE || has_a_source(sk_X509_value(j->path.certs, i), rule));
	note_status(j, step, s);
}

/* What is at hand for this path: the evidence that was loaded, and what was fetched above it. */
static void ask(struct judging *j, const struct cert_asked *asked, const struct cert_issuer_rule *const *rule,
		struct cert_status status[CERT_PATH_MAX]) {
	GW_AUTO(cert_evidence) struct cert_evidence *all = NULL;
	const struct cert_evidence *loaded = j->trust->evidence;
	bool live = j->trust->live && cert_evidence_above(loaded, &all, NULL) == GW_OK;
	for (int i = 0; live && i + 1 < sk_X509_num(asked->path) && i < CERT_PATH_MAX; i++) {
		struct cert_sources sources;
		cert_sources_read(sk_X509_value(asked->path, i), rule[i], &sources);
		cert_live_add(j->trust->live, sk_X509_value(asked->path, i), &sources, all);
		j->fetchable[i] = sources.ocsp.count + sources.crl.count > 0;
	}
	cert_evidence_ask(live ? all : loaded, asked, status);
}

static void judge_revocation(struct judging *j) {
	int n = sk_X509_num(j->path.certs);
	struct cert_status status[CERT_PATH_MAX];
	const struct cert_issuer_rule *rule[CERT_PATH_MAX] = {NULL};
	struct cert_asked asked = {
		.checker = j->trust->checker, .path = j->path.certs, .helpers = j->helpers, .at_utc_s = j->q->at_utc_s};
	if (j->trust->otherwise.rule == CERT_RULE_OFF) {
		note(j, "revocation", CERT_STEP_SKIPPED, "%s", "not asked for");
		return;
	}
	if (n == 1) {
		j->unknown = j->trust->otherwise.rule == CERT_RULE_HARD;
		note(j, "revocation", CERT_STEP_UNKNOWN, "%s", "the certificate is an anchor itself");
		return;
	}
	for (int i = 0; i + 1 < n && i < CERT_PATH_MAX; i++) {
		rule[i] = cert_trust_rule(j->trust, sk_X509_value(j->path.certs, i + 1));
		asked.age_max_s[i] = rule[i]->age_max_s;
	}
	ask(j, &asked, rule, status);
	j->out->status = status[0];
	for (int i = 0; i + 1 < n && i < CERT_PATH_MAX; i++) {
		judge_status(j, i, &status[i], rule[i]);
	}
}

/* ---- the leaf itself, whoever issued it ---- */

static void judge_for_call(struct judging *j) {
	const struct cert_facts *f = j->q->facts;
	if (!f->ku_digital_signature) {
		refuse(j, "key_usage", CERT_REFUSED_KEY_USAGE, "key usage without digitalSignature");
	} else if (f->eku_present && !f->eku_client_auth) {
		refuse(j, "key_usage", CERT_REFUSED_KEY_USAGE, "extended key usage without clientAuth");
	} else if (f->key == CERT_KEY_OTHER) {
		refuse(j, "key_usage", CERT_REFUSED_WEAK, "neither an RSA nor an EC key");
	} else {
		note(j, "key_usage", CERT_STEP_OK, "%s", "");
	}
}

static void judge_for_signing(struct judging *j) {
	uint32_t usage = X509_get_key_usage(j->q->leaf); /* all ones where the extension is absent */
	check(j, "key_usage", (usage & (KU_NON_REPUDIATION | KU_DIGITAL_SIGNATURE)) != 0, CERT_REFUSED_KEY_USAGE,
	      "key usage with neither nonRepudiation nor digitalSignature");
}

static void judge_for_stamping(struct judging *j) {
	check(j, "key_usage", X509_check_purpose(j->q->leaf, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1,
	      CERT_REFUSED_KEY_USAGE, "not for time stamping alone (critical extended key usage)");
}

/* Where a list decides, it does so about certificates whose issuer is proven. */
static struct cert_qualification qualification_of(const struct judging *j) {
	struct cert_qualification q = {.why = "no path to an issuer of the trusted list"};
	if (!j->trust->list) {
		cert_qualification_of(j->q->facts, NULL, NULL, &q);
	} else if (j->path.verdict == CERT_ACCEPTED) {
		trust_list_qualification(j->trust->list, j->path.certs, j->q->facts, j->q->at_utc_s, &q);
	}
	return q;
}

static void judge_qualification(struct judging *j) {
	const struct cert_qualification q = qualification_of(j);
	bool qualified = q.kind == CERT_KIND_ESIGN || q.kind == CERT_KIND_ESEAL || q.kind == CERT_KIND_WEB;
	if (j->report && j->path.verdict == CERT_ACCEPTED) {
		j->report->qualified = cert_kind_name(q.kind);
		j->report->qscd = q.qscd;
	}
	if (!j->trust->require_qualified) {
		note(j, "qualification", CERT_STEP_SKIPPED, "%s", "not asked for");
	} else if (j->q->purpose == CERT_FOR_SIGNING && qualified && q.kind != CERT_KIND_ESIGN) {
		refuse(j, "qualification", CERT_REFUSED_NOT_QUALIFIED, "not qualified for electronic signature");
	} else {
		check(j, "qualification", qualified, CERT_REFUSED_NOT_QUALIFIED, q.why);
	}
}

static void judge_leaf(struct judging *j) {
	switch (j->q->purpose) {
	case CERT_FOR_CALL:
		judge_for_call(j);
		judge_qualification(j);
		return;
	case CERT_FOR_SIGNING:
		judge_for_signing(j);
		judge_qualification(j);
		return;
	case CERT_FOR_STAMPING:
		judge_for_stamping(j);
		return;
	case CERT_FOR_PATH:
	default:
		return;
	}
}

/* ---- all of it ---- */

void cert_judge(const struct cert_trust *t, const struct cert_question *question, struct cert_judgement *out,
		struct cert_report *report) {
	struct judging j = {.trust = cert_trust_parts(t), .q = question, .out = out, .report = report};
	*out = (struct cert_judgement){.verdict = CERT_ACCEPTED, .until_utc_s = INT64_MAX};
	if (report) {
		*report = (struct cert_report){.qualified = "unknown"};
	}
	if (!in_bounds(question->leaf, question->chain)) {
		refuse(&j, "bounds", CERT_REFUSED_BOUNDS, "chain or key larger than the bounds");
		return;
	}
	j.helpers = cert_helpers(j.trust, question->leaf, question->chain);
	if (!j.helpers) {
		out->verdict = CERT_UNDECIDED;
		return;
	}
	judge_path(&j);
	if (j.path.verdict == CERT_ACCEPTED) {
		judge_revocation(&j);
	}
	judge_leaf(&j);
	if (out->verdict == CERT_ACCEPTED && j.unknown) {
		out->verdict = CERT_REVOCATION_UNKNOWN;
		snprintf(out->detail, sizeof(out->detail), "whether it is revoked is not known");
	}
	cert_path_release(&j.path);
	sk_X509_pop_free(j.helpers, X509_free);
	ERR_clear_error();
}
