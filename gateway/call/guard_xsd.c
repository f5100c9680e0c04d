/* The payload as written, parsed once more and validated while it is read. */
#include "gateway/call/guard_internal.h"

/* The names of the open elements lie in g->stack. The validator judges an element's value behind our own
 * "end" callback, so the last one is kept until the next event. */
struct xsd_run {
	struct guard *g;
	struct guard_out *out;
	size_t depth;
	bool leaving;
	xmlParserCtxt *ctxt;
	int first; /* code of the first error */
};

static void settle(struct xsd_run *run) {
	run->depth -= run->leaving ? 1 : 0;
	run->leaving = false;
}

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nb_namespaces,
		     const xmlChar **namespaces, int nb_attributes, int nb_defaulted, const xmlChar **attributes) {
	struct xsd_run *run = data;
	GW_UNUSED(prefix), GW_UNUSED(uri), GW_UNUSED(nb_namespaces), GW_UNUSED(namespaces);
	GW_UNUSED(nb_attributes), GW_UNUSED(nb_defaulted), GW_UNUSED(attributes);
	settle(run);
	if (guard_memory_failed()) {
		xmlStopParser(run->ctxt);
	}
	if (run->depth < run->g->set->limits.depth) {
		run->g->stack[run->depth] = name;
	}
	run->depth++;
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
	struct xsd_run *run = data;
	GW_UNUSED(name), GW_UNUSED(prefix), GW_UNUSED(uri);
	settle(run);
	run->leaving = true;
}

/* XSD part 1 and 2 names of the rules; libxml2's messages quote the value. */
static const char *rule(int code) {
	static const struct {
		int code;
		const char *text;
	} rules[] = {
		{XML_SCHEMAV_CVC_PATTERN_VALID, "cvc-pattern-valid"},
		{XML_SCHEMAV_CVC_ENUMERATION_VALID, "cvc-enumeration-valid"},
		{XML_SCHEMAV_CVC_LENGTH_VALID, "cvc-length-valid"},
		{XML_SCHEMAV_CVC_MINLENGTH_VALID, "cvc-minLength-valid"},
		{XML_SCHEMAV_CVC_MAXLENGTH_VALID, "cvc-maxLength-valid"},
		{XML_SCHEMAV_CVC_MININCLUSIVE_VALID, "cvc-minInclusive-valid"},
		{XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID, "cvc-maxInclusive-valid"},
		{XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, "cvc-datatype-valid.1.2.1"},
		{XML_SCHEMAV_ELEMENT_CONTENT, "cvc-complex-type.2.4, this element is not expected or one is missing"},
		{XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1, "cvc-complex-type.2.1, must be empty"},
		{XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2, "cvc-complex-type.2.2, no elements in a value"},
		{XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3, "cvc-complex-type.2.3, text between elements"},
		{XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1, "cvc-complex-type.3.2.1, attribute not allowed"},
		{XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2, "cvc-complex-type.3.2.2, attribute not allowed"},
		{XML_SCHEMAV_CVC_COMPLEX_TYPE_4, "cvc-complex-type.4, attribute missing"},
		{XML_SCHEMAV_CVC_TYPE_3_1_1, "cvc-type.3.1.1, attribute not allowed"},
		{XML_SCHEMAV_CVC_TYPE_3_1_2, "cvc-type.3.1.2, no elements in a value"},
		{XML_SCHEMAV_CVC_ELT_1, "cvc-elt.1, element not declared"},
		{XML_SCHEMAV_CVC_ELT_3_1, "cvc-elt.3.1, not nillable"},
		{XML_SCHEMAV_CVC_ELT_3_2_1, "cvc-elt.3.2.1, nil but not empty"},
		{XML_SCHEMAV_CVC_ELT_4_2, "cvc-elt.4.2, xsi:type unknown"},
		{XML_SCHEMAV_CVC_ELT_4_3, "cvc-elt.4.3, xsi:type not derived from the declared type"},
	};
	for (size_t i = 0; i < GW_COUNT(rules); i++) {
		if (rules[i].code == code) {
			return rules[i].text;
		}
	}
	return "not valid";
}

