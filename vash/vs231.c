/* vs231 (FZ 5.5.1): the chief administrator enters an external administrator. */
#include "vash/lists.h"
#include "vash/net_address.h"
#include "vash/numbers.h"

static enum gw_code begin(struct vash_turn *t) {
	turn_go(t, "vs231-01");
	return GW_OK;
}

/* ---- vs231-01: position and registration number ---- */

static enum gw_code show_number(struct vash_turn *t) {
	static const int positions[] = {VASH_LEGAL_PERSON, VASH_ORGAN};
	const char *chosen = turn_shown(t, "position", "position");
	const struct vash_page_choice choice = {
		.name = "position", .label = VASH_SAY_231_01_1, .error = turn_error_of(t, "position")};
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < GW_COUNT(positions); i++) {
		const char *code = gw_arena_printf(t->arena, "%d", positions[i]);
		vash_page_option(t->page, code, turn_position_full(t, positions[i]), strcmp(code, chosen) == 0);
	}
	vash_page_choice_end(t->page);
	const struct vash_page_field field = {.name = "maticna",
					      .type = "text",
					      .label = VASH_SAY_filter_maticna,
					      .value = turn_shown(t, "maticna", "maticna"),
					      .error = turn_error_of(t, "maticna"),
					      .required = true};
	vash_page_field(t->page, &field);
	vash_page_button(t->page, "next", VASH_SAY_button_filter);
	return GW_OK;
}

/* vs231-02.6: what eCEU says of the subject, if it is there. It keeps the position that it has; whom an operator has
 * blocked could not log in. */
static enum gw_code check_known(struct vash_turn *t, int position, const char *maticna, bool *good) {
	const struct vash_registry *r = t->world->registry;
	const struct vash_subject *known = NULL;
	size_t count = 0;
	enum gw_code rc = r->subjects(r->ctx, VASH_BY_MATICNA, maticna, t->arena, &known, &count, t->err);
	*good = rc == GW_OK;
	if (*good && count && known[0].position != position) {
		const struct vash_position_row *p = vash_position_find(t->world->lists, known[0].position);
		turn_say_about(t, VASH_SAY_231_02_6x, p ? p->name : vash_same(""));
		*good = false;
	} else if (*good && count && known[0].blocked) {
		turn_say_about(t, VASH_SAY_231_blocked, vash_same(known[0].name));
		*good = false;
	}
	return rc;
}

/* [9] in the case: a value for each of its texts. */
enum { ADDRESS_TEXTS = 8 };
static const char *const address_names[ADDRESS_TEXTS] = {
	"address.recipient",	"address.street",   "address.house_number", "address.settlement",
	"address.municipality", "address.postcode", "address.post",	    "address.country"};

static void keep_address(struct vash_turn *t, const struct vash_address *a) {
	const char *const texts[ADDRESS_TEXTS] = {a->recipient,	   a->street,	a->house_number, a->settlement,
						  a->municipality, a->postcode, a->post,	 a->country};
	for (size_t i = 0; i < ADDRESS_TEXTS; i++) {
		turn_keep(t, address_names[i], texts[i]);
	}
}

static struct vash_address kept_address(const struct vash_turn *t) {
	const char *of[ADDRESS_TEXTS];
	for (size_t i = 0; i < ADDRESS_TEXTS; i++) {
		of[i] = turn_value(t, address_names[i]);
	}
	return (struct vash_address){of[0], of[1], of[2], of[3], of[4], of[5], of[6], of[7]};
}

