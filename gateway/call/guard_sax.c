/* One pass of libxml2's SAX2 over the envelope: well-formedness, the SOAP frame, header blocks; the payload
 * goes to the writer while it is read. No tree is built. */
#include "gateway/call/guard_internal.h"

static int line_of(const struct guard_walk *w) {
	return w->ctxt->input ? w->ctxt->input->line : 0;
}

static void refuse(struct guard_walk *w, enum guard_verdict v, const char *what) {
	guard_refuse(w->out, v, "line %d: %s", line_of(w), what);
}

static bool refused(const struct guard_walk *w) {
	return w->out->verdict != GUARD_UNDECIDED;
}

/* For what need not be read to its end: limits, DTD, memory. Refusals by SOAP's rules let the parser go on,
 * because a document that is not well-formed is called so wherever the fault lies. */
static void stop(struct guard_walk *w) {
	w->stopped = true;
	xmlStopParser(w->ctxt);
}

/* SOAP 1.1 4.1.1, 4.3; SOAP 1.2 part 1, 5.1 to 5.3: further attributes are namespace-qualified. */
static bool attributes_qualified(struct guard_walk *w, const struct guard_tag *tag) {
	for (size_t i = 0; i < tag->attribute_count; i++) {
		if (!tag->attributes[i * ATTR_STEP + ATTR_URI]) {
			refuse(w, GUARD_ENVELOPE, "an unqualified attribute on Envelope, Header or Body");
			return false;
		}
	}
	return true;
}

static enum guard_soap version_of(const xmlChar *uri) {
	if (guard_name_is(uri, GUARD_NS_SOAP11)) {
		return GUARD_SOAP11;
	}
	return guard_name_is(uri, GUARD_NS_SOAP12) ? GUARD_SOAP12 : GUARD_SOAP_UNKNOWN;
}

static const char *envelope_ns(const struct guard_walk *w) {
	return w->expected == GUARD_SOAP11 ? GUARD_NS_SOAP11 : GUARD_NS_SOAP12;
}

static void enter_envelope(struct guard_walk *w, const struct guard_tag *tag) {
	if (!guard_name_is(tag->name, "Envelope") || !tag->uri) {
		refuse(w, GUARD_NOT_SOAP, "the root is not a SOAP Envelope");
		return;
	}
	enum guard_soap version = version_of(tag->uri);
	if (version != w->expected) { /* SOAP 1.1 4.1.2, SOAP 1.2 5.4.7 */
		w->out->soap = version == GUARD_SOAP_UNKNOWN ? w->out->soap : version;
		refuse(w, GUARD_VERSION, "the Envelope is not of the SOAP version that Content-Type names");
		return;
	}
	if (attributes_qualified(w, tag)) {
		w->place = GUARD_IN_ENVELOPE;
	}
}

static void enter_section(struct guard_walk *w, const struct guard_tag *tag) {
	bool soap = guard_name_is(tag->uri, envelope_ns(w));
	bool header = soap && guard_name_is(tag->name, "Header") && w->place == GUARD_IN_ENVELOPE;
	bool body = soap && guard_name_is(tag->name, "Body");
	if (!header && !body) {
		refuse(w, GUARD_ENVELOPE, "an Envelope holds an optional Header, then a Body");
		return;
	}
	if (attributes_qualified(w, tag)) {
		w->place = header ? GUARD_IN_HEADER : GUARD_IN_BODY;
	}
}

static struct gw_span attribute_value(const xmlChar *const *a) {
	const char *from = (const char *)a[ATTR_VALUE], *end = (const char *)a[ATTR_END];
	while (from < end && guard_is_space(*from)) {
		from++;
	}
	while (end > from && guard_is_space(end[-1])) {
		end--;
	}
	return (struct gw_span){from, (size_t)(end - from)};
}

/* The attribute `name` of the envelope's namespace; p == NULL: absent. */
static struct gw_span soap_attribute(const struct guard_walk *w, const struct guard_tag *tag, const char *name) {
	for (size_t i = 0; i < tag->attribute_count; i++) {
		const xmlChar *const *a = tag->attributes + i * ATTR_STEP;
		if (guard_name_is(a[ATTR_NAME], name) && guard_name_is(a[ATTR_URI], envelope_ns(w))) {
			return attribute_value(a);
		}
	}
	return (struct gw_span){0};
}

