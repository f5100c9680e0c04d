#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>

#include <cmocka.h>

#include "base/err.h"
#include "vash/net_address.h"

static void tells_apart(bool (*ok)(struct gw_span), const char *const good[], size_t good_count,
			const char *const bad[], size_t bad_count) {
	for (size_t i = 0; i < good_count; i++) {
		if (!ok(gw_span_of(good[i]))) {
			fail_msg("'%s' is refused", good[i]);
		}
	}
	for (size_t i = 0; i < bad_count; i++) {
		if (ok(gw_span_of(bad[i]))) {
			fail_msg("'%s' is accepted", bad[i]);
		}
	}
}

static void a_domain_name_is_made_of_labels(void **state) {
	static const char *const good[] = {"a", "localhost", "a-b.example.si", "1a.2b", "xn--obina-01a.si"};
	static const char *const bad[] = {"",	 ".",	"..",	"a.",  ".a",  "a..b",  "-a.si", "a-.si",
					  "a b", "a_b", "č.si", "a/b", "a:1", "[::1]", "a\nb"};
	GW_UNUSED(state);
	tells_apart(vash_domain_ok, good, GW_COUNT(good), bad, GW_COUNT(bad));
}

/* 63 bytes a label; four of them, with their dots, in all bytes that are given */
static void the_lengths_of_a_domain_name_are_bounded(void **state) {
	char text[300];
	GW_UNUSED(state);
	for (int n = 63; n <= 64; n++) {
		snprintf(text, sizeof(text), "%0*d.si", n, 0);
		assert_int_equal(vash_domain_ok(gw_span_of(text)), n == 63);
	}
	for (int n = 61; n <= 62; n++) {
		snprintf(text, sizeof(text), "%063d.%063d.%063d.%0*d", 0, 0, 0, n, 0);
		assert_int_equal(vash_domain_ok(gw_span_of(text)), n == 61);
	}
}

static void a_redirect_uri_names_a_host_that_there_can_be(void **state) {
	static const char *const good[] = {"https://a.test",
					   "https://a.test/",
					   "HTTPS://A.test?x=1",
					   "https://a.test:1/x",
					   "https://a.test:65535",
					   "https://127.0.0.1:8443/nazaj",
					   "https://[::1]/",
					   "https://[2001:db8::1]:443?a",
					   "https://localhost/%C4%8d/*(a)'&;=+$,!~_-."};
	static const char *const bad[] = {"",
					  "https://",
					  "https:///x",
					  "https://?x",
					  "https://:443/",
					  "http://a.test/",
					  "//a.test/",
					  "https://.../",
					  "https://a..b/",
					  "https://a.test./",
					  "https://-a.test/",
					  "https://a_b.test/",
					  "https://a.test:/",
					  "https://a.test:0/",
					  "https://a.test:65536/",
					  "https://a.test:99999/x",
					  "https://a.test:abc/",
					  "https://a.test:-1/",
					  "https://a.test:1:2/",
					  "https://[/",
					  "https://[]/",
					  "https://[::1/",
					  "https://[::g]/",
					  "https://[::1]x/",
					  "https://[127.0.0.1]/",
					  "https://[fe80::1%25eth0]/",
					  "https://::1/",
					  "https://256.0.0.1/",
					  "https://1.2.3/",
					  "https://a.test.1/",
					  "https://7/",
					  "https://u@a.test/",
					  "https://a.test/#x",
					  "https://a.test/%",
					  "https://a.test/%a",
					  "https://a.test/%zz",
					  "https://a.test/a b",
					  "https://a.test\\b/",
					  "https://a.test/\x7f",
					  "https://a.test/č",
					  "https://a%2etest/"};
	GW_UNUSED(state);
	tells_apart(vash_redirect_uri_ok, good, GW_COUNT(good), bad, GW_COUNT(bad));
}

/* The text behind the span is no part of it. */
static void an_escape_ends_with_its_uri(void **state) {
	GW_UNUSED(state);
	assert_false(vash_redirect_uri_ok((struct gw_span){"https://a.test/%41", 16}));
	assert_false(vash_redirect_uri_ok((struct gw_span){"https://a.test/%41", 17}));
	assert_true(vash_redirect_uri_ok((struct gw_span){"https://a.test/%41", 18}));
}

static void scheme_and_host_have_no_case(void **state) {
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {{"https://a.test/x", "HTTPS://A.Test/x", true},   {"https://a.test/x", "https://a.test/X", false},
		    {"https://a.test?q", "https://A.test?q", true},   {"https://a.test?q", "https://a.test?Q", false},
		    {"https://a.test", "https://a.test/", false},     {"https://a.test:443/", "https://a.test/", false},
		    {"https://[::A]:1/", "https://[::a]:1/", true},   {"https://a.test/x", "https://a.test/xy", false},
		    {"https://a.test.si/", "https://a.test/", false}, {"https://a.test", "https://A.test", true}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		struct gw_span a = gw_span_of(rows[i].a), b = gw_span_of(rows[i].b);
		assert_int_equal(vash_redirect_uri_same(a, b), rows[i].same);
		assert_int_equal(vash_redirect_uri_same(b, a), rows[i].same);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_domain_name_is_made_of_labels),
		cmocka_unit_test(the_lengths_of_a_domain_name_are_bounded),
		cmocka_unit_test(a_redirect_uri_names_a_host_that_there_can_be),
		cmocka_unit_test(an_escape_ends_with_its_uri),
		cmocka_unit_test(scheme_and_host_have_no_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
