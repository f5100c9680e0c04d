#include "certs/tsl_json.h"

#include "base/text.h"
#include "certs/tsl_base64.h"

enum { RECORD_VERSION = 1, CRITERIA_DEPTH = 48 /* of the XML */ };

/* ---- writing ---- */

/* A list of fewer members than it should have, for want of memory, is none at all: a provider must not get lost. */
static json_t *whole(json_t *list, size_t n) {
	if (json_array_size(list) == n) {
		return list;
	}
	json_decref(list);
	return NULL;
}

static json_t *texts_out(const struct tsl_texts *texts) {
	json_t *list = json_array();
	for (size_t i = 0; i < texts->n; i++) {
		json_array_append_new(list, json_pack("[s, s]", texts->at[i].lang, texts->at[i].text));
	}
	return whole(list, texts->n);
}

static json_t *words_out(const struct tsl_words *words) {
	json_t *list = json_array();
	for (size_t i = 0; i < words->n; i++) {
		json_array_append_new(list, json_string(words->at[i]));
	}
	return whole(list, words->n);
}

static json_t *blob_out(struct gw_span bytes) {
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, 2 * bytes.n + 4096);
	const char *text = tsl_base64_text(bytes, &arena);
	return text ? json_string(text) : NULL;
}

static json_t *blobs_out(const struct tsl_blobs *blobs) {
	json_t *list = json_array();
	for (size_t i = 0; i < blobs->n; i++) {
		json_array_append_new(list, blob_out(blobs->at[i]));
	}
	return whole(list, blobs->n);
}

static json_t *criteria_out(const struct tsl_criteria *c) {
	json_t *sets = json_array(), *usages = json_array(), *nested = json_array();
	for (size_t i = 0; i < c->policy_set_count; i++) {
		json_array_append_new(sets, words_out(&c->policy_set[i]));
	}
	for (size_t i = 0; i < c->key_usage_count; i++) {
		json_array_append_new(usages, json_pack("[i, i]", c->key_usage[i].named, c->key_usage[i].value));
	}
	for (size_t i = 0; i < c->nested_count; i++) {
		json_array_append_new(nested, criteria_out(&c->nested[i]));
	}
	return json_pack("{s:i, s:o, s:o, s:o, s:b}", "assert", (int)c->assert, "policies",
			 whole(sets, c->policy_set_count), "usages", whole(usages, c->key_usage_count), "nested",
			 whole(nested, c->nested_count), "other", c->other);
}

static json_t *period_out(const struct tsl_period *p) {
	json_t *qualifications = json_array();
	for (size_t i = 0; i < p->qualification_count; i++) {
		const struct tsl_qualification *q = &p->qualification[i];
		json_array_append_new(qualifications,
				      json_pack("{s:I, s:b, s:o}", "qualifiers", (json_int_t)q->qualifiers, "unknown",
						q->unknown_qualifier, "criteria", criteria_out(&q->criteria)));
	}
	return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:b, s:o, s:s, s:b}", "type", p->type, "status", p->status_uri,
			 "since", (json_int_t)p->since_utc_s, "names", texts_out(&p->names), "qualifications",
			 whole(qualifications, p->qualification_count), "info", words_out(&p->info), "taken_over",
			 p->taken_over, "by", texts_out(&p->taken_over_by), "by_uri", p->taken_over_uri,
			 "critical_unknown", p->critical_unknown);
}

static json_t *service_out(const struct tsl_service *s) {
	json_t *periods = json_array();
	for (size_t i = 0; i < s->period_count; i++) {
		json_array_append_new(periods, period_out(&s->period[i]));
	}
	return json_pack("{s:o, s:o, s:o}", "periods", whole(periods, s->period_count), "certs", blobs_out(&s->certs),
			 "skis", blobs_out(&s->skis));
}

static json_t *provider_out(const struct tsl_provider *p) {
	json_t *services = json_array();
	for (size_t i = 0; i < p->service_count; i++) {
		json_array_append_new(services, service_out(&p->service[i]));
	}
	return json_pack("{s:o, s:o, s:o}", "names", texts_out(&p->names), "trade_names", texts_out(&p->trade_names),
			 "services", whole(services, p->service_count));
}

static json_t *pointer_out(const struct tsl_pointer *p) {
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "location", p->location, "territory", p->territory, "type",
			 p->type, "mime", p->mime, "signers", blobs_out(&p->signers));
}

