#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "portal/assets.h"
#include "portal/words.h"
#include "portal_fixture.h"

#define BUTTON(name) "<button name='" name "'><sl>Gumb</sl><en>Button</en></button>"
#define LINK(to) "<link to='" to "'><sl>Povezava</sl><en>Link</en></link>"

/* ---- the page around ---- */

#define LOGIN                                                                                                          \
	"<login><name>Nina Plavšak</name><group><sl>Odvetniki</sl><en>Attorneys</en></group>"                         \
	"<role><sl>kot samostojni uporabnik</sl><en>as an independent user</en></role></login>"

static void a_page_has_landmarks_one_heading_and_its_language(void **state) {
	GW_UNUSED(state);
	show(PAGE END);
	assert_memory_equal(html.data, "<!DOCTYPE html>\n", 16);
	assert_holds("/h:html[@lang='sl']/h:head/h:title = 'Naslov – Portal eSodstvo'");
	assert_holds("count(//h:h1) = 1 and //h:main/h:h1 = 'Naslov'");
	assert_holds("//h:body/*[1][self::h:a][@href='#main'] and //h:main[@id='main']");
	assert_holds("//h:header//h:a[@href='/'] = 'Portal eSodstvo'");
	assert_holds("not(//h:script) and not(//h:style) and not(//@style)");
	show_english(PAGE END);
	assert_holds("/h:html[@lang='en']//h:h1 = 'Heading'");
}

static void the_switch_of_language_keeps_the_page_and_the_host(void **state) {
	const char *foreign[] = {"//evil.example/", "/\\evil.example", "https://evil.example", NULL};
	GW_UNUSED(state);
	show(PAGE END);
	assert_holds("//h:nav/h:a[@href='/case/41?lang=en'][@lang='en'] = 'English'");
	show_english(PAGE END);
	assert_holds("//h:nav/h:a[@href='/case/41?lang=sl'][@lang='sl'] = 'Slovenščina'");
	for (size_t i = 0; i < GW_COUNT(foreign); i++) {
		const struct portal_request rq = {.path = foreign[i]};
		show_as(PAGE END, &rq);
		assert_holds("//h:nav/h:a[@href='/?lang=en']");
	}
}

static void who_is_logged_in_stands_above_with_the_ways_out(void **state) {
	GW_UNUSED(state);
	show(PAGE LOGIN END);
	assert_holds("contains(//h:header, 'Prijavljeni ste kot Nina Plavšak')");
	assert_holds("contains(//h:header, 'v uporabniški skupini Odvetniki kot samostojni uporabnik')");
	assert_holds("//h:header//h:form[@method='post'][@action='/procedure/vs302']"
		     "[h:input[@name='csrf'][@value='csrf-1']]/h:button = 'Odjava'");
	assert_holds("//h:form[@action='/procedure/vs301']/h:button = 'Spremeni uporabniško skupino'");
	show_english(PAGE LOGIN END);
	assert_holds("contains(//h:header, 'in the user group Attorneys as an independent user')");
	show(PAGE END);
	assert_holds("not(//h:header//h:form)");
}

/* ---- what is said and shown ---- */

static void a_notice_has_the_role_and_the_word_of_its_kind(void **state) {
	GW_UNUSED(state);
	show(PAGE "<notice kind='warning' code='a'><sl>Pazi</sl><en>Mind</en></notice>"
		  "<notice kind='done' code='b'><sl>Dobro</sl><en>Good</en></notice>"
		  "<notice kind='info' code='c'><sl>Tako</sl><en>So</en></notice>" END);
	assert_holds("//h:div[@role='alert'][@data-code='a']/h:p = 'Opozorilo: Pazi'");
	assert_holds("//h:div[@role='status'][@data-code='b']/h:p = 'Opravljeno: Dobro'");
	assert_holds("//h:div[@role='status'][@data-code='c']/h:p = 'Obvestilo: Tako'");
}

static void a_text_stands_in_the_body_where_it_was(void **state) {
	GW_UNUSED(state);
	show(PAGE "<text kind='info' code='a'><sl>Prvo</sl><en>First</en></text>"
		  "<field name='n' type='text' required='false'><label><sl>x</sl><en>x</en></label><value/></field>"
		  "<text kind='warning' code='b'><sl>Drugo</sl><en>Second</en></text>" END);
	assert_holds("//h:p[@data-code='a'][following-sibling::h:div[@class='field']] = 'Prvo'");
	assert_holds("//h:p[@data-code='b'][preceding-sibling::h:div[@class='field']] = 'Opozorilo: Drugo'");
	assert_holds("not(//h:p[@role])");
}

