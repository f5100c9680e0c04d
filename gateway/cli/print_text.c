#include "gateway/cli/print_text.h"

#include <stdint.h>

#include "base/text.h"

/* Marks that turn or hide what stands beside them on a screen: U+0080 to U+009F, U+200B to U+200F, U+2028 to U+202E,
 * U+2066 to U+2069. */
static bool is_trick(const uint8_t *p, size_t len) {
	if (len == 2) {
		return p[0] == 0xC2 && p[1] < 0xA0;
	}
	if (len != 3 || p[0] != 0xE2) {
		return false;
	}
	return (p[1] == 0x80 && ((p[2] >= 0x8B && p[2] <= 0x8F) || (p[2] >= 0xA8 && p[2] <= 0xAE))) ||
	       (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9);
}

void print_escaped_to(FILE *to, struct gw_span text, const char *special) {
	for (size_t i = 0; i < text.n;) {
		const uint8_t *p = (const uint8_t *)text.p + i;
		size_t len = gw_utf8_len(p, text.n - i);
		len = len > 0 ? len : 1;
		bool edge =
			special[0] && ((i == 0 && (p[0] == ' ' || p[0] == '#')) || (i + 1 == text.n && p[0] == ' '));
		if (p[0] < ' ' || p[0] == 0x7F || is_trick(p, len)) {
			for (size_t k = 0; k < len; k++) {
				fprintf(to, "\\%02X", p[k]);
			}
		} else {
			fputs(edge || strchr(special, p[0]) ? "\\" : "", to);
			fwrite(p, 1, len, to);
		}
		i += len;
	}
}

void print_escaped(struct gw_span text, const char *special) {
	print_escaped_to(stdout, text, special);
}
