/* tests/unit/test_http_head.c - what the head parser refuses in a request, and beside each refusal what it accepts. */
#include "tests/unit/http_head_cases.h"

/* The request line */

static void takes_a_request_apart(void **state) {
	GW_UNUSED(state);
	struct http_head head = accepted(REQUEST, "POST /ezk/1001?wsdl HTTP/1.1\r\nHost: courts.example:8443\r\n"
						  "Content-Type:\ttext/xml \t\r\nX-Empty:\r\n\r\n<Envelope/>");
	assert_int_equal(head.method, HTTP_POST);
	assert_span(head.method_text, "POST");
	assert_span(head.path, "/ezk/1001");
	assert_span(head.query, "wsdl");
	assert_span(head.host, "courts.example:8443");
	assert_int_equal(head.field_count, 3);
	assert_span(head.fields[1].name, "Content-Type");
	assert_span(head.fields[1].value, "text/xml");
	assert_span(head.fields[2].value, "");
	assert_int_equal(head.framing, HTTP_BODY_NONE);
	assert_true(head.keep_alive);
	assert_false(head.expect_continue || head.expect_other);
}

static void leaves_the_bytes_after_the_head_alone(void **state) {
	GW_UNUSED(state);
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	struct gw_span more = BYTES("GET / HTTP/1.1\r\nHost: a\r\n\r\n\0\n\r GET");
	struct http_head head;
	assert_int_equal(parse(REQUEST, more, &head), HTTP_HEAD_OK);
	assert_int_equal(head.bytes, sizeof(text) - 1);
	assert_int_equal(known_after(REQUEST, more), sizeof(text) - 1);
}

static void knows_every_method_by_its_exact_name(void **state) {
	GW_UNUSED(state);
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
		{"GET", HTTP_GET},	 {"HEAD", HTTP_HEAD},	    {"POST", HTTP_POST},   {"PUT", HTTP_PUT},
		{"DELETE", HTTP_DELETE}, {"OPTIONS", HTTP_OPTIONS}, {"TRACE", HTTP_TRACE}, {"PATCH", HTTP_PATCH},
	};
	for (size_t i = 0; i < GW_COUNT(methods); i++) {
		char text[64];
		snprintf(text, sizeof(text), "%s / HTTP/1.1\r\nHost: a\r\n\r\n", methods[i].name);
		assert_int_equal(accepted(REQUEST, text).method, methods[i].method);
	}
}

static void answers_an_unknown_method_with_501(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_METHOD, LINE("post / HTTP/1.1"), LINE("Post / HTTP/1.1"), LINE("POS / HTTP/1.1"),
		  LINE("POSTS / HTTP/1.1"), LINE("PROPFIND / HTTP/1.1"), LINE("M-SEARCH * HTTP/1.1"),
		  LINE("!#$%&'* / HTTP/1.1"), LINE("OPTIONSX / HTTP/1.1"), BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, LINE("POST / HTTP/1.1"));
}

static void refuses_what_is_no_method(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, LINE(" GET / HTTP/1.1"), LINE("\tGET / HTTP/1.1"),
		  LINE("\r\nGET / HTTP/1.1"), LINE("\nGET / HTTP/1.1"), LINE("G\0T / HTTP/1.1"), LINE("G(T / HTTP/1.1"),
		  LINE("GET\r\n"), LINE("G\xC3\x8BT / HTTP/1.1"), LINE("GET: / HTTP/1.1"), BYTES("\x16\x03\x01\x02"),
		  LINE("\xEF\xBB\xBFGET / HTTP/1.1"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, LINE("GET / HTTP/1.1"));
}

static void wants_exactly_one_space_between_the_parts(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, LINE("GET  / HTTP/1.1"), LINE("GET /  HTTP/1.1"),
		  LINE("GET\t/ HTTP/1.1"), LINE("GET /\tHTTP/1.1"), LINE("GET / HTTP/1.1 "), LINE("GET / a HTTP/1.1"),
		  LINE("GET/ HTTP/1.1"), LINE("GET /HTTP/1.1"), LINE("GET /\x0BHTTP/1.1"), LINE("GET / HTTP/1.1\t"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, LINE("GET / HTTP/1.1"));
}

