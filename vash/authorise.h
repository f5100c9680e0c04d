/* vash/authorise.h - may this caller use this service? (DESIGN step 4, FZ 2.10, 3.3.1 p001 set 5a, FZ-VS4.) Pure. */
#ifndef GW_VASH_AUTHORISE_H
#define GW_VASH_AUTHORISE_H
#include "vash/caller.h"
#include "vash/codelists.h"
#include "vash/fault.h"
#include "vash/service.h"

/* What was decided and by which record. The zero value grants nothing. */
struct vash_grant {
	bool granted;
	enum vash_fault fault; /* the reason when not granted */
	int user_group;	       /* granted: the group under which the call is audited (D21: the lowest) */
	int64_t membership_id;
};

/* Groups set to 1 demand a client token (DESIGN step 4); sorted ascending, may be empty. */
struct vash_group_set {
	size_t count;
	int group[32];
};

struct vash_policy {
	const struct vash_codelists *lists; /* FZ-VS4 (D18): which position may be in which group */
	struct vash_group_set client_required;
};

/* Judge one service. Order of reasons: block, registration, PRS, then the best record among the groups that open
 * the service: active independent user, position, client; else pending, authorised person, deleted, other group. */
struct vash_grant vash_authorise(const struct vash_caller *caller, const struct vash_service *service,
				 const struct vash_policy *policy);
#endif
