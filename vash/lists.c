#include "vash/lists.h"

#include "vash/fold.h"
#include "vash/numbers.h"

int vash_administered_scheme(const struct vash_codelists *lists, int group) {
	static const int schemes[] = {VASH_SCHEME_EXTERNAL, VASH_SCHEME_SERVICES};
	for (size_t i = 0; i < GW_COUNT(schemes); i++) {
		if (vash_group_find(lists, schemes[i], group)) {
			return schemes[i];
		}
	}
	return 0;
}

const struct vash_subject *vash_own_subject(const struct vash_turn *t) {
	const struct vash_record *r = &t->login->record;
	return r->m.member_kind == VASH_INDEPENDENT ? &r->subject : &r->principal;
}

bool vash_sees_services(const struct vash_record *login) {
	return login->m.member_kind == VASH_INDEPENDENT || login->m.scheme == VASH_SCHEME_SERVICES;
}

bool vash_sees_service(const struct vash_record *login, int64_t subject_id, int64_t record_id) {
	if (login->m.member_kind == VASH_INDEPENDENT) {
		return login->subject.id == subject_id;
	}
	return vash_sees_services(login) && login->principal_record == record_id;
}

enum gw_code vash_own_services(struct vash_turn *t, struct vash_records *out) {
	struct vash_records all;
	enum gw_code rc = turn_records(t, VASH_BY_SUBJECT, vash_own_subject(t)->id, VASH_STATUS_NONE, &all);
	struct vash_record *rows =
		rc == GW_OK ? gw_arena_array(t->arena, all.count ? all.count : 1, sizeof(*rows)) : NULL;
	*out = (struct vash_records){0, rows};
	for (size_t i = 0; rows && i < all.count; i++) {
		const struct vash_record *r = &all.row[i];
		if (r->has_service && vash_sees_service(&t->login->record, r->subject.id, r->m.id)) {
			rows[out->count++] = *r;
		}
	}
	return rc;
}

/* ---- vs002 ---- */

struct vash_text turn_record_group(struct vash_turn *t, const struct vash_record *r) {
	struct vash_text group = turn_group_full(t, r->m.scheme, r->m.user_group);
	if (r->m.user_group != VASH_GROUP_ADMINISTRATOR || r->m.scheme != VASH_SCHEME_ADMINISTRATOR) {
		return group;
	}
	int scheme = vash_administered_scheme(t->world->lists, r->m.administered_group);
	struct vash_text of = turn_group_name(t, scheme, r->m.administered_group);
	return (struct vash_text){gw_arena_printf(t->arena, "%s uporabniške skupine %s", group.sl, of.sl),
				  gw_arena_printf(t->arena, "%s of the user group %s", group.en, of.en)};
}

static const char *record_line(struct vash_turn *t, const struct vash_record *r, bool english) {
	struct vash_text group = turn_record_group(t, r);
	const char *as, *principal = "";
	if (r->m.member_kind == VASH_AUTHORISED_PERSON) {
		as = english ? " as an authorised person of the independent user "
			     : " kot pooblaščenec samostojnega uporabnika ";
		principal = r->principal.name;
	} else {
		as = english ? " as an independent user" : " kot samostojni uporabnik";
	}
	return gw_arena_printf(t->arena, "%s%s%s", english ? group.en : group.sl, as, principal);
}

struct vash_text turn_record_text(struct vash_turn *t, const struct vash_record *r) {
	return (struct vash_text){record_line(t, r, false), record_line(t, r, true)};
}

/* Of two firms with one tax number even the groups may be the same (DECISIONS "Keys"). */
static bool are_of_one(const struct vash_records *records) {
	for (size_t i = 1; i < records->count; i++) {
		if (records->row[i].subject.id != records->row[0].subject.id) {
			return false;
		}
	}
	return true;
}

static const char *subject_line(struct vash_turn *t, const struct vash_subject *s, const char *number) {
	return s->maticna[0] ? gw_arena_printf(t->arena, "%s, %s %s", s->name, number, s->maticna) : s->name;
}