/* SOAP 1.1 4.2.2, SOAP 1.2 2.2: we act as the ultimate receiver and, as everybody, as "next". */
static bool meant_for_us(const struct guard_walk *w, const struct guard_tag *tag) {
	bool soap11 = w->expected == GUARD_SOAP11;
	struct gw_span role = soap_attribute(w, tag, soap11 ? "actor" : "role");
	if (role.n == 0) {
		return true;
	}
	if (soap11) {
		return gw_span_is(role, "http://schemas.xmlsoap.org/soap/actor/next");
	}
	return gw_span_is(role, GUARD_NS_SOAP12 "/role/next") ||
	       gw_span_is(role, GUARD_NS_SOAP12 "/role/ultimateReceiver");
}

static void enter_block(struct guard_walk *w, const struct guard_tag *tag) {
	if (!tag->uri) { /* SOAP 1.1 4.2, SOAP 1.2 5.2.1 */
		refuse(w, GUARD_ENVELOPE, "a header block without namespace");
		return;
	}
	struct gw_span must = soap_attribute(w, tag, "mustUnderstand");
	bool soap12 = w->expected == GUARD_SOAP12;
	bool yes = gw_span_is(must, "1") || (soap12 && gw_span_is(must, "true"));
	bool no = !must.p || gw_span_is(must, "0") || (soap12 && gw_span_is(must, "false"));
	if (!yes && !no) { /* SOAP 1.1 4.2.3, WS-I BP 1.1 R1013 */
		refuse(w, GUARD_ENVELOPE, "mustUnderstand is no boolean of this SOAP version");
		return;
	}
	if (yes && meant_for_us(w, tag)) {
		guard_refuse(w->out, GUARD_MUST_UNDERSTAND, "line %d: header block %s", line_of(w),
			     guard_shown((const char *)tag->name));
	}
}

static void enter_inner(struct guard_walk *w, const struct guard_tag *tag) {
	if (guard_name_is(tag->uri, GUARD_NS_XOP) && guard_name_is(tag->name, "Include")) {
		refuse(w, GUARD_XOP, "xop:Include in the payload");
		return;
	}
	guard_fields_start(w, tag->name);
	guard_out_start(w, tag);
}

static void enter_payload(struct guard_walk *w, const struct guard_tag *tag) {
	const char *uri = tag->uri ? (const char *)tag->uri : "";
	if (strcmp(uri, w->service->ns) != 0 || !guard_name_is(tag->name, w->service->element)) {
		guard_refuse(w->out, GUARD_WRONG_ELEMENT, "line %d: the Body must hold {%s}%s", line_of(w),
			     w->service->ns, w->service->element);
		return;
	}
	w->place = GUARD_IN_PAYLOAD;
	enter_inner(w, tag);
}

static void enter(struct guard_walk *w, const struct guard_tag *tag) {
	switch (w->place) {
	case GUARD_AT_START:
		enter_envelope(w, tag);
		break;
	case GUARD_IN_ENVELOPE:
	case GUARD_AFTER_HEADER:
		enter_section(w, tag);
		break;
	case GUARD_IN_HEADER:
		if (w->depth == 3) {
			enter_block(w, tag);
		}
		break;
	case GUARD_IN_BODY:
		enter_payload(w, tag);
		break;
	case GUARD_IN_PAYLOAD:
		enter_inner(w, tag);
		break;
	case GUARD_AFTER_PAYLOAD:
		refuse(w, GUARD_BODY_MANY, "a second child of the Body"); /* WS-I BP 1.1 R9981 */
		break;
	case GUARD_AFTER_BODY:
		refuse(w, GUARD_ENVELOPE, "an element behind the Body"); /* WS-I BP 1.1 R1011 */
		break;
	}
}

