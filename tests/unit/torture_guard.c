/* tests/unit/torture_guard.c - fails the n-th allocation of a whole life of the guard, for every n: load,
 * new, check, free. Link with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc; guard_memory.c routes libxml2.
 * Never OK with another payload, never a verdict that blames the caller wrongly, no crash, no leak. */
#include <libxml/parser.h>

#include "tests/unit/guard_fixture.h"
#include "tests/unit/torture.h"

#define XSI "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""

static const struct torture_case {
	const char *body;
	bool soap12;
	enum guard_verdict verdict;
	const char *payload;
} cases[] = {
	{ENVELOPE(FIXTURE_SOAP11,
		  "<s:Header><h xmlns='urn:h' a='&lt;'>&#65;</h></s:Header><s:Body>" REQ(
			  "<r:emso>010100<!-- x -->6500006</r:emso><r:namen> a  b "
			  "</r:namen><r:stavba><r:ko>1</r:ko>"
			  "</r:stavba><r:oseba " XSI " xsi:type='r:Direktor'><r:ime>&amp;</r:ime><r:naziv/>"
			  "</r:oseba><r:datum>2026-01-01</r:datum><r:opomba a='1&amp;2' d='&lt;'><![CDATA[<]]>"
			  "</r:opomba>") "</s:Body>"),
	 false, GUARD_OK,
	 "<Req xmlns=\"urn:test:1\"><emso>0101006500006</emso><namen> a  b "
	 "</namen><stavba><ko>1</ko></stavba>"
	 "<oseba xmlns:n1=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:t1=\"urn:test:1\" "
	 "n1:type=\"t1:Direktor\">"
	 "<ime>&amp;</ime><naziv></naziv></oseba><datum>2026-01-01</datum><opomba a=\"1&amp;2\" "
	 "d=\"&lt;\">&lt;</opomba>"
	 "</Req>"},
	{BODY12(REQ("<r:emso>1</r:emso>")), true, GUARD_INVALID, NULL},
	{BODY12(REQ("<r:oseba " XSI " xsi:type='r:Tuj'><r:karkoli/></r:oseba>")), true, GUARD_INVALID, NULL},
	{BODY12(REQ("<r:opomba d='1234'/>")), true, GUARD_INVALID, NULL},
	{BODY12(REQ("&a;")), true, GUARD_NOT_WELL_FORMED, NULL},
	{BODY12(REQ("<q:a/>")), true, GUARD_NOT_NS_WELL_FORMED, NULL},
	{ENVELOPE(FIXTURE_SOAP12,
		  "<s:Header><h xmlns='urn:h' s:mustUnderstand='true'/></s:Header><s:Body>" REQ() "</s:Body>"),
	 true, GUARD_MUST_UNDERSTAND, NULL},
};

/* More than the reserve of guard_memory.c holds: there libxml2 does see allocations fail. */
static char long_comment[400 * 1024], many_elements[64 * 1024];

static void fill(char *out, size_t size, const char *before, const char *unit, const char *after) {
	size_t n = (size_t)snprintf(out, size, "%s", before);
	while (n + strlen(unit) + strlen(after) + 1 < size) {
		n += (size_t)snprintf(out + n, size - n, "%s", unit);
	}
	snprintf(out + n, size - n, "%s", after);
}

static const struct torture_case large[] = {
	{long_comment, false, GUARD_OK, "<Req xmlns=\"urn:test:1\"></Req>"},
	{many_elements, false, GUARD_INVALID, NULL},
};

static void write_large(void) {
#define OPEN "<s:Envelope xmlns:s='" FIXTURE_SOAP11 "'><s:Body><r:Req xmlns:r='urn:test:1'>"
#define CLOSE "</r:Req></s:Body></s:Envelope>"
	fill(long_comment, sizeof(long_comment), OPEN "<!--", " comment", "-->" CLOSE);
	fill(many_elements, sizeof(many_elements), OPEN, "<r:opomba xml:lang='a'>text</r:opomba>", CLOSE);
}

static void require(bool ok, const char *what, const struct torture_case *c, const struct guard_out *out) {
	if (!ok) {
		fprintf(stderr, "allocation %zu: %s: %s (%s) for %.200s\n", torture_fail_at, what,
			guard_verdict_name(out->verdict), out->detail, c->body);
		abort();
	}
}

static void judge(const struct torture_case *c, const struct guard_out *out) {
	bool allowed = out->verdict == c->verdict || out->verdict == GUARD_NOMEM;
	require(allowed, "wrong verdict", c, out);
	require(torture_failed || out->verdict == c->verdict, "out of memory without cause", c, out);
	if (out->verdict == GUARD_OK) {
		require(gw_span_is(out->payload, c->payload), "wrong payload", c, out);
		require(out->field_count == 3 || c == &large[0], "wrong fields", c, out);
	}
}

/* Twice with one guard: after a failure it must still serve. */
static void check(const struct fixture *f, struct guard *g, const struct torture_case *c) {
	struct guard_in in = fixture_in(f, c->soap12, gw_span_of(c->body));
	struct guard_out out;
	guard_check(g, &in, &out);
	judge(c, &out);
	torture_stop();
	guard_check(g, &in, &out);
	torture_failed = false;
	judge(c, &out);
}

static void whole_life(const struct fixture *f, const struct torture_case *c) {
	struct guard_set *set = NULL;
	struct guard *g = NULL;
	struct gw_err err = {0};
	if (guard_set_load(&f->service, 1, &guard_default_limits, &set, &err) == GW_OK &&
	    guard_new(set, &g, &err) == GW_OK) {
		check(f, g, c);
	}
	guard_free(g);
	guard_set_free(set);
	xmlResetLastError();
}

static size_t run_lives(const struct fixture *f, const struct torture_case *c) {
	size_t n = 0;
	do {
		torture_start(++n);
		whole_life(f, c);
	} while (torture_failed_once);
	return n - 1;
}

static void one_check(const struct fixture *f, struct guard *g, const struct torture_case *c, size_t n) {
	torture_start(n);
	check(f, g, c);
}

static size_t run_checks(const struct fixture *f, const struct torture_case *c, size_t step) {
	size_t tried = 0, n = 1;
	do {
		one_check(f, f->guard, c, n);
		n += step;
		tried++;
	} while (torture_failed_once);
	return tried - 1;
}

static void silent(void *data, xmlError *e) {
	GW_UNUSED(data), GW_UNUSED(e);
}

int main(void) {
	struct fixture f;
	xmlSetStructuredErrorFunc(NULL, silent);
	if (fixture_open(&f, &guard_default_limits)) {
		return 1;
	}
	size_t checks = 0, lives = 0;
	for (size_t i = 0; i < 2 * GW_COUNT(cases); i++) {
		torture_for_good = i % 2;
		checks += run_checks(&f, &cases[i / 2], 1);
	}
	write_large();
	torture_for_good = true;
	for (size_t i = 0; i < GW_COUNT(large); i++) {
		checks += run_checks(&f, &large[i], i ? 499 : 11);
	}
	for (size_t i = 0; i < 2; i++) {
		torture_for_good = i % 2;
		lives += run_lives(&f, &cases[0]);
	}
	torture_stop();
	fixture_close(&f);
	xmlCleanupParser();
	printf("torture_guard: %zu allocations of checks, %zu of whole lives failed in turn\n", checks, lives);
	return 0;
}
