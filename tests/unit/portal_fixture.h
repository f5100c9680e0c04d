/* tests/unit/portal_fixture.h - a portal, and the page it made last as a document that XPath is asked about. */
#ifndef GW_TESTS_PORTAL_FIXTURE_H
#define GW_TESTS_PORTAL_FIXTURE_H
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "portal/portal.h"

/* An open page, one with attributes of its own, and the end of both. */
#define OF(attributes)                                                                                                 \
	"<page xmlns='urn:esodstvo:page:1' procedure='vs207' step='vs207-03' " attributes                              \
	"><title><sl>Naslov</sl><en>Heading</en></title>"
#define PAGE OF("case='41' version='3' finished='false'")
#define END "</page>"

enum { HTML_MAX_BYTES = 16777216 };

static struct portal *portal;
static struct gw_buf html;
static xmlDoc *made;

static inline int open_portal(void **state) {
	GW_UNUSED(state);
	gw_buf_init(&html, HTML_MAX_BYTES);
	return portal_new(&portal, NULL) == GW_OK ? 0 : -1;
}

static inline int close_portal(void **state) {
	GW_UNUSED(state);
	gw_buf_release(&html);
	xmlFreeDoc(made);
	portal_free(portal);
	return 0;
}

static inline void show_as(const char *page, const struct portal_request *rq) {
	struct gw_err err = {0};
	gw_buf_clear(&html);
	xmlFreeDoc(made);
	made = NULL;
	if (portal_html(portal, gw_span_of(page), rq, &html, &err) != GW_OK) {
		fail_msg("%s", err.msg);
	}
	made = xmlReadMemory(html.data, (int)html.len, NULL, "UTF-8", XML_PARSE_NONET);
	assert_non_null(made);
}

static inline void show(const char *page) {
	const struct portal_request rq = {.csrf = "csrf-1", .path = "/case/41"};
	show_as(page, &rq);
}

static inline void show_english(const char *page) {
	const struct portal_request rq = {.csrf = "csrf-1", .english = true, .path = "/case/41"};
	show_as(page, &rq);
}

/* Whether the XPath, with h: for HTML, holds in the page. */
static inline bool holds(const char *xpath) {
	xmlXPathContext *ctxt = xmlXPathNewContext(made);
	xmlXPathRegisterNs(ctxt, (const xmlChar *)"h", (const xmlChar *)"http://www.w3.org/1999/xhtml");
	xmlXPathObject *o = xmlXPathEval((const xmlChar *)xpath, ctxt);
	bool yes = o && xmlXPathCastToBoolean(o);
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(ctxt);
	return yes;
}

#define assert_holds(xpath)                                                                                            \
	do {                                                                                                           \
		if (!holds(xpath)) {                                                                                   \
			fail_msg("does not hold: %s in %.*s", xpath, (int)html.len, html.data);                        \
		}                                                                                                      \
	} while (0)

#endif
