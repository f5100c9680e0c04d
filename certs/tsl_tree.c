#include "certs/tsl_tree.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>

#include "certs/tsl_base64.h"

/* ---- parsing ---- */

struct watch { /* what the parser's callbacks count */
	size_t elements;
	struct tsl_refused *refused;
};

static struct watch *watch_of(void *ctx) {
	return ((xmlParserCtxtPtr)ctx)->_private;
}

static void refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
	GW_UNUSED(name);
	GW_UNUSED(external);
	GW_UNUSED(system);
	tsl_refuse(watch_of(ctx)->refused, TSL_REFUSED_DOCTYPE, "a document type declaration");
	xmlStopParser(ctx);
}

static void count_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
			  const xmlChar **namespace, int attributes, int defaulted, const xmlChar **attribute) {
	xmlParserCtxtPtr parser = ctx;
	struct watch *w = watch_of(ctx);
	if (++w->elements > TSL_ELEMENTS_MAX || parser->nodeNr >= TSL_DEPTH_MAX ||
	    namespaces + attributes > TSL_ATTRIBUTES_MAX) {
		tsl_refuse(w->refused, TSL_REFUSED_TOO_COMPLEX, "element %zu, depth %d, %d attributes", w->elements,
			   parser->nodeNr, namespaces + attributes);
		xmlStopParser(parser);
		return;
	}
	xmlSAX2StartElementNs(ctx, name, prefix, uri, namespaces, namespace, attributes, defaulted, attribute);
}

/* libxml2 finds out other encodings by their first bytes; of those that it knows, all but UTF-8 begin otherwise. */
static bool begins_as_utf8(struct gw_span xml) {
	static const char bom[] = "\xEF\xBB\xBF";
	bool marked = xml.n > 3 && memcmp(xml.p, bom, 3) == 0;
	return xml.n >= 4 && (marked || (strchr("< \t\r\n", xml.p[0]) && !memchr(xml.p, 0, 4)));
}

/* No converter is started for another encoding: what the XML declaration, which ends with the first '>', names must be
 * UTF-8 before anything is parsed. */
static bool declares_utf8(struct gw_span xml) {
	static const char word[] = "encoding", utf8[] = "UTF-8";
	const char *end = memchr(xml.p, '>', xml.n);
	const char *p = end ? memmem(xml.p, (size_t)(end - xml.p), word, strlen(word)) : NULL;
	const char *declaration = memmem(xml.p, xml.n, "<?xml", 5);
	if (!p || !declaration || declaration > p) {
		return true;
	}
	p += strlen(word);
	p += strspn(p, " \t\r\n=\"'");
	return end - p > (ptrdiff_t)strlen(utf8) && strncasecmp(p, utf8, strlen(utf8)) == 0 &&
	       strchr("\"'", p[strlen(utf8)]);
}

static bool is_utf8_xml10(const xmlDoc *doc) {
	const char *encoding = (const char *)doc->encoding, *version = (const char *)doc->version;
	return (!encoding || strcasecmp(encoding, "UTF-8") == 0) && (!version || strcmp(version, "1.0") == 0);
}

