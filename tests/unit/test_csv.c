#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/csv.h"

static void reads_what_rfc_4180_allows(void **state) {
	struct gw_csv c;
	GW_UNUSED(state);
	const char *text = "\xEF\xBB\xBFname,note\r\n# a comment, with a comma\n\n"
			   "\"Zbornica, \"\"Koper\"\"\",\"two\nlines\"\r\nčšž,\n,last";
	assert_int_equal(gw_csv_parse(gw_span_of(text), 10, &c, NULL), GW_OK);
	assert_int_equal(c.columns, 2);
	assert_int_equal(c.rows, 3);
	assert_string_equal(gw_csv_name(&c, 0), "name");
	assert_string_equal(gw_csv_cell(&c, 0, 0), "Zbornica, \"Koper\"");
	assert_string_equal(gw_csv_cell(&c, 0, 1), "two\nlines");
	assert_string_equal(gw_csv_cell(&c, 1, 0), "čšž");
	assert_string_equal(gw_csv_cell(&c, 1, 1), "");
	assert_string_equal(gw_csv_cell(&c, 2, 0), "");
	assert_string_equal(gw_csv_cell(&c, 2, 1), "last");
	assert_int_equal(gw_csv_line(&c, 0), 4);
	assert_int_equal(gw_csv_line(&c, 1), 6);
	gw_csv_release(&c);
}

static void a_header_alone_is_a_table_without_rows(void **state) {
	static const char *const names[] = {"a", "b"}, *const others[] = {"a", "c"};
	struct gw_csv c;
	GW_UNUSED(state);
	assert_int_equal(gw_csv_parse(gw_span_of("a,b"), 10, &c, NULL), GW_OK);
	assert_int_equal(c.rows, 0);
	assert_true(gw_csv_has_columns(&c, names, 2));
	assert_false(gw_csv_has_columns(&c, names, 1));
	assert_false(gw_csv_has_columns(&c, others, 2));
	gw_csv_release(&c);
}

static void names_the_line_that_is_wrong(void **state) {
	static const struct {
		struct gw_span text;
		const char *says;
	} cases[] = {
		{{"", 0}, "the table is empty"},
		{{"# nothing\n", 10}, "the table is empty"},
		{{"a,b\n1\n", 6}, "line 2: 1 cells instead of 2"},
		{{"a,b\n1,2,3\n", 10}, "line 2: 3 cells instead of 2"},
		{{"a\n\"b\n", 5}, "line 3: a quote is not closed"},
		{{"a\n\"b\"c\n", 7}, "line 2: text where a cell should end"},
		{{"a\nb\rc\n", 6}, "line 2: text where a cell should end"},
		{{"a\n\xC3\x28\n", 5}, "line 2 is not UTF-8 text"},
		{{"a\nb\0c\n", 6}, "line 2 is not UTF-8 text"},
		{{"a\n1\n2\n3\n", 8}, "more than 2 rows"},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		struct gw_csv c;
		struct gw_err err = {0};
		assert_int_equal(gw_csv_parse(cases[i].text, 2, &c, &err), GW_E_INPUT);
		assert_string_equal(err.msg, cases[i].says);
		gw_csv_release(&c);
	}
	struct gw_csv c;
	assert_int_equal(gw_csv_parse(gw_span_of("a\n1\n2\n"), 2, &c, NULL), GW_OK);
	gw_csv_release(&c);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_rfc_4180_allows),
		cmocka_unit_test(a_header_alone_is_a_table_without_rows),
		cmocka_unit_test(names_the_line_that_is_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
