#include "gateway/engine/sessions.h"

#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/queue.h>

enum {
	BUCKETS = 4096,
	FIXED_BYTES = 3072 /* SSL_SESSION and our entry, beside the certificates */,
	DECODED_FACTOR = 5 /* a decoded certificate against its DER, as measured */
};

struct entry {
	LIST_ENTRY(entry) by_id, by_leaf;
	TAILQ_ENTRY(entry) by_age;
	SSL_SESSION *session;
	uint8_t id[SSL_MAX_SSL_SESSION_ID_LENGTH];
	unsigned id_len;
	uint8_t leaf[SHA256_DIGEST_LENGTH];
	size_t bytes;
};
LIST_HEAD(bucket, entry);

struct sessions {
	pthread_mutex_t mutex;
	size_t max_bytes;
	struct sessions_stats stats;
	struct bucket by_id[BUCKETS], by_leaf[BUCKETS];
	TAILQ_HEAD(age_queue, entry) by_age; /* oldest first */
};

/* Session ids and digests are uniform bytes: their first ones are a hash. */
static size_t hash(const uint8_t *bytes, unsigned n) {
	return n < 2 ? 0 : (size_t)(bytes[0] << 8 | bytes[1]) % BUCKETS;
}

enum gw_code sessions_new(size_t max_bytes, struct sessions **out, struct gw_err *err) {
	*out = calloc(1, sizeof(**out));
	if (!*out) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	pthread_mutex_init(&(*out)->mutex, NULL);
	(*out)->max_bytes = max_bytes;
	TAILQ_INIT(&(*out)->by_age);
	return GW_OK;
}

static void forget(struct sessions *s, struct entry *e) {
	LIST_REMOVE(e, by_id);
	LIST_REMOVE(e, by_leaf);
	TAILQ_REMOVE(&s->by_age, e, by_age);
	s->stats.count--;
	s->stats.bytes -= e->bytes;
	SSL_SESSION_free(e->session);
	free(e);
}

void sessions_free(struct sessions *s) {
	if (s) {
		struct entry *e;
		while ((e = TAILQ_FIRST(&s->by_age)) != NULL) {
			forget(s, e);
		}
		pthread_mutex_destroy(&s->mutex);
		free(s);
	}
}

static struct sessions *of(SSL_CTX *ctx) {
	return SSL_CTX_get_app_data(ctx);
}

static struct entry *find(struct sessions *s, const uint8_t *id, unsigned n) {
	struct entry *e;
	LIST_FOREACH(e, &s->by_id[hash(id, n)], by_id) {
		if (e->id_len == n && memcmp(e->id, id, n) == 0) {
			return e;
		}
	}
	return NULL;
}

static size_t der_bytes(const X509 *cert) {
	int n = i2d_X509(cert, NULL);
	return n > 0 ? (size_t)n : 0;
}

/* The session keeps the leaf and the whole chain that the peer sent, decoded: a long chain must not be a cheap one. */
static size_t weigh(SSL *ssl, const SSL_SESSION *session, const X509 *leaf) {
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
	int own = i2d_SSL_SESSION(session, NULL);
	size_t der = der_bytes(leaf);
	for (int i = 0; chain && i < sk_X509_num(chain); i++) {
		der += der_bytes(sk_X509_value(chain, i));
	}
	return FIXED_BYTES + (size_t)(own > 0 ? own : 0) + der * DECODED_FACTOR;
}

static int on_new(SSL *ssl, SSL_SESSION *session) {
	struct sessions *s = of(SSL_get_SSL_CTX(ssl));
	const X509 *leaf = SSL_SESSION_get0_peer(session);
	struct entry *e = leaf ? calloc(1, sizeof(*e)) : NULL;
	if (!e) {
		return 0; /* without a certificate there is nobody to resume */
	}
	const uint8_t *id = SSL_SESSION_get_id(session, &e->id_len);
	memcpy(e->id, id, e->id_len);
	X509_digest(leaf, EVP_sha256(), e->leaf, NULL);
	e->session = session;
	e->bytes = weigh(ssl, session, leaf);
	pthread_mutex_lock(&s->mutex);
	LIST_INSERT_HEAD(&s->by_id[hash(e->id, e->id_len)], e, by_id);
	LIST_INSERT_HEAD(&s->by_leaf[hash(e->leaf, sizeof(e->leaf))], e, by_leaf);
	TAILQ_INSERT_TAIL(&s->by_age, e, by_age);
	s->stats.count++;
	s->stats.bytes += e->bytes;
	while (s->stats.bytes > s->max_bytes) {
		s->stats.evicted++;
		forget(s, TAILQ_FIRST(&s->by_age));
	}
	pthread_mutex_unlock(&s->mutex);
	return 1; /* the reference is ours now; the entry, if evicted at once, has freed it */
}

static SSL_SESSION *on_get(SSL *ssl, const unsigned char *id, int n, int *copy) {
	struct sessions *s = of(SSL_get_SSL_CTX(ssl));
	*copy = 0;
	pthread_mutex_lock(&s->mutex);
	struct entry *e = n > 0 ? find(s, id, (unsigned)n) : NULL;
	SSL_SESSION *found = e ? e->session : NULL;
	if (found) {
		SSL_SESSION_up_ref(found);
		s->stats.hits++;
	} else {
		s->stats.misses++;
	}
	pthread_mutex_unlock(&s->mutex);
	return found;
}

static void on_remove(SSL_CTX *ctx, SSL_SESSION *session) {
	struct sessions *s = of(ctx);
	unsigned n = 0;
	const uint8_t *id = SSL_SESSION_get_id(session, &n);
	pthread_mutex_lock(&s->mutex);
	struct entry *e = find(s, id, n);
	if (e) {
		forget(s, e);
	}
	pthread_mutex_unlock(&s->mutex);
}

enum gw_code sessions_attach(struct sessions *s, struct ssl_ctx_st *ctx, const char *context, long lifetime_s,
			     struct gw_err *err) {
	uint8_t id[SHA256_DIGEST_LENGTH];
	SHA256((const uint8_t *)context, strlen(context), id);
	if (SSL_CTX_set_session_id_context(ctx, id, sizeof(id)) != 1) {
		return gw_fail(err, GW_E_BUG, "session context refused");
	}
	SSL_CTX_set_app_data(ctx, s);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_set_timeout(ctx, lifetime_s);
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET); /* TLS 1.3 then hands out the session id as a stateful ticket */
	SSL_CTX_set_num_tickets(ctx, 1);
	SSL_CTX_sess_set_new_cb(ctx, on_new);
	SSL_CTX_sess_set_get_cb(ctx, on_get);
	SSL_CTX_sess_set_remove_cb(ctx, on_remove);
	return GW_OK;
}

void sessions_drop_leaf(struct sessions *s, const uint8_t digest[32]) {
	pthread_mutex_lock(&s->mutex);
	struct entry *next;
	for (struct entry *e = LIST_FIRST(&s->by_leaf[hash(digest, 32)]); e; e = next) {
		next = LIST_NEXT(e, by_leaf);
		if (memcmp(e->leaf, digest, 32) == 0) {
			forget(s, e);
		}
	}
	pthread_mutex_unlock(&s->mutex);
}

void sessions_stats(struct sessions *s, struct sessions_stats *out) {
	pthread_mutex_lock(&s->mutex);
	*out = s->stats;
	pthread_mutex_unlock(&s->mutex);
}
