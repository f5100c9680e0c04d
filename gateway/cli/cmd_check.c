/* cert check: the judgement of a call, a signature or a time stamp, offline and step by step. The JSON is stable: its
 * members are vashgate(1)'s, and a change of one that exists changes CHECK_VERSION. */
#include <openssl/x509.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "certs/evidence.h"
#include "certs/judge.h"
#include "certs/load.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/view.h"

enum { CHECK_VERSION = 1 };

struct check {
	struct cert_trust *trust;
	X509 *leaf;
	STACK_OF(X509) * certs; /* what stands behind it in the file, as a peer would send it */
	struct cert_facts facts;
	struct cert_question question;
	struct cert_judgement judgement;
	struct cert_report report;
};

static void release(struct check *k) {
	cert_trust_free(k->trust);
	X509_free(k->leaf);
	sk_X509_pop_free(k->certs, X509_free);
}

/* ---- what is asked ---- */

static bool read_purpose(const char *word, enum cert_purpose *out) {
	static const char *const words[] = {[CERT_FOR_CALL] = "call",
					    [CERT_FOR_SIGNING] = "sign",
					    [CERT_FOR_STAMPING] = "tsa",
					    [CERT_FOR_PATH] = "path"};
	for (size_t i = 0; i < GW_COUNT(words); i++) {
		if (strcmp(words[i], word) == 0) {
			*out = (enum cert_purpose)i;
			return true;
		}
	}
	return false;
}

static bool read_time(const char *text, int64_t *utc_s) {
	int64_t utc_ms = gw_now_utc_ms();
	bool ok = !text || gw_time_parse(text, &utc_ms);
	*utc_s = utc_ms / 1000;
	return ok;
}

/* Without --anchors: as the first listener of services would judge. */
static enum gw_code configured_trust(const struct cli *c, struct config *config, struct cert_trust_list *list,
				     struct cert_trust_config *out, struct gw_err *err) {
	size_t i = 0;
	enum gw_code rc = config_load(c->config_path, config, err);
	rc = rc == GW_OK ? config_services_listener(config, &i, err) : rc;
	return rc == GW_OK ? view_trust_config(config, i, list, out, err) : rc;
}

static enum gw_code load_ocsp(struct cli *c, struct cert_trust *trust, struct gw_err *err) {
	const char *path;
	while ((path = cli_option(c, "--ocsp"))) {
		struct gw_err damage = {0};
		GW_AUTO(buf) struct gw_buf bytes;
		gw_buf_init(&bytes, CERT_OCSP_TEXT_MAX);
		enum gw_code rc = gw_file_read(path, &bytes, &damage);
		rc = rc == GW_OK
			     ? cert_evidence_add_ocsp(cert_trust_evidence(trust), gw_buf_span(&bytes), path, &damage)
			     : rc;
		if (rc == GW_E_INPUT) {
			cert_evidence_note_damage(cert_trust_evidence(trust), &damage);
		} else if (rc != GW_OK) {
			return gw_fail(err, rc, "%s", damage.msg);
		}
	}
	return GW_OK;
}

static enum gw_code load_trust(struct cli *c, struct check *k, struct gw_err *err) {
	struct config config = {0};
	struct cert_trust_list list = {0};
	const char *anchors = cli_option(c, "--anchors"), *intermediates = cli_option(c, "--intermediates"),
		   *crls = cli_option(c, "--crls"), *rule = cli_option(c, "--revocation");
	struct cert_trust_config from = {.anchors_dir = anchors,
					 .intermediates_dir = intermediates ? intermediates : "",
					 .crl_dir = crls ? crls : "",
					 .require_qualified = true};
	enum gw_code rc = GW_OK;
	if (!anchors && (intermediates || crls)) {
		return gw_fail(err, GW_E_CONFIG, "--intermediates and --crls go with --anchors");
	}
	rc = anchors ? GW_OK : configured_trust(c, &config, &list, &from, err);
	list.at_utc_s = k->question.at_utc_s;
	from.skip_damaged_crls = true;
	if (rc == GW_OK && rule && !cert_revocation_rule_of(rule, &from.revocation)) {
		rc = gw_fail(err, GW_E_CONFIG, "--revocation is hard, soft or off");
	}
	rc = rc == GW_OK ? cert_trust_load(&from, &k->trust, err) : rc;
	trust_list_release(&list);
	return rc == GW_OK ? load_ocsp(c, k->trust, err) : rc;
}

