/* Schemas compiled once and shared, and what each thread holds beside them. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "gateway/call/guard_internal.h"

const struct guard_limits guard_default_limits = {
	.depth = 32,
	.elements = 5000,
	.attributes_per_element = 16,
	.attributes = 2000,
	.namespaces_per_element = 16,
	.namespaces = 200,
	.name_bytes = 256,
	.text_bytes = (size_t)64 * 1024,
	.out_bytes = (size_t)4 * 1024 * 1024,
};

GW_DEFINE_AUTO(guard_set, struct guard_set *, guard_set_free)
GW_DEFINE_AUTO(guard, struct guard *, guard_free)
GW_DEFINE_AUTO(schema_parser, xmlSchemaParserCtxt *, xmlSchemaFreeParserCtxt)

struct load_report {
	const char *path;
	struct gw_err *err;
	bool failed;
};

/* Warnings too: libxml2 only warns when an import is missing, and goes on without it. */
static void on_schema_error(void *data, xmlError *e) {
	struct load_report *report = data;
	report->failed = true;
	size_t n = e->message ? strcspn(e->message, "\n") : 0;
	gw_fail(report->err, e->code == XML_ERR_NO_MEMORY ? GW_E_NOMEM : GW_E_CONFIG, "schema '%s' line %d: %.*s",
		report->path, e->line, (int)n, e->message ? e->message : "");
}

static xmlSchema *parse_schema(const char *path, struct load_report *report) {
	GW_AUTO(schema_parser) xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(path);
	if (!parser) {
		return NULL;
	}
	xmlSchemaSetParserStructuredErrors(parser, on_schema_error, report);
	return xmlSchemaParse(parser);
}

enum gw_code guard_schema_load(const char *path, xmlSchema **out, struct gw_err *err) {
	*out = NULL;
	if (access(path, R_OK) != 0) {
		return gw_fail(err, GW_E_CONFIG, "cannot read schema '%s'", path);
	}
	struct load_report report = {.path = path, .err = err};
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *before_data = xmlStructuredErrorContext;
	xmlSetStructuredErrorFunc(&report, on_schema_error);
	xmlSchema *schema = parse_schema(path, &report);
	xmlResetLastError();
	xmlSetStructuredErrorFunc(before_data, before);
	if (schema && !report.failed && !guard_memory_failed()) {
		*out = schema;
		return GW_OK;
	}
	xmlSchemaFree(schema);
	if (!guard_memory_failed() && report.failed) {
		return GW_E_CONFIG;
	}
	return gw_wrap(err, GW_E_NOMEM, "schema '%s': out of memory", path);
}

static enum gw_code add_schema(struct guard_set *set, struct guard_route *route, struct gw_err *err) {
	for (size_t i = 0; i < set->count; i++) {
		const struct guard_route *earlier = &set->routes[i];
		if (strcmp(earlier->service.xsd_path, route->service.xsd_path) == 0) {
			route->schema = earlier->schema;
			return GW_OK;
		}
	}
	enum gw_code rc = guard_schema_load(route->service.xsd_path, &set->schemas[set->schema_count], err);
	if (rc == GW_OK) {
		route->schema = set->schema_count++;
	}
	return rc;
}

static enum gw_code add_routes(struct guard_set *set, const struct guard_service *services, size_t count,
			       struct gw_err *err) {
	for (; set->count < count; set->count++) {
		set->routes[set->count].service = services[set->count];
		enum gw_code rc = add_schema(set, &set->routes[set->count], err);
		if (rc != GW_OK) {
			return rc;
		}
	}
	return GW_OK;
}

static enum gw_code check_elements(const struct guard_set *set, struct gw_err *err) {
	GW_AUTO(guard) struct guard *g = NULL;
	enum gw_code rc = guard_new(set, &g, err);
	for (size_t i = 0; rc == GW_OK && i < set->count; i++) {
		rc = guard_element_declared(g, &set->routes[i], err);
	}
	return rc;
}

enum gw_code guard_set_load(const struct guard_service *services, size_t count, const struct guard_limits *limits,
			    struct guard_set **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(guard_set) struct guard_set *set = calloc(1, sizeof(*set));
	if (!set) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	set->limits = *limits;
	set->routes = calloc(count + 1, sizeof(*set->routes));
	set->schemas = calloc(count + 1, sizeof(xmlSchema *));
	if (!set->routes || !set->schemas) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	guard_memory_init();
	guard_memory_start();
	enum gw_code rc = add_routes(set, services, count, err);
	rc = rc == GW_OK ? check_elements(set, err) : rc;
	*out = rc == GW_OK ? gw_take(&set) : NULL;
	return rc;
}

void guard_set_free(struct guard_set *set) {
	if (!set) {
		return;
	}
	for (size_t i = 0; i < set->schema_count; i++) {
		xmlSchemaFree(set->schemas[i]);
	}
	free(set->schemas);
	free(set->routes);
	free(set);
}

enum gw_code guard_new(const struct guard_set *set, struct guard **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(guard) struct guard *g = calloc(1, sizeof(*g));
	if (!g) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	g->set = set;
	g->validators = calloc(set->schema_count + 1, sizeof(xmlSchemaValidCtxt *));
	g->stack = calloc(set->limits.depth + 1, sizeof(xmlChar *));
	if (!g->validators || !g->stack) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	gw_buf_init(&g->in, INT_MAX);
	gw_buf_init(&g->out, set->limits.out_bytes + 1); /* and a NUL */
	gw_buf_init(&g->values, set->limits.out_bytes);
	*out = gw_take(&g);
	return GW_OK;
}

void guard_free(struct guard *g) {
	if (!g) {
		return;
	}
	for (size_t i = 0; g->validators && i < g->set->schema_count; i++) {
		xmlSchemaFreeValidCtxt(g->validators[i]);
	}
	free(g->validators);
	free(g->stack);
	gw_buf_release(&g->in);
	gw_buf_release(&g->out);
	gw_buf_release(&g->values);
	free(g);
}
