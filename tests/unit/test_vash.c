#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/lists_fixture.h"
#include "vash/authorise.h"
#include "vash/conditions.h"
#include "vash/numbers.h"
#include "vash/rules.h"
#include "vash/services_csv.h"

/* ---- numbers: valid and invalid ones of facts/interfaces.md section 6 ---- */

static void tells_apart(bool (*ok)(struct gw_span), const char *const good[], size_t good_count,
			const char *const bad[], size_t bad_count) {
	for (size_t i = 0; i < good_count; i++) {
		if (!ok(gw_span_of(good[i]))) {
			fail_msg("'%s' is refused", good[i]);
		}
	}
	for (size_t i = 0; i < bad_count; i++) {
		if (ok(gw_span_of(bad[i]))) {
			fail_msg("'%s' is accepted", bad[i]);
		}
	}
}

static void emso_needs_a_date_and_its_check_digit(void **state) {
	static const char *const good[] = {"0101006500006", "1211981500126", "1508995500237", "2001939010010",
					   "2902932505526"};
	static const char *const bad[] = {"0101006500007",  "3202006500008", "010100650000",
					  "01010065000060", "010100650000a", "",
					  "0000006500003"};
	GW_UNUSED(state);
	tells_apart(vash_emso_ok, good, GW_COUNT(good), bad, GW_COUNT(bad));
}

static void tax_numbers_need_eight_digits_and_their_check_digit(void **state) {
	static const char *const good[] = {"50223054", "14717468", "17659957", "43353126", "91132550", "25028022",
					   "60762802", "41887204", "39705684", "47978457", "91838983", "61038750"};
	static const char *const bad[] = {"50223055", "12345678", "05022305", "5022305", "502230540", "5022305a", ""};
	GW_UNUSED(state);
	tells_apart(vash_davcna_ok, good, GW_COUNT(good), bad, GW_COUNT(bad));
}

static void registration_numbers_need_their_check_digit_in_both_forms(void **state) {
	static const char *const good[] = {"1732803000", "9331310000", "5491711000", "5860571255",
					   "8982279000", "1732803",    "8982279A00"};
	static const char *const bad[] = {"9331320000",	 "5491710", "173280300", "1732803a00",
					  "17328030000", "",	    "A732803000"};
	char canonical[11];
	GW_UNUSED(state);
	tells_apart(vash_maticna_ok, good, GW_COUNT(good), bad, GW_COUNT(bad));
	assert_true(vash_maticna_canonical(gw_span_of("1732803"), canonical));
	assert_string_equal(canonical, "1732803000");
}

/* Every single-digit error of a valid number is caught: the point of a check digit. */
static void every_single_digit_error_is_caught(void **state) {
	GW_UNUSED(state);
	char davcna[] = "50223054", maticna[] = "1732803";
	for (size_t at = 0; at < 7; at++) {
		for (char d = '0'; d <= '9'; d++) {
			char was = davcna[at];
			davcna[at] = d;
			assert_int_equal(vash_davcna_ok(gw_span_of(davcna)), d == was);
			davcna[at] = was;
		}
	}
	for (size_t at = 0; at < 6; at++) {
		size_t accepted = 0;
		char was = maticna[at];
		for (char d = '0'; d <= '9'; d++) {
			maticna[at] = d;
			accepted += vash_maticna_ok(gw_span_of(maticna));
		}
		maticna[at] = was;
		assert_in_range(accepted, 1, 2); /* remainders 0 and 10 share a digit in this scheme */
	}
}

/* ---- authorisation ---- */

static const struct vash_service service_1003 = {.code = "1003", .group_from = 1003, .group_to = 1003};
static const struct vash_service service_1000 = {.code = "1000", .group_from = 1001, .group_to = 1199};
static struct vash_policy policy;

static int load_policy(void **state) {
	int rc = load_lists(state);
	policy.lists = lists;
	return rc;
}

static struct vash_caller organ(int group, int status) {
	return (struct vash_caller){
		.registered = true,
		.eceu_id = 7,
		.position = VASH_ORGAN,
		.prs_status = VASH_PRS_ACTIVE,
		.membership_count = 1,
		.membership = {{.id = 70, .scheme = 5, .user_group = group, .member_kind = 1, .status = status}}};
}

static enum vash_fault ask(const struct vash_caller *c) {
	struct vash_grant g = vash_authorise(c, &service_1003, &policy);
	assert_int_equal(g.granted, g.fault == VASH_NO_FAULT);
	return g.fault;
}

