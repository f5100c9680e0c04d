#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "portal/model.h"
#include "portal/portal.h"
#include "portal/transform.h"

/* ---- a stylesheet reaches nothing but its input ---- */

#define XSLT(content)                                                                                                  \
	"<xsl:stylesheet version='1.1' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>" content "</xsl:stylesheet>"

static enum gw_code run(const char *xslt, struct gw_buf *out, struct gw_err *err) {
	static const char page[] = "<page xmlns='urn:esodstvo:page:1'><title/></page>";
	static const struct transform_parameter parameters[] = {{"p", "document('/etc/passwd')"}};
	GW_AUTO(transform) struct transform *t = NULL;
	GW_AUTO(xml_doc) xmlDoc *doc = NULL;
	assert_int_equal(model_parse(gw_span_of(page), &doc, NULL), GW_OK);
	enum gw_code rc = transform_new(gw_span_of(xslt), TRANSFORM_HTML, &t, err);
	return rc == GW_OK ? transform_run(t, doc, parameters, 1, out, err) : rc;
}

static void a_stylesheet_reads_no_file(void **state) {
	char made[] = "/tmp/portal-XXXXXX", xslt[512];
	struct gw_err err = {0};
	GW_AUTO(buf) struct gw_buf out;
	GW_UNUSED(state);
	gw_buf_init(&out, 65536);
	int fd = mkstemp(made);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "<secret/>", 9), 9);
	close(fd);
	snprintf(xslt, sizeof(xslt),
		 XSLT("<xsl:template match='/'><x><xsl:copy-of select=\"document('%s')\"/></x></xsl:template>"), made);
	assert_int_equal(run(xslt, &out, &err), GW_E_BUG);
	if (!strstr(err.msg, "refused")) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(out.len, 0);
	unlink(made);
}

static void a_stylesheet_asks_no_host_and_writes_no_file(void **state) {
	static const char target[] = "/tmp/portal-written-by-xslt";
	GW_AUTO(buf) struct gw_buf out;
	GW_UNUSED(state);
	gw_buf_init(&out, 65536);
	unlink(target);
	assert_int_equal(run(XSLT("<xsl:template match='/'><x><xsl:copy-of select=\"document('http://127.0.0.1:9/')\"/>"
				  "</x></xsl:template>"),
			     &out, NULL),
			 GW_E_BUG);
	assert_int_equal(run(XSLT("<xsl:template match='/'><xsl:document href='/tmp/portal-written-by-xslt'><x/>"
				  "</xsl:document><x/></xsl:template>"),
			     &out, NULL),
			 GW_E_BUG);
	assert_int_equal(access(target, F_OK), -1);
	assert_int_equal(out.len, 0);
}

static void what_a_stylesheet_breaks_off_is_no_page(void **state) {
	GW_AUTO(buf) struct gw_buf out;
	GW_UNUSED(state);
	gw_buf_init(&out, 65536);
	assert_int_equal(
		run(XSLT("<xsl:template match='/'><x/><xsl:message terminate='yes'/></xsl:template>"), &out, NULL),
		GW_E_BUG);
	assert_int_equal(out.len, 0);
}

static void a_parameter_is_never_evaluated(void **state) {
	GW_AUTO(buf) struct gw_buf out;
	GW_UNUSED(state);
	gw_buf_init(&out, 65536);
	assert_int_equal(run(XSLT("<xsl:param name='p'/><xsl:template match='/'><x><xsl:value-of select='$p'/></x>"
				  "</xsl:template>"),
			     &out, NULL),
			 GW_OK);
	assert_non_null(strstr(gw_buf_cstr(&out), "<x>document('/etc/passwd')</x>"));
}

static void what_is_no_stylesheet_is_refused(void **state) {
	struct transform *t = NULL;
	GW_UNUSED(state);
	assert_int_equal(transform_new(gw_span_of("<x"), TRANSFORM_HTML, &t, NULL), GW_E_BUG);
	assert_null(t);
}

/* ---- lists ---- */

