#include "certs/tsl_changes.h"

#include <stdlib.h>

#include "base/clock.h"
#include "certs/tsl_facets.h"

static const char *name_of(const struct tsl_texts *names) {
	return tsl_text_in(names, "en");
}

/* ---- all services of a list, in an order in which both lists can be walked together ---- */

struct entry {
	const struct tsl_provider *provider;
	const struct tsl_service *service;
	size_t at; /* keeps the list's order among equals */
};

struct entries {
	struct entry *at;
	size_t n;
};

static int compare_spans(struct gw_span a, struct gw_span b) {
	int order = memcmp(a.n ? a.p : "", b.n ? b.p : "", a.n < b.n ? a.n : b.n);
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* 5.5.3: the first certificate, else the first key identifier, else nothing. */
static struct gw_span identity(const struct tsl_service *s) {
	return s->certs.n > 0 ? s->certs.at[0] : s->skis.n > 0 ? s->skis.at[0] : (struct gw_span){0};
}

static int compare_services(const struct tsl_service *a, const struct tsl_service *b) {
	int type = strcmp(a->period[0].type, b->period[0].type);
	return type ? type : compare_spans(identity(a), identity(b));
}

static int by_service(const void *a, const void *b) {
	const struct entry *x = a, *y = b;
	int order = compare_services(x->service, y->service);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static struct entries entries_of(const struct tsl *list) {
	struct entries out = {0};
	struct tsl_counts counts = {0};
	if (list) {
		tsl_count(list, 0, &counts);
	}
	out.at = calloc(counts.services + 1, sizeof(*out.at));
	for (size_t i = 0; out.at && list && i < list->provider_count; i++) {
		const struct tsl_provider *p = &list->provider[i];
		for (size_t k = 0; k < p->service_count; k++) {
			out.at[out.n] = (struct entry){p, &p->service[k], out.n};
			out.n++;
		}
	}
	if (out.at) {
		qsort(out.at, out.n, sizeof(*out.at), by_service);
	}
	return out;
}

/* ---- what a change says ---- */

static json_t *about(const char *change, const struct entry *e, bool withdraws) {
	const struct tsl_period *p = &e->service->period[0];
	return json_pack("{s:s, s:s, s:s, s:s, s:b}", "change", change, "provider", name_of(&e->provider->names),
			 "service", name_of(&p->names), "type", p->type, "withdraws", withdraws);
}

static bool is_granted(const struct entry *e) {
	return e->service->period[0].status == TSL_STATUS_GRANTED;
}

static void tell_status(json_t *change, const char *key, const struct entry *e) {
	json_object_set_new(change, key, json_string(tsl_status_name(e->service->period[0].status)));
}

static void tell_one(json_t *out, const char *change, const char *key, const struct entry *e, bool withdraws) {
	json_t *j = about(change, e, withdraws);
	tell_status(j, key, e);
	json_array_append_new(out, j);
}

static void compare_status(json_t *out, const struct entry *old, const struct entry *now) {
	if (strcmp(old->service->period[0].status_uri, now->service->period[0].status_uri) != 0) {
		json_t *j = about("status_changed", now, is_granted(old) && !is_granted(now));
		tell_status(j, "from", old);
		tell_status(j, "to", now);
		json_array_append_new(out, j);
	}
}

static json_t *time_texts(int64_t utc_s) {
	char text[GW_TIME_TEXT];
	gw_time_text(utc_s * 1000, text);
	return json_pack("[s]", text);
}

/* A grant that begins later is none until then. */
static void compare_since(json_t *out, const struct entry *old, const struct entry *now) {
	const struct tsl_period *before = &old->service->period[0], *after = &now->service->period[0];
	bool same = strcmp(before->status_uri, after->status_uri) == 0;
	if (same && before->since_utc_s != after->since_utc_s) {
		json_t *j = about("since_changed", now, is_granted(now) && after->since_utc_s > before->since_utc_s);
		json_object_set_new(j, "added", time_texts(after->since_utc_s));
		json_object_set_new(j, "removed", time_texts(before->since_utc_s));
		json_array_append_new(out, j);
	}
}

static void compare_takeover(json_t *out, const struct entry *old, const struct entry *now) {
	const struct tsl_period *before = &old->service->period[0], *after = &now->service->period[0];
	const char *was = before->taken_over ? name_of(&before->taken_over_by) : "",
		   *is = after->taken_over ? name_of(&after->taken_over_by) : "";
	if (before->taken_over != after->taken_over || strcmp(was, is) != 0) {
		json_t *j = about(after->taken_over ? "taken_over" : "takeover_ended", now,
				  before->taken_over && is_granted(old) && is_granted(now));
		json_object_set_new(j, "by", json_string(after->taken_over ? is : was));
		json_array_append_new(out, j);
	}
}

/* ---- what else counts ---- */

struct difference {
	json_t *added, *removed;
	uint32_t added_bits, removed_bits;
};

/* What stands in `a` alone; both are in order. */
static json_t *only_in(const struct tsl_facets *a, const struct tsl_facets *b, uint32_t *bits) {
	json_t *out = json_array();
	for (size_t i = 0, k = 0; i < a->n; i++) {
		while (k < b->n && strcmp(b->at[k].text, a->at[i].text) < 0) {
			k++;
		}
		if (k == b->n || strcmp(b->at[k].text, a->at[i].text) != 0) {
			*bits |= a->at[i].bits;
			json_array_append_new(out, json_string(a->at[i].text));
		}
	}
	return out;
}

static struct difference difference_of(const struct tsl_facets *before, const struct tsl_facets *after) {
	struct difference d = {0};
	d.added = only_in(after, before, &d.added_bits);
	d.removed = only_in(before, after, &d.removed_bits);
	return d;
}

static bool is_none(const struct difference *d) {
	return json_array_size(d->added) == 0 && json_array_size(d->removed) == 0;
}

/* Takes both arrays. */
static void tell_difference(json_t *out, json_t *change, struct difference *d) {
	json_object_set_new(change, "added", d->added);
	json_object_set_new(change, "removed", d->removed);
	json_array_append_new(out, change);
}

static void drop_difference(struct difference *d) {
	json_decref(d->added);
	json_decref(d->removed);
}

/* Also where it makes certificates ones for another use, or leaves undecided whether they are qualified. A device is
 * another matter. */
static bool qualifiers_withdraw(const struct difference *d, const struct tsl_facets *before,
				const struct tsl_facets *after) {
	const uint32_t kinds = TSL_QC_FOR_ESIG | TSL_QC_FOR_ESEAL | TSL_QC_FOR_WSA;
	GW_UNUSED(before);
	GW_UNUSED(after);
	return d->added_bits & (TSL_NOT_QUALIFIED | TSL_FACET_UNKNOWN | kinds) ||
	       d->removed_bits & (TSL_QC_STATEMENT | kinds);
}

/* A service that names no kind issues any of them. */
static uint32_t issued_kinds(const struct tsl_facets *information) {
	const uint32_t any = TSL_QC_FOR_ESIG | TSL_QC_FOR_ESEAL | TSL_QC_FOR_WSA;
	uint32_t named = 0;
	for (size_t i = 0; i < information->n; i++) {
		named |= information->at[i].bits & any;
	}
	return named ? named : any;
}

static bool information_withdraws(const struct difference *d, const struct tsl_facets *before,
				  const struct tsl_facets *after) {
	return issued_kinds(before) & ~issued_kinds(after) || d->added_bits & TSL_FACET_UNKNOWN;
}

static bool removal_withdraws(const struct difference *d, const struct tsl_facets *before,
			      const struct tsl_facets *after) {
	GW_UNUSED(before);
	GW_UNUSED(after);
	return json_array_size(d->removed) > 0;
}

static const struct {
	const char *change;
	tsl_facets_fn of;
	bool (*withdraws)(const struct difference *d, const struct tsl_facets *before, const struct tsl_facets *after);
} aspects[] = {{"provider_changed", tsl_facets_provider, removal_withdraws},
	       {"identity_changed", tsl_facets_identity, removal_withdraws},
	       {"qualifiers_changed", tsl_facets_qualifiers, qualifiers_withdraw},
	       {"information_changed", tsl_facets_information, information_withdraws}};

/* False: out of memory. */
static bool compare_aspects(json_t *out, const struct entry *old, const struct entry *now) {
	GW_AUTO(arena) struct gw_arena arena;
	bool granted = is_granted(old) && is_granted(now);
	gw_arena_init(&arena, TSL_MEMORY_MAX);
	for (size_t i = 0; i < GW_COUNT(aspects); i++) {
		struct tsl_facets before = aspects[i].of(old->provider, old->service, &arena),
				  after = aspects[i].of(now->provider, now->service, &arena);
		struct difference d = difference_of(&before, &after);
		if (is_none(&d)) {
			drop_difference(&d);
			continue;
		}
		bool withdraws = granted && aspects[i].withdraws(&d, &before, &after);
		tell_difference(out, about(aspects[i].change, now, withdraws), &d);
	}
	return !arena.failed;
}

static bool compare_entries(json_t *out, const struct entry *old, const struct entry *now) {
	compare_status(out, old, now);
	compare_since(out, old, now);
	compare_takeover(out, old, now);
	return compare_aspects(out, old, now);
}

static bool compare_all(json_t *out, const struct entries *old, const struct entries *now) {
	size_t i = 0, k = 0;
	bool ok = true;
	while (i < old->n || k < now->n) {
		int order = i == old->n	  ? 1
			    : k == now->n ? -1
					  : compare_services(old->at[i].service, now->at[k].service);
		if (order < 0) {
			tell_one(out, "service_removed", "from", &old->at[i], is_granted(&old->at[i]));
			i++;
		} else if (order > 0) {
			tell_one(out, "service_added", "to", &now->at[k++], false);
		} else {
			ok &= compare_entries(out, &old->at[i++], &now->at[k++]);
		}
	}
	return ok;
}

/* ---- providers ---- */

static int by_name(const void *a, const void *b) {
	const struct tsl_named *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->provider > y->provider) - (x->provider < y->provider);
}

/* Those of one name, which begin at `at`; none at the end of the list. */
struct group {
	const struct tsl_named *at;
	size_t n;
};

/* The last one has no name. NULL: out of memory. */
static const struct tsl_named *sorted(const struct tsl *list, struct gw_arena *arena) {
	size_t n = list ? list->provider_count : 0;
	struct tsl_named *out = gw_arena_array(arena, n + 1, sizeof(*out));
	for (size_t i = 0; out && i < n; i++) {
		out[i] = (struct tsl_named){name_of(&list->provider[i].names), &list->provider[i]};
	}
	if (out && n > 0) {
		qsort(out, n, sizeof(*out), by_name);
	}
	return out;
}

static struct group group_at(const struct tsl_named *from) {
	struct group g = {from, 0};
	while (from[g.n].name && strcmp(from[g.n].name, from->name) == 0) {
		g.n++;
	}
	return g;
}

static void tell_provider(json_t *out, const char *change, const char *name, bool withdraws) {
	json_array_append_new(out,
			      json_pack("{s:s, s:s, s:b}", "change", change, "provider", name, "withdraws", withdraws));
}

static void compare_trade_names(json_t *out, const struct group *old, const struct group *now, struct gw_arena *arena) {
	struct tsl_facets before = tsl_facets_trade_names(old->at, old->n, arena),
			  after = tsl_facets_trade_names(now->at, now->n, arena);
	struct difference d = difference_of(&before, &after);
	if (is_none(&d)) {
		drop_difference(&d);
		return;
	}
	json_t *j = json_pack("{s:s, s:s, s:b}", "change", "trade_names_changed", "provider", now->at->name,
			      "withdraws", json_array_size(d.removed) > 0);
	tell_difference(out, j, &d);
}

/* False: out of memory. */
static bool compare_providers(json_t *out, const struct tsl *old, const struct tsl *now) {
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, TSL_MEMORY_MAX);
	const struct tsl_named *before = sorted(old, &arena), *after = sorted(now, &arena);
	while (before && after && (before->name || after->name)) {
		struct group was = group_at(before), is = group_at(after);
		int order = !before->name ? 1 : !after->name ? -1 : strcmp(before->name, after->name);
		if (order < 0) {
			tell_provider(out, "provider_removed", before->name, true);
		} else if (order > 0) {
			tell_provider(out, "provider_added", after->name, false);
		} else {
			compare_trade_names(out, &was, &is, &arena);
		}
		before += order <= 0 ? was.n : 0;
		after += order >= 0 ? is.n : 0;
	}
	return !arena.failed;
}

json_t *tsl_changes(const struct tsl *old, const struct tsl *now) {
	json_t *out = json_array();
	struct entries before = entries_of(old), after = entries_of(now);
	bool ok = out && before.at && after.at && compare_providers(out, old, now) && compare_all(out, &before, &after);
	if (!ok) {
		json_decref(out);
		out = NULL;
	}
	free(before.at);
	free(after.at);
	return out;
}
