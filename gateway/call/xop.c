#include "gateway/call/xop.h"

#include "base/err.h"
#include "gateway/engine/http_value.h"

struct delimiter {
	size_t start, after; /* of the line, its leading CRLF included; first byte behind it */
	bool closing;
};

struct part_head {
	struct gw_span type, id, encoding;
	size_t bytes;
};

static enum xop_status bad(struct xop_root *out, const char *why) {
	out->why = why;
	return XOP_MALFORMED;
}

/* RFC 2046 5.1.1: bchars, no blank at the end. */
static bool boundary_ok(struct gw_span b) {
	for (size_t i = 0; i < b.n; i++) {
		char c = b.p[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!alnum && (c == '\0' || !strchr("'()+_,-./:=? ", c))) {
			return false;
		}
	}
	return b.n > 0 && b.n <= XOP_BOUNDARY_MAX && b.p[b.n - 1] != ' ';
}

/* The rest of a delimiter line, from behind the boundary: ["--"] padding CRLF. RFC 2046 lets a line go on
 * behind the boundary; readers differ on it, so it is refused. */
static bool end_delimiter(struct gw_span body, struct delimiter *d) {
	struct gw_span rest = {body.p + d->after, body.n - d->after};
	d->closing = rest.n >= 2 && memcmp(rest.p, "--", 2) == 0;
	if (d->closing) {
		rest = (struct gw_span){rest.p + 2, rest.n - 2};
	}
	http_skip_blanks(&rest);
	bool at_end = d->closing && rest.n == 0;
	bool ok = at_end || (http_take_char(&rest, '\r') && http_take_char(&rest, '\n'));
	d->after = body.n - rest.n;
	return ok;
}

/* The first line from `from` on that begins with "--" boundary. */
static bool find_delimiter(struct gw_span body, size_t from, struct gw_span boundary, struct delimiter *d) {
	char needle[2 + XOP_BOUNDARY_MAX] = "--";
	memcpy(needle + 2, boundary.p, boundary.n);
	size_t n = 2 + boundary.n;
	const char *hit = body.p + from;
	while ((hit = memmem(hit, body.n - (size_t)(hit - body.p), needle, n))) {
		size_t at = (size_t)(hit - body.p);
		bool after_crlf = at >= 2 && memcmp(hit - 2, "\r\n", 2) == 0;
		if (at == 0 || after_crlf) {
			*d = (struct delimiter){.start = after_crlf ? at - 2 : 0, .after = at + n};
			return end_delimiter(body, d);
		}
		hit++;
	}
	return false;
}

static struct gw_span *known_field(struct part_head *head, struct gw_span name) {
	if (gw_span_is_nocase(name, "content-type")) {
		return &head->type;
	}
	if (gw_span_is_nocase(name, "content-id")) {
		return &head->id;
	}
	return gw_span_is_nocase(name, "content-transfer-encoding") ? &head->encoding : NULL;
}

