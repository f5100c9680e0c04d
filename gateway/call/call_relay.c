/* The backend's reply on its way to the caller: held until it is sure, then streamed with back-pressure. */
#include "base/log.h"
#include "gateway/call/call_private.h"
#include "gateway/engine/http_value.h"
#include "gateway/engine/metrics.h"

enum { DIGEST_PENDING_MAX = 4 << 20, RESUME_MS = 5 };

/* ---- judging the head ---- */

static bool type_is_expected(const struct call *call, const struct http_head *head, struct gw_span value) {
	struct gw_span type;
	if (!http_media_type(value, &type)) {
		return false;
	}
	if (gw_span_is_nocase(type, "multipart/related")) {
		return call->wants_multipart && head->status == 200;
	}
	return gw_span_is_nocase(type, call->soap == FAULT_SOAP12 ? "application/soap+xml" : "text/xml");
}

static bool is_printable(struct gw_span value) {
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < ' ' || value.p[i] > '~') {
			return false;
		}
	}
	return true;
}

/* SOAP replies come with 200, faults with 500 (SOAP 1.2 Sender: 400). Anything else is no reply of a SOAP service. */
static bool head_is_expected(struct call *call, const struct http_head *head) {
	bool status = head->status == 200 || head->status == 500 || (call->soap == FAULT_SOAP12 && head->status == 400);
	const struct http_field *type = http_field_find(head, "Content-Type");
	return status && type && http_field_count(head, "Content-Type") == 1 &&
	       !http_field_find(head, "Content-Encoding") && type->value.n < sizeof(call->content_type) &&
	       is_printable(type->value) && type_is_expected(call, head, type->value);
}

static void stop_upstream(struct call *call) {
	if (call->up) {
		up_abort(call->up);
		call->up = NULL;
	}
}

static void take_head(struct call *call, const struct http_head *head) {
	if (!head_is_expected(call, head)) {
		gw_log(GW_LOG_WARN, "backend_reply_refused", "request", call->request_id, "backend",
		       call_view(call)->service_backend[call->service_index]->name, NULL);
		stop_upstream(call);
		call_fail(call, VASH_BACKEND_REPLY, "");
		return;
	}
	const struct http_field *type = http_field_find(head, "Content-Type");
	snprintf(call->content_type, sizeof(call->content_type), "%.*s", (int)type->value.n, type->value.p);
	call->status = head->status;
	call->length_known = head->framing == HTTP_BODY_LENGTH;
	call->length = head->content_length;
}

/* ---- sending ---- */

static bool send_body(struct call *call, struct gw_span data) {
	char size[24];
	int n = snprintf(size, sizeof(size), "%zx\r\n", data.n);
	if (data.n == 0) {
		return true;
	}
	if (!digest_add(call->out_digest, data)) {
		conn_cut(call->conn);
		return false;
	}
	return (!call->chunked || conn_send(call->conn, size, (size_t)n)) && conn_send(call->conn, data.p, data.n) &&
	       (!call->chunked || conn_send(call->conn, "\r\n", 2));
}

static void send_end(struct call *call) {
	if (call->chunked && !conn_send(call->conn, "0\r\n\r\n", 5)) {
		return;
	}
	call->result = CALL_DELIVERED;
	conn_send_end(call->conn, true);
}

static bool is_crowded(const struct call *call) {
	return conn_unsent(call->conn) > call_settings(call)->reply_buffer_bytes ||
	       digest_pending(call->out_digest) > DIGEST_PENDING_MAX;
}

static void on_resume(struct loop_timer *t) {
	call_relay_more(t->owner);
}

/* Stop reading the backend while the caller or the digest lags; the timer looks again, for a digest makes no event
 * here. */
static void slow_down(struct call *call) {
	if (!call->up || !call->conn || !is_crowded(call)) {
		return;
	}
	up_pause(call->up, true);
	call->resume.fired = on_resume;
	call->resume.owner = call;
	bool digest_lags = digest_pending(call->out_digest) > DIGEST_PENDING_MAX;
	if (digest_lags &&
	    loop_timer_set(call->cl->loop, &call->resume, loop_now_ms(call->cl->loop) + RESUME_MS) != GW_OK) {
		conn_cut(call->conn);
	}
}

void call_relay_more(struct call *call) {
	if (!call->up || !call->conn) {
		return;
	}
	if (is_crowded(call)) {
		slow_down(call);
	} else {
		up_pause(call->up, false);
	}
}

