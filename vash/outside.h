/* vash/outside.h - what a procedure asks of the world outside the registry: certificates, applications, other
 * registers, chance. Ports: the layer above answers, on a thread that may wait.
 *
 * A step that writes runs twice, the second time inside the transaction: there the same questions get the answers of
 * the first run (gateway/cases/memo.h). */
#ifndef GW_VASH_OUTSIDE_H
#define GW_VASH_OUTSIDE_H
#include "base/arena.h"
#include "certs/facts.h"
#include "vash/record.h"

/* vs207-03 in its order; zero is refusal. */
enum vash_cert_answer {
	VASH_CERT_UNDECIDED = 0, /* validity cannot be decided now */
	VASH_CERT_OK,
	VASH_CERT_PRIVATE_KEY, /* the text holds a private key */
	VASH_CERT_UNREADABLE,  /* no PEM, several certificates, no X.509 */
	VASH_CERT_ISSUER,      /* (a) not of an allowed issuer */
	VASH_CERT_NO_PATH,     /* (c) if its issuer's name is that of an allowed provider (FZ-VS9), else (a) */
	VASH_CERT_INVALID      /* (c) */
};
struct vash_cert_step { /* of the judgement, in the words of `cert check` (vashgate(1)) */
	const char *name, *result, *reason;
};
struct vash_cert_checked {
	enum vash_cert_answer answer;
	bool readable;		   /* facts and pem are filled */
	bool revocation_unchecked; /* no source says anything of it */
	struct cert_facts facts;
	const char *pem;	 /* canonical */
	struct vash_text detail; /* why; static */
	const struct vash_cert_step *step;
	size_t step_count;
};

/* vs207-05: the two questions of the FZ, and the report. */
enum vash_application_answer {
	VASH_APPLICATION_UNDECIDED = 0, /* the administrator decides */
	VASH_APPLICATION_PASSED,
	VASH_APPLICATION_NOT_PDF,
	VASH_APPLICATION_NOT_SIGNED
};
struct vash_application_checked {
	enum vash_application_answer answer;
	char sha256[65];
	const char *report; /* JSON */
};

struct vash_client { /* made by the system (DECISIONS "Client") */
	const char *id, *secret, *secret_hash;
};

enum vash_yes_no { VASH_UNKNOWN = 0, VASH_YES, VASH_NO };

struct vash_prs_entry {		/* a subject of PRS */
	enum vash_yes_no found; /* it is there and active (2.12) */
	const char *maticna, *davcna, *firm;
	int legal_form;
	struct vash_address address; /* [9]; no text of it is NULL */
};

/* Other registers. GW_E_UPSTREAM: it is not configured, cannot be reached, or says nothing that can be used; to a
 * procedure (gateway/cases/memo.h) that is the answer VASH_UNKNOWN. */
struct vash_registers {
	void *ctx;
	/* MDP: is the certificate linked to this tax number (vs101-01a.4)? */
	enum gw_code (*mdp)(void *ctx, const char *serial, const char *issuer, const char *davcna,
			    enum vash_yes_no *out, struct gw_err *err);
	/* PRS by registration number (vs231-02) */
	enum gw_code (*prs)(void *ctx, const char *maticna, struct gw_arena *arena, struct vash_prs_entry *out,
			    struct gw_err *err);
};

struct vash_outside {
	void *ctx;
	enum gw_code (*certificate)(void *ctx, const char *pem, struct gw_arena *arena, struct vash_cert_checked *out,
				    struct gw_err *err);
	enum gw_code (*application)(void *ctx, struct gw_span file, struct gw_arena *arena,
				    struct vash_application_checked *out, struct gw_err *err);
	/* A new token of a path that nobody can guess; its characters are those of a path. */
	enum gw_code (*token)(void *ctx, struct gw_arena *arena, const char **out, struct gw_err *err);
	enum gw_code (*client)(void *ctx, struct gw_arena *arena, struct vash_client *out, struct gw_err *err);
	struct vash_registers registers;
};
#endif
