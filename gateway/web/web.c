#include "gateway/web/web.h"

#include "base/text.h"
#include "gateway/call/status_wait.h"
#include "gateway/engine/http_value.h"
#include "gateway/engine/metrics.h"

#define COOKIE "__Host-vashgate"

/* a piece fits into the smallest buffer that a connection may have */
enum { ANSWER_MAX_BYTES = 67108864, PIECE_BYTES = 16384 };

/* ---- one request ---- */

static struct web_request *request_new(struct conn *c) {
	struct web_request *rq = calloc(1, sizeof(*rq));
	if (!rq) {
		return NULL;
	}
	rq->conn = c;
	rq->cl = loop_app(conn_loop(c));
	rq->view = view_ref(loop_view(conn_loop(c)));
	gw_buf_init(&rq->body, rq->view->settings.upload_max_bytes);
	gw_buf_init(&rq->out, ANSWER_MAX_BYTES);
	metric_add(METRIC_requests_open, 1);
	return rq;
}

static void request_free(struct web_request *rq) {
	if (rq->limit_taken) {
		limits_give(rq->cl->shared->limits, rq->limit_key);
	}
	metric_add(METRIC_requests_open, -1);
	gw_buf_release(&rq->body);
	gw_buf_release(&rq->out);
	view_unref(rq->view);
	free(rq);
}

/* ---- answering ---- */

static const char *reason_of(int status) {
	switch (status) {
	case 200:
		return "OK";
	case 303:
		return "See Other";
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 413:
		return "Content Too Large";
	case 414:
		return "URI Too Long";
	case 421:
		return "Misdirected Request";
	case 431:
		return "Request Header Fields Too Large";
	case 501:
		return "Not Implemented";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "Service Unavailable";
	}
}

/* No script, no frame, no foreign thing: the pages need none. */
static const char security_fields[] =
	"Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
	"frame-ancestors 'none'; base-uri 'none'\r\n"
	"X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
	"Strict-Transport-Security: max-age=31536000\r\n";

static enum gw_code write_head(const struct web_request *rq, bool keep, struct gw_buf *head) {
	enum gw_code rc = gw_buf_addf(head, "HTTP/1.1 %d %s\r\n%sContent-Length: %zu\r\nCache-Control: %s\r\n",
				      rq->status, reason_of(rq->status), security_fields, rq->out.len,
				      rq->type && strncmp(rq->type, "text/css", 8) == 0 ? "max-age=3600" : "no-store");
	if (rc == GW_OK && rq->type) {
		rc = gw_buf_addf(head, "Content-Type: %s\r\n", rq->type);
	}
	if (rc == GW_OK && rq->location[0]) {
		rc = gw_buf_addf(head, "Location: %s\r\n", rq->location);
	}
	if (rc == GW_OK && rq->set_cookie[0]) {
		bool forget = strcmp(rq->set_cookie, "-") == 0;
		rc = gw_buf_addf(head, "Set-Cookie: " COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s\r\n",
				 forget ? "" : rq->set_cookie, forget ? "; Max-Age=0" : "");
	}
	if (rc == GW_OK && rq->form_token[0]) {
		rc = gw_buf_addf(head, "X-Vashgate-Form: %s\r\n", rq->form_token);
	}
	if (rc == GW_OK && rq->file_name[0]) {
		rc = gw_buf_addf(head, "Content-Disposition: attachment; filename=\"%s\"\r\n", rq->file_name);
	}
	if (rc == GW_OK && rq->status == 405) {
		rc = gw_buf_text(head, "Allow: GET, HEAD, POST\r\n");
	}
	if (rc == GW_OK && rq->status == 503) {
		rc = gw_buf_addf(head, "Retry-After: %u\r\n", rq->view->settings.retry_after_s);
	}
	return rc == GW_OK ? gw_buf_addf(head, "Connection: %s\r\n\r\n", keep ? "keep-alive" : "close") : rc;
}

/* As much of the body as the connection's buffer takes; the rest follows when that has left. Where it is cut off, the
 * request is gone. */
static void send_more(struct web_request *rq) {
	struct conn *c = rq->conn;
	while (rq->sent < rq->out.len && conn_unsent(c) < PIECE_BYTES) {
		size_t left = rq->out.len - rq->sent, n = left < PIECE_BYTES ? left : PIECE_BYTES;
		const char *from = rq->out.data + rq->sent;
		rq->sent += n;
		if (!conn_send(c, from, n)) {
			return;
		}
	}
	if (rq->sent == rq->out.len) {
		conn_send_end(c, rq->keep);
	}
}

