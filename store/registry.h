/* store/registry.h - subjects and memberships: look-ups for calls, and the changes that an operator makes.
 * Look-ups run on a reader (one a thread), changes on the writer. */
#ifndef GW_STORE_REGISTRY_H
#define GW_STORE_REGISTRY_H
#include "store/store.h"
#include "vash/caller.h"
#include "vash/codelists.h"

/* ---- reading ---- */
struct registry_reader;
GW_NODISCARD enum gw_code registry_reader_open(const char *path, struct registry_reader **out, struct gw_err *err);
void registry_reader_close(struct registry_reader *r);
GW_DEFINE_AUTO(registry_reader, struct registry_reader *, registry_reader_close)

/* Who stands behind the certificate (CERT_DIGEST as 64 hex digits)? An unknown one is a result: registered = false. */
GW_NODISCARD enum gw_code registry_find_caller(struct registry_reader *r, const char *cert_digest, int64_t now_utc_s,
					       struct vash_caller *out, struct gw_err *err);

/* One row a web-service record for `user list` / `user show`. The texts are borrowed during the call. */
struct registry_row {
	int64_t eceu_id, membership_id;
	int position, scheme, user_group, member_kind, status, link_status, prs_status;
	bool subject_blocked, cert_blocked;
	const char *name, *davcna, *maticna, *emso, *email, *cert_digest, *issuer, *serial, *subject, *end_reason;
	const char *end_actor; /* who ended it: name of a subject, or an operator's */
	int64_t not_after_utc_s, end_utc_s;
};
typedef enum gw_code (*registry_row_fn)(void *ctx, const struct registry_row *row, struct gw_err *err);
/* Subjects from <= ID eCEU < to, in one snapshot: keep the stretch short. registry_end: behind the last one. */
GW_NODISCARD enum gw_code registry_list(struct registry_reader *r, int64_t from, int64_t to, registry_row_fn each,
					void *ctx, struct gw_err *err);
GW_NODISCARD enum gw_code registry_end(struct registry_reader *r, int64_t *out, struct gw_err *err);

/* Whom a block of a subject reaches: its records and those of its authorised persons, each with its call certificates.
 */
struct registry_reached {
	int64_t membership_id;
	const char *cert_digest, *old_cert_digest; /* 64 hex digits; "" = none; borrowed during the call */
};
typedef enum gw_code (*registry_reached_fn)(void *ctx, const struct registry_reached *r, struct gw_err *err);
GW_NODISCARD enum gw_code registry_reach(struct registry_reader *r, int64_t eceu_id, registry_reached_fn each,
					 void *ctx, struct gw_err *err);

/* The certificates of live records behind `after` (<19.0>), in order, a hundred at most: begin with 0. */
typedef enum gw_code (*registry_certificate_fn)(void *ctx, int64_t membership_id, const char *pem, struct gw_err *err);
GW_NODISCARD enum gw_code registry_certificates(struct registry_reader *r, int64_t after, registry_certificate_fn each,
						void *ctx, struct gw_err *err);

/* ---- changing ---- */
struct registry_cert { /* [19a] */
	char digest[65];
	const char *pem, *issuer, *serial, *subject;
	int64_t not_after_utc_s;
	bool client;
	const char *client_name, *redirect_uris;
};

struct registry_entry { /* one line of an import, or one `user add` */
	int position;
	const char *emso, *maticna, *davcna, *name, *email, *sipass_id, *seat_country;
	int legal_form, prs_status;		     /* 0 = not given */
	int scheme, user_group, member_kind, status; /* status: of the record, or of the link of an authorised person */
	const char *principal_maticna;		     /* authorised person: whose */
	int administered_group;
	const struct registry_cert *cert; /* NULL = none */
	const struct vash_codelists
		*lists; /* of rules and names (vash/entry.h); NULL = no rule is asked, nobody is told */
	bool unchecked; /* no rule is asked */
};

/* Find the subject by its key (DECISIONS "Never a second subject") or create it, refresh its data, add the membership.
 * Numbers are checked; GW_E_INPUT names the rule that is broken, by its code. GW_E_CONFLICT: FZ-VS6.2 or FZ-VS10
 * forbids it. An active administrator (group 90) gets mail, if his address is known. *eceu_id and *membership_id may be
 * NULL. */
GW_NODISCARD enum gw_code registry_add(struct store *s, const struct store_context *who,
				       const struct registry_entry *entry, int64_t *eceu_id, int64_t *membership_id,
				       struct gw_err *err);

/* Every entry or none: one transaction for up to 200 entries. `*failed` is the index of the one that was refused. */
GW_NODISCARD enum gw_code registry_add_many(struct store *s, const struct store_context *who,
					    const struct registry_entry *entries, size_t count, size_t *failed,
					    struct gw_err *err);

/* The administrators (group 90) among the entries whose group has no live one: all of them or none. `*added` is how
 * many were entered. */
GW_NODISCARD enum gw_code registry_seed(struct store *s, const struct store_context *who,
					const struct registry_entry *entries, size_t count, size_t *added,
					struct gw_err *err);

GW_NODISCARD enum gw_code registry_block_cert(struct store *s, const struct store_context *who, const char *cert_digest,
					      bool block, const char *reason, struct gw_err *err);

/* In an open transaction (gateway/cases/status.h), with what follows from them. */
GW_NODISCARD enum gw_code registry_block_subject(struct sqlite3 *db, int64_t eceu_id, bool block, struct gw_err *err);
GW_NODISCARD enum gw_code registry_set_prs_status(struct sqlite3 *db, int64_t eceu_id, int prs_status, /* <7b> */
						  struct gw_err *err);
#endif
