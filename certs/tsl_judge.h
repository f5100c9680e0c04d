/* certs/tsl_judge.h - whether a list whose signature is right may come into force: whose it is, of what kind, of when.
 * Pure; the sequence number is the registry's to judge (store/trusted_list.h), against the list in force. */
#ifndef GW_CERTS_TSL_JUDGE_H
#define GW_CERTS_TSL_JUDGE_H
#include "certs/tsl_verify.h"

struct tsl_demand {
	const char *type;	      /* TSL_TYPE_… */
	const char *territory;	      /* NULL: any */
	int64_t at_utc_s;	      /* the time of the import */
	const struct tsl_blobs *pins; /* DER of who may sign; NULL: nobody is known */
	enum tsl_refusal not_pinned;  /* of a signer that is not among them */
	bool unpinned_ok;	      /* without pins: a certificate for signing lists (EKU) is enough */
};

/* A list is issued at most so much in the future: clocks differ. */
enum { TSL_CLOCK_SKEW_S = 300 };

/* `pinned` says whether the signer is among the pins. False: refused. Checked in this order: type, territory, signer,
 * dates of the list, validity of the signer's certificate when the list was issued and at the time of import. */
bool tsl_judge(const struct tsl *list, const struct tsl_signer *signer, const struct tsl_demand *demand, bool *pinned,
	       struct tsl_refused *refused);

/* Who may sign the list of a territory by a list of lists: the certificates of all its pointers to one, in the arena;
 * none where there is no pointer. */
struct tsl_blobs tsl_named_signers(const struct tsl *lotl, const char *territory, struct gw_arena *arena);
#endif
