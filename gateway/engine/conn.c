/* The states of one connection. conn_drive runs them until nothing can go on without the caller or the handler. */
#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "gateway/engine/conn_private.h"
#include "gateway/engine/metrics.h"

enum { READ_ROOM = 16384 /* beside the head: one TLS record */ };

static void conn_drive(struct conn *c);

static const struct settings *settings(const struct conn *c) {
	return &loop_view(c->loop)->settings;
}

static void arm(struct conn *c, int64_t in_ms) {
	if (loop_timer_set(c->loop, &c->timer, loop_now_ms(c->loop) + in_ms) != GW_OK) {
		conn_cut(c);
	}
}

/* ---- end of life ---- */

static void release_request(struct conn *c) {
	gw_buf_release(&c->body);
	budget_give(c->budget);
	c->budget = 0;
}

static void free_late(struct loop_timer *t) {
	struct conn *c = t->owner;
	free(c);
}

/* The struct itself lives until the end of the loop's round: callers up the stack may still look at its state. */
void conn_destroy(struct conn *c) {
	if (c->state == CONN_CLOSED) {
		return;
	}
	bool answering = c->state == CONN_BODY || c->state == CONN_ANSWERING || c->state == CONN_FINISHING;
	c->state = CONN_CLOSED;
	if (answering && c->ops->on_replied) {
		c->ops->on_replied(c, false);
	}
	if (c->ops->on_closed) {
		c->ops->on_closed(c);
	}
	LIST_REMOVE(c, link);
	loop_fd_remove(c->loop, &c->fd);
	if (c->ssl && SSL_is_init_finished(c->ssl)) {
		SSL_set_shutdown(c->ssl,
				 SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); /* else SSL_free forgets the session */
	}
	SSL_free(c->ssl);
	close(c->fd.fd);
	release_request(c);
	gw_buf_release(&c->out);
	free(c->in);
	metric_add(METRIC_connections_open, -1);
	c->timer.fired = free_late;
	c->timer.owner = c;
	if (loop_timer_set(c->loop, &c->timer, 0) != GW_OK) {
		free(c);
	}
}

void conn_cut(struct conn *c) {
	conn_destroy(c);
}

static void start_lingering(struct conn *c, uint32_t ms) {
	uint32_t in_a_drain = settings(c)->drain_first_ms;
	conn_io_goodbye(c);
	c->state = CONN_LINGERING;
	arm(c, loop_draining(c->loop) && ms > in_a_drain ? in_a_drain : ms);
}

/* ---- waiting ---- */

/* Draining: who has been served goes; who has not may still send the request that he came for. */
static void drain_waiting(struct conn *c) {
	if (c->called) {
		conn_io_goodbye(c);
		conn_destroy(c);
	} else {
		arm(c, settings(c)->drain_first_ms);
	}
}

static void await_next_request(struct conn *c) {
	release_request(c);
	c->state = CONN_HEAD;
	c->read_to_end = false;
	c->head.bytes = 0;
	if (c->in_len == 0) {
		free(c->in);
		c->in = NULL;
	}
	if (loop_draining(c->loop) && c->in_len == 0) {
		drain_waiting(c);
		return;
	}
	arm(c, c->in_len ? settings(c)->head_ms : settings(c)->idle_ms);
	c->request_us = c->in_len ? gw_mono_us() : 0;
}

static void count_deadline(const struct conn *c) {
	switch (c->state) {
	case CONN_HANDSHAKE:
		metric_add(METRIC_deadline_handshake_total, 1);
		break;
	case CONN_HEAD:
		metric_add(c->in_len ? METRIC_deadline_head_total : METRIC_deadline_idle_total, 1);
		break;
	case CONN_BODY:
		metric_add(METRIC_deadline_body_total, 1);
		break;
	case CONN_LINGERING:
		metric_add(METRIC_deadline_linger_total, 1);
		break;
	case CONN_ANSWERING:
	case CONN_FINISHING:
		metric_add(METRIC_deadline_write_total, 1);
		break;
	case CONN_CLOSED:
	default:
		break;
	}
}

