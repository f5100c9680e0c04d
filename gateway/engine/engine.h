/* gateway/engine/engine.h - loops, listeners and the configuration that they run under. Knows no SOAP.
 *
 * A `struct engine_view` is one configuration as the loops need it: immutable, reference-counted. Reload builds a new
 * one whole and hands it to every loop; connections go on, listening sockets are never touched. */
#ifndef GW_ENGINE_ENGINE_H
#define GW_ENGINE_ENGINE_H
#include <stdatomic.h>

#include "base/span.h"
#include "gateway/engine/loop.h"
#include "gateway/engine/sessions.h"
#include "gateway/engine/settings.h"
#include "gateway/engine/workers.h"

enum { ENGINE_LISTENERS_MAX = 8, ENGINE_HOSTS_MAX = 16, ENGINE_NAME = 32, ENGINE_HOST = 256 };

struct conn;
struct conn_ops;
struct ssl_ctx_st;

struct engine_hosts {
	size_t count;
	char name[ENGINE_HOSTS_MAX][ENGINE_HOST];
};

struct engine_view {
	atomic_int refs;
	uint64_t generation; /* counts reloads */
	struct settings settings;
	struct {
		struct ssl_ctx_st *tls;	   /* NULL: plain */
		struct engine_hosts hosts; /* names that Host may have; empty: any (plain listeners only) */
	} listener[ENGINE_LISTENERS_MAX];
	void *app; /* of the layers above */
	void (*app_free)(void *app);
};
struct engine_view *view_ref(struct engine_view *v);
void view_unref(struct engine_view *v);

struct engine_listener { /* fixed for the life of the process */
	char name[ENGINE_NAME];
	int index;	  /* in engine_view.listener */
	char address[64]; /* IPv4 or IPv6 text */
	unsigned port;	  /* 0: from the OS; filled in by engine_new */
	const struct conn_ops *ops;
	int activated_fd; /* from socket activation, -1 = open our own */
};

struct engine;
struct engine_config {
	unsigned loops;
	struct engine_listener *listeners; /* borrowed; ports are filled in */
	size_t listener_count;
	struct engine_view *view; /* reference taken */
	void *(*loop_app_new)(struct loop *l, void *ctx,
			      struct gw_err *err); /* per-loop state of the layers above; NULL = error */
	void (*loop_app_free)(void *app);
	void *ctx;
};
GW_NODISCARD enum gw_code engine_new(const struct engine_config *config, struct engine **out, struct gw_err *err);
GW_NODISCARD enum gw_code engine_start(struct engine *e, struct gw_err *err); /* starts the loops' threads */

/* Hand a new view to every loop and wait until all use it. */
void engine_set_view(struct engine *e, struct engine_view *v);

/* Cut every connection whose peer has shown the certificate with this SHA-256, whatever it is doing. When it returns
 * every loop has done so; how many there were. Any thread but a loop's. */
size_t engine_cut_leaf(struct engine *e, const uint8_t digest[32]);

/* Stop accepting, let running calls end within drain_ms, close the rest. The loops run on: workers and the store may
 * still have something to say to them. */
void engine_drain(struct engine *e, uint32_t drain_ms);
void engine_stop(struct engine *e); /* joins the loops */
void engine_free(struct engine *e); /* delivers what was still said to them */

/* On a loop's thread. */
struct engine_view *loop_view(const struct loop *l); /* borrowed until the next message */
bool loop_draining(const struct loop *l);

/* The global budget of request buffers, against the settings of `view`. */
bool budget_take(const struct engine_view *view, size_t bytes);
void budget_give(size_t bytes);
#endif
