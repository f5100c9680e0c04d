/* The reading of trusted lists, unsigned, and the rules over what was read. Signatures: tests/tsl/check_tsl.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "certs/tsl_base64.h"
#include "certs/tsl_changes.h"
#include "certs/tsl_json.h"
#include "certs/tsl_judge.h"

static struct gw_arena arena; /* of one test */

static int set_up(void **state) {
	GW_UNUSED(state);
	gw_arena_init(&arena, TSL_MEMORY_MAX);
	return 0;
}

static int tear_down(void **state) {
	GW_UNUSED(state);
	gw_arena_release(&arena);
	return 0;
}

/* ---- lists ---- */

#define QUALIFIER "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
#define STATUS "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
#define POLICY(oid)                                                                                                    \
	"<q:PolicySet><q:PolicyIdentifier><x:Identifier>" oid "</x:Identifier></q:PolicyIdentifier></q:PolicySet>"
#define USAGE(name, value) "<q:KeyUsage><q:KeyUsageBit name='" name "'>" value "</q:KeyUsageBit></q:KeyUsage>"

static const char *part(const char *status, const char *since, const char *identity, const char *extensions) {
	return gw_arena_printf(
		&arena,
		"<ServiceTypeIdentifier>" TSL_SERVICE_CA_QC "</ServiceTypeIdentifier>"
		"<ServiceName><Name xml:lang='EN'> CA </Name></ServiceName>"
		"<ServiceDigitalIdentity>%s<DigitalId><X509SubjectName>CN=CA</X509SubjectName></DigitalId>"
		"</ServiceDigitalIdentity><ServiceStatus>" STATUS "%s</ServiceStatus>"
		"<StatusStartingTime>%s</StatusStartingTime>"
		"<ServiceInformationExtensions>%s</ServiceInformationExtensions>",
		identity, status, since, extensions);
}

static const char *service(const char *identity, const char *extensions, const char *history) {
	return gw_arena_printf(&arena,
			       "<TSPService><ServiceInformation>%s</ServiceInformation><ServiceHistory>%s"
			       "</ServiceHistory></TSPService>",
			       part("granted", "2020-01-01T00:00:00Z", identity, extensions), history);
}

static const char *list_of(const char *services) {
	return gw_arena_printf(
		&arena,
		"<TrustServiceStatusList xmlns='http://uri.etsi.org/02231/v2#' xmlns:x='http://uri.etsi.org/01903/v1.3.2#'"
		" xmlns:q='http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#'"
		" xmlns:m='http://uri.etsi.org/02231/v2/additionaltypes#'>"
		"<SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier><TSLSequenceNumber>7</TSLSequenceNumber>"
		"<TSLType>" TSL_TYPE_LIST
		"</TSLType><SchemeOperatorName><Name xml:lang='sl'>X</Name></SchemeOperatorName>"
		"<SchemeTerritory>SI</SchemeTerritory><ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime>"
		"<NextUpdate><dateTime>2026-06-01T02:00:00+02:00</dateTime></NextUpdate></SchemeInformation>"
		"<TrustServiceProviderList><TrustServiceProvider><TSPInformation>"
		"<TSPName><Name xml:lang='sl'>Ponudnik</Name><Name xml:lang='en'>Provider</Name></TSPName>"
		"<TSPTradeName><Name xml:lang='en'>VATSI-43353126</Name></TSPTradeName></TSPInformation>"
		"<TSPServices>%s</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>",
		services);
}

static struct tsl read_ok(const char *xml) {
	struct tsl list;
	struct tsl_refused refused = {0};
	if (!tsl_read_unsigned(gw_span_of(xml), &arena, &list, &refused)) {
		fail_msg("%s: %s", tsl_refusal_code(refused.why), refused.detail);
	}
	return list;
}

static const char *refusal_of(const char *xml) {
	struct tsl list;
	struct tsl_refused refused = {0};
	assert_false(tsl_read_unsigned(gw_span_of(xml), &arena, &list, &refused));
	return tsl_refusal_code(refused.why);
}

