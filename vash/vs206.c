/* vs206 (FZ 5.3.4): leaving user groups; waiting applications can be withdrawn (DECISIONS "Records"). */
#include "vash/lists.h"

enum { SETS = VASH_SET_1A | VASH_SET_1B | VASH_SET_3B | VASH_SET_5A | VASH_SET_5B }; /* 3b: D27 */

/* vs206-01 */
static enum gw_code begin(struct vash_turn *t) {
	struct vash_records own;
	enum gw_code rc = vash_own_records(t, SETS, true, &own);
	if (rc == GW_OK && own.count == 0) {
		turn_stop(t, VASH_SAY_206_none);
	} else {
		turn_go(t, "vs206-01");
	}
	return rc;
}

static enum gw_code show_choice(struct vash_turn *t) {
	struct vash_records own;
	enum gw_code rc = vash_own_records(t, SETS, true, &own);
	if (rc != GW_OK) {
		return rc;
	}
	const struct vash_page_choice choice = {
		.name = "records", .label = VASH_SAY_206_01, .many = true, .error = turn_error_of(t, "records")};
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < own.count; i++) {
		vash_page_option(t->page, gw_arena_printf(t->arena, "%lld", (long long)own.row[i].m.id),
				 turn_record_text(t, &own.row[i]), false);
	}
	vash_page_choice_end(t->page);
	vash_page_button(t->page, "leave", VASH_SAY_button_leave);
	return rc;
}

/* vs206-02 */
static enum gw_code leave(struct vash_turn *t, const struct vash_record *r) {
	bool independent = r->m.member_kind == VASH_INDEPENDENT;
	bool pending = (independent ? r->m.status : r->m.link_status) == VASH_PENDING;
	turn_end_record(t, r, pending ? "withdrawn" : "left");
	return independent ? turn_cascade(t, r) : GW_OK;
}

static enum gw_code take_choice(struct vash_turn *t) {
	struct vash_records own, chosen;
	enum gw_code rc = vash_own_records(t, SETS, true, &own);
	if (rc != GW_OK) {
		return rc;
	}
	if (!turn_pressed(t, "leave") || !turn_chosen(turn_input(t, "records"), &own, &chosen, t->arena)) {
		turn_refuse_field(t, "records", VASH_SAY_206_01_x);
		return GW_OK;
	}
	for (size_t i = 0; rc == GW_OK && i < chosen.count; i++) {
		rc = leave(t, &chosen.row[i]);
	}
	turn_go(t, "vs206-03");
	t->end = VASH_TURN_LOGGED_OUT;
	return rc;
}

/* vs206-03 */
static enum gw_code show_done(struct vash_turn *t) {
	turn_say(t, VASH_SAY_206_03_1);
	vash_page_link(t->page, "entry", (struct vash_text){"Nazaj na prvo stran", "Back to the first page"});
	return GW_OK;
}

static const struct vash_step steps[] = {{"vs206-01", show_choice, take_choice}, {"vs206-03", show_done, NULL}};
const struct vash_procedure vash_vs206 = {.code = "vs206", .begin = begin, .steps = steps, .count = GW_COUNT(steps)};
