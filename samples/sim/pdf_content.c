/* One A4 page "Redni izpis": real text in an embedded font, so that it can be searched. */
#include <cairo-pdf.h>
#include <pthread.h>

#include "samples/sim/content.h"
#include "samples/sim/data.h"

static cairo_status_t collect(void *closure, const unsigned char *bytes, unsigned n) {
	return gw_buf_add(closure, bytes, n) == GW_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void line(cairo_t *cr, double *y, double size, const char *text) {
	cairo_set_font_size(cr, size);
	cairo_move_to(cr, 56, *y);
	cairo_show_text(cr, text);
	*y += size * 1.8;
}

static void draw(cairo_t *cr, const struct entry *entry, const char *purpose) {
	double y = 84;
	char id[64], text[160], ko[16];
	property_text(&entry->property, id, sizeof(id));
	snprintf(ko, sizeof(ko), "%d", entry->property.ko);
	cairo_select_font_face(cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	line(cr, &y, 20, "Redni izpis iz zemljiške knjige");
	snprintf(text, sizeof(text), "ID znak: %s", id);
	line(cr, &y, 12, text);
	snprintf(text, sizeof(text), "Katastrska občina: %s %s", ko, data_find(DATA_KO, ko, 1, "neznana"));
	line(cr, &y, 12, text);
	snprintf(text, sizeof(text), "Namen: %s", purpose ? purpose : "ni naveden");
	line(cr, &y, 12, text);
	line(cr, &y, 12, "Osnovni pravni položaj: lastninska pravica, delež 1/1");
	line(cr, &y, 12, "Izdelano: 6. 5. 2024 ob 9.30 (preskusni podatki, niso listina)");
	line(cr, &y, 12, "Posebni znaki: č š ž Č Š Ž đ ć");
	cairo_set_line_width(cr, 0.5);
	cairo_rectangle(cr, 40, 48, 515, y - 48);
	cairo_stroke(cr);
	cairo_show_page(cr);
}

bool content_pdf(const struct entry *entry, const char *purpose, struct gw_buf *out) {
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER; /* fontconfig */
	pthread_mutex_lock(&one_at_a_time);
	cairo_surface_t *page = cairo_pdf_surface_create_for_stream(collect, out, 595.276, 841.89);
	cairo_pdf_surface_set_metadata(page, CAIRO_PDF_METADATA_TITLE, "Redni izpis");
	cairo_pdf_surface_set_metadata(page, CAIRO_PDF_METADATA_CREATE_DATE, CONTENT_TIME);
	cairo_t *cr = cairo_create(page);
	draw(cr, entry, purpose);
	bool ok = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
	cairo_destroy(cr);
	cairo_surface_finish(page);
	ok = ok && cairo_surface_status(page) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(page);
	pthread_mutex_unlock(&one_at_a_time);
	return ok;
}
