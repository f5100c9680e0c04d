/* The small parts of the call path and the engine that need no connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <sched.h>

#include "base/clock.h"
#include "base/text.h"
#include "gateway/call/digest.h"
#include "gateway/call/identity.h"
#include "gateway/call/limits.h"
#include "gateway/call/unproven.h"
#include "gateway/soap/fault.h"

/* ---- limits ---- */

static void a_burst_is_allowed_and_then_the_rate(void **state) {
	const struct limits_rule rule = {.per_s = 10, .burst = 3, .in_flight = 100};
	const uint8_t key[32] = {1}, other[32] = {2};
	struct limits *l;
	uint64_t refused;
	GW_UNUSED(state);
	assert_int_equal(limits_new(&l, NULL), GW_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(limits_take(l, key, &rule, 1000, &refused), LIMITS_TAKEN);
	}
	for (uint64_t row = 1; row <= 5; row++) {
		assert_int_equal(limits_take(l, key, &rule, 1000, &refused), LIMITS_REFUSED_RATE);
		assert_int_equal(refused, row);
	}
	assert_int_equal(limits_take(l, other, &rule, 1000, &refused), LIMITS_TAKEN);
	assert_int_equal(limits_take(l, key, &rule, 1000 + 99000, &refused), LIMITS_REFUSED_RATE);
	assert_int_equal(limits_take(l, key, &rule, 1000 + 201000, &refused), LIMITS_TAKEN);
	limits_free(l);
}

static void calls_in_flight_are_counted_until_they_are_given_back(void **state) {
	const struct limits_rule rule = {.per_s = 1000, .burst = 1000, .in_flight = 2};
	const uint8_t key[32] = {7};
	struct limits *l;
	uint64_t refused;
	GW_UNUSED(state);
	assert_int_equal(limits_new(&l, NULL), GW_OK);
	assert_int_equal(limits_take(l, key, &rule, 0, &refused), LIMITS_TAKEN);
	assert_int_equal(limits_take(l, key, &rule, 0, &refused), LIMITS_TAKEN);
	assert_int_equal(limits_take(l, key, &rule, 0, &refused), LIMITS_REFUSED_IN_FLIGHT);
	limits_give(l, key);
	assert_int_equal(limits_take(l, key, &rule, 0, &refused), LIMITS_TAKEN);
	limits_give(l, key);
	limits_give(l, key);
	limits_give(l, key); /* one too many must not lend a place */
	assert_int_equal(limits_take(l, key, &rule, 0, &refused), LIMITS_TAKEN);
	assert_int_equal(limits_take(l, key, &rule, 0, &refused), LIMITS_TAKEN);
	assert_int_equal(limits_take(l, key, &rule, 0, &refused), LIMITS_REFUSED_IN_FLIGHT);
	limits_free(l);
}

/* ---- networks ---- */

static void peers_are_counted_by_their_network(void **state) {
	static const char *const rows[][2] = {{"192.0.2.77", "192.0.2.0/24"},
					      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
					      {"::1", "::/64"},
					      {"nonsense", "?"}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		char network[NETWORK_TEXT];
		network_of(rows[i][0], network);
		assert_string_equal(network, rows[i][1]);
	}
}

/* ---- identity ---- */

/* Computed with Python's hmac and base64 for the key 00 01 … 1f. */
static void the_identity_header_is_json_and_its_hmac(void **state) {
	const struct identity who = {7, 1003, "ab", "cd", 1700000000};
	uint8_t key[BACKEND_KEY_BYTES];
	GW_AUTO(buf) struct gw_buf out;
	GW_UNUSED(state);
	for (size_t i = 0; i < sizeof(key); i++) {
		key[i] = (uint8_t)i;
	}
	gw_buf_init(&out, 1024);
	assert_int_equal(identity_header(&who, key, &out), GW_OK);
	assert_string_equal(
		gw_buf_cstr(&out),
		"eyJ2IjoxLCJlY2V1Ijo3LCJncm91cCI6IjEwMDMiLCJjZXJ0IjoiYWIiLCJyZXF1ZXN0IjoiY2QiLCJ0aW1lIjoxNzAwMDAwMDAwfQ.xgnzD0KKQ4pt8Iv4aovYleeR-bUFbmWirQYcXbHZmZ8");
}

/* ---- faults ---- */

static const char *fault_of(struct gw_buf *b, struct fault_text f) {
	gw_buf_clear(b);
	assert_int_equal(fault_body(&f, b), GW_OK);
	return gw_buf_cstr(b);
}

