/* The order of one check. docs/GUARD.md follows it. */
#include <limits.h>

#include "gateway/call/guard_internal.h"

static void start_buffer(struct gw_buf *b) {
	if (b->cap > GUARD_KEEP_BYTES) {
		gw_buf_release(b);
	}
	gw_buf_clear(b);
}

static void start(struct guard *g, struct guard_out *out) {
	*out = (struct guard_out){0};
	start_buffer(&g->in);
	start_buffer(&g->out);
	start_buffer(&g->values);
	g->field_count = 0;
}

static bool judge_bytes(const struct guard *g, const struct guard_media *m, struct guard_decl *d,
			struct guard_out *out) {
	if (m->content.n == 0 || m->content.n > INT_MAX) {
		return guard_refuse(out, GUARD_NOT_WELL_FORMED, "the request has no or too many bytes");
	}
	return guard_decl_read(m, d, out) && guard_scan(m->content, d, &g->set->limits, out);
}

static bool judge(struct guard *g, const struct guard_in *in, struct guard_out *out) {
	const struct guard_route *route = &g->set->routes[in->service_index];
	struct guard_media media = {0};
	struct guard_decl decl = {0};
	if (!guard_media_read(in, &media, out) || !judge_bytes(g, &media, &decl, out)) {
		return false;
	}
	struct guard_walk walk = {.g = g, .service = &route->service, .out = out, .expected = media.soap};
	struct gw_span xml = {media.content.p + decl.skip, media.content.n - decl.skip};
	/* the validator is not to begin on what is left of the reserve */
	return guard_parse(&walk, xml) && !guard_memory_failed() &&
	       guard_action_check(in, &media, route->service.soap_action, out) &&
	       guard_xsd_check(g, route->schema, out);
}

static bool same_service(const struct guard_service *a, const struct guard_service *b) {
	return strcmp(a->ns, b->ns) == 0 && strcmp(a->element, b->element) == 0;
}

static bool addressed(const struct guard *g, const struct guard_in *in, struct guard_out *out) {
	size_t i = in->service_index;
	bool ok = i < g->set->count && (!in->service || same_service(in->service, &g->set->routes[i].service));
	return ok || guard_refuse(out, GUARD_UNDECIDED, "service and service_index differ");
}

/* libxml2 reports some failures to nobody's context but the thread's: by default on stderr. */
static void on_stray(void *data, xmlError *e) {
	GW_UNUSED(data), GW_UNUSED(e);
}

static void finish(struct guard *g, bool passed, struct guard_out *out) {
	if (guard_memory_failed()) {
		out->verdict = GUARD_UNDECIDED;
		guard_refuse(out, GUARD_NOMEM, "out of memory");
	} else if (passed) {
		out->verdict = GUARD_OK;
		out->payload = gw_buf_span(&g->out);
		guard_fields_lend(g, out);
	}
}

void guard_check(struct guard *g, const struct guard_in *in, struct guard_out *out) {
	struct guard_in given = *in;
	given.body.p = in->body.p ? in->body.p : "";
	given.content_type.p = in->content_type.p ? in->content_type.p : "";
	start(g, out);
	if (!addressed(g, in, out)) {
		return;
	}
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *before_data = xmlStructuredErrorContext;
	xmlSetStructuredErrorFunc(NULL, on_stray);
	guard_memory_start();
	finish(g, judge(g, &given, out), out);
	xmlResetLastError(); /* it keeps text of the request */
	xmlSetStructuredErrorFunc(before_data, before);
}
