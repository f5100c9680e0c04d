/* vash/authorise.h - may this caller use this service? (DESIGN step 4, FZ 2.10, 3.3.1 p001 set 5a, FZ-VS4.) Pure. */
#ifndef GW_VASH_AUTHORISE_H
#define GW_VASH_AUTHORISE_H
#include "vash/caller.h"
#include "vash/fault.h"
#include "vash/service.h"

/* What was decided and by which record. The zero value grants nothing. */
struct vash_grant {
	bool granted;
	enum vash_fault fault; /* the reason when not granted */
	int user_group;	       /* granted: the group under which the call is audited (D21: the lowest) */
	int64_t membership_id;
};

/* FZ-VS4 for scheme 5 (table of 2.10.3, D18): may a subject of this position be in this group? */
bool vash_position_allowed(int user_group, int position);

/* Is it a group of scheme 5 that one can register for? */
bool vash_group_exists(int user_group);

/* Groups set to 1 demand a client token (DESIGN step 4); sorted ascending, may be empty. */
struct vash_group_set {
	size_t count;
	int group[32];
};

/* Judge one service. Order of reasons: block, registration, PRS, then the best record among the groups that open
 * the service: active independent user, position, client; else pending, authorised person, deleted, other group. */
struct vash_grant vash_authorise(const struct vash_caller *caller, const struct vash_service *service,
				 const struct vash_group_set *client_required);

/* p001 set 5a / 5b (FZ 3.3.1 with D2, D3): is this record an active group? */
bool vash_active_5a(const struct vash_membership *m);
bool vash_active_5b(const struct vash_membership *m);
#endif
