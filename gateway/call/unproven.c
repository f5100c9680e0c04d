#include "gateway/call/unproven.h"

#include <arpa/inet.h>
#include <pthread.h>

#include "base/kv.h"
#include "base/log.h"

enum { COUNTS_MAX = 4096 };

struct count {
	const char *reason;
	char network[NETWORK_TEXT];
	int64_t minute;
	uint64_t n;
};

struct unproven {
	struct store *store;
	pthread_mutex_t mutex;
	size_t used;
	struct count count[COUNTS_MAX];
	struct count overflow; /* what finds no row: reason and network are lost, the number is not */
};

enum gw_code unproven_new(struct store *store, struct unproven **out, struct gw_err *err) {
	*out = calloc(1, sizeof(**out));
	if (!*out) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	(*out)->store = store;
	pthread_mutex_init(&(*out)->mutex, NULL);
	return GW_OK;
}

void unproven_free(struct unproven *u) {
	if (u) {
		pthread_mutex_destroy(&u->mutex);
		free(u);
	}
}

void network_of(const char *address, char out[NETWORK_TEXT]) {
	struct in_addr v4;
	struct in6_addr v6;
	char text[INET6_ADDRSTRLEN];
	if (inet_pton(AF_INET, address, &v4) == 1) {
		v4.s_addr &= htonl(0xFFFFFF00);
		snprintf(out, NETWORK_TEXT, "%s/24", inet_ntop(AF_INET, &v4, text, sizeof(text)));
	} else if (inet_pton(AF_INET6, address, &v6) == 1) {
		memset(v6.s6_addr + 8, 0, 8);
		snprintf(out, NETWORK_TEXT, "%s/64", inet_ntop(AF_INET6, &v6, text, sizeof(text)));
	} else {
		snprintf(out, NETWORK_TEXT, "?");
	}
}

static struct count *slot(struct unproven *u, const char *reason, const char *network, int64_t minute) {
	for (size_t i = 0; i < u->used; i++) {
		struct count *c = &u->count[i];
		if (c->minute == minute && strcmp(c->reason, reason) == 0 && strcmp(c->network, network) == 0) {
			return c;
		}
	}
	if (u->used == COUNTS_MAX) {
		return NULL;
	}
	struct count *c = &u->count[u->used++];
	*c = (struct count){.reason = reason, .minute = minute};
	snprintf(c->network, sizeof(c->network), "%s", network);
	return c;
}

static void add(struct unproven *u, const char *reason, const char *network, int64_t minute, uint64_t n) {
	struct count *c = slot(u, reason, network, minute);
	if (!c) {
		c = &u->overflow;
		c->minute = c->n ? c->minute : minute;
	}
	c->n += n;
}

void unproven_count(struct unproven *u, const char *reason, const char *peer_address) {
	char network[NETWORK_TEXT];
	network_of(peer_address, network);
	int64_t minute = gw_now_utc_s() / 60;
	pthread_mutex_lock(&u->mutex);
	add(u, reason, network, minute, 1);
	pthread_mutex_unlock(&u->mutex);
}

static bool record(struct unproven *u, const struct count *c) {
	GW_AUTO(buf) struct gw_buf fields;
	gw_buf_init(&fields, 512);
	char minute[GW_TIME_TEXT];
	gw_time_text(c->minute * 60000, minute);
	enum gw_code rc = gw_kv_text(&fields, "reason", c->reason);
	rc = rc == GW_OK ? gw_kv_text(&fields, "network", c->network) : rc;
	rc = rc == GW_OK ? gw_kv_text(&fields, "minute", minute) : rc;
	rc = rc == GW_OK ? gw_kv_int(&fields, "count", (int64_t)c->n) : rc;
	struct audit_entry e = {.kind = AUDIT_UNPROVEN, .fields = gw_buf_span(&fields)};
	return rc == GW_OK && store_submit_wait(u->store, &e, NULL) == GW_OK;
}

/* Take one finished row out; false: none is left. */
static bool take_finished(struct unproven *u, int64_t before_minute, struct count *out) {
	pthread_mutex_lock(&u->mutex);
	bool found = u->overflow.n > 0 && u->overflow.minute < before_minute;
	if (found) {
		*out = u->overflow;
		out->reason = "overflow";
		snprintf(out->network, sizeof(out->network), "*");
		u->overflow = (struct count){0};
	}
	for (size_t i = 0; i < u->used && !found; i++) {
		if (u->count[i].minute < before_minute) {
			*out = u->count[i];
			u->count[i] = u->count[--u->used];
			found = true;
		}
	}
	pthread_mutex_unlock(&u->mutex);
	return found;
}

/* Not written: back it goes, to be tried again; nothing is lost while memory lasts. */
static void put_back(struct unproven *u, const struct count *c) {
	pthread_mutex_lock(&u->mutex);
	add(u, c->reason, c->network, c->minute, c->n);
	pthread_mutex_unlock(&u->mutex);
}

void unproven_flush(struct unproven *u, bool all) {
	struct count c;
	int64_t before = all ? INT64_MAX : gw_now_utc_s() / 60;
	while (take_finished(u, before, &c)) {
		if (!record(u, &c)) {
			put_back(u, &c);
			return;
		}
	}
}