json_t *tsl_to_json(const struct tsl *list, const struct tsl_signer *signer) {
	json_t *pointers = json_array(), *providers = json_array();
	for (size_t i = 0; i < list->pointer_count; i++) {
		json_array_append_new(pointers, pointer_out(&list->pointer[i]));
	}
	for (size_t i = 0; i < list->provider_count; i++) {
		json_array_append_new(providers, provider_out(&list->provider[i]));
	}
	return json_pack("{s:i, s:i, s:I, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:{s:o, s:s, s:I, s:I, s:b}}", "v",
			 RECORD_VERSION, "version", list->version, "sequence", (json_int_t)list->sequence, "type",
			 list->type, "territory", list->territory, "issued", (json_int_t)list->issued_utc_s,
			 "next_update", (json_int_t)list->next_update_utc_s, "operators", texts_out(&list->operators),
			 "warnings", words_out(&list->warnings), "pointers", whole(pointers, list->pointer_count),
			 "providers", whole(providers, list->provider_count), "signer", "cert", blob_out(signer->der),
			 "sha256", signer->digest_hex, "from", (json_int_t)signer->not_before_utc_s, "until",
			 (json_int_t)signer->not_after_utc_s, "signs_lists", signer->signs_lists);
}

/* ---- reading: what does not fit is noted, and asked once at the end ---- */

struct in {
	struct gw_arena *arena;
	bool wrong;
};

static const char *text_in(struct in *in, const json_t *value) {
	const char *text = json_string_value(value);
	in->wrong |= !text;
	return gw_arena_text(in->arena, text ? text : "");
}

static const char *text_of(struct in *in, const json_t *object, const char *key) {
	return text_in(in, json_object_get(object, key));
}

static int64_t number_of(struct in *in, const json_t *object, const char *key) {
	const json_t *value = json_object_get(object, key);
	in->wrong |= !json_is_integer(value);
	return json_integer_value(value);
}

static bool truth_of(struct in *in, const json_t *object, const char *key) {
	const json_t *value = json_object_get(object, key);
	in->wrong |= !json_is_boolean(value);
	return json_is_true(value);
}

/* Room for the members of an array; their number is 0 where there is none. */
static void *room_for(struct in *in, const json_t *array, size_t size, size_t *n) {
	void *room = gw_arena_array(in->arena, json_array_size(array), size);
	in->wrong |= !json_is_array(array);
	*n = room ? json_array_size(array) : 0;
	return room;
}

static struct tsl_texts texts_in(struct in *in, const json_t *object, const char *key) {
	const json_t *list = json_object_get(object, key);
	struct tsl_texts out;
	out.at = room_for(in, list, sizeof(*out.at), &out.n);
	for (size_t i = 0; i < out.n; i++) {
		const json_t *pair = json_array_get(list, i);
		out.at[i].lang = text_in(in, json_array_get(pair, 0));
		out.at[i].text = text_in(in, json_array_get(pair, 1));
	}
	return out;
}

static struct tsl_words words_in(struct in *in, const json_t *list) {
	struct tsl_words out;
	out.at = room_for(in, list, sizeof(*out.at), &out.n);
	for (size_t i = 0; i < out.n; i++) {
		out.at[i] = text_in(in, json_array_get(list, i));
	}
	return out;
}

static struct gw_span blob_in(struct in *in, const json_t *value) {
	struct gw_span bytes = {0};
	const char *text = json_string_value(value);
	in->wrong |= !text || !tsl_base64_read(gw_span_of(text), in->arena, &bytes);
	return bytes;
}

static struct tsl_blobs blobs_in(struct in *in, const json_t *object, const char *key) {
	const json_t *list = json_object_get(object, key);
	struct tsl_blobs out;
	out.at = room_for(in, list, sizeof(*out.at), &out.n);
	for (size_t i = 0; i < out.n; i++) {
		out.at[i] = blob_in(in, json_array_get(list, i));
	}
	return out;
}

static uint16_t usage_in(struct in *in, const json_t *value) {
	json_int_t n = json_integer_value(value);
	in->wrong |= !json_is_integer(value) || n < 0 || n > UINT16_MAX;
	return (uint16_t)n;
}

static void criteria_in(struct in *in, const json_t *j, int depth, struct tsl_criteria *out) {
	const json_t *sets = json_object_get(j, "policies"), *usages = json_object_get(j, "usages");
	const json_t *nested = json_object_get(j, "nested");
	int64_t assert = number_of(in, j, "assert");
	bool known = assert >= TSL_ASSERT_UNKNOWN &&assert <= TSL_ASSERT_NONE;
	in->wrong |= depth > CRITERIA_DEPTH || !known;
	if (in->wrong) {
		return;
	}
	out->assert = (enum tsl_assert)assert;
	out->other = truth_of(in, j, "other");
	out->policy_set = room_for(in, sets, sizeof(*out->policy_set), &out->policy_set_count);
	for (size_t i = 0; i < out->policy_set_count; i++) {
		out->policy_set[i] = words_in(in, json_array_get(sets, i));
	}
	out->key_usage = room_for(in, usages, sizeof(*out->key_usage), &out->key_usage_count);
	for (size_t i = 0; i < out->key_usage_count; i++) {
		const json_t *pair = json_array_get(usages, i);
		out->key_usage[i].named = usage_in(in, json_array_get(pair, 0));
		out->key_usage[i].value = usage_in(in, json_array_get(pair, 1));
	}
	out->nested = room_for(in, nested, sizeof(*out->nested), &out->nested_count);
	for (size_t i = 0; i < out->nested_count; i++) {
		criteria_in(in, json_array_get(nested, i), depth + 1, &out->nested[i]);
	}
}

