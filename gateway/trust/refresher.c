#include "gateway/trust/refresher.h"

#include <openssl/x509.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sync.h"
#include "certs/judge.h"
#include "gateway/engine/metrics.h"
#include "store/registry.h"

enum { FETCH_MS = 10000, REVOKED_MAX_BYTES = 16777216 };

struct refresher {
	struct refresher_config config;
	struct registry_reader *reader;
	pthread_t thread;
	bool runs;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t wake;
	struct engine_view *view;
	bool woken;
	atomic_bool stopping;
	/* of the thread alone */
	uint64_t epoch, generation; /* under which all were judged last: of what is fetched, of the view */
	struct gw_buf revoked;	    /* digests that were found so and have been told */
	bool failing;		    /* the log says so */
};

/* One look over the registry. */
struct pass {
	struct refresher *r;
	const struct cert_trust *trust;
	struct fetch_how how;
	bool fetches; /* else it only judges */
	size_t unknown;
	char why[CERT_WHY]; /* the first failure */
	int64_t last;	    /* record that was read */
	size_t read;
};

/* ---- revoked ---- */

static size_t place_of(const struct gw_buf *all, const uint8_t digest[CERT_DIGEST_BYTES]) {
	size_t at = 0;
	while (at < all->len && memcmp(all->data + at, digest, CERT_DIGEST_BYTES) != 0) {
		at += CERT_DIGEST_BYTES;
	}
	return at;
}

/* A hold may be lifted (RFC 5280 5.3.1): then it may be found revoked once more. */
static void note_revoked(struct refresher *r, const uint8_t digest[CERT_DIGEST_BYTES], bool revoked) {
	size_t at = place_of(&r->revoked, digest);
	bool known = at < r->revoked.len;
	if (known && !revoked) {
		r->revoked.len -= CERT_DIGEST_BYTES;
		memmove(r->revoked.data + at, r->revoked.data + r->revoked.len, CERT_DIGEST_BYTES);
	} else if (!known && revoked) {
		GW_UNUSED(gw_buf_add(&r->revoked, digest, CERT_DIGEST_BYTES) == GW_OK);
		r->config.revoked(r->config.ctx, digest);
	}
}

/* ---- one certificate ---- */

static void look(struct pass *p, X509 *cert, const struct cert_facts *facts) {
	struct cert_judgement judgement;
	char why[CERT_WHY] = "";
	const struct cert_question question = {
		.leaf = cert, .facts = facts, .purpose = CERT_FOR_CALL, .at_utc_s = gw_now_utc_s()};
	enum fetch_result result = p->fetches ? fetch_status(&p->how, p->trust, &question, why) : FETCH_NOTHING;
	metric_add(METRIC_revocation_fetched_total, result == FETCH_NEW);
	metric_add(METRIC_revocation_failures_total, why[0] != '\0');
	bool rests = p->fetches && !cert_live_may_fetch(p->how.live, facts->digest);
	if (p->fetches && result == FETCH_NOTHING && !rests && cert_live_epoch(p->how.live) == p->r->epoch) {
		return; /* known, as it was */
	}
	cert_judge(p->trust, &question, &judgement, NULL);
	note_revoked(p->r, facts->digest, judgement.verdict == CERT_REFUSED_REVOKED);
	bool lost = judgement.verdict == CERT_REFUSED_UNKNOWN_ISSUER; /* without its issuer nothing is known of it */
	p->unknown += judgement.missing || lost;
	if ((judgement.missing || lost) && !p->why[0]) {
		snprintf(p->why, sizeof(p->why), "%.*s", CERT_WHY - 1, lost ? judgement.detail : why);
	}
}

static enum gw_code look_at_record(void *ctx, int64_t record, const char *pem, struct gw_err *err) {
	struct pass *p = ctx;
	struct cert_facts facts;
	GW_UNUSED(err);
	GW_AUTO(x509) X509 *cert = cert_read_pem(gw_span_of(pem));
	p->last = record;
	p->read++;
	if (cert && cert_facts_read(cert, &facts, NULL) == GW_OK && !atomic_load(&p->r->stopping)) {
		look(p, cert, &facts);
	}
	return GW_OK;
}

/* ---- all of them ---- */

static void look_at_all(struct pass *p) {
	struct gw_err err = {0};
	p->last = 0;
	do {
		p->read = 0;
		if (registry_certificates(p->r->reader, p->last, look_at_record, p, &err) != GW_OK) {
			gw_log_err(GW_LOG_ERROR, "registry_unreadable", &err);
			return;
		}
	} while (p->read > 0 && !atomic_load(&p->r->stopping));
}

