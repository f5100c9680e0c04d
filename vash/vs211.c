/* vs211 (FZ 5.3.5): an administrator approves, refuses and deletes the users of a group. */
#include "vash/call_certificate.h"
#include "vash/decide.h"
#include "vash/lists.h"

enum { SETS = VASH_SET_3A | VASH_SET_3B, DAY_S = 86400 };

/* ---- vs211-01: the group and what is to be done ---- */

static void choose(struct vash_turn *t, const struct vash_record *r) {
	turn_keep(t, "administrator", gw_arena_printf(t->arena, "%lld", (long long)r->m.id));
	turn_keep(t, "group", gw_arena_printf(t->arena, "%d", r->m.administered_group));
}

static enum gw_code begin(struct vash_turn *t) {
	struct vash_records groups;
	enum gw_code rc = vash_administered_records(t, &groups);
	if (rc == GW_OK && groups.count == 0) {
		turn_stop(t, VASH_SAY_not_offered);
		return rc;
	}
	if (rc == GW_OK && groups.count == 1) {
		choose(t, &groups.row[0]);
	}
	turn_go(t, "vs211-01");
	return rc;
}

static void show_kind(struct vash_turn *t) {
	decide_show_what(t, VASH_SAY_211_01_2a, VASH_SAY_211_01_2b);
	vash_page_button(t->page, "next", VASH_SAY_button_next);
}

static enum gw_code show_choice(struct vash_turn *t) {
	struct vash_records groups;
	enum gw_code rc = vash_administered_records(t, &groups);
	if (rc == GW_OK && groups.count > 1) {
		vash_choose_record(t, &groups, VASH_SAY_211_01_1b, "administrator");
	}
	show_kind(t);
	return rc;
}

static enum gw_code take_choice(struct vash_turn *t) {
	struct vash_records groups, chosen;
	enum gw_code rc = vash_administered_records(t, &groups);
	if (rc != GW_OK) {
		return rc;
	}
	if (groups.count > 1) {
		if (!turn_chosen(turn_input(t, "record"), &groups, &chosen, t->arena) || chosen.count != 1) {
			turn_refuse_field(t, "record", VASH_SAY_211_01_1x);
			return GW_OK;
		}
		choose(t, &chosen.row[0]);
	} else if (groups.count == 1) {
		choose(t, &groups.row[0]); /* several when it began */
	}
	if (decide_take_what(t)) {
		turn_go(t, decide_approves(t) ? "vs211-02" : "vs211-03");
	}
	return GW_OK;
}

/* ---- vs211-02, vs211-03: the list and its marks ---- */

static int group_of(const struct vash_turn *t) {
	return (int)turn_number(turn_value(t, "group"));
}

static bool is_waiting(const struct vash_turn *t, const struct vash_record *r) {
	return vash_p006(&r->m, group_of(t)) == VASH_PENDING;
}

static bool is_active(const struct vash_turn *t, const struct vash_record *r) {
	return vash_p006(&r->m, group_of(t)) == VASH_ACTIVE;
}

static bool is_of_group(const struct vash_turn *t, const struct vash_record *r) {
	return vash_p006(&r->m, group_of(t)) != VASH_STATUS_NONE;
}

static const struct decide_rules
	approving = {.confirms = true, .reasons = true, .belongs = is_waiting, .concerns = is_of_group},
	deleting = {.confirms = false, .reasons = true, .belongs = is_active, .concerns = is_of_group};

static const struct decide_rules *rules_of(const struct vash_turn *t) {
	return strcmp(t->the_case->step, "vs211-02") == 0 ? &approving : &deleting;
}

static void show_application(struct vash_turn *t, const struct vash_record *r) {
	vash_page_facts(t->page, VASH_SAY_application);
	vash_page_fact(t->page, VASH_SAY_received, turn_day(t, r->submitted_utc_s));
	if (r->m.status == VASH_PENDING || r->m.link_status == VASH_PENDING) {
		long long days = (t->world->now_utc_s - r->submitted_utc_s) / DAY_S;
		vash_page_fact(t->page, VASH_SAY_waiting_days, gw_arena_printf(t->arena, "%lld", days));
	}
	vash_page_fact(t->page, VASH_SAY_davcna, r->subject.davcna);
	if (r->application_id) {
		const char *to = gw_arena_printf(t->arena, "application/%lld", (long long)r->application_id);
		vash_page_fact_link(t->page, VASH_SAY_207_05_label, to);
		vash_page_fact_text(t->page, VASH_SAY_report, r->application_judgement);
	}
	if (r->has_service) {
		turn_show_dossier(t, r);
	}
	vash_page_facts_end(t->page);
	if (r->has_service) {
		call_certificate_facts(t, &r->service);
		call_certificate_steps(t, &r->service);
		call_certificate_warn(t, &r->service, &r->subject);
	}
}