static void facts_are_terms_and_documents_are_links(void **state) {
	GW_UNUSED(state);
	show(PAGE "<facts><label><sl>Podatki</sl><en>Data</en></label>"
		  "<fact><label><sl>Ime</sl><en>Name</en></label><value><sl>Žiga</sl><en>Žiga</en></value></fact>"
		  "<fact to='application/7'><label><sl>Vloga</sl><en>Application</en></label></fact>"
		  "<fact to='document/7'><label><sl>Drugo</sl><en>Other</en></label>"
		  "<value><sl>x</sl><en>y</en></value></fact></facts>" END);
	assert_holds("//h:h2 = 'Podatki' and count(//h:dl/h:div) = 3");
	assert_holds("//h:div[h:dt = 'Ime']/h:dd/h:bdi = 'Žiga'");
	assert_holds("//h:div[h:dt = 'Vloga']/h:dd/h:a[@href='/application/7'] = 'Odpri: Vloga'");
	assert_holds("//h:div[h:dt = 'Drugo']/h:dd[not(h:a)] = 'x'");
}

#define LIST PAGE "<list name='l'><label><sl>Seznam</sl><en>List</en></label>"
#define LIST_END "</list>" END

static void a_list_shows_its_filters_and_records_or_that_it_is_empty(void **state) {
	GW_UNUSED(state);
	show(LIST "<parameter><label><sl>Filter</sl><en>Filter</en></label>"
		  "<value><sl>DŠ 1</sl><en>tax number 1</en></value></parameter>"
		  "<record id='1'><sl>Prvi</sl><en>First</en></record>"
		  "<record id='2'><sl>Drugi</sl><en>Second</en></record>" LIST_END);
	assert_holds("//h:h2 = 'Seznam' and //h:dl[@class='parameters']//h:dd = 'DŠ 1'");
	assert_holds("count(//h:ul/h:li[h:bdi]) = 2 and //h:ul/h:li[2] = 'Drugi'");
	assert_holds("not(//h:*[@role='group'])");
	show_english(LIST LIST_END);
	assert_holds("//h:p[@class='empty'] = 'The list is empty.' and not(//h:main//h:ul)");
}

static void a_record_is_a_group_that_carries_its_own_things(void **state) {
	GW_UNUSED(state);
	show(LIST "<record id='8'><sl>Franci</sl><en>Franci</en></record><record id='9'><sl>Nina</sl><en>Nina</en>"
		  "<text kind='info' code='t'><sl>Besedilo</sl><en>Text</en></text>"
		  "<facts><label><sl>Vloga</sl><en>Application</en></label></facts>"
		  "<field name='reason.9' type='text' required='false'><label><sl>Razlog</sl><en>Reason</en></label>"
		  "<value>zato</value><error code='e'><sl>Narobe</sl><en>Wrong</en></error></field>"
		  "<button name='refuse.9'><sl>Zavrni</sl><en>Refuse</en></button></record>" LIST_END);
	assert_holds("//h:li/h:div[@role='group'][@aria-labelledby = h:h3/@id]/h:h3 = 'Nina'");
	assert_holds("//h:div[@role='group'][h:p[@data-code='t']][h:div/h:h4 = 'Vloga']");
	assert_holds("//h:div[@role='group']//h:input[@name='reason.9'][@value='zato']");
	assert_holds("//h:div[@role='group']/h:button[@value='refuse.9'][@aria-describedby = ../h:h3/@id] = 'Zavrni'");
	assert_holds("//h:div[@class='errors']//h:a[substring(@href, 2) = //h:input[@name='reason.9']/@id]"
		     " = 'Razlog (Nina)'");
}

