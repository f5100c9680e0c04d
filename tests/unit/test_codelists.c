#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vash/codelists_csv.h"

enum { TEXT_MAX = 65536 };

/* The set with `old` in one list replaced (NULL: as shipped). */
static enum gw_code parse(enum vash_list changed, const char *old, const char *new, struct vash_codelists **out,
			  struct gw_err *err) {
	static char text[TEXT_MAX];
	struct gw_span spans[VASH_LISTS];
	for (enum vash_list i = 0; i < VASH_LISTS; i++) {
		spans[i] = gw_span_of(vash_codelists_csv[i]);
	}
	if (old) {
		const char *at = strstr(vash_codelists_csv[changed], old);
		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - vash_codelists_csv[changed]),
			 vash_codelists_csv[changed], new, at + strlen(old));
		spans[changed] = gw_span_of(text);
	}
	return vash_codelists_parse(spans, out, err);
}

static void the_shipped_set_is_the_specifications(void **state) {
	GW_AUTO(vash_codelists) struct vash_codelists *c = NULL;
	struct gw_err err = {0};
	GW_UNUSED(state);
	assert_int_equal(parse(VASH_LIST_POSITIONS, NULL, NULL, &c, &err), GW_OK);
	assert_int_equal(c->positions.count, 11);
	assert_int_equal(c->legal_forms.count, 86);
	assert_int_equal(c->mechanisms.count, 25);
	assert_int_equal(vash_legal_form_find(c, 309)->mark, VASH_FORM_COURT);
	assert_int_equal(vash_legal_form_find(c, 141)->mark, VASH_FORM_OPEN);
	assert_string_equal(vash_group_find(c, 1, 309)->name.sl, "GURS");
	assert_null(vash_group_find(c, 5, 309));
	assert_null(vash_group_find(c, 5, 1000));
	assert_int_equal(vash_mailbox_find(c, 5, 1003)->needed, VASH_NOT_ALLOWED);
	assert_int_equal(vash_mailbox_find(c, 1, 501)->types, 1U << 1 | 1U << 3 | 1U << 4);
	assert_true(vash_mechanism_find(c, "KDP-SI")->signature);
	assert_false(vash_mechanism_find(c, "EID-M-PIN")->signature);
	assert_false(vash_mechanism_find(c, "KDP-EU")->scheme_1);
	assert_true(vash_procedure_find(c, "vs206")->offered[VASH_LOGIN_ZA]);
	assert_false(vash_procedure_find(c, "vs211")->offered[VASH_LOGIN_GA]);
}

/* Every cell of every row is read: a letter in it is either a text or refused. */
static void a_row_that_does_not_parse_is_refused_with_its_line(void **state) {
	static const struct {
		enum vash_list list;
		const char *old, *new, *says;
	} cases[] = {
		{VASH_LIST_POSITIONS, "11,fizična", "x,fizična", "positions line 3: wrong code"},
		{VASH_LIST_POSITIONS, ",CRP,", ",CPR,", "positions line 3: wrong code"},
		{VASH_LIST_POSITIONS, "2.1 2.2", "2.1 2.3", "positions line 4: wrong code"},
		{VASH_LIST_POSITIONS, "PRS,1,yes", "PRS,1,maybe", "positions line"},
		{VASH_LIST_LEGAL_FORMS, "1,yes", "1,sure", "legal_forms line"},
		{VASH_LIST_LEGAL_FORMS, "1,yes", "1,", "legal_forms line"},
		{VASH_LIST_SCHEMES, "user,court", "user,judge", "schemes line"},
		{VASH_LIST_GROUPS, "notaries,yes", "notaries,", "groups line"},
		{VASH_LIST_GROUP_POSITIONS, "12,151,yes", "12,151;152,yes", "group_positions line"},
		{VASH_LIST_GROUP_POSITIONS, "12,151,yes\n", "12,151,yes\n1,0301,12,151,no\n",
		 "group_positions line 6: wrong scheme"},
		{VASH_LIST_MAILBOXES, "301,yes,1 3", "301,yes,1 33", "mailboxes line"},
		{VASH_LIST_MAILBOXES, "301,yes", "301,must", "mailboxes line"},
		{VASH_LIST_DELIVERIES, "11,po pošti v SI", "11,", "deliveries line"},
		{VASH_LIST_MECHANISMS, "yes,yes,yes,yes", "yes,yes,yes,", "mechanisms line"},
		{VASH_LIST_PROCEDURES, "yes,yes*,yes,yes,yes*", "yes,yes*,yes,yes,ja", "procedures line"},
		{VASH_LIST_ADMINISTRATORS, "358,21,1,301", "358,21,1,", "administrators line"},
		{VASH_LIST_ISSUERS, "vatsi,name", "vatsi,title", "issuers: not the columns"},
		{VASH_LIST_REASONS, "left,izstop,left", "left,izstop", "reasons: line"},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		struct vash_codelists *c = NULL;
		struct gw_err err = {0};
		assert_int_equal(parse(cases[i].list, cases[i].old, cases[i].new, &c, &err), GW_E_CONFIG);
		if (strncmp(err.msg, cases[i].says, strlen(cases[i].says)) != 0) {
			fail_msg("'%s' instead of '%s'", err.msg, cases[i].says);
		}
		assert_null(c);
	}
}