static void begin_reply(struct call *call) {
	call->begun = true;
	call->chunked = !call->ended && !call->length_known;
	const struct reply_head head = {.status = call->status,
					.content_type = call->content_type,
					.receipt = true,
					.keep = true,
					.length = call->ended	       ? (int64_t)call->hold.len
						  : call->length_known ? (int64_t)call->length
								       : -1};
	if (!call_send_head(call, &head) || !send_body(call, gw_buf_span(&call->hold))) {
		return;
	}
	gw_buf_release(&call->hold);
	if (call->ended) {
		send_end(call);
	} else {
		up_pause(call->up, false);
		slow_down(call);
	}
}

static bool held_enough(const struct call *call) {
	return call->ended || call->hold.len >= call_settings(call)->reply_hold_bytes;
}

void call_relay_try(struct call *call) {
	if (!call->conn || call->begun || call->result == CALL_FAULT || !held_enough(call)) {
		return;
	}
	if (call->entry_durable) {
		begin_reply(call);
		if (call->conn) {
			conn_flush(call->conn);
		}
		return;
	}
	if (call->up) {
		up_pause(call->up, true);
	}
	store_hurry(call_store(call)); /* the reply is ready: the record must not wait for company */
}

/* ---- events of the backend ---- */

static void take_data(struct call *call, struct gw_span data) {
	if (!call->begun) {
		if (gw_buf_add(&call->hold, data.p, data.n) != GW_OK) {
			stop_upstream(call);
			call_fail(call, VASH_OVERLOADED, "");
			return;
		}
		call_relay_try(call);
		return;
	}
	if (send_body(call, data)) {
		slow_down(call);
	}
	if (call->conn) {
		conn_flush(call->conn);
	}
}

static void take_end(struct call *call) {
	call->up = NULL;
	call->ended = true;
	if (!call->begun) {
		call_relay_try(call);
		return;
	}
	send_end(call);
	if (call->conn) {
		conn_flush(call->conn);
	}
}

static const struct {
	enum vash_fault fault;
	const char *word;
} failures[] = {
	[UP_NONE] = {VASH_INTERNAL, "none"},
	[UP_UNREACHABLE] = {VASH_BACKEND_UNREACHABLE, "unreachable"},
	[UP_CONNECT_SLOW] = {VASH_BACKEND_TIMEOUT, "connect_deadline"},
	[UP_NO_WORKER] = {VASH_OVERLOADED, "no_worker"},
	[UP_FIRST_BYTE] = {VASH_BACKEND_TIMEOUT, "first_byte_deadline"},
	[UP_STALLED] = {VASH_BACKEND_TIMEOUT, "progress_deadline"},
	[UP_BROKEN] = {VASH_BACKEND_BROKEN, "broken"},
};

static void take_failure(struct call *call, enum up_failure why) {
	call->up = NULL;
	gw_log(GW_LOG_WARN, "backend_failed", "request", call->request_id, "backend",
	       call_view(call)->service_backend[call->service_index]->name, "why", failures[why].word, NULL);
	if (!call->begun) {
		call_fail(call, failures[why].fault, "");
		return;
	}
	metric_add(METRIC_calls_truncated_total, 1);
	call->result = CALL_TRUNCATED;
	call->fault = failures[why].fault;
	conn_cut(call->conn);
}

/* A write may find the caller gone and let go of the call: each event holds it to its own end. */
static void on_head(void *owner, const struct http_head *head) {
	struct call *call = call_hold(owner);
	take_head(call, head);
	call_release(call);
}

static void on_data(void *owner, struct gw_span data) {
	struct call *call = call_hold(owner);
	take_data(call, data);
	call_release(call);
}

static void on_end(void *owner) {
	struct call *call = call_hold(owner);
	take_end(call);
	call_release(call);
}

static void on_failure(void *owner, enum up_failure why) {
	struct call *call = call_hold(owner);
	take_failure(call, why);
	call_release(call);
}

const struct up_events call_relay_events = {on_head, on_data, on_end, on_failure};

void call_relay_stop(struct call *call) {
	if (call->replied && call->result == CALL_DELIVERED) {
		metric_add(METRIC_calls_delivered_total, 1);
	}
	if (call->up && !call->replied) {
		metric_add(METRIC_calls_abandoned_total, 1);
	}
	stop_upstream(call);
	loop_timer_clear(call->cl->loop, &call->resume);
}