#define OPEN "<page xmlns='urn:esodstvo:page:1' procedure='vs222' step='x' finished='true'><title><sl/><en/></title>"
#define LIST OPEN "<list name='l'><label><sl>Šmarje</sl><en>Sh</en></label>"
#define RECORD "<record id='1'><sl>Šmarješke Toplice</sl><en>x</en></record>"

enum { MAX_BYTES = 8388608 };
static const struct portal_pdf_request slovene = {.made_utc_s = 1795255200};

static void a_list_is_a_pdf_and_the_same_one_each_time(void **state) {
	GW_AUTO(buf) struct gw_buf one, two, later;
	const struct portal_pdf_request another_day = {.made_utc_s = 1795255200 + 86400};
	struct gw_span page = gw_span_of(LIST RECORD "</list></page>");
	GW_UNUSED(state);
	gw_buf_init(&one, MAX_BYTES);
	gw_buf_init(&two, MAX_BYTES);
	gw_buf_init(&later, MAX_BYTES);
	assert_int_equal(portal_pdf(page, &slovene, &one, NULL), GW_OK);
	assert_int_equal(portal_pdf(page, &slovene, &two, NULL), GW_OK);
	assert_int_equal(portal_pdf(page, &another_day, &later, NULL), GW_OK);
	assert_memory_equal(one.data, "%PDF-1.", 7);
	assert_true(gw_span_equal(gw_buf_span(&one), gw_buf_span(&two)));
	assert_false(gw_span_equal(gw_buf_span(&one), gw_buf_span(&later)));
}

static void a_page_without_list_is_no_pdf(void **state) {
	GW_AUTO(buf) struct gw_buf out;
	GW_UNUSED(state);
	gw_buf_init(&out, MAX_BYTES);
	assert_int_equal(portal_pdf(gw_span_of(OPEN "</page>"), &slovene, &out, NULL), GW_E_INPUT);
	assert_int_equal(out.len, 0);
}

static void a_pdf_that_does_not_fit_leaves_nothing(void **state) {
	GW_AUTO(buf) struct gw_buf small;
	GW_UNUSED(state);
	gw_buf_init(&small, 2000);
	assert_int_equal(gw_buf_text(&small, "before"), GW_OK);
	assert_int_equal(portal_pdf(gw_span_of(LIST RECORD "</list></page>"), &slovene, &small, NULL), GW_E_RETRY);
	assert_int_equal(small.len, 6);
}

/* ---- texts of the model ---- */

static void a_text_is_one_line_that_orders_nothing(void **state) {
	static const char page[] = "<page xmlns='urn:esodstvo:page:1'><sl>a\n\tb&#x202E;c&#x61C;&#x2069;č&#x7F;</sl>"
				   "<en><![CDATA[x<y]]></en></page>";
	GW_AUTO(xml_doc) xmlDoc *doc = NULL;
	GW_AUTO(buf) struct gw_buf out;
	GW_UNUSED(state);
	gw_buf_init(&out, 1000);
	assert_int_equal(model_parse(gw_span_of(page), &doc, NULL), GW_OK);
	assert_int_equal(model_text(xmlDocGetRootElement(doc), false, &out), GW_OK);
	assert_string_equal(gw_buf_cstr(&out), "a  b\uFFFDc\uFFFD\uFFFDč ");
	gw_buf_clear(&out);
	assert_int_equal(model_text(xmlDocGetRootElement(doc), true, &out), GW_OK);
	assert_string_equal(gw_buf_cstr(&out), "x<y");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stylesheet_reads_no_file),
		cmocka_unit_test(a_stylesheet_asks_no_host_and_writes_no_file),
		cmocka_unit_test(what_a_stylesheet_breaks_off_is_no_page),
		cmocka_unit_test(a_parameter_is_never_evaluated),
		cmocka_unit_test(what_is_no_stylesheet_is_refused),
		cmocka_unit_test(a_list_is_a_pdf_and_the_same_one_each_time),
		cmocka_unit_test(a_page_without_list_is_no_pdf),
		cmocka_unit_test(a_pdf_that_does_not_fit_leaves_nothing),
		cmocka_unit_test(a_text_is_one_line_that_orders_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
