/* portal/portal.h - page models (wsdl/page.xsd) as web pages and as PDF lists, and the few files that the pages need.
 *
 * Knows no sockets, sessions or procedures: bytes in, bytes out. A page needs no JavaScript and no inline style, so it
 * may be served with default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'. Every text of the model
 * is text: it is escaped, and controls of writing direction (U+202E and its like) show as U+FFFD, except in the values
 * of fields, which go back as they came. */
#ifndef GW_PORTAL_PORTAL_H
#define GW_PORTAL_PORTAL_H
#include <stdint.h>

#include "base/buf.h"

struct portal; /* opaque; immutable after portal_new, shared by threads */

GW_NODISCARD enum gw_code portal_new(struct portal **out, struct gw_err *err);
void portal_free(struct portal *p); /* NULL is allowed */
GW_DEFINE_AUTO(portal, struct portal *, portal_free)

struct portal_request {
	const char *csrf; /* goes back with every form; NULL: "" */
	bool english;
	const char *path; /* of this page: where the switch of language goes; not an absolute path: "/" */
};

/* The page as an HTML document that is well-formed XML as well, appended to `out`.
 *
 * Forms: POST /case/N (multipart/form-data: csrf, version, button, fields and choices by their names), and, outside
 * of it, POST /procedure/CODE (csrf) for what begins a procedure. A page without case or buttons, or a finished one,
 * has no form and shows no buttons. The key Enter presses filter where there is one, else the first of next,
 * preview, confirm, execute and login, or nothing. GW_E_INPUT: not a page model. GW_E_RETRY: it does not fit into
 * `out`. */
GW_NODISCARD enum gw_code portal_html(const struct portal *p, struct gw_span page_xml, const struct portal_request *rq,
				      struct gw_buf *out, struct gw_err *err);

struct portal_soap_request {
	const char *end;    /* "odprto", "opravljeno", … (wsdl/vash-registration.xsd) */
	const char *record; /* <19.0> of the login; "" = none */
};

/* The page as the element PostopekResponse of wsdl/vash-registration.xsd, appended to `out`. Errors as portal_html. */
GW_NODISCARD enum gw_code portal_soap(const struct portal *p, struct gw_span page_xml,
				      const struct portal_soap_request *rq, struct gw_buf *out, struct gw_err *err);

struct portal_pdf_request {
	bool english;
	int64_t made_utc_s; /* printed as a day in Slovenia, and the document's date of creation */
};

/* The lists of the page as A4 pages (FZ 5.4: title, filters, one numbered record after the other), appended to `out`. A
 * list's title is the text of the model directly before it, else the list's label.
 * The same input gives the same bytes. Fonts come from the machine (DejaVu Sans). GW_E_INPUT: not a page model, or one
 * without a list. GW_E_RETRY: it does not fit into `out`. */
GW_NODISCARD enum gw_code portal_pdf(struct gw_span page_xml, const struct portal_pdf_request *rq, struct gw_buf *out,
				     struct gw_err *err);

/* What the pages refer to: /style.css, /favicon.svg. False: no such file. The bytes live as long as the program. */
bool portal_asset(struct gw_span path, struct gw_span *bytes, const char **type);
#endif