static int64_t day(const char *text) {
	int64_t utc_ms;
	assert_true(gw_time_parse(text, &utc_ms));
	return utc_ms / 1000;
}

/* ---- reading ---- */

static void a_list_is_read_whole(void **state) {
	GW_UNUSED(state);
	struct tsl l = read_ok(list_of(service("<DigitalId><X509Certificate> AA\nEC </X509Certificate></DigitalId>"
					       "<DigitalId><X509SKI>Aw==</X509SKI></DigitalId>",
					       "", "")));
	const struct tsl_provider *p = &l.provider[0];
	assert_int_equal(l.version, 6);
	assert_int_equal(l.sequence, 7);
	assert_int_equal(l.next_update_utc_s, day("2026-06-01T00:00:00Z"));
	assert_string_equal(tsl_text_in(&p->names, "sl"), "Ponudnik");
	assert_string_equal(tsl_text_in(&p->names, "de"), "Provider");
	assert_string_equal(tsl_text_in(&p->service[0].period[0].names, "en"), "CA");
	assert_true(tsl_provider_is(p, "VATSI-43353126"));
	assert_false(tsl_provider_is(p, "VATSI-4335312"));
	assert_memory_equal(p->service[0].certs.at[0].p, "\x00\x01\x02", 3);
	assert_int_equal(p->service[0].certs.at[0].n, 3);
	assert_int_equal(p->service[0].skis.at[0].n, 1);
}

static void base64_is_right_or_refused(void **state) {
	GW_UNUSED(state);
	static const struct {
		const char *text;
		int bytes; /* -1: refused */
	} rows[] = {{"", 0},	  {"AAEC", 3},	{" AA\r\n\tEC", 3}, {"AAE=", 2},  {"AA==", 1},	{"AAE", -1},
		    {"A===", -1}, {"====", -1}, {"A=A=", -1},	    {"AA*C", -1}, {"AA-C", -1}, {"AA==AA==", -1}};
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		struct gw_span out;
		bool ok = tsl_base64_read(gw_span_of(rows[i].text), &arena, &out);
		assert_int_equal(ok ? (int)out.n : -1, rows[i].bytes);
	}
	assert_string_equal(tsl_base64_text((struct gw_span){"\x00\x01", 2}, &arena), "AAE=");
}

static const char *with_extension(const char *attributes, const char *content) {
	return list_of(service("", gw_arena_printf(&arena, "<Extension %s>%s</Extension>", attributes, content), ""));
}

static bool critical_unknown(const char *attributes, const char *content) {
	return read_ok(with_extension(attributes, content)).provider[0].service[0].period[0].critical_unknown;
}

static void an_unknown_extension_counts_if_it_is_critical(void **state) {
	GW_UNUSED(state);
	assert_true(critical_unknown("Critical='true'", "<q:Other/>"));
	assert_true(critical_unknown("Critical='1'", "<q:Other/>"));
	assert_true(critical_unknown("", "<q:Other/>"));
	assert_false(critical_unknown("Critical='false'", "<q:Other/>"));
	assert_false(critical_unknown("Critical='true'", "<ExpiredCertsRevocationInfo>x</ExpiredCertsRevocationInfo>"));
	assert_false(critical_unknown("Critical='true'", "<AdditionalServiceInformation><URI>a</URI>"
							 "</AdditionalServiceInformation>"));
}

static void who_took_over_is_read(void **state) {
	GW_UNUSED(state);
	struct tsl l =
		read_ok(with_extension("Critical='false'", "<m:TakenOverBy><m:URI>http://x.si</m:URI><m:TSPName><Name "
							   "xml:lang='sl'>Rekono</Name></m:TSPName></m:TakenOverBy>"));
	const struct tsl_period *p = &l.provider[0].service[0].period[0];
	assert_true(p->taken_over);
	assert_string_equal(p->taken_over_uri, "http://x.si");
	assert_string_equal(tsl_text_in(&p->taken_over_by, "en"), "Rekono");
}

