/* Qualified or not, and what for: the statements of a certificate beside what a trusted list says of its issuer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/qualified.h"

#define INFO "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"

enum says {
	NOTHING,
	COMPLIANCE,
	ESIGN,
	ESEAL,
	WEB,
	OTHER_TYPE,
	TYPE_ALONE,
	ESIGN_ESEAL,
	ESEAL_WEB,
	ESIGN_WEB,
	ESIGN_ELSEWHERE
};

static struct cert_facts facts_of(enum says says, bool sscd) {
	return (struct cert_facts){.qc_compliance = says != NOTHING && says != TYPE_ALONE,
				   .qc_type_present = says >= ESIGN,
				   .qc_esign = says == ESIGN || says == TYPE_ALONE || says == ESIGN_ESEAL ||
					       says == ESIGN_WEB || says == ESIGN_ELSEWHERE,
				   .qc_eseal = says == ESEAL || says == ESIGN_ESEAL || says == ESEAL_WEB,
				   .qc_web = says == WEB || says == ESEAL_WEB || says == ESIGN_WEB,
				   .qc_elsewhere = says == ESIGN_ELSEWHERE,
				   .qc_sscd = sscd};
}

static void without_a_list_the_certificate_decides(void **state) {
	static const struct {
		enum says says;
		enum cert_kind kind;
	} rows[] = {{NOTHING, CERT_KIND_NONE},
		    {COMPLIANCE, CERT_KIND_ESIGN},
		    {ESIGN, CERT_KIND_ESIGN},
		    {ESEAL, CERT_KIND_ESEAL},
		    {WEB, CERT_KIND_WEB},
		    {OTHER_TYPE, CERT_KIND_NONE},
		    {TYPE_ALONE, CERT_KIND_NONE},
		    {ESIGN_ESEAL, CERT_KIND_ESIGN},
		    {ESEAL_WEB, CERT_KIND_ESEAL},
		    {ESIGN_WEB, CERT_KIND_ESIGN},
		    {ESIGN_ELSEWHERE, CERT_KIND_NONE}};
	GW_UNUSED(state);
	for (size_t i = 0; i < 2 * GW_COUNT(rows); i++) {
		const struct cert_facts f = facts_of(rows[i / 2].says, i % 2);
		struct cert_qualification q;
		cert_qualification_of(&f, NULL, NULL, &q);
		assert_int_equal(q.kind, rows[i / 2].kind);
		assert_int_equal(q.qscd, q.kind != CERT_KIND_NONE && i % 2);
		assert_int_equal(q.why[0] == '\0', q.kind != CERT_KIND_NONE);
	}
}

/* A period whose one qualification every certificate meets. */
static void judged(enum says says, bool sscd, uint32_t qualifiers, const char *info, struct cert_qualification *out) {
	const char *uri[] = {info}, *policy[] = {"1.2.3"};
	struct tsl_words set = {policy, 1};
	struct tsl_qualification qualification = {
		.qualifiers = qualifiers,
		.criteria = {.assert = TSL_ASSERT_ALL, .policy_set = &set, .policy_set_count = 1}};
	const struct tsl_period period = {.status = TSL_STATUS_GRANTED,
					  .type = TSL_SERVICE_CA_QC,
					  .qualification = &qualification,
					  .qualification_count = qualifiers != 0,
					  .info = {uri, info != NULL}};
	const struct tsl_subject subject = {policy, 1, 0};
	const struct cert_facts f = facts_of(says, sscd);
	cert_qualification_of(&f, &period, &subject, out);
}

