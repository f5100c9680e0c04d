#include "gateway/call/limits.h"

#include <pthread.h>
#include <sys/queue.h>

enum { SHARDS = 64, IDLE_US = 60 * 1000000 };

struct holder {
	LIST_ENTRY(holder) link;
	uint8_t key[32];
	double tokens;
	int64_t filled_us;
	uint32_t in_flight;
	uint64_t refused_rate, refused_in_flight; /* in this row */
};

struct limits {
	struct {
		pthread_mutex_t mutex;
		LIST_HEAD(holder_list, holder) holders;
	} shard[SHARDS];
};

enum gw_code limits_new(struct limits **out, struct gw_err *err) {
	*out = calloc(1, sizeof(**out));
	if (!*out) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_init(&(*out)->shard[i].mutex, NULL);
	}
	return GW_OK;
}

void limits_free(struct limits *l) {
	for (size_t i = 0; l && i < SHARDS; i++) {
		struct holder *h;
		while ((h = LIST_FIRST(&l->shard[i].holders)) != NULL) {
			LIST_REMOVE(h, link);
			free(h);
		}
		pthread_mutex_destroy(&l->shard[i].mutex);
	}
	free(l);
}

/* Find the holder; drop those that have been idle on the way, so that the lists stay as long as there are active
 * callers. */
static struct holder *find(struct limits *l, size_t shard, const uint8_t key[32], int64_t now_us) {
	struct holder *found = NULL, *next;
	for (struct holder *h = LIST_FIRST(&l->shard[shard].holders); h; h = next) {
		next = LIST_NEXT(h, link);
		if (memcmp(h->key, key, 32) == 0) {
			found = h;
		} else if (h->in_flight == 0 && now_us - h->filled_us > IDLE_US) {
			LIST_REMOVE(h, link);
			free(h);
		}
	}
	return found;
}

static struct holder *add(struct limits *l, size_t shard, const uint8_t key[32], const struct limits_rule *rule,
			  int64_t now_us) {
	struct holder *h = calloc(1, sizeof(*h));
	if (h) {
		memcpy(h->key, key, 32);
		h->tokens = rule->burst;
		h->filled_us = now_us;
		LIST_INSERT_HEAD(&l->shard[shard].holders, h, link);
	}
	return h;
}

static void fill(struct holder *h, const struct limits_rule *rule, int64_t now_us) {
	h->tokens += (double)(now_us - h->filled_us) * rule->per_s / 1e6;
	if (h->tokens >= rule->burst) {
		h->tokens = rule->burst;
		h->refused_rate = 0;
	}
	h->filled_us = now_us;
}

static enum limits_answer take(struct holder *h, const struct limits_rule *rule, int64_t now_us, uint64_t *refused) {
	fill(h, rule, now_us);
	if (h->in_flight >= rule->in_flight) {
		*refused = ++h->refused_in_flight;
		return LIMITS_REFUSED_IN_FLIGHT;
	}
	if (h->tokens < 1) {
		*refused = ++h->refused_rate;
		return LIMITS_REFUSED_RATE;
	}
	h->tokens -= 1;
	h->in_flight++;
	return LIMITS_TAKEN;
}

enum limits_answer limits_take(struct limits *l, const uint8_t key[32], const struct limits_rule *rule, int64_t now_us,
			       uint64_t *refused) {
	size_t shard = key[0] % SHARDS;
	pthread_mutex_lock(&l->shard[shard].mutex);
	struct holder *h = find(l, shard, key, now_us);
	h = h ? h : add(l, shard, key, rule, now_us);
	*refused = 0;
	enum limits_answer answer = h ? take(h, rule, now_us, refused) : LIMITS_NO_MEMORY;
	pthread_mutex_unlock(&l->shard[shard].mutex);
	return answer;
}

void limits_give(struct limits *l, const uint8_t key[32]) {
	size_t shard = key[0] % SHARDS;
	pthread_mutex_lock(&l->shard[shard].mutex);
	struct holder *h;
	LIST_FOREACH(h, &l->shard[shard].holders, link) {
		if (memcmp(h->key, key, 32) == 0 && h->in_flight > 0) {
			h->in_flight--;
			h->refused_in_flight = h->in_flight ? h->refused_in_flight : 0;
			break;
		}
	}
	pthread_mutex_unlock(&l->shard[shard].mutex);
}
