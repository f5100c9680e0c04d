/* tests/fuzz/fuzz_guard.c - input: the Content-Type on the first line, SOAPAction on the second ("-":
 * absent), then the body. When the guard says OK, libxml2's tree of the payload equals the tree of the
 * caller's Body child apart from what docs/GUARD.md removes, it is valid by the tree validator, and judged
 * once more it stays the same bytes. (Exclusive C14N keeps prefixes, which the guard replaces, so trees are
 * compared by expanded names.) */
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "gateway/call/xop.h"
#include "tests/unit/guard_fixture.h"

#define NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct fixture f;
static struct guard_set *wide_set;
static struct guard *wide;
static xmlSchemaValidCtxt *validator;

static void require(bool ok, const char *what) {
	if (!ok) {
		fprintf(stderr, "violated: %s\n", what);
		abort();
	}
}

static void quiet(void *data, xmlError *e) {
	GW_UNUSED(data), GW_UNUSED(e);
}

/* The second pass declares a namespace an attribute and writes references: its limits are wider. */
static void open_once(void) {
	struct guard_limits more = guard_default_limits;
	more.namespaces_per_element *= 4;
	more.namespaces *= 20;
	more.text_bytes *= 8;
	more.out_bytes *= 2;
	require(fixture_open(&f, &guard_default_limits) == 0, "fixture");
	require(guard_set_load(&f.service, 1, &more, &wide_set, NULL) == GW_OK, "second set");
	require(guard_new(wide_set, &wide, NULL) == GW_OK, "second guard");
	xmlSetStructuredErrorFunc(NULL, quiet);
	xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(f.main);
	validator = xmlSchemaNewValidCtxt(xmlSchemaParse(parser)); /* the schema stays for the process */
	xmlSchemaFreeParserCtxt(parser);
	require(validator != NULL, "validator");
	unlink(f.types), unlink(f.main), rmdir(f.dir);
}

/* ---- a tree as text: {namespace}name, attributes in order of that, character data merged ---- */

struct line {
	char *text;
};

static int by_text(const void *a, const void *b) {
	return strcmp(((const struct line *)a)->text, ((const struct line *)b)->text);
}

static void put(struct gw_buf *b, const char *text) {
	require(gw_buf_text(b, text) == GW_OK, "memory");
}

static const char *uri_of(const xmlNs *ns) {
	return ns && ns->href ? (const char *)ns->href : "";
}

/* xsi:type by the namespace that its prefix means here. */
static void put_qname(struct gw_buf *b, xmlNode *at, char *value) {
	char *name = value + strspn(value, " \t\r\n");
	name[strcspn(name, " \t\r\n")] = '\0';
	char *colon = strchr(name, ':');
	if (colon) {
		*colon = '\0';
	}
	const xmlNs *ns = xmlSearchNs(at->doc, at, colon ? (const xmlChar *)name : NULL);
	put(b, "{"), put(b, uri_of(ns)), put(b, "}"), put(b, colon ? colon + 1 : name);
}

static bool is_hint(const xmlAttr *a) {
	const char *name = (const char *)a->name;
	return strcmp(uri_of(a->ns), NS_XSI) == 0 &&
	       (strcmp(name, "schemaLocation") == 0 || strcmp(name, "noNamespaceSchemaLocation") == 0);
}

static char *attribute_text(xmlAttr *a) {
	struct gw_buf b;
	gw_buf_init(&b, 64 << 20);
	char *value = (char *)xmlNodeListGetString(a->doc, a->children, 1);
	put(&b, "{"), put(&b, uri_of(a->ns)), put(&b, "}"), put(&b, (const char *)a->name), put(&b, "=");
	if (value && strcmp(uri_of(a->ns), NS_XSI) == 0 && strcmp((const char *)a->name, "type") == 0) {
		put_qname(&b, a->parent, value);
	} else {
		put(&b, value ? value : "");
	}
	xmlFree(value);
	require(gw_buf_cstr(&b) != NULL, "memory");
	return b.data;
}

static void put_attributes(struct gw_buf *b, xmlNode *node) {
	struct line lines[64];
	size_t count = 0;
	for (xmlAttr *a = node->properties; a; a = a->next) {
		if (!is_hint(a)) {
			require(count < GW_COUNT(lines), "attributes over the limit");
			lines[count++].text = attribute_text(a);
		}
	}
	qsort(lines, count, sizeof(lines[0]), by_text);
	for (size_t i = 0; i < count; i++) {
		put(b, " "), put(b, lines[i].text), put(b, "\x01");
		free(lines[i].text);
	}
}

