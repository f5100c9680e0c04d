#include "gateway/web/form.h"

#include "base/text.h"
#include "gateway/engine/http_value.h"

enum { BOUNDARY_MAX = 70, NAME_MAX_BYTES = 64, VALUE_MAX_BYTES = 65536, FILE_NAME_MAX_BYTES = 255 };

static enum gw_code malformed(struct gw_err *err, const char *what) {
	return gw_fail(err, GW_E_INPUT, "form: %s", what);
}

/* ---- one name and value ---- */

/* Who says twice which form he means, or which button, is not believed at all. */
static enum gw_code put_once(const char **to, const char *value, struct gw_err *err) {
	if (*to) {
		return malformed(err, "csrf, version or button twice");
	}
	*to = value;
	return GW_OK;
}

static enum gw_code put(struct form *f, struct gw_arena *arena, const char *name, const char *value,
			struct gw_err *err) {
	if (strcmp(name, "csrf") == 0) {
		return put_once(&f->csrf, value, err);
	}
	if (strcmp(name, "version") == 0) {
		return put_once(&f->version, value, err);
	}
	if (strcmp(name, "button") == 0) {
		return put_once(&f->input.button, value, err);
	}
	const char *before = vash_pair_get(&f->input.values, name);
	const char *joined = before[0] ? gw_arena_printf(arena, "%s %s", before, value) : value;
	return !arena->failed && vash_pair_set(&f->input.values, name, joined) ? GW_OK
									       : malformed(err, "too many fields");
}

static enum gw_code take(struct form *f, struct gw_arena *arena, struct gw_span name, struct gw_span value,
			 struct gw_err *err) {
	if (name.n == 0 || name.n > NAME_MAX_BYTES || value.n > VALUE_MAX_BYTES || !gw_is_text(name) ||
	    !gw_is_text(value)) {
		return malformed(err, "a field is too long or not UTF-8");
	}
	return put(f, arena, gw_arena_span(arena, name), gw_arena_span(arena, value), err);
}

/* ---- application/x-www-form-urlencoded ---- */

