/* vash/conditions.h - the conditions of FZ 3.3 that the steps name: p001, p004, p006 (D2, D3, D11, D13). Pure. */
#ifndef GW_VASH_CONDITIONS_H
#define GW_VASH_CONDITIONS_H
#include "vash/caller.h"

/* p001 (3.3.1): the sets of active records, as a set. */
enum vash_set {
	VASH_SET_NONE = 0,
	VASH_SET_1A = 1,  /* external user, independent */
	VASH_SET_1B = 2,  /* external user, authorised person */
	VASH_SET_2 = 4,	  /* internal user */
	VASH_SET_3A = 8,  /* administrator, independent */
	VASH_SET_3B = 16, /* administrator, authorised person */
	VASH_SET_5A = 32, /* web services, independent */
	VASH_SET_5B = 64, /* web services, authorised person */
	VASH_SET_LOGIN = VASH_SET_1A | VASH_SET_1B | VASH_SET_3A | VASH_SET_3B | VASH_SET_5A | VASH_SET_5B /* D11 */
};

/* The one set that the record is in; VASH_SET_NONE: it is not active. An authorised person's link of schemes 1, 3 and 5
 * counts only with the independent user's own active record, who is neither deleted in PRS nor blocked (D3). */
enum vash_set vash_p001(const struct vash_membership *m);

/* p004 (3.3.4): is the record that of an authorised person of `principal` in this group, and with which status of the
 * link (set 1 pending, 2 active, 3 deleted)? VASH_STATUS_NONE: it is not. */
enum vash_status vash_p004(const struct vash_membership *m, int64_t principal, int scheme, int group);

/* p006 (3.3.6): is the record that of a user whom the administrator of `administered_group` decides about, and with
 * which status? VASH_STATUS_NONE: it is not. */
enum vash_status vash_p006(const struct vash_membership *m, int administered_group);
#endif