static enum gw_code show_user(struct vash_turn *t, const struct vash_record *r, const struct decide_rules *rules) {
	const struct vash_page_record row = {
		.id = r->m.id, .text = vash_same(r->subject.name), .mark = decide_mark(t, r->m.id)};
	vash_page_record(t->page, &row);
	const struct vash_record *full = NULL; /* with what the list has not read of the certificate */
	bool confirms = rules->confirms && !t->whole;
	enum gw_code rc = confirms ? turn_record(t, row.id, &full) : GW_OK;
	if (full) {
		show_application(t, full);
	}
	decide_show(t, r, rules);
	vash_page_record_end(t->page);
	return rc;
}

/* The administrator whose name the mails carry: an authorised person acts for the independent user. */
static enum gw_code administrator(struct vash_turn *t, const char **firm) {
	const struct vash_record *r = NULL;
	enum gw_code rc = turn_record(t, turn_number(turn_value(t, "administrator")), &r);
	bool still = rc == GW_OK && r && (vash_p001(&r->m) & SETS) && r->m.administered_group == group_of(t) &&
		     r->subject.id == t->login->record.subject.id;
	*firm = !still ? NULL : r->m.member_kind == VASH_INDEPENDENT ? r->subject.name : r->principal.name;
	t->acts_by = still ? r : NULL;
	if (rc == GW_OK && !still) {
		turn_stop(t, VASH_SAY_not_offered);
	}
	return rc;
}

static enum gw_code show_list(struct vash_turn *t) {
	struct vash_records all, matching;
	const struct decide_rules *rules = rules_of(t);
	enum vash_status status = rules->confirms ? VASH_PENDING : VASH_ACTIVE;
	const char *firm = NULL;
	enum gw_code rc = administrator(t, &firm);
	if (rc != GW_OK || !firm) {
		return rc;
	}
	if ((rc = turn_records(t, VASH_BY_GROUP, group_of(t), status, &all)) != GW_OK) {
		return rc;
	}
	if (all.count == 0) {
		turn_stop(t, rules->confirms ? VASH_SAY_211_02_2a : VASH_SAY_211_03_2a);
		return rc;
	}
	vash_filter(t, &all, &matching);
	const struct vash_records shown = vash_list_page(t, &matching);
	int scheme = vash_administered_scheme(t->world->lists, group_of(t));
	struct vash_text group = turn_group_full(t, scheme, group_of(t));
	decide_show_errors(t, &shown);
	vash_page_list(t->page, "vs007", VASH_SAY_007_h, &group, 1);
	vash_show_place(t, &all, &matching);
	decide_show_count(t);
	for (size_t i = 0; rc == GW_OK && i < shown.count; i++) {
		rc = show_user(t, &shown.row[i], rules);
	}
	vash_page_list_end(t->page);
	vash_show_filter(t);
	vash_show_turning(t, &matching);
	vash_page_button(t->page, "execute", VASH_SAY_button_execute);
	vash_page_button(t->page, "back", VASH_SAY_button_back);
	return rc;
}

/* ---- vs211-04 ---- */

/* vs211-04.x3: what has changed since the application was made. */
static enum gw_code may_confirm(struct vash_turn *t, const struct vash_record *r, bool *may) {
	struct vash_web_service fresh;
	*may = decide_subject_counts(t, r, VASH_SAY_211_04_x3_subject);
	if (!*may || !r->has_service) {
		return GW_OK;
	}
	enum gw_code rc = call_certificate_check(t, r->service.pem, &r->subject, &fresh, may);
	if (rc == GW_OK && !*may) {
		turn_say_about(t, VASH_SAY_211_04_x3_certificate, vash_same(r->subject.name));
	}
	return rc;
}

