#include "gateway/call/status_wait.h"

#include <openssl/ssl.h>

#include "base/clock.h"

struct status_work {
	struct work work;
	struct engine_view *view; /* reference: the trust is its */
	struct cert_facts facts;
	struct cert_question question; /* its certificates are references of our own */
	struct fetch_how how;
	const struct cert_trust *trust;
	status_known_fn known;
	void *owner;
	bool told;
	struct loop_timer deadline; /* a resolver of names keeps none: the worker may come back later */
};

enum { GRACE_MS = 200 };

static void on_worker(struct work *work) {
	const struct status_work *w = work->owner;
	GW_UNUSED(fetch_status(&w->how, w->trust, &w->question, NULL)); /* the judge sees what is there now */
}

static void release(struct status_work *w) {
	X509_free(w->question.leaf);
	sk_X509_pop_free(w->question.chain, X509_free);
	view_unref(w->view);
	free(w);
}

static void tell(struct status_work *w) {
	if (!w->told) {
		w->told = true;
		loop_timer_clear(w->work.loop, &w->deadline);
		w->known(w->owner);
	}
}

static void on_deadline(struct loop_timer *t) {
	tell(t->owner);
}

static void on_done(struct work *work) {
	struct status_work *w = work->owner;
	tell(w);
	release(w);
}

static struct status_work *prepare(struct conn *c, const struct peer *p, const struct call_shared *shared) {
	struct status_work *w = calloc(1, sizeof(*w));
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(conn_ssl(c));
	if (!w) {
		return NULL;
	}
	w->view = view_ref(loop_view(conn_loop(c)));
	const struct call_view *cv = w->view->app;
	w->facts = p->facts;
	w->question = (struct cert_question){.leaf = SSL_get1_peer_certificate(conn_ssl(c)),
					     .facts = &w->facts,
					     .chain = chain ? X509_chain_up_ref(chain) : NULL,
					     .purpose = CERT_FOR_CALL,
					     .at_utc_s = gw_now_utc_s()};
	w->how = fetch_how_of(shared, &w->view->settings);
	w->trust = cv->trust[conn_listener(c)->index];
	w->work = (struct work){.loop = conn_loop(c), .run = on_worker, .done = on_done, .owner = w};
	return w;
}

bool status_wait(struct conn *c, const struct peer *p, const struct call_shared *shared, enum status_scope scope,
		 status_known_fn known, void *owner) {
	const struct call_view *cv = loop_view(conn_loop(c))->app;
	bool somebody = scope != STATUS_CONFIGURED || cert_trust_has_addresses(cv->trust[conn_listener(c)->index]);
	bool waits = somebody && peer_is_waiting(p) && cert_live_may_wait(shared->live, p->facts.digest);
	struct status_work *w = waits ? prepare(c, p, shared) : NULL;
	if (!w) {
		return false;
	}
	w->how.configured = scope == STATUS_CONFIGURED;
	w->how.keeps_chain = scope == STATUS_REGISTERED;
	w->known = known;
	w->owner = owner;
	if (!workers_submit(shared->fetchers, &w->work)) {
		release(w);
		return false;
	}
	w->deadline = (struct loop_timer){.fired = on_deadline, .owner = w};
	int64_t at_ms = gw_mono_ms() + w->how.deadline_ms + GRACE_MS;
	GW_UNUSED(loop_timer_set(w->work.loop, &w->deadline, at_ms) == GW_OK); /* else it waits for the worker */
	return true;
}
