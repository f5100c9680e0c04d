/* gateway/engine/conn.h - one caller connection: TLS, one request at a time, its reply with back-pressure, lingering
 * close.
 *
 * The engine reads and frames; a conn_ops decides. All calls and callbacks happen on the connection's loop. After
 * on_gone or on_closed the connection must not be used any more. */
#ifndef GW_ENGINE_CONN_H
#define GW_ENGINE_CONN_H
#include "gateway/engine/engine.h"
#include "gateway/engine/http_head.h"

struct conn_ops {
	/* A head was read. Answer with conn_accept_body, or with a reply (conn_send …) without reading the body. */
	void (*on_head)(struct conn *c);
	/* The head is no HTTP that we take: reply and close. */
	void (*on_bad_head)(struct conn *c, enum http_head_status why);
	/* The body cannot be taken: malformed framing (GW_E_INPUT), over the limit (GW_E_DENIED), no memory or budget
	 * (GW_E_RETRY). */
	void (*on_bad_body)(struct conn *c, enum gw_code why);
	/* The whole request is here: conn_head, conn_body. */
	void (*on_request)(struct conn *c);
	/* Output that was waiting has left: more may be sent. May be NULL. */
	void (*on_drained)(struct conn *c);
	/* The last byte of a reply has been handed to the kernel (ok), or the caller left or stalled before (!ok). Once
	 * for each reply begun or request accepted. May be NULL. */
	void (*on_replied)(struct conn *c, bool ok);
	/* No certificate, no common protocol, garbage, too slow: `reason` is a short static word. May be NULL. */
	void (*on_handshake_failed)(struct conn *c, const char *reason);
	/* The connection ends: release conn_app. May be NULL. */
	void (*on_closed)(struct conn *c);
};

/* ---- what is known ---- */
struct loop *conn_loop(const struct conn *c);
const struct engine_listener *conn_listener(const struct conn *c);
const struct engine_hosts *conn_hosts(const struct conn *c); /* of the view in force */
const char *conn_peer(const struct conn *c);		     /* address text without port */
struct ssl_st *conn_ssl(const struct conn *c);		     /* NULL: plain */
const struct http_head *conn_head(const struct conn *c);     /* valid until the reply is complete */
struct gw_span conn_body(const struct conn *c);		     /* the same */
bool conn_host_is_ours(const struct conn *c);		     /* Host is one of the listener's names, with any port */
int64_t conn_request_us(const struct conn *c);		     /* monotonic time of the head's first byte */
/* Two pointers of the layers above: `app` for the connection's life, `user` for the request in progress. */
void *conn_app(const struct conn *c);
void conn_set_app(struct conn *c, void *app);
void *conn_user(const struct conn *c);
void conn_set_user(struct conn *c, void *user);

/* ---- deciding ---- */
/* Read the body, up to so many bytes; on_request follows, at once if there is none. */
void conn_accept_body(struct conn *c, uint32_t max_bytes);

/* ---- replying ---- */
bool conn_send(struct conn *c, const void *bytes, size_t n); /* queued; false: out of memory, the connection is cut */
void conn_flush(struct conn *c);			     /* push what is queued; not needed inside callbacks */
size_t conn_unsent(const struct conn *c);
/* Can the connection serve another request after this one? Not if the body was left unread, or the caller or the
 * process wants to end. */
bool conn_can_keep(const struct conn *c);
/* The reply is complete. `keep`: the connection may serve another request if the caller wants that too. */
void conn_send_end(struct conn *c, bool keep);
/* End at once so that no reader can take the reply for whole: no last chunk, no close_notify. */
void conn_cut(struct conn *c);
#endif
