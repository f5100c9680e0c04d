#include "vash/decide.h"

#include <assert.h>

#include "vash/lists.h"
#include "vash/visible.h"

enum { REASON_MAX_BYTES = 1000, DECIDE_MARKS_MAX = 100 };
static_assert(2 * DECIDE_MARKS_MAX + 32 <= VASH_PAIRS_MAX, "marks, reasons and what else a case keeps");

/* ---- what is to be done ---- */

static void offer(struct vash_turn *t, const char *what, enum vash_say say) {
	const struct vash_say_row *row = vash_say_row(say);
	bool chosen = strcmp(what, turn_shown(t, "what", "what")) == 0;
	vash_page_option(t->page, what, (struct vash_text){row->sl, row->en}, chosen);
}

void decide_show_what(struct vash_turn *t, enum vash_say approve, enum vash_say delete) {
	const struct vash_page_choice choice = {
		.name = "what", .label = VASH_SAY_211_01_2, .error = turn_error_of(t, "what")};
	vash_page_choice(t->page, &choice);
	offer(t, "approve", approve);
	offer(t, "delete", delete);
	vash_page_choice_end(t->page);
}

bool decide_take_what(struct vash_turn *t) {
	const char *what = turn_input(t, "what");
	if (strcmp(what, "approve") != 0 && strcmp(what, "delete") != 0) {
		turn_refuse_field(t, "what", VASH_SAY_choose_one);
		return false;
	}
	turn_keep(t, "what", what);
	return true;
}

bool decide_approves(const struct vash_turn *t) {
	return strcmp(turn_value(t, "what"), "approve") == 0;
}

/* ---- marks ---- */

static const char *name_of(const struct vash_turn *t, const char *what, int64_t id) {
	return gw_arena_printf(t->arena, "%s.%lld", what, (long long)id);
}

const char *decide_mark(const struct vash_turn *t, int64_t id) {
	return turn_value(t, name_of(t, "mark", id));
}

const char *decide_reason(const struct vash_turn *t, int64_t id) {
	return turn_value(t, name_of(t, "reason", id));
}

static bool is_mark(const char *mark, const struct decide_rules *rules) {
	return rules->confirms ? strcmp(mark, "confirm") == 0 || strcmp(mark, "refuse") == 0
			       : strcmp(mark, "delete") == 0;
}

/* A case has room for so many marks with their reasons (VASH_PAIRS_MAX), a transaction for so many decisions. */
static size_t count_marks(const struct vash_turn *t) {
	const struct vash_pairs *values = &t->the_case->values;
	size_t marks = 0;
	for (size_t i = 0; i < values->count; i++) {
		marks += strncmp(values->pair[i].name, "mark.", 5) == 0;
	}
	return marks;
}

static bool is_full(const struct vash_turn *t) {
	return count_marks(t) >= DECIDE_MARKS_MAX;
}

/* ---- showing ---- */

void decide_show_count(struct vash_turn *t) {
	size_t marks = count_marks(t);
	if (marks > 0) {
		const struct vash_text count = {gw_arena_printf(t->arena, "%zu (največ %d)", marks, DECIDE_MARKS_MAX),
						gw_arena_printf(t->arena, "%zu (at most %d)", marks, DECIDE_MARKS_MAX)};
		vash_page_list_parameter(t->page, VASH_SAY_marks_count, count);
	}
}

static bool is_shown(const struct vash_records *shown, int64_t id) {
	for (size_t i = 0; i < shown->count; i++) {
		if (shown->row[i].m.id == id) {
			return true;
		}
	}
	return false;
}

void decide_show_errors(struct vash_turn *t, const struct vash_records *shown) {
	for (size_t i = 0; i < t->errors.count; i++) {
		const char *field = t->errors.of[i].field;
		if (strncmp(field, "reason.", 7) == 0 && !is_shown(shown, turn_number(field + 7))) {
			turn_say(t, t->errors.of[i].say);
		}
	}
}

