#include "certs/live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/sync.h"
#include "base/text.h"
#include "certs/crl.h"
#include "certs/evidence.h"
#include "certs/load.h"
#include "certs/ocsp.h"
#include "certs/sources.h"

enum {
	BUCKETS = 4096,
	HOSTS = 64,
	HOST_TEXT = 128,
	REST_MS = 60000, /* after a failure, and half as much again at most */
	CALLS_REST_MS = 600000,
	HOST_REST_MS = 30000,
	SOON_S = 60,
	AGE_S = 3600, /* of what names no nextUpdate */
	PATH_BYTES = 4096
};

/* What is kept; read before the lock is taken, for a large CRL takes long. */
struct content {
	uint8_t *der; /* OCSP */
	size_t bytes;
	X509_CRL *crl;
	STACK_OF(X509) * issuers;
	uint8_t entries[CERT_DIGEST_BYTES]; /* SHA-256 of issuers, or over what a CRL revokes */
};

struct item {
	LIST_ENTRY(item) in_bucket;
	TAILQ_ENTRY(item) in_order; /* the one used longest ago first */
	struct live_key key;
	struct content content; /* nothing in it: it is not there yet */
	enum cert_revocation said;
	int64_t made_utc_s, due_utc_s;
	int64_t rest_until_ms, calls_rest_until_ms;
	bool busy;
};
LIST_HEAD(bucket, item);
TAILQ_HEAD(order, item);

struct host {
	char name[HOST_TEXT];
	int64_t down_until_ms;
};

struct cert_live {
	pthread_mutex_t mutex;
	pthread_cond_t released;
	struct bucket bucket[BUCKETS];
	struct order order;
	size_t count;
	_Atomic uint64_t epoch;
	struct host host[HOSTS];
	char dir[PATH_BYTES - 128];
};

/* The lock is no part of what is looked at. */
static struct cert_live *lock(const struct cert_live *l) {
	struct cert_live *own = (struct cert_live *)(uintptr_t)l;
	pthread_mutex_lock(&own->mutex);
	return own;
}

static void unlock(struct cert_live *l) {
	pthread_mutex_unlock(&l->mutex);
}

/* ---- keys and items; under the lock ---- */

void live_key_of_cert(X509 *cert, struct live_key *out) {
	*out = (struct live_key){.kind = LIVE_OCSP};
	X509_digest(cert, EVP_sha256(), out->digest, NULL);
}

void live_key_of_url(enum live_kind kind, const char *url, struct live_key *out) {
	*out = (struct live_key){.kind = kind};
	SHA256((const uint8_t *)url, strlen(url), out->digest);
}

static bool is_same(const struct live_key *a, const struct live_key *b) {
	return a->kind == b->kind && memcmp(a->digest, b->digest, sizeof(a->digest)) == 0;
}

static struct bucket *bucket_of(struct cert_live *l, const struct live_key *key) {
	return &l->bucket[(size_t)(key->digest[0] << 8 | key->digest[1]) % BUCKETS];
}

static struct item *find(struct cert_live *l, const struct live_key *key) {
	struct item *i = LIST_FIRST(bucket_of(l, key));
	while (i && !is_same(&i->key, key)) {
		i = LIST_NEXT(i, in_bucket);
	}
	return i;
}

static const char *const endings[] = {[LIVE_OCSP] = ".ocsp", [LIVE_CRL] = ".crl", [LIVE_ISSUER] = ".p7c"};

#define UNFINISHED ".new"

static void path_of(const struct cert_live *l, const struct live_key *key, char out[PATH_BYTES]) {
	char hex[2 * CERT_DIGEST_BYTES + 1];
	gw_hex(key->digest, sizeof(key->digest), hex);
	snprintf(out, PATH_BYTES, "%s/%s%s", l->dir, hex, endings[key->kind]);
}

static void content_release(struct content *c) {
	X509_CRL_free(c->crl);
	sk_X509_pop_free(c->issuers, X509_free);
	free(c->der);
	*c = (struct content){0};
}

static void drop(struct cert_live *l, struct item *i, bool with_file) {
	char path[PATH_BYTES];
	LIST_REMOVE(i, in_bucket);
	TAILQ_REMOVE(&l->order, i, in_order);
	l->count--;
	if (with_file) {
		path_of(l, &i->key, path);
		unlink(path);
	}
	content_release(&i->content);
	free(i);
}

