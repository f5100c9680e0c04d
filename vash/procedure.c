#include "vash/procedure.h"

#include "base/clock.h"

/* ---- the case ---- */

const char *turn_value(const struct vash_turn *t, const char *name) {
	return vash_pair_get(&t->the_case->values, name);
}

void turn_keep(struct vash_turn *t, const char *name, const char *value) {
	const char *n = gw_arena_text(t->arena, name), *v = gw_arena_text(t->arena, value);
	if (!vash_pair_set(&t->the_case->values, n, v)) {
		t->arena->failed = true;
	}
}

static bool is_blank(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *turn_input(const struct vash_turn *t, const char *name) {
	struct gw_span text = gw_span_of(vash_pair_get(&t->input->values, name));
	while (text.n > 0 && is_blank(text.p[0])) {
		text.p++;
		text.n--;
	}
	while (text.n > 0 && is_blank(text.p[text.n - 1])) {
		text.n--;
	}
	return gw_arena_span(t->arena, text);
}

const char *turn_shown(const struct vash_turn *t, const char *name, const char *kept_as) {
	return t->input ? turn_input(t, name) : turn_value(t, kept_as);
}

bool turn_pressed(const struct vash_turn *t, const char *button) {
	return strcmp(t->input->button, button) == 0;
}

void turn_go(struct vash_turn *t, const char *step) {
	t->the_case->step = step;
}

/* ---- saying ---- */

void turn_say(struct vash_turn *t, enum vash_say say) {
	vash_page_say(t->page, say, NULL, 0);
}

void turn_say_about(struct vash_turn *t, enum vash_say say, struct vash_text about) {
	vash_page_say(t->page, say, &about, 1);
}

void turn_stop(struct vash_turn *t, enum vash_say say) {
	turn_say(t, say);
	t->end = VASH_TURN_STOPPED;
}

void turn_refuse_field(struct vash_turn *t, const char *field, enum vash_say say) {
	if (t->errors.count < GW_COUNT(t->errors.of)) {
		t->errors.of[t->errors.count].field = field;
		t->errors.of[t->errors.count++].say = say;
	}
}

enum vash_say turn_error_of(const struct vash_turn *t, const char *field) {
	for (size_t i = 0; i < t->errors.count; i++) {
		if (strcmp(t->errors.of[i].field, field) == 0) {
			return t->errors.of[i].say;
		}
	}
	return VASH_SAY_NONE;
}

/* ---- asking ---- */

enum gw_code turn_records(struct vash_turn *t, enum vash_records_by by, int64_t key, enum vash_status status,
			  struct vash_records *out) {
	const struct vash_registry *r = t->world->registry;
	const struct vash_query query = {by, key, status};
	*out = (struct vash_records){0};
	return r->records(r->ctx, &query, t->arena, out, t->err);
}

enum gw_code turn_record(struct vash_turn *t, int64_t id, const struct vash_record **out) {
	struct vash_records found;
	enum gw_code rc = turn_records(t, VASH_BY_RECORD, id, VASH_STATUS_NONE, &found);
	*out = rc == GW_OK && found.count == 1 ? found.row : NULL;
	return rc;
}

int64_t turn_number(const char *text) {
	int64_t n = 0;
	for (size_t i = 0; text[i]; i++) {
		if (text[i] < '0' || text[i] > '9' || i >= 18) {
			return -1;
		}
		n = n * 10 + (text[i] - '0');
	}
	return text[0] ? n : -1;
}

static const struct vash_record *record_of(const struct vash_records *of, int64_t id) {
	for (size_t i = 0; i < of->count; i++) {
		if (of->row[i].m.id == id) {
			return &of->row[i];
		}
	}
	return NULL;
}

bool turn_chosen(const char *text, const struct vash_records *of, struct vash_records *out, struct gw_arena *arena) {
	struct vash_record *rows = gw_arena_array(arena, of->count ? of->count : 1, sizeof(*rows));
	*out = (struct vash_records){0, rows};
	while (rows && *text) {
		size_t n = strcspn(text, " ");
		const struct vash_record *r =
			record_of(of, turn_number(gw_arena_span(arena, (struct gw_span){text, n})));
		if (!r || out->count == of->count || record_of(out, r->m.id)) {
			return false;
		}
		rows[out->count++] = *r;
		text += n;
		text += strspn(text, " ");
	}
	return out->count > 0;
}

struct vash_records turn_filter(struct vash_turn *t, const struct vash_records *of, unsigned sets) {
	struct vash_record *rows = gw_arena_array(t->arena, of->count ? of->count : 1, sizeof(*rows));
	struct vash_records out = {0, rows};
	for (size_t i = 0; rows && i < of->count; i++) {
		if (vash_p001(&of->row[i].m) & sets) {
			rows[out.count++] = of->row[i];
		}
	}
	return out;
}

/* ---- texts ---- */

struct vash_text turn_group_name(const struct vash_turn *t, int scheme, int group) {
	const struct vash_group_row *row = vash_group_find(t->world->lists, scheme, group);
	return row ? row->name : vash_same(gw_arena_printf(t->arena, "%d", group));
}

struct vash_text turn_group_full(struct vash_turn *t, int scheme, int group) {
	struct vash_text name = turn_group_name(t, scheme, group);
	return (struct vash_text){gw_arena_printf(t->arena, "%d – %s", group, name.sl),
				  gw_arena_printf(t->arena, "%d – %s", group, name.en)};
}

struct vash_text turn_position_full(struct vash_turn *t, int position) {
	const struct vash_position_row *row = vash_position_find(t->world->lists, position);
	const struct vash_text name = row ? row->name : vash_same("");
	return (struct vash_text){gw_arena_printf(t->arena, "%d – %s", position, name.sl),
				  gw_arena_printf(t->arena, "%d – %s", position, name.en)};
}

static struct vash_text code_name(const struct vash_code_row *row, size_t count, const char *code) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(row[i].code, code) == 0) {
			return row[i].name;
		}
	}
	return vash_same(code);
}