struct vash_text vash_line_among(struct vash_turn *t, const struct vash_records *records, size_t i) {
	const struct vash_record *r = &records->row[i];
	struct vash_text line = turn_record_text(t, r);
	if (!are_of_one(records)) {
		line.sl = gw_arena_printf(t->arena, "%s – %s", line.sl, subject_line(t, &r->subject, "MŠ"));
		line.en = gw_arena_printf(t->arena, "%s – %s", line.en,
					  subject_line(t, &r->subject, "registration number"));
	}
	return line;
}

static bool is_pending(const struct vash_record *r) {
	return (r->m.member_kind == VASH_INDEPENDENT ? r->m.status : r->m.link_status) == VASH_PENDING;
}

enum gw_code vash_own_records(struct vash_turn *t, unsigned sets, bool pending, struct vash_records *out) {
	struct vash_records all;
	enum gw_code rc = turn_records(t, VASH_BY_SUBJECT, t->login->record.subject.id, VASH_STATUS_NONE, &all);
	struct vash_record *rows =
		rc == GW_OK ? gw_arena_array(t->arena, all.count ? all.count : 1, sizeof(*rows)) : NULL;
	*out = (struct vash_records){0, rows};
	for (size_t i = 0; rows && i < all.count; i++) {
		if ((vash_p001(&all.row[i].m) & sets) || (pending && is_pending(&all.row[i]))) {
			rows[out->count++] = all.row[i];
		}
	}
	return rc;
}

enum gw_code vash_administered_records(struct vash_turn *t, struct vash_records *out) {
	struct vash_records own;
	enum gw_code rc = vash_own_records(t, VASH_SET_3A | VASH_SET_3B, false, &own);
	struct vash_record *rows = gw_arena_array(t->arena, own.count ? own.count : 1, sizeof(*rows));
	*out = (struct vash_records){0, rows};
	for (size_t i = 0; rc == GW_OK && rows && i < own.count; i++) {
		if (own.row[i].m.user_group == VASH_GROUP_ADMINISTRATOR) {
			rows[out->count++] = own.row[i];
		}
	}
	return rc;
}

void vash_show_own(struct vash_turn *t, const struct vash_records *records) {
	const struct vash_position_row *p = vash_position_find(t->world->lists, t->login->record.subject.position);
	struct vash_text position = p ? p->name : vash_same("");
	vash_page_list(t->page, "vs002", VASH_SAY_002_h, &position, 1);
	for (size_t i = 0; i < records->count; i++) {
		const struct vash_page_record row = {.id = records->row[i].m.id,
						     .text = turn_record_text(t, &records->row[i])};
		vash_page_record(t->page, &row);
		vash_page_record_end(t->page);
	}
	vash_page_list_end(t->page);
}

void vash_choose_record(struct vash_turn *t, const struct vash_records *records, enum vash_say label,
			const char *kept_as) {
	const struct vash_page_choice choice = {.name = "record", .label = label, .error = turn_error_of(t, "record")};
	const char *chosen = turn_shown(t, "record", kept_as);
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < records->count; i++) {
		const char *id = gw_arena_printf(t->arena, "%lld", (long long)records->row[i].m.id);
		vash_page_option(t->page, id, vash_line_among(t, records, i), strcmp(id, chosen) == 0);
	}
	vash_page_choice_end(t->page);
}

/* ---- filters, 3.3.8 ---- */

