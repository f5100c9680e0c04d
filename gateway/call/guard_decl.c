/* Encoding and XML declaration, judged before any parser sees a byte: libxml2 would hand the bytes to
 * whatever converter the sender names. */
#include "gateway/call/guard_internal.h"

static bool starts(struct gw_span s, const char *bytes, size_t n) {
	return s.n >= n && memcmp(s.p, bytes, n) == 0;
}

/* XML 1.0 appendix F.1: marks and first bytes of the 16- and 32-bit encodings. */
static bool looks_wide(struct gw_span body) {
	size_t n = body.n < 4 ? body.n : 4;
	return starts(body, "\xFE\xFF", 2) || starts(body, "\xFF\xFE", 2) || (n > 1 && memchr(body.p, '\0', n));
}

static bool starts_nocase(struct gw_span s, const char *prefix) {
	size_t n = strlen(prefix);
	return s.n >= n && strncasecmp(s.p, prefix, n) == 0;
}

static bool wide_name(struct gw_span name) {
	static const char *const prefixes[] = {"utf-16", "utf16",	    "utf-32",	       "utf32",
					       "ucs-",	 "iso-10646-ucs-2", "iso-10646-ucs-4", "csunicode"};
	for (size_t i = 0; i < GW_COUNT(prefixes); i++) {
		if (starts_nocase(name, prefixes[i])) {
			return true;
		}
	}
	return false;
}

static bool read_charset(struct gw_span charset, struct guard_decl *d, struct guard_out *out) {
	if (!charset.p || gw_span_is_nocase(charset, "utf-8")) {
		return true;
	}
	if (gw_span_is_nocase(charset, "us-ascii")) {
		d->ascii = true;
		return true;
	}
	enum guard_verdict v = wide_name(charset) ? GUARD_UTF16 : GUARD_ENCODING;
	return guard_refuse(out, v, "charset of the Content-Type is not utf-8");
}

static bool skip_spaces(struct gw_span *rest) {
	size_t n = 0;
	while (n < rest->n && guard_is_space(rest->p[n])) {
		n++;
	}
	*rest = (struct gw_span){rest->p + n, rest->n - n};
	return n > 0;
}

static bool take(struct gw_span *rest, const char *text) {
	size_t n = strlen(text);
	if (!starts(*rest, text, n)) {
		return false;
	}
	*rest = (struct gw_span){rest->p + n, rest->n - n};
	return true;
}

/* S name Eq quoted value; a value of n == 0 means that another name stands here. */
static bool take_pseudo(struct gw_span *rest, const char *name, struct gw_span *value) {
	struct gw_span s = *rest;
	*value = (struct gw_span){0};
	if (!skip_spaces(&s) || !take(&s, name)) {
		return true;
	}
	skip_spaces(&s);
	if (!take(&s, "=")) {
		return false;
	}
	skip_spaces(&s);
	const char *close = s.n > 1 && (s.p[0] == '"' || s.p[0] == '\'') ? memchr(s.p + 1, s.p[0], s.n - 1) : NULL;
	if (!close || close == s.p + 1) {
		return false;
	}
	*value = (struct gw_span){s.p + 1, (size_t)(close - s.p) - 1};
	*rest = (struct gw_span){close + 1, s.n - value->n - 2};
	return true;
}

static bool judge_declared(struct gw_span encoding, struct guard_decl *d, struct guard_out *out) {
	if (encoding.n == 0 || gw_span_is_nocase(encoding, "utf-8")) {
		return true;
	}
	d->ascii = d->ascii || gw_span_is_nocase(encoding, "us-ascii");
	return gw_span_is_nocase(encoding, "us-ascii") ||
	       guard_refuse(out, GUARD_ENCODING, "declared encoding is not UTF-8");
}

/* XML 1.0 [23] XMLDecl, behind "<?xml". */
static bool read_declaration(struct gw_span rest, size_t at, struct guard_decl *d, struct guard_out *out) {
	struct gw_span s = rest, version, encoding, standalone;
	bool ok = take_pseudo(&s, "version", &version) && version.n > 0;
	if (ok && !gw_span_is(version, "1.0")) {
		return guard_refuse(out, GUARD_NOT_WELL_FORMED, "only XML 1.0 is accepted");
	}
	ok = ok && take_pseudo(&s, "encoding", &encoding) && take_pseudo(&s, "standalone", &standalone);
	skip_spaces(&s);
	if (!ok || !take(&s, "?>")) {
		return guard_refuse(out, GUARD_NOT_WELL_FORMED, "XML declaration malformed");
	}
	if (standalone.n > 0 && !gw_span_is(standalone, "yes") && !gw_span_is(standalone, "no")) {
		return guard_refuse(out, GUARD_NOT_WELL_FORMED, "XML declaration malformed");
	}
	d->end = at + (rest.n - s.n);
	return judge_declared(encoding, d, out);
}

bool guard_decl_read(const struct guard_media *m, struct guard_decl *d, struct guard_out *out) {
	*d = (struct guard_decl){0};
	struct gw_span body = m->content;
	if (looks_wide(body)) {
		return guard_refuse(out, GUARD_UTF16, "only UTF-8 is accepted");
	}
	if (!read_charset(m->charset, d, out)) {
		return false;
	}
	d->skip = d->end = starts(body, "\xEF\xBB\xBF", 3) ? 3 : 0;
	struct gw_span rest = {body.p + d->skip, body.n - d->skip};
	if (starts(rest, "Lo\xA7\x94", 4)) {
		return guard_refuse(out, GUARD_ENCODING, "only UTF-8 is accepted"); /* EBCDIC for "<?xm" */
	}
	bool declared = take(&rest, "<?xml") && rest.n > 0 && guard_is_space(rest.p[0]);
	return !declared || read_declaration(rest, d->skip + 5, d, out);
}
