/* tests/unit/test_guard.c - every verdict of the guard: its refusals, and beside them what passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "tests/unit/guard_fixture.h"

#define XSI "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
#define TYPES "xmlns:t=\"urn:test:types:1\""
#define EMSO "<r:emso>0101006500006</r:emso>"
#define TEN "0123456789"
#ifndef WSDL_DIR
#define WSDL_DIR "wsdl"
#endif
#ifndef REQUESTS_DIR
#define REQUESTS_DIR "samples/requests"
#endif

/* Small enough to write the cases at the limit and one over it by hand. */
static const struct guard_limits small = {
	.depth = 5,
	.elements = 8,
	.attributes_per_element = 3,
	.attributes = 5,
	.namespaces_per_element = 3,
	.namespaces = 5,
	.name_bytes = 20,
	.text_bytes = 50,
	.out_bytes = 220,
};

static struct fixture wide, narrow;
static struct guard_out out;

static int open_all(void **state) {
	GW_UNUSED(state);
	return fixture_open(&wide, &guard_default_limits) || fixture_open(&narrow, &small);
}

static int close_all(void **state) {
	GW_UNUSED(state);
	fixture_close(&wide);
	fixture_close(&narrow);
	return 0;
}

static void judged(enum guard_verdict wanted, const char *text) {
	if (out.verdict != wanted) {
		fail_msg("%s (%s) instead of %s: %.400s", guard_verdict_name(out.verdict), out.detail,
			 guard_verdict_name(wanted), text);
	}
	if (wanted != GUARD_OK) {
		assert_int_equal(out.payload.n, 0);
		assert_int_equal(out.field_count, 0);
	}
}

static void expect_in(struct fixture *f, enum guard_verdict wanted, bool soap12, struct gw_span body) {
	struct guard_in in = fixture_in(f, soap12, body);
	guard_check(f->guard, &in, &out);
	judged(wanted, body.p);
}

static void expect(enum guard_verdict wanted, const char *body) {
	expect_in(&wide, wanted, false, gw_span_of(body));
}

static void expect12(enum guard_verdict wanted, const char *body) {
	expect_in(&wide, wanted, true, gw_span_of(body));
}

static void expect_narrow(enum guard_verdict wanted, const char *body) {
	expect_in(&narrow, wanted, false, gw_span_of(body));
}

static void expect_head(enum guard_verdict wanted, const char *type, const char *action, const char *body) {
	struct guard_in in = {&wide.service, 0, gw_span_of(type), gw_span_of(action), gw_span_of(body)};
	guard_check(wide.guard, &in, &out);
	judged(wanted, type ? type : "(no type)");
}

static void payload_is(const char *wanted) {
	char got[4096];
	snprintf(got, sizeof(got), "%.*s", (int)out.payload.n, out.payload.p);
	assert_string_equal(got, wanted);
}

static void detail_has(const char *text) {
	if (!strstr(out.detail, text)) {
		fail_msg("'%s' lacks '%s'", out.detail, text);
	}
}

static void detail_lacks(const char *text) {
	if (strstr(out.detail, text)) {
		fail_msg("'%s' tells '%s'", out.detail, text);
	}
}

/* ---- what is not XML ---- */