static void speaks_http_1_1_only(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_VERSION, LINE("GET / HTTP/1.0"), LINE("GET / HTTP/2.0"), LINE("GET / HTTP/0.9"),
		  LINE("GET / HTTP/1.2"), LINE("GET / HTTP/2.1"), LINE("GET / HTTP/0.1"));
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, LINE("GET / HTTP/1.10"), LINE("GET / HTTP/11.1"), LINE("GET / HTTP/1"),
		  LINE("GET / HTTP/2"), LINE("GET / HTTP/1,1"), LINE("GET / HTTP/ 1.1"), LINE("GET / HTTP/+1.1"),
		  LINE("GET / HTTP/1.x"), LINE("GET / http/1.1"), LINE("GET / HTTPS/1.1"), LINE("GET / RTSP/1.0"),
		  LINE("GET / "), LINE("GET /"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, LINE("GET / HTTP/1.1"));
}

static void refuses_asterisk_and_authority_targets(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, LINE("OPTIONS * HTTP/1.1"), LINE("CONNECT courts.example:443 HTTP/1.1"),
		  LINE("CONNECT / HTTP/1.1"), LINE("GET courts.example:443 HTTP/1.1"), LINE("GET ezk HTTP/1.1"),
		  LINE("GET ?wsdl HTTP/1.1"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, LINE("OPTIONS / HTTP/1.1"));
}

static void refuses_an_absolute_target_that_is_not_plain_http(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, LINE("GET ftp://a/ HTTP/1.1"), LINE("GET httpx://a/ HTTP/1.1"),
		  LINE("GET http:/a/ HTTP/1.1"), LINE("GET https:///a HTTP/1.1"), LINE("GET https://?wsdl HTTP/1.1"),
		  LINE("GET https:// HTTP/1.1"), LINE("GET https://user@a/ HTTP/1.1"),
		  LINE("GET https://user:pass@a/ HTTP/1.1"), LINE("GET https://a:x/ HTTP/1.1"),
		  LINE("GET https://a\\b/ HTTP/1.1"), LINE("GET https://a#f HTTP/1.1"),
		  LINE("GET https://[::1/ HTTP/1.1"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, LINE("GET https://a/ HTTP/1.1"));
}

static void lets_an_absolute_target_overrule_host(void **state) {
	GW_UNUSED(state);
	struct http_head head = accepted_target("https://other.example:8443/ezk?wsdl");
	assert_span(head.host, "other.example:8443");
	assert_span(head.path, "/ezk");
	assert_span(head.query, "wsdl");
	assert_span(accepted_target("HTTP://a/b").path, "/b");
	assert_span(accepted_target("http://[2001:db8::1]:80/b").host, "[2001:db8::1]:80");
	assert_span(accepted_target("/ezk").host, "courts.example");
}

static void reads_an_absolute_target_without_path_as_the_root(void **state) {
	GW_UNUSED(state);
	assert_span(accepted_target("https://a").path, "/");
	struct http_head head = accepted_target("https://a?wsdl");
	assert_span(head.path, "/");
	assert_span(head.query, "wsdl");
}

