/* vs101 (FZ 4.3.1): login of an external user or administrator, here by certificate. */
#include "vash/vs101.h"

#include "vash/lists.h"
#include "vash/numbers.h"

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

bool vs101_logs_in(const struct vash_codelists *lists, const char *mechanism, int scheme) {
	return scheme != VASH_SCHEME_INTERNAL && vash_mechanism_logs_in(lists, mechanism, scheme);
}

/* ---- vs101-02: records of all subjects with that tax number (DECISIONS "Keys") ---- */

struct found {
	struct vash_records usable, waiting; /* sets 1, 3, 5; pending */
};

static struct vash_record *make_room(struct vash_turn *t, struct vash_records *of, size_t more) {
	struct vash_record *rows = gw_arena_array(t->arena, of->count + more + 1, sizeof(*rows));
	if (rows && of->count) {
		memcpy(rows, of->row, of->count * sizeof(*rows));
	}
	*of = (struct vash_records){rows ? of->count : 0, rows};
	return rows;
}

static enum gw_code add_records(struct vash_turn *t, const struct vash_subject *s, struct found *all) {
	struct vash_records of;
	enum gw_code rc = turn_records(t, VASH_BY_SUBJECT, s->id, VASH_STATUS_NONE, &of);
	struct vash_record *usable = make_room(t, &all->usable, of.count);
	struct vash_record *waiting = make_room(t, &all->waiting, of.count);
	for (size_t i = 0; rc == GW_OK && usable && waiting && i < of.count; i++) {
		const struct vash_membership *m = &of.row[i].m;
		if (m->status == VASH_PENDING || m->link_status == VASH_PENDING) {
			waiting[all->waiting.count++] = of.row[i];
		}
		if (vash_p001(m) & VASH_SET_LOGIN) {
			usable[all->usable.count++] = of.row[i];
		}
	}
	return rc;
}

/* vs101-02.1A: the organisation in the certificate, the one that MDP has confirmed, or the person himself. */
static struct vash_identity identity_of(const struct vash_turn *t) {
	struct vash_identity identity = t->login->identity;
	identity.dso = identity.dso[0] ? identity.dso : turn_value(t, "dso");
	return identity;
}

static enum gw_code find_records(struct vash_turn *t, struct found *out) {
	const struct vash_registry *r = t->world->registry;
	const struct vash_identity identity = identity_of(t);
	const char *davcna = identity.dso[0] ? identity.dso : identity.davcna;
	const struct vash_subject *subjects = NULL;
	size_t count = 0;
	*out = (struct found){0};
	if (!davcna[0]) {
		return GW_OK;
	}
	enum gw_code rc = r->subjects(r->ctx, VASH_BY_DAVCNA, davcna, t->arena, &subjects, &count, t->err);
	for (size_t i = 0; rc == GW_OK && i < count; i++) {
		if (vs101_is_subject(&identity, &subjects[i]) && !subjects[i].blocked) {
			rc = add_records(t, &subjects[i], out);
		}
	}
	return rc;
}

/* ---- vs101-01, vs101-02.3 ---- */

/* DECISIONS "Identity": who has applied reads what waits, not that he is not registered. */
static void say_none(struct vash_turn *t, const struct vash_records *waiting) {
	struct vash_text groups = vash_same("");
	for (size_t i = 0; i < waiting->count; i++) {
		struct vash_text one = vash_line_among(t, waiting, i);
		groups.sl = gw_arena_printf(t->arena, "%s%s%s", groups.sl, i ? "; " : "", one.sl);
		groups.en = gw_arena_printf(t->arena, "%s%s%s", groups.en, i ? "; " : "", one.en);
	}
	if (waiting->count) {
		turn_say_about(t, VASH_SAY_101_05_waits, groups);
	} else {
		turn_say(t, VASH_SAY_101_05);
	}
	t->end = VASH_TURN_STOPPED;
	vash_page_link(t->page, "entry",
		       (struct vash_text){"Registriral se bom drugič.", "I will register another time."});
}

static enum gw_code look_up(struct vash_turn *t) {
	struct found found;
	const struct vash_identity identity = identity_of(t);
	if (!identity.davcna[0] && !identity.dso[0]) {
		turn_stop(t, VASH_SAY_101_02_1A_x);
		return GW_OK;
	}
	enum gw_code rc = find_records(t, &found);
	if (rc == GW_OK && found.usable.count == 0) {
		say_none(t, &found.waiting);
	} else {
		turn_go(t, "vs101-03");
	}
	return rc;
}

