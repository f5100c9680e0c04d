/* certs/pdf_glance.h - what can be said about an uploaded application without parsing it: is it a PDF (ISO
 * 32000-2 7.5.2, header within the first 1024 bytes), and has it a filled signature field: a signature dictionary
 * (12.8.1), whose ByteRange of four numbers and Contents in hex must stand in the open? No verdict on the signature.
 * Pure. */
#ifndef GW_CERTS_PDF_GLANCE_H
#define GW_CERTS_PDF_GLANCE_H
#include "base/buf.h"

struct pdf_glance {
	bool is_pdf, has_signature;
};
struct pdf_glance pdf_glance(struct gw_span file);

/* The report on it as JSON, appended to `out`: undecidable, the administrator decides. */
GW_NODISCARD enum gw_code pdf_glance_report(struct pdf_glance found, struct gw_buf *out);
#endif