static void tell(struct vash_turn *t, const struct vash_record *r, enum vash_say say, const char *firm) {
	const struct vash_text fill[] = {
		vash_same(firm),
		turn_group_full(t, vash_administered_scheme(t->world->lists, r->m.user_group), r->m.user_group),
		vash_same(decide_reason(t, r->m.id))};
	turn_mail(t, r->subject.email, say, fill, GW_COUNT(fill));
}

static void confirm(struct vash_turn *t, const struct vash_record *r, const char *firm) {
	struct vash_write *w = turn_confirm_record(t, r);
	if (w) {
		w->decision = true;
	}
	tell(t, r, VASH_SAY_211_05_2p, firm);
}

static void end(struct vash_turn *t, const struct vash_record *r, const char *firm, bool refuse) {
	struct vash_write *w = turn_end_record(t, r, refuse ? "refused" : "deleted");
	if (w) {
		w->note = decide_reason(t, r->m.id);
		w->decision = true;
	}
	tell(t, r, refuse ? VASH_SAY_211_05_2z : VASH_SAY_211_05_2i, firm);
}

/* Of two users' applications with one certificate that are confirmed together the earlier one gets it (FZ-VS10). */
static bool is_taken_here(struct vash_turn *t, const struct vash_records *marked, const struct vash_record *r) {
	for (size_t i = 0; r->has_service && i < marked->count; i++) {
		const struct vash_record *other = &marked->row[i];
		const struct vash_web_service *a = &other->service, *b = &r->service;
		if (other->has_service && other->m.id < r->m.id && other->subject.id != r->subject.id &&
		    strcmp(decide_mark(t, other->m.id), "confirm") == 0 &&
		    (strcmp(a->digest, b->digest) == 0 ||
		     (strcmp(a->issuer, b->issuer) == 0 && strcmp(a->serial, b->serial) == 0))) {
			turn_say_about(t, VASH_SAY_211_04_x3_certificate, vash_same(r->subject.name));
			return true;
		}
	}
	return false;
}

static enum gw_code execute_one(struct vash_turn *t, const struct vash_records *marked, const struct vash_record *r,
				const char *firm, bool *good) {
	const char *mark = decide_mark(t, r->m.id);
	if (strcmp(mark, "confirm") == 0) {
		bool may = false;
		enum gw_code rc = may_confirm(t, r, &may);
		may = rc == GW_OK && may && !is_taken_here(t, marked, r);
		if (may) {
			confirm(t, r, firm);
		}
		*good &= may;
		return rc;
	}
	end(t, r, firm, strcmp(mark, "refuse") == 0);
	return turn_cascade(t, r);
}

static enum gw_code execute(struct vash_turn *t, const struct vash_records *marked, const char *firm) {
	bool good = true;
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < marked->count; i++) {
		rc = execute_one(t, marked, &marked->row[i], firm, &good);
	}
	if (rc == GW_OK && good) {
		t->end = VASH_TURN_FINISHED;
		turn_go(t, "vs211-05");
	} else {
		t->change = (struct vash_change){0};
	}
	return rc;
}

static enum gw_code take_list(struct vash_turn *t) {
	struct vash_records marked;
	const char *firm = NULL;
	if (turn_pressed(t, "back")) {
		decide_forget(t);
		vash_forget_filter(t);
		turn_go(t, "vs211-01");
		return GW_OK;
	}
	enum gw_code rc = administrator(t, &firm);
	if (rc != GW_OK || !firm) {
		return rc;
	}
	rc = decide_take(t, rules_of(t), &marked);
	return rc == GW_OK && marked.count > 0 ? execute(t, &marked, firm) : rc;
}

static enum gw_code show_done(struct vash_turn *t) {
	turn_say(t, VASH_SAY_211_05_1);
	vash_page_link(t->page, "menu", turn_menu_text());
	return GW_OK;
}

static const struct vash_step steps[] = {{"vs211-01", show_choice, take_choice},
					 {"vs211-02", show_list, take_list},
					 {"vs211-03", show_list, take_list},
					 {"vs211-05", show_done, NULL}};
const struct vash_procedure vash_vs211 = {.code = "vs211", .begin = begin, .steps = steps, .count = GW_COUNT(steps)};
