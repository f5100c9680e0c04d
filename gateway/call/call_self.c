/* What the gateway answers itself: on a worker, because it may wait for the registry. */
#include <openssl/ssl.h>

#include "gateway/call/call_private.h"

/* The largest upload in base64 fits. */
enum { ANSWER_MAX_BYTES = 100663296 };

struct self_work {
	struct work work;
	struct call *call; /* reference */
	self_fn answer;
	const char *content_type;
	struct self_call self;
	struct peer peer;
	struct vash_caller caller;
	struct gw_buf out;
	enum vash_fault fault;
};

static void on_worker(struct work *work) {
	struct self_work *w = work->owner;
	w->fault = w->answer(&w->self, &w->out);
}

static void answer(struct self_work *w) {
	struct call *call = w->call;
	if (w->fault == VASH_NO_FAULT) {
		gw_buf_release(&call->hold);
		call->hold = w->out;
		gw_buf_init(&w->out, 0);
		call_serve(call, w->content_type);
	} else {
		call_refuse(call, w->fault, "");
	}
	if (call->conn) {
		conn_flush(call->conn);
	}
}

static void release(struct self_work *w) {
	X509_free(w->self.leaf);
	sk_X509_pop_free(w->self.chain, X509_free);
	gw_buf_release(&w->out);
	free(w);
}

static void on_done(struct work *work) {
	struct self_work *w = work->owner;
	struct call *call = w->call;
	if (call->conn) {
		answer(w);
	}
	release(w);
	call_release(call);
}

/* References of its own: the connection may end while the worker looks at them. */
static void keep_certificates(struct self_work *w) {
	SSL *ssl = conn_ssl(w->call->conn);
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
	w->self.leaf = SSL_get1_peer_certificate(ssl);
	w->self.chain = chain ? X509_chain_up_ref(chain) : NULL;
}

void call_self(struct call *call, const struct vash_caller *caller, self_fn answer_fn, const char *content_type) {
	struct self_work *w = calloc(1, sizeof(*w));
	if (!w) {
		call_refuse(call, VASH_OVERLOADED, "");
		return;
	}
	const struct peer *p = conn_app(call->conn);
	w->call = call;
	w->answer = answer_fn;
	w->content_type = content_type;
	w->peer = *p;
	w->caller = *caller;
	w->self = (struct self_call){.shared = call->cl->shared,
				     .view = call_view(call),
				     .settings = call_settings(call),
				     .peer = &w->peer,
				     .trust = call_view(call)->trust[conn_listener(call->conn)->index],
				     .caller = &w->caller,
				     .service = call->service,
				     .path = call->path,
				     .envelope = gw_buf_span(&call->envelope),
				     .soap12 = call->soap == FAULT_SOAP12};
	keep_certificates(w);
	gw_buf_init(&w->out, ANSWER_MAX_BYTES);
	w->work.loop = call->cl->loop;
	w->work.run = on_worker;
	w->work.done = on_done;
	w->work.owner = w;
	if (workers_submit(call->cl->shared->workers, &w->work)) {
		call_hold(call);
	} else {
		release(w);
		call_refuse(call, VASH_OVERLOADED, "");
	}
}
