/* vs212 (FZ 5.3.6): an independent user approves, refuses and deletes his authorised persons. */
#include "vash/decide.h"
#include "vash/persons.h"

/* ---- vs212-01, vs212-02: the record whose persons they are ---- */

static enum gw_code begin(struct vash_turn *t) {
	bool stopped;
	enum gw_code rc = persons_begin(t, &stopped);
	if (rc == GW_OK && !stopped) {
		turn_go(t, "vs212-02");
	}
	return rc;
}

/* ---- vs212-02, vs212-03: which group, and what is to be done ---- */

static enum gw_code show_choice(struct vash_turn *t) {
	enum gw_code rc = persons_show_choice(t);
	decide_show_what(t, VASH_SAY_212_03a, VASH_SAY_212_03b);
	vash_page_button(t->page, "next", VASH_SAY_button_next);
	return rc;
}

static enum gw_code take_choice(struct vash_turn *t) {
	bool good = false;
	enum gw_code rc = persons_take_choice(t, &good);
	if (rc != GW_OK || !good) {
		return rc;
	}
	if (decide_take_what(t)) {
		turn_go(t, decide_approves(t) ? "vs212-04" : "vs212-05");
	}
	return GW_OK;
}

/* ---- vs212-04, vs212-05: the list and its marks ---- */

static bool is_person(const struct vash_turn *t, const struct vash_record *r) {
	return r->m.member_kind == VASH_AUTHORISED_PERSON && r->principal_record == persons_record(t);
}

static bool belongs(const struct vash_turn *t, const struct vash_record *r, enum vash_status status) {
	return is_person(t, r) && r->m.link_status == (int)status;
}

static bool is_waiting(const struct vash_turn *t, const struct vash_record *r) {
	return belongs(t, r, VASH_PENDING);
}

static bool is_active(const struct vash_turn *t, const struct vash_record *r) {
	return belongs(t, r, VASH_ACTIVE);
}

static const struct decide_rules approving = {.confirms = true, .belongs = is_waiting, .concerns = is_person},
				 deleting = {.confirms = false, .belongs = is_active, .concerns = is_person};

static const struct decide_rules *rules_of(const struct vash_turn *t) {
	return strcmp(t->the_case->step, "vs212-04") == 0 ? &approving : &deleting;
}

static enum gw_code show_list(struct vash_turn *t) {
	struct vash_records all, matching;
	const struct decide_rules *rules = rules_of(t);
	bool still = false;
	enum gw_code rc = persons_still(t, &still);
	if (rc != GW_OK || !still) {
		return rc;
	}
	rc = turn_records(t, VASH_BY_PRINCIPAL, persons_record(t), rules->confirms ? VASH_PENDING : VASH_ACTIVE, &all);
	if (rc != GW_OK) {
		return rc;
	}
	if (all.count == 0) {
		turn_stop(t, rules->confirms ? VASH_SAY_212_04_2a : VASH_SAY_212_05_2a);
		return rc;
	}
	vash_filter(t, &all, &matching);
	const struct vash_records shown = vash_list_page(t, &matching);
	vash_page_list(t->page, "vs005", VASH_SAY_005_h, NULL, 0);
	vash_show_place(t, &all, &matching);
	decide_show_count(t);
	for (size_t i = 0; i < shown.count; i++) {
		const struct vash_record *r = &shown.row[i];
		const struct vash_page_record row = {
			.id = r->m.id, .text = vash_same(r->subject.name), .mark = decide_mark(t, r->m.id)};
		vash_page_record(t->page, &row);
		decide_show(t, r, rules);
		vash_page_record_end(t->page);
	}
	vash_page_list_end(t->page);
	vash_show_filter(t);
	vash_show_turning(t, &matching);
	vash_page_button(t->page, "execute", VASH_SAY_button_execute);
	return rc;
}

/* ---- vs212-06 ---- */

/* All of the marked, or none. */
static bool may_execute(struct vash_turn *t, const struct vash_records *marked) {
	bool may = true;
	for (size_t i = 0; i < marked->count; i++) {
		const struct vash_record *r = &marked->row[i];
		may &= strcmp(decide_mark(t, r->m.id), "confirm") != 0 ||
		       decide_subject_counts(t, r, VASH_SAY_212_06_subject);
	}
	return may;
}

static void execute_one(struct vash_turn *t, const struct vash_record *r) {
	const char *mark = decide_mark(t, r->m.id);
	bool confirm = strcmp(mark, "confirm") == 0, refuse = strcmp(mark, "refuse") == 0;
	const struct vash_text fill[] = {vash_same(r->principal.name),
					 turn_group_full(t, r->m.scheme, r->m.user_group)};
	if (confirm) {
		turn_confirm_record(t, r);
	} else {
		turn_end_record(t, r, refuse ? "refused" : "deleted");
	}
	turn_mail(t, r->subject.email,
		  confirm  ? VASH_SAY_212_07_2p
		  : refuse ? VASH_SAY_212_07_2z
			   : VASH_SAY_212_07_2i,
		  fill, GW_COUNT(fill));
}

static enum gw_code take_list(struct vash_turn *t) {
	struct vash_records marked;
	bool still = false;
	enum gw_code rc = persons_still(t, &still);
	if (rc != GW_OK || !still) {
		return rc;
	}
	rc = decide_take(t, rules_of(t), &marked);
	if (rc != GW_OK || !may_execute(t, &marked)) {
		return rc;
	}
	for (size_t i = 0; i < marked.count; i++) {
		execute_one(t, &marked.row[i]);
	}
	if (marked.count > 0) {
		t->end = VASH_TURN_FINISHED;
		turn_go(t, "vs212-07");
	}
	return rc;
}

static enum gw_code show_done(struct vash_turn *t) {
	turn_say(t, VASH_SAY_212_07_1);
	vash_page_link(t->page, "menu", turn_menu_text());
	return GW_OK;
}

static const struct vash_step steps[] = {{"vs212-02", show_choice, take_choice},
					 {"vs212-04", show_list, take_list},
					 {"vs212-05", show_list, take_list},
					 {"vs212-07", show_done, NULL}};
const struct vash_procedure vash_vs212 = {.code = "vs212", .begin = begin, .steps = steps, .count = GW_COUNT(steps)};
