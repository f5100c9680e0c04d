#include "gateway/web/session.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/text.h"

enum { TOKEN_BYTES = 32 };

struct web_sessions {
	pthread_mutex_t mutex;
	size_t max;
	struct session *slot; /* token "" = free */
};

enum gw_code web_sessions_new(size_t max, struct web_sessions **out, struct gw_err *err) {
	*out = calloc(1, sizeof(**out));
	struct session *slot = calloc(max, sizeof(*slot));
	if (!*out || !slot) {
		free(*out);
		free(slot);
		*out = NULL;
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	pthread_mutex_init(&(*out)->mutex, NULL);
	(*out)->slot = slot;
	(*out)->max = max;
	return GW_OK;
}

void web_sessions_free(struct web_sessions *s) {
	if (s) {
		OPENSSL_cleanse(s->slot, s->max * sizeof(*s->slot));
		free(s->slot);
		pthread_mutex_destroy(&s->mutex);
		free(s);
	}
}

static bool make_token(char out[SESSION_TOKEN]) {
	uint8_t bytes[TOKEN_BYTES];
	GW_AUTO(buf) struct gw_buf text;
	gw_buf_init(&text, SESSION_TOKEN);
	return RAND_bytes(bytes, sizeof(bytes)) == 1 && gw_base64url(&text, bytes, sizeof(bytes)) == GW_OK &&
	       gw_copy(out, SESSION_TOKEN, text.data, text.len);
}

static bool same(const char *a, size_t n, const char *b) {
	return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}

static bool is_over(const struct session *s, const struct web_session_limits *limits, int64_t now_ms) {
	return now_ms - s->seen_mono_ms > limits->idle_ms || now_ms - s->created_mono_ms > limits->age_ms;
}

static struct session *find(struct web_sessions *s, struct gw_span token) {
	for (size_t i = 0; i < s->max && token.n > 0; i++) {
		if (s->slot[i].token[0] && same(token.p, token.n, s->slot[i].token)) {
			return &s->slot[i];
		}
	}
	return NULL;
}

bool web_session_find(struct web_sessions *s, struct gw_span token, const char *cert,
		      const struct web_session_limits *limits, struct session *out) {
	int64_t now_ms = gw_mono_ms();
	memset(out, 0, sizeof(*out));
	pthread_mutex_lock(&s->mutex);
	struct session *found = find(s, token);
	bool is_his = found && strcmp(found->cert, cert) == 0;
	if (found && is_over(found, limits, now_ms)) {
		out->created_mono_ms = is_his ? found->created_mono_ms : 0;
		out->english = is_his && found->english;
		OPENSSL_cleanse(found, sizeof(*found));
		found = NULL;
	}
	if (!is_his) {
		found = NULL;
	}
	if (found) {
		found->seen_mono_ms = now_ms;
		*out = *found;
	}
	pthread_mutex_unlock(&s->mutex);
	return found != NULL;
}

static int rank(const struct session *s) {
	return !s->token[0] ? 0 : s->login_record ? 3 : s->cert[0] ? 2 : 1;
}

/* A free one comes before one of a visitor without a certificate, that before one who could log in, and that before one
 * that is logged in; then the longest silent. */
static bool gives_way(const struct session *a, const struct session *b) {
	int rank_a = rank(a), rank_b = rank(b);
	return rank_a != rank_b ? rank_a < rank_b : a->seen_mono_ms < b->seen_mono_ms;
}

static struct session *room(struct web_sessions *s) {
	struct session *slot = &s->slot[0];
	for (size_t i = 1; i < s->max && slot->token[0]; i++) {
		slot = gives_way(&s->slot[i], slot) ? &s->slot[i] : slot;
	}
	return slot;
}

enum gw_code web_session_begin(struct web_sessions *s, const char *cert, struct session *out, struct gw_err *err) {
	memset(out, 0, sizeof(*out));
	out->created_mono_ms = out->seen_mono_ms = gw_mono_ms();
	gw_copy_text(out->cert, sizeof(out->cert), cert);
	if (!make_token(out->token) || !make_token(out->csrf)) {
		return gw_fail(err, GW_E_NOMEM, "no randomness");
	}
	pthread_mutex_lock(&s->mutex);
	*room(s) = *out;
	pthread_mutex_unlock(&s->mutex);
	return GW_OK;
}

enum gw_code web_session_login(struct web_sessions *s, struct session *session, int64_t login_record, const char *dso,
			       struct gw_err *err) {
	struct session next = *session;
	next.login_record = login_record;
	if (dso[0]) {
		gw_copy_text(next.dso, sizeof(next.dso), dso);
	}
	if (!make_token(next.token) || !make_token(next.csrf)) {
		return gw_fail(err, GW_E_NOMEM, "no randomness");
	}
	pthread_mutex_lock(&s->mutex);
	struct session *slot = find(s, gw_span_of(session->token));
	if (slot) {
		*slot = next;
	}
	pthread_mutex_unlock(&s->mutex);
	*session = next;
	return GW_OK;
}

void web_session_end(struct web_sessions *s, const struct session *session) {
	pthread_mutex_lock(&s->mutex);
	struct session *slot = find(s, gw_span_of(session->token));
	if (slot) {
		OPENSSL_cleanse(slot, sizeof(*slot));
	}
	pthread_mutex_unlock(&s->mutex);
}

void web_session_certs(struct web_sessions *s, int64_t login_record, void (*each)(void *ctx, const char *cert),
		       void *ctx) {
	pthread_mutex_lock(&s->mutex);
	for (size_t i = 0; i < s->max; i++) {
		if (s->slot[i].token[0] && s->slot[i].login_record == login_record) {
			each(ctx, s->slot[i].cert);
		}
	}
	pthread_mutex_unlock(&s->mutex);
}

void web_session_speak(struct web_sessions *s, struct session *session, bool english) {
	session->english = english;
	pthread_mutex_lock(&s->mutex);
	struct session *slot = find(s, gw_span_of(session->token));
	if (slot) {
		slot->english = english;
	}
	pthread_mutex_unlock(&s->mutex);
}

bool web_session_csrf_ok(const struct session *session, const char *csrf) {
	return same(csrf, strlen(csrf), session->csrf);
}
