/* gateway/call/call.h - the path of a call. docs/REQUEST.md walks through it function by function.
 *
 * call.c judges and steers; call_answer.c replies for the gateway itself; call_relay.c streams a backend's reply;
 * call_audit.c writes the records. A `struct call` lives on one loop and is counted: the connection, each audit record
 * under way and a running digest hold it. */
#ifndef GW_CALL_CALL_H
#define GW_CALL_CALL_H
#include "gateway/call/callers.h"
#include "gateway/call/digest.h"
#include "gateway/call/limits.h"
#include "gateway/call/peer.h"
#include "gateway/call/unproven.h"
#include "gateway/call/up.h"
#include "gateway/soap/fault.h"
#include "vash/rules.h"

/* A request that the gateway answers itself, by a function of the layer above. */
struct self_call {
	const struct call_shared *shared;
	const struct call_view *view;
	const struct settings *settings;
	const struct peer *peer;
	const struct cert_trust *trust; /* of the listener */
	struct x509_st *leaf;		/* the peer's */
	struct stack_st_X509 *chain;	/* what he sent beside it; may be NULL */
	const struct vash_caller *caller;
	const struct vash_service *service; /* NULL: a path that is no service */
	const char *path;
	struct gw_span envelope; /* the guard's own, validated; empty with a GET */
	bool soap12;
};
/* The answer is appended to `out`, or refused. On a worker; nothing of `call` may be kept. */
typedef enum vash_fault (*self_fn)(const struct self_call *call, struct gw_buf *out);

/* Contracts: the WSDL of a service for `path?wsdl`, or a schema beside it; appended to `out`. GW_E_NOTFOUND. */
typedef enum gw_code (*contract_fn)(const struct call_view *view, int listener, struct gw_span path,
				    struct gw_span query, struct gw_buf *out);

/* One for each loop: loop_app. */
struct call_loop {
	struct loop *loop;
	const struct call_shared *shared;
	self_fn self_service, touch;
	contract_fn contract;
	struct guard *guard;
	struct engine_view *guard_view; /* reference: the guard's schemas live in it */
	struct judgement_cache *judgements;
	struct callers *callers;
	struct up_pool *pool;
};

extern const struct conn_ops call_ops; /* for listeners of services */
/* conn_ops.on_handshake_failed: counted and logged. */
void call_handshake_failed(struct conn *c, const char *reason);

struct call_loop_config {
	const struct call_shared *shared;
	self_fn self_service, touch;
	contract_fn contract;
};
void *call_loop_new(struct loop *l, void *config /* struct call_loop_config */, struct gw_err *err);
void call_loop_free(void *call_loop);
#endif
