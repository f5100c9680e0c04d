/* serve: everything is built once, then the main thread waits for signals, the control socket and the clock. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/kv.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/call/call.h"
#include "gateway/cases/desk_view.h"
#include "gateway/cli/case_command.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/codelists_publish.h"
#include "gateway/cli/control.h"
#include "gateway/cli/house.h"
#include "gateway/cli/kill_switch.h"
#include "gateway/cli/mail_config.h"
#include "gateway/cli/metrics_http.h"
#include "gateway/cli/registry_command.h"
#include "gateway/cli/tsl_import.h"
#include "gateway/cli/tsl_watch.h"
#include "gateway/cli/sources.h"
#include "gateway/cli/view.h"
#include "gateway/engine/metrics.h"
#include "gateway/mail/mail_sender.h"
#include "gateway/soap/contracts.h"
#include "gateway/soap/own.h"
#include "gateway/trust/refresher.h"
#include "gateway/web/touch.h"
#include "gateway/web/web.h"
#include "portal/portal.h"

enum {
	TICK_MS = 1000,
	LISTEN_FDS_START = 3,
	OUTCOMES_MS = 10000,
	OUTCOMES_POLL_MS = 10,
	WEB_SESSIONS_MAX = 4096,
	FETCHERS = 8
};
#define NOBODY "system" /* who, when no user is known: at the start, after a signal */

struct server {
	const char *config_path;
	struct config config;
	struct cli_store store;
	struct call_shared shared;
	struct web_shared web;
	struct engine_view *view; /* in force */
	struct call_loop_config loop_config;
	struct engine_listener listeners[ENGINE_LISTENERS_MAX];
	struct engine *engine;
	struct mail_sender *mail;
	struct refresher *refresher;
	struct tsl_watch *list_watch;
	uint64_t generation;
	struct house house;
	int signals, control;
	bool stopping;
};

/* ---- records of the process itself ---- */

struct note {
	enum audit_kind kind;
	const char *const (*pairs)[2];
	size_t count;
	const struct vash_codelists *lists; /* that come into force with it: a new version is in the same commit */
	const char *who;		    /* brings them */
};

static enum gw_code record(struct server *s, const struct note *note, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf fields;
	gw_buf_init(&fields, AUDIT_FIELDS_MAX_BYTES);
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < note->count; i++) {
		rc = gw_kv_text(&fields, note->pairs[i][0], note->pairs[i][1]);
	}
	if (rc != GW_OK) {
		return gw_fail(err, rc, "audit record too long");
	}
	struct audit_entry e = {.kind = note->kind, .fields = gw_buf_span(&fields)};
	return note->lists ? codelists_publish(s->store.store, note->lists, note->who, &e, err)
			   : store_submit_wait(s->store.store, &e, err);
}

static enum gw_code record_start(struct server *s, const struct engine_view *view, struct gw_err *err) {
	const struct call_view *cv = view->app;
	char self[65], generation[24];
	enum gw_code rc = sources_file("/proc/self/exe", self, err);
	if (rc != GW_OK) {
		return rc;
	}
	snprintf(generation, sizeof(generation), "%llu", (unsigned long long)view->generation);
	const char *const pairs[][2] = {{"version", VASHGATE_VERSION}, {"binary", self},
					{"config", cv->config_digest}, {"anchors", cv->anchors_digest},
					{"files", cv->files_digest},   {"generation", generation}};
	const struct note note = {AUDIT_START, pairs, GW_COUNT(pairs), cv->codelists, NOBODY};
	return record(s, &note, err);
}

/* `view` is NULL when the new configuration was refused; `error` says why. */
static enum gw_code record_reload(struct server *s, const struct engine_view *view, const char *who, const char *error,
				  struct gw_err *err) {
	const struct call_view *cv = view ? view->app : NULL;
	char generation[24];
	snprintf(generation, sizeof(generation), "%llu", (unsigned long long)(view ? view->generation : s->generation));
	const char *const pairs[][2] = {{"result", view ? "ok" : "failed"},
					{"config", cv ? cv->config_digest : "-"},
					{"anchors", cv ? cv->anchors_digest : "-"},
					{"files", cv ? cv->files_digest : "-"},
					{"generation", generation},
					{"error", error}};
	const struct note note = {AUDIT_CONFIG, pairs, GW_COUNT(pairs), cv ? cv->codelists : NULL, who};
	return record(s, &note, err);
}

