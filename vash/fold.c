#include "vash/fold.h"

#include "base/text.h"

/* Small letter of a two-byte sequence (U+0080 to U+07FF); others stand for themselves. */
static unsigned small(unsigned c) {
	bool latin_1 = c >= 0xC0 && c <= 0xDE && c != 0xD7;
	bool even = (c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177);
	bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
	if (latin_1) {
		return c + 0x20;
	}
	return (even && c % 2 == 0) || (odd && c % 2 == 1) ? c + 1 : c;
}

/* The next character folded; sequences longer than two bytes and broken ones go byte by byte. */
static unsigned next(const unsigned char **at) {
	const unsigned char *p = *at;
	if (gw_utf8_len(p, strnlen((const char *)p, 4)) == 2) {
		*at = p + 2;
		return small((p[0] & 0x1FU) << 6 | (p[1] & 0x3FU));
	}
	*at = p + 1;
	return p[0] >= 'A' && p[0] <= 'Z' ? p[0] + 0x20U : p[0];
}

static bool begins(const unsigned char *text, const unsigned char *part) {
	while (*part) {
		if (!*text || next(&text) != next(&part)) {
			return false;
		}
	}
	return true;
}

bool vash_text_contains(const char *text, const char *part) {
	const unsigned char *at = (const unsigned char *)text, *what = (const unsigned char *)part;
	while (!begins(at, what)) {
		if (!*at) {
			return false;
		}
		next(&at);
	}
	return true;
}