static void a_mark_is_said_in_words(void **state) {
	static const struct {
		const char *page, *sl, *en;
	} marks[] = {{LIST "<record id='9' mark='confirm'><sl>a</sl><en>a</en></record>" LIST_END,
		      "//h:p[contains(@class, 'mark')] = 'označeno: potrjen'",
		      "//h:p[contains(@class, 'mark')] = 'marked: confirmed'"},
		     {LIST "<record id='9' mark='refuse'><sl>a</sl><en>a</en></record>" LIST_END,
		      "//h:p[contains(@class, 'mark')] = 'označeno: zavrnjen'",
		      "//h:p[contains(@class, 'mark')] = 'marked: refused'"},
		     {LIST "<record id='9' mark='delete'><sl>a</sl><en>a</en></record>" LIST_END,
		      "//h:p[contains(@class, 'mark')] = 'označeno: izbrisan'",
		      "//h:p[contains(@class, 'mark')] = 'marked: deleted'"},
		     {LIST "<record id='9' mark='other'><sl>a</sl><en>a</en></record>" LIST_END,
		      "not(//h:p[contains(@class, 'mark')])", "not(//h:p[contains(@class, 'mark')])"}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(marks); i++) {
		show(marks[i].page);
		assert_holds(marks[i].sl);
		show_english(marks[i].page);
		assert_holds(marks[i].en);
	}
}

/* ---- what is asked for ---- */

#define FIELD(type, required) PAGE "<field name='n.1' type='" type "' required='" required "'>" LABEL
#define LABEL "<label><sl>Oznaka</sl><en>Label</en></label>"
#define HINT "<hint><sl>Namig</sl><en>A hint</en></hint>"
#define ERROR "<error code='vs207-03.1x'><sl>Narobe</sl><en>Wrong</en></error>"
#define FIELD_END "</field>" END

static void each_type_of_field_has_its_control(void **state) {
	GW_UNUSED(state);
	show(FIELD("text", "false") "<value>a&amp;b</value>" FIELD_END);
	assert_holds("//h:input[@type='text'][@name='n.1'][@value='a&b'][not(@inputmode)]");
	show(FIELD("number", "false") "<value>12</value>" FIELD_END);
	assert_holds("//h:input[@type='text'][@name='n.1'][@value='12'][@inputmode='numeric']");
	show(FIELD("pem", "false") "<value>x&#10;y</value>" FIELD_END);
	assert_holds("//h:textarea[@name='n.1'][@class='pem'][@rows='12'] = '\nx\ny'");
	assert_holds("//h:input[@type='file'][@name='n.1.file'][@accept='.pem,.crt,.cer'][not(@aria-describedby)]");
	assert_holds("//h:label[@for = //h:input[@type='file']/@id] = 'ali izberite datoteko PEM (.pem, .crt, .cer):'");
	show(FIELD("pem", "true") "<value/>" ERROR FIELD_END);
	assert_holds("//h:input[@type='file'][@aria-invalid][@aria-describedby = //h:p[@class='error']/@id]");
	assert_holds("//h:textarea[not(@required)] and //h:span[@class='required']");
	show(FIELD("uri-list", "false") "<value>x</value>" FIELD_END);
	assert_holds("//h:textarea[@name='n.1'][@class='uri-list'] = '\nx'");
	show(FIELD("file", "false") "<value>vloga.pdf</value>" FIELD_END);
	assert_holds("//h:input[@type='file'][@name='n.1'][@accept='application/pdf,.pdf'][not(@value)]");
	assert_holds("//h:p[@class='chosen'] = 'Priložena datoteka: vloga.pdf'");
	show(FIELD("file", "false") "<value/>" FIELD_END);
	assert_holds("not(//h:p[@class='chosen'])");
}

static void a_label_is_bound_and_says_what_is_required(void **state) {
	GW_UNUSED(state);
	show(FIELD("text", "true") "<value/>" FIELD_END);
	assert_holds("//h:label[@for = //h:input[@name='n.1']/@id] = 'Oznaka (obvezno)'");
	assert_holds("//h:input[@name='n.1'][@required][not(@aria-describedby)][not(@aria-invalid)]");
	show(FIELD("text", "true") "<value/></field>" BUTTON("next") END);
	assert_holds("//h:form[@class='page'][@novalidate]");
	show_english(FIELD("text", "true") "<value/>" FIELD_END);
	assert_holds("//h:label = 'Label (required)'");
	show(FIELD("text", "false") "<value/>" FIELD_END);
	assert_holds("//h:label = 'Oznaka' and not(//h:input[@required])");
}