static const char *const not_well_formed[] = {
	"",
	" ",
	"x",
	"{\"json\":1}",
	"<",
	"<a",
	"<a>",
	"</a>",
	"<!-- only a comment -->",
	BODY11(REQ("<r:emso>1</r:namen>")),
	BODY11(REQ("<r:emso>")),
	BODY11(REQ("&undefined;")),
	BODY11(REQ("&")),
	BODY11(REQ("& b")),
	BODY11(REQ("&#0;")),
	BODY11(REQ("&#x0;")),
	BODY11(REQ("&#8;")),
	BODY11(REQ("&#xD800;")),
	BODY11(REQ("&#xFFFE;")),
	BODY11(REQ("&#x110000;")),
	BODY11(REQ("&#4294967361;")),
	BODY11(REQ("&#xg;")),
	BODY11(REQ("a]]>b")),
	BODY11(REQ("<![CDATA[x")),
	BODY11(REQ("<![cdata[x]]>")),
	BODY11(REQ("<!-- a -- b -->")),
	BODY11(REQ("<!-- a --->")),
	BODY11(REQ("<!-- a ")),
	BODY11(REQ("<!ELEMENT x ANY>")),
	BODY11(REQ("<r:emso a=1/>")),
	BODY11(REQ("<r:emso a/>")),
	BODY11(REQ("<r:emso a='1'b='2'/>")),
	BODY11(REQ("<r:emso a='1' a='2'/>")),
	BODY11(REQ("<r:emso a='<'/>")),
	BODY11(REQ("<r:emso a='&b;'/>")),
	BODY11(REQ("<r:emso / >")),
	BODY11(REQ("< r:emso/>")),
	BODY11(REQ("<1/>")),
	BODY11(REQ("<r:emso></ r:emso>")),
	BODY11(REQ("\x01")),
	BODY11(REQ("\x1f")),
	BODY11(REQ()) "<b/>",
	BODY11(REQ()) "text",
	BODY11(REQ()) "</s:Envelope>",
	"text" BODY11(REQ()),
	"<![CDATA[]]>" BODY11(REQ()),
	BODY11(REQ()) "<![CDATA[]]>",
	BODY11(REQ()) "&amp;",
};

static void refuses_what_is_not_well_formed(void **state) {
	GW_UNUSED(state);
	expect(GUARD_OK, BODY11(REQ()));
	for (size_t i = 0; i < GW_COUNT(not_well_formed); i++) {
		expect(GUARD_NOT_WELL_FORMED, not_well_formed[i]);
	}
	expect(GUARD_NOT_WELL_FORMED, BODY11(REQ("<r:emso a='1'b='2'/>")));
	detail_has("not closed");
}

/* Not well-formed beats what SOAP's rules say of the part before the fault. */
static void calls_a_broken_document_broken_wherever_the_fault_lies(void **state) {
	GW_UNUSED(state);
	expect(GUARD_NOT_SOAP, "<a></a>");
	expect(GUARD_NOT_WELL_FORMED, "<a></b>");
	expect(GUARD_NOT_WELL_FORMED, BODY12("<x/></y>"));
	expect(GUARD_NOT_WELL_FORMED, BODY11(REQ() REQ()) "&amp;");
	expect(GUARD_NOT_NS_WELL_FORMED, "<a><q:b/></a>");
}

static void refuses_bytes_that_are_not_utf8(void **state) {
	static const char *const cases[] = {
		"\x80",
		"\xC0\x80",
		"\xC1\x81",
		"\xC5",
		"\xE0\x80\x80",
		"\xED\xA0\x80",
		"\xEF\xBF\xBE",
		"\xEF\xBF\xBF",
		"\xF0\x80\x80\x80",
		"\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80",
		"\xFF",
		"\xE8",
	};
	static const char *const good[] = {"\xC4\x8D", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBD", "\x7F", "\xC2\x85"};
	char body[512];
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		snprintf(body, sizeof(body), BODY11(REQ("<r:maticna>%s</r:maticna>")), cases[i]);
		expect(GUARD_NOT_WELL_FORMED, body);
		detail_has("not a character"); /* our own words: libxml2 is the second line */
		snprintf(body, sizeof(body), BODY11(REQ("<!-- %s -->")), cases[i]);
		expect(GUARD_NOT_WELL_FORMED, body);
		detail_has("not a character");
	}
	for (size_t i = 0; i < GW_COUNT(good); i++) {
		snprintf(body, sizeof(body), BODY11(REQ("<r:maticna>%s</r:maticna>")), good[i]);
		expect(GUARD_OK, body);
	}
}

