#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above */
#include <cmocka.h>

#include "vash/fold.h"
#include "vash/reminder.h"
#include "vash/visible.h"

enum { DAY = 86400 };

static void each_threshold_begins_with_its_day(void **state) {
	static const struct {
		int64_t left_s;
		int days;
	} rows[] = {{0, 0},
		    {-5, 0},
		    {1, 1},
		    {DAY, 1},
		    {DAY + 1, 7},
		    {7 * DAY, 7},
		    {7 * DAY + 1, 14},
		    {14 * DAY + 1, 30},
		    {30 * DAY, 30},
		    {30 * DAY + 1, 60},
		    {60 * DAY, 60},
		    {60 * DAY + 1, 0}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		assert_int_equal(vash_reminder_days(1000000 + rows[i].left_s, 1000000), rows[i].days);
	}
}

static void names_are_searched_without_regard_to_case(void **state) {
	GW_UNUSED(state);
	assert_true(vash_text_contains("Občina Šmarje", "šmar"));
	assert_true(vash_text_contains("OBČINA ŠMARJE", "občina"));
	assert_true(vash_text_contains("Đorđe Ćosić", "đORĐE ć"));
	assert_true(vash_text_contains("Žiga", ""));
	assert_false(vash_text_contains("Občina Šmarje", "smar"));
	assert_false(vash_text_contains("Šmar", "šmarje"));
	assert_false(vash_text_contains("", "a"));
}

static void what_shows_nothing_is_no_text(void **state) {
	static const char *const nothing[] = {"",
					      " \t\r\n",
					      "\xC2\xA0",
					      "\xC2\xAD",
					      "\xE2\x80\x8B",
					      "\x01",
					      "\x7F",
					      "\xC2\x85",
					      "\xE2\x80\xA8",
					      "\xE2\x80\xAE",
					      "\xE1\x9A\x80",
					      "\xE3\x80\x80",
					      "\xEF\xBB\xBF",
					      "\xF3\xA0\x81\xBF",
					      "\xE2\x80\x8B \xC2\xA0"};
	static const char *const something[] = {"x",  " . ", "č",	 "\xE2\x80\xAE!",
						"日", "😀",   "\xC2\xA1", "\xF3\xA0\x84\x80"};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(nothing); i++) {
		assert_false(vash_text_shows(nothing[i]));
	}
	for (size_t i = 0; i < GW_COUNT(something); i++) {
		assert_true(vash_text_shows(something[i]));
	}
}

static void a_line_holds_no_control_character(void **state) {
	static const char *const bad[] = {"a\nb",      "a\tb",	   "\x1B[31m",	    "a\x7F",
					  "a\xC2\x80", "\xC2\x9F", "a\xE2\x80\xA8", "\xE2\x80\xA9"};
	static const char *const good[] = {"", "Naš odjemalec",
					   "a\xC2\xA0"
					   "b",
					   "日本語 (株)", "😀"};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		assert_false(vash_text_is_line(bad[i]));
	}
	for (size_t i = 0; i < GW_COUNT(good); i++) {
		assert_true(vash_text_is_line(good[i]));
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_threshold_begins_with_its_day),
		cmocka_unit_test(names_are_searched_without_regard_to_case),
		cmocka_unit_test(what_shows_nothing_is_no_text),
		cmocka_unit_test(a_line_holds_no_control_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