static void put_tree(struct gw_buf *b, xmlNode *node) {
	put(b, "\x02{"), put(b, uri_of(node->ns)), put(b, "}"), put(b, (const char *)node->name);
	put_attributes(b, node);
	put(b, "\x03");
	for (xmlNode *child = node->children; child; child = child->next) {
		if (child->type == XML_ELEMENT_NODE) {
			put_tree(b, child);
		} else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
			put(b, (const char *)child->content);
		} else {
			require(child->type == XML_COMMENT_NODE, "a node of another kind");
		}
	}
	put(b, "\x04");
}

static xmlNode *child_of(xmlNode *parent, const char *name) {
	xmlNode *child = parent ? parent->children : NULL;
	while (child && (child->type != XML_ELEMENT_NODE || (name && strcmp((const char *)child->name, name) != 0))) {
		child = child->next;
	}
	return child;
}

static xmlDoc *tree_of(struct gw_span xml) {
	xmlDoc *doc = xmlReadMemory(xml.p, (int)xml.n, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOENT);
	require(doc != NULL, "accepted, but no tree");
	return doc;
}

static void same_tree(struct gw_span envelope, struct gw_span payload) {
	struct gw_buf before, after;
	gw_buf_init(&before, 64 << 20);
	gw_buf_init(&after, 64 << 20);
	xmlDoc *sent = tree_of(envelope), *written = tree_of(payload);
	xmlNode *root = child_of(child_of(xmlDocGetRootElement(sent), "Body"), NULL);
	require(root != NULL, "accepted without a payload");
	put_tree(&before, root);
	put_tree(&after, xmlDocGetRootElement(written));
	require(gw_span_equal(gw_buf_span(&before), gw_buf_span(&after)), "another tree");
	require(xmlSchemaValidateDoc(validator, written) == 0, "not valid by the tree validator");
	xmlFreeDoc(sent);
	xmlFreeDoc(written);
	gw_buf_release(&before);
	gw_buf_release(&after);
}

static void same_again(const struct guard_out *first, bool soap12) {
	struct gw_buf b;
	struct guard_out second;
	const char *ns = soap12 ? FIXTURE_SOAP12 : FIXTURE_SOAP11;
	gw_buf_init(&b, 64 << 20);
	put(&b, "<s:Envelope xmlns:s=\""), put(&b, ns), put(&b, "\"><s:Body>");
	require(gw_buf_add(&b, first->payload.p, first->payload.n) == GW_OK, "memory");
	put(&b, "</s:Body></s:Envelope>");
	struct guard_in in = fixture_in(&f, soap12, gw_buf_span(&b));
	guard_check(wide, &in, &second);
	require(second.verdict == GUARD_OK, "refused the second time");
	require(gw_span_equal(first->payload, second.payload), "other bytes the second time");
	require(first->insert_at == second.insert_at && first->field_count == second.field_count, "other facts");
	for (size_t i = 0; i < first->field_count; i++) {
		require(first->fields[i].kind == second.fields[i].kind, "other kinds");
		require(gw_span_equal(first->fields[i].value, second.fields[i].value), "other values");
	}
	gw_buf_release(&b);
}

static void check_accepted(const struct guard_in *in, const struct guard_out *out) {
	struct xop_root root;
	struct gw_span envelope = in->body;
	if (out->xop) {
		require(xop_read(in->content_type, in->body, &root) == XOP_OK, "no package");
		envelope = root.content;
	}
	require(out->insert_at > 0 && out->payload.p[out->insert_at - 1] == '>', "insert_at");
	same_tree(envelope, out->payload);
	same_again(out, out->soap == GUARD_SOAP12);
}

static struct gw_span take_line(struct gw_span *rest) {
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->n;
	struct gw_span line = {rest->p, n};
	size_t skip = end ? n + 1 : n;
	*rest = (struct gw_span){rest->p + skip, rest->n - skip};
	return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	struct gw_span rest = {(const char *)data, n};
	struct guard_out out;
	if (!validator) {
		open_once();
	}
	if (n == 0) {
		return 0;
	}
	struct guard_in in = {.service_index = 0};
	in.content_type = take_line(&rest);
	in.soap_action = take_line(&rest);
	if (gw_span_is(in.soap_action, "-")) {
		in.soap_action = (struct gw_span){0};
	}
	in.body = rest;
	guard_check(f.guard, &in, &out);
	require(out.verdict != GUARD_UNDECIDED && out.verdict != GUARD_NOMEM, "a verdict");
	if (out.verdict == GUARD_OK) {
		check_accepted(&in, &out);
	} else {
		require(out.payload.n == 0 && out.field_count == 0 && out.detail[0], "nothing but a reason");
	}
	return 0;
}
