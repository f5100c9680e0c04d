/* Replies that the gateway gives itself: refusals, faults in the middle of a call, contracts, our own services. */
#include "base/log.h"
#include "gateway/call/call_private.h"
#include "gateway/engine/metrics.h"

enum { RECORD_EVERY = 1000, PIECE_BYTES = 16384 };

static const char *status_text(int status) {
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 411:
		return "Length Required";
	case 413:
		return "Content Too Large";
	case 414:
		return "URI Too Long";
	case 415:
		return "Unsupported Media Type";
	case 417:
		return "Expectation Failed";
	case 421:
		return "Misdirected Request";
	case 431:
		return "Request Header Fields Too Large";
	case 501:
		return "Not Implemented";
	case 503:
		return "Service Unavailable";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "Internal Server Error";
	}
}

static enum gw_code add_receipt(struct call *call, struct gw_buf *b) {
	enum gw_code rc = gw_buf_text(b, "X-Vashgate-Receipt: ");
	rc = rc == GW_OK ? audit_receipt(store_log_id(call_store(call)), &call->entry, b) : rc;
	return rc == GW_OK ? gw_buf_text(b, "\r\n") : rc;
}

bool call_send_head(struct call *call, const struct reply_head *h) {
	GW_AUTO(buf) struct gw_buf b;
	gw_buf_init(&b, 4096);
	enum gw_code rc =
		gw_buf_addf(&b, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nX-Request-Id: %s\r\nCache-Control: no-store\r\n",
			    h->status, status_text(h->status), h->content_type, call->request_id);
	rc = rc == GW_OK && h->receipt ? add_receipt(call, &b) : rc;
	rc = rc == GW_OK && h->code ? gw_buf_addf(&b, "X-Vashgate-Code: %s\r\n", h->code) : rc;
	rc = rc == GW_OK && h->retry_after_s ? gw_buf_addf(&b, "Retry-After: %u\r\n", h->retry_after_s) : rc;
	rc = rc == GW_OK && h->allow ? gw_buf_addf(&b, "Allow: %s\r\n", h->allow) : rc;
	bool keep = h->keep && conn_can_keep(call->conn);
	rc = rc == GW_OK && !keep ? gw_buf_text(&b, "Connection: close\r\n") : rc;
	if (rc == GW_OK) {
		rc = h->length >= 0 ? gw_buf_addf(&b, "Content-Length: %lld\r\n\r\n", (long long)h->length)
				    : gw_buf_text(&b, "Transfer-Encoding: chunked\r\n\r\n");
	}
	call->status = h->status;
	if (rc != GW_OK) {
		conn_cut(call->conn);
		return false;
	}
	return conn_send(call->conn, b.data, b.len);
}

/* The body of the fault in call->hold. */
static bool compose_fault(struct call *call, const struct fault_text *f) {
	gw_buf_clear(&call->hold);
	return fault_body(f, &call->hold) == GW_OK;
}

/* RFC 9110 9.3.2: a reply to HEAD ends with its head. */
static bool send_hold(struct call *call) {
	return conn_head(call->conn)->method == HTTP_HEAD || conn_send(call->conn, call->hold.data, call->hold.len);
}

static void send_fault(struct call *call, bool receipt) {
	const struct vash_fault_row *row = vash_fault_row(call->fault);
	bool keep = row->form == VASH_FORM_SOAP;
	const struct reply_head head = {.status = call->status,
					.content_type = call->content_type,
					.code = row->code,
					.receipt = receipt,
					.keep = keep,
					.length = (int64_t)call->hold.len,
					.retry_after_s = row->http == 503 ? call_settings(call)->retry_after_s : 0,
					.allow = row->http == 405 ? "POST" : NULL};
	if (call_send_head(call, &head) && send_hold(call)) {
		call->begun = true;
		conn_send_end(call->conn, keep);
		conn_flush(call->conn);
	}
}

static bool prepare_fault(struct call *call, enum vash_fault fault, const char *detail, bool must_understand,
			  bool version) {
	const struct fault_text f = {.fault = fault,
				     .soap = call->soap,
				     .request_id = call->request_id,
				     .detail = detail,
				     .must_understand = must_understand,
				     .version_mismatch = version};
	call->fault = fault;
	call->status = fault_status(&f);
	snprintf(call->content_type, sizeof(call->content_type), "%s", fault_content_type(&f));
	if (compose_fault(call, &f)) {
		return true;
	}
	conn_cut(call->conn);
	return false;
}

