#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/x509.h>

#include "certs/name_parse.h"

/* C=SI, O=Halcom d.d., organizationIdentifier=VATSI-43353126, CN=Čebela, "A" + serialNumber=7, as a certificate has it
 */
static X509_NAME *make_name(void) {
	X509_NAME *name = X509_NAME_new();
	const struct {
		const char *type, *value;
		int set;
	} parts[] = {{"C", "SI", 0},
		     {"O", "Halcom d.d.", 0},
		     {"2.5.4.97", "VATSI-43353126", 0},
		     {"CN", "Čebela, \"A\"", 0},
		     {"serialNumber", "7", -1}};
	for (size_t i = 0; i < GW_COUNT(parts); i++) {
		const uint8_t *value = (const uint8_t *)parts[i].value;
		assert_int_equal(
			X509_NAME_add_entry_by_txt(name, parts[i].type, MBSTRING_UTF8, value, -1, -1, parts[i].set), 1);
	}
	return name;
}

static bool matches(const char *text, const X509_NAME *name) {
	struct cert_name_parsed parsed;
	struct gw_err err = {0};
	if (cert_name_parse(text, &parsed, &err) != GW_OK) {
		fail_msg("%s", err.msg);
	}
	bool same = cert_name_matches(&parsed, name);
	cert_name_release(&parsed);
	return same;
}

static void one_name_is_written_in_many_ways(void **state) {
	static const char *const same[] = {
		"CN=Čebela\\, \\\"A\\\"+serialNumber=7,organizationIdentifier=VATSI-43353126,O=Halcom d.d.,C=SI",
		"serialNumber=7+CN=Čebela\\, \\\"A\\\",2.5.4.97=VATSI-43353126,O=Halcom d.d.,C=SI",
		"C=SI, O=Halcom d.d., OID.2.5.4.97=VATSI-43353126, CN=\"Čebela\\, \\\"A\\\"\" + SERIALNUMBER=7",
		"c = si; o = HALCOM  d.d. ; oid.2.5.4.97 = vatsi-43353126; cn = \\C4\\8Cebela\\2C \\22A\\22 + serialnumber = 7",
		"/C=SI/O=Halcom d.d./organizationIdentifier=VATSI-43353126/CN=Čebela, \\\"A\\\"+serialNumber=7",
		"C=SI,O=Halcom d.d.,2.5.4.97=#0C0E56415453492D3433333533313236,CN=Čebela\\, \\\"A\\\"+serialNumber=7"};
	static const char *const others[] = {
		"C=SI,O=Halcom d.d.,2.5.4.97=VATSI-43353126,CN=Čebela\\, \\\"A\\\",serialNumber=7",
		"C=SI,O=Halcom d.d.,2.5.4.97=VATSI-43353127,CN=Čebela\\, \\\"A\\\"+serialNumber=7",
		"C=SI,2.5.4.97=VATSI-43353126,O=Halcom d.d.,CN=Čebela\\, \\\"A\\\"+serialNumber=7", "C=SI"};
	GW_UNUSED(state);
	X509_NAME *name = make_name();
	for (size_t i = 0; i < GW_COUNT(same); i++) {
		if (!matches(same[i], name)) {
			fail_msg("'%s' is another name", same[i]);
		}
	}
	for (size_t i = 0; i < GW_COUNT(others); i++) {
		if (matches(others[i], name)) {
			fail_msg("'%s' is the same name", others[i]);
		}
	}
	X509_NAME_free(name);
}

static void what_is_no_name_is_refused(void **state) {
	static const char *const bad[] = {"",	       " ",	 "Halcom", "CN",      "CN=",	"=x",	  "CN=a,",
					  "CN=a,,O=b", "CN=a+",	 "/",	   "CN=\"a",  "CN=a\\", "XX=a",	  "C=SVN",
					  "CN=#0C",    "CN=#zz", "CN=#01", "CN=\xff", "OID.=a", "/CN=a/", "CN=#0C0561"};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		struct cert_name_parsed parsed;
		if (cert_name_parse(bad[i], &parsed, NULL) != GW_E_INPUT) {
			fail_msg("'%s' is a name", bad[i]);
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_name_is_written_in_many_ways),
					   cmocka_unit_test(what_is_no_name_is_refused)};
	return cmocka_run_group_tests_name("name_parse", tests, NULL, NULL);
}