/* vs231-02: PRS, without the comparison of tax numbers (D16). */
static enum gw_code look_up(struct vash_turn *t, const char *position, const char *maticna) {
	const struct vash_registers *r = &t->world->outside->registers;
	struct vash_prs_entry found = {0};
	enum gw_code rc = r->prs(r->ctx, maticna, t->arena, &found, t->err);
	if (rc != GW_OK) {
		return rc;
	}
	if (found.found != VASH_YES) {
		turn_say(t, found.found == VASH_NO ? VASH_SAY_231_02_2a : VASH_SAY_231_02_2x);
		return GW_OK;
	}
	if (!vash_form_fits_position(t->world->lists, (int)turn_number(position), found.legal_form,
				     VASH_BY_CHIEF_ADMINISTRATOR)) {
		turn_say(t, VASH_SAY_231_02_5a);
		return GW_OK;
	}
	bool good = false;
	rc = check_known(t, (int)turn_number(position), maticna, &good);
	if (rc != GW_OK || !good) {
		return rc;
	}
	turn_keep(t, "position", position);
	turn_keep(t, "maticna", maticna);
	turn_keep(t, "davcna", found.davcna);
	turn_keep(t, "firm", found.firm);
	turn_keep(t, "form", gw_arena_printf(t->arena, "%d", found.legal_form));
	keep_address(t, &found.address);
	turn_go(t, "vs231-02");
	return GW_OK;
}

static enum gw_code take_number(struct vash_turn *t) {
	const char *position = turn_input(t, "position"), *given = turn_input(t, "maticna");
	char maticna[VASH_MATICNA];
	if (strcmp(position, "21") != 0 && strcmp(position, "31") != 0) {
		turn_refuse_field(t, "position", VASH_SAY_choose_one);
	}
	if (!vash_maticna_ok(gw_span_of(given)) || !vash_maticna_canonical(gw_span_of(given), maticna)) {
		turn_refuse_field(t, "maticna", VASH_SAY_338_id_x);
	}
	return t->errors.count ? GW_OK : look_up(t, position, gw_arena_text(t->arena, maticna));
}

/* ---- vs231-02.4: the firm, its business address [9], and its e-mail address ---- */

/* "first second, " of what there is */
static const char *two(struct vash_turn *t, const char *first, const char *second) {
	bool none = !first[0] && !second[0];
	return none ? "" : gw_arena_printf(t->arena, "%s%s%s, ", first, first[0] && second[0] ? " " : "", second);
}

static const char *address_line(struct vash_turn *t, const struct vash_address *a, const char *municipality) {
	bool named = strcmp(a->settlement, a->post) == 0; /* the post says it */
	return gw_arena_printf(t->arena, "%s%s%s%s%s%s", two(t, a->recipient, ""), two(t, a->street, a->house_number),
			       two(t, named ? "" : a->settlement, ""), two(t, a->postcode, a->post),
			       a->municipality[0] ? two(t, municipality, a->municipality) : "", a->country);
}

static enum gw_code show_subject(struct vash_turn *t) {
	const struct vash_address address = kept_address(t);
	vash_page_facts(t->page, VASH_SAY_NONE);
	vash_page_fact(t->page, VASH_SAY_filter_firm, turn_value(t, "firm"));
	if (address.country[0]) {
		vash_page_fact_text(t->page, VASH_SAY_business_address,
				    (struct vash_text){address_line(t, &address, "občina"),
						       address_line(t, &address, "municipality of")});
	}
	vash_page_facts_end(t->page);
	const struct vash_page_field field = {.name = "email",
					      .type = "text",
					      .label = VASH_SAY_email,
					      .value = turn_shown(t, "email", "email"),
					      .error = turn_error_of(t, "email"),
					      .required = true};
	vash_page_field(t->page, &field);
	vash_page_button(t->page, "next", VASH_SAY_button_next);
	return GW_OK;
}

/* A domain without a dot is a slip of the pen. */
static bool email_ok(const char *text) {
	return vash_email_ok(text) && strchr(strchr(text, '@'), '.');
}

static enum gw_code take_subject(struct vash_turn *t) {
	const char *email = turn_input(t, "email");
	if (!email_ok(email)) {
		turn_refuse_field(t, "email", VASH_SAY_email_x);
		return GW_OK;
	}
	turn_keep(t, "email", email);
	turn_go(t, "vs231-03");
	return GW_OK;
}

/* ---- vs231-03: the administered group ---- */

