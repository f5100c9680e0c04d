#include "samples/sim/body_check.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

static const char SOAP11[] = "http://schemas.xmlsoap.org/soap/envelope/";
static const char SOAP12[] = "http://www.w3.org/2003/05/soap-envelope";

static bool is_named(const xmlNode *n, const char *local) {
	const char *ns = n->ns ? (const char *)n->ns->href : "";
	return strcmp((const char *)n->name, local) == 0 && (strcmp(ns, SOAP11) == 0 || strcmp(ns, SOAP12) == 0);
}

static const xmlNode *next_element(const xmlNode *n) {
	while (n && n->type != XML_ELEMENT_NODE) {
		n = n->next;
	}
	return n;
}

/* Walks the whole tree without recursion: depth is not bounded here. */
static bool has_comment_or_pi(const xmlNode *top) {
	for (const xmlNode *n = top; n;) {
		if (n->type == XML_COMMENT_NODE || n->type == XML_PI_NODE) {
			return true;
		}
		if (n->type == XML_ELEMENT_NODE && n->children) {
			n = n->children;
			continue;
		}
		while (n && !n->next) {
			n = n->parent && n->parent->type == XML_ELEMENT_NODE ? n->parent : NULL;
		}
		n = n ? n->next : NULL;
	}
	return false;
}

static const char *judge_envelope(const xmlDoc *doc) {
	const xmlNode *root = next_element(doc->children);
	if (!root || !is_named(root, "Envelope")) {
		return "body: no SOAP envelope";
	}
	const xmlNode *part = next_element(root->children);
	if (part && is_named(part, "Header")) {
		if (next_element(part->children)) {
			return "body: a header block came through";
		}
		part = next_element(part->next);
	}
	if (!part || !is_named(part, "Body") || next_element(part->next)) {
		return "body: not exactly one Body";
	}
	const xmlNode *child = next_element(part->children);
	return !child || next_element(child->next) ? "body: not exactly one body child" : NULL;
}

static const char *judge_document(const xmlDoc *doc) {
	if (doc->intSubset || doc->extSubset) {
		return "body: a DTD came through";
	}
	if (doc->encoding && strcasecmp((const char *)doc->encoding, "UTF-8") != 0) {
		return "body: not UTF-8";
	}
	return has_comment_or_pi(doc->children) ? "body: a comment or processing instruction came through"
						: judge_envelope(doc);
}

/* The XML: the whole body, or the first part of multipart/related. */
static struct gw_span find_xml(const struct sim_request *req) {
	struct gw_span type = request_header(req, "Content-Type"), xml = gw_buf_span(&req->body);
	if (type.n < 17 || strncasecmp(type.p, "multipart/related", 17) != 0) {
		return xml;
	}
	const char *at = xml.n ? memmem(xml.p, xml.n, "\r\n\r\n", 4) : NULL;
	if (!at) {
		return xml;
	}
	struct gw_span part = {at + 4, xml.n - (size_t)(at + 4 - xml.p)};
	const char *end = part.n ? memmem(part.p, part.n, "\r\n--", 4) : NULL;
	part.n = end ? (size_t)(end - part.p) : part.n;
	return part;
}

static bool action_fits(const struct sim_request *req, const struct sim_service *service) {
	struct gw_span got = request_header(req, "SOAPAction");
	char want[160];
	snprintf(want, sizeof(want), "\"%s\"", service->soap_action);
	return request_header_count(req, "SOAPAction") <= 1 && (!got.p || gw_span_is(got, want));
}

const char *body_check(const struct sim_request *req, const struct sim_service *service) {
	if (!action_fits(req, service)) {
		return "body: SOAPAction is not the service's";
	}
	struct gw_span xml = find_xml(req);
	int utf8_left = (int)xml.n;
	if (xml.n == 0 || memchr(xml.p, '\0', xml.n)) {
		return "body: empty, or a NUL byte";
	}
	for (const char *p = xml.p; utf8_left > 0;) {
		int step = utf8_left;
		if (xmlGetUTF8Char((const unsigned char *)p, &step) < 0) {
			return "body: not UTF-8";
		}
		p += step;
		utf8_left -= step;
	}
	xmlDoc *doc =
		xmlReadMemory(xml.p, (int)xml.n, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	const char *fault = doc ? judge_document(doc) : "body: not well-formed XML";
	xmlFreeDoc(doc);
	return fault;
}