static void lists_that_do_not_fit_one_another_are_refused(void **state) {
	static const struct {
		enum vash_list list;
		const char *old, *new, *says;
	} cases[] = {
		{VASH_LIST_GROUPS, "1,302,odvetniki", "1,301,odvetniki", "the code stands there twice"},
		{VASH_LIST_GROUPS, "2,439,", "2,301,", "another scheme has this code"},
		{VASH_LIST_GROUPS, "2,439,", "4,439,", "no such scheme"},
		{VASH_LIST_STATUSES, "3,izbrisan", "4,izbrisan", "statuses: code 3 is missing"},
		{VASH_LIST_REASONS, "withdrawn,", "gone,", "reasons: code withdrawn is missing"},
		{VASH_LIST_POSITIONS, "14,pomožni", "16,pomožni", "positions: code 14 is missing"},
		{VASH_LIST_POSITIONS, "41,", "16,x,x,,,no\n41,", "positions line 13: not a code of the registry"},
		{VASH_LIST_SCHEMES, "5,spletne", "4,x,x,group\n5,spletne",
		 "schemes line 6: not a code of the registry"},
		{VASH_LIST_STATUSES, "3,izbrisan", "4,x,x\n3,izbrisan", "statuses line 5: not a code of the registry"},
		{VASH_LIST_REASONS, "withdrawn,", "gone,x,x\nwithdrawn,", "reasons line 7: not a code of the registry"},
		{VASH_LIST_DELIVERIES, "23,", "22,x,x\n23,", "deliveries line 6: not a code of the registry"},
		{VASH_LIST_MAILBOX_TYPES, "4,lastni", "5,x,x\n4,lastni",
		 "mailbox_types line 6: not a code of the registry"},
		{VASH_LIST_MECHANISMS, "\nKDP-SI,", "\nKDP-XY,", "mechanisms: code KDP-SI is missing"},
		{VASH_LIST_MECHANISMS, "\nKDP-SIGOV,", "\nKDP-XY,", "mechanisms: code KDP-SIGOV is missing"},
		{VASH_LIST_GROUPS, "3,80,", "3,81,", "groups: code 3/80 is missing"},
		{VASH_LIST_GROUPS, "3,90,", "3,91,", "groups: code 3/90 is missing"},
		{VASH_LIST_PROCEDURES, "vs206,", "vs201x,", "procedures: code vs206 is missing"},
		{VASH_LIST_PROCEDURES, "vs232,", "vs201x,", "procedures: code vs232 is missing"},
		{VASH_LIST_PROCEDURES, "vs202,", "vs999,", "procedures line 5: no procedure of FZ 5.1"},
		{VASH_LIST_PROCEDURES, "vs202,", "vs101,", "procedures line 5: no procedure of FZ 5.1"},
		{VASH_LIST_SCHEMES, "external user,group", "external user,court", "unique_by is fixed"},
		{VASH_LIST_SCHEMES, "internal user,court", "internal user,group", "unique_by is fixed"},
		{VASH_LIST_SCHEMES, "administrator,administered", "administrator,group", "unique_by is fixed"},
		{VASH_LIST_SCHEMES, "web services,group", "web services,administered", "unique_by is fixed"},
		{VASH_LIST_GROUP_POSITIONS, "1,301,12,151,yes\n", "", "no position may be in this group"},
		{VASH_LIST_GROUP_POSITIONS, "1,302,12,152", "1,399,12,152", "no such group"},
		{VASH_LIST_GROUP_POSITIONS, "1,302,12,152", "1,302,16,152", "no such position"},
		{VASH_LIST_GROUP_POSITIONS, "1,301,12,151", "1,301,12,999", "a legal form is not known"},
		{VASH_LIST_GROUP_POSITIONS, "1,301,12,151", "1,301,12,101", "does not fit the position"},
		{VASH_LIST_GROUP_POSITIONS, "1,301,12,151", "1,301,12,3.2", "a column does not fit the position"},
		{VASH_LIST_GROUP_POSITIONS, "1,301,12,151", "1,301,12,", "needed there"},
		{VASH_LIST_GROUP_POSITIONS, "1,601,11,,no", "1,601,11,any,no", "forms are for positions in PRS"},
		{VASH_LIST_GROUP_POSITIONS, "1,601,11,,no", "1,601,11,,yes", "approval needs an administered group"},
		{VASH_LIST_MAILBOXES, "1,301,yes,1 3\n", "", "mailboxes says nothing of this group"},
		{VASH_LIST_MAILBOXES, "1,301,yes,1 3", "1,301,yes,1 7", "no such mailbox type"},
		{VASH_LIST_MAILBOXES, "1,301,yes,1 3", "1,301,no,1 3", "types are for groups with a mailbox"},
		{VASH_LIST_ADMINISTRATORS, "5888158000", "5888159000", "wrong registration number"},
		{VASH_LIST_ADMINISTRATORS, "66811503", "66811504", "wrong tax number"},
		{VASH_LIST_ADMINISTRATORS, "358,21,1,301", "358,31,1,301", "does not fit the position"},
		{VASH_LIST_ADMINISTRATORS, "358,21,1,301", "358,21,1,501", "not an administered group"},
		{VASH_LIST_ADMINISTRATORS, "5888158000,66811503,NOTARSKA ZBORNICA SLOVENIJE,358,21,1,301\n", "",
		 "groups line 4: administrators names none for this group"},
		{VASH_LIST_ADMINISTRATORS, "358,21,1,301", "358,21,1,302",
		 "administrators line 4: another administrator has this group"},
		{VASH_LIST_ADMINISTRATORS, "358,21,1,301", "142,12,1,301",
		 "administrators line 3: an administrator's position is 21 or 31"},
		{VASH_LIST_ADMINISTRATORS, "358,21,1,301", "309,32,1,301", "an administrator's position is 21 or 31"},
		{VASH_LIST_ADMINISTRATORS, "88928616,DRŽAVNO", "66811503,DRŽAVNO",
		 "administrators line 11: the registration number stands there with other data"},
		{VASH_LIST_ADMINISTRATORS, "SLOVENIJE,311,31,1,310", "SI,311,31,1,310", "with other data"},
		{VASH_LIST_ADMINISTRATORS, "309,31,1,503", "308,31,1,503", "with other data"},
		{VASH_LIST_ADMINISTRATORS, "309,31,1,503", "358,21,1,503", "with other data"},
		{VASH_LIST_ADMINISTRATORS, "5022797000,88928616,DRŽAVNO ODVETNIŠTVO", "5022797,88928616,URAD",
		 "with other data"},
		{VASH_LIST_GROUPS, "chief administrator,no", "chief administrator,yes",
		 "groups line 22: only groups of the schemes 1 and 5 are administered"},
		{VASH_LIST_GROUPS, "eAuctions,no", "eAuctions,yes", "only groups of the schemes 1 and 5"},
		{VASH_LIST_ADMINISTRATORS, "SLOVENIJE,309,31,5,1002", "SI,309,31,5,1001",
		 "the code stands there twice"},
		{VASH_LIST_ISSUERS, "VATSI-17659957", "VATSI-17659958", "not VATSI- and a tax number"},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		struct vash_codelists *c = NULL;
		struct gw_err err = {0};
		enum gw_code rc = parse(cases[i].list, cases[i].old, cases[i].new, &c, &err);
		if (rc != GW_E_CONFIG || !strstr(err.msg, cases[i].says)) {
			fail_msg("case %zu: %d '%s' instead of '%s'", i, (int)rc, err.msg, cases[i].says);
		}
	}
}

