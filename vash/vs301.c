/* vs301 (FZ 5.6.1): another user group for the login; vs302 (FZ 5.6.2): logout. */
#include "vash/lists.h"

/* ---- vs301 ---- */

/* Within vs101 (schemes 1, 3, 5) or vs102 (scheme 2): 4.4.1, D11. */
static unsigned sets_of(const struct vash_turn *t) {
	return t->login->record.m.scheme == VASH_SCHEME_INTERNAL ? VASH_SET_2 : VASH_SET_LOGIN;
}

static enum gw_code begin_301(struct vash_turn *t) {
	turn_go(t, "vs301-01");
	return GW_OK;
}

static enum gw_code show_choice(struct vash_turn *t) {
	struct vash_records own;
	enum gw_code rc = vash_own_records(t, sets_of(t), false, &own);
	if (rc == GW_OK) {
		vash_choose_record(t, &own, VASH_SAY_101_03, "record");
		vash_page_button(t->page, "next", VASH_SAY_button_next);
	}
	return rc;
}

static enum gw_code take_choice(struct vash_turn *t) {
	struct vash_records own, chosen;
	enum gw_code rc = vash_own_records(t, sets_of(t), false, &own);
	if (rc != GW_OK) {
		return rc;
	}
	if (!turn_chosen(turn_input(t, "record"), &own, &chosen, t->arena) || chosen.count != 1) {
		turn_refuse_field(t, "record", VASH_SAY_301_01_x);
		return GW_OK;
	}
	t->logged_in = &chosen.row[0];
	t->end = VASH_TURN_LOGGED_IN;
	turn_go(t, "vs301-02");
	return GW_OK;
}

static enum gw_code show_changed(struct vash_turn *t) {
	turn_say(t, VASH_SAY_301_02);
	vash_page_link(t->page, "menu", turn_menu_text());
	return GW_OK;
}

static const struct vash_step steps_301[] = {{"vs301-01", show_choice, take_choice}, {"vs301-02", show_changed, NULL}};
const struct vash_procedure vash_vs301 = {.code = "vs301",
					  .access = VASH_FOR_ALL,
					  .name = {"Sprememba uporabniške skupine", "Change of the user group"},
					  .begin = begin_301,
					  .steps = steps_301,
					  .count = GW_COUNT(steps_301)};

/* ---- vs302 ---- */

static enum gw_code begin_302(struct vash_turn *t) {
	t->end = VASH_TURN_LOGGED_OUT;
	turn_go(t, "vs302-02");
	return GW_OK;
}

static enum gw_code show_out(struct vash_turn *t) {
	turn_say(t, VASH_SAY_302_2);
	vash_page_link(t->page, "entry", (struct vash_text){"Nazaj na prvo stran", "Back to the first page"});
	return GW_OK;
}

static const struct vash_step steps_302[] = {{"vs302-02", show_out, NULL}};
const struct vash_procedure vash_vs302 = {.code = "vs302",
					  .access = VASH_FOR_ALL,
					  .name = {"Odjava", "Logout"},
					  .begin = begin_302,
					  .steps = steps_302,
					  .count = GW_COUNT(steps_302)};
