/* The writer: the payload anew. Elements stand in a default namespace that is declared where it changes,
 * namespaced attributes and the value of xsi:type get prefixes of our own, declared on the same element. */
#include "gateway/call/guard_internal.h"

bool guard_out_code(struct guard_walk *w, enum gw_code rc) {
	if (rc == GW_OK) {
		return true;
	}
	if (rc == GW_E_RETRY) {
		return guard_refuse(w->out, GUARD_TOO_LONG, "the payload is over %zu bytes",
				    w->g->set->limits.out_bytes);
	}
	return guard_refuse(w->out, GUARD_NOMEM, "out of memory");
}

static bool put(struct guard_walk *w, const char *p, size_t n) {
	size_t most = w->g->set->limits.out_bytes;
	if (n > most || w->g->out.len > most - n) {
		return guard_out_code(w, GW_E_RETRY);
	}
	return guard_out_code(w, gw_buf_add(&w->g->out, p, n));
}

static bool put_text(struct guard_walk *w, const char *text) {
	return put(w, text, strlen(text));
}

static bool put_name(struct guard_walk *w, const xmlChar *name) {
	return put_text(w, (const char *)name);
}

/* XML 1.0 2.11 and 3.3.3: CR, and in attributes TAB and LF, survive the next parser only as references. */
static const char *escape_of(char c, bool attribute) {
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;";
	case '"':
		return attribute ? "&quot;" : NULL;
	case '\t':
		return attribute ? "&#9;" : NULL;
	case '\n':
		return attribute ? "&#10;" : NULL;
	default:
		return NULL;
	}
}

static bool put_escaped(struct guard_walk *w, const char *p, size_t n, bool attribute) {
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		const char *escape = escape_of(p[i], attribute);
		if (!escape) {
			continue;
		}
		if (!put(w, p + from, i - from) || !put_text(w, escape)) {
			return false;
		}
		from = i + 1;
	}
	return put(w, p + from, n - from);
}

static bool put_value(struct guard_walk *w, const char *p, size_t n) {
	return put_text(w, "=\"") && put_escaped(w, p, n, true) && put_text(w, "\"");
}

/* The validating parser sees "&" in a namespace as "&#38;": another name, or none. No schema of ours has one.
 */
static bool put_namespace(struct guard_walk *w, const char *prefix, const xmlChar *uri) {
	if (strchr((const char *)uri, '&')) {
		return guard_refuse(w->out, GUARD_INVALID, "cvc-elt.1, a namespace of no schema");
	}
	return put_text(w, " xmlns") && put_text(w, prefix) &&
	       put_value(w, (const char *)uri, strlen((const char *)uri));
}

/* The namespace that `prefix` means at this element; NULL if none. The innermost declaration is last. */
static const xmlChar *in_scope(const xmlParserCtxt *ctxt, const char *prefix, size_t n) {
	for (int i = ctxt->nsNr - 2; i >= 0; i -= 2) {
		const char *declared = ctxt->nsTab[i] ? (const char *)ctxt->nsTab[i] : "";
		if (strlen(declared) == n && memcmp(declared, prefix, n) == 0) {
			return ctxt->nsTab[i + 1];
		}
	}
	return NULL;
}

static struct gw_span collapsed_ends(const xmlChar *from, const xmlChar *end) {
	struct gw_span s = {(const char *)from, (size_t)(end - from)};
	while (s.n > 0 && guard_is_space(s.p[0])) {
		s = (struct gw_span){s.p + 1, s.n - 1};
	}
	while (s.n > 0 && guard_is_space(s.p[s.n - 1])) {
		s.n--;
	}
	return s;
}

/* xsi:type is a QName: the prefix is the caller's, so the type is named anew. A type in no namespace is in
 * none of our schemas, and behind our default namespace it could not be written. */