static void a_fault_says_its_code_in_every_form(void **state) {
	GW_AUTO(buf) struct gw_buf b;
	GW_UNUSED(state);
	gw_buf_init(&b, 8192);
	struct fault_text f = {
		.fault = VASH_AUTH_PENDING, .soap = FAULT_SOAP11, .request_id = "id1", .detail = "<&\">"};
	const char *text = fault_of(&b, f);
	assert_non_null(strstr(text, "<faultcode>e:Client</faultcode><faultstring>VG-A04: "));
	assert_non_null(strstr(text, "<vg:koda>VG-A04</vg:koda>"));
	assert_non_null(strstr(text, "(&lt;&amp;&quot;&gt;)"));
	assert_int_equal(fault_status(&f), 500);
	f.soap = FAULT_SOAP12;
	text = fault_of(&b, f);
	assert_non_null(strstr(text, "<e:Value>e:Sender</e:Value>"));
	assert_int_equal(fault_status(&f), 400);
	f.fault = VASH_BACKEND_TIMEOUT;
	assert_non_null(strstr(fault_of(&b, f), "e:Receiver"));
	assert_int_equal(fault_status(&f), 500);
	f.fault = VASH_SOAP_MUST_UNDERSTAND;
	f.must_understand = true;
	assert_non_null(strstr(fault_of(&b, f), "e:MustUnderstand"));
	assert_int_equal(fault_status(&f), 500);
	f.fault = VASH_OVERLOADED;
	assert_int_equal(fault_status(&f), 503);
	assert_string_equal(fault_content_type(&f), "text/plain; charset=utf-8");
}

/* ---- the loop ---- */

struct ticker {
	struct loop_timer timer;
	struct loop *loop;
	int mark;
};

static int fired[8], fired_count;

static void on_tick(struct loop_timer *t) {
	struct ticker *k = t->owner;
	fired[fired_count++] = k->mark;
	if (fired_count == 3) {
		loop_stop(k->loop);
	}
}

static void timers_fire_in_order_and_a_cleared_one_never(void **state) {
	struct loop *l;
	struct ticker k[5];
	static const int64_t in_ms[] = {40, 10, 30, 20, 5};
	GW_UNUSED(state);
	fired_count = 0;
	assert_int_equal(loop_new(&l, NULL), GW_OK);
	for (int i = 0; i < 5; i++) {
		k[i] = (struct ticker){.timer = {.fired = on_tick, .owner = &k[i]}, .loop = l, .mark = i};
		assert_int_equal(loop_timer_set(l, &k[i].timer, gw_mono_ms() + in_ms[i]), GW_OK);
	}
	loop_timer_clear(l, &k[4].timer);
	loop_timer_clear(l, &k[4].timer);
	assert_int_equal(loop_timer_set(l, &k[1].timer, gw_mono_ms() + 35), GW_OK);
	loop_run(l);
	assert_int_equal(fired[0], 3);
	assert_int_equal(fired[1], 2);
	assert_int_equal(fired[2], 1);
	loop_free(l);
}

/* ---- digests on a worker ---- */

struct hashing {
	struct loop *loop;
	uint8_t hash[32];
	bool ok;
};

static void on_hash(void *owner, const uint8_t hash[32], bool ok) {
	struct hashing *h = owner;
	memcpy(h->hash, hash, 32);
	h->ok = ok;
	loop_stop(h->loop);
}

static void a_digest_is_the_same_on_the_loop_and_on_a_worker(void **state) {
	static char bytes[3000000];
	uint8_t expected[32];
	GW_UNUSED(state);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (char)(i * 31 + i / 251);
	}
	SHA256((const uint8_t *)bytes, sizeof(bytes), expected);
	for (size_t inline_bytes = 0; inline_bytes <= 4000000; inline_bytes += 1000000) {
		struct hashing h = {0};
		struct workers *w;
		struct digest *d;
		assert_int_equal(loop_new(&h.loop, NULL), GW_OK);
		assert_int_equal(workers_new(2, 4, &w, NULL), GW_OK);
		assert_int_equal(digest_new(h.loop, w, inline_bytes, &d), GW_OK);
		for (size_t at = 0; at < sizeof(bytes); at += 30000) {
			assert_true(digest_add(d, (struct gw_span){bytes + at, 30000}));
		}
		digest_finish(d, on_hash, &h);
		loop_run(h.loop);
		assert_true(h.ok);
		assert_memory_equal(h.hash, expected, 32);
		assert_int_equal(digest_total(d), sizeof(bytes));
		digest_free(d);
		workers_free(w);
		loop_free(h.loop);
	}
}

static void never_run(struct work *w) {
	GW_UNUSED(w);
}

static void wait_for(struct work *w) {
	pthread_mutex_t *gate = w->owner;
	pthread_mutex_lock(gate);
	pthread_mutex_unlock(gate);
}