/* libxml2 takes a NUL for the end of the document */
static void refuses_a_nul_and_what_follows_it(void **state) {
	static const char behind[] = BODY11(REQ()) "\0<evil/>";
	static const char inside[] = BODY11(REQ("\0"));
	GW_UNUSED(state);
	expect_in(&wide, GUARD_NOT_WELL_FORMED, false, (struct gw_span){behind, sizeof(behind) - 1});
	expect_in(&wide, GUARD_NOT_WELL_FORMED, false, (struct gw_span){inside, sizeof(inside) - 1});
	expect_in(&wide, GUARD_NOT_WELL_FORMED, false, (struct gw_span){NULL, 0});
}

static void judges_the_xml_declaration(void **state) {
	GW_UNUSED(state);
	expect(GUARD_OK, "<?xml version=\"1.0\"?>" BODY11(REQ()));
	expect(GUARD_OK, "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n<!-- a -->\n" BODY11(REQ()));
	expect(GUARD_OK, "<?xml\tversion = '1.0'\r\n encoding = \"UTF-8\" ?>" BODY11(REQ()) "\n<!-- b -->\n");
	expect(GUARD_OK, "\n " BODY11(REQ()) "\n");
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.1\"?>" BODY11(REQ()));
	detail_has("only XML 1.0");
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"2.0\"?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml encoding=\"UTF-8\"?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.0\" standalone=\"maybe\"?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.0\" standalone=\"no\" encoding=\"UTF-8\"?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.0\"encoding=\"UTF-8\"?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.0\" encoding=\"\"?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.0\" encoding=\"UTF-8'?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.0\" ? >" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "\n<?xml version=\"1.0\"?>" BODY11(REQ()));
	detail_has("not the very first");
	expect(GUARD_NOT_WELL_FORMED, "<?xml version=\"1.0\"?><?xml version=\"1.0\"?>" BODY11(REQ()));
}

static void accepts_one_byte_order_mark(void **state) {
	GW_UNUSED(state);
	expect(GUARD_OK, "\xEF\xBB\xBF" BODY11(REQ()));
	expect(GUARD_OK, "\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?>" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "\xEF\xBB\xBF\xEF\xBB\xBF" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "<?xml version='1.0'?>\xEF\xBB\xBF" BODY11(REQ()));
	expect(GUARD_NOT_WELL_FORMED, "\n\xEF\xBB\xBF" BODY11(REQ()));
}

static void refuses_other_encodings(void **state) {
	GW_UNUSED(state);
	expect(GUARD_ENCODING, "<?xml version='1.0' encoding='ISO-8859-2'?>" BODY11(REQ()));
	expect(GUARD_ENCODING, "<?xml version='1.0' encoding='windows-1250'?>" BODY11(REQ()));
	expect(GUARD_ENCODING, "<?xml version='1.0' encoding='utf-7'?>" BODY11(REQ()));
	expect(GUARD_ENCODING, "<?xml version='1.0' encoding='UTF-16'?>" BODY11(REQ()));
	expect(GUARD_ENCODING, "<?xml version='1.0' encoding='no-such'?>" BODY11(REQ()));
	expect(GUARD_ENCODING, "Lo\xA7\x94\x40");
	expect(GUARD_OK, "<?xml version='1.0' encoding='US-ASCII'?>" BODY11(REQ("<r:maticna>c</r:maticna>")));
	expect(GUARD_ENCODING,
	       "<?xml version='1.0' encoding='US-ASCII'?>" BODY11(REQ("<r:maticna>\xC4\x8D</r:maticna>")));
	const char *action = "\"" FIXTURE_ACTION "\"";
	expect_head(GUARD_ENCODING, "text/xml; charset=iso-8859-1", action, BODY11(REQ()));
	expect_head(GUARD_ENCODING, "text/xml; charset=\"\"", action, BODY11(REQ()));
	expect_head(GUARD_ENCODING, "text/xml; charset=us-ascii", action, BODY11(REQ("\xC4\x8D")));
	expect_head(GUARD_OK, "text/xml; charset=us-ascii", action, BODY11(REQ()));
	expect_head(GUARD_OK, "text/xml; charset=\"UTF-8\"", action, BODY11(REQ()));
}

