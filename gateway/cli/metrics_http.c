#include "gateway/cli/metrics_http.h"

#include "gateway/engine/metrics.h"

enum { PAGE_BYTES = 65536 };

static enum gw_code metric(struct gw_buf *out, const char *name, const char *type, const char *help,
			   unsigned long long value) {
	return gw_buf_addf(out, "# HELP vashgate_%s %s\n# TYPE vashgate_%s %s\nvashgate_%s %llu\n", name, help, name,
			   type, name, value);
}

static enum gw_code store_metrics(struct conn *c, struct gw_buf *out) {
	const struct call_loop *cl = loop_app(conn_loop(c));
	struct store_stats store;
	struct sessions_stats sessions;
	store_stats(cl->shared->store, &store);
	sessions_stats(cl->shared->sessions, &sessions);
	const struct {
		const char *name, *type, *help;
		unsigned long long value;
	} rows[] = {
		{"audit_records_total", "counter", "records in the audit trail", store.records},
		{"audit_commits_total", "counter", "commits of the writer", store.commits},
		{"audit_failed_commits_total", "counter", "commits that failed", store.failed_commits},
		{"audit_refused_total", "counter", "requests refused because the trail could not take them",
		 store.refused},
		{"audit_queue", "gauge", "records waiting for the writer", store.queue},
		{"audit_writable", "gauge", "1: calls are accepted, 0: the trail cannot be written",
		 store_writable(cl->shared->store)},
		{"audit_wal_bytes", "gauge", "size of the write-ahead log; alarm above 64 MB", store.wal_bytes},
		{"audit_writer_cpu_us_total", "counter", "CPU time of the writer",
		 (unsigned long long)store.writer_cpu_us},
		{"sessions", "gauge", "TLS sessions kept", sessions.count},
		{"sessions_bytes", "gauge", "memory of TLS sessions", sessions.bytes},
		{"sessions_hits_total", "counter", "sessions found", sessions.hits},
		{"sessions_misses_total", "counter", "sessions not found", sessions.misses},
		{"sessions_evicted_total", "counter", "sessions dropped for want of memory", sessions.evicted},
		{"worker_queue", "gauge", "jobs waiting for a worker", workers_queued(cl->shared->workers)},
		{"config_generation", "gauge", "configuration in force", loop_view(conn_loop(c))->generation},
	};
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < GW_COUNT(rows); i++) {
		rc = metric(out, rows[i].name, rows[i].type, rows[i].help, rows[i].value);
	}
	return rc;
}

static void send_page(struct conn *c, int status, struct gw_span page) {
	char head[192];
	int n = snprintf(
		head, sizeof(head),
		"HTTP/1.1 %d %s\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: %zu\r\n"
		"Connection: close\r\n\r\n",
		status,
		status == 200	? "OK"
		: status == 404 ? "Not Found"
				: "Service Unavailable",
		page.n);
	if (conn_send(c, head, (size_t)n) && conn_send(c, page.p, page.n)) {
		conn_send_end(c, false);
	}
}

static void send_metrics(struct conn *c) {
	GW_AUTO(buf) struct gw_buf page;
	gw_buf_init(&page, PAGE_BYTES);
	if (metrics_text(&page) == GW_OK && store_metrics(c, &page) == GW_OK) {
		send_page(c, 200, gw_buf_span(&page));
	} else {
		conn_cut(c);
	}
}

static void on_head(struct conn *c) {
	struct gw_span path = conn_head(c)->path;
	const struct call_loop *cl = loop_app(conn_loop(c));
	const char *why = loop_draining(conn_loop(c))	      ? "stopping\n"
			  : store_writable(cl->shared->store) ? NULL
							      : "the audit trail cannot be written\n";
	if (gw_span_is(path, "/metrics")) {
		send_metrics(c);
	} else if (gw_span_is(path, "/healthz")) {
		send_page(c, 200, gw_span_of("ok\n"));
	} else if (gw_span_is(path, "/readyz")) {
		send_page(c, why ? 503 : 200, gw_span_of(why ? why : "ready\n"));
	} else {
		send_page(c, 404, gw_span_of("/metrics /healthz /readyz\n"));
	}
}

static void on_bad_head(struct conn *c, enum http_head_status why) {
	GW_UNUSED(why);
	conn_cut(c);
}

const struct conn_ops metrics_ops = {.on_head = on_head, .on_bad_head = on_bad_head};