static void note_handshake_failed(struct conn *c, const char *reason) {
	metric_add(METRIC_handshakes_failed_total, 1);
	if (c->ops->on_handshake_failed) {
		c->ops->on_handshake_failed(c, reason);
	}
}

static void on_timer(struct loop_timer *t) {
	struct conn *c = t->owner;
	bool idle = c->state == CONN_HEAD && c->in_len == 0;
	count_deadline(c);
	if (c->state == CONN_HANDSHAKE) {
		note_handshake_failed(c, "deadline");
	}
	if (idle) {
		conn_io_goodbye(c);
	}
	conn_destroy(c);
}

/* ---- reading ---- */

static bool make_room(struct conn *c) {
	if (!c->in) {
		c->in_cap = settings(c)->head_max_bytes + READ_ROOM;
		c->in = malloc(c->in_cap);
		c->in_len = 0;
	}
	return c->in != NULL;
}

/* One read into `in`; false: stop driving (nothing there, or the connection has ended). */
static bool read_more(struct conn *c) {
	size_t got = 0;
	if (!make_room(c)) {
		conn_destroy(c);
		return false;
	}
	enum io_result r = conn_io_read(c, c->in + c->in_len, c->in_cap - c->in_len, &got);
	if (r == IO_SOME) {
		if (c->state == CONN_HEAD && c->in_len == 0) {
			c->request_us = gw_mono_us();
			arm(c, settings(c)->head_ms);
		}
		c->in_len += got;
		return true;
	}
	if (r == IO_AGAIN && c->in_len == 0) {
		free(c->in); /* an idle connection holds no buffer */
		c->in = NULL;
	}
	if (r != IO_AGAIN) {
		conn_destroy(c);
	}
	return false;
}

static void use_input(struct conn *c, size_t from, size_t n) {
	memmove(c->in + from, c->in + from + n, c->in_len - from - n);
	c->in_len -= n;
}

static struct http_limits head_limits(const struct conn *c) {
	return (struct http_limits){settings(c)->head_max_bytes, settings(c)->head_max_fields};
}

static bool drive_head(struct conn *c) {
	struct http_limits limits = head_limits(c);
	enum http_head_status status = HTTP_HEAD_MORE;
	if (c->in_len > 0) {
		status = http_request_head((struct gw_span){c->in, c->in_len}, &limits, &c->head);
	}
	if (status == HTTP_HEAD_MORE) {
		return read_more(c);
	}
	loop_timer_clear(c->loop, &c->timer);
	metric_add(METRIC_requests_total, 1);
	c->state = CONN_ANSWERING;
	c->called = true;
	if (status == HTTP_HEAD_OK) {
		c->read_to_end = c->head.framing == HTTP_BODY_NONE;
		c->ops->on_head(c);
	} else {
		c->ops->on_bad_head(c, status);
	}
	return true;
}

static void refuse_body(struct conn *c, enum gw_code why) {
	loop_timer_clear(c->loop, &c->timer);
	c->state = CONN_ANSWERING;
	c->ops->on_bad_body(c, why);
}

static bool store_body(struct conn *c, struct gw_span data) {
	size_t need = c->body.len + data.n;
	if (need > c->budget) {
		size_t more = need - c->budget;
		if (!budget_take(loop_view(c->loop), more)) {
			refuse_body(c, GW_E_RETRY);
			return false;
		}
		c->budget += more;
	}
	enum gw_code rc = gw_buf_add(&c->body, data.p, data.n);
	if (rc != GW_OK) {
		refuse_body(c, rc == GW_E_RETRY ? GW_E_DENIED : GW_E_RETRY);
	}
	return rc == GW_OK;
}

static void body_complete(struct conn *c) {
	loop_timer_clear(c->loop, &c->timer);
	c->read_to_end = true;
	c->state = CONN_ANSWERING;
	c->ops->on_request(c);
}