static void an_active_independent_user_of_the_group_may_call(void **state) {
	GW_UNUSED(state);
	struct vash_caller c = organ(1003, VASH_ACTIVE);
	struct vash_grant g = vash_authorise(&c, &service_1003, &policy);
	assert_true(g.granted);
	assert_int_equal(g.user_group, 1003);
	assert_int_equal(g.membership_id, 70);
}

static void zeroed_memory_grants_nothing(void **state) {
	struct vash_caller nobody = {0};
	struct vash_grant g = {0};
	GW_UNUSED(state);
	assert_false(g.granted);
	assert_int_equal(ask(&nobody), VASH_AUTH_NOT_REGISTERED);
}

static void each_reason_of_refusal_has_its_own_fault(void **state) {
	GW_UNUSED(state);
	struct vash_caller c = organ(1003, VASH_PENDING);
	assert_int_equal(ask(&c), VASH_AUTH_PENDING);
	c = organ(1003, VASH_DELETED);
	assert_int_equal(ask(&c), VASH_AUTH_DELETED);
	c = organ(1004, VASH_ACTIVE);
	assert_int_equal(ask(&c), VASH_AUTH_OTHER_GROUP);
	c = organ(1002, VASH_ACTIVE);
	assert_int_equal(ask(&c), VASH_AUTH_OTHER_GROUP);
	c = organ(1003, VASH_ACTIVE);
	c.prs_status = VASH_PRS_DELETED;
	assert_int_equal(ask(&c), VASH_AUTH_SUBJECT_DELETED);
	c = organ(1003, VASH_ACTIVE);
	c.subject_blocked = true;
	assert_int_equal(ask(&c), VASH_AUTH_BLOCKED);
	c = organ(1003, VASH_ACTIVE);
	c.certificate_blocked = true;
	assert_int_equal(ask(&c), VASH_AUTH_BLOCKED);
	c = organ(1003, VASH_ACTIVE);
	c.position = VASH_LEGAL_PERSON;
	assert_int_equal(ask(&c), VASH_AUTH_POSITION);
	c = organ(1003, VASH_ACTIVE);
	c.membership[0].scheme = VASH_SCHEME_EXTERNAL;
	assert_int_equal(ask(&c), VASH_AUTH_OTHER_GROUP);
}

static void an_authorised_person_cannot_call_with_a_certificate_of_his_own(void **state) {
	GW_UNUSED(state);
	struct vash_caller c = organ(1003, 0);
	c.membership[0] = (struct vash_membership){.id = 71,
						   .scheme = 5,
						   .user_group = 1003,
						   .member_kind = 2,
						   .link_status = VASH_ACTIVE,
						   .principal_active = true};
	assert_int_equal(ask(&c), VASH_AUTH_AUTHORISED_PERSON);
	assert_int_equal(vash_p001(&c.membership[0]), VASH_SET_5B);
	c.membership[0].principal_active = false;
	assert_int_equal(vash_p001(&c.membership[0]), VASH_SET_NONE);
	c.membership[0].principal_active = true;
	c.membership[0].principal_barred = true;
	assert_int_equal(vash_p001(&c.membership[0]), VASH_SET_NONE);
}

static void a_group_that_needs_a_client_refuses_without_one(void **state) {
	const struct vash_policy needed = {policy.lists, {.count = 1, .group = {1003}}},
				 other = {policy.lists, {.count = 1, .group = {1004}}};
	GW_UNUSED(state);
	struct vash_caller c = organ(1003, VASH_ACTIVE);
	assert_int_equal(vash_authorise(&c, &service_1003, &needed).fault, VASH_AUTH_CLIENT_REQUIRED);
	assert_true(vash_authorise(&c, &service_1003, &other).granted);
}

static void code_lists_are_opened_by_any_group_and_audited_under_the_lowest(void **state) {
	GW_UNUSED(state);
	struct vash_caller c = organ(1103, VASH_ACTIVE);
	c.membership_count = 3;
	c.membership[1] = (struct vash_membership){
		.id = 71, .scheme = 5, .user_group = 1002, .member_kind = 1, .status = VASH_ACTIVE};
	c.membership[2] = (struct vash_membership){
		.id = 72, .scheme = 5, .user_group = 1001, .member_kind = 1, .status = VASH_PENDING};
	struct vash_grant g = vash_authorise(&c, &service_1000, &policy);
	assert_true(g.granted);
	assert_int_equal(g.user_group, 1002);
	c = organ(1201, VASH_ACTIVE);
	assert_int_equal(vash_authorise(&c, &service_1000, &policy).fault, VASH_AUTH_OTHER_GROUP);
}

