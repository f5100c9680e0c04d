#include "base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 16384 };

struct gw_arena_block {
	struct gw_arena_block *older;
	size_t used, room;
	max_align_t bytes[];
};

void gw_arena_init(struct gw_arena *a, size_t max_bytes) {
	*a = (struct gw_arena){.max = max_bytes};
}

void gw_arena_release(struct gw_arena *a) {
	while (a->newest) {
		struct gw_arena_block *older = a->newest->older;
		free(a->newest);
		a->newest = older;
	}
	gw_arena_init(a, a->max);
}

static struct gw_arena_block *block_with(struct gw_arena *a, size_t bytes) {
	struct gw_arena_block *b = a->newest;
	if (b && b->room - b->used >= bytes) {
		return b;
	}
	size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
	b = calloc(1, sizeof(*b) + room);
	if (b) {
		b->room = room;
		b->older = a->newest;
		a->newest = b;
	}
	return b;
}

void *gw_arena_alloc(struct gw_arena *a, size_t bytes) {
	size_t step = _Alignof(max_align_t);
	if (bytes > a->max - a->used) {
		a->failed = true;
		return NULL;
	}
	size_t rounded = (bytes + step - 1) / step * step;
	struct gw_arena_block *b = block_with(a, rounded);
	if (!b) {
		a->failed = true;
		return NULL;
	}
	void *at = (char *)b->bytes + b->used;
	b->used += rounded;
	a->used += bytes;
	return at;
}

void *gw_arena_array(struct gw_arena *a, size_t count, size_t size) {
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes)) {
		a->failed = true;
		return NULL;
	}
	return gw_arena_alloc(a, bytes);
}

const char *gw_arena_span(struct gw_arena *a, struct gw_span bytes) {
	char *copy = gw_arena_alloc(a, bytes.n + 1);
	if (!copy) {
		return "";
	}
	if (bytes.n > 0) {
		memcpy(copy, bytes.p, bytes.n);
	}
	return copy;
}

const char *gw_arena_text(struct gw_arena *a, const char *text) {
	return gw_arena_span(a, gw_span_of(text ? text : ""));
}

const char *gw_arena_printf(struct gw_arena *a, const char *fmt, ...) {
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *text = n >= 0 ? gw_arena_alloc(a, (size_t)n + 1) : NULL;
	if (text) {
		vsnprintf(text, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	return text ? text : "";
}