static void log_refusal(const struct call *call) {
	gw_log(GW_LOG_INFO, "refused", "request", call->request_id, "listener", call->listener, "peer", call->peer,
	       "cert", call->cert, "service", call->service ? call->service->code : "-", "code",
	       vash_fault_row(call->fault)->code, NULL);
}

void call_refuse_unrecorded(struct call *call, enum vash_fault fault) {
	metric_add(METRIC_refusals_total, 1);
	metric_add(METRIC_overload_total, 1);
	if (prepare_fault(call, fault, "", false, false)) {
		log_refusal(call);
		send_fault(call, false);
	}
}

/* The first of a row of limit refusals, and then each 1,000th, is a record; the others are only answered. */
static bool worth_a_record(const struct call *call, uint64_t row) {
	bool limited = call->fault == VASH_LIMIT_RATE || call->fault == VASH_LIMIT_IN_FLIGHT;
	return call->proven && call->fault != VASH_AUDIT_UNAVAILABLE &&
	       (!limited || row == 1 || row % RECORD_EVERY == 0);
}

static void refuse(struct call *call, uint64_t row) {
	bool limited = call->fault == VASH_LIMIT_RATE || call->fault == VASH_LIMIT_IN_FLIGHT;
	metric_add(METRIC_refusals_total, 1);
	metric_add(METRIC_limited_total, limited);
	if (!worth_a_record(call, row)) {
		send_fault(call, false);
		return;
	}
	log_refusal(call);
	if (!call_record_refusal(call, limited ? row : 1)) {
		call_refuse_unrecorded(call, VASH_AUDIT_UNAVAILABLE);
	}
}

void call_refuse(struct call *call, enum vash_fault fault, const char *detail) {
	if (prepare_fault(call, fault, detail, false, false)) {
		refuse(call, call->limit_row);
	}
}

void call_note_left(struct call *call) {
	if (!call->proven || call->fault != VASH_NO_FAULT || call->entry.kind != AUDIT_NONE) {
		return;
	}
	call->fault = VASH_HTTP_INCOMPLETE;
	metric_add(METRIC_refusals_total, 1);
	log_refusal(call);
	GW_UNUSED(call_record_refusal(call, 1));
}

static const enum vash_fault guard_faults[] = {
	[GUARD_UNDECIDED] = VASH_INTERNAL,
	[GUARD_OK] = VASH_INTERNAL,
	[GUARD_NOT_WELL_FORMED] = VASH_XML_NOT_WELL_FORMED,
	[GUARD_NOT_NS_WELL_FORMED] = VASH_XML_NAMESPACE,
	[GUARD_ENCODING] = VASH_XML_ENCODING,
	[GUARD_UTF16] = VASH_XML_UTF16,
	[GUARD_DTD] = VASH_XML_DTD,
	[GUARD_PI] = VASH_XML_PI,
	[GUARD_DEPTH] = VASH_XML_DEPTH,
	[GUARD_ELEMENTS] = VASH_XML_ELEMENTS,
	[GUARD_ATTRIBUTES] = VASH_XML_ATTRIBUTES,
	[GUARD_NAMESPACES] = VASH_XML_NAMESPACES,
	[GUARD_TOO_LONG] = VASH_XML_TOO_LONG,
	[GUARD_NOT_SOAP] = VASH_SOAP_NOT_SOAP,
	[GUARD_VERSION] = VASH_SOAP_VERSION,
	[GUARD_ENVELOPE] = VASH_SOAP_ENVELOPE,
	[GUARD_NO_BODY] = VASH_SOAP_NO_BODY,
	[GUARD_BODY_EMPTY] = VASH_SOAP_BODY_EMPTY,
	[GUARD_BODY_MANY] = VASH_SOAP_BODY_MANY,
	[GUARD_WRONG_ELEMENT] = VASH_SOAP_WRONG_ELEMENT,
	[GUARD_MUST_UNDERSTAND] = VASH_SOAP_MUST_UNDERSTAND,
	[GUARD_ACTION_MISSING] = VASH_SOAP_ACTION_MISSING,
	[GUARD_ACTION] = VASH_SOAP_ACTION,
	[GUARD_INVALID] = VASH_XML_INVALID,
	[GUARD_MEDIA_TYPE] = VASH_HTTP_MEDIA,
	[GUARD_MIME] = VASH_XML_MIME,
	[GUARD_XOP] = VASH_XML_XOP,
	[GUARD_NOMEM] = VASH_OVERLOADED,
};

