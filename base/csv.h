/* base/csv.h - a table in CSV (RFC 4180, UTF-8): a header line, then rows of as many cells. Empty lines and lines that
 * begin with '#' say nothing. One owner; a parsed table is immutable. */
#ifndef GW_BASE_CSV_H
#define GW_BASE_CSV_H
#include "base/buf.h"

struct gw_csv {
	size_t columns, rows; /* rows without the header */
	char *text;	      /* the cells, each ended by NUL */
	struct gw_buf cells;  /* const char *, header first */
	struct gw_buf lines;  /* int, of each row */
};

/* GW_E_INPUT names the line. `out` is released by gw_csv_release in any case. */
GW_NODISCARD enum gw_code gw_csv_parse(struct gw_span text, size_t rows_max, struct gw_csv *out, struct gw_err *err);
void gw_csv_release(struct gw_csv *c);
static inline void gw_auto_csv(struct gw_csv *c) {
	gw_csv_release(c);
}

const char *gw_csv_name(const struct gw_csv *c, size_t column);
const char *gw_csv_cell(const struct gw_csv *c, size_t row, size_t column); /* "" = empty; lives as long as the table */
int gw_csv_line(const struct gw_csv *c, size_t row);			    /* where it begins, for messages */

/* Are the columns these and no others, in this order? */
bool gw_csv_has_columns(const struct gw_csv *c, const char *const names[], size_t count);
#endif
