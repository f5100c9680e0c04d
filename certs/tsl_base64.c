#include "certs/tsl_base64.h"

#include <limits.h>
#include <openssl/evp.h>

enum { GROUP = 4, GROUP_BYTES = 3 };

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool tsl_base64_read(struct gw_span text, struct gw_arena *arena, struct gw_span *out) {
	size_t n = 0, padding = 0;
	*out = (struct gw_span){0};
	unsigned char *bytes = text.n < INT_MAX / 2 ? gw_arena_alloc(arena, 2 * text.n + 1) : NULL;
	if (!bytes) {
		arena->failed = true;
		return true;
	}
	unsigned char *packed = bytes + text.n; /* decoded in front of itself: three bytes for four letters */
	for (size_t i = 0; i < text.n; i++) {
		if (!is_space(text.p[i])) {
			packed[n++] = (unsigned char)text.p[i];
		}
	}
	while (padding < n && padding < 2 && packed[n - 1 - padding] == '=') {
		padding++;
	}
	/* EVP_DecodeBlock itself would trim and take '=' for zero bits anywhere */
	bool plain = n % GROUP == 0 && (n == padding || !memchr(packed, '=', n - padding)) && !memchr(packed, '-', n);
	int got = plain ? EVP_DecodeBlock(bytes, packed, (int)n) : -1;
	if (got < 0 || (size_t)got < padding) {
		return false;
	}
	*out = (struct gw_span){(const char *)bytes, (size_t)got - padding};
	return true;
}

const char *tsl_base64_text(struct gw_span bytes, struct gw_arena *arena) {
	unsigned char *text = bytes.n < INT_MAX / 2
				      ? gw_arena_alloc(arena, (bytes.n + GROUP_BYTES - 1) / GROUP_BYTES * GROUP + 1)
				      : NULL;
	if (text) {
		EVP_EncodeBlock(text, (const unsigned char *)bytes.p, (int)bytes.n);
	}
	return (const char *)text;
}
