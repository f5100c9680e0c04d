#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka needs the three above */
#include <cmocka.h>

#include "vash/fold.h"
#include "vash/reminder.h"

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

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_threshold_begins_with_its_day),
		cmocka_unit_test(names_are_searched_without_regard_to_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