static void make_room(struct cert_live *l) {
	struct item *i = TAILQ_FIRST(&l->order);
	while (i && l->count >= CERT_LIVE_ITEMS_MAX) {
		struct item *next = TAILQ_NEXT(i, in_order);
		if (!i->busy) {
			drop(l, i, true);
		}
		i = next;
	}
}

static bool is_filled(const struct item *i) {
	return i && (i->content.der || i->content.crl || i->content.issuers);
}

static struct item *find_or_make(struct cert_live *l, const struct live_key *key) {
	struct item *i = find(l, key);
	if (i) {
		return i;
	}
	make_room(l);
	if (l->count >= CERT_LIVE_ITEMS_MAX || !(i = calloc(1, sizeof(*i)))) {
		return NULL;
	}
	i->key = *key;
	LIST_INSERT_HEAD(bucket_of(l, key), i, in_bucket);
	TAILQ_INSERT_TAIL(&l->order, i, in_order);
	l->count++;
	return i;
}

static void touch(struct cert_live *l, struct item *i) {
	TAILQ_REMOVE(&l->order, i, in_order);
	TAILQ_INSERT_TAIL(&l->order, i, in_order);
}

/* ---- looking ---- */

uint64_t cert_live_epoch(const struct cert_live *l) {
	return l ? atomic_load_explicit(&l->epoch, memory_order_acquire) : 0;
}

size_t cert_live_count(const struct cert_live *live) {
	struct cert_live *l = lock(live);
	const struct item *i;
	size_t count = 0;
	TAILQ_FOREACH(i, &l->order, in_order) {
		count += is_filled(i);
	}
	unlock(l);
	return count;
}

static void add_response(struct cert_live *l, X509 *cert, struct cert_evidence *into) {
	struct live_key key;
	live_key_of_cert(cert, &key);
	struct item *i = find(l, &key);
	if (i && i->content.der) {
		touch(l, i);
		const struct gw_span der = {(const char *)i->content.der, i->content.bytes};
		GW_UNUSED(cert_evidence_add_ocsp(into, der, "-", NULL) == GW_OK);
	}
}

static struct item *find_crl(struct cert_live *l, const char *url) {
	struct live_key key;
	live_key_of_url(LIVE_CRL, url, &key);
	struct item *i = find(l, &key);
	return i && i->content.crl ? i : NULL;
}

static void add_crls(struct cert_live *l, const struct cert_urls *urls, struct cert_evidence *into) {
	for (size_t k = 0; k < urls->count; k++) {
		struct item *i = find_crl(l, urls->at[k]);
		if (i) {
			touch(l, i);
			GW_UNUSED(cert_evidence_share_crl(into, i->content.crl));
		}
	}
}

static void find_deltas(struct cert_live *l, const struct cert_sources *sources, struct cert_urls *out) {
	*out = sources->delta;
	for (size_t k = 0; k < sources->crl.count; k++) {
		const struct item *i = find_crl(l, sources->crl.at[k]);
		if (i) {
			cert_sources_delta(i->content.crl, out);
		}
	}
}

void live_deltas(const struct cert_live *live, const struct cert_sources *sources, struct cert_urls *out) {
	struct cert_live *l = lock(live);
	find_deltas(l, sources, out);
	unlock(l);
}

void cert_live_add(const struct cert_live *live, X509 *cert, const struct cert_sources *sources,
		   struct cert_evidence *into) {
	struct cert_urls deltas;
	struct cert_live *l = lock(live);
	add_response(l, cert, into);
	add_crls(l, &sources->crl, into);
	find_deltas(l, sources, &deltas);
	add_crls(l, &deltas, into);
	unlock(l);
}

/* What a bundle holds that could have issued it; the first one. */
static X509 *issuer_in(const struct item *i, X509 *cert) {
	for (int k = 0; i && k < sk_X509_num(i->content.issuers); k++) {
		if (X509_check_issued(sk_X509_value(i->content.issuers, k), cert) == X509_V_OK) {
			return sk_X509_value(i->content.issuers, k);
		}
	}
	return NULL;
}

static X509 *find_issuer(struct cert_live *l, X509 *cert) {
	struct cert_urls urls;
	X509 *found = NULL;
	cert_sources_issuer(cert, &urls);
	for (size_t i = 0; i < urls.count && !found; i++) {
		struct live_key key;
		live_key_of_url(LIVE_ISSUER, urls.at[i], &key);
		found = issuer_in(find(l, &key), cert);
	}
	return found;
}

