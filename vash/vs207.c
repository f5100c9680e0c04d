/* vs207 (FZ 5.3.7): registering a certificate for a web service, with the signed application. */
#include "vash/call_certificate.h"
#include "vash/client_entry.h"
#include "vash/lists.h"

static const struct vash_subject *user(const struct vash_turn *t) {
	return &t->login->record.subject;
}

/* ---- vs207-01 ---- */

static bool is_live(const struct vash_membership *m) {
	int status = m->member_kind == VASH_INDEPENDENT ? m->status : m->link_status;
	return status == VASH_PENDING || status == VASH_ACTIVE;
}

static bool is_open(const struct vash_turn *t, const struct vash_records *own, int group) {
	for (size_t i = 0; i < own->count; i++) {
		const struct vash_membership *m = &own->row[i].m;
		if (m->scheme == VASH_SCHEME_SERVICES && m->user_group == group && is_live(m)) {
			return false;
		}
	}
	const struct vash_codelists *lists = t->world->lists;
	int position = user(t)->position;
	const struct vash_group_position_row *row =
		vash_group_position_find(lists, VASH_SCHEME_SERVICES, group, position);
	return row && (row->any_form ||
		       vash_form_fits_group(lists, VASH_SCHEME_SERVICES, group, position, user(t)->legal_form));
}

struct open_groups {
	size_t count;
	int group[VASH_GROUPS_MAX];
};

/* Groups that he may still register for: FZ-VS4, FZ-VS5.2, FZ-VS6.2; waiting ones count as taken, and so does an
 * authorised person's link whose independent user does not count now. */
static enum gw_code find_groups(struct vash_turn *t, struct open_groups *out) {
	const struct vash_codelists *lists = t->world->lists;
	struct vash_records own;
	enum gw_code rc = turn_records(t, VASH_BY_SUBJECT, user(t)->id, VASH_STATUS_NONE, &own);
	out->count = 0;
	for (size_t i = 0; rc == GW_OK && i < lists->groups.count; i++) {
		const struct vash_group_row *g = &lists->groups.row[i];
		if (g->scheme == VASH_SCHEME_SERVICES && is_open(t, &own, g->code)) {
			out->group[out->count++] = g->code;
		}
	}
	return rc;
}

/* vs204 is not there yet: its name alone, for a link that leads nowhere helps nobody. */
static void show_204(struct vash_turn *t) {
	const struct vash_say_row *row = vash_say_row(VASH_SAY_207_01_3a1_l);
	if (vash_procedure_exists("vs204")) {
		vash_page_link(t->page, "vs204", (struct vash_text){row->sl, row->en});
	} else {
		turn_say(t, VASH_SAY_207_01_3a1_l);
	}
}

static void say_none(struct vash_turn *t) {
	const struct vash_legal_form_row *form = vash_legal_form_find(t->world->lists, user(t)->legal_form);
	switch (user(t)->position) {
	case VASH_PERSON:
		turn_say(t, VASH_SAY_207_01_3a1);
		show_204(t);
		break;
	case VASH_ENTREPRENEUR:
	case VASH_LEGAL_PERSON:
		turn_say_about(t, VASH_SAY_207_01_3a2,
			       vash_same(form ? gw_arena_printf(t->arena, "%d – %s", form->code, form->name) : ""));
		break;
	case VASH_ORGAN:
		turn_say(t, VASH_SAY_207_01_3a3);
		break;
	default:
		turn_say(t, VASH_SAY_207_01_3a4);
		break;
	}
	t->end = VASH_TURN_STOPPED;
}

static enum gw_code begin(struct vash_turn *t) {
	struct open_groups open;
	enum gw_code rc = find_groups(t, &open);
	if (rc == GW_OK && open.count == 0) {
		say_none(t);
		struct vash_records own;
		rc = vash_own_records(t, VASH_SET_5A | VASH_SET_5B, false, &own);
		vash_show_own(t, &own);
		return rc;
	}
	turn_go(t, "vs207-02");
	return rc;
}

/* ---- vs207-02: the group ---- */

static int chosen_group(const struct vash_turn *t) {
	return (int)turn_number(turn_value(t, "group"));
}

static enum gw_code show_groups(struct vash_turn *t) {
	struct open_groups open;
	struct vash_records own;
	enum gw_code rc = vash_own_records(t, VASH_SET_5A | VASH_SET_5B, false, &own);
	rc = rc == GW_OK ? find_groups(t, &open) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	vash_show_own(t, &own);
	const struct vash_page_choice choice = {
		.name = "group", .label = VASH_SAY_207_02_1, .error = turn_error_of(t, "group")};
	const char *chosen = turn_shown(t, "group", "group");
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < open.count; i++) {
		const char *code = gw_arena_printf(t->arena, "%d", open.group[i]);
		vash_page_option(t->page, code, turn_group_full(t, VASH_SCHEME_SERVICES, open.group[i]),
				 strcmp(code, chosen) == 0);
	}
	vash_page_choice_end(t->page);
	vash_page_button(t->page, "next", VASH_SAY_button_next);
	return rc;
}