static void an_error_stands_beside_its_field_and_is_summed_up(void **state) {
	GW_UNUSED(state);
	show(FIELD("text", "false") HINT "<value/>" ERROR FIELD_END);
	assert_holds("//h:input[@name='n.1'][@aria-invalid='true']"
		     "[@aria-describedby = concat(//h:p[@class='hint']/@id, ' ', //h:p[@class='error']/@id)]");
	assert_holds("//h:p[@class='error'][@data-code='vs207-03.1x'] = 'Napaka: Narobe'");
	assert_holds(
		"//h:div[@role='alert'][@aria-labelledby = h:h2/@id][following-sibling::h:div[@class='field wrong']]//h:li"
		" = 'Oznaka: Narobe'");
	assert_holds("//h:div[@class='errors']//h:a[substring(@href, 2) = //h:input[@name='n.1']/@id] = 'Oznaka'");
	assert_holds("starts-with(//h:title, 'Napaka: ')");
	show(FIELD("text", "false") HINT "<value/>" FIELD_END);
	assert_holds("//h:input[@aria-describedby = //h:p[@class='hint']/@id]");
	assert_holds("not(//h:div[@class='errors']) and not(starts-with(//h:title, 'Napaka'))");
}

#define OPTIONS                                                                                                        \
	"<option value='7' checked='true'><sl>Sedem</sl><en>Seven</en></option>"                                       \
	"<option value='9' checked='false'><sl>Devet</sl><en>Nine</en></option></choice>" END

static void a_choice_is_radios_or_checkboxes_in_a_set(void **state) {
	GW_UNUSED(state);
	show(PAGE "<choice name='group' many='false'>" LABEL OPTIONS);
	assert_holds("//h:fieldset[@role='radiogroup'][@aria-labelledby = h:legend/@id]/h:legend = 'Oznaka'");
	assert_holds("count(//h:input[@type='radio'][@name='group']) = 2");
	assert_holds("//h:input[@value='7'][@checked] and //h:input[@value='9'][not(@checked)]");
	assert_holds("//h:label[@for = //h:input[@value='9']/@id] = 'Devet'");
	show(PAGE "<choice name='group' many='true'>" LABEL OPTIONS);
	assert_holds("count(//h:fieldset[not(@role)]//h:input[@type='checkbox'][@name='group']) = 2");
	show(PAGE "<choice name='group' many='false'>" LABEL ERROR OPTIONS);
	assert_holds("//h:fieldset[@aria-invalid='true'][@aria-describedby = h:p[@class='error']/@id]");
	assert_holds("//h:div[@class='errors']//h:a[substring(@href, 2) = //h:input[@value='7']/@id]");
	show(PAGE "<choice name='group' many='true'>" LABEL ERROR OPTIONS);
	assert_holds("//h:fieldset[not(@aria-invalid)][@aria-describedby = h:p[@class='error']/@id]"
		     "//h:input[@aria-invalid='true']");
}

/* ---- what can be done ---- */

static void the_form_goes_to_its_case_with_what_guards_it(void **state) {
	GW_UNUSED(state);
	show(PAGE BUTTON("next") BUTTON("cancel") END);
	assert_holds("//h:form[@class='page'][@method='post'][@enctype='multipart/form-data'][@action='/case/41']");
	assert_holds("//h:form[@class='page'][h:input[@type='hidden'][@name='csrf'][@value='csrf-1']]"
		     "/h:input[@type='hidden'][@name='version'][@value='3']");
	assert_holds("//h:form//h:div/h:button[@name='button'][@value='next'] = 'Gumb'");
	assert_holds("//h:form//h:div/h:button[@name='button'][@value='cancel']");
}

static void a_page_that_takes_nothing_has_no_form(void **state) {
	GW_UNUSED(state);
	show(OF("case='41' version='3' finished='true'") BUTTON("next") END);
	assert_holds("not(//h:form) and not(//h:button)");
	show(OF("finished='false'") BUTTON("next") END);
	assert_holds("not(//h:form) and not(//h:button)");
	show(PAGE END);
	assert_holds("not(//h:form)");
}