/* What was sent with it once. */
static bool add_sent(struct cert_live *l, X509 *cert, STACK_OF(X509) * into) {
	struct live_key key;
	live_key_of_cert(cert, &key);
	key.kind = LIVE_ISSUER;
	const struct item *i = find(l, &key);
	return !i || !i->content.issuers || X509_add_certs(into, i->content.issuers, X509_ADD_FLAG_UP_REF) == 1;
}

bool cert_live_add_issuers(const struct cert_live *live, X509 *cert, STACK_OF(X509) * into) {
	struct cert_live *l = lock(live);
	bool ok = add_sent(l, cert, into);
	X509 *issuer = find_issuer(l, cert);
	for (int depth = 0; ok && issuer && depth < CERT_CHAIN_MAX; depth++) {
		ok = X509_add_cert(into, issuer, X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_SS) == 1;
		issuer = find_issuer(l, issuer);
	}
	unlock(l);
	return ok;
}

static bool rests(const struct cert_live *live, const uint8_t leaf_digest[CERT_DIGEST_BYTES], bool for_calls) {
	struct live_key key = {.kind = LIVE_OCSP};
	memcpy(key.digest, leaf_digest, sizeof(key.digest));
	struct cert_live *l = lock(live);
	const struct item *i = find(l, &key);
	int64_t until_ms = !i ? 0 : for_calls ? i->calls_rest_until_ms : i->rest_until_ms;
	unlock(l);
	return until_ms > gw_mono_ms();
}

bool cert_live_may_fetch(const struct cert_live *l, const uint8_t leaf_digest[CERT_DIGEST_BYTES]) {
	return !rests(l, leaf_digest, false);
}

bool cert_live_may_wait(const struct cert_live *l, const uint8_t leaf_digest[CERT_DIGEST_BYTES]) {
	return !rests(l, leaf_digest, true);
}

/* ---- keeping ---- */

/* How long before nextUpdate: between a half and three quarters of its time, so that not all come at once. */
static int64_t due_of(int64_t this_update, int64_t next_update, int64_t now) {
	int64_t span = next_update > this_update ? next_update - this_update : AGE_S;
	uint8_t dice = 0;
	GW_UNUSED(RAND_bytes(&dice, 1) == 1);
	int64_t due = this_update + span / 2 + span * dice / 4 / UINT8_MAX;
	int64_t soonest = now + (span / 4 < SOON_S ? span / 4 : SOON_S);
	return due > soonest ? due : soonest;
}

/* What two CRLs say is the same where this is. False: out of memory. */
static bool digest_entries(X509_CRL *crl, uint8_t out[CERT_DIGEST_BYTES]) {
	STACK_OF(X509_REVOKED) *revoked = X509_CRL_get_REVOKED(crl);
	EVP_MD_CTX *sum = EVP_MD_CTX_new();
	bool ok = sum && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) == 1;
	for (int i = 0; ok && i < sk_X509_REVOKED_num(revoked); i++) {
		unsigned char *der = NULL;
		int n = i2d_X509_REVOKED(sk_X509_REVOKED_value(revoked, i), &der);
		ok = n > 0 && EVP_DigestUpdate(sum, der, (size_t)n) == 1;
		OPENSSL_free(der);
	}
	ok = ok && EVP_DigestFinal_ex(sum, out, NULL) == 1;
	EVP_MD_CTX_free(sum);
	return ok;
}

/* False: it is not what it should be, or there is no memory. */
static bool content_read(enum live_kind kind, struct gw_span der, struct content *out) {
	const unsigned char *p = (const unsigned char *)der.p;
	*out = (struct content){0};
	switch (kind) {
	case LIVE_ISSUER:
		SHA256((const uint8_t *)der.p, der.n, out->entries);
		return (out->issuers = cert_bundle_read(der)) != NULL;
	case LIVE_CRL:
		out->crl = d2i_X509_CRL(NULL, &p, (long)der.n);
		ERR_clear_error();
		return out->crl && digest_entries(out->crl, out->entries);
	case LIVE_OCSP:
	default:
		out->der = malloc(der.n ? der.n : 1);
		out->bytes = der.n;
		if (out->der) {
			memcpy(out->der, der.p, der.n);
		}
		return out->der != NULL;
	}
}

static enum gw_code write_file(const char *path, struct gw_span bytes, struct gw_err *err) {
	char temporary[PATH_BYTES + 8];
	snprintf(temporary, sizeof(temporary), "%s" UNFINISHED, path);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t written = 0;
	while (fd >= 0 && written < bytes.n) {
		ssize_t n = write(fd, bytes.p + written, bytes.n - written);
		if (n <= 0) {
			break;
		}
		written += (size_t)n;
	}
	bool whole = fd >= 0 && close(fd) == 0 && written == bytes.n && rename(temporary, path) == 0;
	if (!whole) {
		GW_UNUSED(gw_fail(err, GW_E_STORE, "cannot write '%.160s': %s", path, strerror(errno)));
		unlink(temporary);
	}
	return whole ? GW_OK : GW_E_STORE;
}