static void show_reason(struct vash_turn *t, int64_t id) {
	const char *name = name_of(t, "reason", id);
	bool undone = t->input && turn_pressed(t, name_of(t, "undo", id));
	const char *sent = t->input && !undone ? turn_input(t, name) : "";
	const struct vash_page_field field = {.name = name,
					      .type = "text",
					      .label = VASH_SAY_reason,
					      .hint = VASH_SAY_reason_hint,
					      .value = sent[0] ? sent : decide_reason(t, id),
					      .error = turn_error_of(t, name)};
	vash_page_field(t->page, &field);
}

void decide_show(struct vash_turn *t, const struct vash_record *r, const struct decide_rules *rules) {
	if (t->whole) {
		return;
	}
	if (rules->reasons) {
		show_reason(t, r->m.id);
	}
	if (decide_mark(t, r->m.id)[0]) {
		vash_page_record_button(t->page, "undo", r->m.id, VASH_SAY_button_undo);
	} else if (rules->confirms) {
		vash_page_record_button(t->page, "confirm", r->m.id, VASH_SAY_button_confirm);
		vash_page_record_button(t->page, "refuse", r->m.id, VASH_SAY_button_refuse);
	} else {
		vash_page_record_button(t->page, "delete", r->m.id, VASH_SAY_button_delete);
	}
}

/* ---- taking ---- */

static void mark(struct vash_turn *t, const struct decide_rules *rules, int64_t id, const char *as) {
	const char *reason = turn_input(t, name_of(t, "reason", id));
	bool needs = rules->reasons && strcmp(as, "confirm") != 0;
	if (needs && (!vash_text_shows(reason) || strlen(reason) > REASON_MAX_BYTES)) {
		turn_refuse_field(t, name_of(t, "reason", id), VASH_SAY_reason_x);
		return;
	}
	if (!decide_mark(t, id)[0] && is_full(t)) {
		if (turn_error_of(t, "mark") == VASH_SAY_NONE) {
			turn_say(t, VASH_SAY_marks_max);
			turn_refuse_field(t, "mark", VASH_SAY_marks_max);
		}
		return;
	}
	turn_keep(t, name_of(t, "reason", id), needs ? reason : "");
	turn_keep(t, name_of(t, "mark", id), as);
}

/* What is sent for a record: a button "confirm.7" or a field "mark.7". */
static void take_one(struct vash_turn *t, const struct decide_rules *rules, int64_t id, const char *as) {
	if (strcmp(as, "undo") == 0) {
		turn_keep(t, name_of(t, "mark", id), "");
		turn_keep(t, name_of(t, "reason", id), "");
	} else if (is_mark(as, rules)) {
		mark(t, rules, id, as);
	}
}

static enum gw_code take_sent(struct vash_turn *t, const struct decide_rules *rules) {
	const struct vash_pairs *sent = &t->input->values;
	for (size_t i = 0; i < sent->count; i++) {
		int64_t id = strncmp(sent->pair[i].name, "mark.", 5) == 0 ? turn_number(sent->pair[i].name + 5) : -1;
		if (id > 0) {
			take_one(t, rules, id, sent->pair[i].value);
		}
	}
	const char *dot = strchr(t->input->button, '.');
	int64_t id = dot ? turn_number(dot + 1) : -1;
	if (id > 0) {
		take_one(t, rules, id,
			 gw_arena_span(t->arena, (struct gw_span){t->input->button, (size_t)(dot - t->input->button)}));
	}
	return t->arena->failed ? gw_fail(t->err, GW_E_NOMEM, "too many marks") : GW_OK;
}

/* The reason beside a mark was written anew: it is the one that counts. A mark that is sent now has been taken with it.
 */
static void correct_reason(struct vash_turn *t, int64_t id) {
	const char *name = name_of(t, "reason", id), *reason = turn_input(t, name);
	if (turn_input(t, name_of(t, "mark", id))[0]) {
		return;
	}
	if (strcmp(decide_mark(t, id), "confirm") == 0) {
		turn_refuse_field(t, name, VASH_SAY_reason_confirmed);
	} else if (strlen(reason) > REASON_MAX_BYTES) {
		turn_refuse_field(t, name, VASH_SAY_reason_x);
	} else {
		turn_keep(t, name, reason);
	}
}

