/* What the HTTP head says of the envelope: SOAP version, charset, action, XOP packaging. */
#include "gateway/call/guard_internal.h"
#include "gateway/engine/http_value.h"

static enum guard_soap soap_of(struct gw_span type) {
	if (gw_span_is_nocase(type, "text/xml")) {
		return GUARD_SOAP11; /* SOAP 1.1 section 6, WS-I BP 1.1 R1119 */
	}
	return gw_span_is_nocase(type, "application/soap+xml") ? GUARD_SOAP12 : GUARD_SOAP_UNKNOWN; /* RFC 3902 */
}

static bool read_plain(const struct guard_in *in, struct guard_media *m, struct guard_out *out) {
	m->content = in->body;
	if (m->soap == GUARD_SOAP_UNKNOWN) {
		return guard_refuse(out, GUARD_MEDIA_TYPE,
				    "Content-Type is none of text/xml, application/soap+xml, "
				    "multipart/related");
	}
	bool ok = http_media_param(in->content_type, "charset", &m->charset) &&
		  http_media_param(in->content_type, "action", &m->type_action);
	return ok || guard_refuse(out, GUARD_MEDIA_TYPE, "a Content-Type parameter stands there twice");
}

static bool read_xop(const struct guard_in *in, struct guard_media *m, struct guard_out *out) {
	struct xop_root root;
	struct gw_span type;
	out->xop = true;
	enum xop_status status = xop_read(in->content_type, in->body, &root);
	if (status != XOP_OK) {
		return guard_refuse(out, status == XOP_MORE_PARTS ? GUARD_XOP : GUARD_MIME, "%s", root.why);
	}
	memcpy(m->type, root.type, sizeof(m->type));
	m->content = root.content;
	m->charset = root.charset;
	bool ok = http_media_type(gw_span_of(m->type), &type) &&
		  http_media_param(gw_span_of(m->type), "action", &m->xop_action) &&
		  http_media_param(in->content_type, "action", &m->type_action);
	m->soap = ok ? soap_of(type) : GUARD_SOAP_UNKNOWN;
	return m->soap != GUARD_SOAP_UNKNOWN ||
	       guard_refuse(out, GUARD_MIME, "the root part holds neither text/xml nor application/soap+xml");
}

bool guard_media_read(const struct guard_in *in, struct guard_media *m, struct guard_out *out) {
	struct gw_span type;
	*m = (struct guard_media){0};
	if (!http_media_type(in->content_type, &type)) {
		return guard_refuse(out, GUARD_MEDIA_TYPE, "Content-Type is missing or malformed");
	}
	m->soap = soap_of(type);
	bool ok = gw_span_is_nocase(type, "multipart/related") ? read_xop(in, m, out) : read_plain(in, m, out);
	out->soap = m->soap;
	return ok;
}

static struct gw_span trimmed(struct gw_span s) {
	while (s.n > 0 && guard_is_space(s.p[0])) {
		s = (struct gw_span){s.p + 1, s.n - 1};
	}
	while (s.n > 0 && guard_is_space(s.p[s.n - 1])) {
		s.n--;
	}
	return s;
}

/* WS-I BP 1.1 R2744, R1109: the value is quoted and equals the binding's soapAction. */
static bool soap_action_ok(struct gw_span header, const char *expected) {
	struct gw_span s = trimmed(header);
	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"') {
		return false;
	}
	return gw_span_is((struct gw_span){s.p + 1, s.n - 2}, expected);
}

bool guard_action_check(const struct guard_in *in, const struct guard_media *m, const char *expected,
			struct guard_out *out) {
	if (m->soap == GUARD_SOAP11 && !in->soap_action.p) {
		return guard_refuse(out, GUARD_ACTION_MISSING, "SOAP 1.1 needs SOAPAction: \"%s\"", expected);
	}
	if (in->soap_action.p && !soap_action_ok(in->soap_action, expected)) {
		return guard_refuse(out, GUARD_ACTION, "SOAPAction must be \"%s\", in quotes", expected);
	}
	/* SOAP 1.2 part 2, 6.5.3: optional, but then it means something; in 1.1 the parameter has no meaning
	 */
	bool type_wrong = m->type_action.p && !gw_span_is(m->type_action, expected);
	bool xop_wrong = m->xop_action.p && !gw_span_is(m->xop_action, expected);
	if (m->soap == GUARD_SOAP12 && (type_wrong || xop_wrong)) {
		return guard_refuse(out, GUARD_ACTION, "action of the Content-Type must be \"%s\" or absent", expected);
	}
	return true;
}