void call_refuse_guard(struct call *call, enum guard_verdict verdict, const char *detail) {
	bool must = verdict == GUARD_MUST_UNDERSTAND, version = verdict == GUARD_VERSION;
	if (prepare_fault(call, guard_faults[verdict], detail, must, version)) {
		refuse(call, 1);
	}
}

void call_serve(struct call *call, const char *content_type) {
	call->status = 200;
	snprintf(call->content_type, sizeof(call->content_type), "%s", content_type);
	if (!call_record_served(call)) {
		call_refuse_unrecorded(call, VASH_AUDIT_UNAVAILABLE);
	}
}

/* As much as the connection takes now; false: it has been cut, and the call may be gone. */
static bool send_piece(struct call *call) {
	struct conn *c = call->conn;
	while (call->served < call->hold.len && conn_unsent(c) < PIECE_BYTES) {
		size_t left = call->hold.len - call->served, n = left < PIECE_BYTES ? left : PIECE_BYTES;
		const char *from = call->hold.data + call->served;
		call->served += n;
		if (!conn_send(c, from, n)) {
			return false;
		}
	}
	if (call->served == call->hold.len) {
		call->serving = false;
		conn_send_end(c, true);
	}
	return true;
}

void call_serve_more(struct call *call) {
	GW_UNUSED(send_piece(call));
}

static void send_served(struct call *call) {
	const struct reply_head head = {.status = 200,
					.content_type = call->content_type,
					.receipt = true,
					.keep = true,
					.length = (int64_t)call->hold.len};
	if (!call_send_head(call, &head)) {
		return;
	}
	call->begun = call->serving = true;
	call->served = conn_head(call->conn)->method == HTTP_HEAD ? call->hold.len : 0;
	if (send_piece(call)) {
		conn_flush(call->conn);
	}
}

static void send_failure(struct call *call) {
	if (digest_add(call->out_digest, gw_buf_span(&call->hold))) {
		send_fault(call, true);
	} else {
		conn_cut(call->conn);
	}
}

void call_fail(struct call *call, enum vash_fault fault, const char *detail) {
	call->result = CALL_FAULT;
	if (!call->conn || !prepare_fault(call, fault, detail, false, false)) {
		call_record_outcome(call);
		return;
	}
	gw_log(GW_LOG_WARN, "call_failed", "request", call->request_id, "service", call->service->code, "code",
	       vash_fault_row(fault)->code, NULL);
	call->ended = true;
	if (call->entry_durable) {
		send_failure(call);
	} else {
		store_hurry(call_store(call));
	}
}

/* An intent that cannot be written: nothing of the backend's reply may leave. */
static void intent_lost(struct call *call) {
	call_relay_stop(call);
	if (call->conn) {
		call->result = CALL_OPEN;
		call_refuse_unrecorded(call, VASH_AUDIT_UNAVAILABLE);
	}
}

static void intent_durable(struct call *call) {
	if (!call->conn) {
		call_record_outcome(call);
	} else if (call->result == CALL_FAULT) {
		send_failure(call);
	} else if (call->service->mode == VASH_MODE_EFFECT) {
		call_forward(call);
	} else {
		call_relay_try(call);
	}
}

void call_entry_done(struct call *call, bool ok) {
	call->entry_durable = ok;
	if (call->entry.kind == AUDIT_INTENT && ok) {
		intent_durable(call);
	} else if (call->entry.kind == AUDIT_INTENT) {
		intent_lost(call);
	} else if (call->conn && !ok) {
		call_refuse_unrecorded(call, VASH_AUDIT_UNAVAILABLE);
	} else if (call->conn && call->entry.kind == AUDIT_REFUSAL) {
		send_fault(call, true);
	} else if (call->conn) {
		send_served(call);
	}
}
