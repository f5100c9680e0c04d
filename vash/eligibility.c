#include "vash/eligibility.h"

enum { DELIVERY_HOME = 11, DELIVERY_ABROAD = 12, DELIVERY_MAILBOX = 21 };

bool vash_position_fits(const struct vash_codelists *c, int scheme, int group, int position) {
	return vash_group_position_find(c, scheme, group, position) != NULL;
}

bool vash_approval_needed(const struct vash_codelists *c, int scheme, int group, int position) {
	const struct vash_group_position_row *row = vash_group_position_find(c, scheme, group, position);
	return !row || row->approval;
}

static bool mark_allows(enum vash_form_mark mark, enum vash_entry how) {
	switch (mark) {
	case VASH_FORM_ALLOWED:
	case VASH_FORM_OPEN:
		return true;
	case VASH_FORM_COURT:
		return how == VASH_BY_CHIEF_ADMINISTRATOR;
	case VASH_FORM_NEVER:
	default:
		return false;
	}
}

bool vash_form_fits_position(const struct vash_codelists *c, int position, int form, enum vash_entry how) {
	const struct vash_position_row *p = vash_position_find(c, position);
	const struct vash_legal_form_row *f = vash_legal_form_find(c, form);
	if (!p || p->columns == 0) {
		return p && form == 0;
	}
	return f && (f->column & p->columns) && mark_allows(f->mark, how);
}

static bool names_form(const struct vash_group_position_row *row, const struct vash_legal_form_row *form) {
	bool named = row->any_form || (row->columns & form->column);
	for (size_t i = 0; !named && row->forms[i] != 0; i++) {
		named = row->forms[i] == form->code;
	}
	return named;
}

bool vash_form_fits_group(const struct vash_codelists *c, int scheme, int group, int position, int form) {
	const struct vash_group_position_row *row = vash_group_position_find(c, scheme, group, position);
	const struct vash_legal_form_row *f = vash_legal_form_find(c, form);
	if (!row || !vash_form_fits_position(c, position, form, VASH_BY_REGISTRATION)) {
		return false;
	}
	return form == 0 || names_form(row, f);
}

bool vash_may_have_authorised(const struct vash_codelists *c, int position) {
	const struct vash_position_row *p = vash_position_find(c, position);
	return p && p->principal;
}

bool vash_is_same_record(const struct vash_codelists *c, const struct vash_record_key *a,
			 const struct vash_record_key *b) {
	const struct vash_scheme_row *scheme = vash_scheme_find(c, a->scheme);
	if (!scheme || a->scheme != b->scheme || a->group != b->group) {
		return false;
	}
	bool court = scheme->unique_by != VASH_UNIQUE_GROUP,
	     administered = scheme->unique_by == VASH_UNIQUE_ADMINISTERED;
	return (!court || a->principal_id == b->principal_id) &&
	       (!administered || a->administered_group == b->administered_group);
}

bool vash_mechanism_logs_in(const struct vash_codelists *c, const char *mechanism, int scheme) {
	const struct vash_mechanism_row *m = vash_mechanism_find(c, mechanism);
	if (!m || !vash_scheme_find(c, scheme)) {
		return false;
	}
	return scheme == VASH_SCHEME_INTERNAL ? m->scheme_2 : m->scheme_1;
}

bool vash_mechanism_signs(const struct vash_codelists *c, const char *mechanism) {
	const struct vash_mechanism_row *m = vash_mechanism_find(c, mechanism);
	return m && m->signature;
}

enum vash_needed vash_mailbox_needed(const struct vash_codelists *c, int scheme, int group) {
	const struct vash_mailbox_row *row =
		vash_group_find(c, scheme, group) ? vash_mailbox_find(c, scheme, group) : NULL;
	return row ? row->needed : VASH_NOT_ALLOWED;
}

bool vash_mailbox_fits(const struct vash_codelists *c, int scheme, int group, int type) {
	const struct vash_mailbox_row *row =
		vash_group_find(c, scheme, group) ? vash_mailbox_find(c, scheme, group) : NULL;
	return row && type > 0 && type < 32 && (row->types & 1U << type);
}

bool vash_issuer_allowed(const struct vash_codelists *c, const char *vatsi) {
	for (size_t i = 0; i < c->issuers.count; i++) {
		if (strcmp(c->issuers.row[i].code, vatsi) == 0) {
			return true;
		}
	}
	return false;
}

int vash_delivery(int mailbox_type, const char *country) {
	if (mailbox_type != 0) {
		return DELIVERY_MAILBOX;
	}
	return country[0] == '\0' ? 0 : strcmp(country, "SVN") == 0 ? DELIVERY_HOME : DELIVERY_ABROAD;
}
