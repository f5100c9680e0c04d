#include "vash/page.h"

#include "base/text.h"

#define PAGE_NS "urn:esodstvo:page:1"

void vash_page_init(struct vash_page *p) {
	*p = (struct vash_page){0};
	gw_buf_init(&p->head, VASH_PAGE_MAX_BYTES);
	gw_buf_init(&p->notices, VASH_PAGE_MAX_BYTES);
	gw_buf_init(&p->body, VASH_PAGE_MAX_BYTES);
	gw_buf_init(&p->foot, VASH_PAGE_MAX_BYTES);
	gw_buf_init(&p->warnings, VASH_PAGE_MAX_BYTES);
}

void vash_page_release(struct vash_page *p) {
	gw_buf_release(&p->head);
	gw_buf_release(&p->notices);
	gw_buf_release(&p->body);
	gw_buf_release(&p->foot);
	gw_buf_release(&p->warnings);
}

/* ---- XML ---- */

static void raw(struct vash_page *p, struct gw_buf *b, const char *text) {
	p->rc = p->rc == GW_OK ? gw_buf_text(b, text) : p->rc;
}

/* How the character goes into XML; NULL: as it is. What XML 1.0 cannot carry at all, and what is no UTF-8, becomes '?'.
 */
static const char *entity(const char *text, size_t *n) {
	unsigned char c = (unsigned char)text[0];
	*n = c < 0x80 ? 1 : gw_utf8_len((const uint8_t *)text, strnlen(text, 4));
	if (*n == 0) {
		*n = 1;
		return "?";
	}
	if (memcmp(text, "\xEF\xBF\xBE", *n) == 0 || memcmp(text, "\xEF\xBF\xBF", *n) == 0) {
		return "?";
	}
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	case '\r':
		return "&#13;";
	default:
		return c < 0x20 ? "?" : NULL;
	}
}

static void escaped(struct vash_page *p, struct gw_buf *b, const char *text) {
	size_t from = 0, i = 0, n = 0;
	for (; text[i] && p->rc == GW_OK; i += n) {
		const char *with = entity(text + i, &n);
		if (with) {
			p->rc = gw_buf_add(b, text + from, i - from);
			raw(p, b, with);
			from = i + n;
		}
	}
	p->rc = p->rc == GW_OK ? gw_buf_add(b, text + from, i - from) : p->rc;
}

static void attribute(struct vash_page *p, struct gw_buf *b, const char *name, const char *value) {
	raw(p, b, " ");
	raw(p, b, name);
	raw(p, b, "=\"");
	escaped(p, b, value);
	raw(p, b, "\"");
}

static void number(struct vash_page *p, struct gw_buf *b, const char *name, int64_t value) {
	p->rc = p->rc == GW_OK ? gw_buf_addf(b, " %s=\"%lld\"", name, (long long)value) : p->rc;
}

static void element(struct vash_page *p, struct gw_buf *b, const char *name, const char *text) {
	raw(p, b, "<");
	raw(p, b, name);
	raw(p, b, ">");
	escaped(p, b, text);
	raw(p, b, "</");
	raw(p, b, name);
	raw(p, b, ">");
}

static void both(struct vash_page *p, struct gw_buf *b, struct vash_text text) {
	element(p, b, "sl", text.sl);
	element(p, b, "en", text.en);
}

static void named(struct vash_page *p, struct gw_buf *b, const char *name, struct vash_text text) {
	raw(p, b, "<");
	raw(p, b, name);
	raw(p, b, ">");
	both(p, b, text);
	raw(p, b, "</");
	raw(p, b, name);
	raw(p, b, ">");
}

/* ---- texts of the table, {1} {2} filled in ---- */

static void filled(struct vash_page *p, struct gw_buf *b, const char *text, const struct vash_text *fill, size_t count,
		   bool english) {
	struct gw_buf plain;
	gw_buf_init(&plain, VASH_PAGE_MAX_BYTES);
	p->rc = p->rc == GW_OK ? vash_say_fill(text, fill, count, english, &plain) : p->rc;
	const char *done = p->rc == GW_OK ? gw_buf_cstr(&plain) : "";
	p->rc = done ? p->rc : GW_E_NOMEM;
	escaped(p, b, done ? done : "");
	gw_buf_release(&plain);
}