static void names_are_there_and_no_cell_holds_a_control_character(void **state) {
	static const struct {
		enum vash_list list;
		const char *old, *new, *says;
	} cases[] = {
		{VASH_LIST_POSITIONS, "fizična oseba z EMŠO,", ",", "positions line 3: name_sl is empty"},
		{VASH_LIST_LEGAL_FORMS, "Notar,", ",", "legal_forms line 23: name is empty"},
		{VASH_LIST_SCHEMES, "external user", "", "schemes line 3: name_en is empty"},
		{VASH_LIST_GROUPS, "notarji,notaries", ",notaries", "groups line 4: name_sl is empty"},
		{VASH_LIST_GROUPS, "notarji,notaries", "notarji,", "groups line 4: name_en is empty"},
		{VASH_LIST_GROUPS, "notarji,notaries", "  ,notaries", "groups line 4: name_sl is empty"},
		{VASH_LIST_MAILBOX_TYPES, "4,lastni VEP", "4,", "mailbox_types line 6: name_sl is empty"},
		{VASH_LIST_DELIVERIES, "by post abroad", "", "deliveries line 4: name_en is empty"},
		{VASH_LIST_STATUSES, "v potrjevanju", "", "statuses line 3: name_sl is empty"},
		{VASH_LIST_REASONS, "izstop", "", "reasons line 4: name_sl is empty"},
		{VASH_LIST_MECHANISMS, "geslo SI-PASS", "", "mechanisms line 4: name_sl is empty"},
		{VASH_LIST_ISSUERS, ",Halcom", ",", "issuers line 4: name is empty"},
		{VASH_LIST_PROCEDURES, "Leaving a user group", " ", "procedures line 9: name_en is empty"},
		{VASH_LIST_ADMINISTRATORS, "NOTARSKA ZBORNICA SLOVENIJE", "", "administrators line 3: firm is empty"},
		{VASH_LIST_GROUPS, "notarji", "not\001arji", "groups line 4: name_sl holds a control character"},
		{VASH_LIST_GROUPS, "notarji", "\"not\narji\"", "groups line 4: name_sl holds a control character"},
		{VASH_LIST_GROUPS, "notarji", "not\tarji", "groups line 4: name_sl holds a control character"},
		{VASH_LIST_GROUPS, "notarji", "not\177arji", "groups line 4: name_sl holds a control character"},
		{VASH_LIST_GROUPS, "notarji", "not\302\205arji", "groups line 4: name_sl holds a control character"},
		{VASH_LIST_GROUPS, "notarji", "not\302\237arji", "groups line 4: name_sl holds a control character"},
		{VASH_LIST_MECHANISMS, "GOOGLE,", "GOO\033GLE,", "mechanisms line 15: code holds a control character"},
	};
	GW_AUTO(vash_codelists) struct vash_codelists *good = NULL;
	struct gw_err err = {0};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		struct vash_codelists *c = NULL;
		struct gw_err why = {0};
		enum gw_code rc = parse(cases[i].list, cases[i].old, cases[i].new, &c, &why);
		if (rc != GW_E_CONFIG || strcmp(why.msg, cases[i].says) != 0) {
			fail_msg("case %zu: %d '%s' instead of '%s'", i, (int)rc, why.msg, cases[i].says);
		}
	}
	assert_int_equal(parse(VASH_LIST_GROUPS, "notarji", "not\302\240ar\305\276i", &good, &err), GW_OK);
}

