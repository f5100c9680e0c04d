#include "vash/vs003.h"

#include "vash/lists.h"

void vs003_login(struct vash_turn *t) {
	const struct vash_record *r = &t->login->record;
	struct vash_text role = {"kot samostojni uporabnik", "as an independent user"};
	if (r->m.member_kind == VASH_AUTHORISED_PERSON) {
		role = (struct vash_text){
			gw_arena_printf(t->arena, "kot pooblaščenec samostojnega uporabnika %s", r->principal.name),
			gw_arena_printf(t->arena, "as an authorised person of the independent user %s",
					r->principal.name)};
	}
	const struct vash_page_login login = {
		.name = r->subject.name, .group = turn_group_name(t, r->m.scheme, r->m.user_group), .role = role};
	vash_page_login(t->page, &login);
}

/* Only what this program can do: procedures of later steps are not in the table of turn.c. */
enum gw_code vs003_show(struct vash_turn *t) {
	const struct vash_codelists *lists = t->world->lists;
	if (!vash_login_counts(t->login)) {
		turn_say(t, VASH_SAY_login_over);
		return GW_OK;
	}
	vs003_login(t);
	vash_page_text(t->page, VASH_SAY_003_2, NULL, 0);
	for (size_t i = 0; i < lists->procedures.count; i++) {
		const struct vash_procedure_row *row = &lists->procedures.row[i];
		if (row->offered[t->login->kind] && vash_procedure_exists(row->code)) {
			vash_page_link(t->page, row->code, row->name);
		}
	}
	if (vash_sees_services(&t->login->record)) {
		vash_page_link(t->page, "calls", vash_own_calls.name);
		vash_page_link(t->page, "cases", vash_own_cases.name);
		vash_page_link(t->page, "certificates", vash_own_certificates.name);
	}
	return GW_OK;
}

enum gw_code vs003_may_read(struct vash_turn *t, const struct vash_record *r, bool *may) {
	struct vash_records groups = {0};
	const struct vash_record *mine = &t->login->record;
	*may = vash_login_counts(t->login) && vash_sees_service(mine, r->subject.id, r->m.id);
	bool administers = vash_login_counts(t->login) && mine->m.scheme == VASH_SCHEME_ADMINISTRATOR &&
			   mine->m.user_group == VASH_GROUP_ADMINISTRATOR;
	if (*may || !administers) {
		return GW_OK;
	}
	enum gw_code rc = vash_administered_records(t, &groups);
	for (size_t i = 0; rc == GW_OK && i < groups.count; i++) {
		*may |= vash_p006(&r->m, groups.row[i].m.administered_group) != VASH_STATUS_NONE;
	}
	return rc;
}
