/* tests/unit/test_guard_soap.c - SOAP, XOP packages and schemas. */
#include "tests/unit/guard_cases.h"

/* ---- SOAP ---- */

static void demands_a_soap_envelope(void **state) {
	GW_UNUSED(state);
	expect(GUARD_NOT_SOAP, REQ());
	expect(GUARD_NOT_SOAP, "<Envelope><Body/></Envelope>");
	expect(GUARD_NOT_SOAP, "<s:envelope xmlns:s='" FIXTURE_SOAP11 "'/>");
	expect(GUARD_NOT_SOAP, "<s:Body xmlns:s='" FIXTURE_SOAP11 "'>" REQ() "</s:Body>");
	expect(GUARD_OK, "<Envelope xmlns='" FIXTURE_SOAP11 "'><Body>" REQ() "</Body></Envelope>");
}

static void demands_the_version_of_the_media_type(void **state) {
	GW_UNUSED(state);
	expect(GUARD_VERSION, BODY12(REQ()));
	assert_int_equal(out.soap, GUARD_SOAP12);
	expect12(GUARD_VERSION, BODY11(REQ()));
	assert_int_equal(out.soap, GUARD_SOAP11);
	expect(GUARD_VERSION, ENVELOPE("urn:soap:3", "<s:Body>" REQ() "</s:Body>"));
	assert_int_equal(out.soap, GUARD_SOAP11);
	expect(GUARD_OK, BODY11(REQ()));
	assert_int_equal(out.soap, GUARD_SOAP11);
	expect12(GUARD_OK, BODY12(REQ()));
	assert_int_equal(out.soap, GUARD_SOAP12);
	expect12(GUARD_NOT_WELL_FORMED, "");
	assert_int_equal(out.soap, GUARD_SOAP12);
}

static void demands_header_then_body(void **state) {
	static const char *const cases[] = {
		ENVELOPE(FIXTURE_SOAP11, "<s:Body>" REQ() "</s:Body><s:Header/>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Header/><s:Header/><s:Body>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Body>" REQ() "</s:Body><s:Body>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Body>" REQ() "</s:Body><x xmlns='urn:x'/>"),
		ENVELOPE(FIXTURE_SOAP11, "<x xmlns='urn:x'/><s:Body>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:body>" REQ() "</s:body>"),
		ENVELOPE(FIXTURE_SOAP11, "<Body>" REQ() "</Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Fault/>"),
		ENVELOPE(FIXTURE_SOAP11, REQ()),
		ENVELOPE(FIXTURE_SOAP11, "<s:Body xmlns:s='" FIXTURE_SOAP12 "'>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "text<s:Body>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Body>" REQ() "</s:Body>text"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Header>text</s:Header><s:Body>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Header><a/></s:Header><s:Body>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Body id='1'>" REQ() "</s:Body>"),
		ENVELOPE(FIXTURE_SOAP11, "<s:Header id='1'/><s:Body>" REQ() "</s:Body>"),
		"<s:Envelope id='1' xmlns:s='" FIXTURE_SOAP11 "'><s:Body>" REQ() "</s:Body></s:Envelope>",
		ENVELOPE(FIXTURE_SOAP11, "<![CDATA[x]]><s:Body>" REQ() "</s:Body>"),
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		expect(GUARD_ENVELOPE, cases[i]);
	}
	expect(GUARD_OK, ENVELOPE(FIXTURE_SOAP11, "\n<s:Header/>\n<!-- c --><s:Body>\n" REQ() "\n</s:Body>\n"));
	expect(GUARD_OK, ENVELOPE(FIXTURE_SOAP11, "<s:Body xmlns:w='urn:w' w:Id='1'>" REQ() "</s:Body>"));
	expect(GUARD_OK, ENVELOPE(FIXTURE_SOAP11, "<s:Header><w:a xmlns:w='urn:w' b='1'>t<c>u</c></w:a></s:Header>"
						  "<s:Body>" REQ() "</s:Body>"));
}

