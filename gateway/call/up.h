/* gateway/call/up.h - one exchange with a backend. libcurl opens, authenticates and owns the connection (on a worker,
 * because that blocks); the loop then speaks HTTP/1.1 on it. Everything here happens on the loop; pools belong to a
 * loop. */
#ifndef GW_CALL_UP_H
#define GW_CALL_UP_H
#include "gateway/call/call_view.h"
#include "gateway/engine/http_head.h"

struct up_pool;
struct up_exchange;

GW_NODISCARD enum gw_code up_global_init(struct gw_err *err);
GW_NODISCARD enum gw_code up_pool_new(struct loop *loop, struct workers *workers, struct up_pool **out,
				      struct gw_err *err);
void up_pool_free(struct up_pool *p);

enum up_failure {
	UP_NONE = 0,
	UP_UNREACHABLE, /* no connection: refused, TLS failed, counted as down */
	UP_CONNECT_SLOW,
	UP_NO_WORKER,  /* our own queue is full */
	UP_FIRST_BYTE, /* nothing came in time */
	UP_STALLED,    /* it began and stopped */
	UP_BROKEN,     /* cut off, or no HTTP */
};

struct up_events {
	/* The reply's head; its spans are valid during the call. */
	void (*on_head)(void *owner, const struct http_head *head);
	void (*on_data)(void *owner, struct gw_span data);
	void (*on_end)(void *owner);
	void (*on_failure)(void *owner, enum up_failure why); /* at any time before on_end */
};

struct up_request {
	struct engine_view *view; /* settings and backend live in it; borrowed */
	const struct backend *backend;
	struct gw_span message; /* head and body, as they go on the wire; borrowed until the exchange is over */
	bool replay;		/* may be sent again if a reused connection closed before the first reply byte */
	const struct up_events *events;
	void *owner;
};

/* No event comes before it returns. NULL: out of memory. */
struct up_exchange *up_start(struct up_pool *p, const struct up_request *request);
/* Stop reading from the backend, or go on. */
void up_pause(struct up_exchange *x, bool pause);
/* Give up; no event comes any more. The exchange is gone after on_end, on_failure and this call. */
void up_abort(struct up_exchange *x);
#endif