static enum gw_code show_groups(struct vash_turn *t) {
	const struct vash_codelists *lists = t->world->lists;
	const char *chosen = turn_shown(t, "group", "group");
	const struct vash_page_choice choice = {
		.name = "group", .label = VASH_SAY_231_03_1, .error = turn_error_of(t, "group")};
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < lists->groups.count; i++) {
		const struct vash_group_row *g = &lists->groups.row[i];
		if (g->administered) {
			const char *code = gw_arena_printf(t->arena, "%d", g->code);
			vash_page_option(t->page, code, turn_group_full(t, g->scheme, g->code),
					 strcmp(code, chosen) == 0);
		}
	}
	vash_page_choice_end(t->page);
	vash_page_button(t->page, "next", VASH_SAY_button_enter);
	return GW_OK;
}

/* vs231-03.3: is the group free? */
static enum gw_code check_free(struct vash_turn *t, int group, bool *is_free) {
	struct vash_records taken;
	enum gw_code rc = turn_records(t, VASH_BY_ADMINISTERED, group, VASH_ACTIVE, &taken);
	*is_free = rc == GW_OK && taken.count == 0;
	if (rc == GW_OK && taken.count > 0) {
		bool own = strcmp(taken.row[0].subject.maticna, turn_value(t, "maticna")) == 0;
		turn_say(t, own ? VASH_SAY_231_03_3b : VASH_SAY_231_03_3a);
	}
	return rc;
}

/* vs231-04 (D15) */
static void write(struct vash_turn *t, int group) {
	struct vash_write *s = vash_change_add(&t->change, t->arena, VASH_WRITE_SUBJECT);
	if (s) {
		s->subject = (struct vash_subject){.position = (int)turn_number(turn_value(t, "position")),
						   .maticna = turn_value(t, "maticna"),
						   .davcna = turn_value(t, "davcna"),
						   .name = turn_value(t, "firm"),
						   .email = turn_value(t, "email"),
						   .legal_form = (int)turn_number(turn_value(t, "form")),
						   .prs_status = VASH_PRS_ACTIVE};
		s->address = kept_address(t);
	}
	struct vash_write *r = vash_change_add(&t->change, t->arena, VASH_WRITE_RECORD);
	if (r) {
		r->m = (struct vash_membership){.scheme = VASH_SCHEME_ADMINISTRATOR,
						.user_group = VASH_GROUP_ADMINISTRATOR,
						.member_kind = VASH_INDEPENDENT,
						.status = VASH_ACTIVE,
						.administered_group = group};
	}
}

static enum gw_code take_group(struct vash_turn *t) {
	int group = (int)turn_number(turn_input(t, "group"));
	int scheme = vash_administered_scheme(t->world->lists, group);
	const struct vash_group_row *row = vash_group_find(t->world->lists, scheme, group);
	bool good = false;
	if (!row || !row->administered) {
		turn_refuse_field(t, "group", VASH_SAY_231_03_1x);
		return GW_OK;
	}
	enum gw_code rc = check_free(t, group, &good);
	rc = rc == GW_OK && good
		     ? check_known(t, (int)turn_number(turn_value(t, "position")), turn_value(t, "maticna"), &good)
		     : rc;
	if (rc != GW_OK || !good) {
		return rc;
	}
	write(t, group);
	struct vash_text name = turn_group_full(t, scheme, group);
	turn_mail(t, turn_value(t, "email"), VASH_SAY_mail_administrator_entered, &name, 1);
	turn_go(t, "vs231-05");
	t->end = VASH_TURN_FINISHED;
	return GW_OK;
}

static enum gw_code show_done(struct vash_turn *t) {
	turn_say_about(t, VASH_SAY_231_05, vash_same(turn_value(t, "firm")));
	vash_page_link(t->page, "menu", turn_menu_text());
	return GW_OK;
}

static const struct vash_step steps[] = {{"vs231-01", show_number, take_number},
					 {"vs231-02", show_subject, take_subject},
					 {"vs231-03", show_groups, take_group},
					 {"vs231-05", show_done, NULL}};
const struct vash_procedure vash_vs231 = {.code = "vs231", .begin = begin, .steps = steps, .count = GW_COUNT(steps)};