static void demands_a_body_with_one_child(void **state) {
	GW_UNUSED(state);
	expect(GUARD_NO_BODY, ENVELOPE(FIXTURE_SOAP11, ""));
	expect(GUARD_NO_BODY, ENVELOPE(FIXTURE_SOAP11, "<s:Header/>"));
	expect(GUARD_NO_BODY, "<s:Envelope xmlns:s='" FIXTURE_SOAP11 "'/>");
	expect(GUARD_BODY_EMPTY, BODY11(""));
	expect(GUARD_BODY_EMPTY, BODY11(" <!-- " REQ() " --> "));
	expect(GUARD_BODY_EMPTY, ENVELOPE(FIXTURE_SOAP11, "<s:Body/>"));
	expect(GUARD_BODY_MANY, BODY11(REQ() REQ()));
	expect(GUARD_BODY_MANY, BODY11(REQ() "<x xmlns='urn:x'/>"));
	expect(GUARD_BODY_MANY, BODY11(REQ() "x"));
	expect(GUARD_BODY_MANY, BODY11("x" REQ()));
	expect(GUARD_BODY_MANY, BODY11("x"));
	expect(GUARD_BODY_MANY, BODY11(REQ() "<![CDATA[x]]>"));
	expect(GUARD_BODY_MANY, BODY11(REQ() "&#65;"));
	expect(GUARD_OK, BODY11(" \n<!-- a -->" REQ() "\t<!-- b -->&#32;"));
}

static void demands_the_element_of_the_route(void **state) {
	GW_UNUSED(state);
	expect(GUARD_WRONG_ELEMENT, BODY11("<r:Other xmlns:r='urn:test:1'/>"));
	expect(GUARD_WRONG_ELEMENT, BODY11("<r:Req xmlns:r='urn:test:2'/>"));
	expect(GUARD_WRONG_ELEMENT, BODY11("<Req/>"));
	expect(GUARD_WRONG_ELEMENT, BODY11("<s:Fault/>"));
	expect(GUARD_WRONG_ELEMENT, BODY11(BODY11(REQ())));
	detail_has("{urn:test:1}Req");
	expect(GUARD_OK, BODY11("<Req xmlns='urn:test:1'/>"));
}

#define HEADER11(attributes)                                                                                           \
	ENVELOPE(FIXTURE_SOAP11, "<s:Header><h:H xmlns:h='urn:h' " attributes "/></s:Header><s:Body>" REQ() "</s:Body>")
#define HEADER12(attributes)                                                                                           \
	ENVELOPE(FIXTURE_SOAP12, "<s:Header><h:H xmlns:h='urn:h' " attributes "/></s:Header><s:Body>" REQ() "</s:Body>")

static void refuses_headers_it_must_understand_in_soap_11(void **state) {
	GW_UNUSED(state);
	expect(GUARD_MUST_UNDERSTAND, HEADER11("s:mustUnderstand='1'"));
	detail_has("header block H");
	expect(GUARD_MUST_UNDERSTAND, HEADER11("s:mustUnderstand=' 1 '"));
	expect(GUARD_MUST_UNDERSTAND, HEADER11("s:mustUnderstand='&#49;'"));
	expect(GUARD_MUST_UNDERSTAND, HEADER11("s:mustUnderstand='1' s:actor=''"));
	expect(GUARD_MUST_UNDERSTAND,
	       HEADER11("s:mustUnderstand='1' s:actor='http://schemas.xmlsoap.org/soap/actor/next'"));
	expect(GUARD_MUST_UNDERSTAND, HEADER11("s:mustUnderstand='1' s:role='urn:other'"));
	expect(GUARD_OK, HEADER11("s:mustUnderstand='1' s:actor='urn:other'"));
	expect(GUARD_OK, HEADER11("s:mustUnderstand='0'"));
	expect(GUARD_OK, HEADER11("mustUnderstand='1'"));
	expect(GUARD_OK, HEADER11("xmlns:o='" FIXTURE_SOAP12 "' o:mustUnderstand='1'"));
	expect(GUARD_ENVELOPE, HEADER11("s:mustUnderstand='true'"));
	expect(GUARD_ENVELOPE, HEADER11("s:mustUnderstand='2'"));
	expect(GUARD_ENVELOPE, HEADER11("s:mustUnderstand=''"));
	/* only blocks, not what is in them; the second block counts too */
	expect(GUARD_OK, ENVELOPE(FIXTURE_SOAP11, "<s:Header><h:H xmlns:h='urn:h'><h:I s:mustUnderstand='1'/></h:H>"
						  "</s:Header><s:Body>" REQ() "</s:Body>"));
	expect(GUARD_MUST_UNDERSTAND,
	       ENVELOPE(FIXTURE_SOAP11, "<s:Header><h:H xmlns:h='urn:h'/><h:I xmlns:h='urn:h' s:mustUnderstand='1'/>"
					"</s:Header><s:Body>" REQ() "</s:Body>"));
}

