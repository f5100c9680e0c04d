/* tests/fuzz/fuzz_tsl.c - input: a trusted list, signed or not. What is read is UTF-8 in every text, has its periods in
 * order, is the same as a record and back, and answers every question; what verifies is also read. */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "certs/tsl_changes.h"
#include "certs/tsl_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool ok) {
	if (!ok) {
		abort();
	}
}

static void check_text(const char *text) {
	size_t n = strlen(text);
	for (size_t at = 0, len; at < n; at += len) {
		len = gw_utf8_len((const uint8_t *)text + at, n - at);
		require(len > 0);
	}
}

static void check_service(const struct tsl_service *s) {
	static const char *const policies[] = {"1.2.3"};
	const struct tsl_subject subject = {.policy = policies, .policy_count = 1, .key_usage = 1};
	require(s->period_count > 0);
	for (size_t i = 0; i < s->period_count; i++) {
		const struct tsl_period *p = &s->period[i];
		struct tsl_applied applied;
		require(i == 0 || s->period[i - 1].since_utc_s >= p->since_utc_s);
		require(tsl_period_at(s, p->since_utc_s)->since_utc_s == p->since_utc_s);
		check_text(tsl_text_in(&p->names, "sl"));
		check_text(p->type);
		tsl_qualifiers(p, &subject, &applied);
		require((applied.qualifiers & ~((1U << TSL_QUALIFIER_BITS) - 1)) == 0);
	}
}

static void check_list(const struct tsl *list) {
	struct tsl_counts counts;
	tsl_count(list, list->issued_utc_s, &counts);
	require(list->version == 5 || list->version == 6);
	require(counts.granted_ca_qc <= counts.services && counts.services <= TSL_SERVICES_MAX);
	for (size_t i = 0; i < list->provider_count; i++) {
		for (size_t k = 0; k < list->provider[i].service_count; k++) {
			check_service(&list->provider[i].service[k]);
		}
	}
}

static void check_record(const struct tsl *list, struct gw_arena *arena) {
	struct tsl again;
	const struct tsl_signer signer = {0};
	struct tsl_signer signer_again;
	GW_AUTO(json) json_t *record = tsl_to_json(list, &signer);
	require(record && tsl_from_json(record, arena, &again, &signer_again, NULL) == GW_OK);
	GW_AUTO(json) json_t *twice = tsl_to_json(&again, &signer_again);
	GW_AUTO(json) json_t *changes = tsl_changes(list, &again);
	require(json_equal(record, twice) && json_array_size(changes) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	static bool ready;
	struct tsl list, verified;
	struct tsl_signer signer;
	struct tsl_refused refused = {0}, unverified = {0};
	const struct gw_span xml = {(const char *)data, n};
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, 3UL * TSL_MEMORY_MAX);
	ready = ready || tsl_verify_init(NULL) == GW_OK;
	require(ready);
	bool read = tsl_read_unsigned(xml, &arena, &list, &refused);
	require(read == (refused.why == TSL_REFUSED_NOT));
	if (read) {
		check_list(&list);
		check_record(&list, &arena);
	}
	bool right = tsl_verify(xml, &arena, &verified, &signer, &unverified);
	require(right == (unverified.why == TSL_REFUSED_NOT) &&
		(!right || (read && verified.sequence == list.sequence)));
	return 0;
}
