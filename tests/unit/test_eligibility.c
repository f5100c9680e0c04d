/* tests/unit/test_eligibility.c - FZ-VS1 to FZ-VS9 and FZ-VS11, exhaustively against the FZ's tables written out once
 * more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/lists_fixture.h"
#include "vash/eligibility.h"
#include "vash/entry.h"

/* ---- FZ 2.3.2 table 2 ---- */

static const int column_1[] = {101, 102, 103, 104, 105, 108, 112, 113, 117, 118, 141, 210, 211, 213,
			       300, 301, 351, 352, 354, 355, 357, 358, 359, 360, 361, 362, 401, 402,
			       403, 404, 405, 406, 407, 451, 452, 453, 458, 703, 706, 707, 722};
static const int column_21[] = {146, 151, 152};
static const int column_22[] = {142, 144, 145, 147, 148, 153, 154, 156, 157, 158, 163, 166};
static const int column_31[] = {310, 311}; /* and 309, which no registration may have (D29) */
static const int column_32[] = {201, 302, 303, 304, 305, 306, 307, 308, 313, 315, 316, 318, 319, 321, 322};
static const int positions[] = {0, 11, 12, 13, 14, 15, 16, 21, 22, 23, 31, 32, 41};
enum { FORM_MAX = 1000 };

#define IN(form, column) is_in(form, column, GW_COUNT(column))
static bool is_in(int form, const int *column, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (column[i] == form) {
			return true;
		}
	}
	return false;
}

static bool form_of_position(int position, int form) {
	switch (position) {
	case 12:
		return IN(form, column_21) || IN(form, column_22);
	case 21:
		return IN(form, column_1);
	case 31:
		return IN(form, column_31) || IN(form, column_32);
	case 11:
	case 13:
	case 14:
	case 15:
	case 22:
	case 23:
	case 41:
		return form == 0;
	default:
		return false; /* 32: courts come from Razpored */
	}
}

static void legal_forms_fit_the_positions_of_the_table(void **state) {
	GW_UNUSED(state);
	for (size_t p = 0; p < GW_COUNT(positions); p++) {
		for (int form = 0; form < FORM_MAX; form++) {
			bool found = vash_form_fits_position(lists, positions[p], form, VASH_BY_REGISTRATION);
			if (found != form_of_position(positions[p], form)) {
				fail_msg("position %d, form %d: %d", positions[p], form, found);
			}
		}
	}
}

/* D29: the chief administrator may enter a court, and nothing else that a registration may not. */
static void the_chief_administrator_enters_courts_too(void **state) {
	GW_UNUSED(state);
	for (size_t p = 0; p < GW_COUNT(positions); p++) {
		for (int form = 0; form < FORM_MAX; form++) {
			bool wanted = form_of_position(positions[p], form) || (positions[p] == 31 && form == 309);
			bool found = vash_form_fits_position(lists, positions[p], form, VASH_BY_CHIEF_ADMINISTRATOR);
			if (found != wanted) {
				fail_msg("position %d, form %d: %d", positions[p], form, found);
			}
		}
	}
}

/* ---- FZ 2.5.3, 2.7.1, 2.8, 2.10.1: the groups ---- */

static const struct {
	int scheme, group;
} groups[] = {{1, 301},	 {1, 302},  {1, 303},  {1, 304},  {1, 305},  {1, 306},	{1, 308},  {1, 309},  {1, 310},
	      {1, 311},	 {1, 501},  {1, 502},  {1, 503},  {1, 601},  {1, 701},	{1, 702},  {2, 439},  {2, 1251},
	      {3, 80},	 {3, 90},   {5, 1001}, {5, 1002}, {5, 1003}, {5, 1004}, {5, 1005}, {5, 1006}, {5, 1007},
	      {5, 1008}, {5, 1101}, {5, 1102}, {5, 1103}, {5, 1201}, {5, 1202}, {5, 1203}};
static const int without_administrator[] = {501, 502, 601, 701, 702};
enum { SCHEME_MIN = -1, SCHEME_MAX = 7, GROUP_MIN = -1, GROUP_MAX = 1300, POSITION_MIN = -1, POSITION_MAX = 50 };

static bool is_group(int scheme, int group) {
	for (size_t i = 0; i < GW_COUNT(groups); i++) {
		if (groups[i].scheme == scheme && groups[i].group == group) {
			return true;
		}
	}
	return false;
}

