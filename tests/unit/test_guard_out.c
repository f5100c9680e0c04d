/* tests/unit/test_guard_out.c - what is forwarded, the set of schemas, the real contracts. */
#include <pthread.h>

#include "tests/unit/guard_cases.h"

#ifndef WSDL_DIR
#define WSDL_DIR "wsdl"
#endif
#ifndef REQUESTS_DIR
#define REQUESTS_DIR "samples/requests"
#endif

/* ---- what is forwarded ---- */

static void writes_the_payload_anew(void **state) {
	GW_UNUSED(state);
	expect(GUARD_OK,
	       BODY11("<!-- a --><r:Req xmlns:r='urn:test:1' xmlns:unused='urn:u'><!-- b -->\n"
		      "<r:maticna>1<!-- c -->2<![CDATA[<&>]]>&lt;&#13;&#x10D;\"'\r\n\t</r:maticna>"
		      "<r:opomba b=\"&quot;'&lt;&amp;>&#9;&#10;&#13;\" a='x\ny' " TYPES " t:oznaka='q'/></r:Req>"));
	payload_is("<Req xmlns=\"urn:test:1\">\n<maticna>12&lt;&amp;&gt;&lt;&#13;\xC4\x8D\"'\n\t</maticna>"
		   "<opomba b=\"&quot;'&lt;&amp;&gt;&#9;&#10;&#13;\" a=\"x y\" xmlns:n3=\"urn:test:types:1\" "
		   "n3:oznaka=\"q\"></opomba></Req>");
	assert_int_equal(out.insert_at, strlen("<Req xmlns=\"urn:test:1\">"));
	expect(GUARD_OK, ENVELOPE(FIXTURE_SOAP11, "<s:Header><h:X xmlns:h='urn:h'>secret</h:X></s:Header><s:Body>"
						  "<Req xmlns='urn:test:1'/></s:Body>"));
	payload_is("<Req xmlns=\"urn:test:1\"></Req>");
	assert_int_equal(out.insert_at, strlen("<Req xmlns=\"urn:test:1\">"));
}

/* What is written is XSD-valid and self-contained also when it is judged once more. */
static void writes_the_same_bytes_the_second_time(void **state) {
	char first[2048], again[3072];
	GW_UNUSED(state);
	expect(GUARD_OK,
	       BODY11(REQ(EMSO "<r:davcna> a\t b </r:davcna><r:oseba " XSI " xsi:type='r:Direktor'><r:ime>"
			       "&amp;lt;</r:ime><r:naziv/></r:oseba><r:opomba " TYPES " a='1' t:oznaka='&#13;'/>")));
	snprintf(first, sizeof(first), "%.*s", (int)out.payload.n, out.payload.p);
	snprintf(again, sizeof(again), OPEN11 "%s" CLOSE11, first);
	expect(GUARD_OK, again);
	payload_is(first);
}

static void field_is(size_t i, enum guard_field_kind kind, const char *value) {
	assert_true(i < out.field_count);
	assert_int_equal(out.fields[i].kind, kind);
	assert_int_equal(out.fields[i].value.n, strlen(value));
	assert_memory_equal(out.fields[i].value.p, value, strlen(value));
}

static void collects_the_watched_fields(void **state) {
	GW_UNUSED(state);
	expect(GUARD_OK, BODY11(REQ("<r:emso>010100<!-- x -->65<![CDATA[0000]]>&#54;</r:emso><r:maticna/>"
				    "<r:davcna>\n 12  "
				    "34\t</r:davcna><r:namen>N</r:namen><r:stavba><r:ko>1</r:ko></r:stavba>"
				    "<r:stavba/><r:opomba>emso</r:opomba>")));
	assert_int_equal(out.field_count, 6);
	field_is(0, GUARD_FIELD_EMSO, "0101006500006");
	field_is(1, GUARD_FIELD_MATICNA, "");
	field_is(2, GUARD_FIELD_DAVCNA, "12 34");
	field_is(3, GUARD_FIELD_NAMEN, "N");
	field_is(4, GUARD_FIELD_STAVBA, "");
	field_is(5, GUARD_FIELD_STAVBA, "");
	expect(GUARD_OK, BODY11(REQ()));
	assert_int_equal(out.field_count, 0);
	expect(GUARD_INVALID, BODY11(REQ("<r:maticna><r:namen>a</r:namen></r:maticna>")));
	detail_has("element inside a value");
	/* in a header or a comment they are nothing */
	expect(GUARD_OK,
	       ENVELOPE(FIXTURE_SOAP11, "<s:Header><r:emso xmlns:r='urn:test:1'>1</r:emso></s:Header><s:Body>" REQ(
						"<!--" EMSO "-->") "</s:Body>"));
	assert_int_equal(out.field_count, 0);
}

