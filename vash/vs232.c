/* vs232 (FZ 5.5.2): the chief administrator deletes an external administrator. */
#include "vash/lists.h"

/* vs232-01: group 90 only, so that the chief administrator cannot delete himself. */
static enum gw_code administrators(struct vash_turn *t, struct vash_records *out) {
	struct vash_records all;
	enum gw_code rc = turn_records(t, VASH_BY_ADMINISTRATORS, 0, VASH_ACTIVE, &all);
	struct vash_record *rows = gw_arena_array(t->arena, all.count ? all.count : 1, sizeof(*rows));
	*out = (struct vash_records){0, rows};
	for (size_t i = 0; rc == GW_OK && rows && i < all.count; i++) {
		if (all.row[i].m.user_group == VASH_GROUP_ADMINISTRATOR) {
			rows[out->count++] = all.row[i];
		}
	}
	return rc;
}

static enum gw_code begin(struct vash_turn *t) {
	struct vash_records all;
	enum gw_code rc = administrators(t, &all);
	if (rc == GW_OK && all.count == 0) {
		turn_stop(t, VASH_SAY_232_none);
	} else {
		turn_go(t, "vs232-01");
	}
	return rc;
}

static struct vash_text administered_name(struct vash_turn *t, const struct vash_record *r) {
	int group = r->m.administered_group;
	return turn_group_full(t, vash_administered_scheme(t->world->lists, group), group);
}

static enum gw_code show_choice(struct vash_turn *t) {
	struct vash_records all;
	enum gw_code rc = administrators(t, &all);
	const struct vash_page_choice choice = {
		.name = "record", .label = VASH_SAY_232_01, .error = turn_error_of(t, "record")};
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; rc == GW_OK && i < all.count; i++) {
		const struct vash_record *r = &all.row[i];
		struct vash_text group = administered_name(t, r);
		vash_page_option(t->page, gw_arena_printf(t->arena, "%lld", (long long)r->m.id),
				 (struct vash_text){gw_arena_printf(t->arena, "%s, %s", r->subject.name, group.sl),
						    gw_arena_printf(t->arena, "%s, %s", r->subject.name, group.en)},
				 false);
	}
	vash_page_choice_end(t->page);
	vash_page_button(t->page, "delete", VASH_SAY_button_delete);
	return rc;
}

/* vs232-02.x: applications that nobody can decide now stay, and the chief administrator is told. */
static enum gw_code warn_of_waiting(struct vash_turn *t, const struct vash_record *r) {
	struct vash_records waiting;
	enum gw_code rc = turn_records(t, VASH_BY_GROUP, r->m.administered_group, VASH_PENDING, &waiting);
	turn_keep(t, "waiting", rc == GW_OK && waiting.count > 0 ? "yes" : "");
	return rc;
}

static enum gw_code take_choice(struct vash_turn *t) {
	struct vash_records all, chosen;
	enum gw_code rc = administrators(t, &all);
	if (rc != GW_OK) {
		return rc;
	}
	if (!turn_pressed(t, "delete") || !turn_chosen(turn_input(t, "record"), &all, &chosen, t->arena) ||
	    chosen.count != 1) {
		turn_refuse_field(t, "record", VASH_SAY_232_01_x);
		return GW_OK;
	}
	const struct vash_record *r = &chosen.row[0];
	struct vash_text group = administered_name(t, r);
	turn_end_record(t, r, "deleted");
	turn_mail(t, r->subject.email, VASH_SAY_mail_administrator_removed, &group, 1);
	rc = turn_cascade(t, r);
	rc = rc == GW_OK ? warn_of_waiting(t, r) : rc;
	t->end = VASH_TURN_FINISHED;
	turn_go(t, "vs232-02");
	return rc;
}

static enum gw_code show_done(struct vash_turn *t) {
	turn_say(t, VASH_SAY_232_02);
	if (turn_value(t, "waiting")[0]) {
		turn_say(t, VASH_SAY_232_02_x);
	}
	vash_page_link(t->page, "menu", turn_menu_text());
	return GW_OK;
}

static const struct vash_step steps[] = {{"vs232-01", show_choice, take_choice}, {"vs232-02", show_done, NULL}};
const struct vash_procedure vash_vs232 = {.code = "vs232", .begin = begin, .steps = steps, .count = GW_COUNT(steps)};