static void what_is_wrong_is_refused(void **state) {
	GW_UNUSED(state);
	assert_string_equal(refusal_of("<a/>"), "not_a_list");
	assert_string_equal(refusal_of(""), "not_xml");
	assert_string_equal(refusal_of(list_of("<TSPService/>")), "malformed");
	assert_string_equal(refusal_of(with_extension("", "<AdditionalServiceInformation/>")), "malformed");
	assert_string_equal(refusal_of(with_extension("", "<q:Qualifications><q:QualificationElement/>"
							  "</q:Qualifications>")),
			    "malformed");
	assert_string_equal(
		refusal_of(with_extension(
			"", "<q:Qualifications><q:QualificationElement><q:CriteriaList"
			    " assert='all'>" USAGE("soup", "true") "</q:CriteriaList>"
								   "</q:QualificationElement></q:Qualifications>")),
		"malformed");
}

/* ---- history ---- */

static void the_status_is_that_of_the_time(void **state) {
	GW_UNUSED(state);
	const char *older = part("undersupervision", "2010-01-01T00:00:00Z", "", "");
	const char *newer = part("withdrawn", "2015-01-01T00:00:00Z", "", "");
	struct tsl l = read_ok(list_of(service("", "",
					       gw_arena_printf(&arena,
							       "<ServiceHistoryInstance>%s</ServiceHistoryInstance>"
							       "<ServiceHistoryInstance>%s</ServiceHistoryInstance>",
							       older, newer))));
	const struct tsl_service *s = &l.provider[0].service[0];
	assert_int_equal(tsl_status_at(s, day("2009-12-31T23:59:59Z")), TSL_STATUS_NONE);
	assert_null(tsl_period_at(s, day("2009-12-31T23:59:59Z")));
	assert_int_equal(tsl_status_at(s, day("2010-01-01T00:00:00Z")), TSL_STATUS_UNDER_SUPERVISION);
	assert_int_equal(tsl_status_at(s, day("2014-12-31T23:59:59Z")), TSL_STATUS_UNDER_SUPERVISION);
	assert_int_equal(tsl_status_at(s, day("2015-01-01T00:00:00Z")), TSL_STATUS_WITHDRAWN);
	assert_false(tsl_is_granted_ca_qc(s, day("2019-12-31T23:59:59Z")));
	assert_true(tsl_is_granted_ca_qc(s, day("2020-01-01T00:00:00Z")));
}

static void words_of_the_standard_are_known_and_others_are_not(void **state) {
	GW_UNUSED(state);
	assert_int_equal(tsl_status_of(STATUS "granted"), TSL_STATUS_GRANTED);
	assert_int_equal(tsl_status_of(STATUS "Granted"), TSL_STATUS_OTHER);
	assert_int_equal(tsl_status_of("granted"), TSL_STATUS_OTHER);
	assert_int_equal(tsl_status_of(STATUS "none"), TSL_STATUS_OTHER);
	assert_int_equal(tsl_qualifier_of(QUALIFIER "QCQSCDManagedOnBehalf"), TSL_QC_QSCD_MANAGED);
	assert_int_equal(tsl_qualifier_of("QCStatement"), 0);
	assert_string_equal(tsl_qualifier_name(0), "QCStatement");
	assert_null(tsl_qualifier_name(TSL_QUALIFIER_BITS));
}

/* ---- qualifications ---- */

static struct tsl_applied applied(const char *criteria, const char *qualifier, const struct tsl_subject *subject) {
	struct tsl l = read_ok(with_extension(
		"Critical='true'",
		gw_arena_printf(
			&arena,
			"<q:Qualifications><q:QualificationElement><q:Qualifiers><q:Qualifier uri='%s'/></q:Qualifiers>"
			"%s</q:QualificationElement></q:Qualifications>",
			qualifier, criteria)));
	struct tsl_applied out;
	tsl_qualifiers(&l.provider[0].service[0].period[0], subject, &out);
	return out;
}

#define LIST(how, content) "<q:CriteriaList assert='" how "'>" content "</q:CriteriaList>"

