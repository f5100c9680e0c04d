/* tests/unit/test_conditions.c - p001, p004, p006 over every combination of the fields that they read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "vash/conditions.h"

enum { SCHEME_MAX = 7, KIND_MAX = 4, STATUS_MAX = 5 };

/* The n-th combination of what p001 reads. */
static struct vash_membership combination(unsigned n) {
	struct vash_membership m = {.user_group = 1, .principal_id = 7};
	m.scheme = (int)(n % SCHEME_MAX);
	m.member_kind = (int)(n / SCHEME_MAX % KIND_MAX);
	m.status = (int)(n / SCHEME_MAX / KIND_MAX % STATUS_MAX);
	m.link_status = (int)(n / SCHEME_MAX / KIND_MAX / STATUS_MAX % STATUS_MAX);
	m.principal_active = n / SCHEME_MAX / KIND_MAX / STATUS_MAX / STATUS_MAX % 2;
	m.principal_barred = n / SCHEME_MAX / KIND_MAX / STATUS_MAX / STATUS_MAX / 2 % 2;
	return m;
}
enum { COMBINATIONS = SCHEME_MAX * KIND_MAX * STATUS_MAX * STATUS_MAX * 4 };

/* FZ 3.3.1, set by set, with D2 and D3. */
static enum vash_set by_the_text(const struct vash_membership *m) {
	bool independent = m->member_kind == 1 && m->status == 2;
	bool authorised = m->member_kind == 2 && m->link_status == 2;
	bool with_principal = authorised && m->principal_active && !m->principal_barred;
	if (m->scheme == 1) {
		return independent ? VASH_SET_1A : with_principal ? VASH_SET_1B : VASH_SET_NONE;
	}
	if (m->scheme == 2) {
		return with_principal ? VASH_SET_2 : VASH_SET_NONE;
	}
	if (m->scheme == 3) {
		return independent ? VASH_SET_3A : with_principal ? VASH_SET_3B : VASH_SET_NONE;
	}
	if (m->scheme == 5) {
		return independent ? VASH_SET_5A : with_principal ? VASH_SET_5B : VASH_SET_NONE;
	}
	return VASH_SET_NONE;
}

static void p001_is_the_text_for_every_record(void **state) {
	unsigned seen = 0;
	GW_UNUSED(state);
	for (unsigned n = 0; n < COMBINATIONS; n++) {
		struct vash_membership m = combination(n);
		assert_int_equal(vash_p001(&m), by_the_text(&m));
		seen |= vash_p001(&m);
	}
	assert_int_equal(seen, VASH_SET_LOGIN | VASH_SET_2);
}

static void p004_is_about_the_principal_the_scheme_and_the_group(void **state) {
	GW_UNUSED(state);
	for (unsigned n = 0; n < COMBINATIONS; n++) {
		struct vash_membership m = combination(n);
		for (int64_t principal = 6; principal <= 7; principal++) {
			for (int group = 1; group <= 2; group++) {
				bool theirs = m.member_kind == 2 && m.scheme == 5 && principal == 7 && group == 1;
				assert_int_equal(vash_p004(&m, principal, 5, group), theirs ? m.link_status : 0);
			}
		}
	}
}

static void p006_is_about_the_independent_users_of_the_group(void **state) {
	GW_UNUSED(state);
	for (unsigned n = 0; n < COMBINATIONS; n++) {
		struct vash_membership m = combination(n);
		bool theirs = m.member_kind == 1 && m.scheme != 3;
		assert_int_equal(vash_p006(&m, 1), theirs ? m.status : 0);
		assert_int_equal(vash_p006(&m, 2), 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p001_is_the_text_for_every_record),
		cmocka_unit_test(p004_is_about_the_principal_the_scheme_and_the_group),
		cmocka_unit_test(p006_is_about_the_independent_users_of_the_group),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