/* The item takes what is new; `content` has what was there. True: it says something else than before. */
static bool replace(struct item *i, struct content *content, const struct cert_status *status, int64_t now_utc_s) {
	bool same = is_filled(i) && memcmp(content->entries, i->content.entries, CERT_DIGEST_BYTES) == 0 &&
		    i->said == status->revocation;
	const struct content old = i->content;
	i->content = *content;
	*content = old;
	i->said = status->revocation;
	i->made_utc_s = status->this_update_utc_s;
	i->due_utc_s = due_of(status->this_update_utc_s, status->next_update_utc_s, now_utc_s);
	return !same;
}

/* In memory alone. */
static enum gw_code keep(struct cert_live *l, const struct live_key *key, struct gw_span der,
			 const struct cert_status *status, int64_t now_utc_s, struct gw_err *err) {
	struct content content;
	if (!content_read(key->kind, der, &content)) {
		content_release(&content);
		return gw_fail(err, GW_E_INPUT, "it is not what it should be");
	}
	lock(l);
	struct item *i = find_or_make(l, key);
	bool older = is_filled(i) && status->this_update_utc_s < i->made_utc_s;
	if (i && !older) {
		atomic_fetch_add(&l->epoch, replace(i, &content, status, now_utc_s));
	}
	unlock(l);
	content_release(&content);
	return !i      ? gw_fail(err, GW_E_RETRY, "no room for more evidence")
	       : older ? gw_fail(err, GW_E_CONFLICT, "it is older than what is known")
		       : GW_OK;
}

enum gw_code live_put(struct cert_live *l, const struct live_key *key, struct gw_span der,
		      const struct cert_status *status, int64_t now_utc_s, struct gw_err *err) {
	char path[PATH_BYTES];
	path_of(l, key, path);
	enum gw_code rc = keep(l, key, der, status, now_utc_s, err);
	return rc == GW_OK ? write_file(path, der, err) : rc;
}

bool live_is_due(const struct cert_live *live, const struct live_key *key, int64_t now_utc_s) {
	struct cert_live *l = lock(live);
	const struct item *i = find(l, key);
	bool due = is_filled(i) && i->due_utc_s <= now_utc_s;
	unlock(l);
	return due;
}

/* ---- claims ---- */

enum live_claim live_claim(struct cert_live *l, const struct live_key *key, int64_t deadline_mono_ms) {
	enum live_claim claim = LIVE_NOT_NOW;
	bool waited = false;
	lock(l);
	struct item *i = find_or_make(l, key);
	while (i && i->busy && gw_mono_ms() < deadline_mono_ms) {
		waited = true;
		GW_UNUSED(gw_cond_wait_until(&l->released, &l->mutex, deadline_mono_ms * 1000));
		i = find(l, key);
	}
	if (i && !i->busy) {
		claim = waited ? LIVE_DONE : i->rest_until_ms > gw_mono_ms() ? LIVE_NOT_NOW : LIVE_MINE;
	}
	if (claim == LIVE_MINE) {
		i->busy = true;
	}
	unlock(l);
	return claim;
}

void live_release(struct cert_live *l, const struct live_key *key, bool failed) {
	uint8_t dice = 0;
	GW_UNUSED(RAND_bytes(&dice, 1) == 1);
	lock(l);
	struct item *i = find(l, key);
	if (i) {
		i->busy = false;
		i->rest_until_ms = failed ? gw_mono_ms() + REST_MS + REST_MS * dice / 2 / UINT8_MAX : 0;
		i->calls_rest_until_ms = failed ? gw_mono_ms() + CALLS_REST_MS : 0;
	}
	pthread_cond_broadcast(&l->released);
	unlock(l);
}

/* ---- hosts ---- */

/* "http://host:port/…" */
static struct gw_span host_of(const char *url) {
	const char *at = strstr(url, "://");
	at = at ? at + 3 : url;
	return (struct gw_span){at, strcspn(at, "/?#")};
}

