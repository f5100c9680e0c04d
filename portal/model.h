/* portal/model.h - reading a page model: the parsed document and its texts. */
#ifndef GW_PORTAL_MODEL_H
#define GW_PORTAL_MODEL_H
#include <libxml/tree.h>

#include "base/buf.h"

enum { MODEL_MAX_BYTES = 8388608 };

GW_DEFINE_AUTO(xml_doc, xmlDoc *, xmlFreeDoc)

/* Parses without network, DTD or entities. *out is the caller's (xmlFreeDoc). GW_E_INPUT: not XML, has a DTD, is no
 * page of wsdl/page.xsd by name, or too large. */
GW_NODISCARD enum gw_code model_parse(struct gw_span bytes, xmlDoc **out, struct gw_err *err);

/* The first child of that name, or the next one beside it; NULL: none. Borrowed from the document. */
const xmlNode *model_child(const xmlNode *parent, const char *name);
const xmlNode *model_next(const xmlNode *node, const char *name);
/* The element directly before, if it has that name; NULL: another one, or none. Borrowed too. */
const xmlNode *model_before(const xmlNode *node, const char *name);

/* The Slovene or English of `node`, on one line, appended to `out`; controls, also those of writing direction, do not
 * survive. A missing text is empty. */
GW_NODISCARD enum gw_code model_text(const xmlNode *node, bool english, struct gw_buf *out);
#endif
