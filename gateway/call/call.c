/* The path of a call, step by step (DESIGN "One service call"): on_head judges what needs no body, on_request the rest.
 */
#include "gateway/call/call.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>

#include "base/log.h"
#include "base/text.h"
#include "gateway/call/call_private.h"
#include "gateway/call/identity.h"
#include "gateway/call/status_wait.h"
#include "gateway/engine/http_value.h"
#include "gateway/engine/metrics.h"

/* ---- one request ---- */

static bool make_request_id(char out[AUDIT_REQUEST_ID]) {
	uint8_t bytes[16];
	if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
		return false;
	}
	gw_hex(bytes, sizeof(bytes), out);
	return true;
}

static struct call *call_new(struct conn *c) {
	struct call *call = calloc(1, sizeof(*call));
	if (!call || !make_request_id(call->request_id)) {
		free(call);
		return NULL;
	}
	call->refs = 1;
	metric_add(METRIC_requests_open, 1);
	call->conn = c;
	call->cl = loop_app(conn_loop(c));
	call->view = view_ref(loop_view(conn_loop(c)));
	call->listener = conn_listener(c)->name;
	call->started_us = conn_request_us(c);
	snprintf(call->peer, sizeof(call->peer), "%s", conn_peer(c));
	gw_copy_text(call->cert, sizeof(call->cert), "-");
	size_t request_max = call_settings(call)->request_max_bytes;
	gw_buf_init(&call->envelope, request_max * 2 + 4096);
	gw_buf_init(&call->message, request_max * 2 + 16384);
	gw_buf_init(&call->hold, (size_t)call_settings(call)->reply_hold_bytes + 1048576);
	gw_buf_init(&call->entry_fields, AUDIT_FIELDS_MAX_BYTES);
	gw_buf_init(&call->outcome_fields, AUDIT_FIELDS_MAX_BYTES);
	return call;
}

struct call *call_hold(struct call *call) {
	call->refs++;
	return call;
}

void call_settle(struct call *call) {
	metric_add(METRIC_requests_open, call->settled ? 0 : -1);
	call->settled = true;
}

static void give_limit(struct call *call) {
	if (call->limit_taken) {
		limits_give(call->cl->shared->limits, call->limit_key);
		call->limit_taken = false;
	}
}

void call_release(struct call *call) {
	if (--call->refs > 0) {
		return;
	}
	call_settle(call);
	give_limit(call);
	loop_timer_clear(call->cl->loop, &call->resume);
	digest_free(call->in_digest);
	digest_free(call->out_digest);
	gw_buf_release(&call->envelope);
	gw_buf_release(&call->message);
	gw_buf_release(&call->hold);
	gw_buf_release(&call->entry_fields);
	gw_buf_release(&call->outcome_fields);
	view_unref(call->view);
	free(call);
}

/* ---- on_head: what needs no body ---- */

static void find_service(struct call *call) {
	const struct http_head *h = conn_head(call->conn);
	size_t shown = h->path.n < sizeof(call->path) - 1 ? h->path.n : sizeof(call->path) - 1;
	gw_copy(call->path, sizeof(call->path), h->path.p, shown);
	call->service = view_service(call_view(call), conn_listener(call->conn)->index, h->path);
	if (call->service) {
		call->service_index = (size_t)(call->service - call_view(call)->services.row);
	}
}

/* text/xml, application/soap+xml, or multipart/related around one of them: which SOAP version is it? The guard looks
 * closer. */
static enum vash_fault judge_media(struct call *call) {
	const struct http_field *field = http_field_find(conn_head(call->conn), "Content-Type");
	struct gw_span type, inner = {NULL, 0};
	if (!field || http_field_count(conn_head(call->conn), "Content-Type") > 1 ||
	    !http_media_type(field->value, &type)) {
		return VASH_HTTP_MEDIA;
	}
	call->xop = gw_span_is_nocase(type, "multipart/related");
	if (call->xop && http_media_param(field->value, "start-info", &inner) && inner.n >= 20 &&
	    strncasecmp(inner.p, "application/soap+xml", 20) == 0) {
		call->soap = FAULT_SOAP12;
		return VASH_NO_FAULT;
	}
	if (gw_span_is_nocase(type, "application/soap+xml")) {
		call->soap = FAULT_SOAP12;
		return VASH_NO_FAULT;
	}
	return call->xop || gw_span_is_nocase(type, "text/xml") ? VASH_NO_FAULT : VASH_HTTP_MEDIA;
}

