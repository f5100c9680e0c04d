#include "vash/authorise.h"

#include "base/err.h"
#include "vash/conditions.h"
#include "vash/eligibility.h"

static bool client_needed(const struct vash_group_set *set, int user_group) {
	for (size_t i = 0; i < set->count; i++) {
		if (set->group[i] == user_group) {
			return true;
		}
	}
	return false;
}

/* What one record of a group that opens the service says: VASH_NO_FAULT = it opens the service. */
static enum vash_fault judge_record(const struct vash_caller *caller, const struct vash_membership *m,
				    const struct vash_policy *policy) {
	if (m->member_kind == VASH_AUTHORISED_PERSON) {
		return m->link_status == VASH_DELETED ? VASH_AUTH_DELETED : VASH_AUTH_AUTHORISED_PERSON;
	}
	if (m->status == VASH_PENDING) {
		return VASH_AUTH_PENDING;
	}
	if (vash_p001(m) != VASH_SET_5A) {
		return VASH_AUTH_DELETED;
	}
	if (!vash_position_fits(policy->lists, VASH_SCHEME_SERVICES, m->user_group, caller->position)) {
		return VASH_AUTH_POSITION;
	}
	return client_needed(&policy->client_required, m->user_group) ? VASH_AUTH_CLIENT_REQUIRED : VASH_NO_FAULT;
}

/* Which reason helps the caller most when several records refuse: the later in this list. */
static int helpfulness(enum vash_fault fault) {
	static const enum vash_fault order[] = {VASH_AUTH_OTHER_GROUP, VASH_AUTH_DELETED,  VASH_AUTH_AUTHORISED_PERSON,
						VASH_AUTH_PENDING,     VASH_AUTH_POSITION, VASH_AUTH_CLIENT_REQUIRED};
	for (size_t i = 0; i < GW_COUNT(order); i++) {
		if (order[i] == fault) {
			return (int)i;
		}
	}
	return -1;
}

static bool opens(const struct vash_service *service, const struct vash_membership *m) {
	return m->scheme == VASH_SCHEME_SERVICES && m->user_group >= service->group_from &&
	       m->user_group <= service->group_to;
}

static struct vash_grant judge_records(const struct vash_caller *caller, const struct vash_service *service,
				       const struct vash_policy *policy) {
	struct vash_grant best = {.fault = VASH_AUTH_OTHER_GROUP};
	for (size_t i = 0; i < caller->membership_count; i++) {
		const struct vash_membership *m = &caller->membership[i];
		if (!opens(service, m)) {
			continue;
		}
		enum vash_fault fault = judge_record(caller, m, policy);
		bool lower = fault == VASH_NO_FAULT && (!best.granted || m->user_group < best.user_group);
		if (lower) {
			best = (struct vash_grant){
				.granted = true, .user_group = m->user_group, .membership_id = m->id};
		} else if (!best.granted && helpfulness(fault) > helpfulness(best.fault)) {
			best.fault = fault;
		}
	}
	return best;
}

struct vash_grant vash_authorise(const struct vash_caller *caller, const struct vash_service *service,
				 const struct vash_policy *policy) {
	if (caller->certificate_blocked) {
		return (struct vash_grant){.fault = VASH_AUTH_BLOCKED};
	}
	if (!caller->registered) {
		return (struct vash_grant){.fault = VASH_AUTH_NOT_REGISTERED};
	}
	if (caller->subject_blocked) {
		return (struct vash_grant){.fault = VASH_AUTH_BLOCKED};
	}
	if (caller->prs_status == VASH_PRS_DELETED) {
		return (struct vash_grant){.fault = VASH_AUTH_SUBJECT_DELETED};
	}
	return judge_records(caller, service, policy);
}
