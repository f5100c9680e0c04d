/* The QCStatements of a certificate: what is said, and what is refused for its reason. */
#include "tests/unit/made_certificate.h"

static const char *qc_good(void) {
	const char *pds = SEQ(SEQ(text("16", "https://a.test/sl"), text("13", "sl")),
			      SEQ(text("16", "https://a.test/en"), text("13", "en")));
	return SEQ(SEQ(oid(QC("1"))), SEQ(oid(QC("4"))), SEQ(oid(QC("5")), pds),
		   SEQ(oid(QC("6")), SEQ(oid(QC("6.1")), oid(QC("6.3")), oid("1.2.3.4"))),
		   SEQ(oid("1.3.6.1.5.5.7.11.2"), SEQ(oid("0.4.0.194121.1.1"))),
		   SEQ(oid(QC("2")), SEQ(text("13", "EUR"), "020105", "020103")), SEQ(oid(QC("3")), "02010a"));
}

static void all_statements_are_read(void **state) {
	GW_UNUSED(state);
	assert_read(read_extension(QC_STATEMENTS, qc_good(), &d, &err));
	assert_true(d.qc.compliance && d.qc.sscd && d.qc.type_present && d.qc.esign && d.qc.web && !d.qc.eseal);
	assert_int_equal(d.qc.type_count, 3);
	assert_string_equal(d.qc.type[0], "esign");
	assert_string_equal(d.qc.type[1], "web");
	assert_string_equal(d.qc.type[2], "1.2.3.4");
	assert_int_equal(d.qc.pds_count, 2);
	assert_span(d.qc.pds[1].url, "https://a.test/en");
	assert_span(d.qc.pds[0].language, "sl");
	assert_string_equal(d.qc.semantics, "0.4.0.194121.1.1");
	assert_true(d.qc.limit_present);
	assert_span(d.qc.limit_currency, "EUR");
	assert_int_equal(d.qc.limit_amount, 5);
	assert_int_equal(d.qc.limit_exponent, 3);
	const char *by_number = SEQ(SEQ(oid(QC("2")), SEQ("020203d2", "020105", "0201fe")));
	assert_read(read_extension(QC_STATEMENTS, by_number, &d, &err));
	assert_span(d.qc.limit_currency, "978");
	assert_int_equal(d.qc.limit_exponent, -2);
	assert_false(d.qc.compliance || d.qc.sscd || d.qc.type_present);
}

static void a_law_that_is_named_must_be_that_of_the_eu(void **state) {
	const struct {
		const char *countries;
		size_t n;
		bool elsewhere;
	} rows[] = {{NULL, 0, false},
		    {SEQ(text("13", "EU")), 1, false},
		    {SEQ(text("13", "US")), 1, true},
		    {SEQ(text("13", "SI")), 1, true},
		    {SEQ(text("13", "EU"), text("13", "CH")), 2, false},
		    {SEQ(text("13", "CH"), text("13", "EU")), 2, false},
		    {SEQ(text("13", "CH"), text("13", "US")), 2, true}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		const char *law = rows[i].countries ? SEQ(oid(QC("7")), rows[i].countries) : "";
		assert_read(read_extension(QC_STATEMENTS, SEQ(SEQ(oid(QC("1"))), law), &d, &err));
		assert_int_equal(d.qc.legislation_count, rows[i].n);
		assert_int_equal(d.qc.elsewhere, rows[i].elsewhere);
		assert_int_equal(cert_qc_says_qualified(&d.qc), !rows[i].elsewhere);
		assert_true(rows[i].n < 2 || strcmp(d.qc.legislation[1], i == 5 ? "EU" : i == 4 ? "CH" : "US") == 0);
	}
}

static void broken_statements_are_refused_for_their_reason(void **state) {
	const struct {
		const char *hex, *why;
	} rows[] = {
		{"0500", "not one sequence"},
		{gw_arena_printf(&hex_arena, "%s00", qc_good()), "not one sequence"},
		{SEQ("0500"), "without identifier"},
		{SEQ(SEQ("0500")), "without identifier"},
		{SEQ(SEQ(oid(QC("1")), "0500", "0500")), "without identifier"},
		{SEQ(SEQ(oid(QC("6")))), "QcType is no sequence"},
		{SEQ(SEQ(oid(QC("6")), SEQ("0500"))), "a type is no object"},
		{SEQ(SEQ(oid(QC("6")), SEQ(oid(QC("6.1")))), SEQ(oid(QC("6")), SEQ(oid(QC("6.2"))))), "stands twice"},
		{SEQ(SEQ(oid(QC("5")))), "QcPDS is no sequence"},
		{SEQ(SEQ(oid(QC("5")), SEQ(SEQ(text("16", "https://a.test"))))), "a location"},
		{SEQ(SEQ(oid(QC("5")), SEQ(SEQ(text("0c", "https://a.test"), text("13", "sl"))))), "a location"},
		{SEQ(SEQ(oid(QC("5")), SEQ(SEQ(text("16", "https://a.test"), text("0c", "sl"))))), "a location"},
		{SEQ(SEQ(oid(QC("7")))), "no sequence of countries"},
		{SEQ(SEQ(oid(QC("7")), "3000")), "no sequence of countries"},
		{SEQ(SEQ(oid(QC("7")), text("13", "EU"))), "no sequence of countries"},
		{SEQ(SEQ(oid(QC("7")), SEQ(text("0c", "EU")))), "a country"},
		{SEQ(SEQ(oid(QC("7")), SEQ(text("13", "EUR")))), "a country"},
		{SEQ(SEQ(oid(QC("7")), SEQ(text("13", "eu")))), "a country"},
		{SEQ(SEQ(oid(QC("7")), SEQ(text("13", "EU"), "0500"))), "a country"},
		{SEQ(SEQ(oid(QC("7")), SEQ(text("13", "EU"))), SEQ(oid(QC("7")), SEQ(text("13", "EU")))),
		 "stands twice"},
		{SEQ(SEQ(oid("1.3.6.1.5.5.7.11.2"), "0500")), "semantics"},
		{SEQ(SEQ(oid(QC("2")), SEQ(text("13", "EUR"), "020105"))), "limit"},
		{SEQ(SEQ(oid(QC("2")), SEQ(text("13", "EUR"), "0209010000000000000000", "020100"))), "limit"},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		assert_refused(read_extension(QC_STATEMENTS, rows[i].hex, &d, &err), rows[i].why);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_statements_are_read),
		cmocka_unit_test(a_law_that_is_named_must_be_that_of_the_eu),
		cmocka_unit_test(broken_statements_are_refused_for_their_reason),
	};
	return cmocka_run_group_tests_name("qc", tests, set_up, tear_down);
}
