#include "certs/fetch_list.h"

#include <curl/curl.h>

enum { CONNECT_MS = 10000, SLOW_BYTES_PER_S = 1000, SLOW_S = 15, HTTP_OK = 200 };

bool fetch_list_is_url(const char *text) {
	return strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;
}

static size_t take(const char *bytes, size_t size, size_t n, void *into) {
	return gw_buf_add(into, bytes, size * n) == GW_OK ? size * n : 0;
}

static bool set_options(CURL *curl, const char *url, struct gw_buf *out) {
	const struct {
		CURLoption option;
		const char *value;
	} texts[] = {{CURLOPT_URL, url},
		     {CURLOPT_PROTOCOLS_STR, "http,https"},
		     {CURLOPT_REDIR_PROTOCOLS_STR, "http,https"},
		     {CURLOPT_PROXY, ""},
		     {CURLOPT_USERAGENT, "vashgate"}};
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {{CURLOPT_FOLLOWLOCATION, 1},
		       {CURLOPT_MAXREDIRS, FETCH_LIST_REDIRECTS},
		       {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		       {CURLOPT_NOSIGNAL, 1},
		       {CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS},
		       {CURLOPT_TIMEOUT_MS, FETCH_LIST_MS},
		       {CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES_PER_S},
		       {CURLOPT_LOW_SPEED_TIME, SLOW_S}};
	bool ok = true;
	for (size_t i = 0; ok && i < GW_COUNT(texts); i++) {
		ok = curl_easy_setopt(curl, texts[i].option, texts[i].value) == CURLE_OK;
	}
	for (size_t i = 0; ok && i < GW_COUNT(numbers); i++) {
		ok = curl_easy_setopt(curl, numbers[i].option, numbers[i].value) == CURLE_OK;
	}
	return ok && curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, out) == CURLE_OK;
}

enum gw_code fetch_list(const char *url, struct gw_buf *out, struct gw_err *err) {
	CURL *curl = curl_easy_init();
	long status = 0;
	if (!curl) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	CURLcode rc = set_options(curl, url, out) ? curl_easy_perform(curl) : CURLE_FAILED_INIT;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	if (rc == CURLE_WRITE_ERROR) {
		return gw_fail(err, GW_E_INPUT, "'%.100s' is larger than %zu bytes", url, out->max);
	}
	if (rc != CURLE_OK) {
		return gw_fail(err, GW_E_UPSTREAM, "cannot fetch '%.100s': %s", url, curl_easy_strerror(rc));
	}
	return status == HTTP_OK ? GW_OK : gw_fail(err, GW_E_UPSTREAM, "'%.100s' answers with status %ld", url, status);
}
