#include "samples/sim/stats.h"

#include <jansson.h>

#include "base/text.h"
#include "samples/sim/http_read.h"

#define SIM_COUNTER_NAME(name) #name,
static const char *const names[] = {SIM_COUNTERS(SIM_COUNTER_NAME)};

void stats_init(struct sim_stats *s) {
	pthread_mutex_init(&s->lock, NULL);
	gw_buf_init(&s->last, 2 * REQUEST_MAX);
}

void stats_reset(struct sim_stats *s) {
	for (size_t i = 0; i < SIM_COUNTER_COUNT; i++) {
		if (i != SIM_open) {
			atomic_store(&s->counter[i], 0);
		}
	}
	pthread_mutex_lock(&s->lock);
	gw_buf_clear(&s->last);
	s->last_head_len = 0;
	s->last_identity[0] = '\0';
	pthread_mutex_unlock(&s->lock);
}

void stats_opened(struct sim_stats *s) {
	stats_add(s, SIM_connections, 1);
	uint64_t open = atomic_fetch_add(&s->counter[SIM_open], 1) + 1;
	uint64_t peak = atomic_load(&s->counter[SIM_open_peak]);
	while (peak < open && !atomic_compare_exchange_weak(&s->counter[SIM_open_peak], &peak, open)) {
	}
}

void stats_closed(struct sim_stats *s) {
	atomic_fetch_sub(&s->counter[SIM_open], 1);
}

void stats_request(struct sim_stats *s, const struct sim_request *req) {
	stats_add(s, SIM_requests, 1);
	pthread_mutex_lock(&s->lock);
	gw_buf_clear(&s->last);
	s->last_head_len = 0;
	s->last_identity[0] = '\0';
	if (gw_buf_add(&s->last, req->raw.p, req->head_len) == GW_OK &&
	    gw_buf_add(&s->last, req->body.data, req->body.len) == GW_OK) {
		s->last_head_len = req->head_len;
	}
	pthread_mutex_unlock(&s->lock);
}

void stats_identity(struct sim_stats *s, const char *json) {
	pthread_mutex_lock(&s->lock);
	(void)gw_copy_text(s->last_identity, sizeof(s->last_identity), json);
	pthread_mutex_unlock(&s->lock);
}

/* Bytes that are no UTF-8 are shown as hex, so that the answer is always JSON. */
static json_t *text_or_hex(const char *p, size_t n) {
	json_t *text = json_stringn(p, n);
	char *hex = text ? NULL : malloc(2 * n + 1);
	if (hex) {
		gw_hex((const uint8_t *)p, n, hex);
		text = json_pack("{s:s}", "hex", hex);
		free(hex);
	}
	return text;
}

static json_t *header_or_null(const struct sim_request *req, const char *name) {
	struct gw_span value = request_header(req, name);
	return value.p ? text_or_hex(value.p, value.n) : json_null();
}

static json_t *last_json(struct sim_stats *s) {
	if (s->last_head_len == 0) {
		return json_null();
	}
	struct sim_request req = {0};
	const char *fault = NULL;
	request_parse_head(&req, (struct gw_span){s->last.data, s->last_head_len}, &fault);
	json_t *last = json_object();
	json_object_set_new(last, "method", json_string(req.method));
	json_object_set_new(last, "path", json_string(req.path));
	json_object_set_new(last, "soap_action", header_or_null(&req, "SOAPAction"));
	json_object_set_new(last, "content_type", header_or_null(&req, "Content-Type"));
	json_object_set_new(last, "accept", header_or_null(&req, "Accept"));
	json_t *headers = json_array();
	for (size_t i = 0; i < req.header_count; i++) {
		const struct sim_header *h = &req.headers[i];
		json_array_append_new(headers,
				      text_or_hex(h->name.p, h->value.p + h->value.n > h->name.p
								     ? (size_t)(h->value.p + h->value.n - h->name.p)
								     : h->name.n));
	}
	json_object_set_new(last, "headers", headers);
	json_object_set_new(last, "identity",
			    s->last_identity[0] ? json_loads(s->last_identity, 0, NULL) : json_null());
	json_object_set_new(last, "body", text_or_hex(s->last.data + s->last_head_len, s->last.len - s->last_head_len));
	return last;
}

char *stats_json(struct sim_stats *s) {
	json_t *all = json_object();
	for (size_t i = 0; i < SIM_COUNTER_COUNT; i++) {
		json_object_set_new(all, names[i], json_integer((json_int_t)atomic_load(&s->counter[i])));
	}
	pthread_mutex_lock(&s->lock);
	json_object_set_new(all, "last", last_json(s));
	pthread_mutex_unlock(&s->lock);
	char *text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}
