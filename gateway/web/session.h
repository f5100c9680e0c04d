/* gateway/web/session.h - who is at the web pages: sessions in memory, each bound to the certificate of its TLS
 * connection.
 *
 * A session has a secret token (the cookie) and a token for its forms. It ends by logout, by silence, by age, and when
 * the process ends; a login gives a new token, so that a token known before is worth nothing after (session fixation).
 * Any thread; the copies are the caller's. */
#ifndef GW_WEB_SESSION_H
#define GW_WEB_SESSION_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum { SESSION_TOKEN = 44, SESSION_CERT = 65, SESSION_DSO = 16 };

struct session { /* a copy */
	char token[SESSION_TOKEN], csrf[SESSION_TOKEN];
	char cert[SESSION_CERT]; /* CERT_DIGEST; "" = no certificate */
	int64_t login_record;	 /* 0: not logged in */
	char dso[SESSION_DSO];	 /* the organisation that MDP has confirmed at login; "" = that of the certificate */
	bool english;
	int64_t created_mono_ms, seen_mono_ms;
};

struct web_sessions;
GW_NODISCARD enum gw_code web_sessions_new(size_t max, struct web_sessions **out, struct gw_err *err);
void web_sessions_free(struct web_sessions *s);

struct web_session_limits {
	int64_t idle_ms, age_ms;
};
/* False: there is none with this token for this certificate, or its time is over: then out->created_mono_ms and
 * out->english are still those of it, else 0. */
bool web_session_find(struct web_sessions *s, struct gw_span token, const char *cert,
		      const struct web_session_limits *limits, struct session *out);
/* A new one; the oldest makes room. GW_E_NOMEM: no randomness. */
GW_NODISCARD enum gw_code web_session_begin(struct web_sessions *s, const char *cert, struct session *out,
					    struct gw_err *err);
/* Logged in (or in another group): the session goes on under new tokens, which are written to *session. */
GW_NODISCARD enum gw_code web_session_login(struct web_sessions *s, struct session *session, int64_t login_record,
					    const char *dso, struct gw_err *err);
void web_session_end(struct web_sessions *s, const struct session *session);
/* The certificates of the sessions that are logged in with a record. `each` is called under the lock. */
void web_session_certs(struct web_sessions *s, int64_t login_record, void (*each)(void *ctx, const char *cert),
		       void *ctx);
void web_session_speak(struct web_sessions *s, struct session *session, bool english);
/* Constant time. */
bool web_session_csrf_ok(const struct session *session, const char *csrf);
#endif