struct vash_text turn_status_name(const struct vash_turn *t, int status) {
	static const char *const codes[] = {"", "1", "2", "3"};
	const struct vash_codelists *l = t->world->lists;
	return code_name(l->statuses.row, l->statuses.count, codes[status >= 1 && status <= 3 ? status : 0]);
}

struct vash_text turn_reason_name(const struct vash_turn *t, const char *reason) {
	const struct vash_codelists *l = t->world->lists;
	return code_name(l->reasons.row, l->reasons.count, reason);
}

struct vash_text turn_end_text(struct vash_turn *t, const struct vash_record *r) {
	const struct vash_text by =
		r->end_name[0] ? vash_same(r->end_name) : (struct vash_text){"operater", "operator"};
	struct vash_text reason = turn_reason_name(t, r->end_reason);
	const char *day = turn_day(t, r->end_utc_s);
	return (struct vash_text){gw_arena_printf(t->arena, "%s, %s, %s", reason.sl, day, by.sl),
				  gw_arena_printf(t->arena, "%s, %s, %s", reason.en, day, by.en)};
}

const char *turn_day(struct vash_turn *t, int64_t utc_s) {
	char day[GW_DAY_TEXT];
	gw_day_text(utc_s, day);
	return gw_arena_text(t->arena, day);
}

void turn_show_dossier(struct vash_turn *t, const struct vash_record *r) {
	vash_page_fact_link(t->page, VASH_SAY_dossier, gw_arena_printf(t->arena, "record/%lld", (long long)r->m.id));
}

struct vash_text turn_menu_text(void) {
	return (struct vash_text){"Upravljanje pooblastil v varnostni shemi",
				  "Managing authorisations in the security scheme"};
}

/* ---- mail ---- */