static bool is_sigov(const char *mechanism) {
	return strcmp(mechanism, "KDP-SIGOV") == 0 || strcmp(mechanism, "KDP+PK-SIGOV") == 0;
}

static enum gw_code begin(struct vash_turn *t) {
	const struct vash_identity *identity = &t->login->identity;
	if (!vash_mechanism_logs_in(t->world->lists, identity->mechanism, VASH_SCHEME_EXTERNAL)) {
		turn_stop(t, VASH_SAY_101_mechanism);
		return GW_OK;
	}
	if (is_sigov(identity->mechanism) && !identity->dso[0]) {
		turn_go(t, "vs101-01a");
		return GW_OK;
	}
	return look_up(t);
}

/* ---- vs101-01a ---- */

static enum gw_code show_position(struct vash_turn *t) {
	static const int positions[] = {VASH_PERSON, VASH_ORGAN};
	const char *chosen = t->input ? turn_input(t, "position") : "";
	const struct vash_page_choice choice = {
		.name = "position", .label = VASH_SAY_101_01a_1, .error = turn_error_of(t, "position")};
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < GW_COUNT(positions); i++) {
		const char *code = gw_arena_printf(t->arena, "%d", positions[i]);
		vash_page_option(t->page, code, turn_position_full(t, positions[i]), strcmp(code, chosen) == 0);
	}
	vash_page_choice_end(t->page);
	const struct vash_page_field field = {.name = "dso",
					      .type = "text",
					      .label = VASH_SAY_davcna,
					      .hint = VASH_SAY_101_01a_3,
					      .value = t->input ? turn_input(t, "dso") : "",
					      .error = turn_error_of(t, "dso")};
	vash_page_field(t->page, &field);
	vash_page_button(t->page, "next", VASH_SAY_button_next);
	return GW_OK;
}

static enum gw_code take_organ(struct vash_turn *t) {
	const struct vash_registers *r = &t->world->outside->registers;
	const struct vash_identity *identity = &t->login->identity;
	const char *dso = turn_input(t, "dso");
	enum vash_yes_no linked = VASH_UNKNOWN;
	if (!vash_davcna_ok(gw_span_of(dso))) {
		turn_refuse_field(t, "dso", VASH_SAY_338_id_x);
		return GW_OK;
	}
	enum gw_code rc = r->mdp(r->ctx, identity->idp_im, identity->issuer, dso, &linked, t->err);
	if (rc != GW_OK) {
		return rc;
	}
	if (linked == VASH_YES) {
		turn_keep(t, "dso", dso);
		return look_up(t);
	}
	turn_say(t, linked == VASH_NO ? VASH_SAY_101_01a_5b : VASH_SAY_101_01a_4x);
	return GW_OK;
}

static enum gw_code take_position(struct vash_turn *t) {
	const char *position = turn_input(t, "position");
	if (strcmp(position, "11") == 0) {
		return look_up(t);
	}
	if (strcmp(position, "31") == 0) {
		return take_organ(t);
	}
	turn_refuse_field(t, "position", VASH_SAY_choose_one);
	return GW_OK;
}

/* ---- vs101-03 ---- */

static enum gw_code show_choice(struct vash_turn *t) {
	struct found found;
	enum gw_code rc = find_records(t, &found);
	if (rc == GW_OK) {
		vash_choose_record(t, &found.usable, VASH_SAY_101_03, "record");
		vash_page_button(t->page, "login", VASH_SAY_button_login);
	}
	return rc;
}

static enum gw_code take_choice(struct vash_turn *t) {
	struct found found;
	struct vash_records chosen;
	enum gw_code rc = find_records(t, &found);
	if (rc != GW_OK) {
		return rc;
	}
	if (!turn_chosen(turn_input(t, "record"), &found.usable, &chosen, t->arena) || chosen.count != 1) {
		turn_refuse_field(t, "record", VASH_SAY_101_03_x);
		return GW_OK;
	}
	t->logged_in = &chosen.row[0];
	t->login_dso = turn_value(t, "dso");
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

static const struct vash_step steps[] = {{"vs101-01a", show_position, take_position},
					 {"vs101-03", show_choice, take_choice},
					 {"vs101-04", show_done, NULL}};
const struct vash_procedure vash_vs101 = {
	.code = "vs101",
	.access = VASH_BEFORE_LOGIN,
	.name = {"Prijava zunanjega uporabnika / administratorja", "Login of an external user or administrator"},
	.begin = begin,
	.steps = steps,
	.count = GW_COUNT(steps)};