/* SAX2: names and URIs live as long as the parser (its dictionary), attribute values as long as the call. */
static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nb_namespaces,
		     const xmlChar **namespaces, int nb_attributes, int nb_defaulted, const xmlChar **attributes) {
	struct guard_walk *w = data;
	GW_UNUSED(prefix), GW_UNUSED(nb_namespaces), GW_UNUSED(namespaces), GW_UNUSED(nb_defaulted);
	if (refused(w)) {
		return;
	}
	struct guard_tag tag = {name, uri, attributes, (size_t)nb_attributes};
	w->text_bytes = 0;
	w->depth++;
	if (w->depth > w->g->set->limits.depth) {
		refuse(w, GUARD_DEPTH, "too deep"); /* second line: bounds the stack; guard_scan counts */
		stop(w);
	} else if (guard_memory_failed()) {
		stop(w); /* before the reserve is used up */
	} else {
		enter(w, &tag);
	}
}

static void leave(struct guard_walk *w, const xmlChar *name) {
	if (w->place == GUARD_IN_PAYLOAD) {
		guard_fields_end(w);
		guard_out_end(w, name);
		w->place = w->depth == 3 ? GUARD_AFTER_PAYLOAD : GUARD_IN_PAYLOAD;
	} else if (w->place == GUARD_IN_BODY) {
		refuse(w, GUARD_BODY_EMPTY, "the Body is empty");
	} else if (w->place == GUARD_AFTER_PAYLOAD) {
		w->place = GUARD_AFTER_BODY;
	} else if (w->place == GUARD_IN_HEADER && w->depth == 2) {
		w->place = GUARD_AFTER_HEADER;
	} else if (w->depth == 1 && w->place != GUARD_AFTER_BODY) {
		refuse(w, GUARD_NO_BODY, "the Envelope has no Body");
	}
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
	struct guard_walk *w = data;
	GW_UNUSED(prefix), GW_UNUSED(uri);
	if (refused(w)) {
		return;
	}
	w->text_bytes = 0;
	leave(w, name);
	w->depth--;
}

static bool is_blank(const char *p, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (!guard_is_space(p[i])) {
			return false;
		}
	}
	return true;
}

static void place_text(struct guard_walk *w, const char *p, size_t n) {
	if (w->place == GUARD_IN_PAYLOAD) {
		guard_fields_text(w, p, n);
		guard_out_text(w, p, n);
		return;
	}
	bool in_block = w->place == GUARD_IN_HEADER && w->depth > 2;
	if (in_block || is_blank(p, n)) {
		return;
	}
	bool in_body = w->place == GUARD_IN_BODY || w->place == GUARD_AFTER_PAYLOAD;
	refuse(w, in_body ? GUARD_BODY_MANY : GUARD_ENVELOPE, "text between the elements of the envelope");
}

/* Also CDATA, which becomes text. Comments are dropped: what stands around one is one text. */
static void on_text(void *data, const xmlChar *text, int bytes) {
	struct guard_walk *w = data;
	if (refused(w)) {
		return;
	}
	const struct guard_limits *most = &w->g->set->limits;
	size_t longest = w->service->documents ? most->out_bytes : most->text_bytes;
	w->text_bytes += (size_t)bytes;
	if (w->text_bytes <= longest) {
		place_text(w, (const char *)text, (size_t)bytes);
		return;
	}
	guard_refuse(w->out, GUARD_TOO_LONG, "line %d: more than %zu bytes in a text", line_of(w), longest);
	stop(w);
}

/* Second line behind guard_scan: nothing of a document type or an instruction gets further than here. */
static void on_doctype(void *data, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id) {
	struct guard_walk *w = data;
	GW_UNUSED(name), GW_UNUSED(public_id), GW_UNUSED(system_id);
	refuse(w, GUARD_DTD, "a document type declaration is not accepted");
	stop(w);
}

static void on_instruction(void *data, const xmlChar *target, const xmlChar *content) {
	struct guard_walk *w = data;
	GW_UNUSED(target), GW_UNUSED(content);
	refuse(w, GUARD_PI, "a processing instruction is not accepted");
	stop(w);
}