static void said(struct vash_page *p, struct gw_buf *b, enum vash_say say, const struct vash_text *fill, size_t count) {
	const struct vash_say_row *row = vash_say_row(say);
	raw(p, b, "<sl>");
	filled(p, b, row->sl, fill, count, false);
	raw(p, b, "</sl><en>");
	filled(p, b, row->en, fill, count, true);
	raw(p, b, "</en>");
}

static void labelled(struct vash_page *p, struct gw_buf *b, const char *name, enum vash_say say) {
	if (say != VASH_SAY_NONE) {
		named(p, b, name, (struct vash_text){vash_say_row(say)->sl, vash_say_row(say)->en});
	}
}

static void coded(struct vash_page *p, struct gw_buf *b, const char *name, enum vash_say say) {
	if (say == VASH_SAY_NONE) {
		return;
	}
	raw(p, b, "<");
	raw(p, b, name);
	attribute(p, b, "code", vash_say_row(say)->code);
	raw(p, b, ">");
	said(p, b, say, NULL, 0);
	raw(p, b, "</");
	raw(p, b, name);
	raw(p, b, ">");
}

/* ---- the page ---- */

enum gw_code vash_page_finish(struct vash_page *p, const struct vash_page_about *about, struct gw_buf *out,
			      struct gw_err *err) {
	raw(p, out, "<page xmlns=\"" PAGE_NS "\"");
	attribute(p, out, "procedure", about->procedure);
	attribute(p, out, "step", about->step);
	if (about->case_id) {
		number(p, out, "case", about->case_id);
		number(p, out, "version", about->version);
	}
	attribute(p, out, "finished", about->finished ? "true" : "false");
	raw(p, out, ">");
	named(p, out, "title", about->title);
	const struct gw_buf *parts[] = {&p->head, &p->notices, &p->body, &p->foot};
	for (size_t i = 0; i < GW_COUNT(parts) && p->rc == GW_OK; i++) {
		p->rc = gw_buf_add(out, parts[i]->data, parts[i]->len);
	}
	raw(p, out, "</page>\n");
	return p->rc == GW_OK ? GW_OK : gw_fail(err, p->rc, "the page of step '%s' is too large", about->step);
}

void vash_page_login(struct vash_page *p, const struct vash_page_login *login) {
	raw(p, &p->head, "<login>");
	element(p, &p->head, "name", login->name);
	named(p, &p->head, "group", login->group);
	named(p, &p->head, "role", login->role);
	raw(p, &p->head, "</login>");
}

static const char *kind_name(enum vash_say_kind kind) {
	switch (kind) {
	case VASH_WARNING:
		return "warning";
	case VASH_DONE:
		return "done";
	case VASH_INFO:
	case VASH_LABEL:
	case VASH_MAIL:
	default:
		return "info";
	}
}

static void notice(struct vash_page *p, struct gw_buf *b, const char *name, enum vash_say say,
		   const struct vash_text *fill, size_t count) {
	const struct vash_say_row *row = vash_say_row(say);
	raw(p, b, "<");
	raw(p, b, name);
	attribute(p, b, "kind", kind_name(row->kind));
	attribute(p, b, "code", row->code);
	raw(p, b, ">");
	said(p, b, say, fill, count);
	raw(p, b, "</");
	raw(p, b, name);
	raw(p, b, ">");
}

static void keep_warning(struct vash_page *p, enum vash_say say, const struct vash_text *fill, size_t count) {
	p->warned = p->warned == VASH_SAY_NONE ? say : p->warned;
	p->rc = p->rc == GW_OK ? vash_say_line(say, fill, count, &p->warnings) : p->rc;
}

/* Taking an input and showing the step may find the same fault: it is said once. */
void vash_page_say(struct vash_page *p, enum vash_say say, const struct vash_text *fill, size_t count) {
	size_t before = p->notices.len;
	notice(p, &p->notices, "notice", say, fill, count);
	const char *text = p->notices.data;
	if (p->rc == GW_OK && before > 0 && memmem(text, before, text + before, p->notices.len - before)) {
		p->notices.len = before;
	} else if (vash_say_row(say)->kind == VASH_WARNING) {
		keep_warning(p, say, fill, count);
	}
}

void vash_page_text(struct vash_page *p, enum vash_say say, const struct vash_text *fill, size_t count) {
	notice(p, &p->body, "text", say, fill, count);
}

