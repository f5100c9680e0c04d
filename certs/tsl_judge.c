#include "certs/tsl_judge.h"

#include "base/clock.h"

static bool is_among(const struct tsl_blobs *pins, struct gw_span der) {
	for (size_t i = 0; i < pins->n; i++) {
		if (gw_span_equal(pins->at[i], der)) {
			return true;
		}
	}
	return false;
}

static bool signer_may(const struct tsl_signer *signer, const struct tsl_demand *d, bool *pinned,
		       struct tsl_refused *refused) {
	*pinned = d->pins && is_among(d->pins, signer->der);
	if (*pinned) {
		return true;
	}
	if (d->pins) {
		return tsl_refuse(refused, d->not_pinned, "signed by %s", signer->digest_hex);
	}
	if (!signer->signs_lists) {
		return tsl_refuse(refused, TSL_REFUSED_SIGNER_UNKNOWN, "%s is no certificate for signing lists",
				  signer->digest_hex);
	}
	return d->unpinned_ok || tsl_refuse(refused, TSL_REFUSED_UNPINNED, "signed by %s", signer->digest_hex);
}

static bool dates_fit(const struct tsl *list, int64_t at_utc_s, struct tsl_refused *refused) {
	char when[GW_TIME_TEXT];
	if (list->issued_utc_s > at_utc_s + TSL_CLOCK_SKEW_S) {
		gw_time_text(list->issued_utc_s * 1000, when);
		return tsl_refuse(refused, TSL_REFUSED_NOT_YET_ISSUED, "issued %s", when);
	}
	if (list->next_update_utc_s == 0) {
		return tsl_refuse(refused, TSL_REFUSED_CLOSED, "NextUpdate is empty");
	}
	gw_time_text(list->next_update_utc_s * 1000, when);
	return list->next_update_utc_s > at_utc_s || tsl_refuse(refused, TSL_REFUSED_EXPIRED, "next update %s", when);
}

static bool is_valid(const struct tsl_signer *s, int64_t utc_s) {
	return s->not_before_utc_s <= utc_s && utc_s <= s->not_after_utc_s;
}

static bool signer_valid(const struct tsl *list, const struct tsl_signer *signer, int64_t at_utc_s,
			 struct tsl_refused *refused) {
	char from[GW_TIME_TEXT], until[GW_TIME_TEXT];
	gw_time_text(signer->not_before_utc_s * 1000, from);
	gw_time_text(signer->not_after_utc_s * 1000, until);
	return (is_valid(signer, list->issued_utc_s) && is_valid(signer, at_utc_s)) ||
	       tsl_refuse(refused, TSL_REFUSED_SIGNER_NOT_VALID, "valid from %s until %s", from, until);
}

bool tsl_judge(const struct tsl *list, const struct tsl_signer *signer, const struct tsl_demand *demand, bool *pinned,
	       struct tsl_refused *refused) {
	*pinned = false;
	if (strcmp(list->type, demand->type) != 0) {
		return tsl_refuse(refused, TSL_REFUSED_TYPE, "%s", list->type);
	}
	if (demand->territory && strcmp(list->territory, demand->territory) != 0) {
		return tsl_refuse(refused, TSL_REFUSED_TERRITORY, "%s, not %s", list->territory, demand->territory);
	}
	return signer_may(signer, demand, pinned, refused) && dates_fit(list, demand->at_utc_s, refused) &&
	       signer_valid(list, signer, demand->at_utc_s, refused);
}

static bool points_to(const struct tsl_pointer *p, const char *territory) {
	return strcmp(p->territory, territory) == 0 && strcmp(p->type, TSL_TYPE_LIST) == 0;
}

struct tsl_blobs tsl_named_signers(const struct tsl *lotl, const char *territory, struct gw_arena *arena) {
	struct tsl_blobs out = {0};
	size_t room = 0;
	for (size_t i = 0; i < lotl->pointer_count; i++) {
		room += points_to(&lotl->pointer[i], territory) ? lotl->pointer[i].signers.n : 0;
	}
	out.at = gw_arena_array(arena, room, sizeof(*out.at));
	for (size_t i = 0; out.at && i < lotl->pointer_count; i++) {
		const struct tsl_blobs *s = &lotl->pointer[i].signers;
		for (size_t k = 0; points_to(&lotl->pointer[i], territory) && k < s->n; k++) {
			out.at[out.n++] = s->at[k];
		}
	}
	return out;
}
