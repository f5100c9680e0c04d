#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void gw_buf_init(struct gw_buf *b, size_t max_bytes) {
	*b = (struct gw_buf){.max = max_bytes};
}

void gw_buf_release(struct gw_buf *b) {
	free(b->data);
	*b = (struct gw_buf){.max = b->max};
}

void gw_buf_clear(struct gw_buf *b) {
	b->len = 0;
}

enum gw_code gw_buf_reserve(struct gw_buf *b, size_t more_bytes) {
	if (more_bytes > b->max || b->len > b->max - more_bytes) {
		return GW_E_RETRY;
	}
	size_t need = b->len + more_bytes;
	if (need <= b->cap) {
		return GW_OK;
	}
	size_t cap = b->cap ? b->cap : 256;
	while (cap < need) {
		cap = cap > b->max / 2 ? b->max : cap * 2;
	}
	char *data = realloc(b->data, cap);
	if (!data) {
		return GW_E_NOMEM;
	}
	b->data = data;
	b->cap = cap;
	return GW_OK;
}

enum gw_code gw_buf_add(struct gw_buf *b, const void *bytes, size_t n) {
	enum gw_code rc = gw_buf_reserve(b, n);
	if (rc == GW_OK && n > 0) {
		memcpy(b->data + b->len, bytes, n);
		b->len += n;
	}
	return rc;
}

enum gw_code gw_buf_text(struct gw_buf *b, const char *text) {
	return gw_buf_add(b, text, strlen(text));
}

enum gw_code gw_buf_addf(struct gw_buf *b, const char *fmt, ...) {
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	enum gw_code rc = n < 0 ? GW_E_BUG : gw_buf_reserve(b, (size_t)n + 1);
	if (rc == GW_OK) {
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	return rc;
}

void gw_buf_drop_front(struct gw_buf *b, size_t n) {
	if (n >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
}

const char *gw_buf_cstr(struct gw_buf *b) {
	if (gw_buf_reserve(b, 1) != GW_OK) {
		return NULL;
	}
	b->data[b->len] = '\0';
	return b->data;
}
