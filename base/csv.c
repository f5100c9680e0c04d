#include "base/csv.h"

#include <stdlib.h>

#include "base/text.h"

enum { COLUMNS_MAX = 64 };

struct reader {
	const char *p, *end;
	char *w; /* what is decoded is never longer than what it was decoded from */
	int line;
};

static enum gw_code check_text(struct gw_span text, struct gw_err *err) {
	int line = 1;
	for (size_t i = 0, n; i < text.n; i += n) {
		n = gw_utf8_len((const uint8_t *)text.p + i, text.n - i);
		if (n == 0 || text.p[i] == '\0') {
			return gw_fail(err, GW_E_INPUT, "line %d is not UTF-8 text", line);
		}
		line += text.p[i] == '\n';
	}
	return GW_OK;
}

/* Behind the opening quote; stops behind the closing one. */
static enum gw_code take_quoted(struct reader *r, struct gw_err *err) {
	for (; r->p < r->end; r->p++) {
		bool quote = *r->p == '"';
		if (quote && (r->p + 1 == r->end || r->p[1] != '"')) {
			r->p++;
			return GW_OK;
		}
		r->p += quote; /* two stand for one */
		r->line += *r->p == '\n';
		*r->w++ = *r->p;
	}
	return gw_fail(err, GW_E_INPUT, "line %d: a quote is not closed", r->line);
}

static bool ends_cell(const struct reader *r) {
	return r->p == r->end || *r->p == ',' || *r->p == '\n' || *r->p == '\r';
}

/* One cell and what ends it; *last: it ends its row. */
static enum gw_code take_cell(struct reader *r, bool *last, struct gw_err *err) {
	if (r->p < r->end && *r->p == '"') {
		r->p++;
		enum gw_code rc = take_quoted(r, err);
		if (rc != GW_OK) {
			return rc;
		}
	} else {
		while (!ends_cell(r)) {
			*r->w++ = *r->p++;
		}
	}
	*r->w++ = '\0';
	r->p += r->p + 1 < r->end && r->p[0] == '\r' && r->p[1] == '\n';
	*last = r->p == r->end || *r->p == '\n';
	if (!*last && *r->p != ',') {
		return gw_fail(err, GW_E_INPUT, "line %d: text where a cell should end", r->line);
	}
	r->p += r->p < r->end;
	return GW_OK;
}

static enum gw_code take_row(struct reader *r, struct gw_csv *out, size_t *count, struct gw_err *err) {
	int line = r->line;
	*count = 0;
	for (bool last = false; !last; ++*count) {
		const char *cell = r->w;
		enum gw_code rc = take_cell(r, &last, err);
		if (rc != GW_OK) {
			return rc;
		}
		if (*count == COLUMNS_MAX) {
			return gw_fail(err, GW_E_INPUT, "line %d: more than %d cells", line, COLUMNS_MAX);
		}
		if (gw_buf_add(&out->cells, &cell, sizeof(cell)) != GW_OK) {
			return gw_fail(err, GW_E_NOMEM, "out of memory");
		}
	}
	r->line++;
	return gw_buf_add(&out->lines, &line, sizeof(line)) == GW_OK ? GW_OK
								     : gw_fail(err, GW_E_NOMEM, "out of memory");
}

/* Past empty lines and comments; false: the text has ended. */
static bool find_row(struct reader *r) {
	while (r->p < r->end && (*r->p == '#' || *r->p == '\n' || *r->p == '\r')) {
		while (r->p < r->end && *r->p != '\n') {
			r->p++;
		}
		r->p += r->p < r->end;
		r->line++;
	}
	return r->p < r->end;
}

static enum gw_code take_rows(struct reader *r, size_t rows_max, struct gw_csv *out, struct gw_err *err) {
	while (find_row(r)) {
		size_t count;
		int line = r->line;
		enum gw_code rc = take_row(r, out, &count, err);
		if (rc != GW_OK) {
			return rc;
		}
		if (out->columns == 0) {
			out->columns = count;
		} else if (count != out->columns) {
			return gw_fail(err, GW_E_INPUT, "line %d: %zu cells instead of %zu", line, count, out->columns);
		} else if (++out->rows > rows_max) {
			return gw_fail(err, GW_E_INPUT, "more than %zu rows", rows_max);
		}
	}
	return out->columns > 0 ? GW_OK : gw_fail(err, GW_E_INPUT, "the table is empty");
}

enum gw_code gw_csv_parse(struct gw_span text, size_t rows_max, struct gw_csv *out, struct gw_err *err) {
	*out = (struct gw_csv){0};
	gw_buf_init(&out->cells, SIZE_MAX / 4);
	gw_buf_init(&out->lines, SIZE_MAX / 4);
	bool bom = text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0;
	text = bom ? (struct gw_span){text.p + 3, text.n - 3} : text;
	enum gw_code rc = check_text(text, err);
	if (rc != GW_OK) {
		return rc;
	}
	out->text = malloc(text.n + 1);
	if (!out->text) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	struct reader r = {text.p, text.n > 0 ? text.p + text.n : text.p, out->text, 1};
	return take_rows(&r, rows_max, out, err);
}

void gw_csv_release(struct gw_csv *c) {
	free(c->text);
	gw_buf_release(&c->cells);
	gw_buf_release(&c->lines);
	*c = (struct gw_csv){0};
}

static const char *cell_at(const struct gw_csv *c, size_t index) {
	const char *cell;
	memcpy(&cell, c->cells.data + index * sizeof(cell), sizeof(cell));
	return cell;
}

const char *gw_csv_name(const struct gw_csv *c, size_t column) {
	return cell_at(c, column);
}

const char *gw_csv_cell(const struct gw_csv *c, size_t row, size_t column) {
	return cell_at(c, (row + 1) * c->columns + column);
}

int gw_csv_line(const struct gw_csv *c, size_t row) {
	int line;
	memcpy(&line, c->lines.data + (row + 1) * sizeof(line), sizeof(line));
	return line;
}

bool gw_csv_has_columns(const struct gw_csv *c, const char *const names[], size_t count) {
	bool same = c->columns == count;
	for (size_t i = 0; same && i < count; i++) {
		same = strcmp(gw_csv_name(c, i), names[i]) == 0;
	}
	return same;
}
