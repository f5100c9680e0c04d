#include "gateway/engine/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"

enum { EVENTS = 256 };

struct loop {
	int epoll, event;
	struct epoll_event ready[EVENTS];
	int ready_count, ready_at;
	struct loop_timer **heap; /* 1-based binary heap by at_ms */
	size_t timers, heap_cap;
	int64_t now_ms;
	pthread_mutex_t mutex;
	STAILQ_HEAD(msg_queue, loop_msg) inbox; /* under mutex */
	atomic_bool stopping;
	void *app;
};

/* ---- file descriptors ---- */

static int control(struct loop *l, int op, struct loop_fd *f) {
	struct epoll_event e = {.events = f->want, .data.ptr = f};
	return epoll_ctl(l->epoll, op, f->fd, &e);
}

enum gw_code loop_fd_add(struct loop *l, struct loop_fd *f, uint32_t want, struct gw_err *err) {
	f->want = want;
	return control(l, EPOLL_CTL_ADD, f) == 0 ? GW_OK : gw_fail(err, GW_E_RETRY, "epoll: %s", strerror(errno));
}

void loop_fd_want(struct loop *l, struct loop_fd *f, uint32_t want) {
	if (f->want != want) {
		f->want = want;
		control(l, EPOLL_CTL_MOD, f);
	}
}

void loop_fd_remove(struct loop *l, struct loop_fd *f) {
	control(l, EPOLL_CTL_DEL, f);
	for (int i = l->ready_at; i < l->ready_count; i++) {
		if (l->ready[i].data.ptr == f) {
			l->ready[i].data.ptr = NULL;
		}
	}
}

/* ---- timers ---- */

static void put(struct loop *l, size_t at, struct loop_timer *t) {
	l->heap[at] = t;
	t->place = at;
}

static void sift_up(struct loop *l, size_t at, struct loop_timer *t) {
	for (; at > 1 && l->heap[at / 2]->at_ms > t->at_ms; at /= 2) {
		put(l, at, l->heap[at / 2]);
	}
	put(l, at, t);
}

static void sift_down(struct loop *l, size_t at, struct loop_timer *t) {
	for (size_t child; (child = at * 2) <= l->timers; at = child) {
		if (child < l->timers && l->heap[child + 1]->at_ms < l->heap[child]->at_ms) {
			child++;
		}
		if (l->heap[child]->at_ms >= t->at_ms) {
			break;
		}
		put(l, at, l->heap[child]);
	}
	put(l, at, t);
}

static enum gw_code grow_heap(struct loop *l) {
	if (l->timers + 2 <= l->heap_cap) {
		return GW_OK;
	}
	size_t cap = l->heap_cap ? l->heap_cap * 2 : 64;
	struct loop_timer **heap = realloc(l->heap, cap * sizeof(struct loop_timer *));
	if (!heap) {
		return GW_E_NOMEM;
	}
	l->heap = heap;
	l->heap_cap = cap;
	return GW_OK;
}

void loop_timer_clear(struct loop *l, struct loop_timer *t) {
	size_t at = t->place;
	if (at == 0) {
		return;
	}
	t->place = 0;
	struct loop_timer *last = l->heap[l->timers--];
	if (last == t) {
		return;
	}
	if (at > 1 && l->heap[at / 2]->at_ms > last->at_ms) {
		sift_up(l, at, last);
	} else {
		sift_down(l, at, last);
	}
}

enum gw_code loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_mono_ms) {
	if (t->place && t->at_ms == at_mono_ms) {
		return GW_OK;
	}
	loop_timer_clear(l, t);
	enum gw_code rc = grow_heap(l);
	if (rc == GW_OK) {
		t->at_ms = at_mono_ms;
		sift_up(l, ++l->timers, t);
	}
	return rc;
}