static void refuses_headers_it_must_understand_in_soap_12(void **state) {
	GW_UNUSED(state);
	expect12(GUARD_MUST_UNDERSTAND, HEADER12("s:mustUnderstand='1'"));
	expect12(GUARD_MUST_UNDERSTAND, HEADER12("s:mustUnderstand='true'"));
	expect12(GUARD_MUST_UNDERSTAND, HEADER12("s:mustUnderstand='true' s:role='" FIXTURE_SOAP12 "/role/next'"));
	expect12(GUARD_MUST_UNDERSTAND,
		 HEADER12("s:mustUnderstand='true' s:role='" FIXTURE_SOAP12 "/role/ultimateReceiver'"));
	expect12(GUARD_MUST_UNDERSTAND, HEADER12("s:mustUnderstand='true' s:role=''"));
	expect12(GUARD_OK, HEADER12("s:mustUnderstand='true' s:role='" FIXTURE_SOAP12 "/role/none'"));
	expect12(GUARD_OK, HEADER12("s:mustUnderstand='false'"));
	expect12(GUARD_OK, HEADER12("s:mustUnderstand='0'"));
	expect12(GUARD_ENVELOPE, HEADER12("s:mustUnderstand='yes'"));
}

static void judges_soapaction_in_soap_11(void **state) {
	const char *type = "text/xml", *good = "\"" FIXTURE_ACTION "\"";
	GW_UNUSED(state);
	expect_head(GUARD_OK, type, good, BODY11(REQ()));
	expect_head(GUARD_OK, type, " \"" FIXTURE_ACTION "\"\t", BODY11(REQ()));
	expect_head(GUARD_ACTION_MISSING, type, NULL, BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "", BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "\"", BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "\"\"", BODY11(REQ()));
	expect_head(GUARD_ACTION, type, FIXTURE_ACTION, BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "'" FIXTURE_ACTION "'", BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "\"" FIXTURE_ACTION, BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "\"" FIXTURE_ACTION "x\"", BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "\"urn:test:1/do\"", BODY11(REQ()));
	expect_head(GUARD_ACTION, type, "\"" FIXTURE_ACTION "\", \"" FIXTURE_ACTION "\"", BODY11(REQ()));
	/* no meaning in SOAP 1.1 */
	expect_head(GUARD_OK, "text/xml; action=\"urn:x\"", good, BODY11(REQ()));
}

static void judges_the_action_in_soap_12(void **state) {
	const char *type = "application/soap+xml";
	GW_UNUSED(state);
	expect_head(GUARD_OK, type, NULL, BODY12(REQ()));
	expect_head(GUARD_OK, "application/soap+xml; action=\"" FIXTURE_ACTION "\"; charset=utf-8", NULL,
		    BODY12(REQ()));
	expect_head(GUARD_ACTION, "application/soap+xml; action=\"urn:x\"", NULL, BODY12(REQ()));
	expect_head(GUARD_ACTION, "application/soap+xml; action=\"\"", NULL, BODY12(REQ()));
	expect_head(GUARD_OK, type, "\"" FIXTURE_ACTION "\"", BODY12(REQ()));
	expect_head(GUARD_ACTION, type, "\"urn:x\"", BODY12(REQ()));
	expect_head(GUARD_ACTION, type, "\"\"", BODY12(REQ()));
}

