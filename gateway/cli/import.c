#include "gateway/cli/import.h"

#include <libgen.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"
#include "certs/facts.h"

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

/* ---- CSV ---- */

static bool is_number_field(const char *name) {
	for (size_t i = 0; i < GW_COUNT(number_fields); i++) {
		if (strcmp(name, number_fields[i]) == 0) {
			return true;
		}
	}
	return false;
}

static enum gw_code set_cell(json_t *row, const char *name, const char *cell, int line, struct gw_err *err) {
	uint64_t n = 0;
	if (cell[0] == '\0') {
		return GW_OK;
	}
	if (is_number_field(name) && !gw_parse_u64(cell, strlen(cell), INT32_MAX, &n)) {
		return gw_fail(err, GW_E_INPUT, "line %d: '%s' must be a number", line, name);
	}
	json_t *value = is_number_field(name) ? json_integer((json_int_t)n) : json_string(cell);
	return json_object_set_new(row, name, value) == 0 ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static enum gw_code set_row(json_t *row, const struct gw_csv *csv, size_t i, struct gw_err *err) {
	enum gw_code rc = row ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
	for (size_t k = 0; rc == GW_OK && k < csv->columns; k++) {
		rc = set_cell(row, gw_csv_name(csv, k), gw_csv_cell(csv, i, k), gw_csv_line(csv, i), err);
	}
	return rc;
}

enum gw_code import_parse_csv(const char *text, size_t n, json_t **entries, struct gw_err *err) {
	GW_AUTO(csv) struct gw_csv csv;
	GW_AUTO(json) json_t *all = json_array();
	*entries = NULL;
	enum gw_code rc = gw_csv_parse((struct gw_span){text, n}, IMPORT_ROWS_MAX, &csv, err);
	for (size_t i = 0; rc == GW_OK && i < csv.columns; i++) {
		rc = gw_csv_name(&csv, i)[0] ? GW_OK : gw_fail(err, GW_E_INPUT, "a column has no name");
	}
	for (size_t i = 0; rc == GW_OK && i < csv.rows; i++) {
		json_t *row = json_object();
		json_array_append_new(all, row);
		rc = set_row(row, &csv, i, err);
	}
	if (rc == GW_OK) {
		*entries = gw_take(&all);
	}
	return rc;
}

/* ---- files ---- */

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
	enum gw_code rc = gw_file_read(path, &text, err);
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