/* FZ 2.10.3 with D18, written out once more: group x position. */
static void positions_are_those_of_the_table_and_no_others(void **state) {
	static const int groups[] = {1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009,
				     1101, 1102, 1103, 1104, 1201, 1202, 1203, 1204, 1251};
	static const int positions[] = {0, 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 41};
	GW_UNUSED(state);
	for (size_t g = 0; g < GW_COUNT(groups); g++) {
		for (size_t p = 0; p < GW_COUNT(positions); p++) {
			int group = groups[g], position = positions[p];
			bool gov = group >= 1001 && group <= 1007 && position == 31;
			bool op1 = group == 1008 && (position == 31 || position == 21 || position == 12);
			bool own = (group == 1101 || group == 1102) && (position == 11 || position == 21);
			bool building =
				group == 1103 && (position == 11 || position == 12 || position == 21 || position == 31);
			bool eins = group >= 1201 && group <= 1203 &&
				    (position == 11 || position == 12 || position == 21 || position == 22 ||
				     position == 31);
			assert_int_equal(vash_group_position_find(policy.lists, 5, group, position) != NULL,
					 gov || op1 || own || building || eins);
		}
	}
}

/* ---- business rules ---- */

static const struct vash_rule_settings fifty = {.buildings_max = 50};

static void own_services_write_the_callers_number_in(void **state) {
	struct vash_caller person = {.position = VASH_PERSON, .emso = "0101006500006"};
	struct vash_caller firm = {.position = VASH_LEGAL_PERSON, .maticna = "1732803000"};
	GW_UNUSED(state);
	struct vash_rule_result r = vash_check_request("1101", &person, NULL, 0, &fifty);
	assert_int_equal(r.fault, VASH_NO_FAULT);
	assert_string_equal(r.insert_name, "emso");
	assert_string_equal(r.insert_value, "0101006500006");
	r = vash_check_request("1102", &firm, NULL, 0, &fifty);
	assert_string_equal(r.insert_name, "maticna");
	r = vash_check_request("1003", &firm, NULL, 0, &fifty);
	assert_null(r.insert_name);
}

static void own_services_refuse_the_number_of_somebody_else(void **state) {
	struct vash_caller person = {.position = VASH_PERSON, .emso = "0101006500006"};
	struct vash_caller firm = {.position = VASH_LEGAL_PERSON, .maticna = "1732803000"},
			   nameless = {.position = VASH_LEGAL_PERSON};
	const struct vash_value own = {VASH_VALUE_EMSO, gw_span_of("0101006500006")},
				other = {VASH_VALUE_EMSO, gw_span_of("1211981500126")};
	const struct vash_value short_form = {VASH_VALUE_MATICNA, gw_span_of("1732803")};
	GW_UNUSED(state);
	assert_int_equal(vash_check_request("1101", &person, &own, 1, &fifty).fault, VASH_NO_FAULT);
	assert_null(vash_check_request("1101", &person, &own, 1, &fifty).insert_name);
	assert_int_equal(vash_check_request("1101", &person, &other, 1, &fifty).fault, VASH_RULE_FOREIGN);
	assert_int_equal(vash_check_request("1101", &firm, &own, 1, &fifty).fault, VASH_RULE_FOREIGN);
	assert_int_equal(vash_check_request("1101", &firm, &short_form, 1, &fifty).fault, VASH_NO_FAULT);
	assert_int_equal(vash_check_request("1101", &nameless, NULL, 0, &fifty).fault, VASH_RULE_NO_NUMBER);
	assert_int_equal(vash_check_request("1003", &person, &other, 1, &fifty).fault, VASH_NO_FAULT);
}

static void fifty_buildings_pass_and_fifty_one_do_not(void **state) {
	struct vash_value buildings[51];
	struct vash_caller c = {.position = VASH_ORGAN};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(buildings); i++) {
		buildings[i] = (struct vash_value){.kind = VASH_VALUE_BUILDING};
	}
	assert_int_equal(vash_check_request("1103", &c, buildings, 50, &fifty).fault, VASH_NO_FAULT);
	assert_int_equal(vash_check_request("1103", &c, buildings, 51, &fifty).fault, VASH_RULE_BUILDINGS);
	assert_int_equal(vash_check_request("1004", &c, buildings, 51, &fifty).fault, VASH_NO_FAULT);
}

static void each_bad_check_digit_has_its_own_fault(void **state) {
	static const struct {
		enum vash_value_kind kind;
		const char *text;
		enum vash_fault fault;
	} rows[] = {{VASH_VALUE_EMSO, "0101006500007", VASH_RULE_EMSO},
		    {VASH_VALUE_MATICNA, "9331320000", VASH_RULE_MATICNA},
		    {VASH_VALUE_DAVCNA, "50223055", VASH_RULE_DAVCNA}};
	struct vash_caller c = {.position = VASH_ORGAN};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		const struct vash_value v = {rows[i].kind, gw_span_of(rows[i].text)};
		assert_int_equal(vash_check_request("1003", &c, &v, 1, &fifty).fault, rows[i].fault);
	}
}