static void demands_a_media_type_of_soap(void **state) {
	const char *action = "\"" FIXTURE_ACTION "\"";
	GW_UNUSED(state);
	expect_head(GUARD_MEDIA_TYPE, NULL, action, BODY11(REQ()));
	assert_int_equal(out.soap, GUARD_SOAP_UNKNOWN);
	expect_head(GUARD_MEDIA_TYPE, "", action, BODY11(REQ()));
	expect_head(GUARD_MEDIA_TYPE, "application/xml", action, BODY11(REQ()));
	expect_head(GUARD_MEDIA_TYPE, "text/xml2", action, BODY11(REQ()));
	expect_head(GUARD_MEDIA_TYPE, "text", action, BODY11(REQ()));
	expect_head(GUARD_MEDIA_TYPE, "text/xml; charset", action, BODY11(REQ()));
	expect_head(GUARD_MEDIA_TYPE, "text/xml; charset=utf-8; charset=utf-16", action, BODY11(REQ()));
	expect_head(GUARD_MEDIA_TYPE, "text/xml, application/soap+xml", action, BODY11(REQ()));
	expect_head(GUARD_OK, "Text/XML;charset=UTF-8", action, BODY11(REQ()));
}

/* ---- XOP ---- */

#define XOP_TYPE(more) "multipart/related; type=\"application/xop+xml\"; boundary=b" more
#define XOP_BODY(type, envelope) "--b\r\nContent-Type: application/xop+xml" type "\r\n\r\n" envelope "\r\n--b--\r\n"

static void reads_an_xop_package(void **state) {
	const char *action = "\"" FIXTURE_ACTION "\"";
	GW_UNUSED(state);
	expect_head(GUARD_OK, XOP_TYPE(), action, XOP_BODY("; type=\"text/xml\"", BODY11(REQ())));
	assert_true(out.xop);
	assert_int_equal(out.soap, GUARD_SOAP11);
	payload_is("<Req xmlns=\"urn:test:1\"></Req>");
	expect_head(GUARD_OK, XOP_TYPE("; start-info=\"application/soap+xml\""), NULL, XOP_BODY("", BODY12(REQ())));
	assert_int_equal(out.soap, GUARD_SOAP12);
	expect_head(GUARD_ACTION_MISSING, XOP_TYPE(), NULL, XOP_BODY("; type=\"text/xml\"", BODY11(REQ())));
	expect_head(GUARD_VERSION, XOP_TYPE(), NULL, XOP_BODY("; type=\"application/soap+xml\"", BODY11(REQ())));
	expect_head(GUARD_UTF16, XOP_TYPE(), NULL, XOP_BODY("; charset=utf-16; type=\"text/xml\"", BODY11(REQ())));
	expect(GUARD_OK, BODY11(REQ()));
	assert_false(out.xop);
}

static void finds_the_action_of_an_xop_package_in_all_three_places(void **state) {
	GW_UNUSED(state);
	const char *plain = XOP_BODY("; type=\"application/soap+xml\"", BODY12(REQ()));
	expect_head(GUARD_OK, XOP_TYPE("; action=\"" FIXTURE_ACTION "\""), NULL, plain);
	expect_head(GUARD_ACTION, XOP_TYPE("; action=\"urn:x\""), NULL, plain);
	expect_head(GUARD_OK, XOP_TYPE(), NULL,
		    XOP_BODY("; type=\"application/soap+xml; action=\\\"" FIXTURE_ACTION "\\\"\"", BODY12(REQ())));
	expect_head(GUARD_ACTION, XOP_TYPE(), NULL,
		    XOP_BODY("; type=\"application/soap+xml; action=\\\"urn:x\\\"\"", BODY12(REQ())));
	expect_head(GUARD_ACTION, XOP_TYPE("; start-info=\"application/soap+xml; action=\\\"urn:x\\\"\""), NULL,
		    XOP_BODY("", BODY12(REQ())));
}

static void refuses_broken_packages(void **state) {
	GW_UNUSED(state);
	expect_head(GUARD_MIME, "multipart/related; type=\"text/xml\"; boundary=b", NULL, XOP_BODY("", BODY11(REQ())));
	assert_true(out.xop);
	expect_head(GUARD_MIME, XOP_TYPE(), NULL, BODY11(REQ()));
	expect_head(GUARD_MIME, XOP_TYPE(), NULL, XOP_BODY("; type=\"image/png\"", BODY11(REQ())));
	expect_head(GUARD_MIME, XOP_TYPE(), NULL, "");
	expect_head(GUARD_NOT_WELL_FORMED, XOP_TYPE(), NULL, XOP_BODY("; type=\"text/xml\"", ""));
}