static enum vash_fault judge_http(struct call *call) {
	const struct http_head *h = conn_head(call->conn);
	if (!conn_host_is_ours(call->conn)) {
		return VASH_HTTP_HOST;
	}
	if (h->expect_other) {
		return VASH_HTTP_EXPECT;
	}
	if (!call->service) {
		return VASH_HTTP_NOT_FOUND;
	}
	if (h->method != HTTP_POST) {
		return VASH_HTTP_METHOD;
	}
	enum vash_fault fault = judge_media(call);
	if (fault != VASH_NO_FAULT) {
		return fault;
	}
	if (http_field_find(h, "Content-Encoding")) {
		return VASH_HTTP_MEDIA;
	}
	if (h->framing == HTTP_BODY_NONE) {
		return VASH_HTTP_LENGTH;
	}
	return h->content_length > call_settings(call)->request_max_bytes ? VASH_HTTP_TOO_LARGE : VASH_NO_FAULT;
}

static enum vash_fault take_limits(struct call *call) {
	const struct limits_rule *rule = &call_view(call)->limits[conn_listener(call->conn)->index];
	switch (limits_take(call->cl->shared->limits, call->limit_key, rule, gw_mono_us(), &call->limit_row)) {
	case LIMITS_TAKEN:
		call->limit_taken = true;
		return VASH_NO_FAULT;
	case LIMITS_REFUSED_RATE:
		return VASH_LIMIT_RATE;
	case LIMITS_REFUSED_IN_FLIGHT:
		return VASH_LIMIT_IN_FLIGHT;
	case LIMITS_NO_MEMORY:
	default:
		return VASH_OVERLOADED;
	}
}

/* Who calls, for the records and the rules; NULL: the registry cannot be read. */
static const struct vash_caller *find_caller(struct call *call, const struct peer *p) {
	const struct vash_caller *caller =
		callers_find(call->cl->callers, p->facts.digest, p->facts.digest_hex, gw_now_utc_s());
	call->eceu_id = caller && caller->registered ? caller->eceu_id : 0;
	return caller;
}

static bool is_own_service(const struct call *call) {
	return !call_view(call)->service_backend[call->service_index];
}

/* Our own service says to any certificate what is wrong with it. A status that can still be fetched is awaited before
 * the call is authorised. */
static enum vash_fault judge_certificate(const struct call *call, const struct peer *p) {
	return is_own_service(call) || peer_is_waiting(p) ? VASH_NO_FAULT : peer_fault(p);
}

static bool learn_peer(struct call *call, const struct peer **out) {
	const struct peer *p = peer_of(call->conn, call->cl->judgements);
	*out = p;
	if (!p) {
		return false;
	}
	call->proven = p->facts.digest_hex[0] != '\0';
	call->resumed = p->resumed;
	if (call->proven) {
		gw_copy_text(call->cert, sizeof(call->cert), p->facts.digest_hex);
		GW_UNUSED(find_caller(call, p));
	}
	peer_limit_key(call->conn, p, call->limit_key);
	return true;
}

static void serve_contract(struct call *call) {
	const struct http_head *h = conn_head(call->conn);
	enum gw_code rc =
		call->cl->contract(call_view(call), conn_listener(call->conn)->index, h->path, h->query, &call->hold);
	if (rc == GW_OK) {
		call_serve(call, "text/xml; charset=utf-8");
	} else {
		call_refuse(call,
			    rc == GW_E_NOTFOUND ? (call->service ? VASH_HTTP_METHOD : VASH_HTTP_NOT_FOUND)
						: VASH_OVERLOADED,
			    "");
	}
}

/* A GET: a contract, or the touch that proves a certificate's key (DECISIONS "Proof of possession"). */
static void serve_get(struct call *call, const struct peer *p) {
	static const char prefix[] = CALL_TOUCH_PREFIX;
	if (strncmp(call->path, prefix, sizeof(prefix) - 1) != 0) {
		serve_contract(call);
		return;
	}
	enum vash_fault fault = peer_fault(p);
	const struct vash_caller *caller = fault == VASH_NO_FAULT ? find_caller(call, p) : NULL;
	if (!caller) {
		call_refuse(call, fault == VASH_NO_FAULT ? VASH_OVERLOADED : fault, "");
		return;
	}
	call_self(call, caller, call->cl->touch, "text/plain; charset=utf-8");
}