/* Every byte that came buys time: the deadline is the grace plus what the slowest allowed rate would need. */
static void rearm_body(struct conn *c) {
	const struct settings *s = settings(c);
	int64_t earned = (int64_t)(c->body_decoder.total * 1000 / s->body_min_rate);
	if (loop_timer_set(c->loop, &c->timer, c->body_start_ms + s->body_grace_ms + earned) != GW_OK) {
		conn_destroy(c);
	}
}

static bool drive_body(struct conn *c) {
	struct gw_span rest = {c->in + c->head.bytes, c->in_len - c->head.bytes}, data;
	size_t offered = rest.n;
	enum http_body_status status;
	while ((status = http_body_feed(&c->body_decoder, &rest, &data)) == HTTP_BODY_DATA) {
		if (!store_body(c, data)) {
			return true;
		}
	}
	use_input(c, c->head.bytes, offered - rest.n);
	if (status == HTTP_BODY_MORE) {
		rearm_body(c);
		return c->state == CONN_BODY && read_more(c);
	}
	if (status == HTTP_BODY_END) {
		body_complete(c);
	} else {
		refuse_body(c, GW_E_INPUT);
	}
	return true;
}

void conn_accept_body(struct conn *c, uint32_t max_bytes) {
	http_body_init(&c->body_decoder, c->head.framing, c->head.content_length);
	if (c->head.framing == HTTP_BODY_LENGTH && c->head.content_length > max_bytes) {
		refuse_body(c, GW_E_DENIED);
		return;
	}
	size_t declared = c->head.framing == HTTP_BODY_LENGTH ? (size_t)c->head.content_length : 0;
	gw_buf_init(&c->body, max_bytes);
	if (!budget_take(loop_view(c->loop), declared)) {
		refuse_body(c, GW_E_RETRY);
		return;
	}
	c->budget = declared;
	if (gw_buf_reserve(&c->body, declared) != GW_OK) {
		refuse_body(c, GW_E_RETRY);
		return;
	}
	if (c->head.expect_continue && c->in_len == c->head.bytes &&
	    !conn_send(c, "HTTP/1.1 100 Continue\r\n\r\n", 25)) {
		return;
	}
	c->state = CONN_BODY;
	c->body_start_ms = loop_now_ms(c->loop);
}

/* ---- writing ---- */

/* false: waiting for the caller, or ended. */
static bool flush(struct conn *c) {
	size_t before = c->out.len - c->out_at;
	c->wrote = false;
	enum io_result r = conn_io_flush(c);
	if (r == IO_ERROR) {
		conn_destroy(c);
		return false;
	}
	if (r == IO_AGAIN) {
		if (c->wrote || !c->timer.place) {
			arm(c, settings(c)->write_ms);
		}
	} else if (c->state == CONN_ANSWERING) {
		loop_timer_clear(c->loop, &c->timer);
	}
	if (c->wrote && before > 0 && c->state == CONN_ANSWERING && c->ops->on_drained) {
		c->ops->on_drained(c);
	}
	return r == IO_SOME && c->state != CONN_CLOSED;
}

static bool drive_answer(struct conn *c) {
	if (c->out.len > c->out_at) {
		flush(c);
	}
	return c->state == CONN_FINISHING; /* a handler that sent its end while we flushed */
}

static bool drive_finish(struct conn *c) {
	if (!flush(c)) {
		return false;
	}
	loop_timer_clear(c->loop, &c->timer);
	bool keep = c->keep;
	c->state = CONN_HEAD; /* the reply is no longer ours to lose */
	if (c->ops->on_replied) {
		c->ops->on_replied(c, true);
	}
	if (c->state == CONN_CLOSED) {
		return false;
	}
	if (keep) {
		use_input(c, 0, c->head.bytes);
		await_next_request(c);
		return c->state == CONN_HEAD;
	}
	start_lingering(c, settings(c)->linger_ms);
	return c->state == CONN_LINGERING;
}

static bool drive_linger(struct conn *c) {
	enum io_result r;
	do {
		r = conn_io_discard(c);
	} while (r == IO_SOME && c->lingered <= settings(c)->linger_max_bytes);
	if (r != IO_AGAIN || c->lingered > settings(c)->linger_max_bytes) {
		conn_destroy(c);
	}
	return false;
}