static void refuses_utf16_and_utf32(void **state) {
	static const struct gw_span cases[] = {
		{"\xFE\xFF\0<", 4}, {"\xFF\xFE<\0", 4},	 {"\0<\0?", 4},	      {"<\0?\0", 4},   {"\0\0\0<", 4},
		{"<\0\0\0", 4},	    {"\0\0\xFE\xFF", 4}, {"\xFF\xFE\0\0", 4}, {"\xFE\xFF", 2}, {"<\0", 2},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		expect_in(&wide, GUARD_UTF16, false, cases[i]);
	}
	const char *action = "\"" FIXTURE_ACTION "\"";
	expect_head(GUARD_UTF16, "text/xml; charset=utf-16", action, BODY11(REQ()));
	expect_head(GUARD_UTF16, "text/xml; charset=UTF-32LE", action, BODY11(REQ()));
	expect_head(GUARD_UTF16, "text/xml; charset=ISO-10646-UCS-2", action, BODY11(REQ()));
	expect_head(GUARD_OK, "text/xml; charset=utf-8", action, BODY11(REQ()));
}

/* ---- what is XML, but not for us ---- */

static void refuses_every_document_type(void **state) {
	static const char *const cases[] = {
		"<!DOCTYPE x>" BODY11(REQ()),
		"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>" BODY11(REQ()),
		"<!DOCTYPE x PUBLIC '-//x' 'http://127.0.0.1:1/x.dtd'>" BODY11(REQ()),
		"<!DOCTYPE x [<!ENTITY a 'b'>]>" BODY11(REQ("&a;")),
		"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
		"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>" BODY11(REQ("&c;")),
		"<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/p'>%p;]>" BODY11(REQ()),
		"<!DOCTYPE x [<!ATTLIST x y CDATA 'z'>]>" BODY11(REQ()),
		"<?xml version='1.0'?>\n<!-- c --><!DOCTYPE x []>" BODY11(REQ()),
		"<!DOCTYPE",
		"<!DOCTYPE !!!",
		"\xEF\xBB\xBF<!DOCTYPE x [",
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		expect(GUARD_DTD, cases[i]);
	}
	expect(GUARD_OK, BODY11(REQ("<r:maticna><![CDATA[<!DOCTYPE x>]]></r:maticna><!-- <!DOCTYPE x> -->")));
	expect(GUARD_NOT_WELL_FORMED, "<!doctype x>" BODY11(REQ()));
}

static void refuses_processing_instructions(void **state) {
	GW_UNUSED(state);
	expect(GUARD_PI, "<?xml-stylesheet href='a'?>" BODY11(REQ()));
	expect(GUARD_PI, BODY11(REQ("<?php x ?>")));
	expect(GUARD_PI, BODY11(REQ()) "<?a?>");
	expect(GUARD_OK, BODY11(REQ("<r:maticna><![CDATA[<?php ?>]]></r:maticna><!-- <?a?> -->")));
}