/* A pool whose only worker is busy until the gate opens: what finishes meanwhile was done on the loop. */
struct busy_pool {
	struct loop *loop;
	struct workers *workers;
	pthread_mutex_t gate;
	struct work work;
};

static void busy_pool_open(struct busy_pool *p) {
	*p = (struct busy_pool){.gate = PTHREAD_MUTEX_INITIALIZER};
	assert_int_equal(loop_new(&p->loop, NULL), GW_OK);
	assert_int_equal(workers_new(1, 4, &p->workers, NULL), GW_OK);
	pthread_mutex_lock(&p->gate);
	p->work = (struct work){.loop = p->loop, .run = wait_for, .done = never_run, .owner = &p->gate};
	assert_true(workers_submit(p->workers, &p->work));
	while (workers_queued(p->workers) > 0) {
		sched_yield();
	}
}

static void busy_pool_close(struct busy_pool *p) {
	workers_free(p->workers);
	loop_free(p->loop);
}

enum { INLINE_BYTES = 300000 /* more than a batch, which a worker would get */, BODY_BYTES = 600000 };
static char body[BODY_BYTES];

static struct digest *digest_of(struct busy_pool *p, size_t n) {
	struct digest *d;
	memset(body, 'x', sizeof(body));
	assert_int_equal(digest_new(p->loop, p->workers, INLINE_BYTES, &d), GW_OK);
	assert_true(digest_add(d, (struct gw_span){body, n}));
	return d;
}

static void check_hash(const struct hashing *h, size_t n) {
	uint8_t expected[32];
	SHA256((const uint8_t *)body, n, expected);
	assert_true(h->ok);
	assert_memory_equal(h->hash, expected, 32);
}

static void a_small_body_is_hashed_on_the_loop_while_the_worker_is_busy(void **state) {
	struct busy_pool p;
	GW_UNUSED(state);
	busy_pool_open(&p);
	struct hashing h = {.loop = p.loop};
	struct digest *d = digest_of(&p, INLINE_BYTES);
	assert_int_equal(workers_queued(p.workers), 0);
	digest_finish(d, on_hash, &h);
	check_hash(&h, INLINE_BYTES);
	pthread_mutex_unlock(&p.gate);
	digest_free(d);
	busy_pool_close(&p);
}

static void a_large_body_waits_for_a_worker_to_hash_it(void **state) {
	struct busy_pool p;
	GW_UNUSED(state);
	busy_pool_open(&p);
	struct hashing h = {.loop = p.loop};
	struct digest *d = digest_of(&p, BODY_BYTES);
	assert_int_equal(workers_queued(p.workers), 1);
	assert_int_equal(digest_pending(d), BODY_BYTES);
	digest_finish(d, on_hash, &h);
	assert_false(h.ok); /* nobody has hashed it yet */
	pthread_mutex_unlock(&p.gate);
	loop_run(p.loop);
	check_hash(&h, BODY_BYTES);
	digest_free(d);
	busy_pool_close(&p);
}

static void a_full_queue_of_workers_refuses(void **state) {
	struct loop *l;
	struct workers *w;
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	struct work work[4];
	size_t taken = 0;
	GW_UNUSED(state);
	assert_int_equal(loop_new(&l, NULL), GW_OK);
	assert_int_equal(workers_new(1, 2, &w, NULL), GW_OK);
	pthread_mutex_lock(&gate);
	for (size_t i = 0; i < GW_COUNT(work); i++) {
		work[i] = (struct work){.loop = l, .run = wait_for, .done = never_run, .owner = &gate};
		taken += workers_submit(w, &work[i]);
	}
	assert_in_range(taken, 2, 3); /* two may wait, one may be at work already */
	pthread_mutex_unlock(&gate);
	workers_free(w);
	loop_free(l);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_is_allowed_and_then_the_rate),
		cmocka_unit_test(calls_in_flight_are_counted_until_they_are_given_back),
		cmocka_unit_test(peers_are_counted_by_their_network),
		cmocka_unit_test(the_identity_header_is_json_and_its_hmac),
		cmocka_unit_test(a_fault_says_its_code_in_every_form),
		cmocka_unit_test(timers_fire_in_order_and_a_cleared_one_never),
		cmocka_unit_test(a_digest_is_the_same_on_the_loop_and_on_a_worker),
		cmocka_unit_test(a_small_body_is_hashed_on_the_loop_while_the_worker_is_busy),
		cmocka_unit_test(a_large_body_waits_for_a_worker_to_hash_it),
		cmocka_unit_test(a_full_queue_of_workers_refuses),
	};
	return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
