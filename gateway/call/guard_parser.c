#include "gateway/call/guard_internal.h"

/* xmlCreateMemoryParserCtxt would copy the text, and lose part of the copy when memory fails. */
static xmlParserCtxt *read_from(xmlParserCtxt *ctxt, const char *text) {
	xmlParserInput *input = xmlNewStringInputStream(ctxt, (const xmlChar *)text);
	if (input && inputPush(ctxt, input) >= 0) {
		return ctxt;
	}
	xmlFreeInputStream(input);
	xmlFreeParserCtxt(ctxt);
	return NULL;
}

xmlParserCtxt *guard_parser_new(const char *text, const xmlSAXHandler *handlers, void *data, int options) {
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	if (!ctxt) {
		return NULL;
	}
	xmlCtxtUseOptions(ctxt, options | XML_PARSE_NONET);
	*ctxt->sax = *handlers;
	ctxt->userData = data;
	return read_from(ctxt, text);
}
