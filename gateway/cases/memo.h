/* gateway/cases/memo.h - the outside world remembered: a step that writes runs twice, and the second time, inside the
 * transaction, gets the answers of the first. */
#ifndef GW_CASES_MEMO_H
#define GW_CASES_MEMO_H
#include "vash/outside.h"

enum { MEMO_MAX = 256 };

struct memo {				    /* the ctx of the port */
	const struct vash_outside *outside; /* asked while `recording` */
	bool recording;
	bool missed;		/* the second run asked what the first had not: the registry has changed between them */
	struct gw_arena *arena; /* of the answers: outlives both runs */
	size_t cert_count;
	struct {
		const char *pem;
		struct vash_cert_checked answer;
	} * cert;
	bool has_application, has_client;
	const char *token;     /* NULL: not asked yet */
	bool has_mdp, has_prs; /* one question a step */
	enum vash_yes_no mdp;
	struct vash_prs_entry prs;
	struct vash_application_checked application;
	struct vash_client client;
};

/* GW_E_NOMEM. */
GW_NODISCARD enum gw_code memo_init(struct memo *m, const struct vash_outside *outside, struct gw_arena *arena,
				    struct gw_err *err);
void memo_port(struct memo *m, struct vash_outside *port);
#endif
