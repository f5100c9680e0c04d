/* Fetched evidence: what is kept, when it is fetched anew, who fetches; and which addresses are asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "certs/fetch_http.h"
#include "certs/live.h"
#include "certs/sources.h"
#include "tests/unit/scratch_folder.h"

enum { NOW = 1800000000, HOUR = 3600 };

struct fixture {
	char dir[64];
	struct cert_live *live;
};

static int setup(void **state) {
	struct fixture *f = calloc(1, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/vashgate-live-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(cert_live_open(f->dir, &f->live, NULL), GW_OK);
	*state = f;
	return 0;
}

static int teardown(void **state) {
	struct fixture *f = *state;
	cert_live_free(f->live);
	remove_folder(f->dir);
	free(f);
	return 0;
}

static struct live_key response_key(uint8_t first) {
	return (struct live_key){.kind = LIVE_OCSP, .digest = {first}};
}

static struct cert_status good_until(int64_t next) {
	return (struct cert_status){
		.revocation = CERT_REVOCATION_GOOD, .this_update_utc_s = NOW, .next_update_utc_s = next};
}

static const struct gw_span bytes = {"0\x03\x0A\x01\x06", 5};

static void an_answer_is_new_once(void **state) {
	struct fixture *f = *state;
	struct live_key key = response_key(1);
	struct cert_status s = good_until(NOW + HOUR);
	uint64_t epoch = cert_live_epoch(f->live);
	assert_int_equal(live_put(f->live, &key, bytes, &s, NOW, NULL), GW_OK);
	assert_int_equal(cert_live_epoch(f->live), epoch + 1);
	assert_int_equal(live_put(f->live, &key, bytes, &s, NOW, NULL), GW_OK);
	assert_int_equal(cert_live_epoch(f->live), epoch + 1);
	s.revocation = CERT_REVOCATION_REVOKED;
	assert_int_equal(live_put(f->live, &key, bytes, &s, NOW, NULL), GW_OK);
	assert_int_equal(cert_live_epoch(f->live), epoch + 2);
	assert_int_equal(cert_live_count(f->live), 1);
}

static void what_is_played_again_undoes_no_revocation(void **state) {
	struct fixture *f = *state;
	struct live_key key = response_key(1);
	struct cert_status s = good_until(NOW + HOUR), older = good_until(NOW + HOUR);
	s.revocation = CERT_REVOCATION_REVOKED;
	older.this_update_utc_s = NOW - 1;
	assert_int_equal(live_put(f->live, &key, bytes, &s, NOW, NULL), GW_OK);
	uint64_t epoch = cert_live_epoch(f->live);
	assert_int_equal(live_put(f->live, &key, bytes, &older, NOW, NULL), GW_E_CONFLICT);
	assert_int_equal(cert_live_epoch(f->live), epoch);
	s.revocation = CERT_REVOCATION_GOOD; /* a hold that was lifted */
	assert_int_equal(live_put(f->live, &key, bytes, &s, NOW, NULL), GW_OK);
	assert_int_equal(cert_live_epoch(f->live), epoch + 1);
}

static void it_is_due_between_a_half_and_three_quarters_of_its_time(void **state) {
	struct fixture *f = *state;
	for (uint8_t i = 0; i < 50; i++) {
		struct live_key key = response_key(i);
		struct cert_status s = good_until(NOW + 4 * HOUR);
		assert_int_equal(live_put(f->live, &key, bytes, &s, NOW, NULL), GW_OK);
		assert_false(live_is_due(f->live, &key, NOW + 2 * HOUR - 1));
		assert_true(live_is_due(f->live, &key, NOW + 3 * HOUR));
	}
	struct live_key stranger = response_key(99);
	assert_false(live_is_due(f->live, &stranger, NOW + HOUR));
}

static void one_fetches_and_rests_after_a_failure(void **state) {
	struct fixture *f = *state;
	struct live_key key = response_key(1);
	int64_t soon = gw_mono_ms() + 20;
	assert_true(cert_live_may_fetch(f->live, key.digest));
	assert_true(cert_live_may_wait(f->live, key.digest));
	assert_int_equal(live_claim(f->live, &key, soon), LIVE_MINE);
	assert_int_equal(live_claim(f->live, &key, soon), LIVE_NOT_NOW); /* the other one does not end in time */
	live_release(f->live, &key, false);
	assert_int_equal(live_claim(f->live, &key, soon), LIVE_MINE);
	live_release(f->live, &key, true);
	assert_int_equal(live_claim(f->live, &key, gw_mono_ms() + 20), LIVE_NOT_NOW);
	assert_false(cert_live_may_fetch(f->live, key.digest));
	assert_false(cert_live_may_wait(f->live, key.digest));
	assert_int_equal(cert_live_count(f->live), 0);
}

struct waiter {
	struct cert_live *live;
	struct live_key key;
	enum live_claim claim;
};

static void *wait_for_it(void *arg) {
	struct waiter *w = arg;
	w->claim = live_claim(w->live, &w->key, gw_mono_ms() + 60000);
	return NULL;
}