static void enter_presses_what_goes_on_or_nothing(void **state) {
	static const struct {
		const char *page, *pressed;
	} cases[] = {{PAGE BUTTON("cancel") BUTTON("next") END,
		      "(//h:form//h:button)[1][@name='button'][@value='next'][not(@formmethod)]"},
		     {PAGE BUTTON("leave") BUTTON("cancel") END,
		      "(//h:form//h:button)[1][@formmethod='dialog'][not(@name)]"},
		     {PAGE BUTTON("delete.7") BUTTON("execute") END,
		      "(//h:form//h:button)[1][@name='button'][@value='execute'][not(@formmethod)]"},
		     {PAGE BUTTON("filter") BUTTON("back") END,
		      "(//h:form//h:button)[1][@name='button'][@value='filter'][not(@formmethod)]"},
		     {LIST "<record id='7'><sl>a</sl><en>a</en>" BUTTON("delete.7") "</record></list>" BUTTON("execute")
			      BUTTON("filter") END,
		      "(//h:form//h:button)[1][@name='button'][@value='filter'][not(@formmethod)]"}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		show(cases[i].page);
		assert_holds(cases[i].pressed);
		assert_holds("(//h:form//h:button)[1][@class='enter'][@tabindex='-1'][@aria-hidden='true']");
	}
}

static void enter_in_the_filter_of_a_list_that_is_decided_searches(void **state) {
	static const char choice[] =
		"<choice name='filter.kind' many='false'><label><sl>x</sl><en>x</en></label>"
		"<option value='firm'><sl>f</sl><en>f</en></option></choice>"
		"<field name='filter.text' type='text' required='false'><label><sl>x</sl><en>x</en></label>"
		"<value/></field>";
	char page[4096];
	GW_UNUSED(state);
	snprintf(page, sizeof(page), "%s%s%s", PAGE, choice,
		 BUTTON("filter") BUTTON("filter.clear") BUTTON("execute") BUTTON("back") END);
	show(page);
	/* one form: what is typed beside a record goes along */
	assert_holds("count(//h:form) = 1 and not(//*[@form]) and //h:form//h:input[@name='filter.text']");
	assert_holds("(//h:form//h:button)[1][@class='enter'][@value='filter']");
	snprintf(page, sizeof(page), "%s</list>%s%s", LIST, choice, BUTTON("filter") BUTTON("back") END);
	show(page);
	/* FZ 3.3.5, 3.3.7: above the list, its button with it; each thing stands there once */
	assert_holds(
		"//h:div[@class='list'][preceding::h:input[@name='filter.text']][preceding::h:button[@value='filter'][not(@tabindex)]]");
	assert_holds("//h:div[@class='list'][not(preceding::h:button[@value='back'])]");
	assert_holds(
		"count(//h:input[@name='filter.text']) = 1 and count(//h:button[@value='filter'][not(@tabindex)]) = 1");
}

static void a_link_leads_where_the_model_says_and_nowhere_else(void **state) {
	static const struct {
		const char *page, *found;
	} cases[] = {{PAGE LINK("entry") END, "//h:nav[@class='links']//h:a[@href='/'] = 'Povezava'"},
		     {PAGE LINK("menu") END, "//h:nav[@class='links']//h:a[@href='/menu']"},
		     {PAGE LINK("pdf") END, "//h:nav[@class='links']//h:a[@href='/case/41.pdf']"},
		     {PAGE LINK("application/12") END, "//h:nav[@class='links']//h:a[@href='/application/12']"},
		     {PAGE LINK("case/12") END, "//h:nav[@class='links']//h:a[@href='/case/12']"},
		     {PAGE LINK("record/12") END, "//h:nav[@class='links']//h:a[@href='/record/12.zip']"},
		     {PAGE LINK("record/1x") END, "//h:nav[@class='links']//h:li[not(*)]"},
		     {PAGE LINK("javascript:x") END, "//h:nav[@class='links']//h:li[not(*)] = 'Povezava'"},
		     {PAGE LINK("application/../x") END, "//h:nav[@class='links']//h:li[not(*)]"},
		     {PAGE LINK("case/") END, "//h:nav[@class='links']//h:li[not(*)]"},
		     {PAGE LINK("vs2x7") END, "//h:nav[@class='links']//h:li[not(*)]"},
		     {OF("finished='true'") LINK("pdf") END, "//h:nav[@class='links']//h:li[not(*)]"}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(cases); i++) {
		show(cases[i].page);
		assert_holds(cases[i].found);
	}
}