static void what_the_list_says_goes_before_the_certificate(void **state) {
	static const struct {
		enum says says;
		uint32_t qualifiers;
		const char *info;
		enum cert_kind kind;
	} rows[] = {
		{ESIGN, 0, NULL, CERT_KIND_ESIGN},
		{NOTHING, 0, NULL, CERT_KIND_NONE},
		{NOTHING, TSL_QC_STATEMENT, NULL, CERT_KIND_ESIGN},
		{NOTHING, TSL_QC_STATEMENT | TSL_QC_FOR_ESEAL, NULL, CERT_KIND_ESEAL},
		{NOTHING, TSL_QC_FOR_ESEAL, NULL, CERT_KIND_NONE},
		{ESIGN, TSL_NOT_QUALIFIED, NULL, CERT_KIND_NONE},
		{ESIGN, TSL_NOT_QUALIFIED | TSL_QC_STATEMENT, NULL, CERT_KIND_UNKNOWN},
		{ESIGN, TSL_QC_FOR_ESEAL, NULL, CERT_KIND_ESEAL},
		{ESIGN, TSL_QC_FOR_WSA, NULL, CERT_KIND_WEB},
		{ESEAL, TSL_QC_FOR_ESIG, NULL, CERT_KIND_ESIGN},
		{ESIGN, TSL_QC_FOR_ESIG | TSL_QC_FOR_ESEAL, NULL, CERT_KIND_UNKNOWN},
		{COMPLIANCE, TSL_QC_FOR_LEGAL_PERSON, NULL, CERT_KIND_ESIGN},
		{OTHER_TYPE, 0, NULL, CERT_KIND_NONE},
		{ESEAL, 0, INFO "ForeSeals", CERT_KIND_ESEAL},
		{ESEAL, 0, INFO "ForeSignatures", CERT_KIND_NONE},
		{ESEAL, 0, INFO "RootCA-QC", CERT_KIND_ESEAL},
		{ESIGN, TSL_QC_FOR_ESEAL, INFO "ForeSignatures", CERT_KIND_NONE},
		{WEB, 0, INFO "ForWebSiteAuthentication", CERT_KIND_WEB},
		/* of several kinds that which the service issues, and signatures before the others */
		{ESIGN_ESEAL, 0, NULL, CERT_KIND_ESIGN},
		{ESIGN_ESEAL, 0, INFO "ForeSignatures", CERT_KIND_ESIGN},
		{ESIGN_ESEAL, 0, INFO "ForeSeals", CERT_KIND_ESEAL},
		{ESIGN_ESEAL, 0, INFO "ForWebSiteAuthentication", CERT_KIND_NONE},
		{ESEAL_WEB, 0, NULL, CERT_KIND_ESEAL},
		{ESEAL_WEB, 0, INFO "ForWebSiteAuthentication", CERT_KIND_WEB},
		{ESEAL_WEB, 0, INFO "ForeSignatures", CERT_KIND_NONE},
		{ESIGN_ESEAL, TSL_QC_FOR_ESEAL, NULL, CERT_KIND_ESEAL},
		{ESIGN_ESEAL, TSL_QC_FOR_ESIG, INFO "ForeSeals", CERT_KIND_NONE},
		{ESIGN_WEB, 0, INFO "ForWebSiteAuthentication", CERT_KIND_WEB},
		{COMPLIANCE, 0, INFO "ForeSeals", CERT_KIND_NONE},
		/* EN 319 412-5 4.2.4, over which the list may say that it is qualified */
		{ESIGN_ELSEWHERE, 0, NULL, CERT_KIND_NONE},
		{ESIGN_ELSEWHERE, TSL_QC_FOR_ESIG, NULL, CERT_KIND_NONE},
		{ESIGN_ELSEWHERE, TSL_QC_STATEMENT, NULL, CERT_KIND_ESIGN},
		{ESIGN_ELSEWHERE, TSL_QC_STATEMENT | TSL_NOT_QUALIFIED, NULL, CERT_KIND_UNKNOWN},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		struct cert_qualification q;
		judged(rows[i].says, false, rows[i].qualifiers, rows[i].info, &q);
		if (q.kind != rows[i].kind) {
			fail_msg("row %zu: %s, wanted %s", i, cert_kind_name(q.kind), cert_kind_name(rows[i].kind));
		}
	}
}

static void the_device_is_the_lists_then_the_certificates(void **state) {
	static const struct {
		uint32_t qualifiers;
		bool without, with; /* without and with the certificate's own statement */
	} rows[] = {{0, false, true},
		    {TSL_QC_WITH_QSCD, true, true},
		    {TSL_QC_QSCD_MANAGED, true, true},
		    {TSL_QC_WITH_SSCD, true, true},
		    {TSL_QC_NO_QSCD, false, false},
		    {TSL_QC_NO_SSCD, false, false},
		    {TSL_QC_QSCD_AS_IN_CERT, false, true},
		    {TSL_QC_WITH_QSCD | TSL_QC_NO_QSCD, false, false}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		struct cert_qualification q;
		judged(ESIGN, false, rows[i].qualifiers, NULL, &q);
		assert_int_equal(q.qscd, rows[i].without);
		judged(ESIGN, true, rows[i].qualifiers, NULL, &q);
		assert_int_equal(q.qscd, rows[i].with);
	}
}

static void what_is_not_understood_leaves_it_unknown(void **state) {
	struct tsl_qualification strange = {.qualifiers = TSL_QC_STATEMENT,
					    .criteria = {.assert = TSL_ASSERT_ALL, .other = true}};
	struct tsl_period period = {.status = TSL_STATUS_GRANTED, .critical_unknown = true};
	const struct tsl_subject subject = {.policy_count = 0};
	const struct cert_facts f = facts_of(ESIGN, false);
	struct cert_qualification q;
	GW_UNUSED(state);
	cert_qualification_of(&f, &period, &subject, &q);
	assert_int_equal(q.kind, CERT_KIND_UNKNOWN);
	period = (struct tsl_period){.status = TSL_STATUS_GRANTED, .qualification = &strange, .qualification_count = 1};
	cert_qualification_of(&f, &period, &subject, &q);
	assert_int_equal(q.kind, CERT_KIND_UNKNOWN);
	period.qualification_count = 0;
	cert_qualification_of(&f, &period, &subject, &q);
	assert_int_equal(q.kind, CERT_KIND_ESIGN); /* control */
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_list_the_certificate_decides),
		cmocka_unit_test(what_the_list_says_goes_before_the_certificate),
		cmocka_unit_test(the_device_is_the_lists_then_the_certificates),
		cmocka_unit_test(what_is_not_understood_leaves_it_unknown),
	};
	return cmocka_run_group_tests_name("qualified", tests, NULL, NULL);
}
