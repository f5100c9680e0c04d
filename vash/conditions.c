#include "vash/conditions.h"

static bool link_is_active(const struct vash_membership *m) {
	return m->member_kind == VASH_AUTHORISED_PERSON && m->link_status == VASH_ACTIVE;
}

static bool principal_counts(const struct vash_membership *m) {
	return m->principal_active && !m->principal_barred;
}

static enum vash_set active_as(const struct vash_membership *m, enum vash_set independent, enum vash_set authorised) {
	if (m->member_kind == VASH_INDEPENDENT && m->status == VASH_ACTIVE) {
		return independent;
	}
	return link_is_active(m) && principal_counts(m) ? authorised : VASH_SET_NONE;
}

enum vash_set vash_p001(const struct vash_membership *m) {
	switch (m->scheme) {
	case VASH_SCHEME_EXTERNAL:
		return active_as(m, VASH_SET_1A, VASH_SET_1B);
	case VASH_SCHEME_INTERNAL:
		return active_as(m, VASH_SET_NONE, VASH_SET_2);
	case VASH_SCHEME_ADMINISTRATOR:
		return active_as(m, VASH_SET_3A, VASH_SET_3B);
	case VASH_SCHEME_SERVICES:
		return active_as(m, VASH_SET_5A, VASH_SET_5B);
	default:
		return VASH_SET_NONE;
	}
}

enum vash_status vash_p004(const struct vash_membership *m, int64_t principal, int scheme, int group) {
	bool theirs = m->member_kind == VASH_AUTHORISED_PERSON && m->principal_id == principal && m->scheme == scheme &&
		      m->user_group == group;
	return theirs ? (enum vash_status)m->link_status : VASH_STATUS_NONE;
}

enum vash_status vash_p006(const struct vash_membership *m, int administered_group) {
	bool theirs = m->member_kind == VASH_INDEPENDENT && m->user_group == administered_group &&
		      m->scheme != VASH_SCHEME_ADMINISTRATOR;
	return theirs ? (enum vash_status)m->status : VASH_STATUS_NONE;
}