static void a_procedure_is_begun_by_a_form_of_its_own(void **state) {
	GW_UNUSED(state);
	show(PAGE BUTTON("next") LINK("vs204") END);
	assert_holds("//h:nav//h:form[@method='post'][@action='/procedure/vs204'][h:input[@name='csrf']]"
		     "/h:button[@class='link'] = 'Povezava'");
	assert_holds("not(//h:form//h:form)");
	show(PAGE LINK("calls") LINK("cases") LINK("certificates") END);
	assert_holds("//h:nav//h:form[@action='/procedure/calls'] and //h:nav//h:form[@action='/procedure/cases'] and"
		     " //h:nav//h:form[@action='/procedure/certificates']");
}

/* ---- foreign texts ---- */

static void directions_of_writing_are_shown_but_go_back_as_they_came(void **state) {
	GW_UNUSED(state);
	show(FIELD(
		"text",
		"false") "<value>a&#x202E;b</value></field>"
			 "<text kind='info' code='a'><sl>fdp&#x202E;exe&#x2066;&#x200F;&#x61C;</sl><en/></text>" END);
	assert_holds("//h:p[@data-code='a'] = 'fdp\uFFFDexe\uFFFD\uFFFD\uFFFD'");
	assert_holds("//h:input[@name='n.1']/@value = 'a\u202Eb'");
}

static void csrf_and_path_are_strings_whatever_is_in_them(void **state) {
	const struct portal_request rq = {.csrf = "\"'<&]]>{concat(1,2)}", .path = "/a'\"<b>{1}"};
	GW_UNUSED(state);
	show_as(PAGE BUTTON("next") END, &rq);
	assert_holds("//h:input[@name='csrf']/@value = concat('\"', \"'<&]]>{concat(1,2)}\")");
	assert_holds("//h:nav/h:a/@href = concat(\"/a'\", '\"<b>{1}?lang=en')");
}

/* ---- what is refused ---- */

static void what_is_no_page_is_refused_and_leaves_nothing(void **state) {
	static const char *const bad[] = {"",
					  "<page",
					  "<page xmlns='urn:other'/>",
					  "<title xmlns='urn:esodstvo:page:1'/>",
					  "<!DOCTYPE page><page xmlns='urn:esodstvo:page:1'/>",
					  "<!DOCTYPE page [<!ENTITY e SYSTEM '/etc/passwd'>]>"
					  "<page xmlns='urn:esodstvo:page:1'><title><sl>&e;</sl></title></page>"};
	const struct portal_request rq = {.path = "/"};
	const struct portal_pdf_request pdf = {.english = false};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		gw_buf_clear(&html);
		assert_int_equal(portal_html(portal, gw_span_of(bad[i]), &rq, &html, NULL), GW_E_INPUT);
		assert_int_equal(portal_pdf(gw_span_of(bad[i]), &pdf, &html, NULL), GW_E_INPUT);
		assert_int_equal(html.len, 0);
	}
}

static void a_page_that_does_not_fit_leaves_nothing(void **state) {
	const struct portal_request rq = {.path = "/"};
	GW_AUTO(buf) struct gw_buf small;
	GW_UNUSED(state);
	gw_buf_init(&small, 500);
	assert_int_equal(gw_buf_text(&small, "before"), GW_OK);
	assert_int_equal(portal_html(portal, gw_span_of(PAGE END), &rq, &small, NULL), GW_E_RETRY);
	assert_int_equal(small.len, 6);
}

/* ---- built in ---- */

static void every_word_that_the_stylesheet_asks_for_is_given(void **state) {
	size_t asked = 0;
	GW_UNUSED(state);
	for (const char *p = strstr(portal_page_xsl, "name=\"w-"); p; p = strstr(p + 1, "name=\"w-")) {
		size_t n = strcspn(p + 6, "\"");
		bool given = false;
		for (enum portal_word w = 0; w < PORTAL_WORD_COUNT; w++) {
			given |= gw_span_is((struct gw_span){p + 6, n}, portal_word_parameter(w));
		}
		assert_true(given);
		asked++;
	}
	assert_true(asked > 10);
}

