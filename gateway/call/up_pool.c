#include <sys/epoll.h>

#include "base/log.h"
#include "gateway/call/up_private.h"

enum gw_code up_pool_new(struct loop *loop, struct workers *workers, struct up_pool **out, struct gw_err *err) {
	struct up_pool *p = calloc(1, sizeof(*p));
	*out = p;
	if (!p) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	p->loop = loop;
	p->workers = workers;
	for (size_t i = 0; i < BACKENDS_MAX; i++) {
		LIST_INIT(&p->state[i].idle);
	}
	return GW_OK;
}

void up_pool_free(struct up_pool *p) {
	for (size_t i = 0; p && i < BACKENDS_MAX; i++) {
		struct up_conn *c;
		while ((c = LIST_FIRST(&p->state[i].idle)) != NULL) {
			LIST_REMOVE(c, link);
			up_conn_free(c);
		}
	}
	free(p);
}

void up_conn_free(struct up_conn *c) {
	loop_fd_remove(c->pool->loop, &c->fd);
	loop_timer_clear(c->pool->loop, &c->idle);
	up_easy_free(c->easy);
	free(c);
}

static void drop_idle(struct up_conn *c) {
	LIST_REMOVE(c, link);
	c->pool->state[c->backend_index].idle_count--;
	up_conn_free(c);
}

static void on_idle_timer(struct loop_timer *t) {
	drop_idle(t->owner);
}

/* An idle connection has nothing to say: whatever comes is its end. */
static void on_conn_ready(struct loop_fd *f, uint32_t events) {
	struct up_conn *c = f->owner;
	if (c->exchange) {
		up_exchange_ready(c->exchange, events);
	} else {
		drop_idle(c);
	}
}

struct up_conn *up_conn_new(struct up_connect *done) {
	struct up_conn *c = calloc(1, sizeof(*c));
	if (!c) {
		up_easy_free(done->easy);
		return NULL;
	}
	c->pool = done->pool;
	c->easy = done->easy;
	c->backend_index = done->backend->index;
	c->tls = strncmp(done->backend->url, "https://", 8) == 0;
	memcpy(c->identity, done->backend->identity, sizeof(c->identity));
	c->fd = (struct loop_fd){.fd = done->fd, .ready = on_conn_ready, .owner = c};
	c->idle = (struct loop_timer){.fired = on_idle_timer, .owner = c};
	if (loop_fd_add(c->pool->loop, &c->fd, EPOLLIN, NULL) != GW_OK) {
		up_easy_free(c->easy);
		free(c);
		return NULL;
	}
	return c;
}

struct up_conn *up_pool_take_idle(struct up_pool *p, const struct backend *b) {
	struct up_backend_state *s = &p->state[b->index];
	struct up_conn *c = LIST_FIRST(&s->idle);
	while (c && memcmp(c->identity, b->identity, sizeof(c->identity)) != 0) { /* of an earlier configuration */
		struct up_conn *next = LIST_NEXT(c, link);
		drop_idle(c);
		c = next;
	}
	if (c) {
		LIST_REMOVE(c, link);
		s->idle_count--;
		loop_timer_clear(p->loop, &c->idle);
		c->reused = true;
	}
	return c;
}

void up_pool_keep(struct up_conn *c, const struct settings *s) {
	struct up_backend_state *state = &c->pool->state[c->backend_index];
	c->exchange = NULL;
	bool room = state->idle_count < s->backend_idle_max;
	if (!room ||
	    loop_timer_set(c->pool->loop, &c->idle, loop_now_ms(c->pool->loop) + s->backend_idle_ms) != GW_OK) {
		up_conn_free(c);
		return;
	}
	loop_fd_want(c->pool->loop, &c->fd, EPOLLIN | EPOLLRDHUP);
	LIST_INSERT_HEAD(&state->idle, c, link);
	state->idle_count++;
}

bool up_pool_is_down(const struct up_pool *p, const struct backend *b) {
	const struct up_backend_state *s = &p->state[b->index];
	return memcmp(s->identity, b->identity, sizeof(s->identity)) == 0 && loop_now_ms(p->loop) < s->down_until_ms;
}

void up_pool_note_connect(struct up_pool *p, const struct backend *b, bool ok, const struct settings *s) {
	struct up_backend_state *state = &p->state[b->index];
	if (memcmp(state->identity, b->identity, sizeof(state->identity)) != 0) {
		memcpy(state->identity, b->identity, sizeof(state->identity));
		state->failures = 0;
		state->down_until_ms = 0;
	}
	if (ok) {
		state->failures = 0;
		return;
	}
	if (++state->failures >= s->backend_fail_max) {
		state->down_until_ms = loop_now_ms(p->loop) + s->backend_down_ms;
		gw_log(GW_LOG_ERROR, "backend_down", "backend", b->name, NULL);
	}
}