static void refuses_binary_data(void **state) {
	const char *action = "\"" FIXTURE_ACTION "\"";
	GW_UNUSED(state);
	expect_head(GUARD_XOP, XOP_TYPE(), action,
		    "--b\r\nContent-Type: application/xop+xml; type=\"text/xml\"\r\n\r\n" BODY11(
			    REQ()) "\r\n--b\r\n\r\nx\r\n--b--");
	expect_head(GUARD_XOP, XOP_TYPE(), action,
		    XOP_BODY("; type=\"text/xml\"",
			     BODY11(REQ("<x:Include "
					"xmlns:x='http://www.w3.org/2004/08/xop/include' href='cid:a'/>"))));
	expect_head(GUARD_INVALID, "text/xml", action, BODY11(REQ("<x:Include xmlns:x='urn:x'/>")));
	expect(GUARD_INVALID, BODY11(REQ("<r:maticna><x/></r:maticna>")));
	expect(GUARD_XOP, BODY11(REQ("<x:Include xmlns:x='http://www.w3.org/2004/08/xop/include' href='cid:a'/>")));
}

/* ---- XSD ---- */

static void demands_validity(void **state) {
	static const char *const cases[] = {
		REQ("<r:emso>1</r:emso>"),
		REQ("<r:emso>010100650000\xD9\xA0</r:emso>"), /* an Arabic digit */
		REQ("<r:emso> 0101006500006 </r:emso>"),
		REQ("<r:emso/>"),
		REQ("<r:emso>0101006500006</r:emso><r:emso>0101006500006</r:emso>"),
		REQ("<r:namen>a</r:namen><r:emso>0101006500006</r:emso>"),
		REQ("<emso>0101006500006</emso>"),
		REQ("<q:emso xmlns:q='urn:q'>0101006500006</q:emso>"),
		REQ("text"),
		REQ("<![CDATA[text]]>"),
		REQ("<r:vrsta>C</r:vrsta>"),
		REQ("<r:stavba><r:ko>0</r:ko></r:stavba>"),
		REQ("<r:stavba><r:ko>10</r:ko></r:stavba>"),
		REQ("<r:kratko>\xC4\x8D\xC4\x8D\xC4\x8D\xC4\x8D</r:kratko>"),
		REQ("<r:datum>2026-02-30</r:datum>"),
		REQ("<r:opomba e='1'/>"),
		REQ("<r:opomba xml:lang='sl'/>"),
		REQ("<r:opomba xml:base='http://x'/>"),
		REQ("<r:opomba d='&amp;&amp;&amp;&amp;'/>"),
		"<r:Req xmlns:r='urn:test:1' a='1'/>",
		REQ("<s:Envelope/>"),
		REQ("<r:opomba xmlns:t='urn:te&amp;#9;' t:oznaka='x'/>"), /* found by the fuzzer */
		REQ("<x xmlns='urn:a&amp;b'/>"),
		REQ("<r:emso><r:namen>a</r:namen></r:emso>"),
		REQ("<r:Req/>"),
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		char body[1024];
		snprintf(body, sizeof(body), OPEN11 "%s" CLOSE11, cases[i]);
		expect(GUARD_INVALID, body);
	}
	expect(GUARD_OK, BODY11(REQ(EMSO "<r:vrsta>A</r:vrsta><r:kratko>\xC4\x8D\xC4\x8D\xC4\x8D</r:kratko>"
					 "<r:datum>2026-02-28</r:datum><r:opomba d='&amp;&amp;&amp;'/>")));
	expect(GUARD_OK, BODY11(REQ("<r:stavba><r:ko>9</r:ko></r:stavba>")));
}