/* ---- the set, the verdicts ---- */

static void refuses_to_load_a_broken_schema(void **state) {
	struct guard_set *set = NULL;
	struct guard_service service = wide.service;
	char path[128];
	GW_UNUSED(state);
	static const char *const broken[] = {
		"",
		"<xs:schema",
		"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='Req' "
		"type='nope'/></xs:schema>",
		"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:test:1'>"
		"<xs:import namespace='urn:gone' schemaLocation='gone.xsd'/><xs:element "
		"name='Req'/></xs:schema>",
		"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:test:1'>"
		"<xs:element name='Else'/></xs:schema>",
	};
	snprintf(path, sizeof(path), "%s/broken.xsd", wide.dir);
	service.xsd_path = path;
	for (size_t i = 0; i < GW_COUNT(broken); i++) {
		struct gw_err err = {0};
		assert_int_equal(fixture_write(path, broken[i]), 0);
		assert_int_equal(guard_set_load(&service, 1, &guard_default_limits, &set, &err), GW_E_CONFIG);
		assert_null(set);
		assert_true(err.msg[0] != '\0');
	}
	unlink(path);
	struct gw_err err = {0};
	assert_int_equal(guard_set_load(&service, 1, &guard_default_limits, &set, &err), GW_E_CONFIG);
	assert_int_equal(guard_set_load(&service, 1, &guard_default_limits, &set, NULL), GW_E_CONFIG);
	assert_int_equal(guard_set_load(&wide.service, 1, &guard_default_limits, &set, &err), GW_OK);
	guard_set_free(set);
}

static void zero_limits_allow_nothing(void **state) {
	struct guard_limits zero = {0};
	struct guard_set *set = NULL;
	struct guard *g = NULL;
	GW_UNUSED(state);
	enum gw_code rc = guard_set_load(&wide.service, 1, &zero, &set, NULL);
	if (rc == GW_OK) {
		assert_int_equal(guard_new(set, &g, NULL), GW_OK);
		struct guard_in in = fixture_in(&wide, false, gw_span_of(BODY11(REQ())));
		guard_check(g, &in, &out);
		assert_int_not_equal(out.verdict, GUARD_OK);
	}
	guard_free(g);
	guard_set_free(set);
	guard_free(NULL);
	guard_set_free(NULL);
}

static void decides_nothing_for_a_service_that_is_not_the_index(void **state) {
	struct guard_service other = wide.service;
	struct guard_in in = fixture_in(&wide, false, gw_span_of(BODY11(REQ())));
	GW_UNUSED(state);
	in.service_index = 1;
	guard_check(wide.guard, &in, &out);
	judged(GUARD_UNDECIDED, "index 1");
	in.service_index = 0;
	other.element = "Other";
	in.service = &other;
	guard_check(wide.guard, &in, &out);
	judged(GUARD_UNDECIDED, "other service");
	in.service = NULL;
	guard_check(wide.guard, &in, &out);
	judged(GUARD_OK, "service of the index");
}

static void gives_every_verdict_a_name_of_its_own(void **state) {
	GW_UNUSED(state);
	for (int a = GUARD_UNDECIDED; a <= GUARD_NOMEM; a++) {
		const char *name = guard_verdict_name((enum guard_verdict)a);
		assert_true(name && strcmp(name, "unknown") != 0);
		for (int b = GUARD_UNDECIDED; b < a; b++) {
			assert_string_not_equal(name, guard_verdict_name((enum guard_verdict)b));
		}
	}
	assert_string_equal(guard_verdict_name((enum guard_verdict)999), "unknown");
	assert_string_equal(guard_verdict_name(GUARD_DEPTH), "xml_depth");
}

static void *hammer(void *set) {
	struct guard *g = NULL;
	struct guard_out mine;
	size_t bad = guard_new(set, &g, NULL) != GW_OK;
	for (size_t i = 0; g && i < 500; i++) {
		bool good = i % 2;
		const char *body = good ? BODY11(REQ(EMSO)) : BODY11(REQ("<r:emso>x</r:emso>"));
		struct guard_in in = fixture_in(&wide, false, gw_span_of(body));
		guard_check(g, &in, &mine);
		bad += mine.verdict != (good ? GUARD_OK : GUARD_INVALID);
	}
	guard_free(g);
	return bad ? set : NULL;
}