/* The log says when it begins to fail, and when it does so no more. */
static void say(struct refresher *r, const struct pass *p) {
	char unknown[24];
	bool failing = p->unknown > 0;
	metric_add(METRIC_revocation_rounds_total, 1);
	metric_set(METRIC_revocation_unknown, (int64_t)p->unknown);
	metric_set(METRIC_revocation_evidence, (int64_t)cert_live_count(p->how.live));
	snprintf(unknown, sizeof(unknown), "%zu", p->unknown);
	if (failing && !r->failing) {
		gw_log(GW_LOG_WARN, "revocation_unknown", "certificates", unknown, "why", p->why, NULL);
	} else if (!failing && r->failing) {
		gw_log(GW_LOG_INFO, "revocation_known", NULL);
	}
	r->failing = failing;
}

/* Fetches what is due; whatever that has changed is judged for all: a CRL speaks of many. */
static void run_pass(struct refresher *r, const struct engine_view *view) {
	const struct call_view *cv = view->app;
	struct pass fetching = {.r = r, .trust = cv->call_trust, .fetches = true};
	fetching.how = fetch_how_of(r->config.shared, &view->settings);
	fetching.how.ahead = true;
	fetching.how.issuers = true; /* an import asks nobody */
	fetching.how.deadline_ms = FETCH_MS;
	fetching.how.stop = &r->stopping;
	if (!cv->call_trust) {
		return;
	}
	if (fetching.how.live) {
		look_at_all(&fetching);
	}
	uint64_t epoch = cert_live_epoch(fetching.how.live);
	if (epoch != r->epoch || view->generation != r->generation) { /* a reload brings other CRLs and anchors */
		struct pass judging = fetching;
		judging.fetches = false;
		judging.unknown = 0;
		r->epoch = epoch;
		r->generation = view->generation;
		look_at_all(&judging);
		fetching.unknown = judging.unknown;
	}
	if (fetching.how.live) {
		say(r, &fetching);
	}
}

/* ---- the thread ---- */

/* The view in force; a reference. */
static struct engine_view *take_view(struct refresher *r) {
	pthread_mutex_lock(&r->mutex);
	struct engine_view *view = view_ref(r->view);
	r->woken = false;
	pthread_mutex_unlock(&r->mutex);
	return view;
}

static void sleep_s(struct refresher *r, uint32_t seconds) {
	int64_t until_us = gw_mono_us() + (int64_t)seconds * 1000000;
	bool waits = true;
	pthread_mutex_lock(&r->mutex);
	while (!r->woken && !atomic_load(&r->stopping) && waits) {
		waits = gw_cond_wait_until(&r->wake, &r->mutex, until_us);
	}
	pthread_mutex_unlock(&r->mutex);
}

static void *refresher_main(void *arg) {
	struct refresher *r = arg;
	pthread_setname_np(pthread_self(), "refresher");
	while (!atomic_load(&r->stopping)) {
		struct engine_view *view = take_view(r);
		uint32_t pause_s = view->settings.revocation_refresh_s;
		run_pass(r, view);
		view_unref(view);
		sleep_s(r, pause_s);
	}
	return NULL;
}

enum gw_code refresher_start(const struct refresher_config *config, struct refresher **out, struct gw_err *err) {
	struct refresher *r = calloc(1, sizeof(*r));
	*out = NULL;
	if (!r) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	pthread_mutex_init(&r->mutex, NULL);
	gw_cond_init(&r->wake);
	r->config = *config;
	r->view = view_ref(config->view);
	gw_buf_init(&r->revoked, REVOKED_MAX_BYTES);
	enum gw_code rc = registry_reader_open(store_path(config->shared->store), &r->reader, err);
	if (rc == GW_OK) {
		r->runs = pthread_create(&r->thread, NULL, refresher_main, r) == 0;
		rc = r->runs ? GW_OK : gw_fail(err, GW_E_NOMEM, "cannot start the refresher");
	}
	if (rc != GW_OK) {
		refresher_free(r);
		return rc;
	}
	*out = r;
	return GW_OK;
}

void refresher_use(struct refresher *r, struct engine_view *view) {
	pthread_mutex_lock(&r->mutex);
	struct engine_view *old = r->view;
	r->view = view_ref(view);
	pthread_mutex_unlock(&r->mutex);
	view_unref(old);
	refresher_wake(r);
}

void refresher_wake(struct refresher *r) {
	pthread_mutex_lock(&r->mutex);
	r->woken = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->mutex);
}

void refresher_stop(struct refresher *r) {
	if (r) {
		atomic_store(&r->stopping, true);
		refresher_wake(r);
	}
}

void refresher_free(struct refresher *r) {
	if (!r) {
		return;
	}
	refresher_stop(r);
	if (r->runs) {
		pthread_join(r->thread, NULL);
	}
	registry_reader_close(r->reader);
	view_unref(r->view);
	gw_buf_release(&r->revoked);
	pthread_cond_destroy(&r->wake);
	pthread_mutex_destroy(&r->mutex);
	free(r);
}
