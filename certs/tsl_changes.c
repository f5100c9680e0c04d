#include "certs/tsl_changes.h"

#include <stdlib.h>

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

/* ---- changes ---- */

static json_t *about(const char *change, const struct entry *e) {
	const struct tsl_period *p = &e->service->period[0];
	return json_pack("{s:s, s:s, s:s, s:s}", "change", change, "provider", name_of(&e->provider->names), "service",
			 name_of(&p->names), "type", p->type);
}

static void tell_status(json_t *change, const char *key, const struct entry *e) {
	json_object_set_new(change, key, json_string(tsl_status_name(e->service->period[0].status)));
}

static void tell_one(json_t *out, const char *change, const char *key, const struct entry *e) {
	json_t *j = about(change, e);
	tell_status(j, key, e);
	json_array_append_new(out, j);
}

static void compare_entries(json_t *out, const struct entry *old, const struct entry *now) {
	const struct tsl_period *before = &old->service->period[0], *after = &now->service->period[0];
	if (strcmp(before->status_uri, after->status_uri) != 0) {
		json_t *j = about("status_changed", now);
		tell_status(j, "from", old);
		tell_status(j, "to", now);
		json_array_append_new(out, j);
	}
	if (after->taken_over && !before->taken_over) {
		json_t *j = about("taken_over", now);
		json_object_set_new(j, "by", json_string(name_of(&after->taken_over_by)));
		json_array_append_new(out, j);
	}
}

static void compare_all(json_t *out, const struct entries *old, const struct entries *now) {
	size_t i = 0, k = 0;
	while (i < old->n || k < now->n) {
		int order = i == old->n	  ? 1
			    : k == now->n ? -1
					  : compare_services(old->at[i].service, now->at[k].service);
		if (order < 0) {
			tell_one(out, "service_removed", "from", &old->at[i++]);
		} else if (order > 0) {
			tell_one(out, "service_added", "to", &now->at[k++]);
		} else {
			compare_entries(out, &old->at[i++], &now->at[k++]);
		}
	}
}

static bool has_provider(const struct tsl *list, const char *name) {
	for (size_t i = 0; list && i < list->provider_count; i++) {
		if (strcmp(name_of(&list->provider[i].names), name) == 0) {
			return true;
		}
	}
	return false;
}

static void tell_providers(json_t *out, const char *change, const struct tsl *of, const struct tsl *missing_in) {
	for (size_t i = 0; of && i < of->provider_count; i++) {
		const char *name = name_of(&of->provider[i].names);
		if (!has_provider(missing_in, name)) {
			json_array_append_new(out, json_pack("{s:s, s:s}", "change", change, "provider", name));
		}
	}
}

json_t *tsl_changes(const struct tsl *old, const struct tsl *now) {
	json_t *out = json_array();
	struct entries before = entries_of(old), after = entries_of(now);
	if (out && before.at && after.at) {
		tell_providers(out, "provider_removed", old, now);
		tell_providers(out, "provider_added", now, old);
		compare_all(out, &before, &after);
	} else {
		json_decref(out);
		out = NULL;
	}
	free(before.at);
	free(after.at);
	return out;
}
