/* tests/unit/test_offers.c - FZ 5.1 with D27, FZ-VS7 and FZ 4.2, written out once more: every procedure for every login
 * kind, in the menu, at its beginning and at its steps; every mechanism at the login and behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/lists_fixture.h"
#include "vash/vs003.h"
#include "vash/vs101.h"

enum { ARENA_MAX = 4194304 };
enum access { BY_TABLE, OF_SERVICES /* ours, not in the printed table */, ANY_LOGIN, NO_LOGIN };

/* ZK, ZK-S, NK, ZA, GA of the printed table; "Y" instead of "y" where D27 deviates from it. `step`: the first that
 * takes something. No step: the program cannot do it yet, or it takes nothing. */
static const struct {
	const char *code, *offered;
	bool here;
	enum access access;
	const char *step;
} table[] = {
	{"vs201", "-----", false, BY_TABLE, NULL},	{"vs202", "-----", false, BY_TABLE, NULL},
	{"vs203", "y----", false, BY_TABLE, NULL},	{"vs204", "y--yy", false, BY_TABLE, NULL},
	{"vs205", "yYyyY", false, BY_TABLE, NULL},	{"vs206", "yY-Y-", true, BY_TABLE, "vs206-01"},
	{"vs207", "yy---", true, BY_TABLE, "vs207-02"}, {"vs208", "-y---", true, BY_TABLE, "vs208-00"},
	{"vs211", "---y-", true, BY_TABLE, "vs211-01"}, {"vs212", "yy-yy", true, BY_TABLE, "vs212-02"},
	{"vs221", "yyy--", true, BY_TABLE, NULL},	{"vs222", "---y-", true, BY_TABLE, "vs222-01"},
	{"vs223", "YY-yy", true, BY_TABLE, "vs223-02"}, {"vs231", "----y", true, BY_TABLE, "vs231-01"},
	{"vs232", "----y", true, BY_TABLE, "vs232-01"}, {"vs101", NULL, true, NO_LOGIN, "vs101-03"},
	{"vs301", NULL, true, ANY_LOGIN, "vs301-01"},	{"vs302", NULL, true, ANY_LOGIN, NULL},
	{"calls", "yy-yy", true, OF_SERVICES, "calls"}, {"certificates", "yy-yy", true, OF_SERVICES, "certificates"},
};
static const char *const nothing[] = {"",	"vs003",  "vs102", "vs209",  "vs999", "VS207",
				      "vs207 ", " vs207", "vs20",  "vs2077", "Calls"};

static bool in_table(size_t i, enum vash_login kind) {
	return table[i].offered && table[i].offered[kind] != '-';
}

/* ---- a registry that holds the login alone, and counts how often it is asked ---- */

static size_t asked;
static const struct vash_record *held;

static enum gw_code his_records(void *ctx, const struct vash_query *query, struct gw_arena *arena,
				struct vash_records *out, struct gw_err *err) {
	GW_UNUSED(ctx), GW_UNUSED(arena), GW_UNUSED(err);
	asked++;
	*out = (struct vash_records){query->by == VASH_BY_SUBJECT && query->key == held->subject.id, held};
	return GW_OK;
}

static enum gw_code no_subject(void *ctx, int64_t id, struct gw_arena *arena, struct vash_subject *out,
			       struct gw_err *err) {
	GW_UNUSED(ctx), GW_UNUSED(id), GW_UNUSED(arena), GW_UNUSED(out);
	asked++;
	return gw_fail(err, GW_E_NOTFOUND, "nobody");
}

static enum gw_code no_subjects(void *ctx, enum vash_subjects_by by, const char *number, struct gw_arena *arena,
				const struct vash_subject **out, size_t *count, struct gw_err *err) {
	GW_UNUSED(ctx), GW_UNUSED(by), GW_UNUSED(number), GW_UNUSED(arena), GW_UNUSED(err);
	asked++;
	*out = NULL;
	*count = 0;
	return GW_OK;
}

