/* vash/caller.h - who stands behind a certificate in eCEU: plain structs that the store fills and the rules read. */
#ifndef GW_VASH_CALLER_H
#define GW_VASH_CALLER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vash_scheme {
	VASH_SCHEME_EXTERNAL = 1,
	VASH_SCHEME_INTERNAL = 2,
	VASH_SCHEME_ADMINISTRATOR = 3,
	VASH_SCHEME_SERVICES = 5
};
enum vash_administrator_group { VASH_GROUP_CHIEF = 80, VASH_GROUP_ADMINISTRATOR = 90 };		/* scheme 3, 2.7 */
enum vash_member_kind { VASH_INDEPENDENT = 1, VASH_AUTHORISED_PERSON = 2 };			/* <19.2> */
enum vash_status { VASH_STATUS_NONE = 0, VASH_PENDING = 1, VASH_ACTIVE = 2, VASH_DELETED = 3 }; /* <19.3>, <19.5>, D1 */
enum vash_prs { VASH_PRS_NONE = 0, VASH_PRS_ACTIVE = 1, VASH_PRS_DELETED = 2 };			/* <7b> */
enum vash_position {
	VASH_PERSON = 11,
	VASH_ENTREPRENEUR = 12,
	VASH_FOREIGN_PERSON = 13,
	VASH_LEGAL_PERSON = 21,
	VASH_EU_LEGAL_PERSON = 22,
	VASH_FOREIGN_LEGAL_PERSON = 23,
	VASH_ORGAN = 31,
	VASH_COURT = 32,
	VASH_INT_ORGANISATION = 41
};

enum { VASH_MEMBERSHIPS_MAX = 64, VASH_EMSO = 14, VASH_MATICNA = 11, VASH_DAVCNA = 9, VASH_NAME = 256 };

struct vash_membership {	 /* one record of set [19] */
	int64_t id;		 /* <19.0> */
	int scheme, user_group;	 /* <19.0a>, <19.1> */
	int member_kind;	 /* <19.2> */
	int status, link_status; /* <19.3>, <19.5>; 0 where the other kind has it */
	int64_t principal_id;	 /* <19.4>, member kind 2 */
	int administered_group;	 /* <19.6>, scheme 3 */
	bool principal_active;	 /* member kind 2: the independent user's own record for the group is active (D3) */
	bool principal_barred;	 /* member kind 2: the independent user is deleted in PRS (2.12), or blocked */
};

struct vash_caller {
	bool registered; /* some record of scheme 5 names the certificate */
	bool certificate_blocked, subject_blocked;
	int64_t eceu_id; /* <1> */
	int position;	 /* <2> */
	int prs_status;	 /* <7b> */
	char emso[VASH_EMSO], maticna[VASH_MATICNA], davcna[VASH_DAVCNA];
	char name[VASH_NAME];	  /* <6> or <7> */
	int64_t good_until_utc_s; /* a record holds the certificate as the old one until then; 0 = no end */
	size_t membership_count;
	struct vash_membership membership[VASH_MEMBERSHIPS_MAX];
};
#endif