static void resolves_xsi_type_and_refuses_foreign_types(void **state) {
	GW_UNUSED(state);
	expect(GUARD_OK, BODY11(REQ("<r:oseba " XSI " xsi:type='r:Oseba'><r:ime>a</r:ime></r:oseba>")));
	payload_is("<Req xmlns=\"urn:test:1\"><oseba xmlns:n1=\"http://www.w3.org/2001/XMLSchema-instance\" "
		   "xmlns:t1=\"urn:test:1\" n1:type=\"t1:Oseba\"><ime>a</ime></oseba></Req>");
	expect(GUARD_OK, BODY11("<Req xmlns='urn:test:1'><oseba " XSI " xsi:type='\n Direktor '><ime>a</ime>"
				"<naziv>b</naziv></oseba></Req>"));
	expect(GUARD_INVALID, BODY11(REQ("<r:oseba " XSI " xsi:type='r:Direktor'><r:ime>a</r:ime></r:oseba>")));
	expect(GUARD_INVALID, BODY11(REQ("<r:oseba " XSI " xsi:type='r:Tuj'><r:karkoli>a</r:karkoli></r:oseba>")));
	detail_has("cvc-elt.4.3");
	expect(GUARD_INVALID, BODY11(REQ("<r:oseba " XSI " xsi:type='r:Ni'><r:ime>a</r:ime></r:oseba>")));
	/* a prefix that means another namespace here than outside */
	expect(GUARD_INVALID, BODY11(REQ("<r:oseba " XSI " xmlns:q='urn:test:1' xsi:type='q:Oseba'><r:ime>a</r:ime>"
					 "</r:oseba><r:oseba " XSI " xmlns:q='urn:q' xsi:type='q:Oseba'/>")));
	expect(GUARD_OK, BODY11("<r:Req xmlns:r='urn:test:1' xmlns:q='urn:q'><r:oseba " XSI " xmlns:q='urn:test:1' "
				"xsi:type='q:Oseba'><r:ime>a</r:ime></r:oseba></r:Req>"));
	expect(GUARD_INVALID,
	       BODY11("<r:Req xmlns:r='urn:test:1' xmlns:q='urn:test:1'><r:oseba " XSI " xmlns:q='urn:q' "
		      "xsi:type='q:Oseba'><r:ime>a</r:ime></r:oseba></r:Req>"));
	expect(GUARD_INVALID, BODY11(REQ("<r:oseba " XSI " xmlns='' xsi:type='Oseba'><r:ime>a</r:ime></r:oseba>")));
	static const char *const types[] = {"q:Oseba", "Oseba", "", ":Oseba", "r:", "r:a:b", "xs:anyType"};
	for (size_t i = 0; i < GW_COUNT(types); i++) {
		char body[512];
		snprintf(body, sizeof(body), OPEN11 REQ("<r:oseba %s xsi:type='%s'><r:ime>a</r:ime></r:oseba>") CLOSE11,
			 XSI, types[i]);
		expect(GUARD_INVALID, body);
	}
#define XS "xmlns:xs='http://www.w3.org/2001/XMLSchema'"
	expect(GUARD_INVALID, BODY11(REQ("<r:emso " XSI " " XS " xsi:type='xs:string'>x</r:emso>")));
	expect(GUARD_INVALID, BODY11(REQ("<r:emso " XSI " " XS " xsi:type='xs:anyType'>x</r:emso>")));
	expect(GUARD_INVALID,
	       BODY11("<r:Req xmlns:r='urn:test:1' " XSI " " XS " xsi:type='xs:anyType'><r:x/></r:Req>"));
	expect(GUARD_INVALID,
	       BODY11("<r:Req xmlns:r='urn:test:1' " XSI " xsi:type='r:Oseba'><r:ime>a</r:ime></r:Req>"));
}

static void keeps_xsi_nil_and_drops_schema_hints(void **state) {
	GW_UNUSED(state);
	expect(GUARD_OK,
	       BODY11("<r:Req xmlns:r='urn:test:1' " XSI " xsi:schemaLocation='urn:test:1 http://127.0.0.1:1/a'>"
		      "<r:opomba xsi:noNamespaceSchemaLocation='b' xsi:nil='true' a='1'/></r:Req>"));
	payload_is("<Req xmlns=\"urn:test:1\"><opomba xmlns:n1=\"http://www.w3.org/2001/XMLSchema-instance\" "
		   "n1:nil=\"true\" a=\"1\"></opomba></Req>");
	expect(GUARD_INVALID, BODY11(REQ("<r:emso " XSI " xsi:nil='true'/>")));
	expect(GUARD_INVALID, BODY11(REQ("<r:opomba " XSI " xsi:nil='true'>x</r:opomba>")));
}

