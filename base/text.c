#include "base/text.h"

#include <string.h>

void gw_hex(const uint8_t *bytes, size_t n, char *out) {
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_digit(char c) {
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool gw_unhex(const char *hex, size_t hex_len, uint8_t *out, size_t n) {
	if (hex_len != 2 * n) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		int hi = hex_digit(hex[2 * i]), lo = hex_digit(hex[2 * i + 1]);
		if (hi < 0 || lo < 0) {
			return false;
		}
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

enum gw_code gw_base64url(struct gw_buf *out, const void *bytes, size_t n) {
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const uint8_t *p = bytes;
	enum gw_code rc = gw_buf_reserve(out, (n * 4 + 2) / 3);
	if (rc != GW_OK) {
		return rc;
	}
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i < 3 ? n - i : 3;
		uint32_t v =
			(uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);
		for (size_t k = 0; k <= left; k++) {
			out->data[out->len++] = digits[v >> (18 - 6 * k) & 63];
		}
	}
	return GW_OK;
}

bool gw_copy(char *out, size_t out_size, const char *p, size_t n) {
	if (n >= out_size) {
		out[0] = '\0';
		return false;
	}
	if (n > 0) {
		memcpy(out, p, n);
	}
	out[n] = '\0';
	return true;
}

bool gw_copy_text(char *out, size_t out_size, const char *text) {
	return gw_copy(out, out_size, text, strlen(text));
}

bool gw_parse_u64(const char *p, size_t n, uint64_t max, uint64_t *out) {
	uint64_t v = 0;
	if (n == 0) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9') {
			return false;
		}
		uint64_t d = (uint64_t)(p[i] - '0');
		if (v > (max - d) / 10 || d > max) {
			return false;
		}
		v = v * 10 + d;
	}
	*out = v;
	return v <= max;
}

size_t gw_utf8_len(const uint8_t *p, size_t n) {
	uint8_t c = p[0];
	size_t len = c < 0x80		      ? 1
		     : c >= 0xC2 && c <= 0xDF ? 2
		     : (c & 0xF0) == 0xE0     ? 3
		     : c >= 0xF0 && c <= 0xF4 ? 4
					      : 0;
	if (len == 0 || len > n) {
		return 0;
	}
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80) {
			return 0;
		}
	}
	bool overlong = (c == 0xE0 && p[1] < 0xA0) || (c == 0xF0 && p[1] < 0x90);
	bool surrogate_or_high = (c == 0xED && p[1] > 0x9F) || (c == 0xF4 && p[1] > 0x8F);
	return overlong || surrogate_or_high ? 0 : len;
}

bool gw_is_text(struct gw_span s) {
	for (size_t i = 0; i < s.n;) {
		size_t n = gw_utf8_len((const uint8_t *)s.p + i, s.n - i);
		if (n == 0 || s.p[i] == '\0') {
			return false;
		}
		i += n;
	}
	return true;
}

struct gw_span gw_file_name(struct gw_span path) {
	size_t at = path.n;
	while (at > 0 && path.p[at - 1] != '/' && path.p[at - 1] != '\\') {
		at--;
	}
	return (struct gw_span){path.p + at, path.n - at};
}