static void the_mailbox_of_a_group_counts_before_that_of_its_scheme(void **state) {
	GW_AUTO(vash_codelists) struct vash_codelists *c = NULL;
	struct gw_err err = {0};
	GW_UNUSED(state);
	assert_int_equal(parse(VASH_LIST_MAILBOXES, "1,301,yes,1 3\n", "1,,optional,4\n1,301,yes,1 3\n", &c, &err),
			 GW_OK);
	assert_int_equal(vash_mailbox_find(c, 1, 301)->needed, VASH_MANDATORY);
	assert_int_equal(vash_mailbox_find(c, 1, 309)->needed, VASH_NOT_ALLOWED);
	assert_int_equal(vash_mailbox_find(c, 1, 999)->needed, VASH_OPTIONAL);
	assert_int_equal(vash_mailbox_find(c, 5, 1003)->needed, VASH_NOT_ALLOWED);
	assert_null(vash_mailbox_find(c, 4, 301));
}

static void a_procedure_that_is_not_there_yet_needs_no_row(void **state) {
	GW_AUTO(vash_codelists) struct vash_codelists *c = NULL;
	struct gw_err err = {0};
	GW_UNUSED(state);
	assert_int_equal(parse(VASH_LIST_PROCEDURES, "vs204,", "# vs204,", &c, &err), GW_OK);
	assert_null(vash_procedure_find(c, "vs204"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_set_is_the_specifications),
		cmocka_unit_test(a_row_that_does_not_parse_is_refused_with_its_line),
		cmocka_unit_test(lists_that_do_not_fit_one_another_are_refused),
		cmocka_unit_test(names_are_there_and_no_cell_holds_a_control_character),
		cmocka_unit_test(the_mailbox_of_a_group_counts_before_that_of_its_scheme),
		cmocka_unit_test(a_procedure_that_is_not_there_yet_needs_no_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
