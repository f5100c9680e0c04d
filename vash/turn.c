#include "vash/turn.h"

#include "vash/lists.h"

static const struct vash_procedure *const procedures[] = {
	&vash_vs101, &vash_vs206,     &vash_vs207,     &vash_vs208,	      &vash_vs211, &vash_vs212,
	&vash_vs221, &vash_vs222,     &vash_vs223,     &vash_vs231,	      &vash_vs232, &vash_vs301,
	&vash_vs302, &vash_own_calls, &vash_own_cases, &vash_own_certificates};

static const struct vash_procedure *find_procedure(const char *code) {
	for (size_t i = 0; i < GW_COUNT(procedures); i++) {
		if (strcmp(procedures[i]->code, code) == 0) {
			return procedures[i];
		}
	}
	return NULL;
}

bool vash_procedure_exists(const char *code) {
	return find_procedure(code) != NULL;
}

static const struct vash_step *find_step(const struct vash_procedure *p, const char *code) {
	for (size_t i = 0; i < p->count; i++) {
		if (strcmp(p->steps[i].code, code) == 0) {
			return &p->steps[i];
		}
	}
	return NULL;
}

/* ---- may he? ---- */

bool vash_record_counts(const struct vash_record *r) {
	return r->m.id != 0 && vash_p001(&r->m) != VASH_SET_NONE && r->subject.prs_status != VASH_PRS_DELETED &&
	       !r->subject.blocked;
}

bool vash_login_counts(const struct vash_login_data *login) {
	return !login->certificate_blocked && vash_record_counts(&login->record);
}

/* FZ 5.1 with D27. */
static bool is_offered(const struct vash_turn *t, const struct vash_procedure *p) {
	const struct vash_procedure_row *row = vash_procedure_find(t->world->lists, p->code);
	switch (p->access) {
	case VASH_FOR_ALL:
		return true;
	case VASH_FOR_SERVICES:
		return vash_sees_services(&t->login->record);
	case VASH_BY_TABLE:
	case VASH_BEFORE_LOGIN:
	default:
		return row && row->offered[t->login->kind];
	}
}

static bool may_go_on(struct vash_turn *t, const struct vash_procedure *p) {
	if (t->login->certificate_blocked) {
		turn_stop(t, VASH_SAY_login_blocked);
		t->end = VASH_TURN_LOGGED_OUT;
		t->login_over = true;
		return false;
	}
	if (p->access == VASH_BEFORE_LOGIN) {
		return true;
	}
	if (!vash_login_counts(t->login)) {
		turn_stop(t, VASH_SAY_login_over);
		t->end = VASH_TURN_LOGGED_OUT;
		t->login_over = true;
		return false;
	}
	if (!is_offered(t, p)) {
		turn_stop(t, VASH_SAY_not_offered);
		return false;
	}
	return true;
}

/* ---- the turn ---- */

static enum gw_code find_turn(const struct vash_turn *t, const struct vash_procedure **p) {
	*p = find_procedure(t->the_case->procedure);
	return *p ? GW_OK : gw_fail(t->err, GW_E_INPUT, "there is no procedure '%.20s'", t->the_case->procedure);
}

/* vs207-03.1x: a private key is neither kept nor shown again, whatever field it was pasted into. The field of the
 * certificate says so by itself. */
static bool drop_private_keys(struct vash_turn *t) {
	const struct vash_pairs *sent = &t->input->values;
	struct vash_input *clean = NULL;
	for (size_t i = 0; i < sent->count && !t->arena->failed; i++) {
		const char *name = sent->pair[i].name;
		if (strcmp(name, "certificate") == 0 || !strstr(sent->pair[i].value, "PRIVATE KEY-----")) {
			continue;
		}
		turn_refuse_field(t, name, VASH_SAY_207_03_key);
		if (!clean && (clean = gw_arena_alloc(t->arena, sizeof(*clean)))) {
			*clean = *t->input;
		}
		if (clean) {
			vash_pair_set(&clean->values, name, "");
		}
	}
	t->input = clean ? clean : t->input;
	return t->errors.count > 0;
}

static enum gw_code take_input(struct vash_turn *t, const struct vash_procedure *p) {
	const struct vash_step *step = find_step(p, t->the_case->step);
	if (!step || !step->take) {
		return gw_fail(t->err, GW_E_INPUT, "step '%.20s' takes nothing", t->the_case->step);
	}
	if (turn_pressed(t, "cancel")) {
		turn_stop(t, VASH_SAY_cancelled);
		return GW_OK;
	}
	return drop_private_keys(t) ? GW_OK : step->take(t);
}

enum gw_code vash_turn_take(struct vash_turn *t) {
	const struct vash_procedure *p;
	enum gw_code rc = find_turn(t, &p);
	if (rc != GW_OK || !may_go_on(t, p)) {
		return rc;
	}
	rc = t->the_case->step[0] ? take_input(t, p) : p->begin(t);
	return rc == GW_OK && t->arena->failed ? gw_fail(t->err, GW_E_RETRY, "the case is too large") : rc;
}

enum gw_code vash_turn_show(struct vash_turn *t) {
	const struct vash_procedure *p;
	enum gw_code rc = find_turn(t, &p);
	if (rc != GW_OK || t->end == VASH_TURN_STOPPED || !t->the_case->step[0]) {
		return rc;
	}
	const struct vash_step *step = find_step(p, t->the_case->step);
	if (!step) {
		return gw_fail(t->err, GW_E_INPUT, "procedure '%s' has no step '%.20s'", p->code, t->the_case->step);
	}
	if (t->login_over || ((step->take || t->end == VASH_TURN_OPEN) && !may_go_on(t, p))) {
		return GW_OK;
	}
	rc = step->show(t);
	if (step->take) {
		vash_page_button(t->page, "cancel", VASH_SAY_button_cancel);
	}
	return rc == GW_OK && t->arena->failed ? gw_fail(t->err, GW_E_RETRY, "the page is too large") : rc;
}

static struct vash_text title_of(const struct vash_codelists *lists, const char *code) {
	const struct vash_procedure_row *row = vash_procedure_find(lists, code);
	const struct vash_procedure *p = find_procedure(code);
	if (row || !p) {
		return row ? row->name : vash_same("");
	}
	return p->name.sl ? p->name : vash_same(p->code);
}

struct vash_page_about vash_turn_about(const struct vash_turn *t) {
	return (struct vash_page_about){.procedure = t->the_case->procedure,
					.step = t->the_case->step[0] ? t->the_case->step : "-",
					.title = title_of(t->world->lists, t->the_case->procedure),
					.case_id = t->the_case->id,
					.version = t->the_case->version,
					.finished = t->end != VASH_TURN_OPEN};
}

/* ---- pairs ---- */

const char *vash_pair_get(const struct vash_pairs *pairs, const char *name) {
	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->pair[i].name, name) == 0) {
			return pairs->pair[i].value;
		}
	}
	return "";
}

bool vash_pair_set(struct vash_pairs *pairs, const char *name, const char *value) {
	size_t i = 0;
	while (i < pairs->count && strcmp(pairs->pair[i].name, name) != 0) {
		i++;
	}
	if (!value[0]) {
		if (i < pairs->count) {
			pairs->pair[i] = pairs->pair[--pairs->count];
		}
		return true;
	}
	if (i == GW_COUNT(pairs->pair)) {
		return false;
	}
	pairs->pair[i] = (struct vash_pair){name, value};
	pairs->count += i == pairs->count;
	return true;
}