static void judge_head(struct call *call) {
	const struct peer *p;
	find_service(call);
	if (!learn_peer(call, &p)) {
		call_refuse_unrecorded(call, VASH_OVERLOADED);
		return;
	}
	enum vash_fault fault = take_limits(call);
	if (fault != VASH_NO_FAULT) {
		call_refuse(call, fault, "");
		return;
	}
	bool get = conn_head(call->conn)->method == HTTP_GET && conn_host_is_ours(call->conn);
	if (get) {
		serve_get(call, p);
		return;
	}
	fault = judge_http(call);
	fault = fault == VASH_NO_FAULT ? judge_certificate(call, p) : fault;
	if (fault != VASH_NO_FAULT) {
		call_refuse(call, fault, "");
		return;
	}
	if (!store_admit(call_store(call))) {
		call_refuse(call, VASH_AUDIT_UNAVAILABLE, "");
		return;
	}
	conn_accept_body(call->conn, call_settings(call)->request_max_bytes);
}

/* ---- the connection's call ---- */

static struct call *begin(struct conn *c) {
	struct call *call = call_new(c);
	if (!call) {
		conn_cut(c);
		return NULL;
	}
	conn_set_user(c, call);
	return call;
}

static void on_head(struct conn *c) {
	struct call *call = begin(c);
	if (call) {
		judge_head(call);
	}
}

static enum vash_fault head_fault(enum http_head_status why) {
	static const enum vash_fault faults[] = {
		[HTTP_HEAD_MORE] = VASH_HTTP_MALFORMED,	     [HTTP_HEAD_OK] = VASH_HTTP_MALFORMED,
		[HTTP_HEAD_MALFORMED] = VASH_HTTP_MALFORMED, [HTTP_HEAD_FRAMING] = VASH_HTTP_FRAMING,
		[HTTP_HEAD_CODING] = VASH_HTTP_CODING,	     [HTTP_HEAD_METHOD] = VASH_HTTP_CODING,
		[HTTP_HEAD_URI_LONG] = VASH_HTTP_URI_LONG,   [HTTP_HEAD_TOO_LARGE] = VASH_HTTP_HEAD_LARGE,
		[HTTP_HEAD_VERSION] = VASH_HTTP_VERSION,     [HTTP_HEAD_HOST] = VASH_HTTP_MALFORMED,
	};
	return faults[why];
}

static void on_bad_head(struct conn *c, enum http_head_status why) {
	struct call *call = begin(c);
	const struct peer *p;
	if (!call) {
		return;
	}
	gw_copy_text(call->path, sizeof(call->path), "-");
	if (!learn_peer(call, &p)) {
		call_refuse_unrecorded(call, VASH_OVERLOADED);
		return;
	}
	enum vash_fault fault = take_limits(call);
	call_refuse(call, fault == VASH_NO_FAULT ? head_fault(why) : fault, "");
}

static void on_bad_body(struct conn *c, enum gw_code why) {
	enum vash_fault fault = why == GW_E_INPUT    ? VASH_HTTP_FRAMING
				: why == GW_E_DENIED ? VASH_HTTP_TOO_LARGE
						     : VASH_OVERLOADED;
	call_refuse(conn_user(c), fault, "");
}

/* ---- on_request: guard, authorisation, rules, intent, forward ---- */

/* The guard belongs to the loop and to one configuration's schemas. */
static struct guard *guard_of(struct call *call) {
	struct call_loop *cl = call->cl;
	if (cl->guard && cl->guard_view == call->view) {
		return cl->guard;
	}
	struct guard *fresh = NULL;
	struct gw_err err = {0};
	if (guard_new(call_view(call)->guards, &fresh, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "guard_failed", &err);
		return NULL;
	}
	guard_free(cl->guard);
	view_unref(cl->guard_view);
	cl->guard = fresh;
	cl->guard_view = view_ref(call->view);
	return fresh;
}

