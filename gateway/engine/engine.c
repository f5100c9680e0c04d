#include "gateway/engine/engine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <netinet/tcp.h>
#include <openssl/sha.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/engine/conn_private.h"
#include "gateway/engine/metrics.h"
#include "gateway/engine/tls.h"

enum { LOOPS_MAX = 64, ACCEPT_BURST = 64, DRAIN_POLL_MS = 20 };

struct acceptor {
	struct loop_fd fd;
	const struct engine_listener *listener;
	struct loop *loop;
};

struct engine_loop {
	struct engine *engine;
	struct loop *loop;
	struct engine_view *view;
	struct conn_list conns;
	struct acceptor acceptor[ENGINE_LISTENERS_MAX];
	size_t acceptors;
	bool draining, started;
	pthread_t thread;
	void *app;
};

struct engine {
	struct engine_config config;
	unsigned count;
	struct engine_loop loop[LOOPS_MAX];
};

/* ---- views and budget ---- */

struct engine_view *view_ref(struct engine_view *v) {
	atomic_fetch_add(&v->refs, 1);
	return v;
}

void view_unref(struct engine_view *v) {
	if (!v || atomic_fetch_sub(&v->refs, 1) > 1) {
		return;
	}
	for (size_t i = 0; i < ENGINE_LISTENERS_MAX; i++) {
		tls_context_free(v->listener[i].tls);
	}
	if (v->app_free) {
		v->app_free(v->app);
	}
	free(v);
}

bool budget_take(const struct engine_view *view, size_t bytes) {
	int64_t taken = atomic_fetch_add(&metric_values[METRIC_request_buffer_bytes], (int64_t)bytes) + (int64_t)bytes;
	if (taken <= (int64_t)view->settings.buffer_budget_bytes) {
		return true;
	}
	budget_give(bytes);
	return false;
}

void budget_give(size_t bytes) {
	metric_add(METRIC_request_buffer_bytes, -(int64_t)bytes);
}

/* ---- what a loop knows: its thread's own engine_loop ---- */

static _Thread_local struct engine_loop *here;

struct engine_view *loop_view(const struct loop *l) {
	GW_UNUSED(l);
	return here->view;
}

bool loop_draining(const struct loop *l) {
	GW_UNUSED(l);
	return here->draining;
}

struct conn_list *loop_conns(struct loop *l) {
	GW_UNUSED(l);
	return &here->conns;
}

/* ---- listening ---- */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t parse_address(const struct engine_listener *l, union address *out) {
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, l->address, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons((uint16_t)l->port);
		return sizeof(out->v4);
	}
	if (inet_pton(AF_INET6, l->address, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons((uint16_t)l->port);
		return sizeof(out->v6);
	}
	return 0;
}

static void learn_port(struct engine_listener *l, int fd) {
	union address bound = {0};
	socklen_t n = sizeof(bound);
	if (getsockname(fd, &bound.any, &n) == 0) {
		l->port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
	}
}