static void period_in(struct in *in, const json_t *j, struct tsl_period *out) {
	const json_t *list = json_object_get(j, "qualifications");
	out->type = text_of(in, j, "type");
	out->status_uri = text_of(in, j, "status");
	out->status = tsl_status_of(out->status_uri);
	out->since_utc_s = number_of(in, j, "since");
	out->names = texts_in(in, j, "names");
	out->info = words_in(in, json_object_get(j, "info"));
	out->taken_over = truth_of(in, j, "taken_over");
	out->taken_over_by = texts_in(in, j, "by");
	out->taken_over_uri = text_of(in, j, "by_uri");
	out->critical_unknown = truth_of(in, j, "critical_unknown");
	out->qualification = room_for(in, list, sizeof(*out->qualification), &out->qualification_count);
	for (size_t i = 0; i < out->qualification_count; i++) {
		const json_t *q = json_array_get(list, i);
		out->qualification[i].qualifiers = (uint32_t)number_of(in, q, "qualifiers");
		out->qualification[i].unknown_qualifier = truth_of(in, q, "unknown");
		criteria_in(in, json_object_get(q, "criteria"), 0, &out->qualification[i].criteria);
	}
}

static void service_in(struct in *in, const json_t *j, struct tsl_service *out) {
	const json_t *periods = json_object_get(j, "periods");
	out->certs = blobs_in(in, j, "certs");
	out->skis = blobs_in(in, j, "skis");
	out->period = room_for(in, periods, sizeof(*out->period), &out->period_count);
	in->wrong |= out->period_count == 0;
	for (size_t i = 0; i < out->period_count; i++) {
		period_in(in, json_array_get(periods, i), &out->period[i]);
	}
}

static void provider_in(struct in *in, const json_t *j, struct tsl_provider *out) {
	const json_t *services = json_object_get(j, "services");
	out->names = texts_in(in, j, "names");
	out->trade_names = texts_in(in, j, "trade_names");
	out->service = room_for(in, services, sizeof(*out->service), &out->service_count);
	for (size_t i = 0; i < out->service_count; i++) {
		service_in(in, json_array_get(services, i), &out->service[i]);
	}
}

static void pointer_in(struct in *in, const json_t *j, struct tsl_pointer *out) {
	out->location = text_of(in, j, "location");
	out->territory = text_of(in, j, "territory");
	out->type = text_of(in, j, "type");
	out->mime = text_of(in, j, "mime");
	out->signers = blobs_in(in, j, "signers");
}

static void list_in(struct in *in, const json_t *j, struct tsl *out) {
	const json_t *pointers = json_object_get(j, "pointers"), *providers = json_object_get(j, "providers");
	out->version = (int)number_of(in, j, "version");
	out->sequence = number_of(in, j, "sequence");
	out->type = text_of(in, j, "type");
	out->territory = text_of(in, j, "territory");
	out->issued_utc_s = number_of(in, j, "issued");
	out->next_update_utc_s = number_of(in, j, "next_update");
	out->operators = texts_in(in, j, "operators");
	out->warnings = words_in(in, json_object_get(j, "warnings"));
	out->pointer = room_for(in, pointers, sizeof(*out->pointer), &out->pointer_count);
	for (size_t i = 0; i < out->pointer_count; i++) {
		pointer_in(in, json_array_get(pointers, i), &out->pointer[i]);
	}
	out->provider = room_for(in, providers, sizeof(*out->provider), &out->provider_count);
	for (size_t i = 0; i < out->provider_count; i++) {
		provider_in(in, json_array_get(providers, i), &out->provider[i]);
	}
}

static void signer_in(struct in *in, const json_t *j, struct tsl_signer *out) {
	in->wrong |= !gw_copy_text(out->digest_hex, sizeof(out->digest_hex), gw_json_text(j, "sha256", ""));
	out->der = blob_in(in, json_object_get(j, "cert"));
	out->not_before_utc_s = number_of(in, j, "from");
	out->not_after_utc_s = number_of(in, j, "until");
	out->signs_lists = truth_of(in, j, "signs_lists");
}

enum gw_code tsl_from_json(const json_t *record, struct gw_arena *arena, struct tsl *list, struct tsl_signer *signer,
			   struct gw_err *err) {
	struct in in = {.arena = arena};
	*list = (struct tsl){0};
	*signer = (struct tsl_signer){0};
	in.wrong = number_of(&in, record, "v") != RECORD_VERSION;
	list_in(&in, record, list);
	signer_in(&in, json_object_get(record, "signer"), signer);
	if (arena->failed) {
		return gw_fail(err, GW_E_NOMEM, "the record of the trusted list does not fit into memory");
	}
	return in.wrong ? gw_fail(err, GW_E_INPUT, "the record of the trusted list cannot be read") : GW_OK;
}