static void the_groups_are_those_of_the_tables(void **state) {
	GW_UNUSED(state);
	assert_int_equal(lists->groups.count, GW_COUNT(groups));
	for (int scheme = SCHEME_MIN; scheme <= SCHEME_MAX; scheme++) {
		for (int group = GROUP_MIN; group <= GROUP_MAX; group++) {
			const struct vash_group_row *row = vash_group_find(lists, scheme, group);
			bool administered = (scheme == 1 && !IN(group, without_administrator)) || scheme == 5;
			if ((row != NULL) != is_group(scheme, group) || (row && row->administered != administered)) {
				fail_msg("scheme %d, group %d", scheme, group);
			}
		}
	}
}

/* ---- FZ 2.5.3 and 2.10.3: group x position x form ---- */

static bool fits_external(int group, int position, int form) {
	bool entrepreneur = position == 12, firm = position == 21, body = position == 31, person = position == 11;
	switch (group) {
	case 301:
		return entrepreneur && form == 151;
	case 302:
		return (firm && (form == 101 || form == 103)) || (entrepreneur && form == 152);
	case 303:
		return (entrepreneur && form == 146) || (person && form == 0);
	case 304:
	case 311:
		return (entrepreneur && form == 142) || (person && form == 0);
	case 308:
		return (firm && form >= 101 && form <= 104) || (entrepreneur && form == 142);
	case 305:
	case 310:
		return body && form == 311;
	case 306:
		return body && form == 310;
	case 309:
		return body && form == 313;
	case 501:
		return firm && IN(form, column_1);
	case 502:
		return entrepreneur && IN(form, column_22);
	case 503:
		return (firm && IN(form, column_1)) || (entrepreneur && IN(form, column_22));
	case 601:
		return (person || position == 13) && form == 0;
	case 701:
	case 702:
		return body && IN(form, column_32);
	default:
		return false;
	}
}

static bool fits_services(int group, int position, int form) {
	bool gov = group >= 1001 && group <= 1007 && position == 31;
	bool op1 = group == 1008 && (position == 12 || position == 21 || position == 31);
	bool own = (group == 1101 || group == 1102) && (position == 11 || position == 21);
	bool building = group == 1103 && (position == 11 || position == 12 || position == 21 || position == 31);
	bool eins = group >= 1201 && group <= 1203 &&
		    (position == 11 || position == 12 || position == 21 || position == 22 || position == 31);
	return (gov || op1 || own || building || eins) && form_of_position(position, form);
}

static bool fits(int scheme, int group, int position, int form) {
	return scheme == 1   ? fits_external(group, position, form)
	       : scheme == 5 ? fits_services(group, position, form)
			     : false;
}

static void check_group(int scheme, int group) {
	for (size_t p = 0; p < GW_COUNT(positions); p++) {
		for (int form = 0; form < FORM_MAX; form++) {
			bool found = vash_form_fits_group(lists, scheme, group, positions[p], form);
			if (found != fits(scheme, group, positions[p], form)) {
				fail_msg("scheme %d, group %d, position %d, form %d: %d", scheme, group, positions[p],
					 form, found);
			}
		}
	}
}

static void groups_are_open_to_the_positions_and_forms_of_the_tables_and_no_others(void **state) {
	GW_UNUSED(state);
	for (int scheme = 0; scheme <= 6; scheme++) {
		check_group(scheme, 0);
		check_group(scheme, 1000);
		for (size_t i = 0; i < GW_COUNT(groups); i++) {
			check_group(scheme, groups[i].group);
		}
	}
}

/* Some form, or none, makes the position fit. */
static bool fits_somehow(int scheme, int group, int position) {
	for (int form = 0; form < FORM_MAX; form++) {
		if (fits(scheme, group, position, form)) {
			return true;
		}
	}
	return false;
}