static enum gw_code open_socket(struct engine_listener *l, int backlog, int *out, struct gw_err *err) {
	union address address;
	socklen_t n = parse_address(l, &address);
	if (n == 0) {
		return gw_fail(err, GW_E_CONFIG, "listener '%s': '%s' is no IP address", l->name, l->address);
	}
	int on = 1;
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
		  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0 &&
		  (address.any.sa_family != AF_INET6 ||
		   setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
		  bind(fd, &address.any, n) == 0 && listen(fd, backlog) == 0;
	if (!ok) {
		int why = errno;
		if (fd >= 0) {
			close(fd);
		}
		return gw_fail(err, GW_E_CONFIG, "listener '%s' cannot listen on %s port %u: %s", l->name, l->address,
			       l->port, strerror(why));
	}
	learn_port(l, fd);
	*out = fd;
	return GW_OK;
}

static void on_acceptable(struct loop_fd *f, uint32_t events) {
	struct acceptor *a = f->owner;
	GW_UNUSED(events);
	for (int i = 0; i < ACCEPT_BURST; i++) {
		struct sockaddr_storage from;
		socklen_t n = sizeof(from);
		int fd = accept4(f->fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			return;
		}
		int on = 1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		conn_open(a->loop, a->listener, fd, &from);
	}
}

/* An activated socket is shared by all loops; own ones are one a loop (SO_REUSEPORT). */
static enum gw_code add_acceptor(struct engine_loop *el, struct engine_listener *l, struct gw_err *err) {
	int fd = -1;
	bool shared = l->activated_fd >= 0;
	enum gw_code rc = GW_OK;
	if (shared) {
		fd = fcntl(l->activated_fd, F_DUPFD_CLOEXEC, 3);
		bool ok = fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0; /* systemd hands over blocking ones */
		rc = ok ? GW_OK : gw_fail(err, GW_E_CONFIG, "listener '%s': bad activated socket", l->name);
		learn_port(l, l->activated_fd);
	} else {
		rc = open_socket(l, (int)el->view->settings.backlog, &fd, err);
	}
	if (rc != GW_OK) {
		return rc;
	}
	struct acceptor *a = &el->acceptor[el->acceptors++];
	*a = (struct acceptor){.listener = l, .loop = el->loop};
	a->fd = (struct loop_fd){.fd = fd, .ready = on_acceptable, .owner = a};
	return loop_fd_add(el->loop, &a->fd, shared ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN, err);
}

static void close_acceptors(struct engine_loop *el) {
	for (size_t i = 0; i < el->acceptors; i++) {
		loop_fd_remove(el->loop, &el->acceptor[i].fd);
		close(el->acceptor[i].fd.fd);
	}
	el->acceptors = 0;
}

/* ---- building ---- */

static enum gw_code init_loop(struct engine *e, struct engine_loop *el, struct gw_err *err) {
	el->engine = e;
	LIST_INIT(&el->conns);
	el->view = view_ref(e->config.view);
	enum gw_code rc = loop_new(&el->loop, err);
	for (size_t i = 0; rc == GW_OK && i < e->config.listener_count; i++) {
		rc = add_acceptor(el, &e->config.listeners[i], err);
	}
	if (rc != GW_OK) {
		return rc;
	}
	el->app = e->config.loop_app_new(el->loop, e->config.ctx, err);
	loop_set_app(el->loop, el->app);
	return el->app ? GW_OK : gw_fail(err, GW_E_NOMEM, "cannot prepare a loop");
}

enum gw_code engine_new(const struct engine_config *config, struct engine **out, struct gw_err *err) {
	*out = NULL;
	struct engine *e = calloc(1, sizeof(*e));
	if (!e) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	e->config = *config;
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && e->count < config->loops && e->count < LOOPS_MAX) {
		rc = init_loop(e, &e->loop[e->count++], err);
	}
	if (rc != GW_OK) {
		engine_free(e);
		return rc;
	}
	*out = e;
	return GW_OK;
}

static void *loop_main(void *arg) {
	here = arg;
	char name[16];
	snprintf(name, sizeof(name), "loop-%d", (int)(here - here->engine->loop));
	pthread_setname_np(pthread_self(), name);
	loop_run(here->loop);
	return NULL;
}

enum gw_code engine_start(struct engine *e, struct gw_err *err) {
	for (unsigned i = 0; i < e->count; i++) {
		if (pthread_create(&e->loop[i].thread, NULL, loop_main, &e->loop[i]) != 0) {
			return gw_fail(err, GW_E_NOMEM, "cannot start loop %u", i);
		}
		e->loop[i].started = true;
	}
	return GW_OK;
}

/* ---- orders to all loops, waited for ---- */

struct order {
	struct loop_msg msg;
	struct engine_loop *el;
	sem_t *done;
	void (*run)(struct engine_loop *el, void *arg);
	void *arg;
};

static void carry_out(struct loop_msg *m) {
	struct order *o = m->owner;
	o->run(o->el, o->arg);
	sem_post(o->done);
}

