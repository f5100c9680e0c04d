#include "gateway/call/callers.h"

#include "base/log.h"

enum { SLOTS = 4096 };

struct slot {
	uint8_t digest[32];
	uint64_t generation;
	struct vash_caller *caller; /* owned */
};

struct callers {
	struct store *store;
	struct registry_reader *reader;
	struct slot slot[SLOTS];
};

enum gw_code callers_new(struct store *store, struct callers **out, struct gw_err *err) {
	struct callers *c = calloc(1, sizeof(*c));
	*out = NULL;
	if (!c) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	c->store = store;
	enum gw_code rc = registry_reader_open(store_path(store), &c->reader, err);
	if (rc != GW_OK) {
		callers_free(c);
		return rc;
	}
	*out = c;
	return GW_OK;
}

void callers_free(struct callers *c) {
	for (size_t i = 0; c && i < SLOTS; i++) {
		free(c->slot[i].caller);
	}
	if (c) {
		registry_reader_close(c->reader);
	}
	free(c);
}

static bool is_good(const struct slot *s, const uint8_t digest[32], uint64_t generation, int64_t now) {
	return s->caller && s->generation == generation && memcmp(s->digest, digest, 32) == 0 &&
	       (s->caller->good_until_utc_s == 0 || now < s->caller->good_until_utc_s);
}

const struct vash_caller *callers_find(struct callers *c, const uint8_t digest[32], const char *digest_hex,
				       int64_t now_utc_s) {
	/* read before the look-up: what is found under an older number is never taken for newer */
	uint64_t generation = store_generation(c->store);
	struct slot *s = &c->slot[(size_t)(digest[0] << 8 | digest[1]) % SLOTS];
	if (is_good(s, digest, generation, now_utc_s)) {
		return s->caller;
	}
	struct gw_err err = {0};
	if (!s->caller && !(s->caller = malloc(sizeof(*s->caller)))) {
		return NULL;
	}
	if (registry_find_caller(c->reader, digest_hex, now_utc_s, s->caller, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "registry_unreadable", &err);
		s->generation = 0;
		return NULL;
	}
	memcpy(s->digest, digest, 32);
	s->generation = generation;
	return s->caller;
}
