/* tests/unit/test_http_body.c - what the body decoder refuses, and beside each refusal what it accepts.
 *
 * Every case is fed whole, byte by byte, and in two pieces cut after every byte: the same bytes must come
 * out, the same number of bytes must be used, and the verdict must be the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "gateway/engine/http_body.h"

struct result {
	enum http_body_status status;
	size_t used, body_n;
	char body[256];
	bool complete_at_close;
};

static enum http_body_status feed_piece(struct http_body *b, struct gw_span piece, struct result *r) {
	struct gw_span in = piece, data;
	enum http_body_status status = http_body_feed(b, &in, &data);
	while (status == HTTP_BODY_DATA) {
		assert_true(data.n > 0);
		assert_true(data.p >= piece.p && data.p + data.n <= in.p);
		memcpy(r->body + r->body_n, data.p, data.n);
		r->body_n += data.n;
		status = http_body_feed(b, &in, &data);
	}
	assert_int_equal(data.n, 0);
	assert_true(status != HTTP_BODY_MORE || in.n == 0);
	r->used += (size_t)(in.p - piece.p);
	return status;
}

/* The first piece has `first` bytes, each later one `step`. */
static struct result feed(enum http_framing framing, uint64_t length, struct gw_span in, size_t first, size_t step) {
	struct http_body b;
	struct result r = {.used = 0};
	assert_true(in.n <= sizeof(r.body));
	http_body_init(&b, framing, length);
	r.status = feed_piece(&b, (struct gw_span){in.p, first}, &r);
	for (size_t at = first; at < in.n && r.status == HTTP_BODY_MORE; at += step) {
		size_t n = in.n - at < step ? in.n - at : step;
		r.status = feed_piece(&b, (struct gw_span){in.p + at, n}, &r);
	}
	assert_int_equal(b.total, r.body_n);
	r.complete_at_close = http_body_at_close(&b);
	if (r.status != HTTP_BODY_MORE) { /* sticky */
		struct gw_span more = gw_span_of("0\r\n\r\n"), data;
		assert_int_equal(http_body_feed(&b, &more, &data), r.status);
		assert_int_equal(more.n, 5);
	}
	return r;
}

static void assert_same(const struct result *a, const struct result *b) {
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->used, b->used);
	assert_int_equal(a->complete_at_close, b->complete_at_close);
	assert_int_equal(a->body_n, b->body_n);
	assert_memory_equal(a->body, b->body, a->body_n);
}

static struct result decode(enum http_framing framing, uint64_t length, struct gw_span in) {
	struct result whole = feed(framing, length, in, in.n, 1);
	for (size_t first = 0; first <= in.n; first++) {
		struct result bytewise = feed(framing, length, in, first, 1);
		struct result halves = feed(framing, length, in, first, in.n);
		assert_same(&whole, &bytewise);
		assert_same(&whole, &halves);
	}
	return whole;
}

#define BYTES(literal) ((struct gw_span){(literal), sizeof(literal) - 1})

static void takes(struct gw_span in, const char *body) {
	struct result r = decode(HTTP_BODY_CHUNKED, 0, in);
	if (r.status != HTTP_BODY_END || r.used != in.n || r.body_n != strlen(body) ||
	    memcmp(r.body, body, r.body_n) != 0) {
		fail_msg("'%.*s': %d after %zu, '%.*s'", (int)in.n, in.p, (int)r.status, r.used, (int)r.body_n, r.body);
	}
	assert_true(r.complete_at_close);
}

/* Refused with the byte behind the `good` ones. */
static void refuses_after(size_t good, struct gw_span in) {
	struct result r = decode(HTTP_BODY_CHUNKED, 0, in);
	if (r.status != HTTP_BODY_MALFORMED || r.used != good) {
		fail_msg("'%.*s': %d after %zu", (int)in.n, in.p, (int)r.status, r.used);
	}
	assert_false(r.complete_at_close);
}

static void wants_more(struct gw_span in) {
	struct result r = decode(HTTP_BODY_CHUNKED, 0, in);
	assert_int_equal(r.status, HTTP_BODY_MORE);
	assert_false(r.complete_at_close);
}

