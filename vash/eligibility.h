/* vash/eligibility.h - the rules FZ-VS1 to FZ-VS9 and FZ-VS11 over the code lists: what may be in which group, and how
 * it gets there. Pure. A code that no list knows is allowed nothing. */
#ifndef GW_VASH_ELIGIBILITY_H
#define GW_VASH_ELIGIBILITY_H
#include "vash/caller.h"
#include "vash/codelists.h"

/* How a record comes about: the chief administrator may enter courts (D29). */
enum vash_entry { VASH_BY_REGISTRATION = 0, VASH_BY_CHIEF_ADMINISTRATOR };

/* FZ-VS1, FZ-VS4: may a subject of this position register for this group of this scheme? */
bool vash_position_fits(const struct vash_codelists *c, int scheme, int group, int position);

/* FZ-VS3 with D17: does an administrator decide? Unknown combinations are never approved by themselves. */
bool vash_approval_needed(const struct vash_codelists *c, int scheme, int group, int position);

/* FZ-VS5.1: may a subject of this position have this legal form <7a>? 0 = none, for positions outside PRS. */
bool vash_form_fits_position(const struct vash_codelists *c, int position, int form, enum vash_entry how);

/* FZ-VS5.2: and in this group? */
bool vash_form_fits_group(const struct vash_codelists *c, int scheme, int group, int position, int form);

/* FZ-VS2, FZ-VS6.1: may a record of an independent user of this position have authorised persons? An authorised person
 * himself is always of position 11. */
bool vash_may_have_authorised(const struct vash_codelists *c, int position);

/* FZ-VS6.2: would these two live records of one subject be one too many? */
struct vash_record_key {
	int scheme, group, administered_group;
	int64_t principal_id; /* scheme 2: the court; scheme 3: whose authorised person; 0 = none */
};
bool vash_is_same_record(const struct vash_codelists *c, const struct vash_record_key *a,
			 const struct vash_record_key *b);

/* FZ-VS7: may this mechanism log in to records of this scheme? FZ-VS11: may it sign? */
bool vash_mechanism_logs_in(const struct vash_codelists *c, const char *mechanism, int scheme);
bool vash_mechanism_signs(const struct vash_codelists *c, const char *mechanism);

/* FZ-VS8.1, FZ-VS8.2. */
enum vash_needed vash_mailbox_needed(const struct vash_codelists *c, int scheme, int group);
bool vash_mailbox_fits(const struct vash_codelists *c, int scheme, int group, int type);

/* FZ-VS9: may certificates of this provider (its identifier in the trusted list) call? */
bool vash_issuer_allowed(const struct vash_codelists *c, const char *vatsi);

/* <14> (2.6 table 2): from the mailbox type <20> (0 = none) and the country of the address (alpha-3, D25; "" = no
 * address). 0 = it cannot be said. */
int vash_delivery(int mailbox_type, const char *country);
#endif
