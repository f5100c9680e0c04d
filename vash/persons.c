#include "vash/persons.h"

enum { SETS = VASH_SET_1A | VASH_SET_3A | VASH_SET_5A };

static void choose(struct vash_turn *t, const struct vash_record *r) {
	turn_keep(t, "of", gw_arena_printf(t->arena, "%lld", (long long)r->m.id));
}

int64_t persons_record(const struct vash_turn *t) {
	return turn_number(turn_value(t, "of"));
}

enum gw_code persons_begin(struct vash_turn *t, bool *stopped) {
	struct vash_records own;
	*stopped = true;
	if (!vash_may_have_authorised(t->world->lists, t->login->record.subject.position)) { /* FZ-VS6.1, D26 */
		turn_stop(t, VASH_SAY_212_01a);
		return GW_OK;
	}
	enum gw_code rc = vash_own_records(t, SETS, false, &own);
	if (rc == GW_OK && own.count == 0) {
		turn_stop(t, VASH_SAY_212_02c);
		return rc;
	}
	*stopped = rc != GW_OK;
	if (rc == GW_OK && own.count == 1) {
		choose(t, &own.row[0]);
	}
	return rc;
}

enum gw_code persons_show_choice(struct vash_turn *t) {
	struct vash_records own;
	enum gw_code rc = vash_own_records(t, SETS, false, &own);
	if (rc == GW_OK && own.count > 1) {
		vash_choose_record(t, &own, VASH_SAY_212_02b, "of");
	}
	return rc;
}

enum gw_code persons_take_choice(struct vash_turn *t, bool *good) {
	struct vash_records own, chosen;
	enum gw_code rc = vash_own_records(t, SETS, false, &own);
	*good = rc == GW_OK && own.count == 1;
	if (*good) {
		choose(t, &own.row[0]); /* several when it began */
	}
	if (rc != GW_OK || *good) {
		return rc;
	}
	*good = turn_chosen(turn_input(t, "record"), &own, &chosen, t->arena) && chosen.count == 1;
	if (*good) {
		choose(t, &chosen.row[0]);
	} else {
		turn_refuse_field(t, "record", VASH_SAY_212_02bx);
	}
	return rc;
}

enum gw_code persons_still(struct vash_turn *t, bool *still) {
	const struct vash_record *r = NULL;
	enum gw_code rc = turn_record(t, persons_record(t), &r);
	*still = rc == GW_OK && r && (vash_p001(&r->m) & SETS) && r->subject.id == t->login->record.subject.id;
	if (rc == GW_OK && !*still) {
		turn_stop(t, VASH_SAY_212_02c);
	}
	return rc;
}
