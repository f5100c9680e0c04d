/* The only file that talks to libcurl: connecting with our certificate and a pinned CA, then raw bytes. */
#include <curl/curl.h>
#include <openssl/ssl.h>

#include "base/log.h"
#include "gateway/call/up_private.h"
#include "gateway/engine/metrics.h"

enum gw_code up_global_init(struct gw_err *err) {
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? GW_OK
								 : gw_fail(err, GW_E_NOMEM, "libcurl does not start");
}

void up_easy_free(void *easy) {
	curl_easy_cleanup(easy);
}

static bool set_options(CURL *easy, const struct backend *b, uint32_t timeout_ms, char *error) {
	const struct {
		CURLoption option;
		const char *value;
	} texts[] = {{CURLOPT_URL, b->url},
		     {CURLOPT_SSLCERT, b->cert},
		     {CURLOPT_SSLKEY, b->key},
		     {CURLOPT_CAINFO, b->ca},
		     {CURLOPT_PROTOCOLS_STR, "https,http"},
		     {CURLOPT_PROXY, ""}};
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {{CURLOPT_CONNECT_ONLY, 1},
		       {CURLOPT_NOSIGNAL, 1},
		       {CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms},
		       {CURLOPT_TIMEOUT_MS, (long)timeout_ms},
		       {CURLOPT_SSL_VERIFYPEER, 1},
		       {CURLOPT_SSL_VERIFYHOST, 2},
		       {CURLOPT_SSL_ENABLE_ALPN, 0},
		       {CURLOPT_TCP_NODELAY, 1},
		       {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1}};
	bool ok = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error) == CURLE_OK &&
		  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
	for (size_t i = 0; ok && i < GW_COUNT(texts); i++) {
		ok = texts[i].value[0] == '\0' && texts[i].option != CURLOPT_PROXY
			     ? true
			     : curl_easy_setopt(easy, texts[i].option, texts[i].value) == CURLE_OK;
	}
	for (size_t i = 0; ok && i < GW_COUNT(numbers); i++) {
		ok = curl_easy_setopt(easy, numbers[i].option, numbers[i].value) == CURLE_OK;
	}
	return ok;
}

static void connect_now(struct work *w) {
	struct up_connect *c = w->owner;
	char error[CURL_ERROR_SIZE] = "";
	curl_socket_t fd = CURL_SOCKET_BAD;
	CURL *easy = curl_easy_init();
	CURLcode rc = easy && set_options(easy, c->backend, c->timeout_ms, error) ? curl_easy_perform(easy)
										  : CURLE_OUT_OF_MEMORY;
	if (rc == CURLE_OK) {
		rc = curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
	}
	if (easy) {
		curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
	}
	if (rc == CURLE_OK && fd != CURL_SOCKET_BAD) {
		c->easy = easy;
		c->fd = fd;
		return;
	}
	c->timed_out = rc == CURLE_OPERATION_TIMEDOUT;
	snprintf(c->error, sizeof(c->error), "%s", error[0] ? error : curl_easy_strerror(rc));
	curl_easy_cleanup(easy);
}

static void connect_done(struct work *w) {
	struct up_connect *c = w->owner;
	const struct settings *s = &c->view->settings;
	struct up_exchange *x = c->exchange;
	metric_add(METRIC_backend_connects_total, 1);
	up_pool_note_connect(c->pool, c->backend, c->easy != NULL, s);
	if (!c->easy) {
		metric_add(METRIC_backend_connect_failures_total, 1);
		metric_add(METRIC_deadline_backend_connect_total, c->timed_out);
		gw_log(GW_LOG_WARN, "backend_connect_failed", "backend", c->backend->name, "error", c->error, NULL);
	}
	struct up_conn *conn = c->easy ? up_conn_new(c) : NULL;
	if (x && conn) {
		up_exchange_connected(x, conn);
	} else if (x) {
		up_exchange_connect_failed(x, c->timed_out);
	} else if (conn) {
		up_pool_keep(conn, s);
	}
	view_unref(c->view);
	free(c);
}

struct up_connect *up_connect_start(struct up_pool *p, struct up_exchange *x) {
	struct up_connect *c = calloc(1, sizeof(*c));
	if (!c) {
		return NULL;
	}
	const struct up_request *r = up_exchange_request(x);
	*c = (struct up_connect){.pool = p,
				 .exchange = x,
				 .view = view_ref(r->view),
				 .backend = r->backend,
				 .timeout_ms = r->view->settings.backend_connect_ms};
	c->work = (struct work){.loop = p->loop, .run = connect_now, .done = connect_done, .owner = c};
	if (workers_submit(p->workers, &c->work)) {
		return c;
	}
	view_unref(c->view);
	free(c);
	return NULL;
}

static enum up_io io_result(CURLcode rc, size_t n) {
	if (rc == CURLE_OK && n > 0) {
		return UP_IO_SOME;
	}
	return rc == CURLE_AGAIN ? UP_IO_AGAIN : UP_IO_BROKEN;
}

/* libcurl reports a connection that was cut as it does one that was closed: ask TLS for the close_notify. */
static bool was_closed(const struct up_conn *c) {
	struct curl_tlssessioninfo *tls = NULL;
	if (!c->tls) {
		return true;
	}
	return curl_easy_getinfo(c->easy, CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK && tls &&
	       tls->backend == CURLSSLBACKEND_OPENSSL && tls->internals &&
	       (SSL_get_shutdown(tls->internals) & SSL_RECEIVED_SHUTDOWN);
}

enum up_io up_recv(struct up_conn *c, char *into, size_t room, size_t *got) {
	*got = 0;
	CURLcode rc = curl_easy_recv(c->easy, into, room, got);
	return rc == CURLE_OK && *got == 0 && was_closed(c) ? UP_IO_CLOSED : io_result(rc, *got);
}

enum up_io up_send(struct up_conn *c, struct gw_span bytes, size_t *sent) {
	*sent = 0;
	CURLcode rc = curl_easy_send(c->easy, bytes.p, bytes.n, sent);
	return io_result(rc, *sent);
}
