#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/kv.h"
#include "base/text.h"

static void the_first_cause_of_an_error_stays(void **state) {
	struct gw_err err = {0};
	GW_UNUSED(state);
	assert_int_equal(gw_fail(&err, GW_E_STORE, "disk '%s' full", "a"), GW_E_STORE);
	assert_int_equal(gw_fail(&err, GW_E_BUG, "later"), GW_E_BUG);
	assert_int_equal(err.code, GW_E_STORE);
	assert_string_equal(err.msg, "disk 'a' full");
	GW_UNUSED(gw_wrap(&err, GW_E_CONFIG, "reload"));
	assert_string_equal(err.msg, "reload: disk 'a' full");
	assert_int_equal(err.code, GW_E_CONFIG);
}

static void a_buffer_refuses_what_passes_its_ceiling_and_keeps_its_content(void **state) {
	GW_AUTO(buf) struct gw_buf b;
	GW_UNUSED(state);
	gw_buf_init(&b, 8);
	assert_int_equal(gw_buf_add(&b, "12345678", 8), GW_OK);
	assert_int_equal(gw_buf_add(&b, "9", 1), GW_E_RETRY);
	assert_int_equal(gw_buf_addf(&b, "%d", 9), GW_E_RETRY);
	assert_true(gw_span_is(gw_buf_span(&b), "12345678"));
	gw_buf_drop_front(&b, 3);
	assert_true(gw_span_is(gw_buf_span(&b), "45678"));
}

static void hex_and_base64url_follow_rfc_4648(void **state) {
	static const struct {
		const char *plain, *base64url;
	} rows[] = {{"", ""},	     {"f", "Zg"},	 {"fo", "Zm8"},
		    {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"\xff\xfe\xfb", "__77"}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		GW_AUTO(buf) struct gw_buf b;
		gw_buf_init(&b, 64);
		assert_int_equal(gw_base64url(&b, rows[i].plain, strlen(rows[i].plain)), GW_OK);
		assert_true(gw_span_is(gw_buf_span(&b), rows[i].base64url));
	}
	uint8_t bytes[2];
	char hex[5];
	assert_true(gw_unhex("00fF", 4, bytes, 2));
	gw_hex(bytes, 2, hex);
	assert_string_equal(hex, "00ff");
	assert_false(gw_unhex("00f", 3, bytes, 2));
	assert_false(gw_unhex("00fg", 4, bytes, 2));
}

static void numbers_are_decimal_digits_up_to_the_limit(void **state) {
	static const struct {
		const char *text;
		uint64_t max;
		bool ok;
	} rows[] = {{"0", 0, true},
		    {"65535", 65535, true},
		    {"65536", 65535, false},
		    {"", 9, false},
		    {"-1", 9, false},
		    {"1 ", 9, false},
		    {"+1", 9, false},
		    {"0x1", 99, false},
		    {"18446744073709551615", UINT64_MAX, true},
		    {"18446744073709551616", UINT64_MAX, false}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		uint64_t v = 0;
		assert_int_equal(gw_parse_u64(rows[i].text, strlen(rows[i].text), rows[i].max, &v), rows[i].ok);
	}
}

static void a_line_gives_back_every_value_that_was_put_in(void **state) {
	static const char *const values[] = {"bare",  "",	  "with blank", "quote\"back\\slash", "line\nfeed",
					     "č š ž", "\x01\x7f", "a=b",	"\xff\xfe broken"};
	GW_AUTO(buf) struct gw_buf line, value;
	GW_UNUSED(state);
	gw_buf_init(&line, 1024);
	gw_buf_init(&value, 1024);
	for (size_t i = 0; i < GW_COUNT(values); i++) {
		char key[8];
		snprintf(key, sizeof(key), "k%zu", i);
		assert_int_equal(gw_kv_text(&line, key, values[i]), GW_OK);
	}
	assert_null(memchr(line.data, '\n', line.len));
	for (size_t i = 0; i < GW_COUNT(values); i++) {
		char key[8];
		snprintf(key, sizeof(key), "k%zu", i);
		assert_int_equal(gw_kv_find(gw_buf_span(&line), key, &value), GW_OK);
		assert_true(gw_span_is(gw_buf_span(&value), values[i]));
	}
	assert_int_equal(gw_kv_find(gw_buf_span(&line), "absent", &value), GW_E_NOTFOUND);
}

static void a_line_that_breaks_the_grammar_is_refused(void **state) {
	static const char *const bad[] = {"=v",		"k",	       "k=",	     "k=a b",	   "K=v",
					  "k=\"open",	"k=\"x\"y",    "k=\"\\q\"",  "k=\"\\x1\"", "k=v ",
					  " k=v",	"k=v  l=w",    "k=a\"b",     "k=\"\x01\"", "k=\"\x7f\"",
					  "k=\"\xc5\"", "k=\"\\x0A\"", "k=\"\\xA0\""};
	GW_AUTO(buf) struct gw_buf value;
	GW_UNUSED(state);
	gw_buf_init(&value, 256);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		assert_int_equal(gw_kv_find(gw_span_of(bad[i]), "zzz", &value), GW_E_INPUT);
	}
	assert_int_equal(gw_kv_find(gw_span_of("k=v l=\"w x\""), "l", &value), GW_OK);
}