static struct host *find_host(struct cert_live *l, struct gw_span name) {
	struct host *oldest = &l->host[0];
	for (size_t i = 0; i < HOSTS; i++) {
		if (gw_span_is_nocase(name, l->host[i].name)) {
			return &l->host[i];
		}
		oldest = l->host[i].down_until_ms < oldest->down_until_ms ? &l->host[i] : oldest;
	}
	return gw_copy(oldest->name, HOST_TEXT, name.p, name.n) ? oldest : NULL;
}

bool live_host_is_down(const struct cert_live *live, const char *url) {
	struct cert_live *l = lock(live);
	bool down = false;
	for (size_t i = 0; i < HOSTS; i++) {
		down |= gw_span_is_nocase(host_of(url), l->host[i].name) && l->host[i].down_until_ms > gw_mono_ms();
	}
	unlock(l);
	return down;
}

void live_host_note(struct cert_live *l, const char *url, bool reached) {
	lock(l);
	struct host *h = find_host(l, host_of(url));
	if (h) {
		h->down_until_ms = reached ? 0 : gw_mono_ms() + HOST_REST_MS;
	}
	unlock(l);
}

/* ---- the folder ---- */

/* 64 hex digits and the ending of its kind. */
static bool key_of_file(const char *name, struct live_key *out) {
	enum { HEX = 2 * CERT_DIGEST_BYTES };
	for (size_t kind = 0; strlen(name) > HEX && kind < GW_COUNT(endings); kind++) {
		if (strcmp(name + HEX, endings[kind]) == 0) {
			out->kind = (enum live_kind)kind;
			return gw_unhex(name, HEX, out->digest, sizeof(out->digest));
		}
	}
	return false;
}

/* When it was made and until when it holds; what it says is asked at each judgement. */
static bool times_of(const struct live_key *key, struct gw_span der, struct cert_status *out) {
	return key->kind == LIVE_OCSP  ? cert_ocsp_times(der, out)
	       : key->kind == LIVE_CRL ? cert_crl_times(der, out)
				       : true;
}

static void load_file(struct cert_live *l, const char *name) {
	struct live_key key;
	struct cert_status times = {0};
	char path[PATH_BYTES];
	GW_AUTO(buf) struct gw_buf bytes;
	gw_buf_init(&bytes, CERT_CRL_BYTES_MAX);
	if (!key_of_file(name, &key)) {
		return;
	}
	path_of(l, &key, path);
	if (gw_file_read(path, &bytes, NULL) != GW_OK || !times_of(&key, gw_buf_span(&bytes), &times) ||
	    keep(l, &key, gw_buf_span(&bytes), &times, gw_now_utc_s(), NULL) != GW_OK) {
		unlink(path);
	}
}

/* A process that was killed has left it behind. */
static bool is_unfinished(const char *name) {
	size_t n = strlen(name), ending = strlen(UNFINISHED);
	return n > ending && strcmp(name + n - ending, UNFINISHED) == 0;
}

static enum gw_code load_all(struct cert_live *l, struct gw_err *err) {
	struct dirent *entry;
	if (mkdir(l->dir, 0700) != 0 && errno != EEXIST) {
		return gw_fail(err, GW_E_CONFIG, "cannot make directory '%.160s': %s", l->dir, strerror(errno));
	}
	DIR *dir = opendir(l->dir);
	if (!dir) {
		return gw_fail(err, GW_E_CONFIG, "cannot read directory '%.160s': %s", l->dir, strerror(errno));
	}
	while ((entry = readdir(dir)) != NULL) {
		if (is_unfinished(entry->d_name)) {
			unlinkat(dirfd(dir), entry->d_name, 0);
		} else {
			load_file(l, entry->d_name);
		}
	}
	closedir(dir);
	return GW_OK;
}

enum gw_code cert_live_open(const char *dir, struct cert_live **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(cert_live) struct cert_live *l = calloc(1, sizeof(*l));
	if (!l) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	pthread_mutex_init(&l->mutex, NULL);
	gw_cond_init(&l->released);
	TAILQ_INIT(&l->order);
	if (!gw_copy_text(l->dir, sizeof(l->dir), dir)) {
		return gw_fail(err, GW_E_CONFIG, "directory '%.160s' has too long a name", dir);
	}
	enum gw_code rc = load_all(l, err);
	if (rc == GW_OK) {
		*out = gw_take(&l);
	}
	return rc;
}

void cert_live_free(struct cert_live *l) {
	if (l) {
		while (!TAILQ_EMPTY(&l->order)) {
			drop(l, TAILQ_FIRST(&l->order), false);
		}
		pthread_cond_destroy(&l->released);
		pthread_mutex_destroy(&l->mutex);
		free(l);
	}
}
