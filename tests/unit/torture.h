/* tests/unit/torture.h - allocations that fail in turn. One program includes it once; link with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc. */
#ifndef GW_TESTS_TORTURE_H
#define GW_TESTS_TORTURE_H
#include <stdbool.h>
#include <stddef.h>

static size_t torture_fail_at, torture_count;
static bool torture_on, torture_for_good;	 /* the second: every allocation from the n-th on */
static bool torture_failed, torture_failed_once; /* the first is the test's to clear */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static bool torture_fails(void) {
	if (!torture_on || ++torture_count < torture_fail_at ||
	    (torture_count > torture_fail_at && !torture_for_good)) {
		return false;
	}
	torture_failed = torture_failed_once = true;
	return true;
}

void *__wrap_malloc(size_t n) {
	return torture_fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size) {
	return torture_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n) {
	return torture_fails() ? NULL : __real_realloc(p, n);
}

/* From now on the n-th allocation fails. */
static void torture_start(size_t n) {
	torture_fail_at = n;
	torture_count = 0;
	torture_failed = torture_failed_once = false;
	torture_on = true;
}

static void torture_stop(void) {
	torture_on = false;
}
#endif
