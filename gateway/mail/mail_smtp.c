#include "gateway/mail/mail_smtp.h"

#include <curl/curl.h>
#include <sys/socket.h>

enum phase { BEFORE_MAIL = 0, AT_MAIL, AT_RECIPIENT, AT_DATA };

struct mail_smtp {
	CURL *easy;
	const struct mail_settings *settings;
	const atomic_bool *stop;
	struct gw_span rest;  /* of the message */
	enum phase phase;     /* the command that was sent last, or the last one before QUIT */
	bool leaving;	      /* QUIT was sent */
	char reply[MAIL_WHY]; /* to the command of `phase` */
	char error[CURL_ERROR_SIZE];
};

/* ---- what libcurl tells ---- */

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
	const struct mail_smtp *s = ctx;
	GW_UNUSED(a + b + c + d);
	return atomic_load(s->stop);
}

static size_t on_read(char *into, size_t size, size_t count, void *ctx) {
	struct mail_smtp *c = ctx;
	size_t n = size * count < c->rest.n ? size * count : c->rest.n;
	memcpy(into, c->rest.p, n);
	c->rest = (struct gw_span){c->rest.p + n, c->rest.n - n};
	return n;
}

static const struct {
	const char *verb;
	enum phase phase;
} verbs[] = {{"MAIL ", AT_MAIL}, {"RCPT ", AT_RECIPIENT}, {"DATA", AT_DATA}};

static bool begins(const char *data, size_t n, const char *verb) {
	size_t length = strlen(verb);
	return n >= length && memcmp(data, verb, length) == 0;
}

/* Each command as it leaves: a 5xx to RCPT means something else than one to AUTH. */
static int on_debug(CURL *easy, curl_infotype type, char *data, size_t n, void *ctx) {
	struct mail_smtp *c = ctx;
	GW_UNUSED(easy);
	if (type != CURLINFO_HEADER_OUT || c->leaving) {
		return 0;
	}
	c->leaving = begins(data, n, "QUIT");
	if (c->leaving) {
		return 0;
	}
	c->reply[0] = '\0';
	for (size_t i = 0; i < GW_COUNT(verbs); i++) {
		c->phase = begins(data, n, verbs[i].verb) ? verbs[i].phase : c->phase;
	}
	return 0;
}

static size_t on_reply(char *data, size_t size, size_t count, void *ctx) {
	struct mail_smtp *c = ctx;
	size_t n = size * count;
	if (c->leaving) {
		return n;
	}
	size_t kept = 0;
	for (; kept < n && kept + 1 < sizeof(c->reply) && data[kept] != '\r' && data[kept] != '\n'; kept++) {
		c->reply[kept] = data[kept] >= ' ' && data[kept] < 0x7f ? data[kept] : '?';
	}
	c->reply[kept] = '\0';
	return n;
}

/* ---- options ---- */

static bool set_texts(struct mail_smtp *c) {
	const struct mail_settings *s = c->settings;
	const struct {
		CURLoption option;
		const char *value; /* NULL = libcurl's default, which is none */
	} texts[] = {{CURLOPT_URL, s->url},
		     {CURLOPT_PROTOCOLS_STR, "smtp,smtps"},
		     {CURLOPT_PROXY, ""},
		     {CURLOPT_CAPATH, NULL},
		     {CURLOPT_CAINFO, s->ca[0] ? s->ca : NULL},
		     {CURLOPT_USERNAME, s->user[0] ? s->user : NULL},
		     {CURLOPT_PASSWORD, s->user[0] ? s->password : NULL}};
	bool ok = true;
	for (size_t i = 0; ok && i < GW_COUNT(texts); i++) {
		ok = curl_easy_setopt(c->easy, texts[i].option, texts[i].value) == CURLE_OK;
	}
	return ok;
}