static void demands_namespaces_that_are_declared(void **state) {
	GW_UNUSED(state);
	expect(GUARD_NOT_NS_WELL_FORMED, BODY11("<q:Req/>"));
	expect(GUARD_NOT_NS_WELL_FORMED, "<s:Envelope><s:Body/></s:Envelope>");
	expect(GUARD_NOT_NS_WELL_FORMED, BODY11(REQ("<q:emso/>")));
	expect(GUARD_NOT_NS_WELL_FORMED, BODY11(REQ("<r:opomba q:a='1'/>")));
	expect(GUARD_NOT_NS_WELL_FORMED, BODY11(REQ("<r:opomba xmlns:q=''/>")));
	expect(GUARD_NOT_NS_WELL_FORMED, BODY11(REQ("<r:opomba xmlns:xml='urn:x'/>")));
	expect(GUARD_NOT_NS_WELL_FORMED, BODY11(REQ("<r:opomba xmlns:xmlns='urn:x'/>")));
	expect(GUARD_NOT_NS_WELL_FORMED, BODY11(REQ("<r:a:b/>")));
	expect(GUARD_NOT_NS_WELL_FORMED,
	       BODY11(REQ("<r:opomba xmlns:x='urn:test:types:1' xmlns:y='urn:test:types:1' x:oznaka='1' "
			  "y:oznaka='2'/>")));
	expect(GUARD_OK, BODY11(REQ("<r:opomba xmlns:x='urn:test:types:1' xmlns:y='urn:test:types:1' "
				    "x:oznaka='1' a='2'/>")));
	/* the very last tag: no later event asks for the flag */
	expect(GUARD_NOT_NS_WELL_FORMED,
	       ENVELOPE(FIXTURE_SOAP11, "<s:Header><q:a/></s:Header><s:Body>" REQ() "</s:Body>"));
}

/* ---- limits: at the limit, one over ---- */

static void limits_the_depth(void **state) {
	GW_UNUSED(state);
	expect_narrow(GUARD_OK, BODY11(REQ("<r:stavba><r:ko>1</r:ko></r:stavba>")));
	expect_narrow(GUARD_DEPTH, BODY11(REQ("<r:stavba><r:ko><r:x/></r:ko></r:stavba>")));
	expect_narrow(GUARD_DEPTH, BODY11(REQ("<r:stavba><r:ko><r:x></r:x></r:ko></r:stavba>")));
	expect_narrow(GUARD_DEPTH, ENVELOPE(FIXTURE_SOAP11, "<s:Header><a><b><c><d/></c></b></a></s:Header>"));
}

static void limits_the_elements(void **state) {
	GW_UNUSED(state);
	expect_narrow(GUARD_OK, BODY11(REQ("<r:stavba/><r:stavba/><r:stavba/><r:stavba/><r:stavba/>")));
	expect_narrow(GUARD_ELEMENTS,
		      BODY11(REQ("<r:stavba/><r:stavba/><r:stavba/><r:stavba/><r:stavba/><r:stavba/>")));
}

static void limits_the_attributes(void **state) {
	GW_UNUSED(state);
	expect_narrow(GUARD_OK, BODY11(REQ("<r:opomba a='1' b='2' c='3'/>")));
	expect_narrow(GUARD_ATTRIBUTES, BODY11(REQ("<r:opomba a='1' b='2' c='3' d='4'/>")));
	detail_has("3 attributes in an element");
	expect_narrow(GUARD_OK, BODY11(REQ("<r:opomba a='1' b='2' c='3'/><r:opomba a='1' b='2'/>")));
	expect_narrow(GUARD_ATTRIBUTES, BODY11(REQ("<r:opomba a='1' b='2' c='3'/><r:opomba a='1' b='2' c='3'/>")));
}

static void limits_the_namespaces(void **state) {
	GW_UNUSED(state);
	expect_narrow(GUARD_OK, BODY11(REQ("<r:stavba xmlns='a' xmlns:b='b' xmlns:c='c'/>")));
	expect_narrow(GUARD_NAMESPACES, BODY11(REQ("<r:stavba xmlns='a' xmlns:b='b' xmlns:c='c' xmlns:d='d'/>")));
	detail_has("3 namespaces in an element");
	expect_narrow(GUARD_NAMESPACES,
		      BODY11(REQ("<r:stavba xmlns='a' xmlns:b='b' xmlns:c='c'/><r:stavba xmlns:d='d'/>")));
	/* "xmlnsx" is an attribute like any other */
	expect_narrow(GUARD_ATTRIBUTES, BODY11(REQ("<r:stavba xmlnsx='1' a='2' b='3' c='4'/>")));
}