static const struct {
	const char *kind;
	/* group: which filter of 3.3.8; parameter: the kind written out, as prints say it */
	enum vash_say group, label, parameter, nobody, malformed;
	bool (*well_formed)(struct gw_span text);
} filters[] = {{"person", VASH_SAY_filter_name, VASH_SAY_filter_person, VASH_SAY_filtered_person, VASH_SAY_338_nm_4a,
		VASH_SAY_NONE, NULL},
	       {"firm", VASH_SAY_filter_name, VASH_SAY_filter_firm, VASH_SAY_filtered_firm, VASH_SAY_338_nm_4a,
		VASH_SAY_NONE, NULL},
	       {"maticna", VASH_SAY_filter_id, VASH_SAY_filter_maticna, VASH_SAY_filtered_maticna, VASH_SAY_338_id_4a,
		VASH_SAY_338_id_x, vash_maticna_ok},
	       {"emso", VASH_SAY_filter_id, VASH_SAY_filter_emso, VASH_SAY_filtered_emso, VASH_SAY_338_id_4a,
		VASH_SAY_338_id_x, vash_emso_ok},
	       {"davcna", VASH_SAY_filter_id, VASH_SAY_filter_davcna, VASH_SAY_filtered_davcna, VASH_SAY_338_id_4a,
		VASH_SAY_338_id_x, vash_davcna_ok}};

static size_t filter_of(const char *kind) {
	size_t i = 0;
	while (i < GW_COUNT(filters) && strcmp(filters[i].kind, kind) != 0) {
		i++;
	}
	return i;
}

static bool matches(const struct vash_subject *s, const char *kind, const char *text) {
	char maticna[11];
	bool person = s->position == VASH_PERSON || s->position == VASH_FOREIGN_PERSON;
	if (strcmp(kind, "maticna") == 0) {
		return vash_maticna_canonical(gw_span_of(text), maticna) && strcmp(s->maticna, maticna) == 0;
	}
	if (strcmp(kind, "emso") == 0) {
		return strcmp(s->emso, text) == 0;
	}
	if (strcmp(kind, "davcna") == 0) {
		return strcmp(s->davcna, text) == 0;
	}
	return person == (strcmp(kind, "person") == 0) && vash_text_contains(s->name, text);
}

enum vash_say vash_filter(struct vash_turn *t, const struct vash_records *all, struct vash_records *out) {
	const char *kind = turn_value(t, "filter.kind"), *text = turn_value(t, "filter.text");
	size_t filter = filter_of(kind);
	*out = *all;
	if (filter == GW_COUNT(filters) || !text[0]) {
		return VASH_SAY_NONE;
	}
	struct vash_record *rows = gw_arena_array(t->arena, all->count ? all->count : 1, sizeof(*rows));
	size_t count = 0;
	for (size_t i = 0; rows && i < all->count; i++) {
		if (matches(&all->row[i].subject, kind, text)) {
			rows[count++] = all->row[i];
		}
	}
	if (count == 0) {
		turn_say(t, filters[filter].nobody);
		return VASH_SAY_NONE;
	}
	*out = (struct vash_records){count, rows};
	return filters[filter].parameter;
}

void vash_forget_filter(struct vash_turn *t) {
	turn_keep(t, "filter.kind", "");
	turn_keep(t, "filter.text", "");
	turn_keep(t, "page", "");
}

bool vash_take_filter(struct vash_turn *t) {
	if (turn_pressed(t, "filter.clear")) {
		vash_forget_filter(t);
		return true;
	}
	if (!turn_pressed(t, "filter")) {
		return false;
	}
	const char *kind = turn_input(t, "filter.kind"), *text = turn_input(t, "filter.text");
	size_t filter = filter_of(kind);
	if (filter == GW_COUNT(filters) || !text[0]) {
		turn_refuse_field(t, "filter.text", VASH_SAY_field_needed);
	} else if (filters[filter].well_formed && !filters[filter].well_formed(gw_span_of(text))) {
		turn_refuse_field(t, "filter.text", filters[filter].malformed);
	} else {
		turn_keep(t, "filter.kind", kind);
		turn_keep(t, "filter.text", text);
		turn_keep(t, "page", "");
	}
	return true;
}

static const char *shown_filter(const struct vash_turn *t, const char *name) {
	return t->input && turn_pressed(t, "filter") ? turn_input(t, name) : turn_value(t, name);
}