/* One field line without its CRLF. A folded line begins with a blank, so it has no name: refused. */
static bool read_field(struct gw_span line, struct part_head *head) {
	struct gw_span name = http_take_token(&line);
	if (name.n == 0 || !http_take_char(&line, ':')) {
		return false;
	}
	for (size_t i = 0; i < line.n; i++) {
		if (((unsigned char)line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7F) {
			return false;
		}
	}
	struct gw_span *slot = known_field(head, name);
	if (slot && slot->p) {
		return false;
	}
	if (slot) {
		*slot = http_trim(line);
	}
	return true;
}

static bool read_part_head(struct gw_span part, struct part_head *head) {
	*head = (struct part_head){0};
	size_t most = part.n < XOP_HEAD_MAX_BYTES ? part.n : XOP_HEAD_MAX_BYTES;
	for (size_t fields = 0; fields <= XOP_HEAD_MAX_FIELDS; fields++) {
		const char *from = part.p + head->bytes;
		const char *crlf = memmem(from, most - head->bytes, "\r\n", 2);
		if (!crlf) {
			return false;
		}
		struct gw_span line = {from, (size_t)(crlf - from)};
		head->bytes += line.n + 2;
		if (line.n == 0) {
			return true;
		}
		if (!read_field(line, head)) {
			return false;
		}
	}
	return false;
}

/* Content-ID and `start` are written with and without angle brackets. */
static struct gw_span bare_id(struct gw_span id) {
	bool angled = id.n >= 2 && id.p[0] == '<' && id.p[id.n - 1] == '>';
	return angled ? (struct gw_span){id.p + 1, id.n - 2} : id;
}

/* Quoted-pairs resolved: start-info="application/soap+xml; action=\"urn:x\"". */
static bool unquote(struct gw_span raw, char out[XOP_TYPE_MAX_BYTES]) {
	size_t n = 0;
	for (size_t i = 0; i < raw.n; i++) {
		i += raw.p[i] == '\\' && i + 1 < raw.n ? 1 : 0;
		if (n + 1 >= XOP_TYPE_MAX_BYTES) {
			return false;
		}
		out[n++] = raw.p[i];
	}
	out[n] = '\0';
	return true;
}

static bool same_type(const char *a, const char *b) {
	struct gw_span x, y;
	return http_media_type(gw_span_of(a), &x) && http_media_type(gw_span_of(b), &y) && x.n == y.n &&
	       strncasecmp(x.p, y.p, x.n) == 0;
}

static bool media_is(struct gw_span value, const char *expected) {
	struct gw_span type;
	return http_media_type(value, &type) && gw_span_is_nocase(type, expected);
}

/* XOP section 4.1: the root is application/xop+xml and its `type` names the envelope's own media type. */
static enum xop_status read_root_type(struct gw_span outer, const struct part_head *head, struct xop_root *out) {
	struct gw_span type, info;
	char start_info[XOP_TYPE_MAX_BYTES];
	if (!media_is(head->type, "application/xop+xml")) {
		return bad(out, "root part is not application/xop+xml");
	}
	if (!http_media_param(head->type, "type", &type) || !http_media_param(head->type, "charset", &out->charset) ||
	    !http_media_param(outer, "start-info", &info) || !unquote(type, out->type) || !unquote(info, start_info)) {
		return bad(out, "media type parameters malformed");
	}
	if (type.p && info.p && !same_type(out->type, start_info)) {
		return bad(out, "start-info and the root's type disagree");
	}
	if (!type.p) {
		memcpy(out->type, start_info, sizeof(out->type));
	}
	return out->type[0] ? XOP_OK : bad(out, "neither type nor start-info names the envelope's media type");
}

static enum xop_status check_part(struct gw_span outer, const struct part_head *head, struct xop_root *out) {
	struct gw_span start;
	if (!http_media_param(outer, "start", &start)) {
		return bad(out, "start parameter twice");
	}
	if (start.p && !gw_span_equal(bare_id(start), bare_id(head->id))) {
		return bad(out, "no part has the Content-ID that start names");
	}
	bool plain = !head->encoding.p || gw_span_is_nocase(head->encoding, "binary") ||
		     gw_span_is_nocase(head->encoding, "8bit") || gw_span_is_nocase(head->encoding, "7bit");
	return plain ? read_root_type(outer, head, out) : bad(out, "transfer encoding is not binary, 8bit or 7bit");
}

static bool read_outer(struct gw_span content_type, struct gw_span *boundary) {
	struct gw_span type;
	return media_is(content_type, "multipart/related") && http_media_param(content_type, "type", &type) &&
	       media_is(type, "application/xop+xml") && http_media_param(content_type, "boundary", boundary) &&
	       boundary_ok(*boundary);
}

enum xop_status xop_read(struct gw_span content_type, struct gw_span body, struct xop_root *out) {
	struct gw_span boundary;
	struct delimiter open, next;
	struct part_head head;
	*out = (struct xop_root){0};
	if (!read_outer(content_type, &boundary)) {
		return bad(out, "multipart/related needs type=\"application/xop+xml\" and a boundary");
	}
	if (body.n == 0 || !find_delimiter(body, 0, boundary, &open) || open.closing ||
	    open.start > XOP_PREAMBLE_MAX_BYTES) {
		return bad(out, "no first part");
	}
	if (!read_part_head((struct gw_span){body.p + open.after, body.n - open.after}, &head)) {
		return bad(out, "part head malformed or too large");
	}
	size_t from = open.after + head.bytes;
	/* from - 2: the CRLF that ends the head is also the one before a delimiter that follows at once */
	if (!find_delimiter(body, from - 2, boundary, &next)) {
		return bad(out, "part without closing boundary");
	}
	if (!next.closing) {
		out->why = "a part besides the root";
		return XOP_MORE_PARTS;
	}
	if (body.n - next.after > XOP_PREAMBLE_MAX_BYTES) {
		return bad(out, "too much behind the last boundary");
	}
	out->content = (struct gw_span){body.p + from, next.start > from ? next.start - from : 0};
	return check_part(content_type, &head, out);
}