static void still_wants_one_host_beside_an_absolute_target(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_HOST, BYTES("GET https://a/ HTTP/1.1\r\n\r\n"),
		  BYTES("GET https://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
		  BYTES("GET https://a/ HTTP/1.1\r\nHost:\r\n\r\n"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, BYTES("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"));
}

static void refuses_broken_percent_coding_and_coded_nul(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, LINE("GET /% HTTP/1.1"), LINE("GET /%4 HTTP/1.1"),
		  LINE("GET /%zz HTTP/1.1"), LINE("GET /%4g HTTP/1.1"), LINE("GET /a%00b HTTP/1.1"),
		  LINE("GET /?%00 HTTP/1.1"), LINE("GET /%%41 HTTP/1.1"), LINE("GET /?a=%u0041 HTTP/1.1"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, LINE("GET /%41%2F%c5%A1?a=%0a HTTP/1.1"), LINE("GET /%01%10 HTTP/1.1"));
}

static void refuses_bytes_that_no_target_may_hold(void **state) {
	GW_UNUSED(state);
	static const char wrong[] = "\"#<>[\\]^`{|}\x01\x1F\x7F\x80\xFF";
	for (size_t i = 0; i < sizeof(wrong); i++) { /* its NUL too */
		char text[] = "GET /a_b HTTP/1.1\r\nHost: a\r\n\r\n";
		*strchr(text, '_') = wrong[i];
		check(REQUEST, (struct gw_span){text, sizeof(text) - 1}, HTTP_HEAD_MALFORMED);
	}
	assert_span(accepted_target("/-._~!$&'()*+,;=:@/?-._~!$&'()*+,;=:@/?").path, "/-._~!$&'()*+,;=:@/");
}

static void passes_dot_segments_and_double_slashes_as_they_are(void **state) {
	GW_UNUSED(state);
	assert_span(accepted_target("/a/../b").path, "/a/../b");
	assert_span(accepted_target("//a//./b").path, "//a//./b");
	assert_span(accepted_target("/%2e%2E/b").path, "/%2e%2E/b");
	assert_span(accepted_target("/a?b?c").query, "b?c");
	assert_span(accepted_target("/a?").query, "");
}

static enum http_head_status status_of_target(size_t bytes, const char *tail) {
	char text[MAX_BYTES] = "GET /";
	size_t tail_n = strlen(tail), at = 5;
	memset(text + at, 'a', bytes - 1 - tail_n);
	memcpy(text + at + bytes - 1 - tail_n, tail, tail_n);
	at += bytes - 1;
	int n = snprintf(text + at, sizeof(text) - at, " HTTP/1.1\r\nHost: a\r\n\r\n");
	struct gw_span in = {text, at + (size_t)n};
	struct http_head head;
	enum http_head_status status = parse(REQUEST, in, &head);
	size_t known = known_after(REQUEST, in);
	assert_int_equal(known, status == HTTP_HEAD_OK ? in.n : sizeof("GET ") - 1 + HTTP_TARGET_MAX_BYTES + 1);
	return status;
}

static void takes_2048_bytes_of_target_and_not_one_more(void **state) {
	GW_UNUSED(state);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES, ""), HTTP_HEAD_OK);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES, "?a"), HTTP_HEAD_OK);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES, "%41"), HTTP_HEAD_OK);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES + 1, ""), HTTP_HEAD_URI_LONG);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES + 1, "?"), HTTP_HEAD_URI_LONG);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES + 1, "?a"), HTTP_HEAD_URI_LONG);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES + 1, "%41"), HTTP_HEAD_URI_LONG);
	assert_int_equal(status_of_target(HTTP_TARGET_MAX_BYTES + 40, ""), HTTP_HEAD_URI_LONG);
}

/* Field lines */

