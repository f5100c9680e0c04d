#include "certs/fetch_http.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_MS = 10000, SLOW_BYTES_PER_S = 1000, SLOW_S = 15, HTTP_OK = 200 };

bool fetch_is_url(const char *text) {
	return strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;
}

/* ---- where to ---- */

struct range4 {
	uint32_t net;
	unsigned bits;
};

/* RFC 6890: private, loopback, link-local, shared, protocol assignments, benchmarking, multicast, reserved. */
static const struct range4 closed4[] = {{0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},
					{0xA9FE0000, 16}, {0xAC100000, 12}, {0xC0000000, 24}, {0xC0A80000, 16},
					{0xC6120000, 15}, {0xE0000000, 4},  {0xF0000000, 4}};

static bool is_open4(uint32_t address) {
	for (size_t i = 0; i < GW_COUNT(closed4); i++) {
		if ((address ^ closed4[i].net) >> (32 - closed4[i].bits) == 0) {
			return false;
		}
	}
	return true;
}

/* Global unicast (2000::/3) is open; what carries an IPv4 address in it, is only as far as that one is. */
static bool is_open6(const uint8_t a[16]) {
	static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	uint32_t tail = (uint32_t)a[12] << 24 | (uint32_t)a[13] << 16 | (uint32_t)a[14] << 8 | a[15];
	bool nat64 = a[0] == 0x00 && a[1] == 0x64 && a[2] == 0xFF && a[3] == 0x9B;
	bool sixtofour = a[0] == 0x20 && a[1] == 0x02, teredo = a[0] == 0x20 && a[1] == 0x01 && a[2] == 0 && a[3] == 0;
	if (memcmp(a, mapped, sizeof(mapped)) == 0) {
		return is_open4(tail);
	}
	return (a[0] & 0xE0) == 0x20 && !nat64 && !sixtofour && !teredo;
}

static bool is_open(const struct sockaddr *to) {
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	if (to->sa_family == AF_INET) {
		memcpy(&v4, to, sizeof(v4));
		return is_open4(ntohl(v4.sin_addr.s_addr));
	}
	memcpy(&v6, to, sizeof(v6));
	return to->sa_family == AF_INET6 && is_open6(v6.sin6_addr.s6_addr);
}

struct exchange {
	const struct fetch *f;
	struct gw_buf *out;
	bool denied;
};

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to) {
	struct exchange *x = ctx;
	GW_UNUSED(purpose);
	if (x->f->public_only && !is_open(&to->addr)) {
		x->denied = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- the exchange ---- */

/* Asked at least once a second. */
static int go_on(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now) {
	const struct exchange *x = ctx;
	GW_UNUSED(total);
	GW_UNUSED(now);
	GW_UNUSED(up_total);
	GW_UNUSED(up_now);
	return x->f->stop && atomic_load(x->f->stop);
}

static size_t take(const char *bytes, size_t size, size_t n, void *into) {
	const struct exchange *x = into;
	return gw_buf_add(x->out, bytes, size * n) == GW_OK ? size * n : 0;
}

static bool set_options(CURL *curl, struct exchange *x) {
	const struct fetch *f = x->f;
	const struct {
		CURLoption option;
		const char *value;
	} texts[] = {{CURLOPT_URL, f->url},
		     {CURLOPT_PROTOCOLS_STR, "http,https"},
		     {CURLOPT_REDIR_PROTOCOLS_STR, "http,https"},
		     {CURLOPT_PROXY, ""},
		     {CURLOPT_USERAGENT, "vashgate"}};
	long connect_ms = f->deadline_ms < CONNECT_MS ? (long)f->deadline_ms : CONNECT_MS;
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {{CURLOPT_FOLLOWLOCATION, 1},
		       {CURLOPT_MAXREDIRS, FETCH_REDIRECTS},
		       {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		       {CURLOPT_NOSIGNAL, 1},
		       {CURLOPT_NOPROGRESS, 0},
		       {CURLOPT_QUICK_EXIT, 1}, /* the deadline does not wait for a resolver of names */
		       {CURLOPT_CONNECTTIMEOUT_MS, connect_ms},
		       {CURLOPT_TIMEOUT_MS, (long)f->deadline_ms},
		       {CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES_PER_S},
		       {CURLOPT_LOW_SPEED_TIME, SLOW_S}};
	bool ok = true;
	for (size_t i = 0; ok && i < GW_COUNT(texts); i++) {
		ok = curl_easy_setopt(curl, texts[i].option, texts[i].value) == CURLE_OK;
	}
	for (size_t i = 0; ok && i < GW_COUNT(numbers); i++) {
		ok = curl_easy_setopt(curl, numbers[i].option, numbers[i].value) == CURLE_OK;
	}
	return ok && curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, go_on) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_XFERINFODATA, x) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, x) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, x) == CURLE_OK;
}

/* curl_slist_append takes the list only where it succeeds. */
static bool add_header(struct curl_slist **list, const char *line) {
	struct curl_slist *more = curl_slist_append(*list, line);
	*list = more ? more : *list;
	return more != NULL;
}

static bool set_post(CURL *curl, const struct fetch *f, struct curl_slist **headers) {
	char type[128];
	if (!f->post.p) {
		return true;
	}
	snprintf(type, sizeof(type), "Content-Type: %s", f->content_type);
	return add_header(headers, type) && add_header(headers, "Expect:") &&
	       curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->post.p) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)f->post.n) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

static enum gw_code result(const struct exchange *x, CURLcode rc, long status, struct gw_err *err) {
	if (rc == CURLE_WRITE_ERROR) {
		return gw_fail(err, GW_E_INPUT, "'%.100s' is larger than %zu bytes", x->f->url, x->out->max);
	}
	if (x->denied) {
		return gw_fail(err, GW_E_DENIED, "'%.100s' leads to a private address", x->f->url);
	}
	if (rc != CURLE_OK) {
		bool reached = rc != CURLE_COULDNT_CONNECT && rc != CURLE_COULDNT_RESOLVE_HOST &&
			       rc != CURLE_OPERATION_TIMEDOUT;
		return gw_fail(err, reached ? GW_E_UPSTREAM : GW_E_RETRY, "cannot fetch '%.100s': %s", x->f->url,
			       curl_easy_strerror(rc));
	}
	return status == HTTP_OK ? GW_OK
				 : gw_fail(err, GW_E_NOTFOUND, "'%.100s' answers with status %ld", x->f->url, status);
}

enum gw_code fetch_http(const struct fetch *f, struct gw_buf *out, struct gw_err *err) {
	struct exchange x = {f, out, false};
	struct curl_slist *headers = NULL;
	CURL *curl = curl_easy_init();
	long status = 0;
	if (!curl) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	bool ready = set_options(curl, &x) && set_post(curl, f, &headers);
	CURLcode rc = ready ? curl_easy_perform(curl) : CURLE_FAILED_INIT;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return result(&x, rc, status, err);
}