static void a_time_survives_writing_and_reading(void **state) {
	static const int64_t times[] = {0, 951782400123, 1582934399999, 4102444800000};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(times); i++) {
		char text[GW_TIME_TEXT];
		int64_t back = -1;
		gw_time_text(times[i], text);
		assert_true(gw_time_parse(text, &back));
		assert_int_equal(back, times[i]);
	}
	int64_t ms;
	assert_true(gw_time_parse("2026-11-21T11:00:00+01:00", &ms));
	int64_t same;
	assert_true(gw_time_parse("2026-11-21T10:00:00Z", &same));
	assert_int_equal(ms, same);
	static const char *const bad[] = {"2026-11-21",		  "2026-11-21T10:00:00",   "2026-11-21T10:00:00.Z",
					  "2026-13-21T10:00:00Z", "2026-11-21T10:00:00Zx", "2026-11-21T10:00:00+1:00"};
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		assert_false(gw_time_parse(bad[i], &ms));
	}
}

static int64_t at(const char *text) {
	int64_t ms = 0;
	assert_true(gw_time_parse(text, &ms));
	return ms / 1000;
}

static void summer_time_begins_and_ends_on_last_sundays_at_one_utc(void **state) {
	static const struct {
		const char *begins, *ends;
	} years[] = {{"1996-03-31T01:00:00Z", "1996-10-27T01:00:00Z"}, {"2000-03-26T01:00:00Z", "2000-10-29T01:00:00Z"},
		     {"2023-03-26T01:00:00Z", "2023-10-29T01:00:00Z"}, {"2024-03-31T01:00:00Z", "2024-10-27T01:00:00Z"},
		     {"2025-03-30T01:00:00Z", "2025-10-26T01:00:00Z"}, {"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"},
		     {"2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z"}, {"2032-03-28T01:00:00Z", "2032-10-31T01:00:00Z"},
		     {"2100-03-28T01:00:00Z", "2100-10-31T01:00:00Z"}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(years); i++) {
		int64_t begins = at(years[i].begins), ends = at(years[i].ends);
		assert_int_equal(gw_slovenia_offset_s(begins - 1), 3600);
		assert_int_equal(gw_slovenia_offset_s(begins), 7200);
		assert_int_equal(gw_slovenia_offset_s(ends - 1), 7200);
		assert_int_equal(gw_slovenia_offset_s(ends), 3600);
	}
	assert_int_equal(gw_slovenia_offset_s(at("2026-01-31T12:00:00Z")), 3600);
	assert_int_equal(gw_slovenia_offset_s(at("2026-12-01T12:00:00Z")), 3600);
	assert_int_equal(gw_slovenia_offset_s(at("2026-04-01T00:00:00Z")), 7200);
	assert_int_equal(gw_slovenia_offset_s(at("2026-09-30T23:59:59Z")), 7200);
}

static void a_day_is_the_one_in_slovenia(void **state) {
	static const struct {
		const char *utc, *day;
	} rows[] = {{"2026-11-21T10:00:00Z", "21. 11. 2026"}, {"2026-11-21T22:59:59Z", "21. 11. 2026"},
		    {"2026-11-21T23:00:00Z", "22. 11. 2026"}, {"2025-12-31T23:00:00Z", "1. 1. 2026"},
		    {"2026-07-31T21:59:59Z", "31. 7. 2026"},  {"2026-07-31T22:00:00Z", "1. 8. 2026"},
		    {"2026-03-28T23:00:00Z", "29. 3. 2026"},  {"2026-03-29T22:00:00Z", "30. 3. 2026"},
		    {"2026-10-24T22:00:00Z", "25. 10. 2026"}, {"2026-10-25T22:59:59Z", "25. 10. 2026"},
		    {"2024-02-28T23:00:00Z", "29. 2. 2024"},  {"1969-12-31T23:00:00Z", "1. 1. 1970"}};
	char day[GW_DAY_TEXT];
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		gw_day_text(at(rows[i].utc), day);
		assert_string_equal(day, rows[i].day);
	}
}

static void a_name_is_what_stands_behind_the_last_slash(void **state) {
	static const struct {
		const char *path, *name;
	} cases[] = {{"x.pdf", "x.pdf"},
		     {"../../x.pdf", "x.pdf"},
		     {"C:\\a\\x.pdf", "x.pdf"},
		     {"/a\\b/c\\d", "d"},
		     {"a/", ""},
		     {"\\", ""},
		     {"", ""},
		     {"..", ".."}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		assert_true(gw_span_is(gw_file_name(gw_span_of(cases[i].path)), cases[i].name));
	}
}

static void text_is_utf_8_without_nul(void **state) {
	static const struct gw_span bad[] = {
		{"a\0b", 3}, {"\xC4", 1}, {"\xFF\xFE", 2}, {"\xED\xA0\x80", 3}, {"\xC0\x80", 2}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		assert_false(gw_is_text(bad[i]));
	}
	assert_true(gw_is_text((struct gw_span){NULL, 0}));
	assert_true(gw_is_text(gw_span_of("Šmarje\r\n\t😀")));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_cause_of_an_error_stays),
		cmocka_unit_test(a_buffer_refuses_what_passes_its_ceiling_and_keeps_its_content),
		cmocka_unit_test(hex_and_base64url_follow_rfc_4648),
		cmocka_unit_test(numbers_are_decimal_digits_up_to_the_limit),
		cmocka_unit_test(a_line_gives_back_every_value_that_was_put_in),
		cmocka_unit_test(a_line_that_breaks_the_grammar_is_refused),
		cmocka_unit_test(a_time_survives_writing_and_reading),
		cmocka_unit_test(summer_time_begins_and_ends_on_last_sundays_at_one_utc),
		cmocka_unit_test(a_day_is_the_one_in_slovenia),
		cmocka_unit_test(a_name_is_what_stands_behind_the_last_slash),
		cmocka_unit_test(text_is_utf_8_without_nul),
	};
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
