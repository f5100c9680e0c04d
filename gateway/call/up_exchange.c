/* One request and its reply on a backend connection, as states: connecting, sending and awaiting the head, reading the
 * body. */
#include <sys/epoll.h>

#include "gateway/call/up_private.h"
#include "gateway/engine/metrics.h"

enum { READ_BYTES = 32768, READ_ROUNDS = 16, HEAD_MAX_BYTES = 32768, HEAD_MAX_FIELDS = 64 };

enum x_state { X_CONNECTING = 0, X_HEAD, X_BODY };

struct up_exchange {
	struct up_pool *pool;
	struct up_request request;
	enum x_state state;
	struct up_connect *connecting;
	struct up_conn *conn;
	struct loop_timer timer, again;
	size_t sent;
	struct gw_buf head_bytes;
	struct http_body body;
	bool replied, replayed, paused, keep_alive, driving, gone;
};

const struct up_request *up_exchange_request(const struct up_exchange *x) {
	return &x->request;
}

static const struct settings *settings(const struct up_exchange *x) {
	return &x->request.view->settings;
}

/* ---- end ---- */

static void release(struct up_exchange *x) {
	loop_timer_clear(x->pool->loop, &x->timer);
	loop_timer_clear(x->pool->loop, &x->again);
	gw_buf_release(&x->head_bytes);
	if (x->connecting) {
		x->connecting->exchange = NULL;
	}
	x->gone = true;
	if (!x->driving) {
		free(x);
	}
}

static void drop_conn(struct up_exchange *x) {
	if (x->conn) {
		up_conn_free(x->conn);
		x->conn = NULL;
	}
}

static void fail(struct up_exchange *x, enum up_failure why) {
	const struct up_request r = x->request;
	drop_conn(x);
	release(x);
	r.events->on_failure(r.owner, why);
}

void up_abort(struct up_exchange *x) {
	drop_conn(x);
	release(x);
}

/* false: no memory, the exchange has failed. */
static bool set_timer(struct up_exchange *x, struct loop_timer *t, int64_t ms) {
	if (loop_timer_set(x->pool->loop, t, loop_now_ms(x->pool->loop) + ms) == GW_OK) {
		return true;
	}
	fail(x, UP_NO_WORKER);
	return false;
}

static void on_deadline(struct loop_timer *t) {
	struct up_exchange *x = t->owner;
	bool began = x->replied;
	metric_add(began ? METRIC_deadline_backend_progress_total : METRIC_deadline_backend_first_byte_total, 1);
	fail(x, began ? UP_STALLED : UP_FIRST_BYTE);
}

/* ---- connecting ---- */

static void connect_fresh(struct up_exchange *x) {
	x->state = X_CONNECTING;
	if (up_pool_is_down(x->pool, x->request.backend)) {
		fail(x, UP_UNREACHABLE);
		return;
	}
	x->connecting = up_connect_start(x->pool, x);
	if (!x->connecting) {
		fail(x, UP_NO_WORKER);
	}
}

/* A reused connection that closed before it said anything had died while idle: a query may be asked again. */
static void closed_early(struct up_exchange *x) {
	bool again = x->conn->reused && !x->replied && x->request.replay && !x->replayed;
	if (!again) {
		fail(x, UP_BROKEN);
		return;
	}
	metric_add(METRIC_backend_replays_total, 1);
	x->replayed = true;
	drop_conn(x);
	x->sent = 0;
	loop_timer_clear(x->pool->loop, &x->timer);
	connect_fresh(x);
}

/* ---- reply ---- */

static void finish(struct up_exchange *x) {
	const struct up_request r = x->request;
	bool reusable = x->keep_alive && x->sent == r.message.n;
	struct up_conn *c = x->conn;
	x->conn = NULL;
	if (reusable) {
		up_pool_keep(c, settings(x));
	} else {
		up_conn_free(c);
	}
	release(x);
	r.events->on_end(r.owner);
}

static void read_body(struct up_exchange *x, struct gw_span in) {
	struct gw_span data;
	enum http_body_status status;
	while ((status = http_body_feed(&x->body, &in, &data)) == HTTP_BODY_DATA) {
		x->request.events->on_data(x->request.owner, data);
		if (x->gone) {
			return;
		}
	}
	if (status == HTTP_BODY_END && in.n == 0) {
		finish(x);
	} else if (status != HTTP_BODY_MORE) {
		fail(x, UP_BROKEN); /* bytes behind the end: the backend lies about the length */
	}
}

static void take_head(struct up_exchange *x, const struct http_head *head) {
	struct gw_span rest = {x->head_bytes.data + head->bytes, x->head_bytes.len - head->bytes};
	x->state = X_BODY;
	x->keep_alive = head->keep_alive && head->framing != HTTP_BODY_TO_CLOSE;
	http_body_init(&x->body, head->framing, head->content_length);
	x->request.events->on_head(x->request.owner, head);
	if (!x->gone) {
		read_body(x, rest);
	}
}

static void read_head(struct up_exchange *x) {
	static const struct http_limits limits = {HEAD_MAX_BYTES, HEAD_MAX_FIELDS};
	struct http_head head;
	enum http_head_status status;
	while ((status = http_reply_head(gw_buf_span(&x->head_bytes), &limits, false, &head)) == HTTP_HEAD_OK &&
	       head.status >= 100 && head.status < 200 && head.status != 101) {
		gw_buf_drop_front(&x->head_bytes, head.bytes); /* an interim reply tells us nothing (RFC 9110 15.2) */
	}
	if (status == HTTP_HEAD_OK && head.status != 101) {
		take_head(x, &head);
	} else if (status != HTTP_HEAD_MORE) {
		fail(x, UP_BROKEN);
	}
}

