#include "certs/pdf_glance.h"

enum { HEADER_WITHIN = 1024 };

struct pdf_glance pdf_glance(struct gw_span file) {
	size_t front = file.n < HEADER_WITHIN ? file.n : HEADER_WITHIN;
	struct pdf_glance found = {.is_pdf = file.n > 0 && memmem(file.p, front, "%PDF-", 5) != NULL};
	found.has_signature = found.is_pdf && memmem(file.p, file.n, "/ByteRange", 10) != NULL;
	return found;
}

static const char *truth(bool yes) {
	return yes ? "true" : "false";
}

enum gw_code pdf_glance_report(struct pdf_glance found, struct gw_buf *out) {
	return gw_buf_addf(out,
			   "{\"is_pdf\":%s,\"is_signed\":%s,\"indication\":\"INDETERMINATE\","
			   "\"reason_sl\":\"Podpis ni bil preverjen; odloči administrator.\","
			   "\"reason_en\":\"The signature was not verified; the administrator decides.\"}",
			   truth(found.is_pdf), truth(found.has_signature));
}