static void tells_element_and_rule_but_no_value(void **state) {
	GW_UNUSED(state);
	expect(GUARD_INVALID, BODY11(REQ("<r:stavba><r:ko>SECRET</r:ko></r:stavba>")));
	assert_string_equal(out.detail, "/Req/stavba/ko: cvc-datatype-valid.1.2.1");
	expect(GUARD_INVALID, BODY11(REQ("<r:emso>SECRET</r:emso>")));
	assert_string_equal(out.detail, "/Req/emso: cvc-pattern-valid");
	expect(GUARD_INVALID, BODY11(REQ("<r:stavba/><r:e0101006500006/>")));
	detail_has("/Req/?: cvc-complex-type.2.4");
	expect(GUARD_INVALID, BODY11(REQ("<r:oseba></r:oseba>")));
	detail_has("/Req/oseba: cvc-complex-type.2.4");
	expect(GUARD_NOT_WELL_FORMED, BODY11(REQ("&SECRET;")));
	detail_lacks("SECRET");
	detail_has("line 1: an entity");
	expect(GUARD_NOT_WELL_FORMED, "<a>\n\n</SECRET>");
	detail_lacks("SECRET");
	detail_has("line 3");
}

static void cuts_the_detail_at_a_whole_character(void **state) {
	char body[2048], name[256] = "";
	GW_UNUSED(state);
	for (size_t i = 0; i < 100; i++) {
		memcpy(name + 2 * i, "\xC4\x8D", 3);
	}
	for (size_t pad = 0; pad < 4; pad++) {
		snprintf(body, sizeof(body), OPEN11 REQ("<r:%.*s%s/>") CLOSE11, (int)pad, "aaaa", name);
		expect(GUARD_INVALID, body);
		size_t n = strlen(out.detail);
		assert_true(n < sizeof(out.detail));
		snprintf(body, sizeof(body), BODY11(REQ("<r:maticna>%s</r:maticna>")), out.detail);
		expect(GUARD_OK, body);
		snprintf(body, sizeof(body),
			 ENVELOPE(FIXTURE_SOAP11,
				  "<s:Header><h:%.*s%s xmlns:h='urn:h' s:mustUnderstand='1'/></s:Header>"),
			 (int)pad, "aaaa", name);
		expect(GUARD_MUST_UNDERSTAND, body);
		snprintf(body, sizeof(body), BODY11(REQ("<r:maticna>%s</r:maticna>")), out.detail);
		expect(GUARD_OK, body);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(demands_a_soap_envelope),
		cmocka_unit_test(demands_the_version_of_the_media_type),
		cmocka_unit_test(demands_header_then_body),
		cmocka_unit_test(demands_a_body_with_one_child),
		cmocka_unit_test(demands_the_element_of_the_route),
		cmocka_unit_test(refuses_headers_it_must_understand_in_soap_11),
		cmocka_unit_test(refuses_headers_it_must_understand_in_soap_12),
		cmocka_unit_test(judges_soapaction_in_soap_11),
		cmocka_unit_test(judges_the_action_in_soap_12),
		cmocka_unit_test(demands_a_media_type_of_soap),
		cmocka_unit_test(reads_an_xop_package),
		cmocka_unit_test(finds_the_action_of_an_xop_package_in_all_three_places),
		cmocka_unit_test(refuses_broken_packages),
		cmocka_unit_test(refuses_binary_data),
		cmocka_unit_test(demands_validity),
		cmocka_unit_test(resolves_xsi_type_and_refuses_foreign_types),
		cmocka_unit_test(keeps_xsi_nil_and_drops_schema_hints),
		cmocka_unit_test(tells_element_and_rule_but_no_value),
		cmocka_unit_test(cuts_the_detail_at_a_whole_character),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