static void qualifiers_apply_where_the_criteria_are_met(void **state) {
	GW_UNUSED(state);
	static const char *const policies[] = {"1.2.3", "1.2.4"};
	const struct tsl_subject subject = {.policy = policies, .policy_count = 2, .key_usage = 1 << 1};
	static const struct {
		const char *criteria;
		char answer; /* y, n, ? */
	} rows[] = {
		{LIST("atLeastOne", POLICY("1.2.3") POLICY("9.9")), 'y'},
		{LIST("atLeastOne", POLICY("9.8") POLICY("9.9")), 'n'},
		{LIST("all", POLICY("1.2.3") POLICY("1.2.4")), 'y'},
		{LIST("all", POLICY("1.2.3") POLICY("9.9")), 'n'},
		{LIST("none", POLICY("9.8") POLICY("9.9")), 'y'},
		{LIST("none", POLICY("1.2.3") POLICY("9.9")), 'n'},
		{LIST("all", POLICY("urn:oid:1.2.3")), 'y'},
		{LIST("all", POLICY("1.2.3.4")), 'n'},
		{LIST("all", POLICY("1.2")), 'n'},
		/* all policies of a set, one set of several */
		{LIST("all", "<q:PolicySet><q:PolicyIdentifier><x:Identifier>1.2.3</x:Identifier></q:PolicyIdentifier>"
			     "<q:PolicyIdentifier><x:Identifier>9.9</x:Identifier></q:PolicyIdentifier></q:PolicySet>"),
		 'n'},
		{LIST("all", USAGE("nonRepudiation", "true")), 'y'},
		{LIST("all", USAGE("nonRepudiation", "false")), 'n'},
		{LIST("all", USAGE("digitalSignature", "false")), 'y'},
		{LIST("all", USAGE("digitalSignature", "1")), 'n'},
		{LIST("all", USAGE("nonRepudiation", "true") POLICY("9.9")), 'n'},
		{LIST("all", POLICY("1.2.3") LIST("none", POLICY("9.9"))), 'y'},
		{LIST("all", POLICY("1.2.3") LIST("none", POLICY("1.2.4"))), 'n'},
		{LIST("all", POLICY("1.2.3") "<q:otherCriteriaList/>"), '?'},
		{LIST("all", POLICY("9.9") "<q:otherCriteriaList/>"), 'n'},
		{LIST("atLeastOne", POLICY("1.2.3") "<q:otherCriteriaList/>"), 'y'},
		{LIST("none", POLICY("9.9") "<q:otherCriteriaList/>"), '?'},
		{LIST("none", POLICY("1.2.3") "<q:otherCriteriaList/>"), 'n'},
		{LIST("some", POLICY("1.2.3")), '?'},
		{LIST("all", ""), '?'},
		{LIST("all", "<q:Description>1.2.3</q:Description>"), '?'},
		{LIST("all", POLICY("1.2.x")), '?'},
		{LIST("none", POLICY("1.2.x")), '?'},
		{LIST("all", "<q:PolicySet/>"), '?'},
	};
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		struct tsl_applied a = applied(rows[i].criteria, QUALIFIER "NotQualified", &subject);
		char answer = a.qualifiers == TSL_NOT_QUALIFIED && !a.undecided	  ? 'y'
			      : !a.qualifiers && a.undecided == TSL_NOT_QUALIFIED ? '?'
			      : !a.qualifiers && !a.undecided			  ? 'n'
										  : '!';
		if (answer != rows[i].answer) {
			fail_msg("%s: %c, not %c", rows[i].criteria, answer, rows[i].answer);
		}
	}
}

static void a_qualifier_that_is_not_known_is_told_where_it_may_apply(void **state) {
	GW_UNUSED(state);
	static const char *const policies[] = {"1.2.3"};
	const struct tsl_subject subject = {.policy = policies, .policy_count = 1};
	assert_true(applied(LIST("all", POLICY("1.2.3")), QUALIFIER "QCNew", &subject).unknown_qualifier);
	assert_true(applied(LIST("some", POLICY("1.2.3")), QUALIFIER "QCNew", &subject).unknown_qualifier);
	assert_false(applied(LIST("all", POLICY("9.9")), QUALIFIER "QCNew", &subject).unknown_qualifier);
}

/* ---- whose certificate ---- */