static void note_reload_failed(struct server *s, const struct gw_err *why) {
	struct gw_err err = {0};
	metric_add(METRIC_reload_failures_total, 1);
	gw_log_err(GW_LOG_ERROR, "reload_failed", why);
	if (record_reload(s, NULL, NOBODY, why->msg, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "audit_failed", &err);
	}
}

/* ---- reload: build the new whole, swap, or keep the old ---- */

#define SETTING_UNCHANGED(key, type, def, min, max, unit, reload, help)                                                \
	if (!(reload) && old->settings.key != new->settings.key) {                                                     \
		return gw_fail(err, GW_E_CONFIG, "'" #key "' takes a restart");                                        \
	}

static enum gw_code check_settings(const struct config *old, const struct config *new, struct gw_err *err) {
	SETTINGS(SETTING_UNCHANGED)
	return GW_OK;
}

static enum gw_code check_unchanged(const struct config *old, const struct config *new, struct gw_err *err) {
	bool same = old->listener_count == new->listener_count &&strcmp(old->data_dir, new->data_dir) == 0 &&
		    strcmp(old->log_key, new->log_key) == 0 && strcmp(old->control_socket, new->control_socket) == 0;
	for (size_t i = 0; same && i < old->listener_count; i++) {
		const struct config_listener *a = &old->listener[i], *b = &new->listener[i];
		same = strcmp(a->name, b->name) == 0 && a->kind == b->kind && strcmp(a->address, b->address) == 0 &&
		       a->port == b->port;
	}
	return same ? check_settings(old, new, err)
		    : gw_fail(err, GW_E_CONFIG,
			      "data_dir, log_key, control_socket and the listeners' names, kinds, addresses and ports take a restart");
}

static enum gw_code build_next(struct server *s, struct config *next, struct engine_view **view,
			       struct mail_settings *mail, struct gw_err *err) {
	const struct view_shared shared = {s->shared.sessions, s->shared.live};
	enum gw_code rc = config_load(s->config_path, next, err);
	rc = rc == GW_OK ? check_unchanged(&s->config, next, err) : rc;
	rc = rc == GW_OK ? mail_config_load(next, mail, err) : rc;
	return rc == GW_OK ? view_build(next, s->generation + 1, &shared, view, err) : rc;
}

static void apply_log_level(const struct config *c) {
	gw_log_level_set(c->settings.debug_log ? GW_LOG_DEBUG : GW_LOG_INFO);
}

static void use(struct server *s, const struct config *next, struct engine_view *view) {
	s->generation = view->generation;
	engine_set_view(s->engine, view);
	view_unref(s->view);
	s->view = view_ref(view);
	refresher_use(s->refresher, view);
	tsl_watch_use(s->list_watch, next);
	s->config = *next;
	apply_log_level(&s->config);
	metric_add(METRIC_reloads_total, 1);
	gw_log(GW_LOG_INFO, "reloaded", "config", s->config.digest, NULL);
}

/* The record comes first: what the trail does not know is not in force. */
static enum gw_code reload(struct server *s, const char *who, struct gw_err *err) {
	struct engine_view *view = NULL;
	struct mail_settings mail = {0};
	struct config *next = malloc(sizeof(*next));
	if (!next) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = build_next(s, next, &view, &mail, err);
	rc = rc == GW_OK ? record_reload(s, view, who, "-", err) : rc;
	if (rc == GW_OK) {
		use(s, next, view);
		mail_sender_configure(s->mail, &mail);
	} else {
		note_reload_failed(s, err);
	}
	explicit_bzero(&mail, sizeof(mail));
	view_unref(view);
	free(next);
	return rc;
}

/* ---- the control socket ---- */

/* What is blocked is cut off before the operator gets his answer. */
static void kill_blocked(struct server *s, const json_t *command, const json_t *answer) {
	const struct kill_switch k = {s->engine, &s->shared};
	const char *cert = gw_json_text(command, "cert", "");
	uint8_t digest[CERT_DIGEST_BYTES];
	struct gw_err err = {0};
	if (strcmp(gw_json_text(command, "command", ""), "block") != 0 ||
	    !json_is_true(json_object_get(answer, "ok"))) {
		return;
	}
	if (gw_unhex(cert, strlen(cert), digest, sizeof(digest))) {
		kill_certificate(&k, digest);
	} else if (kill_subject(&k, gw_json_int(command, "eceu", 0), &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "kill_failed", &err);
	}
}

static json_t *decide(struct server *s, const struct call_view *cv, const json_t *command) {
	const struct desk desk = desk_of_view(&s->shared, cv, &s->config.settings);
	return case_command(&desk, command);
}

/* What an import took away: calls under it are refused from now on, or may be. */
static void say_withdrawn(const json_t *changes) {
	size_t i;
	json_t *one;
	json_array_foreach(changes, i, one) {
		if (json_is_true(json_object_get(one, "withdraws"))) {
			gw_log(GW_LOG_WARN, "trusted_list_withdrawn", "provider", gw_json_text(one, "provider", "-"),
			       "service", gw_json_text(one, "service", "-"), "change", gw_json_text(one, "change", "-"),
			       "to", gw_json_text(one, "to", "-"), NULL);
		}
	}
}

/* A trusted list that has come into force holds for the listeners that trust by it at once. */
static void use_list(struct server *s, const json_t *command, const json_t *answer) {
	struct gw_err err = {0};
	if (!tsl_import_changed(command, answer)) {
		return;
	}
	say_withdrawn(json_object_get(command, "changes"));
	if (config_trusts_list(&s->config)) {
		/* where it fails that is noted, and what held before holds on */
		GW_UNUSED(reload(s, gw_json_text(command, "who", NOBODY), &err) == GW_OK);
	}
}

/* An import that was refused changes nothing, and stands in the trail. */
static json_t *note_list_refused(struct server *s, const json_t *command) {
	struct gw_err err = {0};
	char error[160];
	snprintf(error, sizeof(error), "trusted list refused: %.100s", gw_json_text(command, "code", "-"));
	return record_reload(s, NULL, gw_json_text(command, "who", NOBODY), error, &err) == GW_OK
		       ? json_pack("{s:b}", "ok", 1)
		       : json_pack("{s:b, s:s, s:s}", "ok", 0, "class", gw_code_name(err.code), "error", err.msg);
}

static json_t *on_command(void *ctx, json_t *command) {
	struct server *s = ctx;
	struct gw_err err = {0};
	if (strcmp(gw_json_text(command, "command", ""), "tsl_refused") == 0) {
		return note_list_refused(s, command);
	}
	if (strcmp(gw_json_text(command, "command", ""), "reload") != 0) {
		const struct call_view *cv = s->view->app;
		json_t *answer = strcmp(gw_json_text(command, "command", ""), "case") == 0
					 ? decide(s, cv, command)
					 : registry_command(s->store.store, cv->codelists, command);
		kill_blocked(s, command, answer);
		use_list(s, command, answer);
		return answer;
	}
	return reload(s, gw_json_text(command, "who", NOBODY), &err) == GW_OK
		       ? json_pack("{s:b}", "ok", 1)
		       : json_pack("{s:b, s:s, s:s}", "ok", 0, "class", gw_code_name(err.code), "error", err.msg);
}

/* ---- start ---- */

/* Socket activation (sd_listen_fds(3)): sockets in the order of the configuration's listeners. */
static int activated_sockets(void) {
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	uint64_t p = 0, n = 0;
	bool ours = pid && count && gw_parse_u64(pid, strlen(pid), INT32_MAX, &p) && (pid_t)p == getpid() &&
		    gw_parse_u64(count, strlen(count), ENGINE_LISTENERS_MAX, &n);
	return ours ? (int)n : 0;
}

static const struct conn_ops *ops_of(enum config_kind kind) {
	switch (kind) {
	case CONFIG_METRICS:
		return &metrics_ops;
	case CONFIG_PORTAL:
		return &web_ops;
	case CONFIG_SERVICES:
	default:
		return &call_ops;
	}
}

static void describe_listeners(struct server *s) {
	int activated = activated_sockets();
	for (size_t i = 0; i < s->config.listener_count; i++) {
		const struct config_listener *from = &s->config.listener[i];
		struct engine_listener *l = &s->listeners[i];
		*l = (struct engine_listener){.index = (int)i,
					      .port = from->port,
					      .ops = ops_of(from->kind),
					      .activated_fd = (int)i < activated ? LISTEN_FDS_START + (int)i : -1};
		snprintf(l->name, sizeof(l->name), "%s", from->name);
		snprintf(l->address, sizeof(l->address), "%s", from->address);
	}
}

static enum gw_code open_live(struct server *s, struct gw_err *err) {
	char dir[CONFIG_PATH + 32];
	snprintf(dir, sizeof(dir), "%s/revocation", s->config.data_dir);
	return cert_live_open(dir, &s->shared.live, err);
}

static enum gw_code make_shared(struct server *s, struct gw_err *err) {
	const struct settings *set = &s->config.settings;
	s->shared.store = s->store.store;
	enum gw_code rc = workers_new(set->workers, set->worker_queue, &s->shared.workers, err);
	rc = rc == GW_OK ? workers_new(FETCHERS, set->worker_queue, &s->shared.fetchers, err) : rc;
	rc = rc == GW_OK ? limits_new(&s->shared.limits, err) : rc;
	rc = rc == GW_OK ? unproven_new(s->store.store, &s->shared.unproven, err) : rc;
	rc = rc == GW_OK ? sessions_new(set->session_cache_bytes, &s->shared.sessions, err) : rc;
	rc = rc == GW_OK ? open_live(s, err) : rc;
	rc = rc == GW_OK ? web_sessions_new(WEB_SESSIONS_MAX, &s->web.sessions, err) : rc;
	rc = rc == GW_OK ? portal_new(&s->shared.portal, err) : rc;
	s->shared.web = &s->web;
	return rc == GW_OK ? up_global_init(err) : rc;
}

static enum gw_code make_engine(struct server *s, struct engine_view *view, struct gw_err *err) {
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	s->loop_config = (struct call_loop_config){&s->shared, soap_own, touch_answer, contracts_get};
	const struct engine_config config = {.loops = s->config.settings.loops ? s->config.settings.loops
						      : cores > 0	       ? (unsigned)cores
									       : 1,
					     .listeners = s->listeners,
					     .listener_count = s->config.listener_count,
					     .view = view,
					     .loop_app_new = call_loop_new,
					     .loop_app_free = call_loop_free,
					     .ctx = &s->loop_config};
	return engine_new(&config, &s->engine, err);
}

static enum gw_code open_signals(struct server *s, struct gw_err *err) {
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &set, NULL); /* before any thread: all inherit it */
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals >= 0 ? GW_OK : gw_fail(err, GW_E_NOMEM, "signalfd: %s", strerror(errno));
}