void vash_page_field(struct vash_page *p, const struct vash_page_field *field) {
	raw(p, &p->body, "<field");
	attribute(p, &p->body, "name", field->name);
	attribute(p, &p->body, "type", field->type);
	attribute(p, &p->body, "required", field->required ? "true" : "false");
	raw(p, &p->body, ">");
	labelled(p, &p->body, "label", field->label);
	labelled(p, &p->body, "hint", field->hint);
	element(p, &p->body, "value", field->value ? field->value : "");
	coded(p, &p->body, "error", field->error);
	raw(p, &p->body, "</field>");
}

void vash_page_choice(struct vash_page *p, const struct vash_page_choice *choice) {
	raw(p, &p->body, "<choice");
	attribute(p, &p->body, "name", choice->name);
	attribute(p, &p->body, "many", choice->many ? "true" : "false");
	raw(p, &p->body, ">");
	labelled(p, &p->body, "label", choice->label);
	coded(p, &p->body, "error", choice->error);
}

void vash_page_option(struct vash_page *p, const char *value, struct vash_text text, bool checked) {
	raw(p, &p->body, "<option");
	attribute(p, &p->body, "value", value);
	attribute(p, &p->body, "checked", checked ? "true" : "false");
	raw(p, &p->body, ">");
	both(p, &p->body, text);
	raw(p, &p->body, "</option>");
}

void vash_page_choice_end(struct vash_page *p) {
	raw(p, &p->body, "</choice>");
}

void vash_page_facts(struct vash_page *p, enum vash_say title) {
	raw(p, &p->body, "<facts>");
	labelled(p, &p->body, "label", title);
}

void vash_page_fact_text(struct vash_page *p, enum vash_say label, struct vash_text value) {
	raw(p, &p->body, "<fact>");
	labelled(p, &p->body, "label", label);
	named(p, &p->body, "value", value);
	raw(p, &p->body, "</fact>");
}

void vash_page_fact(struct vash_page *p, enum vash_say label, const char *value) {
	vash_page_fact_text(p, label, vash_same(value));
}

void vash_page_fact_link(struct vash_page *p, enum vash_say label, const char *to) {
	raw(p, &p->body, "<fact");
	attribute(p, &p->body, "to", to);
	raw(p, &p->body, ">");
	labelled(p, &p->body, "label", label);
	raw(p, &p->body, "</fact>");
}

void vash_page_facts_end(struct vash_page *p) {
	raw(p, &p->body, "</facts>");
}

void vash_page_list(struct vash_page *p, const char *name, enum vash_say heading, const struct vash_text *fill,
		    size_t count) {
	raw(p, &p->body, "<list");
	attribute(p, &p->body, "name", name);
	raw(p, &p->body, "><label>");
	said(p, &p->body, heading, fill, count);
	raw(p, &p->body, "</label>");
}

void vash_page_list_parameter(struct vash_page *p, enum vash_say label, struct vash_text value) {
	raw(p, &p->body, "<parameter>");
	labelled(p, &p->body, "label", label);
	named(p, &p->body, "value", value);
	raw(p, &p->body, "</parameter>");
}

void vash_page_record(struct vash_page *p, const struct vash_page_record *record) {
	raw(p, &p->body, "<record");
	number(p, &p->body, "id", record->id);
	if (record->mark && record->mark[0]) {
		attribute(p, &p->body, "mark", record->mark);
	}
	raw(p, &p->body, ">");
	both(p, &p->body, record->text);
}

void vash_page_record_end(struct vash_page *p) {
	raw(p, &p->body, "</record>");
}

void vash_page_list_end(struct vash_page *p) {
	raw(p, &p->body, "</list>");
}

static void button(struct vash_page *p, struct gw_buf *b, const char *name, enum vash_say label) {
	raw(p, b, "<button");
	attribute(p, b, "name", name);
	raw(p, b, ">");
	said(p, b, label, NULL, 0);
	raw(p, b, "</button>");
}

void vash_page_button(struct vash_page *p, const char *name, enum vash_say label) {
	button(p, &p->foot, name, label);
}

void vash_page_record_button(struct vash_page *p, const char *name, int64_t record, enum vash_say label) {
	char with[48];
	snprintf(with, sizeof(with), "%.24s.%lld", name, (long long)record);
	button(p, &p->body, with, label);
}

void vash_page_link(struct vash_page *p, const char *to, struct vash_text text) {
	raw(p, &p->foot, "<link");
	attribute(p, &p->foot, "to", to);
	raw(p, &p->foot, ">");
	both(p, &p->foot, text);
	raw(p, &p->foot, "</link>");
}