static void limits_names(void **state) {
	GW_UNUSED(state);
	expect_narrow(GUARD_INVALID, BODY11(REQ("<r:a12345678901234567/>")));
	expect_narrow(GUARD_TOO_LONG, BODY11(REQ("<r:a1234567890123456789/>")));
	expect_narrow(GUARD_INVALID, BODY11(REQ("<r:stavba a" TEN "123456789='1'/>")));
	expect_narrow(GUARD_TOO_LONG, BODY11(REQ("<r:stavba a" TEN TEN "='1'/>")));
}

static void limits_texts_and_values(void **state) {
	GW_UNUSED(state);
	expect_narrow(GUARD_OK, BODY11(REQ("<r:maticna>" TEN TEN TEN TEN TEN "</r:maticna>")));
	expect_narrow(GUARD_TOO_LONG, BODY11(REQ("<r:maticna>" TEN TEN TEN TEN TEN "1</r:maticna>")));
	detail_has("in a text");
	expect_narrow(GUARD_TOO_LONG,
		      BODY11(REQ("<r:maticna>" TEN TEN TEN "<!-- --><![CDATA[" TEN TEN "1]]></r:maticna>")));
	expect_narrow(GUARD_OK, BODY11(REQ("<r:opomba a='" TEN TEN TEN TEN TEN "'/>")));
	expect_narrow(GUARD_TOO_LONG, BODY11(REQ("<r:opomba a='" TEN TEN TEN TEN TEN "1'/>")));
	detail_has("attribute value");
	/* two texts are not one */
	expect_narrow(GUARD_OK,
		      BODY11(REQ("<r:opomba>" TEN TEN TEN "</r:opomba>                              <r:opomba/>")));
	expect_narrow(GUARD_OK,
		      BODY11(REQ("<r:opomba>" TEN TEN TEN "</r:opomba><r:opomba>" TEN TEN TEN "</r:opomba>")));
}

static void limits_the_payload(void **state) {
	char body[512];
	GW_UNUSED(state);
	for (size_t over = 0; over < 2; over++) {
		size_t fixed = strlen("<Req xmlns=\"urn:test:1\"><opomba a=\"\"></opomba><opomba a=\"\"></opomba>"
				      "<opomba a=\"\"></opomba></Req>");
		int third = (int)(small.out_bytes - fixed - 100 + over) % 51;
		snprintf(body, sizeof(body),
			 BODY11(REQ("<r:opomba a='%050d'/><r:opomba a='%050d'/><r:opomba a='%0*d'/>")), 1, 2, third, 3);
		expect_in(&wide, GUARD_OK, false, gw_span_of(body));
		assert_int_equal(out.payload.n, small.out_bytes + over);
		expect_narrow(over ? GUARD_TOO_LONG : GUARD_OK, body);
	}
	detail_has("payload");
}

/* `before`, then `unit` so many times with its number for each '#', then `after`. */
static void repeated(struct gw_buf *b, const char *before, const char *unit, size_t times, const char *after) {
	gw_buf_clear(b);
	enum gw_code rc = gw_buf_text(b, before);
	for (size_t i = 0; i < times && rc == GW_OK; i++) {
		for (const char *p = unit; *p && rc == GW_OK; p++) {
			rc = *p == '#' ? gw_buf_addf(b, "%zu", i) : gw_buf_add(b, p, 1);
		}
	}
	rc = rc == GW_OK ? gw_buf_text(b, after) : rc;
	assert_int_equal(rc, GW_OK);
}

#define OPEN11 "<s:Envelope xmlns:s='" FIXTURE_SOAP11 "'><s:Body>"
#define CLOSE11 "</s:Body></s:Envelope>"

static clock_t flood_clocks;

