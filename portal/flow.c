#include "portal/flow.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#define FONT "DejaVu Sans"
static const double WIDTH = 595.28, HEIGHT = 841.89, MARGIN = 56.7, FOOT_SIZE = 8;

struct flow {
	const struct flow_about *about;
	struct gw_buf *out;
	enum gw_code rc; /* of writing into `out` */
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoFontMap *fonts;
	PangoContext *context;
	double y;
	int page, pages; /* pages: 0 while they are counted */
};

/* ---- the document ---- */

static cairo_status_t add(void *ctx, const unsigned char *bytes, unsigned n) {
	struct flow *f = ctx;
	f->rc = f->rc == GW_OK ? gw_buf_add(f->out, bytes, n) : f->rc;
	return f->rc == GW_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void describe(struct flow *f) {
	char made[32];
	time_t at = (time_t)f->about->made_utc_s;
	struct tm tm = {0};
	gmtime_r(&at, &tm);
	strftime(made, sizeof(made), "%Y-%m-%dT%H:%M:%SZ", &tm);
	cairo_pdf_surface_set_metadata(f->surface, CAIRO_PDF_METADATA_TITLE, f->about->title);
	cairo_pdf_surface_set_metadata(f->surface, CAIRO_PDF_METADATA_CREATOR, f->about->foot);
	cairo_pdf_surface_set_metadata(f->surface, CAIRO_PDF_METADATA_CREATE_DATE, made);
	cairo_pdf_surface_set_metadata(f->surface, CAIRO_PDF_METADATA_MOD_DATE, made);
}

/* Paper has no pixels to fit letters to. */
static void use_exact_metrics(PangoContext *context) {
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	pango_context_set_round_glyph_positions(context, FALSE);
	cairo_font_options_destroy(options);
}

enum gw_code flow_new(const struct flow_about *about, struct gw_buf *out, struct flow **flow, struct gw_err *err) {
	*flow = NULL;
	GW_AUTO(flow) struct flow *f = calloc(1, sizeof(*f));
	if (!f) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	f->about = about;
	f->out = out;
	f->y = MARGIN;
	f->page = 1;
	f->surface = cairo_pdf_surface_create_for_stream(add, f, WIDTH, HEIGHT);
	f->cr = cairo_create(f->surface);
	describe(f);
	f->fonts = pango_cairo_font_map_new();
	f->context = pango_font_map_create_context(f->fonts);
	use_exact_metrics(f->context);
	pango_context_set_language(f->context, pango_language_from_string(about->language));
	pango_context_set_base_dir(f->context, PANGO_DIRECTION_LTR);
	pango_cairo_update_context(f->cr, f->context);
	*flow = gw_take(&f);
	return GW_OK;
}

void flow_free(struct flow *f) {
	if (!f) {
		return;
	}
	if (f->context) {
		g_object_unref(f->context);
		g_object_unref(f->fonts);
	}
	cairo_destroy(f->cr);
	cairo_surface_destroy(f->surface);
	free(f);
}

/* ---- lines and pages ---- */

static PangoLayout *layout_new(const struct flow *f, const struct flow_style *style, const char *text) {
	PangoLayout *layout = pango_layout_new(f->context);
	PangoFontDescription *font = pango_font_description_from_string(FONT);
	pango_font_description_set_absolute_size(font, style->size_pt * PANGO_SCALE);
	pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_width(layout, (int)((WIDTH - 2 * MARGIN - style->indent_pt) * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	/* who searches finds no hyphen that is not in the text */
	PangoAttrList *attributes = pango_attr_list_new();
	pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

static void show(const struct flow *f, PangoLayoutLine *line, double x, double y) {
	if (f->pages > 0) {
		cairo_move_to(f->cr, x, y);
		pango_cairo_show_layout_line(f->cr, line);
	}
}

static void show_foot(const struct flow *f) {
	static const struct flow_style style = {.size_pt = FOOT_SIZE};
	char number[64];
	PangoRectangle size;
	snprintf(number, sizeof(number), "%s %d / %d", f->about->page, f->page, f->pages);
	PangoLayout *left = layout_new(f, &style, f->about->foot), *right = layout_new(f, &style, number);
	pango_layout_get_extents(right, NULL, &size);
	show(f, pango_layout_get_line_readonly(left, 0), MARGIN, HEIGHT - MARGIN / 2);
	show(f, pango_layout_get_line_readonly(right, 0), WIDTH - MARGIN - (double)size.width / PANGO_SCALE,
	     HEIGHT - MARGIN / 2);
	g_object_unref(left);
	g_object_unref(right);
}

static void end_page(struct flow *f) {
	if (f->pages > 0) {
		show_foot(f);
		cairo_show_page(f->cr);
	}
}

static void make_room(struct flow *f, double height) {
	if (f->y + height > HEIGHT - MARGIN && f->y > MARGIN) {
		end_page(f);
		f->page++;
		f->y = MARGIN;
	}
}

static void show_mark(const struct flow *f, const struct flow_style *style, const char *mark, double baseline) {
	PangoRectangle size;
	if (!mark[0] || f->pages == 0) {
		return;
	}
	PangoLayout *layout = layout_new(f, style, mark);
	pango_layout_get_extents(layout, NULL, &size);
	show(f, pango_layout_get_line_readonly(layout, 0),
	     MARGIN + style->indent_pt - style->size_pt / 2 - (double)size.width / PANGO_SCALE, baseline);
	g_object_unref(layout);
}

void flow_add(struct flow *f, const struct flow_style *style, const char *mark, const char *text) {
	PangoLayout *layout = layout_new(f, style, text);
	PangoLayoutIter *lines = pango_layout_get_iter(layout);
	double before = f->y > MARGIN ? style->before_pt : 0;
	do {
		PangoRectangle size;
		pango_layout_iter_get_line_extents(lines, NULL, &size);
		double height = (double)size.height / PANGO_SCALE;
		double ascent = (double)(pango_layout_iter_get_baseline(lines) - size.y) / PANGO_SCALE;
		make_room(f, before + height);
		f->y += f->y > MARGIN ? before : 0;
		show_mark(f, style, mark, f->y + ascent);
		show(f, pango_layout_iter_get_line_readonly(lines), MARGIN + style->indent_pt, f->y + ascent);
		f->y += height;
		before = 0;
		mark = "";
	} while (pango_layout_iter_next_line(lines));
	pango_layout_iter_free(lines);
	g_object_unref(layout);
}

void flow_draw(struct flow *f) {
	f->pages = f->page;
	f->page = 1;
	f->y = MARGIN;
}

enum gw_code flow_end(struct flow *f, struct gw_err *err) {
	end_page(f);
	cairo_surface_finish(f->surface);
	cairo_status_t status = f->rc == GW_OK ? cairo_surface_status(f->surface) : CAIRO_STATUS_SUCCESS;
	status = status == CAIRO_STATUS_SUCCESS ? cairo_status(f->cr) : status;
	if (f->rc != GW_OK) {
		return gw_fail(err, f->rc, "the PDF does not fit");
	}
	return status == CAIRO_STATUS_SUCCESS
		       ? GW_OK
		       : gw_fail(err, GW_E_NOMEM, "the PDF cannot be made: %s", cairo_status_to_string(status));
}
