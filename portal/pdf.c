#include "base/clock.h"
#include "portal/flow.h"
#include "portal/model.h"
#include "portal/portal.h"
#include "portal/words.h"

/* FZ 5.4: the heading above the list, the filters on the left below it, then the records. */
static const struct flow_style heading = {.size_pt = 14, .before_pt = 18, .bold = true},
			       small = {.size_pt = 9, .before_pt = 3}, label_line = {.size_pt = 10, .before_pt = 14},
			       first_record = {.size_pt = 10, .before_pt = 14, .indent_pt = 40},
			       other_record = {.size_pt = 10, .before_pt = 4, .indent_pt = 40};

struct printing {
	const xmlNode *page;
	const struct portal_pdf_request *rq;
	struct gw_buf text; /* of one line */
	enum gw_code rc;
};

static void auto_printing(struct printing *p) {
	gw_buf_release(&p->text);
}

/* The text is lent until the next call. */
static const char *text_of(struct printing *p, const xmlNode *node) {
	gw_buf_clear(&p->text);
	p->rc = p->rc == GW_OK ? model_text(node, p->rq->english, &p->text) : p->rc;
	const char *text = p->rc == GW_OK ? gw_buf_cstr(&p->text) : "";
	p->rc = text ? p->rc : GW_E_NOMEM;
	return text ? text : "";
}

/* vs221 says its title before the list of vs002, which has a label of its own. */
static const xmlNode *title_of(const xmlNode *list) {
	const xmlNode *before = model_before(list, "text");
	return before ? before : model_child(list, "label");
}

static void add_made(const struct printing *p, struct flow *f) {
	char day[GW_DAY_TEXT], line[GW_DAY_TEXT + 64];
	gw_day_text(p->rq->made_utc_s, day);
	snprintf(line, sizeof(line), "%s %s", portal_word(PORTAL_WORD_made, p->rq->english), day);
	flow_add(f, &small, "", line);
}

/* "label: value" */
static void add_parameter(struct printing *p, struct flow *f, const xmlNode *parameter) {
	const xmlNode *label = model_child(parameter, "label"), *value = model_child(parameter, "value");
	gw_buf_clear(&p->text);
	p->rc = p->rc == GW_OK && label ? model_text(label, p->rq->english, &p->text) : p->rc;
	p->rc = p->rc == GW_OK ? gw_buf_text(&p->text, ": ") : p->rc;
	p->rc = p->rc == GW_OK && value ? model_text(value, p->rq->english, &p->text) : p->rc;
	const char *line = p->rc == GW_OK ? gw_buf_cstr(&p->text) : "";
	flow_add(f, &small, "", line ? line : "");
}

static void add_head(struct printing *p, struct flow *f, const xmlNode *list) {
	const xmlNode *title = title_of(list), *label = model_child(list, "label"),
		      *parameter = model_child(list, "parameter");
	flow_add(f, &heading, "", title ? text_of(p, title) : "");
	add_made(p, f);
	for (; parameter; parameter = model_next(parameter, "parameter")) {
		add_parameter(p, f, parameter);
	}
	if (label && label != title) {
		flow_add(f, &label_line, "", text_of(p, label));
	}
}

static void add_list(struct printing *p, struct flow *f, const xmlNode *list) {
	const xmlNode *record = model_child(list, "record");
	size_t n = 0;
	add_head(p, f, list);
	if (!record) {
		flow_add(f, &first_record, "", portal_word(PORTAL_WORD_no_records, p->rq->english));
	}
	for (; record && p->rc == GW_OK; record = model_next(record, "record")) {
		char number[24];
		snprintf(number, sizeof(number), "%zu.", ++n);
		flow_add(f, n == 1 ? &first_record : &other_record, number, text_of(p, record));
	}
}

static void add_lists(struct printing *p, struct flow *f) {
	for (const xmlNode *list = model_child(p->page, "list"); list; list = model_next(list, "list")) {
		add_list(p, f, list);
	}
}

static enum gw_code print(struct printing *p, const char *title, struct gw_buf *out, struct gw_err *err) {
	const struct flow_about about = {.title = title,
					 .foot = "Portal eSodstvo",
					 .page = portal_word(PORTAL_WORD_page, p->rq->english),
					 .language = p->rq->english ? "en" : "sl-SI",
					 .made_utc_s = p->rq->made_utc_s};
	GW_AUTO(flow) struct flow *f = NULL;
	enum gw_code rc = flow_new(&about, out, &f, err);
	if (rc != GW_OK) {
		return rc;
	}
	add_lists(p, f);
	flow_draw(f);
	add_lists(p, f);
	rc = flow_end(f, err);
	return rc == GW_OK && p->rc != GW_OK ? gw_fail(err, p->rc, "out of memory") : rc;
}

enum gw_code portal_pdf(struct gw_span page_xml, const struct portal_pdf_request *rq, struct gw_buf *out,
			struct gw_err *err) {
	GW_AUTO(xml_doc) xmlDoc *doc = NULL;
	__attribute__((cleanup(auto_printing))) struct printing p = {.rq = rq};
	GW_AUTO(buf) struct gw_buf title;
	gw_buf_init(&p.text, MODEL_MAX_BYTES);
	gw_buf_init(&title, MODEL_MAX_BYTES);
	enum gw_code rc = model_parse(page_xml, &doc, err);
	if (rc != GW_OK) {
		return rc;
	}
	p.page = xmlDocGetRootElement(doc);
	if (!model_child(p.page, "list")) {
		return gw_fail(err, GW_E_INPUT, "the page has no list");
	}
	const xmlNode *first = title_of(model_child(p.page, "list"));
	rc = first ? model_text(first, rq->english, &title) : GW_OK;
	if (rc != GW_OK || !gw_buf_cstr(&title)) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	size_t before = out->len;
	rc = print(&p, title.data, out, err);
	out->len = rc == GW_OK ? out->len : before;
	return rc;
}
