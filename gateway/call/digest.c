#include "gateway/call/digest.h"

#include <openssl/evp.h>

#include "base/buf.h"

/* The largest request body comes at once; a reply is slowed down long before (call_relay.c). */
enum { BATCH_BYTES = 256 * 1024, PENDING_MAX = 65 << 20 };

struct digest {
	struct work work;
	struct workers *workers;
	EVP_MD_CTX *ctx; /* the worker's while `busy` */
	size_t inline_bytes;
	uint64_t total;
	struct gw_buf filling; /* bytes for the next batch */
	struct gw_buf hashing; /* the worker's while `busy` */
	bool busy, failed, finishing, orphan;
	void (*done)(void *owner, const uint8_t hash[32], bool ok);
	void *owner;
};

static void free_now(struct digest *d) {
	EVP_MD_CTX_free(d->ctx);
	gw_buf_release(&d->filling);
	gw_buf_release(&d->hashing);
	free(d);
}

static void hash_batch(struct work *w) {
	struct digest *d = w->owner;
	d->failed |= EVP_DigestUpdate(d->ctx, d->hashing.data, d->hashing.len) != 1;
}

static void announce(struct digest *d) {
	uint8_t hash[32];
	d->failed |= EVP_DigestFinal_ex(d->ctx, hash, NULL) != 1;
	d->finishing = false;
	d->done(d->owner, hash, !d->failed);
}

static void hash_here(struct digest *d) {
	d->failed |= d->filling.len > 0 && EVP_DigestUpdate(d->ctx, d->filling.data, d->filling.len) != 1;
	gw_buf_clear(&d->filling);
}

/* Hand what has gathered to a worker; a full queue means that the loop does it itself. */
static void send_batch(struct digest *d) {
	struct gw_buf empty = d->hashing;
	d->hashing = d->filling;
	d->filling = empty;
	gw_buf_clear(&d->filling);
	d->busy = workers_submit(d->workers, &d->work);
	if (!d->busy) {
		hash_batch(&d->work);
	}
}

static void batch_done(struct work *w) {
	struct digest *d = w->owner;
	d->busy = false;
	if (d->orphan) {
		free_now(d);
	} else if (d->filling.len > 0 && (d->finishing || d->filling.len >= BATCH_BYTES)) {
		send_batch(d);
		if (!d->busy && d->finishing) {
			announce(d);
		}
	} else if (d->finishing) {
		announce(d);
	}
}

enum gw_code digest_new(struct loop *loop, struct workers *workers, size_t inline_bytes, struct digest **out) {
	struct digest *d = calloc(1, sizeof(*d));
	*out = NULL;
	if (!d || !(d->ctx = EVP_MD_CTX_new()) || EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL) != 1) {
		if (d) {
			free_now(d);
		}
		return GW_E_NOMEM;
	}
	d->workers = workers;
	d->inline_bytes = inline_bytes;
	gw_buf_init(&d->filling, PENDING_MAX);
	gw_buf_init(&d->hashing, PENDING_MAX);
	d->work = (struct work){.loop = loop, .run = hash_batch, .done = batch_done, .owner = d};
	*out = d;
	return GW_OK;
}

bool digest_add(struct digest *d, struct gw_span bytes) {
	d->total += bytes.n;
	if (d->total <= d->inline_bytes && !d->busy && d->filling.len == 0) {
		d->failed |= EVP_DigestUpdate(d->ctx, bytes.p, bytes.n) != 1;
		return !d->failed;
	}
	if (gw_buf_add(&d->filling, bytes.p, bytes.n) != GW_OK) {
		d->failed = true;
		return false;
	}
	if (!d->busy && d->filling.len >= BATCH_BYTES) {
		send_batch(d);
	}
	return true;
}

size_t digest_pending(const struct digest *d) {
	return d->filling.len + (d->busy ? d->hashing.len : 0);
}

uint64_t digest_total(const struct digest *d) {
	return d->total;
}

void digest_finish(struct digest *d, void (*done)(void *owner, const uint8_t hash[32], bool ok), void *owner) {
	d->done = done;
	d->owner = owner;
	d->finishing = true;
	if (d->busy) {
		return;
	}
	hash_here(d);
	announce(d);
}

void digest_free(struct digest *d) {
	if (!d) {
		return;
	}
	if (d->busy) {
		d->orphan = true;
		return;
	}
	free_now(d);
}
