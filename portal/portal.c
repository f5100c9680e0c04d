#include "portal/portal.h"

#include "portal/assets.h"
#include "portal/model.h"
#include "portal/transform.h"
#include "portal/words.h"

struct portal {
	struct transform *page, *soap;
};

enum gw_code portal_new(struct portal **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(portal) struct portal *p = calloc(1, sizeof(*p));
	if (!p) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = transform_new(gw_span_of(portal_page_xsl), TRANSFORM_HTML, &p->page, err);
	rc = rc == GW_OK ? transform_new(gw_span_of(portal_soap_xsl), TRANSFORM_XML, &p->soap, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	*out = gw_take(&p);
	return GW_OK;
}

void portal_free(struct portal *p) {
	if (!p) {
		return;
	}
	transform_free(p->page);
	transform_free(p->soap);
	free(p);
}

/* "//host" would lead to another host. */
static const char *own_path(const char *path) {
	return path && path[0] == '/' && path[1] != '/' && path[1] != '\\' ? path : "/";
}

enum gw_code portal_html(const struct portal *p, struct gw_span page_xml, const struct portal_request *rq,
			 struct gw_buf *out, struct gw_err *err) {
	struct transform_parameter parameters[PORTAL_WORD_COUNT + 3];
	GW_AUTO(xml_doc) xmlDoc *doc = NULL;
	enum gw_code rc = model_parse(page_xml, &doc, err);
	if (rc != GW_OK) {
		return rc;
	}
	size_t n = 0;
	parameters[n++] = (struct transform_parameter){"lang", rq->english ? "en" : "sl"};
	parameters[n++] = (struct transform_parameter){"csrf", rq->csrf ? rq->csrf : ""};
	parameters[n++] = (struct transform_parameter){"path", own_path(rq->path)};
	for (enum portal_word w = 0; w < PORTAL_WORD_COUNT; w++) {
		parameters[n++] = (struct transform_parameter){portal_word_parameter(w), portal_word(w, rq->english)};
	}
	return transform_run(p->page, doc, parameters, n, out, err);
}

enum gw_code portal_soap(const struct portal *p, struct gw_span page_xml, const struct portal_soap_request *rq,
			 struct gw_buf *out, struct gw_err *err) {
	const struct transform_parameter parameters[] = {{"end", rq->end}, {"record", rq->record}};
	GW_AUTO(xml_doc) xmlDoc *doc = NULL;
	enum gw_code rc = model_parse(page_xml, &doc, err);
	return rc == GW_OK ? transform_run(p->soap, doc, parameters, GW_COUNT(parameters), out, err) : rc;
}