static xmlDocPtr parse(xmlParserCtxtPtr parser, struct gw_span xml, struct tsl_refused *refused) {
	struct watch w = {.refused = refused};
	parser->_private = &w;
	parser->sax->internalSubset = refuse_doctype;
	parser->sax->startElementNs = count_element;
	xmlDocPtr doc =
		xmlCtxtReadMemory(parser, xml.p, (int)xml.n, "list", NULL,
				  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	if (!doc || !parser->wellFormed || !parser->nsWellFormed) {
		tsl_refuse(refused, TSL_REFUSED_NOT_XML, "line %d", parser->lastError.line);
	} else if (!is_utf8_xml10(doc)) {
		tsl_refuse(refused, TSL_REFUSED_NOT_XML, "another encoding or version of XML is declared");
	}
	return doc;
}

xmlDocPtr tsl_tree_parse(struct gw_span xml, struct tsl_refused *refused) {
	if (xml.n > TSL_BYTES_MAX) {
		tsl_refuse(refused, TSL_REFUSED_TOO_LARGE, "%zu bytes", xml.n);
		return NULL;
	}
	if (!begins_as_utf8(xml) || !declares_utf8(xml)) {
		tsl_refuse(refused, TSL_REFUSED_NOT_XML, "it does not begin as XML in UTF-8");
		return NULL;
	}
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	if (!parser) {
		tsl_refuse(refused, TSL_REFUSED_TOO_COMPLEX, "out of memory");
		return NULL;
	}
	GW_AUTO(xml_doc) xmlDocPtr doc = parse(parser, xml, refused);
	xmlFreeParserCtxt(parser);
	if (refused->why == TSL_REFUSED_NOT &&
	    !tsl_node_is(xmlDocGetRootElement(doc), TSL_NS, "TrustServiceStatusList")) {
		tsl_refuse(refused, TSL_REFUSED_NOT_A_LIST, "the root is no TrustServiceStatusList");
	}
	return refused->why == TSL_REFUSED_NOT ? gw_take(&doc) : NULL;
}

/* ---- walking ---- */

bool tsl_node_is(const xmlNode *node, const char *ns, const char *name) {
	return node && node->type == XML_ELEMENT_NODE && node->ns && strcmp((const char *)node->name, name) == 0 &&
	       strcmp((const char *)node->ns->href, ns) == 0;
}

const xmlNode *tsl_next(const xmlNode *parent, const xmlNode *after, const char *ns, const char *name) {
	const xmlNode *n = after ? after->next : parent ? parent->children : NULL;
	while (n && !tsl_node_is(n, ns, name)) {
		n = n->next;
	}
	return n;
}

const xmlNode *tsl_child(const xmlNode *parent, const char *ns, const char *name, struct tsl_refused *refused) {
	const xmlNode *first = tsl_next(parent, NULL, ns, name);
	if (first && tsl_next(parent, first, ns, name)) {
		tsl_refuse(refused, TSL_REFUSED_MALFORMED, "a second %s in line %ld", name,
			   xmlGetLineNo(first->parent));
	}
	return first;
}

size_t tsl_children(const xmlNode *parent, const char *ns, const char *name) {
	size_t n = 0;
	for (const xmlNode *c = tsl_next(parent, NULL, ns, name); c; c = tsl_next(parent, c, ns, name)) {
		n++;
	}
	return n;
}

/* ---- values ---- */

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t text_bytes(const xmlNode *node, struct tsl_refused *refused) {
	size_t n = 0;
	for (const xmlNode *c = node->children; c; c = c->next) {
		if (c->type == XML_ELEMENT_NODE || c->type == XML_ENTITY_REF_NODE) {
			tsl_refuse(refused, TSL_REFUSED_MALFORMED, "%s in line %ld holds more than text", node->name,
				   xmlGetLineNo(node));
		}
		n += c->type == XML_TEXT_NODE ? strlen((const char *)c->content) : 0;
	}
	return n;
}

static struct gw_span raw_text(const xmlNode *node, struct gw_arena *arena, struct tsl_refused *refused) {
	size_t n = 0;
	char *text = node ? gw_arena_alloc(arena, text_bytes(node, refused) + 1) : NULL;
	for (const xmlNode *c = text ? node->children : NULL; c; c = c->next) {
		if (c->type == XML_TEXT_NODE) {
			size_t more = strlen((const char *)c->content);
			memcpy(text + n, c->content, more);
			n += more;
		}
	}
	return (struct gw_span){text ? text : "", n};
}

const char *tsl_node_text(const xmlNode *node, struct gw_arena *arena, struct tsl_refused *refused) {
	struct gw_span t = raw_text(node, arena, refused);
	while (t.n > 0 && is_space(t.p[0])) {
		t.p++;
		t.n--;
	}
	while (t.n > 0 && is_space(t.p[t.n - 1])) {
		t.n--;
	}
	return gw_arena_span(arena, t);
}

struct gw_span tsl_node_bytes(const xmlNode *node, struct gw_arena *arena, struct tsl_refused *refused) {
	struct gw_span bytes = {0};
	if (!tsl_base64_read(raw_text(node, arena, refused), arena, &bytes) || (bytes.n == 0 && !arena->failed)) {
		tsl_refuse(refused, TSL_REFUSED_MALFORMED, "no base64 in line %ld", node ? xmlGetLineNo(node) : 0);
	}
	return bytes;
}

const char *tsl_attribute(const xmlNode *node, const char *ns, const char *name, struct gw_arena *arena) {
	xmlChar *value = ns ? xmlGetNsProp(node, (const xmlChar *)name, (const xmlChar *)ns)
			    : xmlGetNoNsProp(node, (const xmlChar *)name);
	const char *text = value ? gw_arena_text(arena, (const char *)value) : "";
	xmlFree(value);
	return text;
}