/* FZ-VS4 and FZ-VS3 with D17: what nobody may be in is approved by nobody by itself. */
static void positions_fit_groups_and_wait_for_approval_as_the_tables_say(void **state) {
	static const int known[] = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 41};
	GW_UNUSED(state);
	for (int scheme = SCHEME_MIN; scheme <= SCHEME_MAX; scheme++) {
		for (int position = POSITION_MIN; position <= POSITION_MAX; position++) {
			assert_int_equal(vash_position_find(lists, position) != NULL, IN(position, known));
			for (size_t i = 0; i < GW_COUNT(groups); i++) {
				int group = groups[i].group;
				bool may = fits_somehow(scheme, group, position);
				bool alone = may && scheme == 1 && IN(group, without_administrator);
				if (vash_position_fits(lists, scheme, group, position) != may ||
				    vash_approval_needed(lists, scheme, group, position) == alone) {
					fail_msg("scheme %d, group %d, position %d", scheme, group, position);
				}
			}
		}
	}
}

/* ---- FZ-VS3, D17 ---- */

static void an_administrator_decides_where_the_table_names_one(void **state) {
	GW_UNUSED(state);
	for (size_t i = 0; i < lists->group_positions.count; i++) {
		const struct vash_group_position_row *r = &lists->group_positions.row[i];
		assert_int_equal(vash_approval_needed(lists, r->scheme, r->group, r->position),
				 !IN(r->group, without_administrator));
	}
	assert_true(vash_approval_needed(lists, 1, 999, 11)); /* nothing unknown is approved by itself */
}

/* ---- FZ-VS6 ---- */

static void authorised_persons_are_for_the_positions_of_the_table(void **state) {
	static const int with[] = {12, 21, 31, 32};
	GW_UNUSED(state);
	for (int position = POSITION_MIN; position <= POSITION_MAX; position++) {
		assert_int_equal(vash_may_have_authorised(lists, position), IN(position, with));
	}
}

static void records_are_counted_by_the_key_of_their_scheme(void **state) {
	static const struct {
		struct vash_record_key a, b;
		bool same;
	} cases[] = {
		{{1, 301, 0, 0}, {1, 301, 0, 0}, true},	   {{1, 301, 0, 0}, {1, 302, 0, 0}, false},
		{{1, 301, 0, 7}, {1, 301, 0, 8}, true},	   {{5, 1003, 0, 0}, {5, 1003, 0, 9}, true},
		{{1, 301, 0, 0}, {5, 301, 0, 0}, false},   {{2, 439, 0, 7}, {2, 439, 0, 7}, true},
		{{2, 439, 0, 7}, {2, 439, 0, 8}, false},   {{3, 90, 301, 0}, {3, 90, 301, 0}, true},
		{{3, 90, 301, 0}, {3, 90, 302, 0}, false}, {{3, 90, 301, 7}, {3, 90, 301, 8}, false},
		{{4, 301, 0, 0}, {4, 301, 0, 0}, false},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		assert_int_equal(vash_is_same_record(lists, &cases[i].a, &cases[i].b), cases[i].same);
		assert_int_equal(vash_is_same_record(lists, &cases[i].b, &cases[i].a), cases[i].same);
	}
}

/* ---- FZ-VS7, FZ-VS11 (2.9.1, 4.2 tables 2 and 3, D30) ---- */

static void mechanisms_log_in_and_sign_as_the_tables_say(void **state) {
	static const struct {
		const char *code;
		bool external, internal, signs;
	} cases[] = {
		{"SICAS-PWD", 0, 0, 0},	   {"SICAS-SMS", 1, 0, 0},  {"SICAS-KDP", 0, 0, 0},  {"KDP-SIGOV", 1, 1, 1},
		{"KDP+PK-SIGOV", 1, 1, 1}, {"KDP-SI", 1, 1, 1},	    {"KDP+PK-SI", 1, 1, 1},  {"KDP-EU", 0, 0, 0},
		{"KDP+PK-EU", 0, 0, 0},	   {"NDP", 0, 0, 0},	    {"NDP ZZZS", 0, 0, 0},   {"GOOGLE", 0, 0, 0},
		{"FACEBOOK", 0, 0, 0},	   {"MSLIVE", 0, 0, 0},	    {"EIDAS-LOW", 0, 0, 0},  {"EIDAS-SUB", 1, 0, 0},
		{"EIDAS-HIGH", 1, 0, 0},   {"REKONO-LOW", 0, 0, 0}, {"REKONO-SUB", 0, 0, 0}, {"REKONO-HIGH", 1, 0, 0},
		{"HALCOM-ONE", 1, 0, 0},   {"EID-M", 0, 0, 0},	    {"EID-M-PIN", 1, 1, 0},  {"EID-R", 0, 0, 0},
		{"EID-R-PIN", 1, 1, 0},	   {"", 0, 0, 0},	    {"kdp-si", 0, 0, 0},     {"KDP-SI ", 0, 0, 0},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		for (int scheme = 0; scheme <= 6; scheme++) {
			bool wanted = scheme == 2				  ? cases[i].internal
				      : scheme == 1 || scheme == 3 || scheme == 5 ? cases[i].external
										  : false;
			assert_int_equal(vash_mechanism_logs_in(lists, cases[i].code, scheme), wanted);
		}
		assert_int_equal(vash_mechanism_signs(lists, cases[i].code), cases[i].signs);
	}
}

