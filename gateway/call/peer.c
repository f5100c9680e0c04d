#include "gateway/call/peer.h"

#include <openssl/sha.h>
#include <openssl/ssl.h>

#include "gateway/call/unproven.h"

enum { CACHE_SLOTS = 4096, REFUSED_S = 10 };

struct judgement_slot {
	uint8_t digest[CERT_DIGEST_BYTES];
	int listener;
	struct peer_under under;
	struct cert_judgement judgement;
};

struct judgement_cache {
	const struct cert_live *live; /* NULL = nothing is fetched */
	struct judgement_slot slot[CACHE_SLOTS];
};

enum gw_code judgement_cache_new(const struct cert_live *live, struct judgement_cache **out, struct gw_err *err) {
	*out = calloc(1, sizeof(**out));
	if (!*out) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	(*out)->live = live;
	return GW_OK;
}

void judgement_cache_free(struct judgement_cache *c) {
	free(c);
}

static struct judgement_slot *slot_of(struct judgement_cache *cache, const struct cert_facts *f) {
	return &cache->slot[(size_t)(f->digest[0] << 8 | f->digest[1]) % CACHE_SLOTS];
}

/* What its revocation decides costs the most to find, and a caller who is refused comes again at once. */
static bool is_remembered(enum cert_verdict v) {
	return v == CERT_ACCEPTED || v == CERT_REFUSED_REVOKED || v == CERT_REVOCATION_UNKNOWN;
}

static bool holds_now(const struct cert_judgement *j, int64_t now_utc_s) {
	return is_remembered(j->verdict) && now_utc_s >= j->from_utc_s && now_utc_s < j->until_utc_s;
}

static bool is_under(const struct peer_under *a, const struct peer_under *b) {
	return a->generation == b->generation && a->epoch == b->epoch;
}

static void judge(struct conn *c, struct peer *p, struct judgement_cache *cache, const struct peer_under *under,
		  int64_t now) {
	const struct call_view *cv = loop_view(conn_loop(c))->app;
	int listener = conn_listener(c)->index;
	struct judgement_slot *slot = slot_of(cache, &p->facts);
	bool same = is_under(&slot->under, under) && slot->listener == listener &&
		    memcmp(slot->digest, p->facts.digest, CERT_DIGEST_BYTES) == 0;
	p->under = *under;
	if (same && holds_now(&slot->judgement, now)) {
		p->judgement = slot->judgement;
		return;
	}
	X509 *leaf = SSL_get0_peer_certificate(conn_ssl(c));
	const struct cert_question question = {.leaf = leaf,
					       .facts = &p->facts,
					       .chain = SSL_get_peer_cert_chain(conn_ssl(c)),
					       .purpose = CERT_FOR_CALL,
					       .at_utc_s = now};
	cert_judge(cv->trust[listener], &question, &p->judgement, NULL);
	if (p->judgement.verdict != CERT_ACCEPTED) {
		p->judgement.from_utc_s = now;
		p->judgement.until_utc_s = now + REFUSED_S;
	}
	if (is_remembered(p->judgement.verdict)) {
		*slot = (struct judgement_slot){.listener = listener, .under = *under, .judgement = p->judgement};
		memcpy(slot->digest, p->facts.digest, CERT_DIGEST_BYTES);
	}
}

static struct peer *meet(struct conn *c) {
	struct peer *p = calloc(1, sizeof(*p));
	X509 *leaf = SSL_get0_peer_certificate(conn_ssl(c));
	if (!p) {
		return NULL;
	}
	p->readable = leaf && cert_facts_read(leaf, &p->facts, NULL) == GW_OK;
	p->resumed = SSL_session_reused(conn_ssl(c)) == 1;
	conn_set_app(c, p);
	return p;
}

const struct peer *peer_of(struct conn *c, struct judgement_cache *cache) {
	struct peer *p = conn_app(c);
	p = p ? p : meet(c);
	if (!p || !p->readable) {
		return p;
	}
	int64_t now = gw_now_utc_s();
	const struct peer_under under = {loop_view(conn_loop(c))->generation, cert_live_epoch(cache->live)};
	if (!is_under(&p->under, &under) || !holds_now(&p->judgement, now)) {
		judge(c, p, cache, &under, now);
	}
	return p;
}

void peer_free(struct conn *c) {
	free(conn_app(c));
	conn_set_app(c, NULL);
}

/* Whatever else is wrong is wrong with the chain. */
static enum vash_fault fault_of(enum cert_verdict verdict) {
	static const struct {
		enum cert_verdict verdict;
		enum vash_fault fault;
	} faults[] = {{CERT_ACCEPTED, VASH_NO_FAULT},
		      {CERT_REFUSED_SELF_SIGNED, VASH_CERT_SELF_SIGNED},
		      {CERT_REFUSED_UNKNOWN_ISSUER, VASH_CERT_UNKNOWN_ISSUER},
		      {CERT_REFUSED_EXPIRED, VASH_CERT_EXPIRED},
		      {CERT_REFUSED_NOT_YET_VALID, VASH_CERT_NOT_YET_VALID},
		      {CERT_REFUSED_WEAK, VASH_CERT_KEY_WEAK},
		      {CERT_REFUSED_REVOKED, VASH_CERT_REVOKED},
		      {CERT_REFUSED_KEY_USAGE, VASH_CERT_KEY_USAGE},
		      {CERT_REFUSED_NOT_QUALIFIED, VASH_CERT_NOT_QUALIFIED},
		      {CERT_REVOCATION_UNKNOWN, VASH_CERT_REVOCATION_UNKNOWN}};
	for (size_t i = 0; i < GW_COUNT(faults); i++) {
		if (faults[i].verdict == verdict) {
			return faults[i].fault;
		}
	}
	return VASH_CERT_CHAIN;
}

enum vash_fault peer_fault(const struct peer *p) {
	return p->readable ? fault_of(p->judgement.verdict) : VASH_CERT_CHAIN;
}

bool peer_is_waiting(const struct peer *p) {
	enum cert_verdict v = p->readable && p->judgement.missing ? p->judgement.verdict : CERT_UNDECIDED;
	return v == CERT_ACCEPTED || v == CERT_REVOCATION_UNKNOWN;
}

bool peer_is_known(const struct peer *p) {
	enum cert_verdict v = p->readable ? p->judgement.verdict : CERT_UNDECIDED;
	return v == CERT_ACCEPTED || v == CERT_REFUSED_KEY_USAGE || v == CERT_REFUSED_NOT_QUALIFIED ||
	       v == CERT_REFUSED_REVOKED || v == CERT_REVOCATION_UNKNOWN;
}

void peer_limit_key(const struct conn *c, const struct peer *p, uint8_t key[32]) {
	if (peer_is_known(p)) {
		memcpy(key, p->facts.digest, CERT_DIGEST_BYTES);
	} else {
		char network[NETWORK_TEXT];
		network_of(conn_peer(c), network);
		SHA256((const uint8_t *)network, strlen(network), key);
	}
	key[0] ^= (uint8_t)conn_listener(c)->index;
}
