/* The lexical pass before libxml2: characters, DTD, processing instructions, and every count.
 *
 * Why here: libxml2 compares each attribute of a start tag with all before it (quadratic) and calls nobody
 * until the tag is complete. The grammar of tags is checked strictly, so that libxml2, also after
 * an error, cannot see a tag where this pass saw none. Whether names match and references resolve is
 * libxml2's. */
#include "base/text.h"
#include "gateway/call/guard_internal.h"

struct scan {
	struct gw_span body;
	size_t at; /* next byte */
	const struct guard_limits *limits;
	struct guard_out *out;
	size_t depth, elements, attributes, namespaces; /* of the document */
	size_t tag_attributes, tag_namespaces;		/* of the open start tag */
};

/* Length of the character at p, 0 if it is none: RFC 3629 UTF-8 and XML 1.0 [2] Char. */
static size_t char_bytes(const unsigned char *p, size_t n) {
	unsigned c = p[0];
	if (c < 0x80) {
		return c >= 0x20 || c == '\t' || c == '\n' || c == '\r' ? 1 : 0;
	}
	size_t len = gw_utf8_len(p, n);
	bool fffe_ffff = len == 3 && c == 0xEF && p[1] == 0xBF && p[2] >= 0xBE;
	return fffe_ffff ? 0 : len;
}

static bool scan_characters(struct gw_span body, bool ascii, struct guard_out *out) {
	const unsigned char *p = (const unsigned char *)body.p;
	for (size_t i = 0; i < body.n;) {
		size_t len = p[i] >= 0x20 && p[i] < 0x80 ? 1 : char_bytes(p + i, body.n - i);
		if (len == 0) {
			return guard_refuse(out, GUARD_NOT_WELL_FORMED, "line %zu: not a character of XML in UTF-8",
					    guard_line(body, i));
		}
		if (len > 1 && ascii) {
			return guard_refuse(out, GUARD_ENCODING, "line %zu: declared US-ASCII, but it is not",
					    guard_line(body, i));
		}
		i += len;
	}
	return true;
}

static bool refuse(struct scan *s, enum guard_verdict v, const char *what) {
	return guard_refuse(s->out, v, "line %zu: %s", guard_line(s->body, s->at), what);
}

static bool over(struct scan *s, enum guard_verdict v, const char *what, size_t limit) {
	return guard_refuse(s->out, v, "line %zu: more than %zu %s", guard_line(s->body, s->at), limit, what);
}

static struct gw_span rest_of(const struct scan *s) {
	return (struct gw_span){s->body.p + s->at, s->body.n - s->at};
}

static bool at_text(const struct scan *s, const char *text) {
	size_t n = strlen(text);
	return s->body.n - s->at >= n && memcmp(s->body.p + s->at, text, n) == 0;
}

/* At the byte `c`? False at the end of the body. */
static bool at_char(const struct scan *s, char c) {
	return s->at < s->body.n && s->body.p[s->at] == c;
}

static bool skip_spaces(struct scan *s) {
	size_t from = s->at;
	while (s->at < s->body.n && guard_is_space(s->body.p[s->at])) {
		s->at++;
	}
	return s->at > from;
}

/* Past `open` and on behind the next `close`. */
static bool skip_section(struct scan *s, const char *open, const char *close) {
	struct gw_span rest = rest_of(s);
	size_t n = strlen(open);
	const char *end = memmem(rest.p + n, rest.n - n, close, strlen(close));
	if (!end) {
		return refuse(s, GUARD_NOT_WELL_FORMED, "comment or CDATA section without end");
	}
	s->at = (size_t)(end - s->body.p) + strlen(close);
	return true;
}

static bool is_name_byte(char c) {
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
	case '<':
	case '>':
	case '=':
	case '/':
	case '"':
	case '\'':
		return false;
	default:
		return true;
	}
}

/* libxml2 judges which characters a name may have; here it ends where a tag's syntax begins. */
static bool take_name(struct scan *s, struct gw_span *name) {
	size_t from = s->at;
	while (s->at < s->body.n && is_name_byte(s->body.p[s->at])) {
		s->at++;
	}
	*name = (struct gw_span){s->body.p + from, s->at - from};
	if (name->n == 0) {
		return refuse(s, GUARD_NOT_WELL_FORMED, "a name is missing in a tag");
	}
	return name->n <= s->limits->name_bytes || over(s, GUARD_TOO_LONG, "bytes in a name", s->limits->name_bytes);
}

static bool take_value(struct scan *s) {
	skip_spaces(s);
	if (!at_char(s, '=')) {
		return refuse(s, GUARD_NOT_WELL_FORMED, "an attribute without '='");
	}
	s->at++;
	skip_spaces(s);
	struct gw_span rest = rest_of(s);
	bool quoted = at_char(s, '"') || at_char(s, '\'');
	const char *close = quoted ? memchr(rest.p + 1, rest.p[0], rest.n - 1) : NULL;
	if (!close) {
		return refuse(s, GUARD_NOT_WELL_FORMED, "an attribute value without quotes");
	}
	size_t n = (size_t)(close - rest.p) - 1;
	if (memchr(rest.p + 1, '<', n)) {
		return refuse(s, GUARD_NOT_WELL_FORMED, "'<' in an attribute value");
	}
	s->at += n + 2;
	return n <= s->limits->text_bytes ||
	       over(s, GUARD_TOO_LONG, "bytes in an attribute value", s->limits->text_bytes);
}