/* ---- FZ-VS8 (2.6 table 1) ---- */

static void mailboxes_are_needed_and_of_the_types_of_the_table(void **state) {
	static const int needed[] = {301, 302, 303, 304, 305, 306, 308, 310, 311, 701}, optional[] = {501, 502, 601},
			 public_bodies[] = {305, 306, 310, 701};
	GW_UNUSED(state);
	for (int scheme = SCHEME_MIN; scheme <= SCHEME_MAX; scheme++) {
		for (int group = GROUP_MIN; group <= GROUP_MAX; group++) {
			bool must = scheme == 1 && IN(group, needed), may = scheme == 1 && IN(group, optional);
			assert_int_equal(vash_mailbox_needed(lists, scheme, group), must  ? VASH_MANDATORY
										    : may ? VASH_OPTIONAL
											  : VASH_NOT_ALLOWED);
			for (int type = -1; type <= 40; type++) {
				bool wanted = (must || may) &&
					      (type == 1 || type == 3 || (type == 2 && IN(group, public_bodies)) ||
					       (type == 4 && group == 501));
				assert_int_equal(vash_mailbox_fits(lists, scheme, group, type), wanted);
			}
		}
	}
}

static void delivery_follows_from_mailbox_and_country(void **state) {
	static const struct {
		const char *country;
		int by_post;
	} cases[] = {{"", 0}, {"SVN", 11}, {"AUT", 12}, {"HRV", 12}, {"SVK", 12}, {"svn", 12}, {"SI", 12}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		assert_int_equal(vash_delivery(0, cases[i].country), cases[i].by_post);
		for (int type = 1; type <= 4; type++) {
			assert_int_equal(vash_delivery(type, cases[i].country), 21);
		}
	}
}

/* ---- FZ-VS9 ---- */

static void certificates_of_three_providers_may_call(void **state) {
	GW_UNUSED(state);
	assert_true(vash_issuer_allowed(lists, "VATSI-17659957"));
	assert_true(vash_issuer_allowed(lists, "VATSI-43353126"));
	assert_true(vash_issuer_allowed(lists, "VATSI-60762802"));
	assert_false(vash_issuer_allowed(lists, "VATSI-91132550"));
	assert_false(vash_issuer_allowed(lists, ""));
}

/* ---- direct entry ---- */