/* ---- the table of services ---- */

static void the_built_in_table_holds_the_services_of_the_specification(void **state) {
	struct vash_services s;
	struct gw_err err = {0};
	GW_UNUSED(state);
	assert_int_equal(vash_services_parse(gw_span_of(vash_services_csv), &s, &err), GW_OK);
	assert_int_equal(s.count, 17);
	const struct vash_service *row = vash_service_find(
		&s, gw_span_of("/spletne-storitve/pravna-podrocja/ezk/gov/zasciteni-izpisi/iskanje-po-imetniku"));
	assert_non_null(row);
	assert_string_equal(row->code, "1003");
	assert_null(vash_service_find(
		&s, gw_span_of("/spletne-storitve/pravna-podrocja/ezk/gov/zasciteni-izpisi/iskanje-po-imetniku/")));
	vash_services_release(&s);
}

static void a_broken_table_is_refused(void **state) {
#define HEAD "service,groups,path,wsdl,operation,namespace,element,soap_action,mode,backend\n"
	static const char *const bad[] = {"",
					  HEAD,
					  HEAD "1,1,/a,w,o,n,e,a,query\n",
					  HEAD "1,1,/a,w,o,n,e,a,query,b,more\n",
					  HEAD "1,x,/a,w,o,n,e,a,query,b\n",
					  HEAD "1,1,a,w,o,n,e,a,query,b\n",
					  HEAD "1,1,/a b,w,o,n,e,a,query,b\n",
					  HEAD "1,1,/a,w,o,n,e,a,maybe,b\n",
					  HEAD "1,1,/a,w,o,n,e,a,query,b\n2,2,/a,w,o,n,e,a,query,b\n"};
	struct vash_services s;
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		struct gw_err err = {0};
		assert_int_equal(vash_services_parse(gw_span_of(bad[i]), &s, &err), GW_E_CONFIG);
	}
	assert_int_equal(vash_services_parse(gw_span_of(HEAD "1,1,/a,w,o,n,e,a,query,b\n"), &s, NULL), GW_OK);
	vash_services_release(&s);
}

static void every_fault_has_a_code_of_its_own_and_texts_in_both_languages(void **state) {
	GW_UNUSED(state);
	for (int i = 1; i < VASH_FAULT_COUNT; i++) {
		const struct vash_fault_row *r = vash_fault_row((enum vash_fault)i);
		assert_int_equal(strlen(r->code), 6);
		assert_true(r->sl[0] && r->en[0] && r->remedy_sl[0] && r->remedy_en[0]);
		assert_true(r->form == VASH_FORM_PLAIN || r->http == 500);
		for (int k = 1; k < i; k++) {
			assert_string_not_equal(r->code, vash_fault_row((enum vash_fault)k)->code);
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(emso_needs_a_date_and_its_check_digit),
		cmocka_unit_test(tax_numbers_need_eight_digits_and_their_check_digit),
		cmocka_unit_test(registration_numbers_need_their_check_digit_in_both_forms),
		cmocka_unit_test(every_single_digit_error_is_caught),
		cmocka_unit_test(an_active_independent_user_of_the_group_may_call),
		cmocka_unit_test(zeroed_memory_grants_nothing),
		cmocka_unit_test(each_reason_of_refusal_has_its_own_fault),
		cmocka_unit_test(an_authorised_person_cannot_call_with_a_certificate_of_his_own),
		cmocka_unit_test(a_group_that_needs_a_client_refuses_without_one),
		cmocka_unit_test(code_lists_are_opened_by_any_group_and_audited_under_the_lowest),
		cmocka_unit_test(positions_are_those_of_the_table_and_no_others),
		cmocka_unit_test(own_services_write_the_callers_number_in),
		cmocka_unit_test(own_services_refuse_the_number_of_somebody_else),
		cmocka_unit_test(fifty_buildings_pass_and_fifty_one_do_not),
		cmocka_unit_test(each_bad_check_digit_has_its_own_fault),
		cmocka_unit_test(the_built_in_table_holds_the_services_of_the_specification),
		cmocka_unit_test(a_broken_table_is_refused),
		cmocka_unit_test(every_fault_has_a_code_of_its_own_and_texts_in_both_languages),
	};
	return cmocka_run_group_tests_name("vash", tests, load_policy, free_lists);
}