static void order_all(struct engine *e, void (*run)(struct engine_loop *el, void *arg), void *arg) {
	struct order orders[LOOPS_MAX];
	sem_t done;
	unsigned sent = 0;
	sem_init(&done, 0, 0);
	for (unsigned i = 0; i < e->count; i++) {
		if (!e->loop[i].started) {
			continue;
		}
		struct order *o = &orders[sent++];
		*o = (struct order){.el = &e->loop[i], .done = &done, .run = run, .arg = arg};
		o->msg = (struct loop_msg){.deliver = carry_out, .owner = o};
		loop_post(e->loop[i].loop, &o->msg);
	}
	while (sent > 0) {
		if (sem_wait(&done) == 0) {
			sent--;
		}
	}
	sem_destroy(&done);
}

static void swap_view(struct engine_loop *el, void *arg) {
	struct engine_view *old = el->view;
	el->view = view_ref(arg);
	view_unref(old);
}

void engine_set_view(struct engine *e, struct engine_view *v) {
	order_all(e, swap_view, v);
}

/* ---- the kill switch ---- */

struct leaf {
	const uint8_t *digest;
	atomic_size_t cut;
};

static bool shows(const struct conn *c, const uint8_t digest[SHA256_DIGEST_LENGTH]) {
	const X509 *shown = c->ssl ? SSL_get0_peer_certificate(c->ssl) : NULL;
	uint8_t own[SHA256_DIGEST_LENGTH];
	return shown && X509_digest(shown, EVP_sha256(), own, NULL) == 1 && memcmp(own, digest, sizeof(own)) == 0;
}

static void cut_leaf(struct engine_loop *el, void *arg) {
	struct leaf *leaf = arg;
	struct conn *next;
	for (struct conn *c = LIST_FIRST(&el->conns); c; c = next) {
		next = LIST_NEXT(c, link);
		if (shows(c, leaf->digest)) {
			conn_destroy(c);
			atomic_fetch_add(&leaf->cut, 1);
		}
	}
}

size_t engine_cut_leaf(struct engine *e, const uint8_t digest[32]) {
	struct leaf leaf = {.digest = digest};
	order_all(e, cut_leaf, &leaf);
	metric_add(METRIC_connections_killed_total, (int64_t)leaf.cut);
	return leaf.cut;
}

/* ---- stopping ---- */

static void drain_loop(struct engine_loop *el, void *arg) {
	GW_UNUSED(arg);
	el->draining = true;
	close_acceptors(el);
	struct conn *next;
	for (struct conn *c = LIST_FIRST(&el->conns); c; c = next) {
		next = LIST_NEXT(c, link);
		conn_drain(c);
	}
}

static void close_conns(struct engine_loop *el, void *arg) {
	GW_UNUSED(arg);
	while (!LIST_EMPTY(&el->conns)) {
		conn_destroy(LIST_FIRST(&el->conns));
	}
}

static void count_conns(struct engine_loop *el, void *arg) {
	struct conn *c;
	LIST_FOREACH(c, &el->conns, link) {
		atomic_fetch_add((atomic_size_t *)arg, 1);
	}
}

static size_t open_conns(struct engine *e) {
	atomic_size_t total = 0;
	order_all(e, count_conns, &total);
	return total;
}

void engine_drain(struct engine *e, uint32_t drain_ms) {
	order_all(e, drain_loop, NULL);
	for (uint32_t waited = 0; waited < drain_ms && open_conns(e) > 0; waited += DRAIN_POLL_MS) {
		usleep(DRAIN_POLL_MS * 1000);
	}
	order_all(e, close_conns, NULL);
}

void engine_stop(struct engine *e) {
	for (unsigned i = 0; e && i < e->count; i++) {
		if (e->loop[i].started) {
			loop_stop(e->loop[i].loop);
			pthread_join(e->loop[i].thread, NULL);
			e->loop[i].started = false;
		}
	}
}

void engine_free(struct engine *e) {
	if (!e) {
		return;
	}
	engine_stop(e);
	for (unsigned i = 0; i < e->count; i++) {
		struct engine_loop *el = &e->loop[i];
		here = el;
		if (el->loop) {
			close_acceptors(el);
			loop_deliver(el->loop);
		}
		if (el->app) {
			e->config.loop_app_free(el->app);
		}
		loop_free(el->loop);
		view_unref(el->view);
	}
	here = NULL;
	free(e);
}