static void answer(struct web_request *rq) {
	struct conn *c = rq->conn;
	GW_AUTO(buf) struct gw_buf head;
	gw_buf_init(&head, 4096);
	bool keep = conn_can_keep(c);
	if (write_head(rq, keep, &head) != GW_OK) {
		conn_cut(c);
		return;
	}
	rq->answering = true;
	rq->keep = keep;
	rq->sent = rq->method == HTTP_HEAD ? rq->out.len : 0;
	if (conn_send(c, head.data, head.len)) {
		send_more(rq);
	}
}

/* An answer that needs no page. */
static void refuse(struct web_request *rq, int status) {
	rq->status = status;
	rq->type = "text/plain; charset=utf-8";
	if (gw_buf_addf(&rq->out, "%s\n", reason_of(status)) != GW_OK) {
		gw_buf_clear(&rq->out);
	}
	answer(rq);
}

/* ---- the worker ---- */

static void on_worker(struct work *work) {
	web_route(work->owner);
}

static void on_done(struct work *work) {
	struct web_request *rq =
		work->owner; /* with the worker still: a connection that ends meanwhile does not free it */
	if (rq->conn) {
		answer(rq);
	}
	if (rq->conn) {
		conn_flush(rq->conn);
	}
	rq->with_worker = false;
	if (!rq->conn) {
		request_free(rq);
	}
}

static bool learn_peer(struct web_request *rq) {
	const struct peer *p = peer_of(rq->conn, rq->cl->judgements);
	if (!p) {
		return false;
	}
	rq->with_cert = p->facts.digest_hex[0] != '\0';
	rq->peer = *p;
	return true;
}

static void to_worker(struct web_request *rq) {
	rq->work.loop = conn_loop(rq->conn);
	rq->work.run = on_worker;
	rq->work.done = on_done;
	rq->work.owner = rq;
	rq->with_worker = workers_submit(rq->cl->shared->workers, &rq->work);
	if (!rq->with_worker) {
		refuse(rq, 503);
	}
}

static void on_status(void *owner) {
	struct web_request *rq = owner;
	rq->with_worker = false;
	if (!rq->conn) {
		request_free(rq);
		return;
	}
	if (learn_peer(rq)) {
		to_worker(rq);
	} else {
		refuse(rq, 503);
	}
	if (rq->conn) {
		conn_flush(rq->conn);
	}
}

/* Who comes first with a certificate waits for its revocation status. */
static void serve(struct web_request *rq) {
	rq->with_worker = status_wait(rq->conn, &rq->peer, rq->cl->shared, STATUS_NAMED, on_status, rq);
	if (!rq->with_worker) {
		to_worker(rq);
	}
}

/* ---- the head ---- */

static void read_cookie(const struct http_head *h, char out[SESSION_TOKEN]) {
	const struct http_field *field = http_field_find(h, "Cookie");
	struct gw_span rest = field ? field->value : (struct gw_span){NULL, 0};
	static const char name[] = COOKIE "=";
	while (rest.n > 0) {
		const char *end = memchr(rest.p, ';', rest.n);
		struct gw_span one = http_trim((struct gw_span){rest.p, end ? (size_t)(end - rest.p) : rest.n});
		size_t used = end ? (size_t)(end - rest.p) + 1 : rest.n;
		rest.p += used;
		rest.n -= used;
		if (one.n > sizeof(name) - 1 && memcmp(one.p, name, sizeof(name) - 1) == 0) {
			GW_UNUSED(gw_copy(out, SESSION_TOKEN, one.p + sizeof(name) - 1, one.n - sizeof(name) + 1));
			return;
		}
	}
}

/* Origin, where a browser sends it, must be the host itself. */
static bool is_same_origin(const struct http_head *h) {
	const struct http_field *origin = http_field_find(h, "Origin");
	static const char scheme[] = "https://";
	if (!origin) {
		return true;
	}
	struct gw_span o = origin->value;
	return o.n == sizeof(scheme) - 1 + h->host.n && memcmp(o.p, scheme, sizeof(scheme) - 1) == 0 &&
	       strncasecmp(o.p + sizeof(scheme) - 1, h->host.p, h->host.n) == 0;
}

