/* tests/unit/lists_fixture.h - the code lists as shipped, for a group of tests: cmocka's set-up and tear-down. */
#ifndef GW_TESTS_LISTS_FIXTURE_H
#define GW_TESTS_LISTS_FIXTURE_H
#include "vash/codelists_csv.h"

static struct vash_codelists *lists;

static inline int load_lists(void **state) {
	struct gw_span text[VASH_LISTS];
	GW_UNUSED(state);
	for (enum vash_list i = 0; i < VASH_LISTS; i++) {
		text[i] = gw_span_of(vash_codelists_csv[i]);
	}
	return vash_codelists_parse(text, &lists, NULL) == GW_OK ? 0 : -1;
}

static inline int free_lists(void **state) {
	GW_UNUSED(state);
	vash_codelists_free(lists);
	return 0;
}
#endif
