#include "gateway/cli/tsl_watch.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sync.h"
#include "gateway/cli/child_run.h"
#include "gateway/engine/metrics.h"

enum { IMPORT_MS = 300000, ANSWER_BYTES_MAX = 16777216, FIRST_MS = 1000, ARGUMENTS = 12 };

struct tsl_watch {
	const char *config_path;
	pthread_t thread;
	bool runs;
	atomic_bool stopping;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t wake;
	struct config_trust trust;
	uint32_t pause_s;
	bool woken; /* another configuration */
};

/* ---- one import ---- */

static void command_of(const struct tsl_watch *w, const struct config_trust *t, const char *out[ARGUMENTS]) {
	size_t n = 0;
	out[n++] = "--config";
	out[n++] = w->config_path;
	out[n++] = "--json";
	out[n++] = "tsl";
	out[n++] = "import";
	out[n++] = t->list;
	if (t->lotl[0]) {
		out[n++] = "--lotl";
		out[n++] = t->lotl;
	}
	if (t->signer[0]) {
		out[n++] = "--signer";
		out[n++] = t->signer;
	}
	out[n] = NULL;
}

static void note_failed(const char *code, const char *detail) {
	metric_add(METRIC_list_import_failures_total, 1);
	gw_log(GW_LOG_WARN, "trusted_list_refused", "code", code, "detail", detail, NULL);
}

/* Whatever status it ended with: a refusal is an answer, too. */
static void note_answer(struct gw_buf *answer) {
	const char *text = gw_buf_cstr(answer);
	GW_AUTO(json) json_t *j = text ? json_loads(text, 0, NULL) : NULL;
	if (!json_is_true(json_object_get(j, "ok"))) {
		const char *error = gw_json_text(j, "error", "");
		note_failed(gw_json_text(j, "code", "failed"), error[0] ? error : gw_json_text(j, "detail", "-"));
		return;
	}
	metric_add(METRIC_list_imports_total, 1);
	if (json_is_true(json_object_get(j, "imported"))) {
		gw_log(GW_LOG_INFO, "trusted_list_imported", NULL);
	}
}

static void import(struct tsl_watch *w, const struct config_trust *t) {
	const char *arguments[ARGUMENTS];
	enum child_outcome outcome;
	struct gw_err err = {0};
	GW_AUTO(buf) struct gw_buf answer;
	gw_buf_init(&answer, ANSWER_BYTES_MAX);
	command_of(w, t, arguments);
	const struct child_job job = {.arguments = arguments, .deadline_ms = IMPORT_MS, .stop = &w->stopping};
	if (child_run(&job, &answer, &outcome, &err) != GW_OK) {
		note_failed("failed", err.msg);
	} else if (outcome == CHILD_LATE || outcome == CHILD_TOO_MUCH) {
		note_failed("failed", "the import did not end in time");
	} else {
		note_answer(&answer);
	}
}

/* ---- the thread ---- */

/* True: a list is configured. */
static bool take_turn(struct tsl_watch *w, struct config_trust *trust, uint32_t *pause_s) {
	pthread_mutex_lock(&w->mutex);
	*trust = w->trust;
	*pause_s = w->pause_s;
	w->woken = false;
	pthread_mutex_unlock(&w->mutex);
	return trust->list[0] && !atomic_load(&w->stopping);
}

static void sleep_ms(struct tsl_watch *w, int64_t ms) {
	int64_t until_us = gw_mono_us() + ms * 1000;
	bool waits = true;
	pthread_mutex_lock(&w->mutex);
	while (!w->woken && !atomic_load(&w->stopping) && waits) {
		waits = gw_cond_wait_until(&w->wake, &w->mutex, until_us);
	}
	pthread_mutex_unlock(&w->mutex);
}

static void *watch_main(void *arg) {
	struct tsl_watch *w = arg;
	pthread_setname_np(pthread_self(), "tsl-watch");
	sleep_ms(w, FIRST_MS);
	while (!atomic_load(&w->stopping)) {
		struct config_trust trust;
		uint32_t pause_s;
		if (take_turn(w, &trust, &pause_s)) {
			import(w, &trust);
		}
		sleep_ms(w, (int64_t)pause_s * 1000);
	}
	return NULL;
}

static void wake(struct tsl_watch *w) {
	pthread_mutex_lock(&w->mutex);
	w->woken = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
}

enum gw_code tsl_watch_start(const char *config_path, const struct config *c, struct tsl_watch **out,
			     struct gw_err *err) {
	struct tsl_watch *w = calloc(1, sizeof(*w));
	*out = NULL;
	if (!w) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	pthread_mutex_init(&w->mutex, NULL);
	gw_cond_init(&w->wake);
	w->config_path = config_path;
	w->trust = c->trust;
	w->pause_s = c->settings.list_import_s;
	w->runs = pthread_create(&w->thread, NULL, watch_main, w) == 0;
	if (!w->runs) {
		tsl_watch_free(w);
		return gw_fail(err, GW_E_NOMEM, "cannot start the watcher of the trusted list");
	}
	*out = w;
	return GW_OK;
}

/* An import that has just come into force reloads, too: only another list, or another pace, begins anew. */
void tsl_watch_use(struct tsl_watch *w, const struct config *c) {
	pthread_mutex_lock(&w->mutex);
	bool same = strcmp(w->trust.list, c->trust.list) == 0 && strcmp(w->trust.lotl, c->trust.lotl) == 0 &&
		    strcmp(w->trust.signer, c->trust.signer) == 0 && w->pause_s == c->settings.list_import_s;
	w->trust = c->trust;
	w->pause_s = c->settings.list_import_s;
	pthread_mutex_unlock(&w->mutex);
	if (!same) {
		wake(w);
	}
}

void tsl_watch_stop(struct tsl_watch *w) {
	if (w) {
		atomic_store(&w->stopping, true);
		wake(w);
	}
}

void tsl_watch_free(struct tsl_watch *w) {
	if (!w) {
		return;
	}
	tsl_watch_stop(w);
	if (w->runs) {
		pthread_join(w->thread, NULL);
	}
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}
