#include "certs/pdf_glance.h"

enum { HEADER_WITHIN = 1024 };

static void skip_blanks(struct gw_span *s) {
	while (s->n > 0 && memchr("\0\t\n\f\r ", *s->p, 6)) { /* 7.2.3 */
		*s = (struct gw_span){s->p + 1, s->n - 1};
	}
}

static bool take(struct gw_span *s, char c) {
	skip_blanks(s);
	bool there = s->n > 0 && *s->p == c;
	*s = there ? (struct gw_span){s->p + 1, s->n - 1} : *s;
	return there;
}

static bool take_number(struct gw_span *s) {
	size_t digits = 0;
	skip_blanks(s);
	while (digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9') {
		digits++;
	}
	*s = (struct gw_span){s->p + digits, s->n - digits};
	return digits > 0;
}

static bool is_byte_range(struct gw_span s) {
	return take(&s, '[') && take_number(&s) && take_number(&s) && take_number(&s) && take_number(&s) &&
	       take(&s, ']');
}

static bool is_hex_string(struct gw_span s) {
	return take(&s, '<') && s.n > 0 && *s.p != '<';
}

/* Does the name stand in the file with such a value behind it? */
static bool has_entry(struct gw_span file, const char *name, bool (*is_value)(struct gw_span rest)) {
	size_t n = strlen(name);
	const char *end = file.p + file.n, *at = file.p;
	while ((at = memmem(at, (size_t)(end - at), name, n)) != NULL) {
		at += n;
		if (is_value((struct gw_span){at, (size_t)(end - at)})) {
			return true;
		}
	}
	return false;
}

struct pdf_glance pdf_glance(struct gw_span file) {
	size_t front = file.n < HEADER_WITHIN ? file.n : HEADER_WITHIN;
	struct pdf_glance found = {.is_pdf = file.n > 0 && memmem(file.p, front, "%PDF-", 5) != NULL};
	found.has_signature = found.is_pdf && has_entry(file, "/ByteRange", is_byte_range) &&
			      has_entry(file, "/Contents", is_hex_string);
	return found;
}

static const char *truth(bool yes) {
	return yes ? "true" : "false";
}

enum gw_code pdf_glance_report(struct pdf_glance found, struct gw_buf *out) {
	return gw_buf_addf(
		out,
		"{\"is_pdf\":%s,\"has_signature_field\":%s,\"indication\":\"INDETERMINATE\","
		"\"reason_sl\":\"Datoteka je PDF s podpisnim poljem. Podpis ni bil preverjen; odloči administrator.\","
		"\"reason_en\":\"The file is a PDF with a signature field. The signature was not verified; the"
		" administrator decides.\"}",
		truth(found.is_pdf), truth(found.has_signature));
}