static void shares_one_set_between_threads(void **state) {
	pthread_t threads[4];
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(threads); i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, wide.set), 0);
	}
	for (size_t i = 0; i < GW_COUNT(threads); i++) {
		void *bad = NULL;
		pthread_join(threads[i], &bad);
		assert_null(bad);
	}
}

/* ---- the real contracts ---- */

static const struct {
	const char *file, *xsd, *ns, *element;
} contracts[] = {
	{"1000", "ezk", "urn:esodstvo:ezk:1", "ZahtevekRequest"},
	{"1001", "ezk", "urn:esodstvo:ezk:1", "RedniIzpisGovRequest"},
	{"1002", "ezk", "urn:esodstvo:ezk:1", "RedniIzpisGovRequest"},
	{"1003", "ezk", "urn:esodstvo:ezk:1", "IskanjePoImetnikuGovRequest"},
	{"1004", "ezk", "urn:esodstvo:ezk:1", "PodatkiNepremicnineGovRequest"},
	{"1005", "ezk", "urn:esodstvo:ezk:1", "PodatkiNepremicnineGovRequest"},
	{"1006", "ezk", "urn:esodstvo:ezk:1", "EnakPravniPolozajGovRequest"},
	{"1007", "ezk", "urn:esodstvo:ezk:1", "ZahtevekGovRequest"},
	{"1008", "ezk", "urn:esodstvo:ezk:1", "Op1ZaImetnikeGovRequest"},
	{"1101", "ezk", "urn:esodstvo:ezk:1", "ZahtevekRequest"},
	{"1102", "ezk", "urn:esodstvo:ezk:1", "ZahtevekRequest"},
	{"1103", "ezk", "urn:esodstvo:ezk:1", "IzpisZaStavboRequest"},
	{"1201", "eins", "urn:esodstvo:eins:1", "GetOdprtiPostopkiRequest"},
	{"1202", "eins", "urn:esodstvo:eins:1", "GetPodatkiOZadeviRequest"},
	{"1203", "eins", "urn:esodstvo:eins:1", "GetOdprtiPostopkZaDSRequest"},
};

static struct gw_span read_sample(const char *file, const char *suffix, char *bytes, size_t size) {
	char path[256];
	snprintf(path, sizeof(path), REQUESTS_DIR "/%s%s.xml", file, suffix);
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(bytes, 1, size, f) : 0;
	if (f) {
		fclose(f);
	}
	return (struct gw_span){bytes, n};
}

static void passes_the_sample_requests_of_the_contracts(void **state) {
	struct guard_service services[GW_COUNT(contracts)];
	char paths[GW_COUNT(contracts)][256], bytes[8192];
	struct gw_err err = {0};
	struct guard_set *set = NULL;
	struct guard *g = NULL;
	GW_UNUSED(state);
	if (access(WSDL_DIR "/ezk.xsd", R_OK) != 0) {
		skip();
	}
	for (size_t i = 0; i < GW_COUNT(contracts); i++) {
		snprintf(paths[i], sizeof(paths[i]), WSDL_DIR "/%s.xsd", contracts[i].xsd);
		services[i] = (struct guard_service){paths[i], contracts[i].ns, contracts[i].element, "urn:a", false};
	}
	if (guard_set_load(services, GW_COUNT(contracts), &guard_default_limits, &set, &err) != GW_OK) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(guard_new(set, &g, NULL), GW_OK);
	for (size_t i = 0; i < 2 * GW_COUNT(contracts); i++) {
		bool soap12 = i % 2;
		struct gw_span body = read_sample(contracts[i / 2].file, soap12 ? "-12" : "", bytes, sizeof(bytes));
		struct guard_in in = {NULL, i / 2, gw_span_of(soap12 ? "application/soap+xml" : "text/xml"),
				      gw_span_of("\"urn:a\""), body};
		if (body.n > 0) {
			guard_check(g, &in, &out);
			judged(GUARD_OK, contracts[i / 2].file);
		}
	}
	guard_free(g);
	guard_set_free(set);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_payload_anew),
		cmocka_unit_test(writes_the_same_bytes_the_second_time),
		cmocka_unit_test(collects_the_watched_fields),
		cmocka_unit_test(refuses_to_load_a_broken_schema),
		cmocka_unit_test(zero_limits_allow_nothing),
		cmocka_unit_test(decides_nothing_for_a_service_that_is_not_the_index),
		cmocka_unit_test(gives_every_verdict_a_name_of_its_own),
		cmocka_unit_test(shares_one_set_between_threads),
		cmocka_unit_test(passes_the_sample_requests_of_the_contracts),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