static enum gw_code take_group(struct vash_turn *t) {
	struct open_groups open;
	const char *text = turn_input(t, "group");
	int64_t group = turn_number(text);
	enum gw_code rc = find_groups(t, &open);
	for (size_t i = 0; rc == GW_OK && i < open.count; i++) {
		if (open.group[i] == group) {
			turn_keep(t, "group", text);
			turn_go(t, "vs207-03");
			return GW_OK;
		}
	}
	turn_refuse_field(t, "group", VASH_SAY_207_02_1x);
	return rc;
}

/* ---- vs207-03: the certificate ---- */

static enum gw_code show_certificate(struct vash_turn *t) {
	call_certificate_show(t);
	return GW_OK;
}

static enum gw_code take_certificate(struct vash_turn *t) {
	bool good = false;
	enum gw_code rc = call_certificate_take(t, user(t), &good);
	if (rc == GW_OK && good) {
		turn_go(t, client_is_needed(chosen_group(t)) ? "vs207-04" : "vs207-05");
	}
	return rc;
}

/* ---- vs207-04: the client ---- */

static enum gw_code show_client(struct vash_turn *t) {
	return client_entry_show(t, user(t)->id);
}

static enum gw_code take_client(struct vash_turn *t) {
	bool good = false;
	enum gw_code rc = client_entry_take(t, user(t)->id, &good);
	if (rc == GW_OK && good) {
		turn_go(t, "vs207-05");
	}
	return rc;
}

/* ---- vs207-05: the signed application ---- */

/* One is there already: he came back to change something else. */
static bool is_kept(const struct vash_turn *t) {
	return turn_value(t, "application.sha256")[0] != '\0';
}

static enum gw_code show_application(struct vash_turn *t) {
	vash_page_text(t->page, VASH_SAY_207_05_1, NULL, 0);
	const struct vash_page_field field = {.name = "application",
					      .type = "file",
					      .label = VASH_SAY_207_05_label,
					      .value = turn_value(t, "application.name"),
					      .error = turn_error_of(t, "application"),
					      .required = !is_kept(t)};
	vash_page_field(t->page, &field);
	vash_page_button(t->page, "confirm", VASH_SAY_button_confirm);
	return GW_OK;
}

/* A file that came without a name is a file all the same. */
static void keep_application(struct vash_turn *t, const struct vash_application_checked *c) {
	turn_keep(t, "application.name", t->input->file_name[0] ? t->input->file_name : "vloga.pdf");
	turn_keep(t, "application.sha256", c->sha256);
	turn_keep(t, "application.report", c->report);
	t->keep_file = true;
	turn_go(t, "vs207-06");
}

static enum gw_code take_application(struct vash_turn *t) {
	const struct vash_outside *o = t->world->outside;
	struct vash_application_checked c = {0};
	bool empty = t->input->file.n == 0;
	if (is_kept(t) && empty && !t->input->file_name[0]) {
		turn_go(t, "vs207-06");
		return GW_OK;
	}
	if (empty) {
		turn_refuse_field(t, "application", VASH_SAY_207_05_3x);
		return GW_OK;
	}
	enum gw_code rc = o->application(o->ctx, t->input->file, t->arena, &c, t->err);
	if (rc != GW_OK) {
		return rc;
	}
	switch (c.answer) {
	case VASH_APPLICATION_NOT_PDF:
		turn_say(t, VASH_SAY_207_05_4a);
		break;
	case VASH_APPLICATION_NOT_SIGNED:
		turn_say(t, VASH_SAY_207_05_4b);
		break;
	case VASH_APPLICATION_PASSED:
	case VASH_APPLICATION_UNDECIDED:
	default:
		keep_application(t, &c);
		break;
	}
	return GW_OK;
}

/* ---- vs207-06: what is to be written, once more judged ---- */

static enum gw_code collect(struct vash_turn *t, bool make, struct vash_web_service *s, bool *good) {
	enum gw_code rc = call_certificate_check(t, turn_value(t, "certificate"), user(t), s, good);
	if (rc == GW_OK && *good && client_is_needed(chosen_group(t))) {
		rc = client_entry_get(t, user(t)->id, make, s, good);
	}
	return rc;
}

