/* vs101 (FZ 4.3.1): login of an external user or administrator, here by certificate. */
#include "vash/vs101.h"

#include "vash/lists.h"

static bool is_business(int position) {
	return position == VASH_ENTREPRENEUR || position == VASH_LEGAL_PERSON || position == VASH_ORGAN;
}

bool vs101_is_subject(const struct vash_identity *identity, const struct vash_subject *s) {
	if (identity->dso[0]) {
		return is_business(s->position) && s->prs_status == VASH_PRS_ACTIVE &&
		       strcmp(s->davcna, identity->dso) == 0;
	}
	return identity->davcna[0] && s->position == VASH_PERSON && strcmp(s->davcna, identity->davcna) == 0;
}

/* ---- vs101-02: records of all subjects with that tax number (DECISIONS "Keys") ---- */

static enum gw_code add_records(struct vash_turn *t, const struct vash_subject *s, struct vash_records *all,
				bool *waiting) {
	struct vash_records found;
	enum gw_code rc = turn_records(t, VASH_BY_SUBJECT, s->id, VASH_STATUS_NONE, &found);
	struct vash_record *rows = gw_arena_array(t->arena, all->count + found.count + 1, sizeof(*rows));
	if (rc != GW_OK || !rows) {
		return rc;
	}
	if (all->count) {
		memcpy(rows, all->row, all->count * sizeof(*rows));
	}
	for (size_t i = 0; i < found.count; i++) {
		const struct vash_membership *m = &found.row[i].m;
		*waiting |= m->status == VASH_PENDING || m->link_status == VASH_PENDING;
		if (vash_p001(m) & VASH_SET_LOGIN) {
			rows[all->count++] = found.row[i];
		}
	}
	all->row = rows;
	return rc;
}

static enum gw_code find_records(struct vash_turn *t, struct vash_records *out, bool *waiting) {
	const struct vash_registry *r = t->world->registry;
	const struct vash_identity *identity = &t->login->identity;
	const char *davcna = identity->dso[0] ? identity->dso : identity->davcna;
	const struct vash_subject *subjects = NULL;
	size_t count = 0;
	*out = (struct vash_records){0};
	*waiting = false;
	if (!davcna[0]) {
		return GW_OK;
	}
	enum gw_code rc = r->subjects(r->ctx, VASH_BY_DAVCNA, davcna, t->arena, &subjects, &count, t->err);
	for (size_t i = 0; rc == GW_OK && i < count; i++) {
		if (vs101_is_subject(identity, &subjects[i]) && !subjects[i].blocked) {
			rc = add_records(t, &subjects[i], out, waiting);
		}
	}
	return rc;
}

/* ---- vs101-01, vs101-02.3 ---- */

static enum gw_code begin(struct vash_turn *t) {
	struct vash_records found;
	const struct vash_identity *identity = &t->login->identity;
	bool waiting;
	if (!vash_mechanism_logs_in(t->world->lists, identity->mechanism, VASH_SCHEME_EXTERNAL)) {
		turn_stop(t, VASH_SAY_101_mechanism);
		return GW_OK;
	}
	if (!identity->davcna[0] && !identity->dso[0]) {
		turn_stop(t, VASH_SAY_101_02_1A_x);
		return GW_OK;
	}
	enum gw_code rc = find_records(t, &found, &waiting);
	if (rc == GW_OK && found.count == 0) {
		turn_stop(t, waiting ? VASH_SAY_101_05_waits : VASH_SAY_101_05);
	} else {
		turn_go(t, "vs101-03");
	}
	return rc;
}

/* ---- vs101-03 ---- */

static enum gw_code show_choice(struct vash_turn *t) {
	struct vash_records found;
	bool waiting;
	enum gw_code rc = find_records(t, &found, &waiting);
	if (rc == GW_OK) {
		vash_choose_record(t, &found, VASH_SAY_101_03);
		vash_page_button(t->page, "login", VASH_SAY_button_login);
	}
	return rc;
}

static enum gw_code take_choice(struct vash_turn *t) {
	struct vash_records found, chosen;
	bool waiting;
	enum gw_code rc = find_records(t, &found, &waiting);
	if (rc != GW_OK) {
		return rc;
	}
	if (!turn_chosen(turn_input(t, "record"), &found, &chosen, t->arena) || chosen.count != 1) {
		turn_refuse_field(t, "record", VASH_SAY_101_03_x);
		return GW_OK;
	}
	t->login_record = chosen.row[0].m.id;
	t->end = VASH_TURN_LOGGED_IN;
	turn_go(t, "vs101-04");
	return GW_OK;
}

/* ---- vs101-04 ---- */

static enum gw_code show_done(struct vash_turn *t) {
	if (!vash_mechanism_signs(t->world->lists, t->login->identity.mechanism)) {
		turn_say(t, VASH_SAY_101_04_3);
	}
	turn_say(t, VASH_SAY_101_04);
	vash_page_link(t->page, "menu", turn_menu_text());
	return GW_OK;
}

static const struct vash_step steps[] = {{"vs101-03", show_choice, take_choice}, {"vs101-04", show_done, NULL}};
const struct vash_procedure vash_vs101 = {
	.code = "vs101",
	.access = VASH_BEFORE_LOGIN,
	.name = {"Prijava zunanjega uporabnika / administratorja", "Login of an external user or administrator"},
	.begin = begin,
	.steps = steps,
	.count = GW_COUNT(steps)};