static void the_assets_are_those_that_pages_refer_to(void **state) {
	struct gw_span bytes;
	const char *type = NULL;
	GW_UNUSED(state);
	assert_true(portal_asset(gw_span_of("/style.css"), &bytes, &type));
	assert_string_equal(type, "text/css; charset=utf-8");
	assert_int_equal(bytes.n, strlen(portal_style_css));
	assert_true(portal_asset(gw_span_of("/favicon.svg"), &bytes, &type));
	assert_string_equal(type, "image/svg+xml");
	assert_false(portal_asset(gw_span_of("/page.xsl"), &bytes, &type));
	assert_false(portal_asset(gw_span_of("/style.css/"), &bytes, &type));
	show(PAGE END);
	assert_holds("//h:link[@rel='stylesheet'][@href='/style.css'] and //h:link[@rel='icon'][@href='/favicon.svg']");
}

static void *render_often(void *out) {
	const struct portal_request rq = {.csrf = "csrf-1", .path = "/case/41"};
	struct gw_buf *b = out;
	enum gw_code rc = GW_OK;
	for (int i = 0; i < 50 && rc == GW_OK; i++) {
		gw_buf_clear(b);
		rc = portal_html(portal, gw_span_of(PAGE LOGIN END), &rq, b, NULL);
	}
	return rc == GW_OK ? out : NULL;
}

static void threads_share_one_portal(void **state) {
	pthread_t thread[3];
	struct gw_buf out[GW_COUNT(thread)];
	GW_UNUSED(state);
	show(PAGE LOGIN END);
	for (size_t i = 0; i < GW_COUNT(thread); i++) {
		gw_buf_init(&out[i], HTML_MAX_BYTES);
		assert_int_equal(pthread_create(&thread[i], NULL, render_often, &out[i]), 0);
	}
	for (size_t i = 0; i < GW_COUNT(thread); i++) {
		void *result = NULL;
		pthread_join(thread[i], &result);
		assert_non_null(result);
		assert_true(gw_span_equal(gw_buf_span(&out[i]), gw_buf_span(&html)));
		gw_buf_release(&out[i]);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_landmarks_one_heading_and_its_language),
		cmocka_unit_test(the_switch_of_language_keeps_the_page_and_the_host),
		cmocka_unit_test(who_is_logged_in_stands_above_with_the_ways_out),
		cmocka_unit_test(a_notice_has_the_role_and_the_word_of_its_kind),
		cmocka_unit_test(a_text_stands_in_the_body_where_it_was),
		cmocka_unit_test(facts_are_terms_and_documents_are_links),
		cmocka_unit_test(a_list_shows_its_filters_and_records_or_that_it_is_empty),
		cmocka_unit_test(a_record_is_a_group_that_carries_its_own_things),
		cmocka_unit_test(a_mark_is_said_in_words),
		cmocka_unit_test(each_type_of_field_has_its_control),
		cmocka_unit_test(a_label_is_bound_and_says_what_is_required),
		cmocka_unit_test(an_error_stands_beside_its_field_and_is_summed_up),
		cmocka_unit_test(a_choice_is_radios_or_checkboxes_in_a_set),
		cmocka_unit_test(the_form_goes_to_its_case_with_what_guards_it),
		cmocka_unit_test(a_page_that_takes_nothing_has_no_form),
		cmocka_unit_test(enter_presses_what_goes_on_or_nothing),
		cmocka_unit_test(enter_in_the_filter_of_a_list_that_is_decided_searches),
		cmocka_unit_test(a_link_leads_where_the_model_says_and_nowhere_else),
		cmocka_unit_test(a_procedure_is_begun_by_a_form_of_its_own),
		cmocka_unit_test(directions_of_writing_are_shown_but_go_back_as_they_came),
		cmocka_unit_test(csrf_and_path_are_strings_whatever_is_in_them),
		cmocka_unit_test(what_is_no_page_is_refused_and_leaves_nothing),
		cmocka_unit_test(a_page_that_does_not_fit_leaves_nothing),
		cmocka_unit_test(every_word_that_the_stylesheet_asks_for_is_given),
		cmocka_unit_test(the_assets_are_those_that_pages_refer_to),
		cmocka_unit_test(threads_share_one_portal),
	};
	return cmocka_run_group_tests(tests, open_portal, close_portal);
}