static enum gw_code show_preview(struct vash_turn *t) {
	struct vash_web_service s;
	bool good = false;
	enum gw_code rc = collect(t, false, &s, &good);
	if (rc != GW_OK) {
		return rc;
	}
	vash_page_text(t->page, VASH_SAY_207_06_preview, NULL, 0);
	vash_page_facts(t->page, VASH_SAY_application);
	vash_page_fact_text(t->page, VASH_SAY_group, turn_group_full(t, VASH_SCHEME_SERVICES, chosen_group(t)));
	vash_page_fact(t->page, VASH_SAY_207_05_label, turn_value(t, "application.name"));
	vash_page_fact(t->page, VASH_SAY_application_sha256, turn_value(t, "application.sha256"));
	vash_page_facts_end(t->page);
	if (s.pem) {
		call_certificate_facts(t, &s);
		call_certificate_warn(t, &s, user(t));
	}
	if (s.has_client) {
		client_entry_facts(t, &s);
	}
	vash_page_button(t->page, "submit", VASH_SAY_button_submit);
	vash_page_button(t->page, "change", VASH_SAY_button_change_data);
	return rc;
}

/* A public PEM is not enough to occupy a certificate (DECISIONS "Proof of possession"): where nobody approves, its key
 * is proven or it names the user. */
static bool is_holder(const struct vash_turn *t, const struct vash_web_service *s) {
	return s->possession_proven || (s->tax_number[0] && strcmp(s->tax_number, user(t)->davcna) == 0);
}

static void write_record(struct vash_turn *t, const struct vash_web_service *s) {
	struct vash_write *w = vash_change_add(&t->change, t->arena, VASH_WRITE_RECORD);
	if (!w) {
		return;
	}
	bool waits = !is_holder(t, s) ||
		     vash_approval_needed(t->world->lists, VASH_SCHEME_SERVICES, chosen_group(t), user(t)->position);
	w->subject_id = user(t)->id;
	w->m = (struct vash_membership){.scheme = VASH_SCHEME_SERVICES,
					.user_group = chosen_group(t),
					.member_kind = VASH_INDEPENDENT,
					.status = waits ? VASH_PENDING : VASH_ACTIVE};
	w->has_service = true;
	w->service = *s;
	w->application = true;
	turn_keep(t, "waits", waits ? "yes" : "");
}

/* vs207-06, vs207-06.x: everything is tested again in the transaction that writes. */
static enum gw_code take_preview(struct vash_turn *t) {
	struct vash_web_service s;
	struct open_groups open;
	bool good = false, still_open = false;
	if (turn_pressed(t, "change")) {
		turn_go(t, "vs207-02");
		return GW_OK;
	}
	enum gw_code rc = find_groups(t, &open);
	for (size_t i = 0; rc == GW_OK && i < open.count; i++) {
		still_open |= open.group[i] == chosen_group(t);
	}
	if (rc == GW_OK && !still_open) {
		turn_stop(t, VASH_SAY_207_06_x);
		return GW_OK;
	}
	rc = rc == GW_OK ? collect(t, true, &s, &good) : rc;
	rc = rc == GW_OK && good ? call_certificate_token(t, &s) : rc;
	if (rc != GW_OK || !good) {
		t->secret = NULL;
		return rc;
	}
	write_record(t, &s);
	t->end = VASH_TURN_FINISHED;
	turn_keep(t, "client.id", s.client_id ? s.client_id : "");
	turn_go(t, "vs207-07");
	return turn_value(t, "waits")[0]
		       ? turn_mail_administrators(t, VASH_SCHEME_SERVICES, chosen_group(t), VASH_SAY_207_07_3)
		       : GW_OK;
}

/* ---- vs207-07 ---- */

static enum gw_code show_done(struct vash_turn *t) {
	bool waits = turn_value(t, "waits")[0] != '\0';
	turn_say_about(t, waits ? VASH_SAY_207_07_1 : VASH_SAY_201_08_b1,
		       turn_group_name(t, VASH_SCHEME_SERVICES, chosen_group(t)));
	call_certificate_ask_touch(t, turn_value(t, "possession"));
	const char *id = turn_value(t, "client.id");
	if (id[0]) {
		const struct vash_web_service s = {.client_name = turn_value(t, "client.name"),
						   .redirect_uris = turn_value(t, "client.uris"),
						   .client_id = id};
		client_entry_facts(t, &s);
	}
	if (t->secret) {
		vash_page_text(t->page, VASH_SAY_secret_once, NULL, 0);
	}
	vash_page_link(t->page, "entry", (struct vash_text){"Nazaj na prvo stran", "Back to the first page"});
	return GW_OK;
}

static const struct vash_step steps[] = {
	{"vs207-02", show_groups, take_group},	  {"vs207-03", show_certificate, take_certificate},
	{"vs207-04", show_client, take_client},	  {"vs207-05", show_application, take_application},
	{"vs207-06", show_preview, take_preview}, {"vs207-07", show_done, NULL}};
const struct vash_procedure vash_vs207 = {.code = "vs207", .begin = begin, .steps = steps, .count = GW_COUNT(steps)};
