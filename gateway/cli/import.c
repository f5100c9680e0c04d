#include "gateway/cli/import.h"

#include <errno.h>
#include <libgen.h>

#include "base/buf.h"
#include "base/text.h"
#include "certs/facts.h"

enum { COLUMNS_MAX = 32, CELL_MAX = 65536 };

static const char *const number_fields[] = {"position", "legal_form", "scheme", "group", "administered_group"};

enum gw_code import_add_cert(json_t *entry, const char *pem_path, struct gw_err *err) {
	GW_AUTO(x509) struct x509_st *cert = NULL;
	char *pem = NULL;
	enum gw_code rc = cert_load_pem(pem_path, &cert, &pem, err);
	if (rc == GW_OK) {
		json_object_set_new(entry, "cert_pem", json_string(pem));
	}
	free(pem);
	return rc;
}

/* ---- CSV (RFC 4180) ---- */

struct csv {
	const char *p, *end;
	int line;
};

/* One cell into `cell`; *last: it ends its row. */
static enum gw_code quoted_cell(struct csv *csv, struct gw_buf *cell, struct gw_err *err) {
	for (csv->p++; csv->p < csv->end; csv->p++) {
		bool quote = *csv->p == '"';
		if (quote && csv->p + 1 < csv->end && csv->p[1] == '"') {
			csv->p++;
		} else if (quote) {
			csv->p++;
			return GW_OK;
		}
		csv->line += *csv->p == '\n';
		if (gw_buf_add(cell, csv->p, 1) != GW_OK) {
			return gw_fail(err, GW_E_INPUT, "line %d: a cell is too long", csv->line);
		}
	}
	return gw_fail(err, GW_E_INPUT, "line %d: a quote is not closed", csv->line);
}

static enum gw_code read_cell(struct csv *csv, struct gw_buf *cell, bool *last, struct gw_err *err) {
	gw_buf_clear(cell);
	enum gw_code rc = GW_OK;
	if (csv->p < csv->end && *csv->p == '"') {
		rc = quoted_cell(csv, cell, err);
	} else {
		size_t n = 0;
		while (csv->p + n < csv->end && csv->p[n] != ',' && csv->p[n] != '\n' && csv->p[n] != '\r') {
			n++;
		}
		rc = gw_buf_add(cell, csv->p, n) == GW_OK
			     ? GW_OK
			     : gw_fail(err, GW_E_INPUT, "line %d: a cell is too long", csv->line);
		csv->p += n;
	}
	if (rc != GW_OK) {
		return rc;
	}
	if (csv->p < csv->end && *csv->p == '\r') {
		csv->p++;
	}
	*last = csv->p >= csv->end || *csv->p == '\n';
	if (!*last && *csv->p != ',') {
		return gw_fail(err, GW_E_INPUT, "line %d: text after a closing quote", csv->line);
	}
	csv->p += csv->p < csv->end;
	return GW_OK;
}

static bool is_number_field(const char *name) {
	for (size_t i = 0; i < GW_COUNT(number_fields); i++) {
		if (strcmp(name, number_fields[i]) == 0) {
			return true;
		}
	}
	return false;
}

static enum gw_code set_cell(json_t *row, const char *name, struct gw_buf *cell, int line, struct gw_err *err) {
	uint64_t n;
	if (cell->len == 0) {
		return GW_OK;
	}
	if (is_number_field(name)) {
		if (!gw_parse_u64(cell->data, cell->len, INT32_MAX, &n)) {
			return gw_fail(err, GW_E_INPUT, "line %d: '%s' must be a number", line, name);
		}
		json_object_set_new(row, name, json_integer((json_int_t)n));
		return GW_OK;
	}
	json_t *text = json_stringn(cell->data, cell->len);
	if (!text) {
		return gw_fail(err, GW_E_INPUT, "line %d: '%s' is not UTF-8", line, name);
	}
	json_object_set_new(row, name, text);
	return GW_OK;
}

struct header {
	char *name[COLUMNS_MAX];
	size_t count;
};

static enum gw_code read_header(struct csv *csv, struct header *h, struct gw_buf *cell, struct gw_err *err) {
	for (bool last = false; !last;) {
		enum gw_code rc = read_cell(csv, cell, &last, err);
		if (rc != GW_OK) {
			return rc;
		}
		if (h->count == COLUMNS_MAX || cell->len == 0 || !gw_buf_cstr(cell) ||
		    !(h->name[h->count] = strdup(cell->data))) {
			return gw_fail(err, GW_E_INPUT, "line 1: bad column names");
		}
		h->count++;
	}
	return GW_OK;
}