/* GW_E_INPUT: the file is no certificate, or one that cannot be read. */
static enum gw_code load_leaf(const char *path, struct check *k, struct gw_err *err) {
	enum gw_code rc = (k->certs = sk_X509_new_null()) ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
	rc = rc == GW_OK ? cert_load_pile(path, k->certs, err) : rc;
	if (rc == GW_OK && sk_X509_num(k->certs) == 0) {
		rc = gw_fail(err, GW_E_INPUT, "'%s' holds no certificate", path);
	}
	if (rc != GW_OK) {
		return rc;
	}
	k->leaf = sk_X509_shift(k->certs);
	k->question.leaf = k->leaf;
	k->question.facts = &k->facts;
	k->question.chain = k->certs;
	return cert_facts_read(k->question.leaf, &k->facts, err);
}

/* ---- the answer ---- */

static const char *verdict_word(enum cert_verdict v) {
	return v == CERT_ACCEPTED				     ? "accepted"
	       : v == CERT_UNDECIDED || v == CERT_REVOCATION_UNKNOWN ? "undecidable"
								     : "refused";
}

static json_t *time_or_null(int64_t utc_s) {
	char text[GW_TIME_TEXT];
	gw_time_text(utc_s * 1000, text);
	return utc_s ? json_string(text) : json_null();
}

static json_t *status_json(const struct cert_status *s) {
	char digest[2 * CERT_SOURCE_DIGEST + 1] = "";
	gw_hex(s->digest, CERT_SOURCE_DIGEST, digest);
	bool any = s->source != CERT_SOURCE_NONE;
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "status", cert_revocation_name(s->revocation), "source",
			 cert_source_name(s->source), "this_update", time_or_null(s->this_update_utc_s), "next_update",
			 time_or_null(s->next_update_utc_s), "revoked_at", time_or_null(s->revoked_at_utc_s),
			 "digest_sha256", any ? json_string(digest) : json_null());
}

static json_t *steps_json(const struct cert_report *r) {
	json_t *list = json_array();
	for (size_t i = 0; i < r->count; i++) {
		const struct cert_step *s = &r->step[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", s->name, "result",
						      cert_result_name(s->result), "reason", s->reason));
	}
	return list;
}

static int answer(const struct cli *c, const struct check *k) {
	const struct cert_report *r = &k->report;
	const char *verdict = verdict_word(k->judgement.verdict), *code = cert_verdict_name(k->judgement.verdict);
	if (c->json) {
		bool known = strcmp(r->qualified, "unknown") != 0;
		GW_AUTO(json)
		json_t *j =
			json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "v", CHECK_VERSION, "verdict", verdict,
				  "code", code, "qualified", r->qualified, "qscd",
				  known ? json_boolean(r->qscd) : json_null(), "at", time_or_null(k->question.at_utc_s),
				  "revocation", status_json(&k->judgement.status), "steps", steps_json(r));
		cli_print_json(j);
	} else {
		for (size_t i = 0; i < r->count; i++) {
			printf("%-8s %-15s %s\n", cert_result_name(r->step[i].result), r->step[i].name,
			       r->step[i].reason);
		}
		printf("%s: %s\n", verdict, code);
	}
	return k->judgement.verdict == CERT_ACCEPTED ? EXIT_YES : EXIT_NO;
}

/* The one step of what could not even be read. */
static void refuse_unreadable(struct check *k, const struct gw_err *err) {
	struct cert_step *s = &k->report.step[0];
	k->judgement.verdict = CERT_REFUSED_MALFORMED;
	k->report.qualified = "unknown";
	k->report.count = 1;
	s->name = "certificate";
	s->result = CERT_STEP_FAILED;
	snprintf(s->reason, sizeof(s->reason), "%.*s", CERT_STEP_REASON - 1, err->msg);
}

static int run(struct cli *c, struct check *k, struct gw_err *err) {
	const char *purpose = cli_option(c, "--purpose"), *at = cli_option(c, "--at");
	if (!read_purpose(purpose ? purpose : "call", &k->question.purpose) || !read_time(at, &k->question.at_utc_s)) {
		return cli_usage();
	}
	if (load_trust(c, k, err) != GW_OK) {
		return cli_failed(c, err, EXIT_TROUBLE);
	}
	if (!cli_done(c, 1)) {
		return cli_usage();
	}
	enum gw_code rc = load_leaf(c->argv[0], k, err);
	if (rc == GW_OK) {
		cert_judge(k->trust, &k->question, &k->judgement, &k->report);
	} else if (rc == GW_E_INPUT) {
		refuse_unreadable(k, err);
	} else {
		return cli_failed(c, err, EXIT_TROUBLE);
	}
	return answer(c, k);
}

int cmd_cert_check(struct cli *c) {
	struct check k = {0};
	struct gw_err err = {0};
	int status = run(c, &k, &err);
	release(&k);
	return status;
}
