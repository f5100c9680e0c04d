#include "vash/service.h"

#include "base/text.h"

enum column { CODE, GROUPS, PATH, WSDL, OPERATION, NS, ELEMENT, ACTION, MODE, BACKEND, COLUMNS };

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

/* Cut one line into its columns in place. */
static bool split(char *line, char *column[COLUMNS]) {
	for (size_t i = 0; i < COLUMNS; i++) {
		column[i] = line;
		char *comma = strchr(line, ',');
		if ((comma == NULL) != (i == COLUMNS - 1)) {
			return false;
		}
		if (comma) {
			*comma = '\0';
			line = comma + 1;
		}
	}
	return true;
}

static enum gw_code parse_row(char *line, struct vash_service *row) {
	char *c[COLUMNS];
	if (!split(line, c) || c[CODE][0] == '\0' || c[PATH][0] != '/' || strchr(c[PATH], ' ')) {
		return GW_E_INPUT;
	}
	bool query = strcmp(c[MODE], "query") == 0;
	if (!query && strcmp(c[MODE], "effect") != 0) {
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

static enum gw_code add_row(struct vash_services *out, char *line, int number, struct gw_err *err) {
	if (out->count == VASH_SERVICES_MAX) {
		return gw_fail(err, GW_E_CONFIG, "services line %d: more than %d services", number, VASH_SERVICES_MAX);
	}
	struct vash_service *row = &out->row[out->count];
	if (parse_row(line, row) != GW_OK) {
		return gw_fail(err, GW_E_CONFIG, "services line %d is malformed", number);
	}
	if (vash_service_find(out, gw_span_of(row->path))) {
		return gw_fail(err, GW_E_CONFIG, "services line %d repeats the path '%s'", number, row->path);
	}
	out->count++;
	return GW_OK;
}

enum gw_code vash_services_parse(struct gw_span csv, struct vash_services *out, struct gw_err *err) {
	*out = (struct vash_services){.text = malloc(csv.n + 1)};
	if (!out->text) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	gw_copy(out->text, csv.n + 1, csv.p, csv.n);
	int number = 0;
	enum gw_code rc = GW_OK;
	for (char *line = out->text, *next; rc == GW_OK && line && *line; line = next) {
		next = strchr(line, '\n');
		if (next) {
			*next++ = '\0';
		}
		bool skip = number++ == 0 || line[0] == '\0' || line[0] == '#'; /* first line: the header */
		rc = skip ? GW_OK : add_row(out, line, number, err);
	}
	if (rc == GW_OK && out->count == 0) {
		rc = gw_fail(err, GW_E_CONFIG, "the table of services is empty");
	}
	if (rc != GW_OK) {
		vash_services_release(out);
	}
	return rc;
}

void vash_services_release(struct vash_services *s) {
	free(s->text);
	*s = (struct vash_services){0};
}

const struct vash_service *vash_service_find(const struct vash_services *s, struct gw_span path) {
	for (size_t i = 0; i < s->count; i++) {
		if (gw_span_is(path, s->row[i].path)) {
			return &s->row[i];
		}
	}
	return NULL;
}