/* 0, or the status that it is refused with. */
static int read_head(struct web_request *rq) {
	const struct http_head *h = conn_head(rq->conn);
	const struct http_field *accept = http_field_find(h, "Accept"), *type = http_field_find(h, "Content-Type");
	const struct http_field *language = http_field_find(h, "Accept-Language");
	rq->method = h->method;
	read_cookie(h, rq->cookie);
	rq->same_origin = is_same_origin(h);
	rq->english = language && http_prefers_language(language->value, "en", "sl");
	rq->xml =
		accept && !http_list_has(accept->value, "text/html") && http_list_has(accept->value, "application/xml");
	if (!gw_copy(rq->path, sizeof(rq->path), h->path.p, h->path.n) ||
	    !gw_copy(rq->query, sizeof(rq->query), h->query.p, h->query.n)) {
		return 404; /* none of ours is so long */
	}
	bool fits = !type || gw_copy(rq->content_type, sizeof(rq->content_type), type->value.p, type->value.n);
	return fits ? 0 : 431;
}

static bool take_limit(struct web_request *rq) {
	const struct call_view *cv = rq->view->app;
	int listener = conn_listener(rq->conn)->index;
	uint64_t row;
	peer_limit_key(rq->conn, &rq->peer, rq->limit_key);
	rq->limit_taken = limits_take(rq->cl->shared->limits, rq->limit_key, &cv->limits[listener], gw_mono_us(),
				      &row) == LIMITS_TAKEN;
	return rq->limit_taken;
}

static void judge_head(struct web_request *rq) {
	const struct http_head *h = conn_head(rq->conn);
	int status = 0;
	if (!conn_host_is_ours(rq->conn)) {
		refuse(rq, 421);
	} else if (h->method != HTTP_GET && h->method != HTTP_HEAD && h->method != HTTP_POST) {
		refuse(rq, 405);
	} else if ((status = read_head(rq)) != 0) {
		refuse(rq, status);
	} else if (!learn_peer(rq) || !take_limit(rq)) {
		refuse(rq, 503);
	} else {
		conn_accept_body(rq->conn, rq->view->settings.upload_max_bytes);
	}
}

/* ---- the connection's side ---- */

static void on_head(struct conn *c) {
	struct web_request *rq = request_new(c);
	if (!rq) {
		conn_cut(c);
		return;
	}
	conn_set_user(c, rq);
	judge_head(rq);
}

/* As calls are answered (docs/ERRORS.md). */
static int status_of(enum http_head_status why) {
	static const int statuses[] = {
		[HTTP_HEAD_MORE] = 400,	    [HTTP_HEAD_OK] = 400,	 [HTTP_HEAD_MALFORMED] = 400,
		[HTTP_HEAD_FRAMING] = 400,  [HTTP_HEAD_CODING] = 501,	 [HTTP_HEAD_METHOD] = 501,
		[HTTP_HEAD_URI_LONG] = 414, [HTTP_HEAD_TOO_LARGE] = 431, [HTTP_HEAD_VERSION] = 505,
		[HTTP_HEAD_HOST] = 400,
	};
	return statuses[why];
}

static void on_bad_head(struct conn *c, enum http_head_status why) {
	struct web_request *rq = request_new(c);
	if (!rq) {
		conn_cut(c);
		return;
	}
	conn_set_user(c, rq);
	refuse(rq, status_of(why));
}

static void on_bad_body(struct conn *c, enum gw_code why) {
	struct web_request *rq = conn_user(c);
	rq->too_large = why == GW_E_DENIED;
	if (rq->too_large) {
		serve(rq);
	} else {
		refuse(rq, why == GW_E_INPUT ? 400 : 503);
	}
}

static void on_request(struct conn *c) {
	struct web_request *rq = conn_user(c);
	struct gw_span body = conn_body(c);
	if (gw_buf_add(&rq->body, body.p, body.n) != GW_OK) {
		refuse(rq, 503);
		return;
	}
	serve(rq);
}

static void on_drained(struct conn *c) {
	struct web_request *rq = conn_user(c);
	if (rq && rq->answering) {
		send_more(rq);
	}
}

/* What is with a worker comes back by on_done, and is freed there. */
static void on_replied(struct conn *c, bool ok) {
	struct web_request *rq = conn_user(c);
	GW_UNUSED(ok);
	if (!rq) {
		return;
	}
	conn_set_user(c, NULL);
	rq->conn = NULL;
	if (!rq->with_worker) {
		request_free(rq);
	}
}

const struct conn_ops web_ops = {
	.on_head = on_head,
	.on_bad_head = on_bad_head,
	.on_bad_body = on_bad_body,
	.on_request = on_request,
	.on_drained = on_drained,
	.on_replied = on_replied,
	.on_handshake_failed = call_handshake_failed,
	.on_closed = peer_free,
};
