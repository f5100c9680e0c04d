/* vash/record.h - subjects and records of eCEU as the procedures see them, and the registry's port.
 *
 * Plain structs; texts live in the arena of the turn, "" = empty. */
#ifndef GW_VASH_RECORD_H
#define GW_VASH_RECORD_H
#include "base/arena.h"
#include "vash/caller.h"
#include "vash/codelists.h"

struct vash_subject {
	int64_t id;   /* <1>; 0 = none */
	int position; /* <2> */
	const char *emso, *maticna, *davcna, *name, *email;
	int legal_form, prs_status; /* <7a>, <7b> */
	bool blocked;
};

enum { VASH_ADDRESS_TEXT_MAX = 200 }; /* bytes of one text */
struct vash_address {		      /* [8], [9]; country is ISO 3166-1 alpha-3 (D25), "" = there is no address */
	const char *recipient, *street, *house_number, *settlement, *municipality, *postcode, *post, *country;
};

struct vash_web_service { /* [19a] */
	const char *pem;
	bool has_client;
	const char *client_name, *redirect_uris, *client_id, *client_secret_hash;
	const char *issuer, *serial, *subject, *digest;
	const char *tax_number; /* in the certificate: its organisation's, else its person's; "" = none, or not read:
				   VASH_BY_GROUP */
	int64_t not_after_utc_s;
	bool possession_proven;
	const char *possession_token; /* of the path that proves it; "" = none */
	const char *old_digest;
	int64_t old_until_utc_s;
};

struct vash_record {
	struct vash_membership m; /* [19] */
	struct vash_subject subject;
	struct vash_subject principal; /* authorised person: whose */
	int64_t principal_record;      /* <19.0> of the independent user's record */
	int64_t submitted_utc_s;       /* by the user last: the record (vs207), or a certificate of it (vs208) */
	int64_t end_utc_s;
	const char *end_reason, *end_actor; /* a code; ID eCEU, or an operator's name */
	const char *end_name;		    /* of the subject who ended it; "" = it was an operator */
	bool has_service;
	struct vash_web_service service;
	int64_t application_id;			/* 0 = none */
	const char *application_report;		/* JSON */
	struct vash_text application_judgement; /* its sentence for people */
	const char *decision_reason;		/* what the administrator wrote to his last decision; "" = nothing */
};

struct vash_records {
	size_t count;
	const struct vash_record *row;
};

/* Which records: always in the order of their <19.0>. */
enum vash_records_by {
	VASH_BY_SUBJECT = 1,   /* key: ID eCEU */
	VASH_BY_RECORD,	       /* key: <19.0> */
	VASH_BY_PRINCIPAL,     /* authorised persons linked to the record <19.0> */
	VASH_BY_GROUP,	       /* independent users' records of the group (p006); key: <19.1> */
	VASH_BY_ADMINISTERED,  /* administrators' own active records; key: <19.6> */
	VASH_BY_EXPIRY,	       /* records whose certificate expires until then; key: time in seconds */
	VASH_BY_WAITING,       /* independent users' records of schemes 1 and 5 that wait; key: 0 */
	VASH_BY_ADMINISTRATORS /* all of them, the chief administrator's too; key: 0 */
};
struct vash_query {
	enum vash_records_by by;
	int64_t key;
	enum vash_status status; /* of those alone; VASH_STATUS_NONE: all */
};

enum vash_subjects_by { VASH_BY_DAVCNA = 1, VASH_BY_MATICNA };

struct vash_call { /* one call or refusal in the audit trail (docs/AUDIT.md); texts as they stand there */
	int64_t index;
	int64_t membership; /* the record <19.0> under which it was forwarded; 0 = none */
	const char *time, *kind, *service, *request, *code, *status, *result, *receipt, *cert;
};
enum { VASH_CALLS_MAX = 50 };
struct vash_calls {
	size_t count;
	struct vash_call row[VASH_CALLS_MAX];
	int64_t next; /* older ones lie below this index; 0 = none */
};

/* The registry as a port. Each answer lives in the arena; the error is that of a registry that cannot be read. */
struct vash_registry {
	void *ctx;
	enum gw_code (*records)(void *ctx, const struct vash_query *query, struct gw_arena *arena,
				struct vash_records *out, struct gw_err *err);
	enum gw_code (*subject)(void *ctx, int64_t eceu_id, struct gw_arena *arena, struct vash_subject *out,
				struct gw_err *err);
	enum gw_code (*subjects)(void *ctx, enum vash_subjects_by by, const char *number, struct gw_arena *arena,
				 const struct vash_subject **out, size_t *count, struct gw_err *err);
	/* FZ-VS10: the user to whom the certificate is bound (approved, or pending with its key proven); 0 = nobody */
	enum gw_code (*certificate_owner)(void *ctx, const char *digest, const char *issuer, const char *serial,
					  int64_t except_eceu_id, int64_t *owner, struct gw_err *err);
	/* has an operator blocked the certificate? */
	enum gw_code (*certificate_blocked)(void *ctx, const char *digest, bool *blocked, struct gw_err *err);
	/* The user's calls below index `before` (0: the newest). */
	enum gw_code (*calls)(void *ctx, int64_t eceu_id, uint64_t before, struct gw_arena *arena,
			      struct vash_calls *out, struct gw_err *err);
};
#endif