static const char *fill_text(struct vash_turn *t, const char *text, const struct vash_text *fill, size_t count,
			     bool english) {
	GW_AUTO(buf) struct gw_buf out;
	gw_buf_init(&out, 65536);
	if (vash_say_fill(text, fill, count, english, &out) != GW_OK) {
		t->arena->failed = true;
		return "";
	}
	return gw_arena_span(t->arena, gw_buf_span(&out));
}

void turn_mail(struct vash_turn *t, const char *to, enum vash_say say, const struct vash_text *fill, size_t count) {
	if (!to[0]) {
		return;
	}
	struct vash_write *w = vash_change_add(&t->change, t->arena, VASH_WRITE_MAIL);
	if (!w) {
		return;
	}
	const struct vash_say_row *row = vash_say_row(say);
	w->to = to;
	w->title = vash_say_row(VASH_SAY_mail_title)->sl;
	w->text = gw_arena_printf(t->arena, "%s\n\n%s\n", fill_text(t, row->sl, fill, count, false),
				  fill_text(t, row->en, fill, count, true));
}

/* Those of the group who can log in and have an address; how many they are. */
static size_t mail_reachable(struct vash_turn *t, const struct vash_records *of, int user_group, enum vash_say say,
			     const struct vash_text *name) {
	size_t told = 0;
	for (size_t i = 0; i < of->count; i++) {
		const struct vash_record *r = &of->row[i];
		if (r->m.user_group == user_group && r->subject.email[0] && vash_record_counts(r)) {
			turn_mail(t, r->subject.email, say, name, 1);
			told++;
		}
	}
	return told;
}

enum gw_code turn_mail_administrators(struct vash_turn *t, int scheme, int group, enum vash_say say) {
	struct vash_records found;
	struct vash_text name = turn_group_name(t, scheme, group);
	enum gw_code rc = turn_records(t, VASH_BY_ADMINISTERED, group, VASH_ACTIVE, &found);
	if (rc != GW_OK || mail_reachable(t, &found, VASH_GROUP_ADMINISTRATOR, say, &name) > 0 ||
	    say != VASH_SAY_207_07_3) { /* only an application waits */
		return rc;
	}
	rc = turn_records(t, VASH_BY_ADMINISTRATORS, 0, VASH_ACTIVE, &found);
	if (rc == GW_OK && mail_reachable(t, &found, VASH_GROUP_CHIEF, VASH_SAY_mail_orphaned, &name) == 0) {
		t->untold_group = group;
	}
	return rc;
}

/* ---- writing ---- */

struct vash_write *turn_confirm_record(struct vash_turn *t, const struct vash_record *r) {
	struct vash_write *w = vash_change_add(&t->change, t->arena, VASH_WRITE_STATUS);
	if (w) {
		w->record_id = r->m.id;
		w->m.status = VASH_ACTIVE;
		w->note = "";
	}
	return w;
}

struct vash_write *turn_end_record(struct vash_turn *t, const struct vash_record *r, const char *reason) {
	struct vash_write *w = vash_change_add(&t->change, t->arena, VASH_WRITE_STATUS);
	if (w) {
		w->record_id = r->m.id;
		w->m.status = VASH_DELETED;
		w->reason = reason;
		w->note = "";
	}
	return w;
}

enum gw_code turn_cascade(struct vash_turn *t, const struct vash_record *r) {
	struct vash_records linked;
	enum gw_code rc = turn_records(t, VASH_BY_PRINCIPAL, r->m.id, VASH_STATUS_NONE, &linked);
	for (size_t i = 0; rc == GW_OK && i < linked.count; i++) {
		const struct vash_record *person = &linked.row[i];
		if (person->m.link_status != VASH_PENDING && person->m.link_status != VASH_ACTIVE) {
			continue;
		}
		const struct vash_text fill[] = {vash_same(r->subject.name), turn_record_group(t, r)};
		turn_end_record(t, person, "cascaded");
		turn_mail(t, person->subject.email, VASH_SAY_mail_cascaded, fill, GW_COUNT(fill));
	}
	return rc;
}