static void refuses_line_ends_other_than_crlf(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, BYTES("GET / HTTP/1.1\nHost: a\r\n\r\n"),
		  BYTES("GET / HTTP/1.1\rHost: a\r\n\r\n"), BYTES("GET / HTTP/1.1\r\rHost: a\r\n\r\n"),
		  BYTES("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"), BYTES("GET / HTTP/1.1\r\nHost: a\n\r\n"),
		  BYTES("GET / HTTP/1.1\r\nHost: a\r\n\n"), BYTES("GET / HTTP/1.1\r\nHost: a\n\n"),
		  BYTES("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"), BYTES("GET / HTTP/1.1\r\nHost: a\r\n\r\r\n"),
		  BYTES("GET / HTTP/1.1\r\nHost: a\r\n\rX"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, BYTES("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
}

static void refuses_folded_lines_and_blanks_before_a_name(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, FIELD("X: a\r\n b"), FIELD("X: a\r\n\tb"), FIELD("X: a\r\n "),
		  FIELD("X:\r\n a"), HOST(" Host: a"));
	CHECK_ALL(REQUEST, HTTP_HEAD_FRAMING, FIELD("Transfer-Encoding:\r\n chunked"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, FIELD("X: a\r\nY: b"));
}

static void refuses_what_is_no_field_name(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, FIELD(": a"), FIELD("X : a"), FIELD("X\t: a"), FIELD("X"),
		  FIELD("X Y: a"), FIELD("X\0: a"), FIELD("X\x80: a"), FIELD("\xC5\xA1: a"), FIELD("X[0]: a"),
		  FIELD("(X): a"), FIELD("\"X\": a"), FIELD("X=Y"), FIELD("X\x7F: a"), FIELD("X\v: a"),
		  FIELD("Content-Length : 5"), FIELD("Transfer-Encoding : chunked"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, FIELD("!#$%&'*+-.^_`|~09azAZ: a"));
}

static void refuses_control_bytes_in_a_value(void **state) {
	GW_UNUSED(state);
	for (int c = 0; c < 256; c++) {
		char text[] = "GET / HTTP/1.1\r\nHost: a\r\nX: b_c\r\n\r\n";
		*strchr(text, '_') = (char)c;
		bool control = (c < 0x20 && c != '\t') || c == 0x7F;
		check(REQUEST, (struct gw_span){text, sizeof(text) - 1}, control ? HTTP_HEAD_MALFORMED : HTTP_HEAD_OK);
	}
}

static void keeps_what_stands_inside_a_value(void **state) {
	GW_UNUSED(state);
	assert_span(accepted_field("X: \t a  b\tc \t").fields[1].value, "a  b\tc");
	assert_span(accepted_field("X:a:b").fields[1].value, "a:b");
	assert_span(accepted_field("X: \xC5\xA1\xFF").fields[1].value, "\xC5\xA1\xFF");
	assert_span(accepted_field("X: \t ").fields[1].value, "");
}

static void finds_and_counts_fields_whatever_their_case(void **state) {
	GW_UNUSED(state);
	struct http_head head = accepted_field("SOAPAction: \"a\"\r\nX-Y: 1\r\nsoapaction: \"b\"\r\nX-Z: 2\r\nX-Z: 3");
	assert_span(http_field_find(&head, "SoapAction")->value, "\"a\"");
	assert_int_equal(http_field_count(&head, "SOAPACTION"), 2);
	assert_int_equal(http_field_count(&head, "x-y"), 1);
	assert_int_equal(http_field_count(&head, "x-z"), 2);
	assert_null(http_field_find(&head, "X"));
	assert_int_equal(http_field_count(&head, "SOAPActio"), 0);
}

static void judges_no_field_by_the_length_of_its_name(void **state) {
	GW_UNUSED(state);
	struct http_head head = accepted_field("Date: a b\r\nAccept: x\r\nUser-Agent: close\r\n"
					       "Content-Lengti: x\r\nTransfer-Encodinh: x");
	assert_int_equal(head.framing, HTTP_BODY_NONE);
	assert_true(head.keep_alive);
	assert_false(head.expect_other);
}

/* Limits */

static enum http_head_status status_of_fields(size_t count) {
	char text[MAX_BYTES];
	size_t at = (size_t)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\n");
	for (size_t i = 1; i < count; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "X: %zu\r\n", i);
	}
	at += (size_t)snprintf(text + at, sizeof(text) - at, "\r\n");
	struct http_head head;
	known_after(REQUEST, (struct gw_span){text, at});
	return parse(REQUEST, (struct gw_span){text, at}, &head);
}

static void takes_as_many_fields_as_the_limit_and_not_one_more(void **state) {
	GW_UNUSED(state);
	assert_int_equal(status_of_fields(MAX_FIELDS), HTTP_HEAD_OK);
	assert_int_equal(status_of_fields(MAX_FIELDS + 1), HTTP_HEAD_TOO_LARGE);
}

static void never_stores_more_fields_than_the_array_holds(void **state) {
	GW_UNUSED(state);
	struct http_limits wide = {.max_bytes = MAX_BYTES, .max_fields = SIZE_MAX};
	char text[MAX_BYTES] = "GET / HTTP/1.1\r\nHost: a\r\n";
	struct http_head head;
	for (size_t count = 1; count <= HTTP_FIELDS_MAX; count++) {
		size_t n = strlen(text);
		memcpy(text + n, "\r\n", 3);
		assert_int_equal(http_request_head(gw_span_of(text), &wide, &head), HTTP_HEAD_OK);
		assert_int_equal(head.field_count, count);
		memcpy(text + n, "X: a\r\n", 7);
	}
	assert_int_equal(http_request_head(gw_span_of(text), &wide, &head), HTTP_HEAD_TOO_LARGE);
}

static void takes_as_many_bytes_as_the_limit_and_not_one_more(void **state) {
	GW_UNUSED(state);
	char text[MAX_BYTES + 64];
	struct http_head head;
	for (size_t n = MAX_BYTES - 1; n <= MAX_BYTES + 1; n++) {
		size_t front = (size_t)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\nX: ");
		memset(text + front, 'x', n - front - 4);
		memcpy(text + n - 4, "\r\n\r\n", 4);
		assert_int_equal(parse(REQUEST, (struct gw_span){text, n}, &head),
				 n <= MAX_BYTES ? HTTP_HEAD_OK : HTTP_HEAD_TOO_LARGE);
		assert_int_equal(known_after(REQUEST, (struct gw_span){text, n}), n <= MAX_BYTES ? n : MAX_BYTES);
	}
}

static void refuses_as_early_as_the_bytes_allow(void **state) {
	GW_UNUSED(state);
	static const struct {
		const char *good, *wrong; /* MORE after `good`, refused with the first byte of `wrong` */
	} cases[] = {
		{"", "\r\n"},
		{"GET", "\r\n"},
		{"OPTIONS", "X / HTTP/1.1"},
		{"FOO", " / HTTP/1.1"},
		{"CONNECT", " a:1 HTTP/1.1"},
		{"GET ", "* HTTP/1.1"},
		{"GET http", "x://"},
		{"GET https://a", "@b/"},
		{"GET /a", "#b HTTP/1.1"},
		{"GET /%", "x HTTP/1.1"},
		{"GET /%0", "0 HTTP/1.1"},
		{"GET / HTTP/1.", "0\r\n"},
		{"GET / HTTP/1.1", "\n"},
		{"GET / HTTP/1.1\r\n", " X: a\r\n"},
		{"GET / HTTP/1.1\r\nHost", " : a\r\n"},
		{"GET / HTTP/1.1\r\nHost: a", "\n"},
		{"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r", "\nX: a\r\n"},
		{"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r", "\nX: a\r\n"},
		{"GET / HTTP/1.1\r\nHost: a\r\n\r", "X"},
	};
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		char text[128];
		snprintf(text, sizeof(text), "%s%s", cases[i].good, cases[i].wrong);
		if (known_after(REQUEST, gw_span_of(text)) != strlen(cases[i].good) + 1) {
			fail_msg("'%s' is known after %zu", text, known_after(REQUEST, gw_span_of(text)));
		}
	}
}

