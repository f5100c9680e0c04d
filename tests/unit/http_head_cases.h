/* tests/unit/http_head_cases.h - how the cases of the head parser are written.
 *
 * Every case is parsed whole and cut after every byte: the verdict must appear once, stay, and be the same. */
#ifndef GW_TESTS_HTTP_HEAD_CASES_H
#define GW_TESTS_HTTP_HEAD_CASES_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "gateway/engine/http_head.h"

enum { MAX_BYTES = 4096, MAX_FIELDS = 8 };
static const struct http_limits limits = {.max_bytes = MAX_BYTES, .max_fields = MAX_FIELDS};

enum kind { REQUEST = 0, REPLY, REPLY_TO_HEAD };

#define BYTES(literal)                                                                                                 \
	{ (literal), sizeof(literal) - 1 }
#define LINE(line) BYTES(line "\r\nHost: courts.example\r\n\r\n")
#define FIELD(fields) BYTES("POST /ezk HTTP/1.1\r\nHost: courts.example\r\n" fields "\r\n\r\n")
#define HOST(fields) BYTES("POST /ezk HTTP/1.1\r\n" fields "\r\n\r\n")

static inline enum http_head_status parse(enum kind kind, struct gw_span in, struct http_head *head) {
	if (kind == REQUEST) {
		return http_request_head(in, &limits, head);
	}
	return http_reply_head(in, &limits, kind == REPLY_TO_HEAD, head);
}

/* Parse a prefix that ends where its memory ends, so that a sanitizer sees any look beyond it. */
static inline enum http_head_status parse_prefix(enum kind kind, struct gw_span in, size_t n) {
	struct http_head head;
	char *copy = malloc(n > 0 ? n : 1);
	assert_non_null(copy);
	memcpy(copy, in.p, n);
	enum http_head_status status = parse(kind, (struct gw_span){copy, n}, &head);
	free(copy);
	return status;
}

/* The number of bytes after which the verdict is first known; fails if it ever changes. */
static inline size_t known_after(enum kind kind, struct gw_span in) {
	struct http_head head;
	enum http_head_status whole = parse(kind, in, &head);
	size_t known = in.n + 1;
	for (size_t n = 0; n <= in.n; n++) {
		enum http_head_status status = parse_prefix(kind, in, n);
		if (status != HTTP_HEAD_MORE && known > n) {
			known = n;
		}
		if (status != (n < known ? HTTP_HEAD_MORE : whole)) {
			fail_msg("cut after %zu of '%.*s': %d, whole: %d", n, (int)in.n, in.p, (int)status, (int)whole);
		}
	}
	return known;
}

static inline void check(enum kind kind, struct gw_span in, enum http_head_status want) {
	struct http_head head;
	enum http_head_status status = parse(kind, in, &head);
	if (status != want) {
		fail_msg("'%.*s': %d, wanted %d", (int)in.n, in.p, (int)status, (int)want);
	}
	assert_true(status == HTTP_HEAD_OK ? head.bytes > 0 : head.bytes == 0);
	known_after(kind, in);
}

static inline void check_all(enum kind kind, enum http_head_status want, const struct gw_span *cases, size_t count) {
	for (size_t i = 0; i < count; i++) {
		check(kind, cases[i], want);
	}
}

#define CHECK_ALL(kind, want, ...)                                                                                     \
	do {                                                                                                           \
		static const struct gw_span cases[] = {__VA_ARGS__};                                                   \
		check_all(kind, want, cases, GW_COUNT(cases));                                                         \
	} while (0)

static inline struct http_head accepted(enum kind kind, const char *text) {
	struct http_head head;
	check(kind, gw_span_of(text), HTTP_HEAD_OK);
	assert_int_equal(parse(kind, gw_span_of(text), &head), HTTP_HEAD_OK);
	return head;
}

static inline struct http_head accepted_field(const char *fields) {
	static char text[MAX_BYTES];
	snprintf(text, sizeof(text), "POST /ezk HTTP/1.1\r\nHost: courts.example\r\n%s\r\n\r\n", fields);
	return accepted(REQUEST, text);
}

static inline struct http_head accepted_target(const char *target) {
	static char text[MAX_BYTES];
	snprintf(text, sizeof(text), "POST %s HTTP/1.1\r\nHost: courts.example\r\n\r\n", target);
	return accepted(REQUEST, text);
}

static inline void assert_span(struct gw_span span, const char *want) {
	if (!gw_span_is(span, want)) {
		fail_msg("'%.*s', wanted '%s'", (int)span.n, span.n > 0 ? span.p : "", want);
	}
}
#endif