static enum gw_code read_row(struct csv *csv, const struct header *h, struct gw_buf *cell, json_t *row,
			     struct gw_err *err) {
	bool last = false;
	int line = csv->line;
	for (size_t i = 0; i < h->count; i++) {
		if (last) {
			return gw_fail(err, GW_E_INPUT, "line %d: too few cells", line);
		}
		enum gw_code rc = read_cell(csv, cell, &last, err);
		rc = rc == GW_OK ? set_cell(row, h->name[i], cell, line, err) : rc;
		if (rc != GW_OK) {
			return rc;
		}
	}
	csv->line++;
	return last ? GW_OK : gw_fail(err, GW_E_INPUT, "line %d: too many cells", line);
}

enum gw_code import_parse_csv(const char *text, size_t n, json_t **entries, struct gw_err *err) {
	struct csv csv = {text, text + n, 1};
	struct header h = {.count = 0};
	GW_AUTO(buf) struct gw_buf cell;
	gw_buf_init(&cell, CELL_MAX);
	GW_AUTO(json) json_t *all = json_array();
	*entries = NULL;
	enum gw_code rc = n > 0 ? read_header(&csv, &h, &cell, err) : gw_fail(err, GW_E_INPUT, "the file is empty");
	csv.line = 2;
	while (rc == GW_OK && csv.p < csv.end) {
		json_t *row = json_object();
		rc = json_array_append_new(all, row) == 0 && json_array_size(all) <= IMPORT_ROWS_MAX
			     ? read_row(&csv, &h, &cell, row, err)
			     : gw_fail(err, GW_E_INPUT, "more than %d rows", IMPORT_ROWS_MAX);
	}
	for (size_t i = 0; i < h.count; i++) {
		free(h.name[i]);
	}
	if (rc == GW_OK) {
		*entries = gw_take(&all);
	}
	return rc;
}

/* ---- files ---- */

static enum gw_code read_file(const char *path, struct gw_buf *out, struct gw_err *err) {
	FILE *f = fopen(path, "re");
	char piece[65536];
	size_t n;
	if (!f) {
		return gw_fail(err, GW_E_NOTFOUND, "cannot open '%s': %s", path, strerror(errno));
	}
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && (n = fread(piece, 1, sizeof(piece), f)) > 0) {
		rc = gw_buf_add(out, piece, n);
	}
	fclose(f);
	return rc == GW_OK ? rc : gw_fail(err, GW_E_INPUT, "'%s' is too large", path);
}

/* The field `cert` of every entry, a path relative to the import file, becomes cert_pem. */
static enum gw_code load_certs(json_t *entries, const char *path, struct gw_err *err) {
	char folder[4096], file[8192];
	size_t i;
	json_t *entry;
	snprintf(folder, sizeof(folder), "%s", path);
	const char *dir = dirname(folder);
	json_array_foreach(entries, i, entry) {
		const char *cert = gw_json_text(entry, "cert", NULL);
		if (!cert) {
			continue;
		}
		snprintf(file, sizeof(file), "%s%s%s", cert[0] == '/' ? "" : dir, cert[0] == '/' ? "" : "/", cert);
		enum gw_code rc = import_add_cert(entry, file, err);
		if (rc != GW_OK) {
			return rc;
		}
		json_object_del(entry, "cert");
	}
	return GW_OK;
}

static enum gw_code parse_json(struct gw_span text, json_t **entries, struct gw_err *err) {
	json_error_t why;
	GW_AUTO(json) json_t *all = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
	if (!all) {
		return gw_fail(err, GW_E_INPUT, "line %d: %s", why.line, why.text);
	}
	if (!json_is_array(all)) {
		return gw_fail(err, GW_E_INPUT, "the file must hold an array of entries");
	}
	*entries = gw_take(&all);
	return GW_OK;
}

enum gw_code import_read(const char *path, json_t **entries, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf text;
	gw_buf_init(&text, IMPORT_BYTES_MAX);
	*entries = NULL;
	enum gw_code rc = read_file(path, &text, err);
	if (rc != GW_OK) {
		return rc;
	}
	size_t n = strlen(path);
	bool csv = n > 4 && strcmp(path + n - 4, ".csv") == 0;
	GW_AUTO(json) json_t *all = NULL;
	rc = csv ? import_parse_csv(text.data, text.len, &all, err) : parse_json(gw_buf_span(&text), &all, err);
	rc = rc == GW_OK ? load_certs(all, path, err) : rc;
	if (rc == GW_OK) {
		*entries = gw_take(&all);
	}
	return rc;
}
