#include "base/kv.h"

#include <ctype.h>
#include <stdio.h>

#include "base/text.h"

static bool is_bare(struct gw_span v) {
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];
		if (c <= ' ' || c >= 0x7F || c == '"' || c == '\\' || c == '=') {
			return false;
		}
	}
	return v.n > 0;
}

static enum gw_code add_escaped(struct gw_buf *line, struct gw_span v) {
	const uint8_t *p = (const uint8_t *)v.p;
	enum gw_code rc = GW_OK;
	for (size_t i = 0; i < v.n && rc == GW_OK;) {
		size_t len = gw_utf8_len(p + i, v.n - i);
		if (p[i] == '"' || p[i] == '\\') {
			rc = gw_buf_addf(line, "\\%c", p[i]);
		} else if (p[i] == '\n') {
			rc = gw_buf_text(line, "\\n");
		} else if (len == 0 || p[i] < 0x20 || p[i] == 0x7F) {
			rc = gw_buf_addf(line, "\\x%02x", p[i]);
			len = 1;
		} else {
			rc = gw_buf_add(line, p + i, len);
		}
		i += len;
	}
	return rc;
}

static enum gw_code add_key(struct gw_buf *line, const char *key) {
	enum gw_code rc = line->len ? gw_buf_add(line, " ", 1) : GW_OK;
	if (rc == GW_OK) {
		rc = gw_buf_text(line, key);
	}
	return rc == GW_OK ? gw_buf_add(line, "=", 1) : rc;
}

enum gw_code gw_kv_str(struct gw_buf *line, const char *key, struct gw_span value) {
	size_t before = line->len;
	enum gw_code rc = add_key(line, key);
	if (rc == GW_OK && is_bare(value)) {
		rc = gw_buf_add(line, value.p, value.n);
	} else if (rc == GW_OK) {
		rc = gw_buf_add(line, "\"", 1);
		rc = rc == GW_OK ? add_escaped(line, value) : rc;
		rc = rc == GW_OK ? gw_buf_add(line, "\"", 1) : rc;
	}
	if (rc != GW_OK) {
		line->len = before;
	}
	return rc;
}

enum gw_code gw_kv_text(struct gw_buf *line, const char *key, const char *value) {
	return gw_kv_str(line, key, gw_span_of(value));
}

enum gw_code gw_kv_int(struct gw_buf *line, const char *key, int64_t value) {
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)value);
	return gw_kv_text(line, key, text);
}

enum gw_code gw_kv_hex(struct gw_buf *line, const char *key, const uint8_t *bytes, size_t n) {
	size_t before = line->len;
	enum gw_code rc = add_key(line, key);
	rc = rc == GW_OK ? gw_buf_reserve(line, 2 * n + 1) : rc;
	if (rc != GW_OK) {
		line->len = before;
		return rc;
	}
	gw_hex(bytes, n, line->data + line->len);
	line->len += 2 * n;
	return GW_OK;
}

/* One escape at p (after the backslash); advances *i past it. */
static enum gw_code unescape(struct gw_span s, size_t *i, struct gw_buf *value) {
	if (*i >= s.n) {
		return GW_E_INPUT;
	}
	char c = s.p[(*i)++];
	uint8_t byte = 0;
	if (c == '"' || c == '\\') {
		byte = (uint8_t)c;
	} else if (c == 'n') {
		byte = '\n';
	} else if (c == 'x' && *i + 2 <= s.n && !isupper((unsigned char)s.p[*i]) &&
		   !isupper((unsigned char)s.p[*i + 1]) && gw_unhex(s.p + *i, 2, &byte, 1)) {
		*i += 2;
	} else {
		return GW_E_INPUT;
	}
	return gw_buf_add(value, &byte, 1);
}

static enum gw_code read_quoted(struct gw_span s, size_t *i, struct gw_buf *value) {
	while (*i < s.n) {
		const char *at = s.p + *i;
		size_t len = gw_utf8_len((const uint8_t *)at, s.n - *i);
		if (len == 0 || (uint8_t)*at < 0x20 || *at == 0x7F) {
			return GW_E_INPUT; /* would have been escaped */
		}
		*i += len;
		if (*at == '"') {
			return GW_OK;
		}
		enum gw_code rc = *at == '\\' ? unescape(s, i, value) : gw_buf_add(value, at, len);
		if (rc != GW_OK) {
			return rc;
		}
	}
	return GW_E_INPUT;
}

static bool is_key_char(char c) {
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

enum gw_code gw_kv_next(struct gw_span *rest, struct gw_span *key, struct gw_buf *value) {
	struct gw_span s = *rest;
	if (s.n == 0) {
		return GW_E_NOTFOUND;
	}
	size_t i = 0;
	while (i < s.n && is_key_char(s.p[i])) {
		i++;
	}
	if (i == 0 || i >= s.n || s.p[i] != '=') {
		return GW_E_INPUT;
	}
	*key = (struct gw_span){s.p, i++};
	gw_buf_clear(value);
	enum gw_code rc = GW_OK;
	if (i < s.n && s.p[i] == '"') {
		i++;
		rc = read_quoted(s, &i, value);
	} else {
		size_t from = i;
		while (i < s.n && s.p[i] != ' ') {
			i++;
		}
		struct gw_span bare = {s.p + from, i - from};
		rc = is_bare(bare) ? gw_buf_add(value, bare.p, bare.n) : GW_E_INPUT;
	}
	if (rc != GW_OK) {
		return rc;
	}
	if (i < s.n && (s.p[i] != ' ' || ++i == s.n)) {
		return GW_E_INPUT;
	}
	*rest = (struct gw_span){s.p + i, s.n - i};
	return GW_OK;
}

enum gw_code gw_kv_find(struct gw_span line, const char *key, struct gw_buf *value) {
	struct gw_span name;
	enum gw_code rc;
	while ((rc = gw_kv_next(&line, &name, value)) == GW_OK) {
		if (gw_span_is(name, key)) {
			return GW_OK;
		}
	}
	return rc;
}