static X509 *make_ca(EVP_PKEY *key, long serial, const void *ski, size_t n) {
	X509 *x = X509_new();
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	ASN1_OCTET_STRING_set(id, ski, (int)n);
	X509_add1_ext_i2d(x, NID_subject_key_identifier, id, 0, 0);
	ASN1_OCTET_STRING_free(id);
	X509_sign(x, key, EVP_sha256());
	return x;
}

static const char *cert_id(X509 *x) {
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);
	const char *text = gw_arena_printf(&arena, "<DigitalId><X509Certificate>%s</X509Certificate></DigitalId>",
					   tsl_base64_text((struct gw_span){(char *)der, (size_t)n}, &arena));
	OPENSSL_free(der);
	return text;
}

static const char *ski_id(const void *ski, size_t n) {
	return gw_arena_printf(&arena, "<DigitalId><X509SKI>%s</X509SKI></DigitalId>",
			       tsl_base64_text((struct gw_span){ski, n}, &arena));
}

static enum tsl_match match(X509 *ca, const char *certs, const char *skis) {
	struct tsl l = read_ok(list_of(service(gw_arena_printf(&arena, "%s%s", certs, skis), "", "")));
	struct tsl_found found[2];
	enum tsl_match m = tsl_service_match(&l.provider[0].service[0], ca);
	assert_int_equal(tsl_services_of(&l, ca, found, 2), m != TSL_MATCH_NONE);
	return m;
}

static void a_service_is_known_by_its_certificate_or_by_identifier_and_key(void **state) {
	GW_UNUSED(state);
	uint8_t sha[SHA_DIGEST_LENGTH], short_id[8], other[8] = "OTHERKEY";
	EVP_PKEY *key = EVP_EC_gen("P-256"), *second = EVP_EC_gen("P-256");
	X509 *probe = make_ca(key, 1, "x", 1);
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(probe);
	SHA1(ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits), sha);
	memcpy(short_id, sha + 12, 8);
	short_id[0] = (uint8_t)(0x40 | (short_id[0] & 0x0F));
	X509 *ca = make_ca(key, 2, sha, 20), *renewed = make_ca(key, 3, sha, 20), *thief = make_ca(second, 4, sha, 20);
	X509 *brief = make_ca(key, 5, short_id, 8), *odd = make_ca(key, 6, other, 8);
	assert_int_equal(match(ca, cert_id(ca), ""), TSL_MATCH_CERT);
	assert_int_equal(match(renewed, cert_id(ca), ski_id(sha, 20)), TSL_MATCH_KEY);
	assert_int_equal(match(renewed, cert_id(ca), ""), TSL_MATCH_NONE);
	assert_int_equal(match(thief, cert_id(ca), ski_id(sha, 20)), TSL_MATCH_NONE);
	assert_int_equal(match(thief, "", ski_id(sha, 20)), TSL_MATCH_NONE);
	assert_int_equal(match(ca, "", ski_id(sha, 20)), TSL_MATCH_KEY);
	assert_int_equal(match(brief, "", ski_id(short_id, 8)), TSL_MATCH_KEY);
	assert_int_equal(match(odd, "", ski_id(other, 8)), TSL_MATCH_NONE);
	assert_int_equal(match(odd, cert_id(ca), ski_id(other, 8)), TSL_MATCH_KEY);
	assert_int_equal(match(ca, "<DigitalId><X509Certificate>AAEC</X509Certificate></DigitalId>", ski_id(sha, 20)),
			 TSL_MATCH_NONE);
	X509 *all[] = {probe, ca, renewed, thief, brief, odd};
	for (size_t i = 0; i < GW_COUNT(all); i++) {
		X509_free(all[i]);
	}
	EVP_PKEY_free(key);
	EVP_PKEY_free(second);
}

/* ---- judging ---- */

static struct gw_span der_a = {"aaa", 3}, der_b = {"bbb", 3};