/* libxml2's messages quote the document, so only the class of the error is told. */
static const char *reason(int code) {
	static const struct {
		int code;
		const char *text;
	} reasons[] = {
		{XML_ERR_DOCUMENT_END, "something behind the root element"},
		{XML_ERR_DOCUMENT_EMPTY, "no element"},
		{XML_ERR_TAG_NAME_MISMATCH, "end tag and start tag differ"},
		{XML_ERR_TAG_NOT_FINISHED, "an element is not closed"},
		{XML_ERR_UNDECLARED_ENTITY, "an entity that is not predefined"},
		{XML_ERR_INVALID_CHARREF, "a character reference to no character of XML"},
		{XML_ERR_INVALID_DEC_CHARREF, "a malformed character reference"},
		{XML_ERR_INVALID_HEX_CHARREF, "a malformed character reference"},
		{XML_ERR_INVALID_CHAR, "a character that XML does not allow"},
		{XML_ERR_ENTITYREF_SEMICOL_MISSING, "'&' that begins no reference"},
		{XML_ERR_NAME_REQUIRED, "a malformed name, or '&' that begins no reference"},
		{XML_ERR_ATTRIBUTE_REDEFINED, "an attribute twice"},
		{XML_ERR_MISPLACED_CDATA_END, "']]>' in a text"},
		{XML_ERR_HYPHEN_IN_COMMENT, "'--' in a comment"},
	};
	for (size_t i = 0; i < GW_COUNT(reasons); i++) {
		if (reasons[i].code == code) {
			return reasons[i].text;
		}
	}
	return "not well-formed";
}

/* An unbound prefix and the like come with a lower level: the parser's nsWellFormed tells of them. */
static void on_error(void *data, xmlError *e) {
	struct guard_walk *w = data;
	if (e->level == XML_ERR_FATAL && !w->error_code) {
		w->error_code = e->code;
		w->error_line = e->line;
	}
}

static const xmlSAXHandler handlers = {
	.initialized = XML_SAX2_MAGIC,
	.internalSubset = on_doctype,
	.processingInstruction = on_instruction,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_text,
	.ignorableWhitespace = on_text,
	.cdataBlock = on_text,
	.serror = on_error,
};

/* libxml2 reports an unbound prefix as an error but calls the document well-formed: two flags to ask. */
static bool judge(struct guard_walk *w) {
	if (w->stopped) {
		return false;
	}
	bool xml = w->ctxt->wellFormed && w->ctxt->nsWellFormed;
	if (xml && !refused(w) && (w->place != GUARD_AFTER_BODY || w->depth != 0)) {
		return guard_refuse(w->out, GUARD_UNDECIDED, "the parser gave up");
	}
	if (xml) {
		return !refused(w);
	}
	w->out->verdict = GUARD_UNDECIDED;
	if (!w->ctxt->wellFormed) {
		return guard_refuse(w->out, GUARD_NOT_WELL_FORMED, "line %d: %s", w->error_line, reason(w->error_code));
	}
	return guard_refuse(w->out, GUARD_NOT_NS_WELL_FORMED,
			    "a prefix without namespace, or an attribute twice in one namespace");
}

/* NOENT hands over attribute values with "&" instead of "&#38;". There are no entities to substitute but the
 * five predefined ones: a DOCTYPE never gets past guard_scan. IGNORE_ENC: guard_decl.c has judged it. */
bool guard_parse(struct guard_walk *w, struct gw_span body) {
	struct gw_buf *copy = &w->g->in;
	const char *text = gw_buf_add(copy, body.p, body.n) == GW_OK ? gw_buf_cstr(copy) : NULL;
	int options = XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC;
	GW_AUTO(parser) xmlParserCtxt *ctxt = text ? guard_parser_new(text, &handlers, w, options) : NULL;
	if (!ctxt) {
		return guard_refuse(w->out, GUARD_NOMEM, "out of memory");
	}
	w->ctxt = ctxt;
	xmlParseDocument(ctxt);
	bool ok = judge(w);
	w->ctxt = NULL;
	return ok;
}