static void fire_timers(struct loop *l) {
	while (l->timers > 0 && l->heap[1]->at_ms <= l->now_ms) {
		struct loop_timer *t = l->heap[1];
		loop_timer_clear(l, t);
		t->fired(t);
	}
}

static int wait_ms(const struct loop *l) {
	if (l->timers == 0) {
		return 1000;
	}
	int64_t ms = l->heap[1]->at_ms - l->now_ms;
	return ms < 0 ? 0 : ms > 1000 ? 1000 : (int)ms;
}

/* ---- messages ---- */

static void ring(struct loop *l) {
	uint64_t one = 1;
	ssize_t ignored = write(l->event, &one, sizeof(one));
	GW_UNUSED(ignored);
}

void loop_post(struct loop *l, struct loop_msg *m) {
	pthread_mutex_lock(&l->mutex);
	bool first = STAILQ_EMPTY(&l->inbox);
	STAILQ_INSERT_TAIL(&l->inbox, m, link);
	pthread_mutex_unlock(&l->mutex);
	if (first) {
		ring(l);
	}
}

static void deliver_all(struct loop *l) {
	struct msg_queue batch = STAILQ_HEAD_INITIALIZER(batch);
	pthread_mutex_lock(&l->mutex);
	STAILQ_CONCAT(&batch, &l->inbox);
	pthread_mutex_unlock(&l->mutex);
	struct loop_msg *m;
	while ((m = STAILQ_FIRST(&batch)) != NULL) {
		STAILQ_REMOVE_HEAD(&batch, link);
		m->deliver(m);
	}
}

static void clear_bell(struct loop *l) {
	uint64_t count;
	ssize_t ignored = read(l->event, &count, sizeof(count));
	GW_UNUSED(ignored);
}

/* ---- the loop ---- */

enum gw_code loop_new(struct loop **out, struct gw_err *err) {
	*out = NULL;
	struct loop *l = calloc(1, sizeof(*l));
	if (!l) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	STAILQ_INIT(&l->inbox);
	pthread_mutex_init(&l->mutex, NULL);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct epoll_event bell = {.events = EPOLLIN, .data.ptr = l};
	if (l->epoll < 0 || l->event < 0 || epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->event, &bell) != 0) {
		loop_free(l);
		return gw_fail(err, GW_E_NOMEM, "cannot make an event loop: %s", strerror(errno));
	}
	l->now_ms = gw_mono_ms();
	*out = l;
	return GW_OK;
}

void loop_free(struct loop *l) {
	if (!l) {
		return;
	}
	if (l->epoll >= 0) {
		close(l->epoll);
	}
	if (l->event >= 0) {
		close(l->event);
	}
	pthread_mutex_destroy(&l->mutex);
	free(l->heap);
	free(l);
}

static void dispatch(struct loop *l) {
	for (l->ready_at = 0; l->ready_at < l->ready_count;) {
		struct epoll_event *e = &l->ready[l->ready_at++];
		if (e->data.ptr == l) {
			clear_bell(l);
		} else if (e->data.ptr) {
			struct loop_fd *f = e->data.ptr;
			f->ready(f, e->events);
		}
	}
	l->ready_count = 0;
}

void loop_run(struct loop *l) {
	while (!atomic_load(&l->stopping)) {
		l->ready_count = epoll_wait(l->epoll, l->ready, EVENTS, wait_ms(l));
		l->now_ms = gw_mono_ms();
		dispatch(l);
		deliver_all(l);
		fire_timers(l);
	}
}

void loop_deliver(struct loop *l) {
	deliver_all(l);
	l->now_ms = INT64_MAX;
	fire_timers(l);
}

void loop_stop(struct loop *l) {
	atomic_store(&l->stopping, true);
	ring(l);
}

int64_t loop_now_ms(const struct loop *l) {
	return l->now_ms;
}

void loop_set_app(struct loop *l, void *app) {
	l->app = app;
}

void *loop_app(const struct loop *l) {
	return l->app;
}