static const struct {
	struct vash_entered entered;
	enum vash_say wrong;
} entries[] = {
	/* position, form, tax number, scheme, group, kind, administered group, the principal's position, e-mail */
	{{21, 103, "14717468", 5, 1103, 1, 0, 0, ""}, VASH_SAY_NONE},
	{{21, 103, "", 5, 1103, 1, 0, 0, ""}, VASH_SAY_entry_davcna},
	{{21, 103, "14717468", 5, 1103, 1, 0, 0, "info@podjetje.si"}, VASH_SAY_NONE},
	{{21, 103, "14717468", 5, 1103, 1, 0, 0, "a..b@podjetje.si"}, VASH_SAY_entry_email},
	{{21, 103, "14717468", 0, 0, 1, 0, 0, "info@podjetje.si, b@x.si"}, VASH_SAY_entry_email},
	{{11, 0, "", 1, 601, 1, 0, 0, "šef@občina.si"}, VASH_SAY_entry_email},
	{{21, 0, "14717468", 5, 1103, 1, 0, 0, ""}, VASH_SAY_entry_form},
	{{21, 318, "14717468", 5, 1103, 1, 0, 0, ""}, VASH_SAY_entry_form},
	{{21, 103, "14717468", 5, 1003, 1, 0, 0, ""}, VASH_SAY_entry_position},
	{{21, 103, "14717468", 5, 1000, 1, 0, 0, ""}, VASH_SAY_entry_group},
	{{21, 103, "14717468", 1, 302, 1, 0, 0, ""}, VASH_SAY_NONE},
	{{21, 102, "14717468", 1, 302, 1, 0, 0, ""}, VASH_SAY_entry_group_form},
	{{21, 102, "14717468", 1, 1103, 1, 0, 0, ""}, VASH_SAY_entry_group},
	{{21, 103, "14717468", 0, 0, 1, 0, 0, ""}, VASH_SAY_NONE},
	{{21, 103, "", 0, 0, 1, 0, 0, ""}, VASH_SAY_entry_davcna},
	{{11, 0, "", 1, 601, 1, 0, 0, ""}, VASH_SAY_NONE},
	{{11, 103, "", 1, 601, 1, 0, 0, ""}, VASH_SAY_entry_form},
	{{11, 0, "", 1, 701, 1, 0, 0, ""}, VASH_SAY_entry_position},
	/* D29: a court is an administrator, and registers for nothing */
	{{31, 309, "79182119", 3, 80, 1, 0, 0, ""}, VASH_SAY_NONE},
	{{31, 309, "79182119", 3, 90, 1, 1103, 0, ""}, VASH_SAY_NONE},
	{{31, 309, "79182119", 5, 1103, 1, 0, 0, ""}, VASH_SAY_entry_form},
	{{31, 309, "79182119", 3, 90, 1, 0, 0, ""}, VASH_SAY_entry_administered},
	{{31, 309, "79182119", 3, 90, 1, 501, 0, ""}, VASH_SAY_entry_administered},
	{{31, 309, "79182119", 3, 90, 1, 1000, 0, ""}, VASH_SAY_entry_administered},
	{{31, 309, "79182119", 3, 80, 1, 1103, 0, ""}, VASH_SAY_entry_administered},
	{{31, 309, "79182119", 3, 70, 1, 0, 0, ""}, VASH_SAY_entry_group},
	{{12, 152, "99000016", 3, 90, 1, 1103, 0, ""}, VASH_SAY_entry_position},
	/* FZ-VS2, FZ-VS6.1 */
	{{11, 0, "", 5, 1103, 2, 0, 21, ""}, VASH_SAY_NONE},
	{{11, 0, "", 3, 90, 2, 1103, 31, ""}, VASH_SAY_NONE},
	{{11, 0, "", 5, 1103, 2, 0, 11, ""}, VASH_SAY_entry_principal},
	{{13, 0, "", 5, 1103, 2, 0, 21, ""}, VASH_SAY_entry_person},
	{{12, 152, "99000016", 1, 501, 2, 0, 21, ""}, VASH_SAY_entry_person},
};

static void what_is_entered_directly_keeps_the_rules_of_registration(void **state) {
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(entries); i++) {
		enum vash_say wrong = vash_entry_wrong(lists, &entries[i].entered);
		if (wrong != entries[i].wrong) {
			fail_msg("row %zu: %s", i, vash_say_row(wrong)->code);
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(legal_forms_fit_the_positions_of_the_table),
		cmocka_unit_test(the_chief_administrator_enters_courts_too),
		cmocka_unit_test(the_groups_are_those_of_the_tables),
		cmocka_unit_test(groups_are_open_to_the_positions_and_forms_of_the_tables_and_no_others),
		cmocka_unit_test(positions_fit_groups_and_wait_for_approval_as_the_tables_say),
		cmocka_unit_test(an_administrator_decides_where_the_table_names_one),
		cmocka_unit_test(authorised_persons_are_for_the_positions_of_the_table),
		cmocka_unit_test(records_are_counted_by_the_key_of_their_scheme),
		cmocka_unit_test(mechanisms_log_in_and_sign_as_the_tables_say),
		cmocka_unit_test(mailboxes_are_needed_and_of_the_types_of_the_table),
		cmocka_unit_test(delivery_follows_from_mailbox_and_country),
		cmocka_unit_test(certificates_of_three_providers_may_call),
		cmocka_unit_test(what_is_entered_directly_keeps_the_rules_of_registration),
	};
	return cmocka_run_group_tests(tests, load_lists, free_lists);
}