static enum gw_code no_calls(void *ctx, int64_t id, uint64_t before, struct gw_arena *arena, struct vash_calls *out,
			     struct gw_err *err) {
	GW_UNUSED(ctx), GW_UNUSED(id), GW_UNUSED(before), GW_UNUSED(arena), GW_UNUSED(err);
	asked++;
	*out = (struct vash_calls){0};
	return GW_OK;
}

static const struct vash_registry registry = {
	.records = his_records, .subject = no_subject, .subjects = no_subjects, .calls = no_calls};
static const struct vash_outside nowhere;

/* ---- a login of each kind ---- */

enum state { COUNTS, NOT_LOGGED_IN, ENDED, IN_PRS_DELETED, BLOCKED };

static struct vash_login_data login_of(enum vash_login kind, enum state state) {
	static const int schemes[VASH_LOGINS] = {1, 5, 2, 3, 3}, groups[VASH_LOGINS] = {501, 1103, 439, 90, 80};
	struct vash_login_data l = {.identity = {.mechanism = "KDP-SI",
						 .idp_im = "1",
						 .cert = "c",
						 .issuer = "i",
						 .davcna = "",
						 .dso = "14717468"},
				    .kind = kind,
				    .certificate_blocked = state == BLOCKED};
	bool internal = kind == VASH_LOGIN_NK;
	l.record.m = (struct vash_membership){.id = state == NOT_LOGGED_IN ? 0 : 7,
					      .scheme = schemes[kind],
					      .user_group = groups[kind],
					      .member_kind = internal ? 2 : 1,
					      .principal_active = true};
	*(internal ? &l.record.m.link_status : &l.record.m.status) = state == ENDED ? VASH_DELETED : VASH_ACTIVE;
	l.record.subject =
		(struct vash_subject){.id = 3,
				      .position = VASH_LEGAL_PERSON,
				      .maticna = "1732803000",
				      .davcna = "14717468",
				      .emso = "",
				      .name = "Podjetje",
				      .email = "",
				      .prs_status = state == IN_PRS_DELETED ? VASH_PRS_DELETED : VASH_PRS_ACTIVE};
	l.record.principal = (struct vash_subject){.maticna = "", .davcna = "", .emso = "", .name = "", .email = ""};
	return l;
}

/* ---- one turn ---- */

struct play {
	struct gw_arena arena;
	struct vash_page page;
	struct vash_world world;
	struct vash_login_data login;
	struct vash_case the_case;
	struct vash_input input;
	struct gw_err err;
	struct vash_turn turn;
	enum gw_code rc;
};

static void prepare(struct play *p, const char *procedure, const struct vash_login_data *login) {
	memset(p, 0, sizeof(*p));
	gw_arena_init(&p->arena, ARENA_MAX);
	vash_page_init(&p->page);
	p->world = (struct vash_world){lists, &registry, &nowhere, 1795000000, "https://localhost/touch/"};
	p->login = *login;
	p->the_case = (struct vash_case){.procedure = procedure, .step = ""};
	p->turn = (struct vash_turn){.world = &p->world,
				     .login = &p->login,
				     .the_case = &p->the_case,
				     .arena = &p->arena,
				     .page = &p->page,
				     .err = &p->err};
	asked = 0;
	held = &p->login.record;
}

static void end(struct play *p) {
	vash_page_release(&p->page);
	gw_arena_release(&p->arena);
}

static void begin(struct play *p, const char *procedure, const struct vash_login_data *login) {
	prepare(p, procedure, login);
	p->rc = vash_turn_take(&p->turn);
}

/* Cancels the case at this step. */
static void cancel(struct play *p, const char *procedure, const char *step, const struct vash_login_data *login) {
	prepare(p, procedure, login);
	p->the_case.id = 1;
	p->the_case.step = step;
	p->input = (struct vash_input){.button = "cancel", .file_name = ""};
	p->turn.input = &p->input;
	p->rc = vash_turn_take(&p->turn);
}