/* The two filters of 3.3.8 in one form: their kinds are one choice in two groups. */
static void show_kinds(struct vash_turn *t, enum vash_say group) {
	const struct vash_page_choice choice = {.name = "filter.kind", .label = group};
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < GW_COUNT(filters); i++) {
		const struct vash_say_row *row = vash_say_row(filters[i].label);
		if (filters[i].group == group) {
			vash_page_option(t->page, filters[i].kind, (struct vash_text){row->sl, row->en},
					 strcmp(filters[i].kind, shown_filter(t, "filter.kind")) == 0);
		}
	}
	vash_page_choice_end(t->page);
}

void vash_show_filter(struct vash_turn *t) {
	show_kinds(t, VASH_SAY_filter_name);
	show_kinds(t, VASH_SAY_filter_id);
	const struct vash_page_field field = {.name = "filter.text",
					      .type = "text",
					      .label = VASH_SAY_filter_text,
					      .value = shown_filter(t, "filter.text"),
					      .error = turn_error_of(t, "filter.text")};
	vash_page_field(t->page, &field);
	vash_page_button(t->page, "filter", VASH_SAY_button_filter);
	if (turn_value(t, "filter.kind")[0]) {
		vash_page_button(t->page, "filter.clear", VASH_SAY_button_filter_clear);
	}
}

/* ---- pages ---- */

struct place {
	size_t page, last; /* from 1 */
};

static struct place place_of(const struct vash_turn *t, const struct vash_records *matching) {
	int64_t asked = turn_number(turn_value(t, "page"));
	size_t last = matching->count > VASH_LIST_PAGE ? (matching->count - 1) / VASH_LIST_PAGE + 1 : 1;
	size_t page = asked > 0 ? (size_t)asked : 1;
	return (struct place){page < last ? page : last, last};
}

struct vash_records vash_list_page(const struct vash_turn *t, const struct vash_records *matching) {
	if (t->whole) {
		return *matching;
	}
	size_t from = (place_of(t, matching).page - 1) * VASH_LIST_PAGE, left = matching->count - from;
	return (struct vash_records){left < VASH_LIST_PAGE ? left : VASH_LIST_PAGE, matching->row + from};
}

void vash_show_place(struct vash_turn *t, const struct vash_records *all, const struct vash_records *matching) {
	struct place place = place_of(t, matching);
	struct vash_text count = vash_same(gw_arena_printf(t->arena, "%zu", all->count));
	if (matching->count < all->count) {
		count.sl = gw_arena_printf(t->arena, "%zu od %zu", matching->count, all->count);
		count.en = gw_arena_printf(t->arena, "%zu of %zu", matching->count, all->count);
	}
	vash_page_list_parameter(t->page, VASH_SAY_list_count, count);
	if (place.last > 1 && !t->whole) {
		const char *of = gw_arena_printf(t->arena, "%zu / %zu", place.page, place.last);
		vash_page_list_parameter(t->page, VASH_SAY_list_page, vash_same(of));
	}
}

static void show_turning(struct vash_turn *t, size_t to, enum vash_say label) {
	vash_page_button(t->page, gw_arena_printf(t->arena, "page.%zu", to), label);
}

void vash_show_turning(struct vash_turn *t, const struct vash_records *matching) {
	struct place place = place_of(t, matching);
	if (place.page > 1) {
		show_turning(t, place.page - 1, VASH_SAY_button_page_before);
	}
	if (place.page < place.last) {
		show_turning(t, place.page + 1, VASH_SAY_button_page_after);
	}
}

bool vash_turns_page(const struct vash_turn *t) {
	return strncmp(t->input->button, "page.", 5) == 0 && turn_number(t->input->button + 5) > 0;
}

bool vash_take_page(struct vash_turn *t) {
	if (!vash_turns_page(t)) {
		return false;
	}
	turn_keep(t, "page", t->input->button + 5);
	return true;
}
