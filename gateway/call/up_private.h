/* gateway/call/up_private.h - connections to backends, shared by up_connect.c, up_pool.c and up_exchange.c. */
#ifndef GW_CALL_UP_PRIVATE_H
#define GW_CALL_UP_PRIVATE_H
#include "base/buf.h"
#include "gateway/call/up.h"
#include "gateway/engine/http_body.h"

struct up_conn { /* one open connection; owned by the pool while idle, by an exchange while busy */
	LIST_ENTRY(up_conn) link;
	struct up_pool *pool;
	void *easy; /* CURL: owns socket and TLS */
	struct loop_fd fd;
	struct loop_timer idle;
	int backend_index;
	uint8_t identity[32]; /* of the backend: a reload may change it, or give the index to another one */
	struct up_exchange *exchange;
	bool reused, tls;
};
LIST_HEAD(up_conn_list, up_conn);

/* CLOSED: the backend said that it is done (close_notify); BROKEN: the connection failed or ended without that. */
enum up_io { UP_IO_AGAIN = 0, UP_IO_SOME, UP_IO_CLOSED, UP_IO_BROKEN };

/* ---- up_connect.c: libcurl ---- */
struct up_connect { /* a connect on a worker; outlives the exchange that asked for it */
	struct work work;
	struct up_pool *pool;
	struct up_exchange *exchange; /* NULL: given up meanwhile */
	struct engine_view *view;     /* reference held */
	const struct backend *backend;
	uint32_t timeout_ms;
	void *easy;
	int fd;
	bool timed_out;
	char error[160];
};
struct up_connect *up_connect_start(struct up_pool *p, struct up_exchange *x);
enum up_io up_recv(struct up_conn *c, char *into, size_t room, size_t *got);
enum up_io up_send(struct up_conn *c, struct gw_span bytes, size_t *sent);
void up_easy_free(void *easy);

/* ---- up_pool.c ---- */
struct up_backend_state {
	struct up_conn_list idle;
	size_t idle_count;
	uint8_t identity[32]; /* of the backend that the following is about */
	uint32_t failures;    /* connects in a row */
	int64_t down_until_ms;
};
struct up_pool {
	struct loop *loop;
	struct workers *workers;
	struct up_backend_state state[BACKENDS_MAX];
};
struct up_conn *up_pool_take_idle(struct up_pool *p, const struct backend *b);
void up_pool_keep(struct up_conn *c, const struct settings *s); /* or closes it */
void up_conn_free(struct up_conn *c);
struct up_conn *up_conn_new(struct up_connect *done);
bool up_pool_is_down(const struct up_pool *p, const struct backend *b);
void up_pool_note_connect(struct up_pool *p, const struct backend *b, bool ok, const struct settings *s);

/* ---- up_exchange.c ---- */
void up_exchange_connected(struct up_exchange *x, struct up_conn *c);
void up_exchange_connect_failed(struct up_exchange *x, bool timed_out);
void up_exchange_ready(struct up_exchange *x, uint32_t events);
const struct up_request *up_exchange_request(const struct up_exchange *x);
#endif