static bool count_attribute(struct scan *s) {
	const struct guard_limits *most = s->limits;
	if (++s->tag_attributes > most->attributes_per_element) {
		return over(s, GUARD_ATTRIBUTES, "attributes in an element", most->attributes_per_element);
	}
	return ++s->attributes <= most->attributes || over(s, GUARD_ATTRIBUTES, "attributes", most->attributes);
}

static bool count_namespace(struct scan *s) {
	const struct guard_limits *most = s->limits;
	if (++s->tag_namespaces > most->namespaces_per_element) {
		return over(s, GUARD_NAMESPACES, "namespaces in an element", most->namespaces_per_element);
	}
	return ++s->namespaces <= most->namespaces || over(s, GUARD_NAMESPACES, "namespaces", most->namespaces);
}

static bool take_attribute(struct scan *s) {
	struct gw_span name;
	if (!take_name(s, &name)) {
		return false;
	}
	bool is_namespace = gw_span_is(name, "xmlns") || (name.n > 6 && memcmp(name.p, "xmlns:", 6) == 0);
	return (is_namespace ? count_namespace(s) : count_attribute(s)) && take_value(s);
}

static bool count_element(struct scan *s) {
	if (++s->elements > s->limits->elements) {
		return over(s, GUARD_ELEMENTS, "elements", s->limits->elements);
	}
	return s->depth < s->limits->depth || over(s, GUARD_DEPTH, "levels", s->limits->depth);
}

/* The attributes up to ">" or "/>" (XML 1.0 [40], [44]). */
static bool take_attributes(struct scan *s) {
	for (;;) {
		bool space = skip_spaces(s);
		if (at_char(s, '>')) {
			s->at++;
			s->depth++;
			return true;
		}
		if (at_text(s, "/>")) {
			s->at += 2;
			return true;
		}
		if (!space) {
			return refuse(s, GUARD_NOT_WELL_FORMED, "a start tag is not closed");
		}
		if (!take_attribute(s)) {
			return false;
		}
	}
}

static bool take_start_tag(struct scan *s) {
	struct gw_span name;
	s->at++;
	s->tag_attributes = s->tag_namespaces = 0;
	return take_name(s, &name) && count_element(s) && take_attributes(s);
}

static bool take_end_tag(struct scan *s) {
	struct gw_span name;
	s->at += 2;
	if (!take_name(s, &name)) {
		return false;
	}
	skip_spaces(s);
	if (!at_char(s, '>') || s->depth == 0) {
		return refuse(s, GUARD_NOT_WELL_FORMED, "an end tag that closes nothing");
	}
	s->at++;
	s->depth--;
	return true;
}

/* "<!" */
static bool take_bang(struct scan *s) {
	if (at_text(s, "<!--")) {
		return skip_section(s, "<!--", "-->");
	}
	if (at_text(s, "<![CDATA[")) {
		return skip_section(s, "<![CDATA[", "]]>");
	}
	if (at_text(s, "<!DOCTYPE")) {
		return refuse(s, GUARD_DTD, "a document type declaration is not accepted");
	}
	return refuse(s, GUARD_NOT_WELL_FORMED, "'<!' that begins nothing");
}

static bool take_markup(struct scan *s) {
	if (at_text(s, "<!")) {
		return take_bang(s);
	}
	if (at_text(s, "<?xml ") || at_text(s, "<?xml\t") || at_text(s, "<?xml\r") || at_text(s, "<?xml\n")) {
		return refuse(s, GUARD_NOT_WELL_FORMED, "an XML declaration that is not the very first");
	}
	if (at_text(s, "<?")) {
		return refuse(s, GUARD_PI, "a processing instruction is not accepted"); /* WS-I BP 1.1 R1009 */
	}
	return at_text(s, "</") ? take_end_tag(s) : take_start_tag(s);
}

bool guard_scan(struct gw_span body, const struct guard_decl *d, const struct guard_limits *limits,
		struct guard_out *out) {
	struct scan s = {.body = body, .at = d->end, .limits = limits, .out = out};
	if (!scan_characters(body, d->ascii, out)) {
		return false;
	}
	/* Also keeps libxml2's own guessing of encodings from a second byte order mark. */
	if (s.at == body.n || (body.p[s.at] != '<' && !guard_is_space(body.p[s.at]))) {
		return refuse(&s, GUARD_NOT_WELL_FORMED, "no markup at the start");
	}
	const char *hit;
	while ((hit = memchr(body.p + s.at, '<', body.n - s.at))) {
		s.at = (size_t)(hit - body.p);
		if (!take_markup(&s)) {
			return false;
		}
	}
	return s.elements > 0 || refuse(&s, GUARD_NOT_WELL_FORMED, "no element");
}
