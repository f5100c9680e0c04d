/* base/zip.h: what goes in comes out; what is damaged, doubled or too large does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/zip.h"

enum { ROOM = 1048576, MANY = 8 };

static const struct gw_zip_member three[] = {
	{"a.txt", {"ena\0dva", 7}}, {"prazna", {"", 0}}, {"vloga-17.pdf", {"%PDF-1.7 \xc4\x8d\xc5\xa1\xc5\xbe", 15}}};

static void pack(const struct gw_zip_member *member, size_t count, struct gw_buf *out) {
	gw_buf_init(out, ROOM);
	assert_int_equal(gw_zip_pack(member, count, 1714980600, out, NULL), GW_OK);
}

static enum gw_code unpack(struct gw_span zip, size_t max, size_t room, size_t *count) {
	GW_AUTO(arena) struct gw_arena arena;
	struct gw_zip_member *found;
	gw_arena_init(&arena, ROOM);
	return gw_zip_unpack(zip, max, room, &arena, &found, count, NULL);
}

static void members_come_back_as_they_were_put_in(void **state) {
	GW_AUTO(buf) struct gw_buf zip, again;
	GW_AUTO(arena) struct gw_arena arena;
	struct gw_zip_member *found;
	size_t count = 0;
	GW_UNUSED(state);
	gw_arena_init(&arena, ROOM);
	pack(three, GW_COUNT(three), &zip);
	assert_int_equal(gw_zip_unpack(gw_buf_span(&zip), MANY, ROOM, &arena, &found, &count, NULL), GW_OK);
	assert_int_equal(count, GW_COUNT(three));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(found[i].name, three[i].name);
		assert_true(gw_span_equal(found[i].bytes, three[i].bytes));
	}
	pack(three, GW_COUNT(three), &again);
	assert_true(gw_span_equal(gw_buf_span(&zip), gw_buf_span(&again)));
}

static void a_ceiling_is_kept_on_both_ways(void **state) {
	GW_AUTO(buf) struct gw_buf zip, small;
	size_t count;
	GW_UNUSED(state);
	pack(three, GW_COUNT(three), &zip);
	gw_buf_init(&small, zip.len - 1);
	assert_int_equal(gw_zip_pack(three, GW_COUNT(three), 1714980600, &small, NULL), GW_E_RETRY);
	assert_int_equal(small.len, 0);
	assert_int_equal(unpack(gw_buf_span(&zip), GW_COUNT(three), ROOM, &count), GW_OK);
	assert_int_equal(unpack(gw_buf_span(&zip), GW_COUNT(three) - 1, ROOM, &count), GW_E_INPUT);
	assert_int_equal(unpack(gw_buf_span(&zip), GW_COUNT(three), 22, &count), GW_OK);
	assert_int_equal(unpack(gw_buf_span(&zip), GW_COUNT(three), 21, &count), GW_E_INPUT);
}

static void what_is_no_whole_archive_is_refused(void **state) {
	GW_AUTO(buf) struct gw_buf zip;
	size_t count;
	GW_UNUSED(state);
	pack(three, GW_COUNT(three), &zip);
	assert_int_equal(unpack((struct gw_span){"PK", 2}, MANY, ROOM, &count), GW_E_INPUT);
	assert_int_equal(gw_buf_add(&zip, "x", 1), GW_OK);
	assert_int_equal(unpack(gw_buf_span(&zip), MANY, ROOM, &count), GW_E_INPUT);
	zip.len--;
	assert_int_equal(unpack((struct gw_span){zip.data, zip.len - 1}, MANY, ROOM, &count), GW_E_INPUT);
	char *content = memmem(zip.data, zip.len, "PDF-1.7", 7);
	assert_non_null(content);
	content[0] = 'X'; /* the check sum no longer fits */
	assert_int_equal(unpack(gw_buf_span(&zip), MANY, ROOM, &count), GW_E_INPUT);
	content[0] = 'P';
	assert_int_equal(unpack(gw_buf_span(&zip), MANY, ROOM, &count), GW_OK);
}

static void a_name_stands_once(void **state) {
	static const struct gw_zip_member two[] = {{"a.txt", {"1", 1}}, {"b.txt", {"2", 1}}};
	GW_AUTO(buf) struct gw_buf zip;
	size_t count;
	GW_UNUSED(state);
	pack(two, GW_COUNT(two), &zip);
	assert_int_equal(unpack(gw_buf_span(&zip), MANY, ROOM, &count), GW_OK);
	for (char *at = zip.data; (at = memmem(at, zip.len - (size_t)(at - zip.data), "b.txt", 5));) {
		*at = 'a';
	}
	assert_int_equal(unpack(gw_buf_span(&zip), MANY, ROOM, &count), GW_E_INPUT);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_come_back_as_they_were_put_in),
		cmocka_unit_test(a_ceiling_is_kept_on_both_ways),
		cmocka_unit_test(what_is_no_whole_archive_is_refused),
		cmocka_unit_test(a_name_stands_once),
	};
	return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}