/* Host, Connection, Expect */

static void refuses_a_request_without_exactly_one_host(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_HOST, BYTES("GET / HTTP/1.1\r\n\r\n"), HOST("X-Host: a"),
		  HOST("Host: a\r\nHost: a"), HOST("Host: a\r\nX: b\r\nhOST: b"), HOST("Host:"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, HOST("X: a\r\nHOST: a"));
}

static void refuses_a_malformed_host(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_HOST, HOST("Host: user@a"), HOST("Host: user:pass@a"), HOST("Host: a b"),
		  HOST("Host: a/b"), HOST("Host: https://a"), HOST("Host: a?b"), HOST("Host: a#b"), HOST("Host: a\\b"),
		  HOST("Host: a%41"), HOST("Host: \xC5\xA1.si"), HOST("Host: <a>"), HOST("Host: :80"),
		  HOST("Host: a:b"), HOST("Host: a:80:80"), HOST("Host: a:-1"), HOST("Host: a:65536"),
		  HOST("Host: a:000080"), HOST("Host: ::1"), HOST("Host: [::1"), HOST("Host: [::1]x"),
		  HOST("Host: [a]"), HOST("Host: []"), HOST("Host: [fe80::1%25eth0]"), HOST("Host: [v1.a]"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, HOST("Host: a"), HOST("Host: [::1]"));
}

static void reads_names_addresses_and_ports_of_host(void **state) {
	GW_UNUSED(state);
	static const char *const hosts[] = {"courts.example",	 "COURTS.EXAMPLE:8443", "a-b_c.d", "127.0.0.1:65535",
					    "[::1]:8443",	 "[2001:db8::7]",	"a:",	   "xn--a.si.",
					    "[::ffff:127.0.0.1]"};
	for (size_t i = 0; i < GW_COUNT(hosts); i++) {
		char text[128];
		snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", hosts[i]);
		assert_span(accepted(REQUEST, text).host, hosts[i]);
	}
}

static void takes_a_host_of_255_bytes_and_not_one_more(void **state) {
	GW_UNUSED(state);
	for (int n = 254; n <= 256; n++) {
		char host[300], text[400];
		memset(host, 'h', sizeof(host));
		snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: %.*s:65535\r\n\r\n", n, host);
		check(REQUEST, gw_span_of(text), n <= 255 ? HTTP_HEAD_OK : HTTP_HEAD_HOST);
		snprintf(text, sizeof(text), "GET https://%.*s:65535/ HTTP/1.1\r\nHost: a\r\n\r\n", n, host);
		check(REQUEST, gw_span_of(text), n <= 255 ? HTTP_HEAD_OK : HTTP_HEAD_MALFORMED);
	}
	char endless[300] = "GET https://";
	size_t front = strlen(endless);
	memset(endless + front, 'h', sizeof(endless) - front);
	size_t known = known_after(REQUEST, (struct gw_span){endless, sizeof(endless)});
	assert_int_equal(known, front + 255 + strlen(":65535") + 1);
}