/* ---- handshake ---- */

static bool drive_handshake(struct conn *c) {
	enum io_result r = c->ssl ? conn_io_handshake(c) : IO_SOME;
	if (r == IO_AGAIN) {
		return false;
	}
	if (r != IO_SOME) {
		note_handshake_failed(c, conn_io_handshake_reason());
		start_lingering(c, settings(c)->handshake_ms); /* a peer that still sends can read the alert */
		return c->state == CONN_LINGERING;
	}
	if (c->ssl) {
		metric_add(METRIC_handshakes_total, 1);
		metric_add(METRIC_handshakes_resumed_total, SSL_session_reused(c->ssl));
	}
	await_next_request(c);
	return c->state == CONN_HEAD;
}

/* ---- the driver ---- */

static bool (*const drivers[])(struct conn *) = {
	[CONN_HANDSHAKE] = drive_handshake, [CONN_HEAD] = drive_head,	     [CONN_BODY] = drive_body,
	[CONN_ANSWERING] = drive_answer,    [CONN_FINISHING] = drive_finish, [CONN_LINGERING] = drive_linger,
};

static void set_interest(struct conn *c) {
	uint32_t want = 0;
	bool reading = c->state == CONN_HANDSHAKE || c->state == CONN_HEAD || c->state == CONN_BODY ||
		       c->state == CONN_LINGERING;
	want |= reading ? EPOLLIN : 0;
	want |= c->out.len > c->out_at || c->tls_wants_write ? EPOLLOUT : 0;
	loop_fd_want(c->loop, &c->fd, want);
}

static void conn_drive(struct conn *c) {
	if (c->driving) {
		return;
	}
	c->driving = true;
	if (c->state == CONN_BODY && c->out.len > c->out_at) {
		flush(c); /* 100 Continue */
	}
	while (c->state != CONN_CLOSED && drivers[c->state](c)) {
		if (c->state == CONN_BODY && c->out.len > c->out_at) {
			flush(c);
		}
	}
	c->driving = false;
	if (c->state != CONN_CLOSED) {
		set_interest(c);
	}
}

static void on_ready(struct loop_fd *f, uint32_t events) {
	struct conn *c = f->owner;
	if ((events & (EPOLLHUP | EPOLLERR)) && (c->state == CONN_ANSWERING || c->state == CONN_FINISHING)) {
		conn_destroy(c); /* both directions are gone: nobody will read the reply */
		return;
	}
	conn_drive(c);
}

/* ---- opening ---- */

/* A socket that was handed over may serve both families: an IPv4 caller is shown, counted and limited as one. */
static void peer_text(const struct sockaddr_storage *from, char out[INET6_ADDRSTRLEN]) {
	const struct in_addr *v4 = &((const struct sockaddr_in *)(const void *)from)->sin_addr;
	const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
	bool is_v6 = from->ss_family == AF_INET6, mapped = is_v6 && IN6_IS_ADDR_V4MAPPED(v6);
	const void *bytes = mapped ? (const void *)(v6->s6_addr + 12) : is_v6 ? (const void *)v6 : (const void *)v4;
	if (!inet_ntop(is_v6 && !mapped ? AF_INET6 : AF_INET, bytes, out, INET6_ADDRSTRLEN)) {
		snprintf(out, INET6_ADDRSTRLEN, "?");
	}
}

static bool open_tls(struct conn *c) {
	SSL_CTX *ctx = loop_view(c->loop)->listener[c->listener->index].tls;
	if (!ctx) {
		return true;
	}
	c->ssl = SSL_new(ctx);
	return c->ssl && SSL_set_fd(c->ssl, c->fd.fd) == 1;
}