/* QUICK_EXIT: a name that is still being resolved does not hold up a stop. */
static bool set_numbers(struct mail_smtp *c) {
	const struct mail_settings *s = c->settings;
	const struct {
		CURLoption option;
		long value;
	} numbers[] = {{CURLOPT_USE_SSL, s->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE},
		       {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		       {CURLOPT_SSL_VERIFYPEER, 1},
		       {CURLOPT_SSL_VERIFYHOST, 2},
		       {CURLOPT_CONNECTTIMEOUT_MS, (long)s->connect_ms},
		       {CURLOPT_TIMEOUT_MS, (long)s->transfer_ms},
		       {CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(s->transfer_ms / 1000) + 1},
		       {CURLOPT_QUICK_EXIT, 1},
		       {CURLOPT_NOSIGNAL, 1},
		       {CURLOPT_UPLOAD, 1},
		       {CURLOPT_VERBOSE, 1},
		       {CURLOPT_NOPROGRESS, 0}};
	bool ok = true;
	for (size_t i = 0; ok && i < GW_COUNT(numbers); i++) {
		ok = curl_easy_setopt(c->easy, numbers[i].option, numbers[i].value) == CURLE_OK;
	}
	return ok;
}

static bool set_callbacks(struct mail_smtp *c) {
	return curl_easy_setopt(c->easy, CURLOPT_ERRORBUFFER, c->error) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_XFERINFODATA, c) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_READFUNCTION, on_read) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_READDATA, c) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_DEBUGFUNCTION, on_debug) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_DEBUGDATA, c) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_HEADERFUNCTION, on_reply) == CURLE_OK &&
	       curl_easy_setopt(c->easy, CURLOPT_HEADERDATA, c) == CURLE_OK;
}

enum gw_code mail_smtp_open(const struct mail_settings *settings, const atomic_bool *stop, struct mail_smtp **out,
			    struct gw_err *err) {
	*out = NULL;
	GW_AUTO(mail_smtp) struct mail_smtp *c = calloc(1, sizeof(*c));
	if (!c || !(c->easy = curl_easy_init())) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	c->settings = settings;
	c->stop = stop;
	if (!set_texts(c) || !set_numbers(c) || !set_callbacks(c)) {
		return gw_fail(err, GW_E_NOMEM, "libcurl does not take the settings of mail");
	}
	*out = gw_take(&c);
	return GW_OK;
}

/* ---- one message ---- */

static enum mail_verdict judge(const struct mail_smtp *c, CURLcode rc) {
	if (rc == CURLE_OK) {
		return MAIL_SENT;
	}
	if (rc == CURLE_ABORTED_BY_CALLBACK) {
		return MAIL_STOPPED;
	}
	bool about_message = c->phase == AT_RECIPIENT || c->phase == AT_DATA;
	return c->phase == BEFORE_MAIL ? MAIL_TROUBLE : about_message && c->reply[0] == '5' ? MAIL_NEVER : MAIL_LATER;
}

static CURLcode perform(struct mail_smtp *c, const char *to, size_t bytes) {
	struct curl_slist *list = curl_slist_append(NULL, to);
	CURLcode rc = list ? CURLE_OK : CURLE_OUT_OF_MEMORY;
	rc = rc == CURLE_OK ? curl_easy_setopt(c->easy, CURLOPT_MAIL_FROM, c->settings->from) : rc;
	rc = rc == CURLE_OK ? curl_easy_setopt(c->easy, CURLOPT_MAIL_RCPT, list) : rc;
	rc = rc == CURLE_OK ? curl_easy_setopt(c->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)bytes) : rc;
	rc = rc == CURLE_OK ? curl_easy_perform(c->easy) : rc;
	curl_easy_setopt(c->easy, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(list);
	return rc;
}

void mail_smtp_send(struct mail_smtp *c, const char *to, struct gw_span message, struct mail_result *out) {
	c->rest = message;
	c->phase = BEFORE_MAIL;
	c->leaving = false;
	c->reply[0] = c->error[0] = '\0';
	CURLcode rc = perform(c, to, message.n);
	*out = (struct mail_result){.verdict = judge(c, rc)};
	snprintf(out->why, sizeof(out->why), "%s", c->error[0] ? c->error : curl_easy_strerror(rc));
	snprintf(out->reply, sizeof(out->reply), "%s", c->reply);
}

void mail_smtp_close(struct mail_smtp *c) {
	curl_socket_t fd = CURL_SOCKET_BAD;
	if (!c) {
		return;
	}
	if (c->easy && curl_easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD) {
		shutdown(fd, SHUT_RD);
	}
	curl_easy_cleanup(c->easy);
	free(c);
}
