/* tests/unit/guard_cases.h - how the cases of the guard are written: two guards, one with limits small enough to write
 * the cases at the limit and one over it by hand, and what is expected of a message. */
#ifndef GW_TESTS_GUARD_CASES_H
#define GW_TESTS_GUARD_CASES_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/guard_fixture.h"

#define XSI "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
#define TYPES "xmlns:t=\"urn:test:types:1\""
#define EMSO "<r:emso>0101006500006</r:emso>"
#define TEN "0123456789"
#define OPEN11 "<s:Envelope xmlns:s='" FIXTURE_SOAP11 "'><s:Body>"
#define CLOSE11 "</s:Body></s:Envelope>"

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

static inline int open_all(void **state) {
	GW_UNUSED(state);
	return fixture_open(&wide, &guard_default_limits) || fixture_open(&narrow, &small);
}

static inline int close_all(void **state) {
	GW_UNUSED(state);
	fixture_close(&wide);
	fixture_close(&narrow);
	return 0;
}

static inline void judged(enum guard_verdict wanted, const char *text) {
	if (out.verdict != wanted) {
		fail_msg("%s (%s) instead of %s: %.400s", guard_verdict_name(out.verdict), out.detail,
			 guard_verdict_name(wanted), text);
	}
	if (wanted != GUARD_OK) {
		assert_int_equal(out.payload.n, 0);
		assert_int_equal(out.field_count, 0);
	}
}

static inline void expect_in(struct fixture *f, enum guard_verdict wanted, bool soap12, struct gw_span body) {
	struct guard_in in = fixture_in(f, soap12, body);
	guard_check(f->guard, &in, &out);
	judged(wanted, body.p ? body.p : "(nothing)");
}

static inline void expect(enum guard_verdict wanted, const char *body) {
	expect_in(&wide, wanted, false, gw_span_of(body));
}

static inline void expect12(enum guard_verdict wanted, const char *body) {
	expect_in(&wide, wanted, true, gw_span_of(body));
}

static inline void expect_narrow(enum guard_verdict wanted, const char *body) {
	expect_in(&narrow, wanted, false, gw_span_of(body));
}

static inline void expect_head(enum guard_verdict wanted, const char *type, const char *action, const char *body) {
	struct guard_in in = {&wide.service, 0, gw_span_of(type), gw_span_of(action), gw_span_of(body)};
	guard_check(wide.guard, &in, &out);
	judged(wanted, type ? type : "(no type)");
}

static inline void payload_is(const char *wanted) {
	char got[4096];
	snprintf(got, sizeof(got), "%.*s", (int)out.payload.n, out.payload.p);
	assert_string_equal(got, wanted);
}

static inline void detail_has(const char *text) {
	if (!strstr(out.detail, text)) {
		fail_msg("'%s' lacks '%s'", out.detail, text);
	}
}

static inline void detail_lacks(const char *text) {
	if (strstr(out.detail, text)) {
		fail_msg("'%s' tells '%s'", out.detail, text);
	}
}
#endif
