/* vs221, vs222, vs223 (FZ 5.4): the lists, on the screen and as PDF. They write nothing. */
#include "vash/persons.h"

static void offer_pdf(struct vash_turn *t) {
	vash_page_link(t->page, "pdf", (struct vash_text){"Pridobi PDF", "Get the PDF"});
}

static enum gw_code back_to_choice(struct vash_turn *t, const char *step) {
	if (!vash_take_filter(t) && !vash_take_page(t)) {
		vash_forget_filter(t);
		turn_go(t, step);
	}
	return GW_OK;
}

/* ---- vs221 ---- */

static enum gw_code begin_221(struct vash_turn *t) {
	turn_go(t, "vs221-01");
	return GW_OK;
}

static enum gw_code show_221(struct vash_turn *t) {
	struct vash_records own;
	enum gw_code rc = vash_own_records(t, VASH_SET_LOGIN | VASH_SET_2, false, &own);
	if (rc == GW_OK) {
		vash_page_text(t->page, VASH_SAY_221_2, (struct vash_text[]){vash_same(t->login->record.subject.name)},
			       1);
		vash_show_own(t, &own);
		offer_pdf(t);
	}
	return rc;
}

static const struct vash_step steps_221[] = {{"vs221-01", show_221, NULL}};
const struct vash_procedure vash_vs221 = {
	.code = "vs221", .begin = begin_221, .steps = steps_221, .count = GW_COUNT(steps_221)};

/* ---- the status asked for: vs222, vs223-3 (D13) ---- */

static const struct {
	const char *word;
	enum vash_status status;
	enum vash_say users, persons, no_users, no_persons;
} kinds[] = {{"active", VASH_ACTIVE, VASH_SAY_222_a, VASH_SAY_223_3a, VASH_SAY_222_ax, VASH_SAY_223_3ax},
	     {"pending", VASH_PENDING, VASH_SAY_222_b, VASH_SAY_223_3b, VASH_SAY_222_bx, VASH_SAY_223_3bx},
	     {"deleted", VASH_DELETED, VASH_SAY_222_c, VASH_SAY_223_3c, VASH_SAY_222_cx, VASH_SAY_223_3cx}};

static size_t kind_of(const char *word) {
	size_t i = 0;
	while (i < GW_COUNT(kinds) && strcmp(kinds[i].word, word) != 0) {
		i++;
	}
	return i;
}

static void show_kinds(struct vash_turn *t, enum vash_say label, bool persons) {
	const struct vash_page_choice choice = {.name = "status", .label = label, .error = turn_error_of(t, "status")};
	const char *chosen = turn_shown(t, "status", "status");
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		const struct vash_say_row *row = vash_say_row(persons ? kinds[i].persons : kinds[i].users);
		vash_page_option(t->page, kinds[i].word, (struct vash_text){row->sl, row->en},
				 strcmp(kinds[i].word, chosen) == 0);
	}
	vash_page_choice_end(t->page);
	vash_page_button(t->page, "next", VASH_SAY_button_next);
}

static bool take_kind(struct vash_turn *t) {
	const char *word = turn_input(t, "status");
	if (kind_of(word) == GW_COUNT(kinds)) {
		turn_refuse_field(t, "status", VASH_SAY_choose_one);
		return false;
	}
	turn_keep(t, "status", word);
	return true;
}

/* `filtered`: by what, as vash_filter says. */
static void show_parameter(struct vash_turn *t, bool persons, enum vash_say filtered) {
	size_t kind = kind_of(turn_value(t, "status"));
	if (kind < GW_COUNT(kinds)) {
		const struct vash_say_row *row = vash_say_row(persons ? kinds[kind].persons : kinds[kind].users);
		vash_page_list_parameter(t->page, VASH_SAY_status, (struct vash_text){row->sl, row->en});
	}
	if (filtered != VASH_SAY_NONE) {
		vash_page_list_parameter(t->page, filtered, vash_same(turn_value(t, "filter.text")));
	}
}

/* Why, when and by whom a deleted one has ended (DECISIONS "Records"). */
static struct vash_text line_of(struct vash_turn *t, const struct vash_record *r) {
	if (!r->end_reason[0]) {
		return vash_same(r->subject.name);
	}
	struct vash_text end = turn_end_text(t, r);
	return (struct vash_text){gw_arena_printf(t->arena, "%s (%s)", r->subject.name, end.sl),
				  gw_arena_printf(t->arena, "%s (%s)", r->subject.name, end.en)};
}

/* The page of the list that the filter has left. */
static void show_records(struct vash_turn *t, const struct vash_records *all, const struct vash_records *matching) {
	const struct vash_records shown = vash_list_page(t, matching);
	vash_show_place(t, all, matching);
	for (size_t i = 0; i < shown.count; i++) {
		const struct vash_record *r = &shown.row[i];
		const struct vash_page_record row = {.id = r->m.id, .text = line_of(t, r)};
		vash_page_record(t->page, &row);
		if (r->has_service && !t->whole) {
			vash_page_facts(t->page, VASH_SAY_NONE);
			turn_show_dossier(t, r);
			vash_page_facts_end(t->page);
		}
		vash_page_record_end(t->page);
	}
	vash_page_list_end(t->page);
	vash_show_filter(t);
	vash_show_turning(t, matching);
	vash_page_button(t->page, "back", VASH_SAY_button_back);
	offer_pdf(t);
}

/* ---- vs222 ---- */