static void flood(enum guard_verdict wanted, const char *before, const char *unit, size_t times, const char *after) {
	struct gw_buf b;
	gw_buf_init(&b, 64 << 20);
	repeated(&b, before, unit, times, after);
	clock_t start = clock();
	expect_in(&wide, wanted, false, gw_buf_span(&b));
	flood_clocks += clock() - start;
	gw_buf_release(&b);
}

/* 300 000 attributes cost libxml2 more than a minute: it must never see them, also not behind what it calls
 * an error and reads on from. */
static void refuses_a_flood_quickly(void **state) {
	GW_UNUSED(state);
	flood_clocks = 0;
	flood(GUARD_ATTRIBUTES, OPEN11 "<r:Req", " a#=''", 300000, " xmlns:r='urn:test:1'/>" CLOSE11);
	flood(GUARD_NAMESPACES, OPEN11 "<r:Req", " xmlns:a#='u#'", 300000, " xmlns:r='urn:test:1'/>" CLOSE11);
	flood(GUARD_ATTRIBUTES, OPEN11 "&e;<r:Req", " a#=''", 300000, "/>" CLOSE11);
	flood(GUARD_NOT_WELL_FORMED, "<a x='<b", " a#=\"\"", 300000, "'/>");
	flood(GUARD_DEPTH, OPEN11, "<a>", 300000, CLOSE11);
	flood(GUARD_ELEMENTS, OPEN11, "<a#/>", 300000, CLOSE11);
	flood(GUARD_OK, OPEN11 "<r:Req xmlns:r='urn:test:1'>", "<!-- # -->", 10000, "</r:Req>" CLOSE11);
	flood(GUARD_TOO_LONG, OPEN11 "<r:Req xmlns:r='urn:test:1'>", "&amp;", 300000, "</r:Req>" CLOSE11);
	assert_true(flood_clocks < 5 * CLOCKS_PER_SEC);
}

static void never_drops_a_watched_element(void **state) {
	struct gw_buf b;
	GW_UNUSED(state);
	gw_buf_init(&b, 1 << 20);
	repeated(&b, OPEN11 "<r:Req xmlns:r='urn:test:1'>", "<r:stavba/>", GUARD_FIELDS_MAX, "</r:Req>" CLOSE11);
	expect_in(&wide, GUARD_OK, false, gw_buf_span(&b));
	assert_int_equal(out.field_count, GUARD_FIELDS_MAX);
	repeated(&b, OPEN11 "<r:Req xmlns:r='urn:test:1'>", "<r:stavba/>", GUARD_FIELDS_MAX + 1, "</r:Req>" CLOSE11);
	expect_in(&wide, GUARD_ELEMENTS, false, gw_buf_span(&b));
	gw_buf_release(&b);
}

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
		services[i] = (struct guard_service){paths[i], contracts[i].ns, contracts[i].element, "urn:a"};
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
		cmocka_unit_test(refuses_what_is_not_well_formed),
		cmocka_unit_test(calls_a_broken_document_broken_wherever_the_fault_lies),
		cmocka_unit_test(refuses_bytes_that_are_not_utf8),
		cmocka_unit_test(refuses_a_nul_and_what_follows_it),
		cmocka_unit_test(judges_the_xml_declaration),
		cmocka_unit_test(accepts_one_byte_order_mark),
		cmocka_unit_test(refuses_other_encodings),
		cmocka_unit_test(refuses_utf16_and_utf32),
		cmocka_unit_test(refuses_every_document_type),
		cmocka_unit_test(refuses_processing_instructions),
		cmocka_unit_test(demands_namespaces_that_are_declared),
		cmocka_unit_test(limits_the_depth),
		cmocka_unit_test(limits_the_elements),
		cmocka_unit_test(limits_the_attributes),
		cmocka_unit_test(limits_the_namespaces),
		cmocka_unit_test(limits_names),
		cmocka_unit_test(limits_texts_and_values),
		cmocka_unit_test(limits_the_payload),
		cmocka_unit_test(refuses_a_flood_quickly),
		cmocka_unit_test(never_drops_a_watched_element),
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
