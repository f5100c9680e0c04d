/* certs/judge.h - the judgement of one certificate, step by step: path, strength, revocation, purpose, qualification.
 *
 * Judging never waits and never fetches: it knows the anchors, intermediates and evidence of a `struct cert_trust` and
 * what the peer sent. The call path, registration, PreveriPravice and `cert check` all come through here. Any thread.
 */
#ifndef GW_CERTS_JUDGE_H
#define GW_CERTS_JUDGE_H
#include "certs/facts.h"
#include "certs/revocation.h"
#include "certs/trust.h"
#include "certs/verdict.h"

struct cert_question {
	struct x509_st *leaf;
	const struct cert_facts *facts; /* the leaf's */
	struct stack_st_X509 *chain;	/* what the peer sent beside it; may be NULL */
	enum cert_purpose purpose;
	int64_t at_utc_s;
};

struct cert_judgement {
	enum cert_verdict verdict;
	struct cert_status status;	 /* of the leaf */
	bool missing;			 /* a status was not known, and a fetch could tell (certs/live.h) */
	int64_t from_utc_s, until_utc_s; /* the verdict holds in this span: validity of the whole path, nextUpdate of
					     the evidence */
	char detail[128];		 /* for people; no personal data */
};

enum cert_result { CERT_STEP_SKIPPED = 0, CERT_STEP_OK, CERT_STEP_FAILED, CERT_STEP_UNKNOWN };
const char *cert_result_name(enum cert_result r); /* "skipped", "ok", "failed", "unknown" */

enum { CERT_STEPS_MAX = 20, CERT_STEP_REASON = 256 };
struct cert_step {
	const char *name; /* static */
	enum cert_result result;
	char reason[CERT_STEP_REASON];
};

/* What `cert check` shows of it. The first step that failed gave the verdict; those behind it are judged all the same
 * where they can be. */
struct cert_report {
	struct cert_step step[CERT_STEPS_MAX];
	size_t count;
	const char *qualified; /* "esign", "eseal", "web", "none"; "unknown": it was not asked, or is not proven */
	bool qscd;	       /* its key lies in a qualified device, where `qualified` says a kind */
};

/* `report` may be NULL. */
void cert_judge(const struct cert_trust *t, const struct cert_question *question, struct cert_judgement *out,
		struct cert_report *report);
#endif
