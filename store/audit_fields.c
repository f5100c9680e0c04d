#include "store/audit_fields.h"

#include <string.h>

#include "base/clock.h"
#include "base/kv.h"
#include "base/text.h"

bool audit_is_line(struct gw_span line, struct gw_buf *value) {
	struct gw_span rest = line, key, other, left;
	enum gw_code rc;
	while ((rc = gw_kv_next(&rest, &key, value)) == GW_OK) {
		left = rest;
		while (gw_kv_next(&left, &other, value) == GW_OK) {
			if (gw_span_equal(key, other)) {
				return false;
			}
		}
	}
	return rc == GW_E_NOTFOUND && line.n > 0;
}

const char *audit_field(struct gw_span line, const char *key, struct gw_buf *value) {
	return gw_kv_find(line, key, value) == GW_OK ? gw_buf_cstr(value) : NULL;
}

bool audit_number(const char *text, uint64_t *out) {
	return text && (text[0] != '0' || text[1] == '\0') && gw_parse_u64(text, strlen(text), INT64_MAX, out);
}

bool audit_unhex(const char *text, uint8_t *out, size_t n) {
	return text && strpbrk(text, "ABCDEF") == NULL && gw_unhex(text, strlen(text), out, n);
}

bool audit_field_number(struct gw_span line, const char *key, uint64_t *out, struct gw_buf *value) {
	return audit_number(audit_field(line, key, value), out);
}

bool audit_field_hash(struct gw_span line, const char *key, struct merkle_hash *out, struct gw_buf *value) {
	return audit_unhex(audit_field(line, key, value), out->b, MERKLE_HASH);
}

bool audit_field_time(struct gw_span line, const char *key, int64_t *utc_ms, struct gw_buf *value) {
	const char *text = audit_field(line, key, value);
	return text && strlen(text) == GW_TIME_TEXT - 1 && gw_time_parse(text, utc_ms);
}

bool audit_tagged(struct gw_span line, const char *tag, struct gw_span *rest) {
	size_t n = strlen(tag);
	if (line.n <= n || memcmp(line.p, tag, n) != 0 || line.p[n] != ' ') {
		return false;
	}
	*rest = (struct gw_span){line.p + n + 1, line.n - n - 1};
	return true;
}

bool audit_is_bare(struct gw_span line, const char *key, struct gw_buf *value) {
	struct gw_span rest = line, found;
	while (gw_kv_next(&rest, &found, value) == GW_OK) {
		if (gw_span_is(found, key)) {
			return found.p[found.n + 1] != '"';
		}
	}
	return false;
}