/* "/ZahtevekRequest/emso" of the open elements; cut where it does not fit. */
static void write_path(const struct xsd_run *run, char *path, size_t size) {
	size_t n = 0;
	path[0] = '\0';
	for (size_t i = 0; i < run->depth && i < run->g->set->limits.depth && n < size; i++) {
		const char *name = run->g->stack[i] ? (const char *)run->g->stack[i] : "?";
		int more = snprintf(path + n, size - n, "/%s", guard_shown(name));
		n += more > 0 ? (size_t)more : 0;
	}
	if (n >= size) {
		guard_cut_whole(path, size);
	}
}

static void on_invalid(void *data, xmlError *e) {
	struct xsd_run *run = data;
	if (e->level >= XML_ERR_ERROR && run->out->verdict == GUARD_UNDECIDED) {
		char path[128];
		run->first = e->code;
		write_path(run, path, sizeof(path));
		guard_refuse(run->out, GUARD_INVALID, "%s: %s", path, rule(e->code));
	}
}

static const xmlSAXHandler handlers = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
};

/* The plug chains the validator behind our handlers; it takes over the parser until it is pulled. */
static bool run_parser(struct xsd_run *run, xmlSchemaValidCtxt *validator) {
	GW_AUTO(parser) xmlParserCtxt *ctxt = guard_parser_new(run->g->out.data, &handlers, run, 0);
	if (!ctxt) {
		return false;
	}
	run->ctxt = ctxt;
	xmlSchemaSetValidStructuredErrors(validator, on_invalid, run);
	xmlSchemaSAXPlugStruct *plug = xmlSchemaSAXPlug(validator, &ctxt->sax, &ctxt->userData);
	if (!plug) {
		return false;
	}
	if (!guard_memory_failed()) {
		xmlParseDocument(ctxt);
	}
	bool parsed = ctxt->wellFormed && ctxt->nsWellFormed && !ctxt->disableSAX;
	bool valid = xmlSchemaIsValid(validator) == 1;
	xmlSchemaSAXUnplug(plug);
	settle(run);
	return parsed && run->depth == 0 && (valid || run->out->verdict == GUARD_INVALID);
}

static xmlSchemaValidCtxt *validator_of(struct guard *g, size_t schema) {
	if (!g->validators[schema]) {
		g->validators[schema] = xmlSchemaNewValidCtxt(g->set->schemas[schema]);
	}
	return g->validators[schema];
}

/* Memory failed under it: what it keeps for the next time (its dictionary) is missing or lies in the reserve.
 */
static void forget_validator(struct guard *g, size_t schema) {
	xmlSchemaFreeValidCtxt(g->validators[schema]);
	g->validators[schema] = NULL;
}

bool guard_xsd_check(struct guard *g, size_t schema, struct guard_out *out) {
	struct xsd_run run = {.g = g, .out = out};
	xmlSchemaValidCtxt *validator = validator_of(g, schema);
	if (!gw_buf_cstr(&g->out)) {
		return guard_refuse(out, GUARD_NOMEM, "out of memory");
	}
	bool done = validator && run_parser(&run, validator);
	if (guard_memory_failed()) {
		forget_validator(g, schema);
	}
	if (!done) { /* short of memory, or the writer is wrong: nobody has judged the payload */
		out->verdict = GUARD_UNDECIDED;
		return guard_refuse(out, GUARD_UNDECIDED, "the payload does not parse");
	}
	return out->verdict == GUARD_UNDECIDED;
}

static enum gw_code write_empty(struct guard *g, const struct guard_service *service) {
	gw_buf_clear(&g->out);
	return gw_buf_addf(&g->out, "<%s xmlns=\"%s\"></%s>", service->element, service->ns, service->element);
}

enum gw_code guard_element_declared(struct guard *g, const struct guard_route *route, struct gw_err *err) {
	struct guard_out out = {0};
	struct xsd_run run = {.g = g, .out = &out};
	xmlSchemaValidCtxt *validator = validator_of(g, route->schema);
	if (!validator || write_empty(g, &route->service) != GW_OK || !gw_buf_cstr(&g->out) ||
	    !run_parser(&run, validator) || guard_memory_failed()) {
		return gw_fail(err, GW_E_NOMEM, "schema '%s': out of memory", route->service.xsd_path);
	}
	if (run.first == XML_SCHEMAV_CVC_ELT_1) {
		return gw_fail(err, GW_E_CONFIG, "schema '%s' declares no element '%s'", route->service.xsd_path,
			       route->service.element);
	}
	return GW_OK;
}