static bool put_xsi_type(struct guard_walk *w, struct gw_span qname, size_t index) {
	const char *colon = memchr(qname.p, ':', qname.n);
	size_t prefix_bytes = colon ? (size_t)(colon - qname.p) : 0;
	const xmlChar *uri = in_scope(w->ctxt, qname.p, prefix_bytes);
	size_t skip = colon ? prefix_bytes + 1 : 0;
	if (!uri || !*uri || qname.n == skip || (colon && prefix_bytes == 0)) {
		return guard_refuse(w->out, GUARD_INVALID, "xsi:type: cvc-elt.4.1 (no QName of a known namespace)");
	}
	char prefix[32];
	snprintf(prefix, sizeof(prefix), ":t%zu", index);
	if (!put_namespace(w, prefix, uri)) {
		return false;
	}
	snprintf(prefix, sizeof(prefix), " n%zu:type=\"t%zu:", index, index);
	return put_text(w, prefix) && put_escaped(w, qname.p + skip, qname.n - skip, true) && put_text(w, "\"");
}

static bool put_qualified(struct guard_walk *w, const xmlChar *const *a, size_t index) {
	char prefix[32];
	snprintf(prefix, sizeof(prefix), ":n%zu", index);
	if (!put_namespace(w, prefix, a[ATTR_URI])) {
		return false;
	}
	if (guard_name_is(a[ATTR_URI], GUARD_NS_XSI) && guard_name_is(a[ATTR_NAME], "type")) {
		return put_xsi_type(w, collapsed_ends(a[ATTR_VALUE], a[ATTR_END]), index);
	}
	snprintf(prefix, sizeof(prefix), " n%zu:", index);
	return put_text(w, prefix) && put_name(w, a[ATTR_NAME]) &&
	       put_value(w, (const char *)a[ATTR_VALUE], (size_t)(a[ATTR_END] - a[ATTR_VALUE]));
}

static bool put_attribute(struct guard_walk *w, const xmlChar *const *a, size_t index) {
	bool is_xml = guard_name_is(a[ATTR_URI], (const char *)XML_XML_NAMESPACE);
	if (a[ATTR_URI] && !is_xml) {
		return put_qualified(w, a, index);
	}
	return put_text(w, is_xml ? " xml:" : " ") && put_name(w, a[ATTR_NAME]) &&
	       put_value(w, (const char *)a[ATTR_VALUE], (size_t)(a[ATTR_END] - a[ATTR_VALUE]));
}

/* A hint where to load schemas from: nothing for a backend to follow. */
static bool is_schema_hint(const xmlChar *const *a) {
	return guard_name_is(a[ATTR_URI], GUARD_NS_XSI) && (guard_name_is(a[ATTR_NAME], "schemaLocation") ||
							    guard_name_is(a[ATTR_NAME], "noNamespaceSchemaLocation"));
}

static bool put_attributes(struct guard_walk *w, const struct guard_tag *tag) {
	size_t written = 0;
	for (size_t i = 0; i < tag->attribute_count; i++) {
		const xmlChar *const *a = tag->attributes + i * ATTR_STEP;
		if (!is_schema_hint(a) && !put_attribute(w, a, ++written)) {
			return false;
		}
	}
	return true;
}

void guard_out_start(struct guard_walk *w, const struct guard_tag *tag) {
	const xmlChar **stack = w->g->stack;
	bool root = w->g->out.len == 0;
	const xmlChar *uri = tag->uri ? tag->uri : (const xmlChar *)"";
	const xmlChar *outer = root ? (const xmlChar *)"" : stack[w->depth - 1];
	stack[w->depth] = uri;
	bool ok = put_text(w, "<") && put_name(w, tag->name);
	if (ok && !xmlStrEqual(uri, outer)) {
		ok = put_namespace(w, "", uri);
	}
	/* never an empty-element tag: insert_at lies behind the start tag of the root */
	ok = ok && put_attributes(w, tag) && put_text(w, ">");
	if (ok && root) {
		w->out->insert_at = w->g->out.len;
	}
}

void guard_out_end(struct guard_walk *w, const xmlChar *name) {
	if (put_text(w, "</") && put_name(w, name)) {
		put_text(w, ">");
	}
}

void guard_out_text(struct guard_walk *w, const char *p, size_t n) {
	put_escaped(w, p, n, false);
}