static void keeps_the_connection_unless_close_is_listed(void **state) {
	GW_UNUSED(state);
	static const struct {
		const char *fields;
		bool keep_alive;
	} cases[] = {
		{"X: close", true},
		{"Connection: keep-alive", true},
		{"Connection: Keep-Alive", true},
		{"Connection:", true},
		{"Connection: closed, x-close", true},
		{"Connection: close", false},
		{"Connection: CLOSE\t", false},
		{"Connection: close, keep-alive", false},
		{"Connection: keep-alive ,\tClose", false},
		{"Connection: ,,close,", false},
		{"Connection: close\r\nConnection: keep-alive", false},
		{"Connection: keep-alive\r\nconnection: close", false},
	};
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		assert_int_equal(accepted_field(cases[i].fields).keep_alive, cases[i].keep_alive);
	}
}

static void tells_100_continue_from_other_expectations(void **state) {
	GW_UNUSED(state);
	static const struct {
		const char *fields;
		bool expect_continue, expect_other;
	} cases[] = {
		{"X: 100-continue", false, false},
		{"Expect: 100-continue", true, false},
		{"EXPECT: 100-Continue ", true, false},
		{"Expect: 100-continue\r\nExpect: 100-continue", true, false},
		{"Expect:", false, true},
		{"Expect: 200-ok", false, true},
		{"Expect: 100-continue, x", false, true},
		{"Expect: 100-continue;a=b", false, true},
		{"Expect: 100-continue\r\nExpect: x", true, true},
	};
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		struct http_head head = accepted_field(cases[i].fields);
		assert_int_equal(head.expect_continue, cases[i].expect_continue);
		assert_int_equal(head.expect_other, cases[i].expect_other);
	}
}

int main(void) {
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_request_apart),
		cmocka_unit_test(leaves_the_bytes_after_the_head_alone),
		cmocka_unit_test(knows_every_method_by_its_exact_name),
		cmocka_unit_test(answers_an_unknown_method_with_501),
		cmocka_unit_test(refuses_what_is_no_method),
		cmocka_unit_test(wants_exactly_one_space_between_the_parts),
		cmocka_unit_test(speaks_http_1_1_only),
		cmocka_unit_test(refuses_asterisk_and_authority_targets),
		cmocka_unit_test(refuses_an_absolute_target_that_is_not_plain_http),
		cmocka_unit_test(lets_an_absolute_target_overrule_host),
		cmocka_unit_test(reads_an_absolute_target_without_path_as_the_root),
		cmocka_unit_test(still_wants_one_host_beside_an_absolute_target),
		cmocka_unit_test(refuses_broken_percent_coding_and_coded_nul),
		cmocka_unit_test(refuses_bytes_that_no_target_may_hold),
		cmocka_unit_test(passes_dot_segments_and_double_slashes_as_they_are),
		cmocka_unit_test(takes_2048_bytes_of_target_and_not_one_more),
		cmocka_unit_test(refuses_line_ends_other_than_crlf),
		cmocka_unit_test(refuses_folded_lines_and_blanks_before_a_name),
		cmocka_unit_test(refuses_what_is_no_field_name),
		cmocka_unit_test(refuses_control_bytes_in_a_value),
		cmocka_unit_test(keeps_what_stands_inside_a_value),
		cmocka_unit_test(finds_and_counts_fields_whatever_their_case),
		cmocka_unit_test(judges_no_field_by_the_length_of_its_name),
		cmocka_unit_test(takes_as_many_fields_as_the_limit_and_not_one_more),
		cmocka_unit_test(never_stores_more_fields_than_the_array_holds),
		cmocka_unit_test(takes_as_many_bytes_as_the_limit_and_not_one_more),
		cmocka_unit_test(refuses_as_early_as_the_bytes_allow),
		cmocka_unit_test(refuses_a_request_without_exactly_one_host),
		cmocka_unit_test(refuses_a_malformed_host),
		cmocka_unit_test(reads_names_addresses_and_ports_of_host),
		cmocka_unit_test(takes_a_host_of_255_bytes_and_not_one_more),
		cmocka_unit_test(keeps_the_connection_unless_close_is_listed),
		cmocka_unit_test(tells_100_continue_from_other_expectations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