/* What the refresher finds revoked is cut off as a block cuts it. */
static void on_revoked(void *ctx, const uint8_t digest[CERT_DIGEST_BYTES]) {
	const struct server *s = ctx;
	const struct kill_switch k = {s->engine, &s->shared};
	kill_certificate(&k, digest);
}

static enum gw_code start_refresher(struct server *s, struct gw_err *err) {
	const struct refresher_config config = {.shared = &s->shared, .view = s->view, .revoked = on_revoked, .ctx = s};
	return refresher_start(&config, &s->refresher, err);
}

static enum gw_code start(struct server *s, struct gw_err *err) {
	struct engine_view *view = NULL;
	struct mail_settings mail = {0};
	enum gw_code rc = config_load(s->config_path, &s->config, err);
	if (rc != GW_OK) {
		return rc;
	}
	apply_log_level(&s->config);
	describe_listeners(s);
	s->generation = 1;
	rc = open_signals(s, err);
	rc = rc == GW_OK ? cli_store_open(&s->config, &s->store, err) : rc;
	rc = rc == GW_OK ? make_shared(s, err) : rc;
	rc = rc == GW_OK ? mail_config_load(&s->config, &mail, err) : rc;
	const struct view_shared shared = {s->shared.sessions, s->shared.live};
	rc = rc == GW_OK ? view_build(&s->config, s->generation, &shared, &view, err) : rc;
	rc = rc == GW_OK ? make_engine(s, view, err) : rc;
	rc = rc == GW_OK ? control_listen(s->config.control_socket, &s->control, err) : rc;
	rc = rc == GW_OK ? record_start(s, view, err) : rc;
	s->view = view;
	rc = rc == GW_OK ? mail_sender_start(s->store.store, &mail, &s->mail, err) : rc;
	explicit_bzero(&mail, sizeof(mail));
	rc = rc == GW_OK ? engine_start(s->engine, err) : rc;
	rc = rc == GW_OK ? start_refresher(s, err) : rc;
	return rc == GW_OK ? tsl_watch_start(s->config_path, &s->config, &s->list_watch, err) : rc;
}

