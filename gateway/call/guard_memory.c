/* libxml2 without memory. Its validator dereferences what it could not allocate, and its parser may call a
 * prefix unbound instead of saying so. So its allocations go through here: when malloc fails, a reserve
 * serves until the check has been given up, and the thread remembers that it happened. */
#include <malloc.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdlib.h>

#include "gateway/call/guard_internal.h"

enum { RESERVE_BYTES = 256 * 1024, HEADER_BYTES = 16 };

static _Thread_local bool failed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static alignas(16) char reserve[RESERVE_BYTES]; /* never touched: no page of it is there */
static size_t reserve_used, reserve_live;	/* bytes, blocks; it starts anew when the last block is back */

static bool in_reserve(const void *p) {
	return (uintptr_t)p - (uintptr_t)reserve < RESERVE_BYTES;
}

static size_t *size_of(void *p) {
	return (size_t *)((char *)p - HEADER_BYTES);
}

static void *take_reserve(size_t n) {
	failed = true;
	if (n > RESERVE_BYTES) {
		return NULL;
	}
	size_t whole = HEADER_BYTES + ((n + 15) & ~(size_t)15);
	void *p = NULL;
	pthread_mutex_lock(&lock);
	if (whole <= RESERVE_BYTES - reserve_used) {
		p = reserve + reserve_used + HEADER_BYTES;
		*size_of(p) = n;
		reserve_used += whole;
		reserve_live++;
	}
	pthread_mutex_unlock(&lock);
	return p;
}

static void hook_free(void *p) {
	if (!in_reserve(p)) {
		free(p);
		return;
	}
	pthread_mutex_lock(&lock);
	reserve_live--;
	reserve_used = reserve_live ? reserve_used : 0;
	pthread_mutex_unlock(&lock);
}

static void *hook_malloc(size_t n) {
	void *p = malloc(n);
	return p ? p : take_reserve(n);
}

static void *move(void *p, size_t have, size_t n) {
	void *bigger = hook_malloc(n);
	if (bigger) {
		memcpy(bigger, p, have < n ? have : n);
		hook_free(p);
	}
	return bigger;
}

static void *hook_realloc(void *p, size_t n) {
	if (p && in_reserve(p)) {
		return move(p, *size_of(p), n);
	}
	void *bigger = realloc(p, n);
	if (bigger) {
		return bigger;
	}
	return p ? move(p, malloc_usable_size(p), n) : take_reserve(n);
}

static char *hook_strdup(const char *text) {
	size_t n = strlen(text) + 1;
	char *copy = hook_malloc(n);
	return copy ? memcpy(copy, text, n) : NULL;
}

/* Blocks of plain malloc are served too, so earlier use of libxml2 does no harm. */
static void install(void) {
	xmlMemSetup(hook_free, hook_malloc, hook_realloc, hook_strdup);
	xmlInitParser();
}

void guard_memory_init(void) {
	pthread_once(&once, install);
}

void guard_memory_start(void) {
	failed = false;
}

bool guard_memory_failed(void) {
	return failed;
}