static bool run_guard(struct call *call, struct guard_out *out) {
	struct guard *guard = guard_of(call);
	const struct http_head *h = conn_head(call->conn);
	const struct http_field *type = http_field_find(h, "Content-Type"), *action = http_field_find(h, "SOAPAction");
	if (!guard) {
		call_refuse(call, VASH_OVERLOADED, "");
		return false;
	}
	struct guard_in in = {.service = &call_view(call)->guard_service[call->service_index],
			      .service_index = call->service_index,
			      .content_type = type->value,
			      .body = conn_body(call->conn)};
	if (action) {
		in.soap_action = action->value.p ? action->value : (struct gw_span){"", 0};
	}
	bool twice = http_field_count(h, "SOAPAction") > 1;
	guard_check(guard, &in, out);
	if (out->soap != GUARD_SOAP_UNKNOWN) {
		call->soap = out->soap == GUARD_SOAP12 ? FAULT_SOAP12 : FAULT_SOAP11;
	}
	call->xop = out->xop;
	if (out->verdict == GUARD_OK && twice) {
		out->verdict = GUARD_ACTION;
	}
	if (out->verdict != GUARD_OK) {
		metric_add(METRIC_guard_refused_total, 1);
		call_refuse_guard(call, out->verdict, out->detail);
		return false;
	}
	return true;
}

/* Judged when the message is whole: a block or an expiry that came while it was on its way counts. */
static enum vash_fault authorise(struct call *call, const struct vash_caller **out) {
	const struct peer *p = peer_of(call->conn, call->cl->judgements);
	const struct vash_caller *caller = find_caller(call, p);
	*out = caller;
	if (!caller) {
		return VASH_OVERLOADED;
	}
	if (is_own_service(call)) {
		return caller->certificate_blocked ? VASH_AUTH_BLOCKED : VASH_NO_FAULT;
	}
	enum vash_fault fault = peer_fault(p);
	if (fault != VASH_NO_FAULT) {
		return fault;
	}
	call->revocation = p->judgement.status;
	call->grant = vash_authorise(caller, call->service, &call_view(call)->policy);
	return call->grant.granted ? VASH_NO_FAULT : call->grant.fault;
}

static size_t watched_values(const struct guard_out *out, struct vash_value *values) {
	static const enum vash_value_kind kinds[] = {[GUARD_FIELD_EMSO] = VASH_VALUE_EMSO,
						     [GUARD_FIELD_MATICNA] = VASH_VALUE_MATICNA,
						     [GUARD_FIELD_DAVCNA] = VASH_VALUE_DAVCNA,
						     [GUARD_FIELD_STAVBA] = VASH_VALUE_BUILDING};
	size_t n = 0;
	for (size_t i = 0; i < out->field_count; i++) {
		if (out->fields[i].kind != GUARD_FIELD_NAMEN) {
			values[n++] = (struct vash_value){kinds[out->fields[i].kind], out->fields[i].value};
		}
	}
	return n;
}

static bool apply_rules(struct call *call, const struct vash_caller *caller, const struct guard_out *out,
			struct vash_rule_result *result) {
	struct vash_value values[GUARD_FIELDS_MAX];
	const struct vash_rule_settings settings = {call_settings(call)->buildings_max};
	*result = vash_check_request(call->service->code, caller, values, watched_values(out, values), &settings);
	if (result->fault != VASH_NO_FAULT) {
		call_refuse(call, result->fault, "");
		return false;
	}
	return true;
}

static enum gw_code build_envelope(struct call *call, const struct guard_out *out,
				   const struct vash_rule_result *rule) {
	struct gw_buf *b = &call->envelope;
	const char *ns = call->soap == FAULT_SOAP12 ? FAULT_NS_SOAP12 : FAULT_NS_SOAP11;
	enum gw_code rc =
		gw_buf_addf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><e:Envelope xmlns:e=\"%s\"><e:Body>", ns);
	rc = rc == GW_OK ? gw_buf_add(b, out->payload.p, out->insert_at) : rc;
	if (rc == GW_OK && rule->insert_name) {
		/* the guard leaves the service's namespace as the default one at this place */
		rc = gw_buf_addf(b, "<%s>%s</%s>", rule->insert_name, rule->insert_value, rule->insert_name);
	}
	rc = rc == GW_OK ? gw_buf_add(b, out->payload.p + out->insert_at, out->payload.n - out->insert_at) : rc;
	rc = rc == GW_OK ? gw_buf_text(b, "</e:Body></e:Envelope>") : rc;
	if (rc == GW_OK) {
		SHA256((const uint8_t *)b->data, b->len, call->fwd_hash);
	}
	return rc;
}

