/* tests/unit/test_xop.c - media types, and the root part of an XOP package. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "gateway/call/xop.h"

#define OUTER "multipart/related; type=\"application/xop+xml\"; boundary=\"b\""
#define HEAD "Content-Type: application/xop+xml; charset=utf-8; type=\"text/xml\"\r\n"
#define PART(head, content) "--b\r\n" head "\r\n" content "\r\n--b--"
#define SIXTY "123456789012345678901234567890123456789012345678901234567890"

static struct xop_root root;

static void expect(enum xop_status wanted, const char *type, const char *body) {
	enum xop_status got = xop_read(gw_span_of(type), gw_span_of(body), &root);
	if (got != wanted) {
		fail_msg("%d (%s) instead of %d: %s / %s", (int)got, root.why ? root.why : "", (int)wanted, type, body);
	}
	assert_true((got == XOP_OK) == (root.why == NULL));
}

static void content_is(const char *wanted) {
	assert_int_equal(root.content.n, strlen(wanted));
	assert_memory_equal(root.content.p, wanted, strlen(wanted));
}

static void finds_the_root_part(void **state) {
	GW_UNUSED(state);
	expect(XOP_OK, OUTER, PART(HEAD, "<a/>"));
	content_is("<a/>");
	assert_true(gw_span_is(root.charset, "utf-8"));
	assert_string_equal(root.type, "text/xml");
	expect(XOP_OK, OUTER, PART(HEAD, ""));
	content_is("");
	expect(XOP_OK, OUTER, "--b\r\n" HEAD "\r\n--b--\r\n");
	content_is("");
	expect(XOP_OK, OUTER, PART(HEAD, "a\r\n--c\r\nb--b\n--b"));
	content_is("a\r\n--c\r\nb--b\n--b");
	expect(XOP_OK, "Multipart/Related;TYPE=\"Application/XOP+XML\";Boundary=b", PART(HEAD, "<a/>"));
}

static void demands_the_outer_parameters(void **state) {
	GW_UNUSED(state);
	expect(XOP_MALFORMED, "multipart/mixed; type=\"application/xop+xml\"; boundary=b", PART(HEAD, "x"));
	expect(XOP_MALFORMED, "multipart/related; boundary=b", PART(HEAD, "x"));
	expect(XOP_MALFORMED, "multipart/related; type=\"text/xml\"; boundary=b", PART(HEAD, "x"));
	expect(XOP_MALFORMED, "multipart/related; type=\"application/xop+xml\"", PART(HEAD, "x"));
	expect(XOP_MALFORMED, OUTER "; boundary=c", PART(HEAD, "x"));
	expect(XOP_MALFORMED, OUTER "; type=\"text/xml\"", PART(HEAD, "x"));
	expect(XOP_MALFORMED, "multipart/related; type=\"application/xop+xml\"; boundary=\"\"",
	       "--\r\n" HEAD "\r\n\r\n----");
	expect(XOP_MALFORMED, OUTER "; start=a; start=a", PART(HEAD "Content-ID: a\r\n", "x"));
	expect(XOP_MALFORMED, OUTER "; start-info=a/b; start-info=a/b", PART(HEAD, "x"));
}

static void limits_the_boundary(void **state) {
	char type[256], body[512];
	static const char *const bad[] = {"b ", "b\\\"", "b@", "\xC4\x8D", SIXTY "12345678901"};
	static const char *const good[] = {"b c", "'()+_,-./:=?", SIXTY "1234567890", "uuid:1-2"};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad) + GW_COUNT(good); i++) {
		bool ok = i >= GW_COUNT(bad);
		const char *boundary = ok ? good[i - GW_COUNT(bad)] : bad[i];
		snprintf(type, sizeof(type), "multipart/related; type=\"application/xop+xml\"; boundary=\"%s\"",
			 boundary);
		snprintf(body, sizeof(body), "--%s\r\n%s\r\nx\r\n--%s--", boundary, HEAD, boundary);
		expect(ok ? XOP_OK : XOP_MALFORMED, type, body);
	}
}

static void demands_delimiter_lines(void **state) {
	GW_UNUSED(state);
	expect(XOP_MALFORMED, OUTER, "");
	expect(XOP_MALFORMED, OUTER, "--b");
	expect(XOP_MALFORMED, OUTER, "--b--");
	expect(XOP_MALFORMED, OUTER, "--b\r\n" HEAD "\r\nx");
	expect(XOP_MALFORMED, OUTER, "--b\r\n" HEAD "\r\nx\r\n--b");
	expect(XOP_MALFORMED, OUTER, "--b\r\n" HEAD "\r\nx--b--");
	expect(XOP_MALFORMED, OUTER, "--b\n" HEAD "\r\nx\r\n--b--");
	expect(XOP_MALFORMED, OUTER, "--b\r\n" HEAD "\r\nx\n--b--");
	expect(XOP_MALFORMED, OUTER, "--bc\r\n" HEAD "\r\nx\r\n--bc--");
	expect(XOP_MALFORMED, OUTER, "--b\r\n" HEAD "\r\nx\r\n--b-- x");
	expect(XOP_MALFORMED, OUTER, "--b\r\n" HEAD "\r\nx\r\n--b-x\r\n--b--");
	expect(XOP_MALFORMED, OUTER, "--b--\r\n" HEAD "\r\nx\r\n--b--");
	expect(XOP_MALFORMED, OUTER, "--b--\r\n--b\r\n" HEAD "\r\nx\r\n--b--");
	expect(XOP_OK, OUTER, "--b \t\r\n" HEAD "\r\nx\r\n--b-- \t\r\n");
	content_is("x");
}

static void limits_preamble_and_epilogue(void **state) {
	char body[4096], filler[XOP_PREAMBLE_MAX_BYTES + 2];
	GW_UNUSED(state);
	for (size_t over = 0; over < 2; over++) {
		size_t n = XOP_PREAMBLE_MAX_BYTES + over;
		memset(filler, 'p', n);
		filler[n] = '\0';
		snprintf(body, sizeof(body), "%s\r\n" PART(HEAD, "x") "\r\n", filler);
		expect(over ? XOP_MALFORMED : XOP_OK, OUTER, body);
		snprintf(body, sizeof(body), PART(HEAD, "x") "\r\n%s", filler);
		expect(over ? XOP_MALFORMED : XOP_OK, OUTER, body);
	}
	expect(XOP_OK, OUTER, "\r\n" PART(HEAD, "x"));
}

static void refuses_a_second_part(void **state) {
	GW_UNUSED(state);
	expect(XOP_MORE_PARTS, OUTER, "--b\r\n" HEAD "\r\nx\r\n--b\r\n\r\ny\r\n--b--");
	expect(XOP_MORE_PARTS, OUTER, "--b\r\n" HEAD "\r\nx\r\n--b\r\n");
	expect(XOP_OK, OUTER, "--b\r\n" HEAD "\r\nx\r\n--b--\r\n--b\r\n\r\ny\r\n");
}

static void judges_part_heads(void **state) {
	GW_UNUSED(state);
	expect(XOP_MALFORMED, OUTER, PART("", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD HEAD, "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "folded: a\r\n b\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART("Content-Type: application/xop+xml;\r\n type=\"text/xml\"\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "no colon\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "space : a\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD ": a\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "a: \x01\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "a: \n\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "a: \x7F\r\n", "x"));
	expect(XOP_OK, OUTER, PART("content-type:application/xop+xml;type=\"text/xml\" \r\nX-Other:\r\n", "x"));
#define FIELD "a: b\r\n"
	expect(XOP_OK, OUTER, PART(HEAD FIELD FIELD FIELD FIELD FIELD FIELD FIELD, "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD FIELD FIELD FIELD FIELD FIELD FIELD FIELD FIELD, "x"));
}

static void limits_the_part_head(void **state) {
	char body[4096];
	GW_UNUSED(state);
	int fixed = (int)strlen(HEAD "a: \r\n\r\n");
	for (int over = 0; over < 2; over++) {
		snprintf(body, sizeof(body), PART(HEAD "a: %0*d\r\n", "x"), XOP_HEAD_MAX_BYTES - fixed + over, 7);
		expect(over ? XOP_MALFORMED : XOP_OK, OUTER, body);
	}
}

static void judges_the_transfer_encoding(void **state) {
	GW_UNUSED(state);
	expect(XOP_OK, OUTER, PART(HEAD "Content-Transfer-Encoding: binary\r\n", "x"));
	expect(XOP_OK, OUTER, PART(HEAD "Content-Transfer-Encoding: 8BIT\r\n", "x"));
	expect(XOP_OK, OUTER, PART(HEAD "Content-Transfer-Encoding: 7bit\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "Content-Transfer-Encoding: base64\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "Content-Transfer-Encoding: quoted-printable\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART(HEAD "Content-Transfer-Encoding:\r\n", "x"));
}

static void compares_start_with_the_content_id(void **state) {
	GW_UNUSED(state);
	expect(XOP_OK, OUTER "; start=\"<r@x>\"", PART(HEAD "Content-ID: <r@x>\r\n", "x"));
	expect(XOP_OK, OUTER "; start=\"r@x\"", PART(HEAD "Content-ID: <r@x>\r\n", "x"));
	expect(XOP_MALFORMED, OUTER "; start=\"<r@y>\"", PART(HEAD "Content-ID: <r@x>\r\n", "x"));
	expect(XOP_MALFORMED, OUTER "; start=\"<r@x>\"", PART(HEAD, "x"));
	expect(XOP_OK, OUTER, PART(HEAD "Content-ID: <r@x>\r\n", "x"));
}

static void demands_the_type_of_the_envelope(void **state) {
	GW_UNUSED(state);
	expect(XOP_MALFORMED, OUTER, PART("Content-Type: text/xml\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART("Content-Type: application/xop+xml\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART("Content-Type: application/xop+xml; type=\r\n", "x"));
	expect(XOP_MALFORMED, OUTER, PART("Content-Type: application/xop+xml; type=\"a/b\"; type=\"a/b\"\r\n", "x"));
	expect(XOP_MALFORMED, OUTER,
	       PART("Content-Type: application/xop+xml; charset=a; charset=a; type=\"a/b\"\r\n", "x"));
	expect(XOP_OK, OUTER "; start-info=\"text/xml\"", PART("Content-Type: application/xop+xml\r\n", "x"));
	assert_string_equal(root.type, "text/xml");
	expect(XOP_OK, OUTER "; start-info=\"text/xml; a=b\"", PART(HEAD, "x"));
	assert_string_equal(root.type, "text/xml");
	expect(XOP_MALFORMED, OUTER "; start-info=\"application/soap+xml\"", PART(HEAD, "x"));
	expect(XOP_OK, OUTER,
	       PART("Content-Type: application/xop+xml; type=\"application/soap+xml; "
		    "action=\\\"urn:x\\\"\"\r\n",
		    "x"));
	assert_string_equal(root.type, "application/soap+xml; action=\"urn:x\"");
}

static void limits_the_type(void **state) {
	char body[2048];
	GW_UNUSED(state);
	for (int over = 0; over < 2; over++) {
		int digits = XOP_TYPE_MAX_BYTES - 1 - (int)strlen("text/xml;a=") + over;
		snprintf(body, sizeof(body),
			 PART("Content-Type: application/xop+xml; type=\"text/xml;a=%0*d\"\r\n", "x"), digits, 1);
		expect(over ? XOP_MALFORMED : XOP_OK, OUTER, body);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_root_part),
		cmocka_unit_test(demands_the_outer_parameters),
		cmocka_unit_test(limits_the_boundary),
		cmocka_unit_test(demands_delimiter_lines),
		cmocka_unit_test(limits_preamble_and_epilogue),
		cmocka_unit_test(refuses_a_second_part),
		cmocka_unit_test(judges_part_heads),
		cmocka_unit_test(limits_the_part_head),
		cmocka_unit_test(judges_the_transfer_encoding),
		cmocka_unit_test(compares_start_with_the_content_id),
		cmocka_unit_test(demands_the_type_of_the_envelope),
		cmocka_unit_test(limits_the_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