/* sd_notify(3), without its library: one datagram. */
static void notify_systemd(const char *state) {
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = path && strlen(path) < sizeof(address.sun_path) ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	if (fd < 0) {
		return;
	}
	memcpy(address.sun_path, path, strlen(path));
	socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if (address.sun_path[0] == '@') {
		address.sun_path[0] = '\0';
	}
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, n);
	close(fd);
}

/* What systemd (Type=notify) and the tests wait for: every listener answers. */
static void say_ready(const struct server *s) {
	for (size_t i = 0; i < s->config.listener_count; i++) {
		char port[16];
		snprintf(port, sizeof(port), "%u", s->listeners[i].port);
		gw_log(GW_LOG_INFO, "listening", "listener", s->listeners[i].name, "address", s->listeners[i].address,
		       "port", port, NULL);
	}
	gw_log(GW_LOG_INFO, "ready", "log", store_log_id(s->store.store), NULL);
	notify_systemd("READY=1");
}

/* ---- run ---- */

static void on_signal(struct server *s) {
	struct signalfd_siginfo info;
	while (read(s->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		struct gw_err err = {0};
		if (info.ssi_signo == SIGHUP) {
			GW_UNUSED(reload(s, NOBODY, &err));
		} else {
			s->stopping = true;
		}
	}
}

static void run(struct server *s) {
	struct pollfd fds[] = {{.fd = s->signals, .events = POLLIN}, {.fd = s->control, .events = POLLIN}};
	while (!s->stopping) {
		if (poll(fds, GW_COUNT(fds), TICK_MS) > 0 && (fds[1].revents & POLLIN)) {
			control_serve_one(s->control, on_command, s);
		}
		on_signal(s);
		unproven_flush(s->shared.unproven, false);
		house_keep(&s->house, &s->config, s->store.store, ((const struct call_view *)s->view->app)->codelists);
	}
}

/* Nobody calls any more, but digests of large bodies and intents on their way still lead to records. */
static void await_outcomes(void) {
	for (int waited = 0; waited < OUTCOMES_MS && metric_get(METRIC_requests_open) > 0; waited += OUTCOMES_POLL_MS) {
		usleep(OUTCOMES_POLL_MS * 1000);
	}
}

static void stop(struct server *s) {
	struct gw_err err = {0};
	notify_systemd("STOPPING=1");
	gw_log(GW_LOG_INFO, "stopping", NULL);
	mail_sender_stop(s->mail);
	refresher_stop(s->refresher);
	tsl_watch_stop(s->list_watch);
	engine_drain(s->engine, s->config.settings.drain_ms);
	await_outcomes();
	refresher_free(gw_take(&s->refresher));
	engine_stop(s->engine);
	unproven_flush(s->shared.unproven, true);
	const char *const pairs[][2] = {{"reason", "signal"}};
	const struct note note = {.kind = AUDIT_STOP, .pairs = pairs, .count = GW_COUNT(pairs)};
	if (record(s, &note, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "audit_failed", &err);
	}
}

static void release(struct server *s) {
	if (s->control > 0) {
		close(s->control);
		unlink(s->config.control_socket);
	}
	tsl_watch_free(s->list_watch);
	refresher_free(s->refresher);
	engine_stop(s->engine);
	mail_sender_free(s->mail);
	workers_free(s->shared.fetchers);
	workers_free(s->shared.workers);
	store_stop(s->store.store);
	engine_free(s->engine); /* delivers what store and workers still had to say */
	view_unref(s->view);
	store_close(s->store.store);
	signer_free(s->store.signer);
	unproven_free(s->shared.unproven);
	limits_free(s->shared.limits);
	sessions_free(s->shared.sessions);
	cert_live_free(s->shared.live);
	web_sessions_free(s->web.sessions);
	portal_free(s->shared.portal);
	if (s->signals > 0) {
		close(s->signals);
	}
	free(s);
}

int cmd_serve(struct cli *c) {
	struct gw_err err = {0};
	struct server *s = calloc(1, sizeof(*s));
	if (!cli_done(c, 0) || !s) {
		free(s);
		return cli_usage();
	}
	s->config_path = c->config_path;
	if (start(s, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "start_failed", &err);
		release(s);
		return EXIT_TROUBLE;
	}
	say_ready(s);
	run(s);
	stop(s);
	release(s);
	gw_log(GW_LOG_INFO, "stopped", NULL);
	return EXIT_YES;
}