/* Refused with this sentence before anything was looked at. */
static void refused(const struct play *p, enum vash_say say, enum vash_turn_end end_of) {
	bool so = p->rc == GW_OK && p->page.warned == say && p->turn.end == end_of && p->turn.change.count == 0 &&
		  asked == 0 && p->the_case.values.count == 0;
	if (!so) {
		fail_msg("%s, kind %d: said %s, end %d, asked %zu", p->the_case.procedure, (int)p->login.kind,
			 vash_say_row(p->page.warned)->code, (int)p->turn.end, asked);
	}
}

/* ---- 5.1 ---- */

static void the_list_is_the_table(void **state) {
	size_t rows = 0;
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(table); i++) {
		const struct vash_procedure_row *row = vash_procedure_find(lists, table[i].code);
		assert_int_equal(row != NULL, table[i].offered && table[i].access == BY_TABLE);
		assert_int_equal(vash_procedure_exists(table[i].code), table[i].here);
		rows += row != NULL;
		for (enum vash_login kind = 0; row && kind < VASH_LOGINS; kind++) {
			if (row->offered[kind] != in_table(i, kind)) {
				fail_msg("%s for kind %d", table[i].code, (int)kind);
			}
		}
	}
	assert_int_equal(rows, lists->procedures.count);
	for (size_t i = 0; i < GW_COUNT(nothing); i++) {
		assert_null(vash_procedure_find(lists, nothing[i]));
		assert_false(vash_procedure_exists(nothing[i]));
	}
}

static void a_kind_begins_what_the_table_offers_it_and_is_refused_the_rest(void **state) {
	GW_UNUSED(state);
	for (enum vash_login kind = 0; kind < VASH_LOGINS; kind++) {
		const struct vash_login_data login = login_of(kind, COUNTS);
		for (size_t i = 0; i < GW_COUNT(table); i++) {
			struct play p;
			begin(&p, table[i].code, &login);
			if (!table[i].here) {
				assert_int_equal(p.rc, GW_E_INPUT);
			} else if (table[i].access <= OF_SERVICES && !in_table(i, kind)) {
				refused(&p, VASH_SAY_not_offered, VASH_TURN_STOPPED);
				assert_string_equal(p.the_case.step, "");
			} else if (p.rc != GW_OK || p.page.warned == VASH_SAY_not_offered || p.turn.login_over) {
				fail_msg("%s is refused to kind %d", table[i].code, (int)kind);
			}
			end(&p);
		}
	}
}

static void a_step_is_refused_to_a_kind_that_could_not_begin(void **state) {
	size_t taken = 0;
	GW_UNUSED(state);
	for (enum vash_login kind = 0; kind < VASH_LOGINS; kind++) {
		const struct vash_login_data login = login_of(kind, COUNTS);
		for (size_t i = 0; i < GW_COUNT(table); i++) {
			struct play p;
			if (!table[i].step) {
				continue;
			}
			cancel(&p, table[i].code, table[i].step, &login);
			if (table[i].access <= OF_SERVICES && !in_table(i, kind)) {
				refused(&p, VASH_SAY_not_offered, VASH_TURN_STOPPED);
			} else {
				refused(&p, VASH_SAY_NONE, VASH_TURN_STOPPED); /* cancelled, as he wished */
				taken++;
			}
			end(&p);
		}
	}
	assert_int_equal(taken, 26 + 2 * VASH_LOGINS); /* the marks of procedures with a step, and who needs none */
}

