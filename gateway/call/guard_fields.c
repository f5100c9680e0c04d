/* Watched leaves of the payload: known by local name in any namespace, so that none hides in another one
 * (the XSD decides whether it may stand there at all). */
#include "gateway/call/guard_internal.h"

static enum guard_field_kind kind_of(const xmlChar *name) {
	static const struct {
		const char *name;
		enum guard_field_kind kind;
	} watched[] = {
		{"emso", GUARD_FIELD_EMSO},   {"maticna", GUARD_FIELD_MATICNA}, {"davcna", GUARD_FIELD_DAVCNA},
		{"namen", GUARD_FIELD_NAMEN}, {"stavba", GUARD_FIELD_STAVBA},
	};
	for (size_t i = 0; i < GW_COUNT(watched); i++) {
		if (guard_name_is(name, watched[i].name)) {
			return watched[i].kind;
		}
	}
	return 0;
}

static bool add(struct guard_walk *w, enum guard_field_kind kind, size_t bytes) {
	struct guard *g = w->g;
	if (g->field_count == GUARD_FIELDS_MAX) { /* never drop one: rules count and read them all */
		return guard_refuse(w->out, GUARD_ELEMENTS, "more than %d watched elements", GUARD_FIELDS_MAX);
	}
	g->fields[g->field_count++] = (struct guard_field){.kind = kind, .value = {NULL, bytes}};
	return true;
}

void guard_fields_start(struct guard_walk *w, const xmlChar *name) {
	enum guard_field_kind kind = kind_of(name);
	if (w->capture) {
		guard_refuse(w->out, GUARD_INVALID, "element inside a value: cvc-type.3.1.2");
	} else if (kind == GUARD_FIELD_STAVBA) {
		add(w, kind, 0);
	} else if (kind) {
		w->capture = kind;
		w->capture_depth = w->depth;
		w->capture_from = w->g->values.len;
	}
}

void guard_fields_text(struct guard_walk *w, const char *p, size_t n) {
	if (w->capture) {
		guard_out_code(w, gw_buf_add(&w->g->values, p, n));
	}
}

/* XSD part 2, 4.3.6 whiteSpace=collapse, in place; returns the new length. */
static size_t collapse(char *p, size_t n) {
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		bool space = guard_is_space(p[i]);
		if (!space) {
			p[len++] = p[i];
		} else if (len > 0 && p[len - 1] != ' ') {
			p[len++] = ' ';
		}
	}
	return len > 0 && p[len - 1] == ' ' ? len - 1 : len;
}

void guard_fields_end(struct guard_walk *w) {
	if (!w->capture || w->depth != w->capture_depth) {
		return;
	}
	struct gw_buf *values = &w->g->values;
	size_t n = values->len - w->capture_from;
	n = n ? collapse(values->data + w->capture_from, n) : 0;
	values->len = w->capture_from + n;
	add(w, w->capture, n);
	w->capture = 0;
}

/* The buffer no longer moves: turn lengths into spans (values lie in it in order). */
void guard_fields_lend(struct guard *g, struct guard_out *out) {
	size_t at = 0;
	for (size_t i = 0; i < g->field_count; i++) {
		struct gw_span *value = &g->fields[i].value;
		value->p = value->n ? g->values.data + at : "";
		at += value->n;
	}
	out->fields = g->fields;
	out->field_count = g->field_count;
}
