/* tests/unit/test_http_framing.c - how a body is framed; heads of replies. */
#include "tests/unit/http_head_cases.h"

/* Framing */

static void refuses_a_head_with_two_content_lengths(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_FRAMING, FIELD("Content-Length: 5\r\nContent-Length: 5"),
		  FIELD("Content-Length: 5\r\nContent-Length: 6"), FIELD("Content-Length: 0\r\ncontent-length: 0"),
		  FIELD("Content-Length: 5, 5"), FIELD("Content-Length: 5,6"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, FIELD("Content-Length: 5\r\nX-Content-Length: 6"));
}

static void refuses_a_content_length_that_is_not_plain_digits(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_FRAMING, FIELD("Content-Length:"), FIELD("Content-Length: "),
		  FIELD("Content-Length: +5"), FIELD("Content-Length: -0"), FIELD("Content-Length: -5"),
		  FIELD("Content-Length: 0x5"), FIELD("Content-Length: 5a"), FIELD("Content-Length: 5 6"),
		  FIELD("Content-Length: 5;a=b"), FIELD("Content-Length: 5.0"), FIELD("Content-Length: \"5\""),
		  FIELD("Content-Length: 1e3"), FIELD("Content-Length: 5\xC2\xA0"), FIELD("Content-Length: \xD9\xA5"),
		  FIELD("Content-Length: 10000000000000000000"), FIELD("Content-Length: 00000000000000000005"),
		  FIELD("Content-Length: 18446744073709551621"));
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED, FIELD("Content-Length: 5\0"), FIELD("Content-Length: \v5"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, FIELD("Content-Length: 5"));
}

static void reads_a_content_length_of_up_to_19_digits(void **state) {
	GW_UNUSED(state);
	struct http_head head = accepted_field("Content-Length: 9999999999999999999");
	assert_int_equal(head.framing, HTTP_BODY_LENGTH);
	assert_true(head.content_length == UINT64_C(9999999999999999999));
	assert_int_equal(accepted_field("CONTENT-LENGTH: \t5 \t").content_length, 5);
	assert_int_equal(accepted_field("content-length:003").content_length, 3);
	assert_int_equal(accepted_field("Content-Length: 0").framing, HTTP_BODY_LENGTH);
}

static void refuses_both_framings_in_one_head(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_FRAMING, FIELD("Content-Length: 5\r\nTransfer-Encoding: chunked"),
		  FIELD("Transfer-Encoding: chunked\r\nContent-Length: 5"),
		  FIELD("TRANSFER-ENCODING: chunked\r\nX: a\r\ncontent-length: 0"),
		  FIELD("Content-Length: 5\r\nTransfer-Encoding:"),
		  FIELD("Content-Length: 5\r\nTransfer-Encoding: identity"),
		  FIELD("Content-Length: 5\r\nTransfer-Encoding: gzip, chunked"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, FIELD("Content-Length: 5\r\nX: Transfer-Encoding: chunked"));
}

static void refuses_any_transfer_encoding_but_one_chunked(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REQUEST, HTTP_HEAD_FRAMING, FIELD("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
		  FIELD("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
		  FIELD("Transfer-Encoding: chunked, chunked"), FIELD("Transfer-Encoding: chunked, gzip"),
		  FIELD("Transfer-Encoding: chunked, gzip, chunked"), FIELD("Transfer-Encoding: chunked, identity"),
		  FIELD("Transfer-Encoding: identity"), FIELD("Transfer-Encoding: gzip"),
		  FIELD("Transfer-Encoding: xchunked"), FIELD("Transfer-Encoding: chunkedx"),
		  FIELD("Transfer-Encoding: chunked;q=1"), FIELD("Transfer-Encoding: \"chunked\""),
		  FIELD("Transfer-Encoding: chunked,"), FIELD("Transfer-Encoding: ,chunked"),
		  FIELD("Transfer-Encoding: gzip chunked"), FIELD("Transfer-Encoding: gzip xchunked"),
		  FIELD("Transfer-Encoding: gzip,, chunked"), FIELD("Transfer-Encoding:"),
		  FIELD("Transfer-Encoding: \xC2\xA0"
			"chunked"));
	CHECK_ALL(REQUEST, HTTP_HEAD_MALFORMED,
		  FIELD("Transfer-Encoding: \x0b"
			"chunked"),
		  FIELD("Transfer-Encoding: chunked\0"), FIELD("Transfer-Encoding: chunked\n"));
	CHECK_ALL(REQUEST, HTTP_HEAD_CODING, FIELD("Transfer-Encoding: gzip, chunked"),
		  FIELD("Transfer-Encoding: gzip ,\tdeflate,Chunked"));
	CHECK_ALL(REQUEST, HTTP_HEAD_OK, FIELD("Transfer-Encoding: chunked"));
}

static void reads_chunked_in_any_case(void **state) {
	GW_UNUSED(state);
	assert_int_equal(accepted_field("tRANSFER-eNCODING:\tcHuNkEd ").framing, HTTP_BODY_CHUNKED);
	assert_int_equal(accepted(REQUEST, "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").framing,
			 HTTP_BODY_CHUNKED);
	assert_int_equal(accepted(REQUEST, "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n").framing,
			 HTTP_BODY_LENGTH);
}

/* Replies */

static void takes_a_reply_apart(void **state) {
	GW_UNUSED(state);
	struct http_head head = accepted(REPLY, "HTTP/1.1 500 Internal \xC5\xA1 Error\r\nContent-Length: 7\r\n"
						"Host:\r\nExpect: x\r\n\r\n");
	assert_int_equal(head.status, 500);
	assert_int_equal(head.framing, HTTP_BODY_LENGTH);
	assert_int_equal(head.content_length, 7);
	assert_true(head.keep_alive);
	assert_false(head.expect_other);
	assert_int_equal(accepted(REPLY, "HTTP/1.1 100 \r\n\r\n").status, 100);
	assert_int_equal(accepted(REPLY, "HTTP/1.1 599 \r\n\r\n").status, 599);
}

static void refuses_a_malformed_status_line(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REPLY, HTTP_HEAD_MALFORMED, BYTES("HTTP/1.1 099 x\r\n\r\n"), BYTES("HTTP/1.1 600 x\r\n\r\n"),
		  BYTES("HTTP/1.1 20 x\r\n\r\n"), BYTES("HTTP/1.1 2000 x\r\n\r\n"), BYTES("HTTP/1.1 200\r\n\r\n"),
		  BYTES("HTTP/1.1  200 x\r\n\r\n"), BYTES("HTTP/1.1 2x0 x\r\n\r\n"), BYTES("HTTP/1.1 200 \0\r\n\r\n"),
		  BYTES("HTTP/1.1 200 x\n\r\n"), BYTES("http/1.1 200 x\r\n\r\n"), BYTES("ICY 200 x\r\n\r\n"),
		  BYTES("\r\nHTTP/1.1 200 x\r\n\r\n"), BYTES("HTTP/1.1 200 x\r\nX : a\r\n\r\n"));
	CHECK_ALL(REPLY, HTTP_HEAD_VERSION, BYTES("HTTP/2.0 200 x\r\n\r\n"), BYTES("HTTP/1.2 200 x\r\n\r\n"),
		  BYTES("HTTP/0.9 200 x\r\n\r\n"));
	CHECK_ALL(REPLY, HTTP_HEAD_OK, BYTES("HTTP/1.1 200 x\r\n\r\n"), BYTES("HTTP/1.0 200 x\r\n\r\n"));
}