static const char *judged(const struct tsl *list, const struct tsl_signer *signer, const struct tsl_demand *demand) {
	struct tsl_refused refused = {0};
	bool pinned = false;
	bool ok = tsl_judge(list, signer, demand, &pinned, &refused);
	assert_int_equal(ok, refused.why == TSL_REFUSED_NOT);
	assert_true(pinned == (demand->pins && gw_span_equal(demand->pins->at[0], signer->der)) ||
		    refused.why == TSL_REFUSED_TYPE || refused.why == TSL_REFUSED_TERRITORY);
	return tsl_refusal_code(refused.why);
}

static void a_list_is_judged_by_kind_signer_and_dates(void **state) {
	GW_UNUSED(state);
	struct tsl list = {.type = TSL_TYPE_LIST, .territory = "SI", .issued_utc_s = 1000, .next_update_utc_s = 2000};
	struct tsl_signer signer = {.der = der_a, .not_before_utc_s = 0, .not_after_utc_s = 5000, .signs_lists = true};
	struct tsl_blobs pins = {&der_a, 1}, others = {&der_b, 1};
	struct tsl_demand d = {.type = TSL_TYPE_LIST,
			       .territory = "SI",
			       .at_utc_s = 1500,
			       .pins = &pins,
			       .not_pinned = TSL_REFUSED_SIGNER_NOT_NAMED};
	assert_string_equal(judged(&list, &signer, &d), "ok");
	d.at_utc_s = 1999;
	assert_string_equal(judged(&list, &signer, &d), "ok");
	d.at_utc_s = 2000;
	assert_string_equal(judged(&list, &signer, &d), "expired");
	d.at_utc_s = 1000 - TSL_CLOCK_SKEW_S;
	assert_string_equal(judged(&list, &signer, &d), "ok");
	d.at_utc_s--;
	assert_string_equal(judged(&list, &signer, &d), "not_yet_issued");
	d.at_utc_s = 1500;
	signer.not_after_utc_s = 1499;
	assert_string_equal(judged(&list, &signer, &d), "signer_not_valid");
	signer.not_after_utc_s = 1500;
	assert_string_equal(judged(&list, &signer, &d), "ok");
	signer.not_before_utc_s = 1001;
	assert_string_equal(judged(&list, &signer, &d), "signer_not_valid");
	signer.not_before_utc_s = 0;
	d.territory = "HR";
	assert_string_equal(judged(&list, &signer, &d), "territory");
	d.territory = NULL;
	assert_string_equal(judged(&list, &signer, &d), "ok");
	d.type = TSL_TYPE_LOTL;
	assert_string_equal(judged(&list, &signer, &d), "type");
	d.type = TSL_TYPE_LIST;
	d.pins = &others;
	d.unpinned_ok = true;
	assert_string_equal(judged(&list, &signer, &d), "signer_not_named");
	d.pins = NULL;
	assert_string_equal(judged(&list, &signer, &d), "ok");
	d.unpinned_ok = false;
	assert_string_equal(judged(&list, &signer, &d), "unpinned");
	d.unpinned_ok = true;
	signer.signs_lists = false;
	assert_string_equal(judged(&list, &signer, &d), "signer_unknown");
}

static void an_empty_set_of_pins_lets_nobody_in(void **state) {
	GW_UNUSED(state);
	struct tsl list = {.type = TSL_TYPE_LIST, .territory = "SI", .issued_utc_s = 1000, .next_update_utc_s = 2000};
	struct tsl_signer signer = {.der = der_a, .not_after_utc_s = 5000, .signs_lists = true};
	const struct tsl_blobs nobody = {0};
	const struct tsl_demand d = {.type = TSL_TYPE_LIST,
				     .at_utc_s = 1500,
				     .pins = &nobody,
				     .not_pinned = TSL_REFUSED_SIGNER_NOT_NAMED,
				     .unpinned_ok = true};
	struct tsl_refused refused = {0};
	bool pinned = true;
	assert_false(tsl_judge(&list, &signer, &d, &pinned, &refused));
	assert_false(pinned);
	assert_int_equal(refused.why, TSL_REFUSED_SIGNER_NOT_NAMED);
}

/* ---- the record ---- */