static int hex_digit(char c) {
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	char small = (char)(c | 0x20);
	return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

static bool decode(struct gw_span in, struct gw_arena *arena, struct gw_span *out) {
	char *text = gw_arena_alloc(arena, in.n + 1);
	size_t n = 0;
	for (size_t i = 0; text && i < in.n; i++) {
		if (in.p[i] != '%') {
			text[n++] = in.p[i] == '+' ? ' ' : in.p[i];
			continue;
		}
		bool whole = in.n - i > 2;
		int high = whole ? hex_digit(in.p[i + 1]) : -1, low = whole ? hex_digit(in.p[i + 2]) : -1;
		if (high < 0 || low < 0) {
			return false;
		}
		text[n++] = (char)(high << 4 | low);
		i += 2;
	}
	*out = (struct gw_span){text, n};
	return text != NULL;
}

static struct gw_span cut(struct gw_span *rest, char at) {
	const char *end = rest->n ? memchr(rest->p, at, rest->n) : NULL;
	struct gw_span part = {rest->p, end ? (size_t)(end - rest->p) : rest->n};
	size_t used = end ? part.n + 1 : part.n;
	rest->p += used;
	rest->n -= used;
	return part;
}

static enum gw_code parse_urlencoded(struct gw_span body, struct gw_arena *arena, struct form *f, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	while (body.n > 0 && rc == GW_OK) {
		struct gw_span value = cut(&body, '&'), name, text;
		struct gw_span key = cut(&value, '=');
		rc = decode(key, arena, &name) && decode(value, arena, &text) ? take(f, arena, name, text, err)
									      : malformed(err, "bad %-encoding");
	}
	return rc;
}

/* ---- multipart/form-data ---- */

static bool ends_line(struct gw_span *rest) {
	if (rest->n < 2 || memcmp(rest->p, "\r\n", 2) != 0) {
		return false;
	}
	rest->p += 2;
	rest->n -= 2;
	return true;
}

static bool find_crlf(struct gw_span in, size_t *at) {
	const char *p = in.n >= 2 ? memmem(in.p, in.n, "\r\n", 2) : NULL;
	*at = p ? (size_t)(p - in.p) : 0;
	return p != NULL;
}

/* The header fields of one part; only Content-Disposition counts. */
static bool read_part_head(struct gw_span *rest, struct gw_span *name, struct gw_span *file_name) {
	size_t n = 0;
	*name = *file_name = (struct gw_span){NULL, 0};
	while (find_crlf(*rest, &n)) {
		struct gw_span line = {rest->p, n};
		rest->p += n + 2;
		rest->n -= n + 2;
		if (n == 0) {
			return name->p != NULL;
		}
		struct gw_span field = cut(&line, ':');
		if (gw_span_is_nocase(field, "Content-Disposition") &&
		    !http_form_data(http_trim(line), name, file_name)) {
			return false;
		}
	}
	return false;
}

static enum gw_code take_file(struct form *f, struct gw_arena *arena, struct gw_span name, struct gw_span value,
			      struct gw_err *err) {
	name = gw_file_name(name);
	if (name.n > FILE_NAME_MAX_BYTES || !gw_is_text(name) || f->input.file.p) {
		return malformed(err, "bad file");
	}
	f->input.file_name = gw_arena_span(arena, name);
	f->input.file = value.n ? value : (struct gw_span){NULL, 0};
	return GW_OK;
}

static enum gw_code take_part(struct form *f, struct gw_arena *arena, struct gw_span part, struct gw_err *err) {
	struct gw_span name, file_name;
	if (!read_part_head(&part, &name, &file_name)) {
		return malformed(err, "bad header of a part");
	}
	return file_name.p ? take_file(f, arena, file_name, part, err) : take(f, arena, name, part, err);
}

static enum gw_code parse_multipart(struct gw_span type, struct gw_span body, struct gw_arena *arena, struct form *f,
				    struct gw_err *err) {
	struct gw_span boundary;
	if (!http_media_param(type, "boundary", &boundary) || boundary.n == 0 || boundary.n > BOUNDARY_MAX) {
		return malformed(err, "no boundary");
	}
	const char *line = gw_arena_printf(arena, "\r\n--%.*s", (int)boundary.n, boundary.p);
	size_t n = strlen(line);
	if (body.n < n || memcmp(body.p, line + 2, n - 2) != 0) {
		return malformed(err, "no part");
	}
	struct gw_span rest = {body.p + n - 2, body.n - n + 2};
	while (ends_line(&rest)) {
		const char *end = memmem(rest.p, rest.n, line, n);
		if (!end) {
			return malformed(err, "a part without its end");
		}
		enum gw_code rc = take_part(f, arena, (struct gw_span){rest.p, (size_t)(end - rest.p)}, err);
		if (rc != GW_OK) {
			return rc;
		}
		rest.n -= (size_t)(end - rest.p) + n;
		rest.p = end + n;
	}
	bool closed = rest.n >= 2 && memcmp(rest.p, "--", 2) == 0;
	return closed ? GW_OK : malformed(err, "no closing boundary");
}

static enum gw_code parse(struct gw_span content_type, struct gw_span body, struct gw_arena *arena, struct form *out,
			  struct gw_err *err) {
	struct gw_span type;
	if (!http_media_type(content_type, &type)) {
		return malformed(err, "no content type");
	}
	if (gw_span_is_nocase(type, "application/x-www-form-urlencoded")) {
		return parse_urlencoded(body, arena, out, err);
	}
	return gw_span_is_nocase(type, "multipart/form-data") ? parse_multipart(content_type, body, arena, out, err)
							      : malformed(err, "another content type");
}

enum gw_code form_parse(struct gw_span content_type, struct gw_span body, struct gw_arena *arena, struct form *out,
			struct gw_err *err) {
	memset(out, 0, sizeof(*out));
	enum gw_code rc = parse(content_type, body, arena, out, err);
	rc = rc == GW_OK && arena->failed ? malformed(err, "too large") : rc;
	out->csrf = out->csrf ? out->csrf : "";
	out->version = out->version ? out->version : "";
	out->input.button = out->input.button ? out->input.button : "";
	out->input.file_name = out->input.file_name ? out->input.file_name : "";
	return rc;
}
