#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "gateway/engine/http_value.h"

static void finds_a_token_in_a_list(void **state) {
	GW_UNUSED(state);
	static const struct {
		const char *value;
		bool has;
	} cases[] = {
		{"", false},
		{"multipart", false},
		{"multipart/related", true},
		{"*/*", false},
		{"text/xml;q=1, Multipart/Related ; q=0.5", true},
		{"text/xml; multipart/related", false},
		{"text/xml; a=\", multipart/related\"", false},
		{"text/xml; a=\"\\\", multipart/related\"", false},
		{"text/xml; a=\"x\",multipart/related", true},
		{"text/xml; a=\", multipart/related", false},
		{"x-multipart/related", false},
	};
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		assert_int_equal(http_list_has(gw_span_of(cases[i].value), "multipart/related"), cases[i].has);
	}
	assert_false(http_list_has((struct gw_span){NULL, 0}, "close"));
}

static void reads_media_types(void **state) {
	static const char *const good[] = {"a/b",
					   "text/xml;charset=utf-8",
					   "text/xml ; a=b ; c=\"d;e\"",
					   "text/xml;",
					   "text/xml; ; a=b;",
					   "a/b;x=\"\"",
					   "a/b;x=\"\\\"\"",
					   "Text/xml;;a=b ; "};
	struct gw_span type;
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(good); i++) {
		assert_true(http_media_type(gw_span_of(good[i]), &type));
		assert_int_equal(type.n, strcspn(good[i], "; "));
	}
}

static void refuses_what_is_no_media_type(void **state) {
	static const char *const bad[] = {"",
					  "a",
					  "a/",
					  "/b",
					  "a /b",
					  "a/ b",
					  "text;a=b",
					  "a/b/c",
					  "a/b c",
					  "a/b, c/d",
					  "a/b;x",
					  "a/b;x=",
					  "a/b;=y",
					  "a/b;x =y",
					  "a/b;x= y",
					  "a/b;x=\"",
					  "a/b;x=\"\\",
					  "a/b;x=\"y",
					  "a/b;x=y=z",
					  "a/b;x=\"\n\"",
					  "a/b;x=\"y\"z",
					  "a/b;x=y z",
					  "a/b;x=\"\\\"",
					  "a/b;x=<y>",
					  "a/b,c/d"};
	struct gw_span span;
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		if (http_media_type(gw_span_of(bad[i]), &span) || http_media_param(gw_span_of(bad[i]), "x", &span)) {
			fail_msg("'%s' taken for a media type", bad[i]);
		}
		assert_null(span.p);
	}
	assert_false(http_media_type((struct gw_span){NULL, 0}, &span));
}

static void reads_parameters_of_a_media_type(void **state) {
	static const struct {
		const char *value, *want; /* NULL: absent */
	} cases[] = {
		{"text/xml", NULL},
		{"text/xml; charset=utf-8", "utf-8"},
		{"text/xml;Charset=\"utf-8\"", "utf-8"},
		{"a/b; x=\"; charset=no\"; charset=yes", "yes"},
		{"a/b; x=\"a\\\"b\" ;\tcharset=yes", "yes"},
		{"a/b; charset=\"\"", ""},
		{"a/b; charset=\"a\\b\"", "a\\b"},
		{"a/b; xcharset=no", NULL},
		{"a/b; x=1; X=2", NULL},
	};
	static const char *const twice[] = {"a/b; charset=utf-8; Charset=utf-7", "a/b; charset=\"\"; charset=utf-7"};
	struct gw_span out;
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		assert_true(http_media_param(gw_span_of(cases[i].value), "charset", &out));
		assert_true(cases[i].want ? out.p && gw_span_is(out, cases[i].want) : !out.p);
	}
	for (size_t i = 0; i < GW_COUNT(twice); i++) {
		assert_false(http_media_param(gw_span_of(twice[i]), "charset", &out));
		assert_null(out.p);
	}
}

static void a_language_is_preferred_by_its_weight(void **state) {
	static const struct {
		const char *value;
		bool english;
	} cases[] = {
		{"en", true},
		{"EN-gb", true},
		{"en-US,en;q=0.9", true},
		{"sl;q=0.5, en;q=0.6", true},
		{"de,en;q=0.001", true},
		{"en ;\tq=1.000", true},
		{"", false},
		{"*", false},
		{"sl", false},
		{"sl,en;q=0.9", false},
		{"en;q=0.5,sl-SI", false},
		{"en;q=0", false},
		{"eng", false},
		{"en;q=1.001", false},
		{"en;q=x", false},
		{"en;q=", false},
		{"en;level=1", false},
		{"en;q=0.9,en;q=0.1,sl;q=0.95", false},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		if (http_prefers_language(gw_span_of(cases[i].value), "en", "sl") != cases[i].english) {
			fail_msg("'%s'", cases[i].value);
		}
	}
	assert_false(http_prefers_language((struct gw_span){NULL, 0}, "en", "sl"));
}

static void takes_what_is_there_and_no_more(void **state) {
	struct gw_span rest = gw_span_of("token \t:rest");
	GW_UNUSED(state);
	assert_true(gw_span_is(http_take_token(&rest), "token"));
	assert_false(http_take_char(&rest, ':'));
	http_skip_blanks(&rest);
	assert_true(http_take_char(&rest, ':'));
	assert_true(gw_span_is(rest, "rest"));
	assert_true(gw_span_is(http_trim(gw_span_of(" \ta b\t ")), "a b"));
	assert_int_equal(http_trim(gw_span_of(" \t")).n, 0);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_token_in_a_list),
		cmocka_unit_test(reads_media_types),
		cmocka_unit_test(refuses_what_is_no_media_type),
		cmocka_unit_test(reads_parameters_of_a_media_type),
		cmocka_unit_test(a_language_is_preferred_by_its_weight),
		cmocka_unit_test(takes_what_is_there_and_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
