/* What gSOAP refuses of our own service by itself. The guard lets no other texts through than the XSD allows, and fewer
 * repetitions than the default settings: here gSOAP is driven without it. soap->maxlength has no case of its own: it
 * has the value of soap->recv_maxlength, and no text is longer than its request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/soap/own.h"
#include "vash/services_csv.h"

#define BEFORE                                                                                                         \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><e:Envelope xmlns:e=\"" FAULT_NS_SOAP11                             \
	"\"><e:Body><PreveriPraviceRequest xmlns=\"urn:esodstvo:vash:1\">"
#define BEHIND "</PreveriPraviceRequest></e:Body></e:Envelope>"
#define GROUP(text) "<skupina>" text "</skupina>"

static struct call_view view;
static const struct settings wide = {.soap_max_level = 16, .soap_max_occurs = 1000, .soap_max_length = 65536};

static int load_services(void **state) {
	GW_UNUSED(state);
	return vash_services_parse(gw_span_of(vash_services_csv), &view.services, NULL) == GW_OK ? 0 : -1;
}

static int release_services(void **state) {
	GW_UNUSED(state);
	vash_services_release(&view.services);
	return 0;
}

/* Is the envelope answered under these settings, with so many groups? */
static bool answered(const struct settings *s, const char *envelope, size_t groups) {
	static const struct peer peer = {.readable = true, .judgement = {.verdict = CERT_ACCEPTED}};
	static const struct vash_caller nobody;
	const struct self_call call = {
		.view = &view, .settings = s, .peer = &peer, .caller = &nobody, .envelope = gw_span_of(envelope)};
	GW_AUTO(buf) struct gw_buf out;
	size_t rows = 0;
	gw_buf_init(&out, 1 << 20);
	if (soap_own(&call, &out) != VASH_NO_FAULT) {
		return false;
	}
	for (const char *at = gw_buf_cstr(&out); (at = strstr(at, "<vash:pravica>")) != NULL; at++) {
		rows++;
	}
	assert_int_equal(rows, groups);
	return true;
}

/* Envelope, Body, answer, right, its group: the answer is deeper by one than the deepest request that is valid. */
static void depth_is_bounded_by_soap_max_level(void **state) {
	enum { LEVELS_OF_THE_ANSWER = 5 };
	struct settings s = wide;
	GW_UNUSED(state);
	s.soap_max_level = LEVELS_OF_THE_ANSWER;
	assert_true(answered(&s, BEFORE GROUP("1001") BEHIND, 1));
	s.soap_max_level = LEVELS_OF_THE_ANSWER - 1;
	assert_false(answered(&s, BEFORE GROUP("1001") BEHIND, 1));
}

static void repetitions_are_bounded_by_soap_max_occurs(void **state) {
	struct settings s = wide;
	GW_UNUSED(state);
	s.soap_max_occurs = 3;
	assert_true(answered(&s, BEFORE GROUP("1001") GROUP("1002") GROUP("1003") BEHIND, 3));
	assert_false(answered(&s, BEFORE GROUP("1001") GROUP("1002") GROUP("1003") GROUP("1004") BEHIND, 4));
}

static void bytes_are_bounded_by_soap_max_length(void **state) {
	struct settings s = wide;
	GW_UNUSED(state);
	s.soap_max_length = sizeof(BEFORE GROUP("1001") BEHIND) - 1;
	assert_true(answered(&s, BEFORE GROUP("1001") BEHIND, 1));
	s.soap_max_length--;
	assert_false(answered(&s, BEFORE GROUP("1001") BEHIND, 1));
}

static void a_group_is_four_digits_to_gsoap_too(void **state) {
	static const char *const bad[] = {BEFORE GROUP("100") BEHIND,	BEFORE GROUP("10011") BEHIND,
					  BEFORE GROUP("100a") BEHIND,	BEFORE GROUP("") BEHIND,
					  BEFORE GROUP("1001 ") BEHIND, BEFORE GROUP("1001\n1002") BEHIND};
	GW_UNUSED(state);
	assert_true(answered(&wide, BEFORE GROUP("1001") BEHIND, 1));
	for (size_t i = 0; i < GW_COUNT(bad); i++) {
		if (answered(&wide, bad[i], 0)) {
			fail_msg("answered: %s", bad[i]);
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_is_bounded_by_soap_max_level),
		cmocka_unit_test(repetitions_are_bounded_by_soap_max_occurs),
		cmocka_unit_test(bytes_are_bounded_by_soap_max_length),
		cmocka_unit_test(a_group_is_four_digits_to_gsoap_too),
	};
	return cmocka_run_group_tests_name("preveri", tests, load_services, release_services);
}
