#include "portal/model.h"

#include <libxml/parser.h>

#include "base/text.h"

#define PAGE_NS "urn:esodstvo:page:1"

static bool is(const xmlNode *node, const char *name) {
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0 && node->ns &&
	       strcmp((const char *)node->ns->href, PAGE_NS) == 0;
}

enum gw_code model_parse(struct gw_span bytes, xmlDoc **out, struct gw_err *err) {
	*out = NULL;
	if (bytes.n > MODEL_MAX_BYTES) {
		return gw_fail(err, GW_E_INPUT, "the page has more than %d bytes", MODEL_MAX_BYTES);
	}
	GW_AUTO(xml_doc)
	xmlDoc *doc = xmlReadMemory(bytes.p, (int)bytes.n, NULL, "UTF-8",
				    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	if (!doc || doc->intSubset || doc->extSubset) {
		return gw_fail(err, GW_E_INPUT, "the page is %s", doc ? "XML with a DTD" : "not XML");
	}
	const xmlNode *root = xmlDocGetRootElement(doc);
	if (!root || !is(root, "page")) {
		return gw_fail(err, GW_E_INPUT, "the document is not a page of '%s'", PAGE_NS);
	}
	*out = gw_take(&doc);
	return GW_OK;
}

static const xmlNode *first_of(const xmlNode *node, const char *name) {
	while (node && !is(node, name)) {
		node = node->next;
	}
	return node;
}

const xmlNode *model_child(const xmlNode *parent, const char *name) {
	return first_of(parent->children, name);
}

const xmlNode *model_next(const xmlNode *node, const char *name) {
	return first_of(node->next, name);
}

const xmlNode *model_before(const xmlNode *node, const char *name) {
	const xmlNode *before = node->prev;
	while (before && before->type != XML_ELEMENT_NODE) {
		before = before->prev;
	}
	return before && is(before, name) ? before : NULL;
}

/* UAX 9, 2: the characters that order the writing of what is beside them. page.xsl has the same list. */
static bool is_direction(const uint8_t *p, size_t n) {
	return (n == 2 && memcmp(p, "\u061C", 2) == 0) ||
	       (n == 3 && p[0] == 0xE2 &&
		((p[1] == 0x80 && (p[2] == 0x8E || p[2] == 0x8F || (p[2] >= 0xAA && p[2] <= 0xAE))) ||
		 (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9)));
}

static enum gw_code add_visible(struct gw_buf *out, const uint8_t *p, size_t left) {
	enum gw_code rc = GW_OK;
	for (size_t n = 0; rc == GW_OK && left > 0; p += n, left -= n) {
		n = gw_utf8_len(p, left);
		n = n ? n : 1;
		if (n == 1 && (p[0] < 0x20 || p[0] == 0x7F)) {
			rc = gw_buf_text(out, " ");
		} else if (is_direction(p, n)) {
			rc = gw_buf_text(out, "\uFFFD");
		} else {
			rc = gw_buf_add(out, p, n);
		}
	}
	return rc;
}

enum gw_code model_text(const xmlNode *node, bool english, struct gw_buf *out) {
	const xmlNode *text = model_child(node, english ? "en" : "sl");
	enum gw_code rc = GW_OK;
	for (const xmlNode *part = text ? text->children : NULL; rc == GW_OK && part; part = part->next) {
		const char *content = part->type == XML_TEXT_NODE ? (const char *)part->content : "";
		rc = add_visible(out, (const uint8_t *)content, strlen(content));
	}
	return rc;
}