static void joins_the_chunks(void **state) {
	GW_UNUSED(state);
	takes(BYTES("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), "hello world");
	takes(BYTES("1\r\n\r\r\n1\r\n\n\r\n0\r\n\r\n"), "\r\n");
	takes(BYTES("5\r\n0\r\n\r\n\r\n0\r\n\r\n"), "0\r\n\r\n");
	takes(BYTES("0\r\n\r\n"), "");
}

static void leaves_what_follows_the_last_chunk(void **state) {
	GW_UNUSED(state);
	struct result r = decode(HTTP_BODY_CHUNKED, 0, BYTES("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n"));
	assert_int_equal(r.status, HTTP_BODY_END);
	assert_int_equal(r.used, strlen("1\r\na\r\n0\r\n\r\n"));
}

static void reads_sizes_in_hex_of_either_case_and_up_to_15_digits(void **state) {
	GW_UNUSED(state);
	takes(BYTES("a\r\n0123456789\r\n0\r\n\r\n"), "0123456789");
	takes(BYTES("A\r\n0123456789\r\n0\r\n\r\n"), "0123456789");
	takes(BYTES("0f\r\n0123456789abcde\r\n000\r\n\r\n"), "0123456789abcde");
	takes(BYTES("1B\r\n0123456789abcdef0123456789a\r\n0\r\n\r\n"), "0123456789abcdef0123456789a");
	takes(BYTES("000000000000001\r\na\r\n000000000000000\r\n\r\n"), "a");
	wants_more(BYTES("fffffffffffffff\r\nabc"));
	refuses_after(15, BYTES("0000000000000001\r\na\r\n0\r\n\r\n"));
	refuses_after(15, BYTES("ffffffffffffffff\r\na"));
	refuses_after(15, BYTES("10000000000000000"));
	refuses_after(15, BYTES("0000000000000000\r\n\r\n"));
}

static void refuses_a_size_that_is_not_hex_digits(void **state) {
	GW_UNUSED(state);
	refuses_after(0, BYTES("\r\na\r\n0\r\n\r\n"));
	refuses_after(0, BYTES("-1\r\n"));
	refuses_after(0, BYTES("+1\r\na\r\n0\r\n\r\n"));
	refuses_after(1, BYTES("0x1\r\na\r\n0\r\n\r\n"));
	refuses_after(0, BYTES("g\r\n"));
	refuses_after(1, BYTES("1G\r\n"));
	refuses_after(0, BYTES("`\r\n"));
	refuses_after(0, BYTES("@\r\n"));
	refuses_after(0, BYTES(":\r\n"));
	refuses_after(0, BYTES("/\r\n"));
	refuses_after(1, BYTES("1_0\r\n"));
	refuses_after(1, BYTES("1\0\r\n"));
	refuses_after(0, BYTES("\x81\r\n"));
	refuses_after(0, BYTES("\x11\r\n"));
	takes(BYTES("1\r\na\r\n0\r\n\r\n"), "a");
}

static void refuses_blanks_around_a_size(void **state) {
	GW_UNUSED(state);
	refuses_after(0, BYTES(" 1\r\na\r\n0\r\n\r\n"));
	refuses_after(1, BYTES("1 \r\na\r\n0\r\n\r\n"));
	refuses_after(1, BYTES("1\t\r\na\r\n0\r\n\r\n"));
	refuses_after(1, BYTES("0 \r\n\r\n"));
	takes(BYTES("1\r\n \r\n0\r\n\r\n"), " ");
}

static void refuses_chunk_extensions(void **state) {
	GW_UNUSED(state);
	refuses_after(1, BYTES("1;a=b\r\na\r\n0\r\n\r\n"));
	refuses_after(1, BYTES("1;\r\na\r\n0\r\n\r\n"));
	refuses_after(1, BYTES("0;\n\r\n\r\n"));
	takes(BYTES("1\r\n;\r\n0\r\n\r\n"), ";");
}

static void refuses_line_ends_other_than_crlf(void **state) {
	GW_UNUSED(state);
	refuses_after(1, BYTES("1\na\r\n0\r\n\r\n"));
	refuses_after(2, BYTES("1\ra\r\n0\r\n\r\n"));
	refuses_after(2, BYTES("1\r\r\na\r\n0\r\n\r\n"));
	refuses_after(4, BYTES("1\r\na\n0\r\n\r\n"));
	refuses_after(5, BYTES("1\r\na\r0\r\n\r\n"));
	refuses_after(1, BYTES("0\n\n"));
	refuses_after(2, BYTES("0\r\r\n"));
	refuses_after(3, BYTES("0\r\n\n"));
	refuses_after(4, BYTES("0\r\n\r\r\n"));
	takes(BYTES("1\r\n\n\r\n0\r\n\r\n"), "\n");
}

static void refuses_a_chunk_longer_or_shorter_than_its_size(void **state) {
	GW_UNUSED(state);
	refuses_after(4, BYTES("1\r\nab\r\n0\r\n\r\n"));
	refuses_after(6, BYTES("3\r\na\r\n0\r\n\r\n"));
	refuses_after(4, BYTES("1\r\na0\r\n\r\n"));
	takes(BYTES("2\r\nab\r\n0\r\n\r\n"), "ab");
}

static void refuses_trailer_fields(void **state) {
	GW_UNUSED(state);
	refuses_after(3, BYTES("0\r\nX: a\r\n\r\n"));
	refuses_after(3, BYTES("0\r\n X: a\r\n\r\n"));
	refuses_after(3, BYTES("0\r\n0\r\n\r\n"));
	takes(BYTES("0\r\n\r\n"), "");
}

static void waits_for_the_end_of_a_chunked_body(void **state) {
	GW_UNUSED(state);
	wants_more(BYTES(""));
	wants_more(BYTES("1"));
	wants_more(BYTES("1\r\n"));
	wants_more(BYTES("1\r\na"));
	wants_more(BYTES("1\r\na\r\n"));
	wants_more(BYTES("1\r\na\r\n0\r\n"));
	wants_more(BYTES("1\r\na\r\n0\r\n\r"));
}

static void counts_a_body_of_known_length(void **state) {
	GW_UNUSED(state);
	struct result r = decode(HTTP_BODY_LENGTH, 5, BYTES("helloGET"));
	assert_int_equal(r.status, HTTP_BODY_END);
	assert_int_equal(r.used, 5);
	assert_memory_equal(r.body, "hello", 5);
	r = decode(HTTP_BODY_LENGTH, 5, BYTES("hell"));
	assert_int_equal(r.status, HTTP_BODY_MORE);
	assert_int_equal(r.body_n, 4);
	assert_false(r.complete_at_close);
	r = decode(HTTP_BODY_LENGTH, 0, BYTES("GET"));
	assert_int_equal(r.status, HTTP_BODY_END);
	assert_int_equal(r.used, 0);
	assert_true(r.complete_at_close);
	assert_int_equal(decode(HTTP_BODY_LENGTH, UINT64_MAX, BYTES("a")).status, HTTP_BODY_MORE);
}

static void uses_nothing_where_there_is_no_body(void **state) {
	GW_UNUSED(state);
	struct result r = decode(HTTP_BODY_NONE, 5, BYTES("GET"));
	assert_int_equal(r.status, HTTP_BODY_END);
	assert_int_equal(r.used, 0);
	assert_true(r.complete_at_close);
	assert_int_equal(decode(HTTP_BODY_NONE, 0, BYTES("")).status, HTTP_BODY_END);
}

static void takes_everything_up_to_the_close(void **state) {
	GW_UNUSED(state);
	struct result r = decode(HTTP_BODY_TO_CLOSE, 0, BYTES("0\r\n\r\nmore\0"));
	assert_int_equal(r.status, HTTP_BODY_MORE);
	assert_int_equal(r.body_n, 10);
	assert_true(r.complete_at_close);
	assert_true(decode(HTTP_BODY_TO_CLOSE, 0, BYTES("")).complete_at_close);
}

static void a_zeroed_decoder_accepts_nothing(void **state) {
	GW_UNUSED(state);
	struct http_body b = {.left = 0};
	struct gw_span in = gw_span_of("a"), data;
	assert_int_equal(http_body_feed(&b, &in, &data), HTTP_BODY_MALFORMED);
	assert_false(http_body_at_close(&b));
	b.framing = HTTP_BODY_TO_CLOSE;
	assert_false(http_body_at_close(&b));
}

int main(void) {
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_the_chunks),
		cmocka_unit_test(leaves_what_follows_the_last_chunk),
		cmocka_unit_test(reads_sizes_in_hex_of_either_case_and_up_to_15_digits),
		cmocka_unit_test(refuses_a_size_that_is_not_hex_digits),
		cmocka_unit_test(refuses_blanks_around_a_size),
		cmocka_unit_test(refuses_chunk_extensions),
		cmocka_unit_test(refuses_line_ends_other_than_crlf),
		cmocka_unit_test(refuses_a_chunk_longer_or_shorter_than_its_size),
		cmocka_unit_test(refuses_trailer_fields),
		cmocka_unit_test(waits_for_the_end_of_a_chunked_body),
		cmocka_unit_test(counts_a_body_of_known_length),
		cmocka_unit_test(uses_nothing_where_there_is_no_body),
		cmocka_unit_test(takes_everything_up_to_the_close),
		cmocka_unit_test(a_zeroed_decoder_accepts_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
