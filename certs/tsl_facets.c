#include "certs/tsl_facets.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"

enum { HEX_BYTES_MAX = 64 };

/* ---- sets ---- */

static struct tsl_facets room_for(size_t n, struct gw_arena *arena) {
	return (struct tsl_facets){gw_arena_array(arena, n, sizeof(struct tsl_facet)), 0};
}

static void add(struct tsl_facets *set, const char *text, uint32_t bits) {
	if (set->at) {
		set->at[set->n++] = (struct tsl_facet){text, bits};
	}
}

static int by_text(const void *a, const void *b) {
	const struct tsl_facet *x = a, *y = b;
	return strcmp(x->text, y->text);
}

static struct tsl_facets in_order(struct tsl_facets set) {
	size_t n = 0;
	if (set.n > 0) {
		qsort(set.at, set.n, sizeof(*set.at), by_text);
	}
	for (size_t i = 0; i < set.n; i++) {
		if (n == 0 || strcmp(set.at[n - 1].text, set.at[i].text) != 0) {
			set.at[n++] = set.at[i];
		}
	}
	set.n = n;
	return set;
}

/* ---- qualifications ---- */

struct writer {
	struct gw_buf *text;
	bool failed;
};

static void put(struct writer *w, const char *before, const char *text) {
	w->failed = w->failed || gw_buf_text(w->text, before) != GW_OK || gw_buf_text(w->text, text) != GW_OK;
}

static void put_usage(struct writer *w, const char *before, const struct tsl_key_usage *k) {
	put(w, before, "keyUsage");
	for (unsigned bit = 0; bit < TSL_KEY_USAGE_BITS; bit++) {
		if (k->named & 1U << bit) {
			put(w, " ", tsl_key_usage_name(bit));
			put(w, "=", k->value & 1U << bit ? "1" : "0");
		}
	}
}

static void put_criteria(struct writer *w, const char *before, const struct tsl_criteria *c) {
	static const char *const asserts[] = {[TSL_ASSERT_UNKNOWN] = "unknown",
					      [TSL_ASSERT_ALL] = "all",
					      [TSL_ASSERT_AT_LEAST_ONE] = "atLeastOne",
					      [TSL_ASSERT_NONE] = "none"};
	const char *sign = "(";
	put(w, before, asserts[c->assert]);
	for (size_t i = 0; i < c->policy_set_count; i++, sign = ", ") {
		put(w, sign, "policies");
		for (size_t k = 0; k < c->policy_set[i].n; k++) {
			const char *oid = c->policy_set[i].at[k];
			put(w, " ", oid[0] ? oid : "unreadable");
		}
	}
	for (size_t i = 0; i < c->key_usage_count; i++, sign = ", ") {
		put_usage(w, sign, &c->key_usage[i]);
	}
	for (size_t i = 0; i < c->nested_count; i++, sign = ", ") {
		put_criteria(w, sign, &c->nested[i]);
	}
	put(w, c->other ? sign : "", c->other ? "unknown" : "");
	put(w, c->other || sign[0] == ',' ? "" : "(", ")");
}

static const char *text_of(const struct tsl_qualification *q, struct gw_arena *arena) {
	GW_AUTO(buf) struct gw_buf text;
	struct writer w = {&text, false};
	gw_buf_init(&text, TSL_BYTES_MAX);
	for (unsigned bit = 0; bit < TSL_QUALIFIER_BITS; bit++) {
		if (q->qualifiers & 1U << bit) {
			put(&w, text.len > 0 ? " " : "", tsl_qualifier_name(bit));
		}
	}
	if (q->unknown_qualifier) {
		put(&w, text.len > 0 ? " " : "", "unknown");
	}
	put_criteria(&w, " if ", &q->criteria);
	arena->failed |= w.failed;
	return gw_arena_span(arena, gw_buf_span(&text));
}

struct tsl_facets tsl_facets_qualifiers(const struct tsl_provider *p, const struct tsl_service *s,
					struct gw_arena *arena) {
	const struct tsl_period *now = &s->period[0];
	struct tsl_facets out = room_for(now->qualification_count, arena);
	GW_UNUSED(p);
	for (size_t i = 0; i < now->qualification_count; i++) {
		const struct tsl_qualification *q = &now->qualification[i];
		add(&out, text_of(q, arena), q->qualifiers | (q->unknown_qualifier ? TSL_FACET_UNKNOWN : 0U));
	}
	return in_order(out);
}

/* ---- the rest ---- */

struct tsl_facets tsl_facets_information(const struct tsl_provider *p, const struct tsl_service *s,
					 struct gw_arena *arena) {
	const struct tsl_period *now = &s->period[0];
	struct tsl_facets out = room_for(now->info.n + 1, arena);
	GW_UNUSED(p);
	for (size_t i = 0; i < now->info.n; i++) {
		add(&out, now->info.at[i], tsl_kind_of_information(now->info.at[i]));
	}
	if (now->critical_unknown) {
		add(&out, "a critical extension that is not understood", TSL_FACET_UNKNOWN);
	}
	return in_order(out);
}

static const char *hex_of(const char *what, struct gw_span bytes, struct gw_arena *arena) {
	char hex[2 * HEX_BYTES_MAX + 1] = "";
	gw_hex((const uint8_t *)bytes.p, bytes.n < HEX_BYTES_MAX ? bytes.n : HEX_BYTES_MAX, hex);
	return gw_arena_printf(arena, "%s %s", what, hex);
}

struct tsl_facets tsl_facets_identity(const struct tsl_provider *p, const struct tsl_service *s,
				      struct gw_arena *arena) {
	struct tsl_facets out = room_for(s->certs.n + s->skis.n, arena);
	uint8_t digest[SHA256_DIGEST_LENGTH];
	GW_UNUSED(p);
	for (size_t i = 0; i < s->certs.n; i++) {
		SHA256((const uint8_t *)s->certs.at[i].p, s->certs.at[i].n, digest);
		add(&out, hex_of("sha256", (struct gw_span){(const char *)digest, sizeof(digest)}, arena), 0);
	}
	for (size_t i = 0; i < s->skis.n; i++) {
		add(&out, hex_of("key", s->skis.at[i], arena), 0);
	}
	return in_order(out);
}

struct tsl_facets tsl_facets_provider(const struct tsl_provider *p, const struct tsl_service *s,
				      struct gw_arena *arena) {
	struct tsl_facets out = room_for(1, arena);
	GW_UNUSED(s);
	add(&out, tsl_text_in(&p->names, "en"), 0);
	return out;
}

struct tsl_facets tsl_facets_trade_names(const struct tsl_named *named, size_t count, struct gw_arena *arena) {
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		n += named[i].provider->trade_names.n;
	}
	struct tsl_facets out = room_for(n, arena);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < named[i].provider->trade_names.n; k++) {
			add(&out, named[i].provider->trade_names.at[k].text, 0);
		}
	}
	return in_order(out);
}