static enum gw_code begin_222(struct vash_turn *t) {
	struct vash_records groups;
	enum gw_code rc = vash_administered_records(t, &groups);
	if (rc == GW_OK && groups.count == 0) {
		turn_stop(t, VASH_SAY_not_offered);
	} else {
		turn_go(t, "vs222-01");
	}
	return rc;
}

static enum gw_code show_222(struct vash_turn *t) {
	struct vash_records groups;
	enum gw_code rc = vash_administered_records(t, &groups);
	if (rc == GW_OK && groups.count > 1) {
		vash_choose_record(t, &groups, VASH_SAY_211_01_1b, "administrator");
	}
	show_kinds(t, VASH_SAY_222_1, false);
	return rc;
}

static enum gw_code take_222(struct vash_turn *t) {
	struct vash_records groups, chosen;
	enum gw_code rc = vash_administered_records(t, &groups);
	if (rc != GW_OK) {
		return rc;
	}
	chosen = groups;
	if (groups.count > 1 &&
	    (!turn_chosen(turn_input(t, "record"), &groups, &chosen, t->arena) || chosen.count != 1)) {
		turn_refuse_field(t, "record", VASH_SAY_211_01_1x);
		return GW_OK;
	}
	if (chosen.count == 1 && take_kind(t)) {
		turn_keep(t, "administrator", gw_arena_printf(t->arena, "%lld", (long long)chosen.row[0].m.id));
		turn_go(t, "vs222-02");
	}
	return rc;
}

static enum gw_code show_users(struct vash_turn *t) {
	struct vash_records groups, chosen, all, matching;
	size_t kind = kind_of(turn_value(t, "status"));
	enum gw_code rc = vash_administered_records(t, &groups);
	if (rc != GW_OK || kind == GW_COUNT(kinds) ||
	    !turn_chosen(turn_value(t, "administrator"), &groups, &chosen, t->arena)) {
		turn_stop(t, VASH_SAY_not_offered);
		return rc;
	}
	const struct vash_record *r = &chosen.row[0];
	rc = turn_records(t, VASH_BY_GROUP, r->m.administered_group, kinds[kind].status, &all);
	if (rc == GW_OK && all.count == 0) {
		turn_say(t, kinds[kind].no_users);
	}
	enum vash_say filtered = vash_filter(t, &all, &matching);
	int scheme = vash_administered_scheme(t->world->lists, r->m.administered_group);
	const struct vash_text fill[] = {
		turn_group_full(t, scheme, r->m.administered_group),
		vash_same(r->m.member_kind == VASH_INDEPENDENT ? r->subject.name : r->principal.name)};
	vash_page_list(t->page, "vs007", VASH_SAY_222_p, fill, GW_COUNT(fill));
	show_parameter(t, false, filtered);
	show_records(t, &all, &matching);
	return rc;
}

static enum gw_code take_users(struct vash_turn *t) {
	return back_to_choice(t, "vs222-01");
}

static const struct vash_step steps_222[] = {{"vs222-01", show_222, take_222}, {"vs222-02", show_users, take_users}};
const struct vash_procedure vash_vs222 = {
	.code = "vs222", .begin = begin_222, .steps = steps_222, .count = GW_COUNT(steps_222)};

/* ---- vs223 ---- */

static enum gw_code begin_223(struct vash_turn *t) {
	bool stopped;
	enum gw_code rc = persons_begin(t, &stopped);
	if (rc == GW_OK && !stopped) {
		turn_go(t, "vs223-02");
	}
	return rc;
}

static enum gw_code show_223(struct vash_turn *t) {
	enum gw_code rc = persons_show_choice(t);
	show_kinds(t, VASH_SAY_223_3, true);
	return rc;
}

static enum gw_code take_223(struct vash_turn *t) {
	bool good = false;
	enum gw_code rc = persons_take_choice(t, &good);
	if (rc == GW_OK && good && take_kind(t)) {
		turn_go(t, "vs223-03");
	}
	return rc;
}

static enum gw_code show_persons(struct vash_turn *t) {
	struct vash_records all, matching;
	const struct vash_record *r = NULL;
	bool still = false;
	size_t kind = kind_of(turn_value(t, "status"));
	enum gw_code rc = persons_still(t, &still);
	rc = rc == GW_OK ? turn_record(t, persons_record(t), &r) : rc;
	if (rc != GW_OK || !still || !r || kind == GW_COUNT(kinds)) {
		return rc;
	}
	rc = turn_records(t, VASH_BY_PRINCIPAL, r->m.id, kinds[kind].status, &all);
	if (rc == GW_OK && all.count == 0) {
		turn_say(t, kinds[kind].no_persons);
	}
	enum vash_say filtered = vash_filter(t, &all, &matching);
	const struct vash_text fill[] = {turn_group_full(t, r->m.scheme, r->m.user_group), vash_same(r->subject.name)};
	vash_page_list(t->page, "vs005", VASH_SAY_223_p, fill, GW_COUNT(fill));
	show_parameter(t, true, filtered);
	show_records(t, &all, &matching);
	return rc;
}

static enum gw_code take_persons(struct vash_turn *t) {
	return back_to_choice(t, "vs223-02");
}

static const struct vash_step steps_223[] = {{"vs223-02", show_223, take_223},
					     {"vs223-03", show_persons, take_persons}};
const struct vash_procedure vash_vs223 = {
	.code = "vs223", .begin = begin_223, .steps = steps_223, .count = GW_COUNT(steps_223)};
