#include "vash/visible.h"

#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

/* Unicode 14, categories Cc, Cf, Zs, Zl, Zp */
static const struct {
	uint32_t first, last;
} unseen[] = {{0x0, 0x20},	  {0x7F, 0xA0},	      {0xAD, 0xAD},	  {0x600, 0x605},     {0x61C, 0x61C},
	      {0x6DD, 0x6DD},	  {0x70F, 0x70F},     {0x890, 0x891},	  {0x8E2, 0x8E2},     {0x1680, 0x1680},
	      {0x180E, 0x180E},	  {0x2000, 0x200F},   {0x2028, 0x202F},	  {0x205F, 0x2064},   {0x2066, 0x206F},
	      {0x3000, 0x3000},	  {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},	  {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
	      {0x13430, 0x13438}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0001, 0xE0001}, {0xE0020, 0xE007F}};

/* The character at *at, which goes behind it; a byte that begins none counts as NUL. */
static uint32_t next(const char **at) {
	static const uint8_t lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	const uint8_t *p = (const uint8_t *)*at;
	size_t n = gw_utf8_len(p, strnlen(*at, 4));
	uint32_t c = p[0] & lead_bits[n];
	for (size_t i = 1; i < n; i++) {
		c = c << 6 | (p[i] & 0x3FU);
	}
	*at += n ? n : 1;
	return c;
}

static bool is_unseen(uint32_t c) {
	for (size_t i = 0; i < GW_COUNT(unseen); i++) {
		if (c >= unseen[i].first && c <= unseen[i].last) {
			return true;
		}
	}
	return false;
}

bool vash_text_shows(const char *text) {
	while (*text) {
		if (!is_unseen(next(&text))) {
			return true;
		}
	}
	return false;
}

bool vash_text_is_line(const char *text) {
	while (*text) {
		uint32_t c = next(&text);
		if (c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029) {
			return false;
		}
	}
	return true;
}
