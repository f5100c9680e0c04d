#include <stdarg.h>
#include <stdio.h>

#include "gateway/call/guard_internal.h"

const char *guard_verdict_name(enum guard_verdict v) {
	static const char *const names[] = {
		[GUARD_UNDECIDED] = "undecided",
		[GUARD_OK] = "ok",
		[GUARD_NOT_WELL_FORMED] = "xml_not_well_formed",
		[GUARD_NOT_NS_WELL_FORMED] = "xml_not_ns_well_formed",
		[GUARD_ENCODING] = "xml_encoding",
		[GUARD_UTF16] = "xml_utf16",
		[GUARD_DTD] = "xml_dtd",
		[GUARD_PI] = "xml_pi",
		[GUARD_DEPTH] = "xml_depth",
		[GUARD_ELEMENTS] = "xml_elements",
		[GUARD_ATTRIBUTES] = "xml_attributes",
		[GUARD_NAMESPACES] = "xml_namespaces",
		[GUARD_TOO_LONG] = "xml_too_long",
		[GUARD_NOT_SOAP] = "soap_not_soap",
		[GUARD_VERSION] = "soap_version",
		[GUARD_ENVELOPE] = "soap_envelope",
		[GUARD_NO_BODY] = "soap_no_body",
		[GUARD_BODY_EMPTY] = "soap_body_empty",
		[GUARD_BODY_MANY] = "soap_body_many",
		[GUARD_WRONG_ELEMENT] = "soap_wrong_element",
		[GUARD_MUST_UNDERSTAND] = "soap_must_understand",
		[GUARD_ACTION_MISSING] = "soap_action_missing",
		[GUARD_ACTION] = "soap_action",
		[GUARD_INVALID] = "xsd_invalid",
		[GUARD_MEDIA_TYPE] = "media_type",
		[GUARD_MIME] = "mime",
		[GUARD_XOP] = "xop",
		[GUARD_NOMEM] = "nomem",
	};
	return (size_t)v < GW_COUNT(names) ? names[v] : "unknown";
}

void guard_cut_whole(char *text, size_t size) {
	size_t n = strnlen(text, size - 1);
	while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80) {
		n--;
	}
	n -= n > 0 && (unsigned char)text[n - 1] >= 0xC0 ? 1 : 0;
	text[n] = '\0';
}

bool guard_refuse(struct guard_out *out, enum guard_verdict v, const char *fmt, ...) {
	if (out->verdict != GUARD_UNDECIDED) {
		return false;
	}
	out->verdict = v;
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(out->detail, sizeof(out->detail), fmt, args);
	va_end(args);
	if (n >= (int)sizeof(out->detail)) {
		guard_cut_whole(out->detail, sizeof(out->detail));
	}
	return false;
}

const char *guard_shown(const char *name) {
	size_t digits = 0;
	for (const char *p = name; *p; p++) {
		digits += *p >= '0' && *p <= '9' ? 1 : 0;
	}
	return digits > 6 ? "?" : name;
}

size_t guard_line(struct gw_span body, size_t offset) {
	size_t line = 1;
	for (size_t i = 0; i < offset && i < body.n; i++) {
		line += body.p[i] == '\n' ? 1 : 0;
	}
	return line;
}