static void a_record_says_what_the_list_said(void **state) {
	GW_UNUSED(state);
	const char *criteria = LIST("all", POLICY("1.2.3") USAGE("nonRepudiation", "true") LIST("none", POLICY("9.9")));
	struct tsl list = read_ok(list_of(service(
		"<DigitalId><X509Certificate>AAEC</X509Certificate></DigitalId>",
		gw_arena_printf(&arena,
				"<Extension Critical='true'><q:Qualifications><q:QualificationElement><q:Qualifiers>"
				"<q:Qualifier uri='" QUALIFIER "QCForESeal'/></q:Qualifiers>%s"
				"</q:QualificationElement></q:Qualifications></Extension>",
				criteria),
		"")));
	struct tsl_signer signer = {.der = der_a, .not_before_utc_s = 1, .not_after_utc_s = 2, .signs_lists = true};
	memset(signer.digest_hex, 'a', sizeof(signer.digest_hex) - 1);
	struct tsl again;
	struct tsl_signer signer_again;
	GW_AUTO(json) json_t *record = tsl_to_json(&list, &signer);
	assert_int_equal(tsl_from_json(record, &arena, &again, &signer_again, NULL), GW_OK);
	GW_AUTO(json) json_t *twice = tsl_to_json(&again, &signer_again);
	assert_true(json_equal(record, twice));
	GW_AUTO(json) json_t *changes = tsl_changes(&list, &again);
	assert_int_equal(json_array_size(changes), 0);
	assert_int_equal(again.provider[0].service[0].period[0].qualification[0].criteria.nested_count, 1);
}

static void a_record_of_another_form_is_refused(void **state) {
	GW_UNUSED(state);
	struct tsl list = read_ok(list_of(service("", "", "")));
	struct tsl_signer signer = {.der = der_a}, ignored;
	GW_AUTO(json) json_t *record = tsl_to_json(&list, &signer);
	const char *key;
	json_t *value;
	json_object_foreach(record, key, value) {
		GW_AUTO(json) json_t *less = json_copy(record), *other = json_copy(record);
		struct tsl out;
		json_object_del(less, key);
		json_object_set_new(other, key, json_real(1.5));
		assert_int_equal(tsl_from_json(less, &arena, &out, &ignored, NULL), GW_E_INPUT);
		assert_int_equal(tsl_from_json(other, &arena, &out, &ignored, NULL), GW_E_INPUT);
	}
	assert_int_equal(tsl_from_json(NULL, &arena, &list, &ignored, NULL), GW_E_INPUT);
}

static void every_refusal_has_a_code_of_its_own_and_two_sentences(void **state) {
	GW_UNUSED(state);
	for (int i = 1; i < TSL_REFUSAL_COUNT; i++) {
		enum tsl_refusal why = (enum tsl_refusal)i;
		assert_int_equal(tsl_refusal_of(tsl_refusal_code(why)), why);
		assert_true(strlen(tsl_refusal_sl(why)) > 10 && strlen(tsl_refusal_en(why)) > 10);
	}
	assert_int_equal(tsl_refusal_of("nonsense"), TSL_REFUSAL_COUNT);
	struct tsl_refused refused = {0};
	assert_false(tsl_refuse(&refused, TSL_REFUSED_OLDER, "a\x1b[2J\nb"));
	assert_false(tsl_refuse(&refused, TSL_REFUSED_TYPE, "later"));
	assert_int_equal(refused.why, TSL_REFUSED_OLDER);
	assert_string_equal(refused.detail, "a?[2J?b");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_list_is_read_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(base64_is_right_or_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_unknown_extension_counts_if_it_is_critical, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_took_over_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_status_is_that_of_the_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_of_the_standard_are_known_and_others_are_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(qualifiers_apply_where_the_criteria_are_met, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_qualifier_that_is_not_known_is_told_where_it_may_apply, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_service_is_known_by_its_certificate_or_by_identifier_and_key, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_list_is_judged_by_kind_signer_and_dates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_empty_set_of_pins_lets_nobody_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_record_says_what_the_list_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_record_of_another_form_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_refusal_has_a_code_of_its_own_and_two_sentences, set_up,
						tear_down),
	};
	return cmocka_run_group_tests_name("tsl", tests, NULL, NULL);
}