static void who_waits_finds_it_done(void **state) {
	struct fixture *f = *state;
	struct waiter w = {.live = f->live, .key = response_key(1)};
	pthread_t thread;
	assert_int_equal(live_claim(f->live, &w.key, gw_mono_ms()), LIVE_MINE);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_it, &w), 0);
	live_release(f->live, &w.key, false);
	pthread_join(thread, NULL);
	assert_true(w.claim == LIVE_DONE || w.claim == LIVE_MINE);
}

static void a_host_that_is_down_is_left_in_peace(void **state) {
	struct fixture *f = *state;
	live_host_note(f->live, "http://a.test:81/x", false);
	assert_true(live_host_is_down(f->live, "http://A.test:81/y?z"));
	assert_false(live_host_is_down(f->live, "http://a.test:82/x"));
	live_host_note(f->live, "http://a.test:81/other", true);
	assert_false(live_host_is_down(f->live, "http://a.test:81/x"));
}

static void write_file(const struct fixture *f, const char *name, const char *text) {
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool exists(const struct fixture *f, const char *name) {
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	return access(path, F_OK) == 0;
}

#define HEX64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void damaged_files_are_dropped_and_others_left_alone(void **state) {
	struct fixture *f = *state;
	write_file(f, HEX64 ".ocsp", "nonsense");
	write_file(f, HEX64 ".crl", "0");
	write_file(f, "README", "not ours");
	cert_live_free(f->live);
	assert_int_equal(cert_live_open(f->dir, &f->live, NULL), GW_OK);
	assert_int_equal(cert_live_count(f->live), 0);
	assert_false(exists(f, HEX64 ".ocsp"));
	assert_false(exists(f, HEX64 ".crl"));
	assert_true(exists(f, "README"));
}

static void the_folder_is_made_and_a_file_in_its_place_is_refused(void **state) {
	struct fixture *f = *state;
	GW_AUTO(cert_live) struct cert_live *other = NULL;
	struct gw_err err = {0};
	char path[128];
	struct stat st;
	snprintf(path, sizeof(path), "%s/made", f->dir);
	assert_int_equal(cert_live_open(path, &other, NULL), GW_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(rmdir(path), 0);
	write_file(f, "file", "");
	snprintf(path, sizeof(path), "%s/file", f->dir);
	struct cert_live *none = NULL;
	assert_int_equal(cert_live_open(path, &none, &err), GW_E_CONFIG);
	assert_null(none);
}

/* ---- addresses ---- */

static void private_addresses_are_not_connected_to(void **state) {
	static const char *const urls[] = {
		"http://127.0.0.1:9/",	    "http://10.1.2.3/",	       "http://172.16.0.1/",
		"http://172.31.255.255/",   "http://192.168.1.1/",     "http://169.254.169.254/",
		"http://100.64.0.1/",	    "http://0.0.0.0/",	       "http://224.0.0.1/",
		"http://255.255.255.255/",  "http://[::1]/",	       "http://[::]/",
		"http://[fe80::1]/",	    "http://[fd00::1]/",       "http://[::ffff:127.0.0.1]/",
		"http://[64:ff9b::a00:1]/", "http://[2002:7f00:1::]/", "http://[ff02::1]/",
		"http://2130706433/"};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(urls); i++) {
		GW_AUTO(buf) struct gw_buf out;
		gw_buf_init(&out, 1024);
		const struct fetch f = {.url = urls[i], .deadline_ms = 1000, .public_only = true};
		assert_int_equal(fetch_http(&f, &out, NULL), GW_E_DENIED);
	}
}

static void with_leave_a_private_address_is_tried(void **state) {
	GW_AUTO(buf) struct gw_buf out;
	const struct fetch f = {.url = "http://127.0.0.1:1/", .deadline_ms = 1000};
	GW_UNUSED(state);
	gw_buf_init(&out, 1024);
	assert_int_equal(fetch_http(&f, &out, NULL), GW_E_RETRY); /* nobody listens there */
}

static void other_schemes_are_not_asked(void **state) {
	static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/", "ldap://127.0.0.1/",
					   "gopher://127.0.0.1/", ""};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(urls); i++) {
		GW_AUTO(buf) struct gw_buf out;
		gw_buf_init(&out, 1024);
		const struct fetch f = {.url = urls[i], .deadline_ms = 1000};
		assert_int_equal(fetch_http(&f, &out, NULL), GW_E_UPSTREAM);
		assert_int_equal(out.len, 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer_is_new_once, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_played_again_undoes_no_revocation, setup, teardown),
		cmocka_unit_test_setup_teardown(it_is_due_between_a_half_and_three_quarters_of_its_time, setup,
						teardown),
		cmocka_unit_test_setup_teardown(one_fetches_and_rests_after_a_failure, setup, teardown),
		cmocka_unit_test_setup_teardown(who_waits_finds_it_done, setup, teardown),
		cmocka_unit_test_setup_teardown(a_host_that_is_down_is_left_in_peace, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged_files_are_dropped_and_others_left_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(the_folder_is_made_and_a_file_in_its_place_is_refused, setup, teardown),
		cmocka_unit_test(private_addresses_are_not_connected_to),
		cmocka_unit_test(with_leave_a_private_address_is_tried),
		cmocka_unit_test(other_schemes_are_not_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