static void take_bytes(struct up_exchange *x, struct gw_span in) {
	x->replied = true;
	if (!set_timer(x, &x->timer, settings(x)->backend_progress_ms)) {
		return;
	}
	if (x->state == X_BODY) {
		read_body(x, in);
	} else if (gw_buf_add(&x->head_bytes, in.p, in.n) != GW_OK) {
		fail(x, UP_BROKEN);
	} else {
		read_head(x);
	}
}

/* A reply that ends with the connection is whole only if the backend said so: a cut looks the same without
 * close_notify. */
static void at_close(struct up_exchange *x, enum up_io how) {
	if (how == UP_IO_CLOSED && x->state == X_BODY && http_body_at_close(&x->body)) {
		finish(x);
	} else {
		closed_early(x);
	}
}

/* Until nothing is left: TLS may hold bytes that the socket does not show any more. */
static void receive(struct up_exchange *x) {
	char buffer[READ_BYTES];
	for (int round = 0; round < READ_ROUNDS && !x->gone && !x->paused && x->conn; round++) {
		size_t got = 0;
		enum up_io r = up_recv(x->conn, buffer, sizeof(buffer), &got);
		if (r == UP_IO_AGAIN) {
			return;
		}
		if (r != UP_IO_SOME) {
			at_close(x, r);
			return;
		}
		take_bytes(x, (struct gw_span){buffer, got});
	}
	if (!x->gone && !x->paused && x->conn) {
		set_timer(x, &x->again,
			  1); /* what the socket holds wakes us at once; what only TLS holds waits a millisecond */
	}
}

/* ---- request ---- */

/* false: the connection is gone. */
static bool transmit(struct up_exchange *x) {
	while (x->sent < x->request.message.n) {
		size_t sent = 0;
		struct gw_span rest = {x->request.message.p + x->sent, x->request.message.n - x->sent};
		enum up_io r = up_send(x->conn, rest, &sent);
		if (r == UP_IO_AGAIN) {
			return true;
		}
		if (r != UP_IO_SOME) {
			closed_early(x);
			return false;
		}
		x->sent += sent;
	}
	return true;
}

static void set_interest(struct up_exchange *x) {
	uint32_t want = x->paused ? 0 : EPOLLIN;
	want |= x->sent < x->request.message.n ? EPOLLOUT : 0;
	loop_fd_want(x->pool->loop, &x->conn->fd, want);
}

static void drive(struct up_exchange *x) {
	if (x->driving) {
		return;
	}
	x->driving = true;
	if (x->replied || transmit(x)) {
		receive(x);
	}
	x->driving = false;
	if (x->gone) {
		free(x);
	} else if (x->conn) {
		set_interest(x);
	}
}

static void begin(struct up_exchange *x, struct up_conn *c) {
	x->conn = c;
	c->exchange = x;
	x->state = X_HEAD;
	if (set_timer(x, &x->timer, settings(x)->backend_first_byte_ms)) {
		drive(x);
	}
}

/* The first step of an exchange, and the next one of a reply that has more bytes than a round takes. */
static void on_again(struct loop_timer *t) {
	struct up_exchange *x = t->owner;
	if (x->conn) {
		drive(x);
		return;
	}
	struct up_conn *idle = up_pool_take_idle(x->pool, x->request.backend);
	if (idle) {
		begin(x, idle);
	} else {
		connect_fresh(x);
	}
}

void up_exchange_ready(struct up_exchange *x, uint32_t events) {
	GW_UNUSED(events);
	drive(x);
}

void up_exchange_connected(struct up_exchange *x, struct up_conn *c) {
	x->connecting = NULL;
	begin(x, c);
}

void up_exchange_connect_failed(struct up_exchange *x, bool timed_out) {
	x->connecting = NULL;
	fail(x, timed_out ? UP_CONNECT_SLOW : UP_UNREACHABLE);
}

struct up_exchange *up_start(struct up_pool *p, const struct up_request *request) {
	struct up_exchange *x = calloc(1, sizeof(*x));
	if (!x) {
		return NULL;
	}
	x->pool = p;
	x->request = *request;
	x->timer = (struct loop_timer){.fired = on_deadline, .owner = x};
	x->again = (struct loop_timer){.fired = on_again, .owner = x};
	gw_buf_init(&x->head_bytes, HEAD_MAX_BYTES + READ_BYTES);
	/* events must not come before the caller has the handle: the first step is taken by the timer */
	if (loop_timer_set(p->loop, &x->again, 0) != GW_OK) {
		free(x);
		return NULL;
	}
	return x;
}

void up_pause(struct up_exchange *x, bool pause) {
	if (x->paused == pause) {
		return;
	}
	x->paused = pause;
	if (pause) {
		loop_timer_clear(x->pool->loop, &x->timer); /* the caller's own deadline runs */
		if (!x->driving && x->conn) {
			set_interest(x);
		}
		return;
	}
	if (set_timer(x, &x->timer, settings(x)->backend_progress_ms)) {
		set_timer(x, &x->again, 1);
	}
}