/* Who has given a reason means the record too: a mark that he has forgotten must not be carried out without it, nor the
 * reason be lost with the page that he turns or filters. */
static enum gw_code hear_reasons(struct vash_turn *t, const struct decide_rules *rules) {
	const struct vash_pairs *sent = &t->input->values;
	for (size_t i = 0; rules->reasons && i < sent->count; i++) {
		const char *name = sent->pair[i].name;
		const struct vash_record *r = NULL;
		int64_t id = strncmp(name, "reason.", 7) == 0 ? turn_number(name + 7) : -1;
		bool given = id > 0 && vash_text_shows(turn_input(t, name));
		if (given && decide_mark(t, id)[0]) {
			correct_reason(t, id);
		}
		if (!given || decide_mark(t, id)[0] || is_full(t)) {
			continue;
		}
		enum gw_code rc = turn_record(t, id, &r);
		if (rc != GW_OK) {
			return rc;
		}
		if (r && rules->belongs(t, r)) {
			turn_refuse_field(t, name, VASH_SAY_reason_unmarked);
		}
	}
	return GW_OK;
}

/* The marked records, all of them or none: one that was decided meanwhile loses its mark (vs211-04.x1). */
static enum gw_code marked(struct vash_turn *t, const struct decide_rules *rules, struct vash_records *out) {
	struct vash_pairs *values = &t->the_case->values;
	struct vash_record *rows = gw_arena_array(t->arena, values->count + 1, sizeof(*rows));
	bool whole = true;
	*out = (struct vash_records){0, rows};
	for (size_t i = values->count; rows && i > 0; i--) {
		const char *name = values->pair[i - 1].name;
		const struct vash_record *r = NULL;
		if (strncmp(name, "mark.", 5) != 0) {
			continue;
		}
		enum gw_code rc = turn_record(t, turn_number(name + 5), &r);
		if (rc != GW_OK) {
			return rc;
		}
		if (r && rules->belongs(t, r)) {
			rows[out->count++] = *r;
			continue;
		}
		whole = false;
		bool known = r && rules->concerns(t, r);
		turn_say_about(t, VASH_SAY_211_04_x1, vash_same(known ? r->subject.name : name + 5));
		turn_keep(t, name, "");
	}
	if (whole && out->count == 0) {
		turn_say(t, VASH_SAY_211_04_x2);
	}
	out->count = whole ? out->count : 0;
	return GW_OK;
}

enum gw_code decide_take(struct vash_turn *t, const struct decide_rules *rules, struct vash_records *out) {
	*out = (struct vash_records){0};
	enum gw_code rc = take_sent(t, rules);
	bool execute = turn_pressed(t, "execute");
	bool leaves = execute || vash_turns_page(t) || turn_pressed(t, "filter") || turn_pressed(t, "filter.clear");
	rc = rc == GW_OK && leaves && t->errors.count == 0 ? hear_reasons(t, rules) : rc;
	if (rc != GW_OK || t->errors.count > 0 || vash_take_filter(t) || vash_take_page(t)) {
		return rc;
	}
	return execute ? marked(t, rules, out) : GW_OK;
}

bool decide_subject_counts(struct vash_turn *t, const struct vash_record *r, enum vash_say otherwise) {
	bool counts = r->subject.prs_status != VASH_PRS_DELETED && !r->subject.blocked;
	if (!counts) {
		turn_say_about(t, otherwise, vash_same(r->subject.name));
	}
	return counts;
}

void decide_forget(struct vash_turn *t) {
	for (size_t i = t->the_case->values.count; i > 0; i--) {
		const char *name = t->the_case->values.pair[i - 1].name;
		if (strncmp(name, "mark.", 5) == 0 || strncmp(name, "reason.", 7) == 0) {
			turn_keep(t, name, "");
		}
	}
}
