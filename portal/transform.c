#include "portal/transform.h"

#include <libxml/parser.h>
#include <libxml/xmlsave.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <stdarg.h>

#include "portal/model.h"

struct transform {
	enum transform_form form;
	xsltStylesheet *style;
	xsltSecurityPrefs *forbidden;
};

GW_DEFINE_AUTO(xslt_context, xsltTransformContext *, xsltFreeTransformContext)

/* ---- loading ---- */

static bool forbid_all(xsltSecurityPrefs *prefs) {
	static const xsltSecurityOption options[] = {XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
						     XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
						     XSLT_SECPREF_WRITE_NETWORK};
	bool good = prefs != NULL;
	for (size_t i = 0; good && i < GW_COUNT(options); i++) {
		good = xsltSetSecurityPrefs(prefs, options[i], xsltSecurityForbid) == 0;
	}
	return good;
}

/* On success the stylesheet owns its document. */
static xsltStylesheet *compile(struct gw_span xslt) {
	GW_AUTO(xml_doc)
	xmlDoc *doc = xmlReadMemory(xslt.p, (int)xslt.n, NULL, "UTF-8",
				    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	xsltStylesheet *style = doc && !doc->intSubset ? xsltParseStylesheetDoc(doc) : NULL;
	if (style) {
		doc = NULL;
	}
	if (style && style->errors) {
		xsltFreeStylesheet(style);
		return NULL;
	}
	return style;
}

enum gw_code transform_new(struct gw_span xslt, enum transform_form form, struct transform **out, struct gw_err *err) {
	*out = NULL;
	xmlInitParser();
	GW_AUTO(transform) struct transform *t = calloc(1, sizeof(*t));
	if (!t) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	t->forbidden = xsltNewSecurityPrefs();
	if (!forbid_all(t->forbidden)) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	t->form = form;
	t->style = compile(xslt);
	if (!t->style) {
		return gw_fail(err, GW_E_BUG, "not a stylesheet");
	}
	*out = gw_take(&t);
	return GW_OK;
}

void transform_free(struct transform *t) {
	if (!t) {
		return;
	}
	xsltFreeStylesheet(t->style);
	xsltFreeSecurityPrefs(t->forbidden);
	free(t);
}

/* ---- running ---- */

struct complaint { /* what the library says, in pieces, on one line */
	char text[160];
};

static void complain(void *ctx, const char *fmt, ...) GW_PRINTF(2, 3);
static void complain(void *ctx, const char *fmt, ...) {
	struct complaint *c = ctx;
	size_t used = strlen(c->text);
	va_list args;
	va_start(args, fmt);
	vsnprintf(c->text + used, sizeof(c->text) - used, fmt, args);
	va_end(args);
	for (char *p = c->text + used; *p; p++) {
		*p = *p == '\n' ? ' ' : *p;
	}
}

static bool set_parameters(xsltTransformContext *ctxt, const struct transform_parameter *parameters, size_t count) {
	bool good = true;
	for (size_t i = 0; good && i < count; i++) {
		good = xsltQuoteOneUserParam(ctxt, (const xmlChar *)parameters[i].name,
					     (const xmlChar *)parameters[i].value) == 0;
	}
	return good;
}

struct sink {
	struct gw_buf *out;
	enum gw_code rc;
};

/* Trouble is kept, not returned: the library would print it. */
static int add(void *ctx, const char *bytes, int n) {
	struct sink *s = ctx;
	s->rc = s->rc == GW_OK ? gw_buf_add(s->out, bytes, (size_t)n) : s->rc;
	return n;
}

static enum gw_code serialise(xmlDoc *result, enum transform_form form, struct gw_buf *out) {
	size_t before = out->len;
	bool html = form == TRANSFORM_HTML;
	struct sink sink = {out, html ? gw_buf_text(out, "<!DOCTYPE html>\n") : GW_OK};
	xmlSaveCtxt *save = xmlSaveToIO(add, NULL, &sink, "UTF-8", (html ? XML_SAVE_XHTML : 0) | XML_SAVE_NO_DECL);
	bool saved = save && xmlSaveDoc(save, result) >= 0;
	saved = save && xmlSaveClose(save) >= 0 && saved;
	if (!saved || sink.rc != GW_OK) {
		out->len = before;
		return sink.rc != GW_OK ? sink.rc : GW_E_NOMEM;
	}
	return GW_OK;
}

enum gw_code transform_run(const struct transform *t, xmlDoc *doc, const struct transform_parameter *parameters,
			   size_t count, struct gw_buf *out, struct gw_err *err) {
	struct complaint complaint = {""};
	GW_AUTO(xslt_context) xsltTransformContext *ctxt = xsltNewTransformContext(t->style, doc);
	if (!ctxt || xsltSetCtxtSecurityPrefs(t->forbidden, ctxt) != 0 || !set_parameters(ctxt, parameters, count)) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	xsltSetTransformErrorFunc(ctxt, &complaint, complain);
	GW_AUTO(xml_doc) xmlDoc *result = xsltApplyStylesheetUser(t->style, doc, NULL, NULL, NULL, ctxt);
	if (!result || ctxt->state != XSLT_STATE_OK) {
		return gw_fail(err, GW_E_BUG, "the stylesheet failed: %s", complaint.text);
	}
	enum gw_code rc = serialise(result, t->form, out);
	return rc == GW_OK ? GW_OK : gw_fail(err, rc, "the page cannot be written");
}
