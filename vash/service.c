#include "vash/service.h"

#include "base/text.h"

enum column { CODE, GROUPS, PATH, WSDL, OPERATION, NS, ELEMENT, ACTION, MODE, BACKEND, COLUMNS };
static const char *const column_names[COLUMNS] = {"service",   "groups",  "path",	 "wsdl", "operation",
						  "namespace", "element", "soap_action", "mode", "backend"};

static enum gw_code parse_groups(const char *text, struct vash_service *row) {
	if (text[0] == '\0') {
		return GW_OK;
	}
	const char *dash = strchr(text, '-');
	size_t first = dash ? (size_t)(dash - text) : strlen(text);
	uint64_t from = 0, to = 0;
	if (!gw_parse_u64(text, first, 9999, &from) || (dash && !gw_parse_u64(dash + 1, strlen(dash + 1), 9999, &to)) ||
	    from == 0) {
		return GW_E_INPUT;
	}
	row->group_from = (int)from;
	row->group_to = dash ? (int)to : (int)from;
	return GW_OK;
}

static enum gw_code parse_row(const struct gw_csv *csv, size_t i, struct vash_service *row) {
	const char *c[COLUMNS];
	for (size_t k = 0; k < COLUMNS; k++) {
		c[k] = gw_csv_cell(csv, i, k);
	}
	bool query = strcmp(c[MODE], "query") == 0;
	if (c[CODE][0] == '\0' || c[PATH][0] != '/' || strchr(c[PATH], ' ') ||
	    (!query && strcmp(c[MODE], "effect") != 0)) {
		return GW_E_INPUT;
	}
	*row = (struct vash_service){.code = c[CODE],
				     .path = c[PATH],
				     .wsdl = c[WSDL],
				     .operation = c[OPERATION],
				     .ns = c[NS],
				     .element = c[ELEMENT],
				     .soap_action = c[ACTION],
				     .mode = query ? VASH_MODE_QUERY : VASH_MODE_EFFECT,
				     .backend = c[BACKEND]};
	return parse_groups(c[GROUPS], row);
}

static enum gw_code add_row(struct vash_services *out, size_t i, struct gw_err *err) {
	int line = gw_csv_line(&out->csv, i);
	struct vash_service *row = &out->row[out->count];
	if (parse_row(&out->csv, i, row) != GW_OK) {
		return gw_fail(err, GW_E_CONFIG, "services line %d is malformed", line);
	}
	if (vash_service_find(out, gw_span_of(row->path))) {
		return gw_fail(err, GW_E_CONFIG, "services line %d repeats the path '%s'", line, row->path);
	}
	out->count++;
	return GW_OK;
}

enum gw_code vash_services_parse(struct gw_span csv, struct vash_services *out, struct gw_err *err) {
	struct gw_err why = {0};
	*out = (struct vash_services){0};
	enum gw_code rc = GW_OK;
	if (gw_csv_parse(csv, VASH_SERVICES_MAX, &out->csv, &why) != GW_OK) {
		rc = gw_fail(err, GW_E_CONFIG, "services: %s", why.msg);
	} else if (!gw_csv_has_columns(&out->csv, column_names, COLUMNS) || out->csv.rows == 0) {
		rc = gw_fail(err, GW_E_CONFIG, "services: not the columns of the table, or no row");
	}
	for (size_t i = 0; rc == GW_OK && i < out->csv.rows; i++) {
		rc = add_row(out, i, err);
	}
	if (rc != GW_OK) {
		vash_services_release(out);
	}
	return rc;
}

void vash_services_release(struct vash_services *s) {
	gw_csv_release(&s->csv);
	*s = (struct vash_services){0};
}

bool vash_service_takes_documents(const struct vash_service *s) {
	return strcmp(s->code, "registracija") == 0;
}

const struct vash_service *vash_service_find(const struct vash_services *s, struct gw_span path) {
	for (size_t i = 0; i < s->count; i++) {
		if (gw_span_is(path, s->row[i].path)) {
			return &s->row[i];
		}
	}
	return NULL;
}