static void frames_the_body_of_a_reply(void **state) {
	GW_UNUSED(state);
	static const struct {
		enum kind kind;
		const char *text;
		enum http_framing framing;
		bool keep_alive;
	} cases[] = {
		{REPLY, "HTTP/1.1 200 \r\n\r\n", HTTP_BODY_TO_CLOSE, false},
		{REPLY, "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n", HTTP_BODY_LENGTH, true},
		{REPLY, "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_BODY_CHUNKED, true},
		{REPLY, "HTTP/1.1 200 \r\nContent-Length: 5\r\nConnection: close\r\n\r\n", HTTP_BODY_LENGTH, false},
		{REPLY, "HTTP/1.1 204 \r\n\r\n", HTTP_BODY_NONE, true},
		{REPLY, "HTTP/1.1 304 \r\nContent-Length: 5\r\n\r\n", HTTP_BODY_NONE, true},
		{REPLY, "HTTP/1.1 100 \r\n\r\n", HTTP_BODY_NONE, true},
		{REPLY, "HTTP/1.1 199 \r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_BODY_NONE, true},
		{REPLY_TO_HEAD, "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n", HTTP_BODY_NONE, true},
		{REPLY_TO_HEAD, "HTTP/1.1 200 \r\n\r\n", HTTP_BODY_NONE, true},
		{REPLY, "HTTP/1.0 200 \r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", HTTP_BODY_LENGTH,
		 false},
		{REPLY, "HTTP/1.0 200 \r\n\r\n", HTTP_BODY_TO_CLOSE, false},
	};
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		struct http_head head = accepted(cases[i].kind, cases[i].text);
		assert_int_equal(head.framing, cases[i].framing);
		assert_int_equal(head.keep_alive, cases[i].keep_alive);
		assert_int_equal(head.content_length, head.framing == HTTP_BODY_LENGTH ? 5 : 0);
	}
}

static void refuses_ambiguous_framing_of_a_reply(void **state) {
	GW_UNUSED(state);
	CHECK_ALL(REPLY, HTTP_HEAD_FRAMING, BYTES("HTTP/1.1 200 \r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"),
		  BYTES("HTTP/1.1 200 \r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
		  BYTES("HTTP/1.1 200 \r\nTransfer-Encoding: chunked, chunked\r\n\r\n"),
		  BYTES("HTTP/1.0 200 \r\nTransfer-Encoding: chunked\r\n\r\n"));
	check(REPLY, gw_span_of("HTTP/1.1 200 \r\nTransfer-Encoding: gzip, chunked\r\n\r\n"), HTTP_HEAD_CODING);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_a_head_with_two_content_lengths),
		cmocka_unit_test(refuses_a_content_length_that_is_not_plain_digits),
		cmocka_unit_test(reads_a_content_length_of_up_to_19_digits),
		cmocka_unit_test(refuses_both_framings_in_one_head),
		cmocka_unit_test(refuses_any_transfer_encoding_but_one_chunked),
		cmocka_unit_test(reads_chunked_in_any_case),
		cmocka_unit_test(takes_a_reply_apart),
		cmocka_unit_test(refuses_a_malformed_status_line),
		cmocka_unit_test(frames_the_body_of_a_reply),
		cmocka_unit_test(refuses_ambiguous_framing_of_a_reply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