static void a_login_that_does_not_count_begins_and_continues_nothing(void **state) {
	static const enum state states[] = {NOT_LOGGED_IN, ENDED, IN_PRS_DELETED, BLOCKED};
	GW_UNUSED(state);
	for (size_t n = 0; n < GW_COUNT(states) * VASH_LOGINS * GW_COUNT(table); n++) {
		size_t i = n % GW_COUNT(table);
		enum state s = states[n / GW_COUNT(table) % GW_COUNT(states)];
		const struct vash_login_data login =
			login_of((enum vash_login)(n / GW_COUNT(table) / GW_COUNT(states)), s);
		enum vash_say say = s == BLOCKED ? VASH_SAY_login_blocked : VASH_SAY_login_over;
		struct play p;
		if (!table[i].here || (table[i].access == NO_LOGIN && s != BLOCKED)) {
			continue;
		}
		begin(&p, table[i].code, &login);
		refused(&p, say, VASH_TURN_LOGGED_OUT);
		end(&p);
		if (table[i].step) {
			cancel(&p, table[i].code, table[i].step, &login);
			refused(&p, say, VASH_TURN_LOGGED_OUT);
			end(&p);
		}
	}
}

static void a_procedure_without_a_row_is_called_by_its_code_or_a_name_of_its_own(void **state) {
	static struct vash_codelists bare;
	GW_UNUSED(state);
	bare = *lists;
	bare.procedures.count = 0;
	const struct vash_login_data login = login_of(VASH_LOGIN_ZK, COUNTS);
	for (size_t i = 0; i < GW_COUNT(table); i++) {
		struct play p;
		prepare(&p, table[i].code, &login);
		p.world.lists = &bare;
		const struct vash_page_about about = vash_turn_about(&p.turn);
		GW_AUTO(buf) struct gw_buf out;
		gw_buf_init(&out, VASH_PAGE_MAX_BYTES);
		assert_int_equal(vash_page_finish(&p.page, &about, &out, NULL), GW_OK);
		if (table[i].here && table[i].access == BY_TABLE) {
			assert_string_equal(about.title.sl, table[i].code);
			assert_string_equal(about.title.en, table[i].code);
		}
		assert_int_equal(about.title.sl[0] != '\0', table[i].here);
		end(&p);
	}
}

/* Is there a link to the procedure on the page? */
static bool links(const char *page, const char *code) {
	char link[64];
	snprintf(link, sizeof(link), "<link to=\"%s\">", code);
	return strstr(page, link) != NULL;
}

static void the_menu_offers_what_the_table_offers_and_the_program_can(void **state) {
	static const struct vash_page_about about = {.procedure = "vs003", .step = "vs003", .title = {"", ""}};
	GW_UNUSED(state);
	for (enum vash_login kind = 0; kind < VASH_LOGINS; kind++) {
		for (enum state s = COUNTS; s <= BLOCKED; s++) {
			const struct vash_login_data login = login_of(kind, s);
			GW_AUTO(buf) struct gw_buf out;
			struct play p;
			prepare(&p, "vs003", &login);
			gw_buf_init(&out, VASH_PAGE_MAX_BYTES);
			assert_int_equal(vs003_show(&p.turn), GW_OK);
			assert_int_equal(vash_page_finish(&p.page, &about, &out, NULL), GW_OK);
			const char *page = gw_buf_cstr(&out);
			for (size_t i = 0; i < GW_COUNT(table); i++) {
				bool wanted = s == COUNTS && table[i].here && in_table(i, kind);
				if (links(page, table[i].code) != wanted) {
					fail_msg("menu of kind %d, state %d: %s", (int)kind, (int)s, table[i].code);
				}
			}
			end(&p);
		}
	}
}

/* ---- FZ 4.2 table 2, FZ-VS7 (2.9.1), 2.9.2, D30 ---- */