static enum gw_code build_message(struct call *call) {
	const struct backend *b = call_view(call)->service_backend[call->service_index];
	const struct vash_service *s = call->service;
	struct identity who = {call->eceu_id, call->grant.user_group, call->cert, call->request_id, gw_now_utc_s()};
	enum gw_code rc =
		gw_buf_addf(&call->message, "POST %s%s HTTP/1.1\r\nHost: %s\r\n", b->prefix, s->path, b->host);
	if (rc == GW_OK && call->soap == FAULT_SOAP12) {
		rc = gw_buf_addf(&call->message, "Content-Type: application/soap+xml; charset=utf-8; action=\"%s\"\r\n",
				 s->soap_action);
	} else if (rc == GW_OK) {
		rc = gw_buf_addf(&call->message, "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"%s\"\r\n",
				 s->soap_action);
	}
	const char *plain = call->soap == FAULT_SOAP12 ? "application/soap+xml" : "text/xml";
	rc = rc == GW_OK
		     ? gw_buf_addf(&call->message,
				   "Accept: %s%s\r\nContent-Length: %zu\r\nX-Request-Id: %s\r\nX-Vashgate-Identity: ",
				   call->wants_multipart ? "multipart/related, " : "", plain, call->envelope.len,
				   call->request_id)
		     : rc;
	rc = rc == GW_OK ? identity_header(&who, b->hmac_key, &call->message) : rc;
	rc = rc == GW_OK ? gw_buf_text(&call->message, "\r\n\r\n") : rc;
	return rc == GW_OK ? gw_buf_add(&call->message, call->envelope.data, call->envelope.len) : rc;
}

/* MTOM only if the caller sent XOP or names multipart/related: never for a mere wildcard. */
static void note_accept(struct call *call) {
	const struct http_head *h = conn_head(call->conn);
	call->wants_multipart = call->xop;
	for (size_t i = 0; i < h->field_count && !call->wants_multipart; i++) {
		call->wants_multipart = gw_span_is_nocase(h->fields[i].name, "Accept") &&
					http_list_has(h->fields[i].value, "multipart/related");
	}
}