void conn_open(struct loop *l, const struct engine_listener *listener, int fd, const struct sockaddr_storage *from) {
	metric_add(METRIC_connections_total, 1);
	bool room = metric_add(METRIC_connections_open, 1) <= (int64_t)loop_view(l)->settings.connections_max;
	struct conn *c = room ? calloc(1, sizeof(*c)) : NULL;
	if (!c) {
		metric_add(METRIC_connections_open, -1);
		metric_add(METRIC_connections_refused_total, 1);
		close(fd);
		return;
	}
	c->loop = l;
	c->listener = listener;
	c->ops = listener->ops;
	c->fd = (struct loop_fd){.fd = fd, .ready = on_ready, .owner = c};
	c->timer = (struct loop_timer){.fired = on_timer, .owner = c};
	gw_buf_init(&c->out, (size_t)loop_view(l)->settings.reply_buffer_bytes * 2 + 65536);
	peer_text(from, c->peer);
	LIST_INSERT_HEAD(loop_conns(l), c, link);
	if (!open_tls(c) || loop_fd_add(l, &c->fd, EPOLLIN, NULL) != GW_OK) {
		conn_destroy(c);
		return;
	}
	arm(c, settings(c)->handshake_ms);
	if (c->state != CONN_CLOSED) {
		conn_drive(c);
	}
}

void conn_drain(struct conn *c) {
	c->keep = false;
	conn_drive(c); /* what has come is served */
	if (c->state == CONN_HEAD && c->in_len == 0) {
		drain_waiting(c);
	} else if (c->state == CONN_HANDSHAKE || c->state == CONN_LINGERING) {
		arm(c, settings(c)->drain_first_ms);
	}
}

/* ---- what is known ---- */

struct loop *conn_loop(const struct conn *c) {
	return c->loop;
}
const struct engine_listener *conn_listener(const struct conn *c) {
	return c->listener;
}
const struct engine_hosts *conn_hosts(const struct conn *c) {
	return &loop_view(c->loop)->listener[c->listener->index].hosts;
}
const char *conn_peer(const struct conn *c) {
	return c->peer;
}
struct ssl_st *conn_ssl(const struct conn *c) {
	return c->ssl;
}
const struct http_head *conn_head(const struct conn *c) {
	return &c->head;
}
struct gw_span conn_body(const struct conn *c) {
	return gw_buf_span(&c->body);
}
bool conn_host_is_ours(const struct conn *c) {
	const struct engine_hosts *hosts = conn_hosts(c);
	struct gw_span host = c->head.host;
	for (size_t i = 0; i < hosts->count; i++) {
		size_t n = strlen(hosts->name[i]);
		bool same = host.n >= n && strncasecmp(host.p, hosts->name[i], n) == 0;
		if (same && (host.n == n || host.p[n] == ':')) {
			return true;
		}
	}
	return false;
}

int64_t conn_request_us(const struct conn *c) {
	return c->request_us;
}
void *conn_app(const struct conn *c) {
	return c->app;
}
void conn_set_app(struct conn *c, void *app) {
	c->app = app;
}
void *conn_user(const struct conn *c) {
	return c->user;
}
void conn_set_user(struct conn *c, void *user) {
	c->user = user;
}

/* ---- replying ---- */

bool conn_send(struct conn *c, const void *bytes, size_t n) {
	if (c->state == CONN_CLOSED) {
		return false;
	}
	if (c->out_at > 0 && c->out_at == c->out.len) {
		gw_buf_clear(&c->out);
		c->out_at = 0;
	}
	if (gw_buf_reserve(&c->out, n) == GW_E_RETRY && c->out_at > 0) {
		gw_buf_drop_front(&c->out, c->out_at);
		c->out_at = 0;
	}
	if (gw_buf_add(&c->out, bytes, n) == GW_OK) {
		return true;
	}
	conn_cut(c);
	return false;
}

void conn_flush(struct conn *c) {
	if (c->state != CONN_CLOSED) {
		conn_drive(c);
	}
}

size_t conn_unsent(const struct conn *c) {
	return c->out.len - c->out_at;
}

bool conn_can_keep(const struct conn *c) {
	return c->read_to_end && c->head.keep_alive && !loop_draining(c->loop);
}

void conn_send_end(struct conn *c, bool keep) {
	if (c->state != CONN_ANSWERING) {
		return;
	}
	c->keep = keep && conn_can_keep(c);
	c->state = CONN_FINISHING;
}