static const struct {
	const char *code;
	bool external, internal, organisation;
} mechanisms[] = {
	{"SICAS-PWD", 0, 0, 0},	   {"SICAS-SMS", 1, 0, 0},  {"SICAS-KDP", 0, 0, 0},  {"KDP-SIGOV", 1, 1, 1},
	{"KDP+PK-SIGOV", 1, 1, 1}, {"KDP-SI", 1, 1, 1},	    {"KDP+PK-SI", 1, 1, 1},  {"KDP-EU", 0, 0, 1},
	{"KDP+PK-EU", 0, 0, 1},	   {"NDP", 0, 0, 0},	    {"NDP ZZZS", 0, 0, 0},   {"GOOGLE", 0, 0, 0},
	{"FACEBOOK", 0, 0, 0},	   {"MSLIVE", 0, 0, 0},	    {"EIDAS-LOW", 0, 0, 0},  {"EIDAS-SUB", 1, 0, 0},
	{"EIDAS-HIGH", 1, 0, 0},   {"REKONO-LOW", 0, 0, 0}, {"REKONO-SUB", 0, 0, 0}, {"REKONO-HIGH", 1, 0, 0},
	{"HALCOM-ONE", 1, 0, 0},   {"EID-M", 0, 0, 0},	    {"EID-M-PIN", 1, 1, 0},  {"EID-R", 0, 0, 0},
	{"EID-R-PIN", 1, 1, 0},
};
static const char *const no_mechanisms[] = {"",	       "CLI", "kdp-si",	      "KDP-SI ",
					    " KDP-SI", "KDP", "KDP-SIGOV-CA", "EID-M-PIN-2"};

static void vs101_begins_with_the_mechanisms_of_the_table(void **state) {
	GW_UNUSED(state);
	assert_int_equal(lists->mechanisms.count, GW_COUNT(mechanisms));
	for (size_t i = 0; i < GW_COUNT(mechanisms) + GW_COUNT(no_mechanisms); i++) {
		bool known = i < GW_COUNT(mechanisms);
		const char *code = known ? mechanisms[i].code : no_mechanisms[i - GW_COUNT(mechanisms)];
		struct vash_login_data login = login_of(VASH_LOGIN_ZK, NOT_LOGGED_IN);
		struct play p;
		login.identity.mechanism = code;
		begin(&p, "vs101", &login);
		if (known && mechanisms[i].external) {
			assert_int_equal(p.page.warned, VASH_SAY_NONE);
			assert_int_equal(asked, 1); /* the registry, for his records */
		} else {
			refused(&p, VASH_SAY_101_mechanism, VASH_TURN_STOPPED);
		}
		end(&p);
		const struct vash_mechanism_row *row = vash_mechanism_find(lists, code);
		assert_int_equal(row != NULL, known);
		assert_int_equal(row && row->organisation, known && mechanisms[i].organisation);
		assert_int_equal(row && row->scheme_2, known && mechanisms[i].internal);
	}
}

static void a_record_is_a_login_by_the_mechanisms_of_its_scheme_and_never_that_of_an_internal_user(void **state) {
	GW_UNUSED(state);
	for (int scheme = -1; scheme <= 6; scheme++) {
		bool external = scheme == 1 || scheme == 3 || scheme == 5;
		for (size_t i = 0; i < GW_COUNT(mechanisms); i++) {
			assert_int_equal(vs101_logs_in(lists, mechanisms[i].code, scheme),
					 external && mechanisms[i].external);
		}
		for (size_t i = 0; i < GW_COUNT(no_mechanisms); i++) {
			assert_false(vs101_logs_in(lists, no_mechanisms[i], scheme));
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_is_the_table),
		cmocka_unit_test(a_kind_begins_what_the_table_offers_it_and_is_refused_the_rest),
		cmocka_unit_test(a_step_is_refused_to_a_kind_that_could_not_begin),
		cmocka_unit_test(a_login_that_does_not_count_begins_and_continues_nothing),
		cmocka_unit_test(a_procedure_without_a_row_is_called_by_its_code_or_a_name_of_its_own),
		cmocka_unit_test(the_menu_offers_what_the_table_offers_and_the_program_can),
		cmocka_unit_test(vs101_begins_with_the_mechanisms_of_the_table),
		cmocka_unit_test(
			a_record_is_a_login_by_the_mechanisms_of_its_scheme_and_never_that_of_an_internal_user),
	};
	return cmocka_run_group_tests(tests, load_lists, free_lists);
}