static void answer_self(struct call *call, const struct vash_caller *caller, const struct guard_out *out) {
	const struct vash_rule_result nothing = {0};
	if (build_envelope(call, out, &nothing) != GW_OK) {
		call_refuse(call, VASH_OVERLOADED, "");
		return;
	}
	call_self(call, caller, call->cl->self_service,
		  call->soap == FAULT_SOAP12 ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8");
}

void call_forward(struct call *call) {
	const struct up_request request = {.view = call->view,
					   .backend = call_view(call)->service_backend[call->service_index],
					   .message = gw_buf_span(&call->message),
					   .replay = call->service->mode == VASH_MODE_QUERY,
					   .events = &call_relay_events,
					   .owner = call};
	metric_add(METRIC_calls_total, 1);
	call->up = up_start(call->cl->pool, &request);
	if (!call->up) {
		call_fail(call, VASH_OVERLOADED, "");
	}
}

/* A query overlaps its intent with the backend; an effect waits for the disk first (call_entry_done). */
static void send_intent(struct call *call, const struct guard_out *out) {
	if (!call_record_intent(call, out)) {
		call_refuse_unrecorded(call, VASH_AUDIT_UNAVAILABLE);
		return;
	}
	if (call->service->mode == VASH_MODE_QUERY) {
		call_forward(call);
	} else {
		store_hurry(call_store(call));
	}
}

static void send_call(struct call *call, const struct vash_caller *caller, const struct guard_out *out) {
	struct vash_rule_result rule;
	if (!apply_rules(call, caller, out, &rule)) {
		return;
	}
	enum gw_code rc = build_envelope(call, out, &rule);
	rc = rc == GW_OK ? build_message(call) : rc;
	if (rc == GW_OK) {
		send_intent(call, out);
	} else {
		call_refuse(call, VASH_OVERLOADED, "");
	}
}

static void judge_request(struct call *call) {
	struct guard_out out;
	const struct vash_caller *caller;
	if (!run_guard(call, &out)) {
		return;
	}
	note_accept(call);
	enum vash_fault fault = authorise(call, &caller);
	if (fault != VASH_NO_FAULT) {
		call_refuse(call, fault, "");
	} else if (is_own_service(call)) {
		answer_self(call, caller, &out);
	} else {
		send_call(call, caller, &out);
	}
}

static void on_status(void *owner) {
	struct call *call = owner;
	if (call->conn) {
		judge_request(call);
	}
	if (call->conn) {
		conn_flush(call->conn);
	}
	call_release(call);
}

/* The first call of a certificate waits for its revocation status. A stranger makes us ask nobody whom he names. */
static void await_status(struct call *call) {
	const struct peer *p = peer_of(call->conn, call->cl->judgements);
	enum status_scope scope = call->eceu_id ? STATUS_REGISTERED : STATUS_CONFIGURED;
	if (p && status_wait(call->conn, p, call->cl->shared, scope, on_status, call)) {
		call_hold(call);
	} else {
		judge_request(call);
	}
}

/* The body's digest is known (large ones come from a worker): the judgement goes on. */
static void on_in_digest(void *owner, const uint8_t hash[32], bool ok) {
	struct call *call = owner;
	memcpy(call->in_hash, hash, sizeof(call->in_hash));
	if (call->conn && ok) {
		await_status(call);
		if (call->conn) {
			conn_flush(call->conn);
		}
	} else if (call->conn) {
		call_refuse(call, VASH_OVERLOADED, "");
	}
	call_release(call);
}

static void on_request(struct conn *c) {
	struct call *call = conn_user(c);
	struct gw_span body = conn_body(c);
	call->in_bytes = body.n;
	if (digest_new(conn_loop(c), call->cl->shared->workers, call_settings(call)->digest_inline_bytes,
		       &call->in_digest) != GW_OK ||
	    !digest_add(call->in_digest, body)) {
		call_refuse(call, VASH_OVERLOADED, "");
		return;
	}
	digest_finish(call->in_digest, on_in_digest, call_hold(call));
}

/* ---- the connection's side ---- */

static void on_drained(struct conn *c) {
	struct call *call = conn_user(c);
	if (call && call->serving) {
		call_serve_more(call);
	} else if (call) {
		call_relay_more(call);
	}
}

static void on_replied(struct conn *c, bool ok) {
	struct call *call = conn_user(c);
	if (!call) {
		return;
	}
	conn_set_user(c, NULL);
	call->conn = NULL;
	call->replied = ok;
	give_limit(call); /* the outcome is not the caller's matter */
	call_relay_stop(call);
	call_note_left(call);
	call_record_outcome(call);
	call_release(call);
}

void call_handshake_failed(struct conn *c, const char *reason) {
	struct call_loop *cl = loop_app(conn_loop(c));
	unproven_count(cl->shared->unproven, reason, conn_peer(c));
	gw_log(GW_LOG_INFO, "handshake_failed", "listener", conn_listener(c)->name, "peer", conn_peer(c), "reason",
	       reason, NULL);
}

const struct conn_ops call_ops = {
	.on_head = on_head,
	.on_bad_head = on_bad_head,
	.on_bad_body = on_bad_body,
	.on_request = on_request,
	.on_drained = on_drained,
	.on_replied = on_replied,
	.on_handshake_failed = call_handshake_failed,
	.on_closed = peer_free,
};

/* ---- per loop ---- */

void *call_loop_new(struct loop *l, void *config, struct gw_err *err) {
	const struct call_loop_config *c = config;
	struct call_loop *cl = calloc(1, sizeof(*cl));
	if (!cl) {
		GW_UNUSED(gw_fail(err, GW_E_NOMEM, "out of memory"));
		return NULL;
	}
	cl->loop = l;
	cl->shared = c->shared;
	cl->self_service = c->self_service;
	cl->touch = c->touch;
	cl->contract = c->contract;
	enum gw_code rc = judgement_cache_new(c->shared->live, &cl->judgements, err);
	rc = rc == GW_OK ? callers_new(c->shared->store, &cl->callers, err) : rc;
	rc = rc == GW_OK ? up_pool_new(l, c->shared->workers, &cl->pool, err) : rc;
	if (rc != GW_OK) {
		call_loop_free(cl);
		return NULL;
	}
	return cl;
}

void call_loop_free(void *call_loop) {
	struct call_loop *cl = call_loop;
	if (cl) {
		guard_free(cl->guard);
		view_unref(cl->guard_view);
		judgement_cache_free(cl->judgements);
		callers_free(cl->callers);
		up_pool_free(cl->pool);
		free(cl);
	}
}
