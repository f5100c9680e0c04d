#include "vash/entry.h"

#include "vash/eligibility.h"
#include "vash/lists.h"
#include "vash/net_address.h"

enum { NAME_MAX_BYTES = 4096 };

static bool is_business(const struct vash_codelists *c, int position) {
	const struct vash_position_row *p = vash_position_find(c, position);
	return p && p->source == VASH_REGISTER_PRS;
}

static enum vash_say wrong_subject(const struct vash_codelists *c, const struct vash_entered *e) {
	bool registers = e->scheme == VASH_SCHEME_EXTERNAL || e->scheme == VASH_SCHEME_SERVICES;
	enum vash_entry how = registers ? VASH_BY_REGISTRATION : VASH_BY_CHIEF_ADMINISTRATOR;
	if (is_business(c, e->position) && !e->davcna[0]) {
		return VASH_SAY_entry_davcna;
	}
	if (e->email[0] && !vash_email_ok(e->email)) {
		return VASH_SAY_entry_email;
	}
	return vash_form_fits_position(c, e->position, e->legal_form, how) ? VASH_SAY_NONE : VASH_SAY_entry_form;
}

static enum vash_say wrong_user(const struct vash_codelists *c, const struct vash_entered *e) {
	if (!vash_position_fits(c, e->scheme, e->group, e->position)) {
		return VASH_SAY_entry_position;
	}
	return vash_form_fits_group(c, e->scheme, e->group, e->position, e->legal_form) ? VASH_SAY_NONE
											: VASH_SAY_entry_group_form;
}

/* As vs231: a legal person or an organ, and a group that is administered. */
static enum vash_say wrong_administrator(const struct vash_codelists *c, const struct vash_entered *e) {
	int scheme = vash_administered_scheme(c, e->administered_group);
	const struct vash_group_row *of = vash_group_find(c, scheme, e->administered_group);
	bool good = e->group == VASH_GROUP_CHIEF ? e->administered_group == 0 : of && of->administered;
	if (!good) {
		return VASH_SAY_entry_administered;
	}
	return e->position == VASH_LEGAL_PERSON || e->position == VASH_ORGAN ? VASH_SAY_NONE : VASH_SAY_entry_position;
}

enum vash_say vash_entry_wrong(const struct vash_codelists *c, const struct vash_entered *e) {
	enum vash_say wrong = wrong_subject(c, e);
	if (wrong != VASH_SAY_NONE || e->scheme == 0) {
		return wrong;
	}
	if (!vash_group_find(c, e->scheme, e->group)) {
		return VASH_SAY_entry_group;
	}
	if (e->member_kind == VASH_AUTHORISED_PERSON) {
		return e->position != VASH_PERSON			     ? VASH_SAY_entry_person
		       : !vash_may_have_authorised(c, e->principal_position) ? VASH_SAY_entry_principal
									     : VASH_SAY_NONE;
	}
	switch (e->scheme) {
	case VASH_SCHEME_EXTERNAL:
	case VASH_SCHEME_SERVICES:
		return wrong_user(c, e);
	case VASH_SCHEME_ADMINISTRATOR:
		return wrong_administrator(c, e);
	default:
		return VASH_SAY_NONE;
	}
}

static enum gw_code full_name(const struct vash_codelists *c, int group, bool english, struct gw_buf *out) {
	const struct vash_group_row *row = vash_group_find(c, vash_administered_scheme(c, group), group);
	const char *name = !row ? "" : english ? row->name.en : row->name.sl;
	return gw_buf_addf(out, "%d%s%s", group, row ? " – " : "", name);
}

enum gw_code vash_entry_mail(const struct vash_codelists *c, int administered_group, struct gw_buf *out) {
	const struct vash_say_row *row = vash_say_row(VASH_SAY_mail_administrator_entered);
	enum gw_code rc = GW_OK;
	for (int english = 0; rc == GW_OK && english < 2; english++) {
		GW_AUTO(buf) struct gw_buf name;
		gw_buf_init(&name, NAME_MAX_BYTES);
		rc = full_name(c, administered_group, english, &name);
		const char *filled = rc == GW_OK ? gw_buf_cstr(&name) : NULL;
		rc = filled ? rc : GW_E_NOMEM;
		const struct vash_text fill = vash_same(filled);
		rc = rc == GW_OK ? vash_say_fill(english ? row->en : row->sl, &fill, 1, english, out) : rc;
		rc = rc == GW_OK ? gw_buf_text(out, english ? "\n" : "\n\n") : rc;
	}
	return rc;
}
