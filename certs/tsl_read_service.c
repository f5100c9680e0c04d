/* A service with its history (TS 119 612 5.5, 5.6) and what qualifies its certificates (5.5.9.2). */
#include <stdlib.h>

#include "certs/tsl_read.h"

/* ---- criteria ---- */

static void malformed(struct tsl_reader *r, const xmlNode *node, const char *what) {
	tsl_refuse(r->refused, TSL_REFUSED_MALFORMED, "%s in line %ld", what, xmlGetLineNo(node));
}

static void read_usage_bit(struct tsl_reader *r, const xmlNode *node, struct tsl_key_usage *out) {
	const char *name = tsl_attribute(node, NULL, "name", r->arena);
	const char *value = tsl_node_text(node, r->arena, r->refused);
	bool yes = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
	bool no = strcmp(value, "false") == 0 || strcmp(value, "0") == 0;
	for (unsigned i = 0; i < TSL_KEY_USAGE_BITS; i++) {
		if (strcmp(name, tsl_key_usage_name(i)) == 0 && (yes || no)) {
			out->named = (uint16_t)(out->named | 1U << i);
			out->value = (uint16_t)(out->value | (yes ? 1U << i : 0));
			return;
		}
	}
	malformed(r, node, "an unknown KeyUsageBit");
}

static struct tsl_key_usage read_key_usage(struct tsl_reader *r, const xmlNode *node) {
	struct tsl_key_usage out = {0};
	for (const xmlNode *b = tsl_next(node, NULL, TSL_NS_QUALIFICATIONS, "KeyUsageBit"); b;
	     b = tsl_next(node, b, TSL_NS_QUALIFICATIONS, "KeyUsageBit")) {
		read_usage_bit(r, b, &out);
	}
	return out;
}

/* XAdES ObjectIdentifier: "1.2.3", or the same as a URN (EN 319 132-1 5.1.2); Italy writes "oid:1.2.3". */
static const char *read_oid(struct tsl_reader *r, const xmlNode *node) {
	static const char *const prefixes[] = {"urn:oid:", "oid:"};
	const xmlNode *id = tsl_child(node, TSL_NS_XADES, "Identifier", r->refused);
	const char *text = tsl_node_text(id, r->arena, r->refused);
	for (size_t i = 0; i < GW_COUNT(prefixes); i++) {
		text += strncasecmp(text, prefixes[i], strlen(prefixes[i])) == 0 ? strlen(prefixes[i]) : 0;
	}
	if (text[0] && strspn(text, "0123456789.") == strlen(text)) {
		return text;
	}
	tsl_warn(r, node, "a policy that is no object identifier");
	return "";
}

static struct tsl_words read_policy_set(struct tsl_reader *r, const xmlNode *node) {
	struct tsl_words out = {.n = tsl_children(node, TSL_NS_QUALIFICATIONS, "PolicyIdentifier")};
	out.at = gw_arena_array(r->arena, out.n, sizeof(*out.at));
	const xmlNode *p = NULL;
	for (size_t i = 0; out.at && i < out.n; i++) {
		p = tsl_next(node, p, TSL_NS_QUALIFICATIONS, "PolicyIdentifier");
		out.at[i] = read_oid(r, p);
	}
	return out;
}

static enum tsl_assert read_assert(const char *word) {
	static const char *const words[] = {
		[TSL_ASSERT_ALL] = "all", [TSL_ASSERT_AT_LEAST_ONE] = "atLeastOne", [TSL_ASSERT_NONE] = "none"};
	for (size_t i = TSL_ASSERT_ALL; i < GW_COUNT(words); i++) {
		if (strcmp(word, words[i]) == 0) {
			return (enum tsl_assert)i;
		}
	}
	return TSL_ASSERT_UNKNOWN;
}

static void make_room(struct tsl_reader *r, const xmlNode *node, struct tsl_criteria *out) {
	out->policy_set = gw_arena_array(r->arena, tsl_children(node, TSL_NS_QUALIFICATIONS, "PolicySet"),
					 sizeof(*out->policy_set));
	out->key_usage = gw_arena_array(r->arena, tsl_children(node, TSL_NS_QUALIFICATIONS, "KeyUsage"),
					sizeof(*out->key_usage));
	out->nested = gw_arena_array(r->arena, tsl_children(node, TSL_NS_QUALIFICATIONS, "CriteriaList"),
				     sizeof(*out->nested));
}

/* The depth of nesting is that of the tree (TSL_DEPTH_MAX). */
static void read_criteria(struct tsl_reader *r, const xmlNode *node, struct tsl_criteria *out) {
	out->assert = read_assert(tsl_attribute(node, NULL, "assert", r->arena));
	make_room(r, node, out);
	for (const xmlNode *c = node->children; c && !r->arena->failed; c = c->next) {
		if (tsl_node_is(c, TSL_NS_QUALIFICATIONS, "PolicySet")) {
			out->policy_set[out->policy_set_count++] = read_policy_set(r, c);
		} else if (tsl_node_is(c, TSL_NS_QUALIFICATIONS, "KeyUsage")) {
			out->key_usage[out->key_usage_count++] = read_key_usage(r, c);
		} else if (tsl_node_is(c, TSL_NS_QUALIFICATIONS, "CriteriaList")) {
			read_criteria(r, c, &out->nested[out->nested_count++]);
		} else if (c->type == XML_ELEMENT_NODE && !tsl_node_is(c, TSL_NS_QUALIFICATIONS, "Description")) {
			out->other = true;
		}
	}
}

static void read_qualifiers(struct tsl_reader *r, const xmlNode *node, struct tsl_qualification *out) {
	const xmlNode *all = tsl_child(node, TSL_NS_QUALIFICATIONS, "Qualifiers", r->refused);
	for (const xmlNode *q = tsl_next(all, NULL, TSL_NS_QUALIFICATIONS, "Qualifier"); q;
	     q = tsl_next(all, q, TSL_NS_QUALIFICATIONS, "Qualifier")) {
		uint32_t bit = tsl_qualifier_of(tsl_attribute(q, NULL, "uri", r->arena));
		out->qualifiers |= bit;
		out->unknown_qualifier |= bit == 0;
	}
}

static void read_qualification(struct tsl_reader *r, const xmlNode *node, struct tsl_qualification *out) {
	const xmlNode *criteria = tsl_child(node, TSL_NS_QUALIFICATIONS, "CriteriaList", r->refused);
	read_qualifiers(r, node, out);
	if (!criteria) {
		malformed(r, node, "a qualification without criteria");
		return;
	}
	read_criteria(r, criteria, &out->criteria);
}

/* ---- extensions (5.5.9) ---- */

static size_t count_in_extensions(const xmlNode *extensions, const char *ns, const char *name, const char *inner) {
	size_t n = 0;
	for (const xmlNode *e = tsl_next(extensions, NULL, TSL_NS, "Extension"); e;
	     e = tsl_next(extensions, e, TSL_NS, "Extension")) {
		for (const xmlNode *x = tsl_next(e, NULL, ns, name); x; x = tsl_next(e, x, ns, name)) {
			n += tsl_children(x, ns, inner);
		}
	}
	return n;
}

static void read_info(struct tsl_reader *r, const xmlNode *node, struct tsl_period *out) {
	const xmlNode *uri = tsl_need(r, node, "URI");
	if (uri && out->info.at) {
		out->info.at[out->info.n++] = tsl_node_text(uri, r->arena, r->refused);
	}
}

static void read_qualifications(struct tsl_reader *r, const xmlNode *node, struct tsl_period *out) {
	for (const xmlNode *q = tsl_next(node, NULL, TSL_NS_QUALIFICATIONS, "QualificationElement");
	     q && out->qualification; q = tsl_next(node, q, TSL_NS_QUALIFICATIONS, "QualificationElement")) {
		read_qualification(r, q, &out->qualification[out->qualification_count++]);
	}
}

static void read_taken_over(struct tsl_reader *r, const xmlNode *node, struct tsl_period *out) {
	out->taken_over = true;
	out->taken_over_uri = tsl_node_text(tsl_child(node, TSL_NS_MORE, "URI", r->refused), r->arena, r->refused);
	out->taken_over_by = tsl_read_texts(r, tsl_child(node, TSL_NS_MORE, "TSPName", r->refused), TSL_NS, "Name");
}

static void read_extension(struct tsl_reader *r, const xmlNode *node, struct tsl_period *out) {
	const char *critical = tsl_attribute(node, NULL, "Critical", r->arena);
	bool is_critical = strcmp(critical, "false") != 0 && strcmp(critical, "0") != 0;
	for (const xmlNode *c = node->children; c; c = c->next) {
		if (tsl_node_is(c, TSL_NS, "AdditionalServiceInformation")) {
			read_info(r, c, out);
		} else if (tsl_node_is(c, TSL_NS_QUALIFICATIONS, "Qualifications")) {
			read_qualifications(r, c, out);
		} else if (tsl_node_is(c, TSL_NS_MORE, "TakenOverBy")) {
			read_taken_over(r, c, out);
		} else if (c->type == XML_ELEMENT_NODE && !tsl_node_is(c, TSL_NS, "ExpiredCertsRevocationInfo")) {
			out->critical_unknown |= is_critical;
		}
	}
}

static void read_extensions(struct tsl_reader *r, const xmlNode *all, struct tsl_period *out) {
	out->info.at = gw_arena_array(r->arena, count_in_extensions(all, TSL_NS, "AdditionalServiceInformation", "URI"),
				      sizeof(char *));
	out->qualification = gw_arena_array(
		r->arena, count_in_extensions(all, TSL_NS_QUALIFICATIONS, "Qualifications", "QualificationElement"),
		sizeof(*out->qualification));
	for (const xmlNode *e = tsl_next(all, NULL, TSL_NS, "Extension"); e;
	     e = tsl_next(all, e, TSL_NS, "Extension")) {
		read_extension(r, e, out);
	}
}

/* ---- periods ---- */

static void read_period(struct tsl_reader *r, const xmlNode *info, struct tsl_period *out) {
	out->type = tsl_need_text(r, info, "ServiceTypeIdentifier");
	out->names = tsl_read_texts(r, tsl_need(r, info, "ServiceName"), TSL_NS, "Name");
	out->status_uri = tsl_need_text(r, info, "ServiceStatus");
	out->status = tsl_status_of(out->status_uri);
	out->since_utc_s = tsl_read_time(r, tsl_need(r, info, "StatusStartingTime"));
	out->taken_over_uri = "";
	read_extensions(r, tsl_child(info, TSL_NS, "ServiceInformationExtensions", r->refused), out);
}

/* The newest first. What began in the same second keeps the list's order, in which the newest comes first (5.6). */
static void sort(struct tsl_period *p, size_t n) {
	for (size_t i = 1; i < n; i++) {
		struct tsl_period moving = p[i];
		size_t k = i;
		for (; k > 1 && p[k - 1].since_utc_s < moving.since_utc_s; k--) {
			p[k] = p[k - 1];
		}
		p[k] = moving;
	}
}

enum { HISTORY_MAX = 1000 };

/* The present is the newest, whatever the times of the history say: an instance that begins later is malformed. */
static void check_history(struct tsl_reader *r, const xmlNode *node, const struct tsl_service *s) {
	if (s->period_count > 1 && s->period[1].since_utc_s > s->period[0].since_utc_s) {
		malformed(r, node, "a history that is newer than the present");
	}
}

/* Version 6 lets a supply point say what it is, and wants it to; in version 5 there is no such attribute. */
static void check_supply_points(struct tsl_reader *r, const xmlNode *info) {
	const xmlNode *all = tsl_child(info, TSL_NS, "ServiceSupplyPoints", r->refused);
	for (const xmlNode *p = tsl_next(all, NULL, TSL_NS, "ServiceSupplyPoint"); p;
	     p = tsl_next(all, p, TSL_NS, "ServiceSupplyPoint")) {
		bool typed = tsl_attribute(p, NULL, "type", r->arena)[0] != '\0';
		if (r->version == 5 && typed) {
			malformed(r, p, "a ServiceSupplyPoint with a type in version 5");
		}
		if (r->version == 6 && !typed) {
			tsl_warn(r, p, "a ServiceSupplyPoint without a type");
		}
	}
}

void tsl_read_service(struct tsl_reader *r, const xmlNode *node, struct tsl_service *out) {
	const xmlNode *info = tsl_need(r, node, "ServiceInformation"), *instance = NULL;
	const xmlNode *history = tsl_child(node, TSL_NS, "ServiceHistory", r->refused);
	size_t older = tsl_children(history, TSL_NS, "ServiceHistoryInstance");
	out->period = older <= HISTORY_MAX ? gw_arena_array(r->arena, older + 1, sizeof(*out->period)) : NULL;
	if (!out->period) {
		tsl_refuse(r->refused, TSL_REFUSED_TOO_COMPLEX, "%zu instances of history", older);
		return;
	}
	out->period_count = older + 1;
	read_period(r, info, &out->period[0]);
	for (size_t i = 1; i < out->period_count; i++) {
		instance = tsl_next(history, instance, TSL_NS, "ServiceHistoryInstance");
		read_period(r, instance, &out->period[i]);
	}
	sort(out->period, out->period_count);
	check_history(r, node, out);
	check_supply_points(r, info);
	tsl_read_identity(r, tsl_need(r, info, "ServiceDigitalIdentity"), &out->certs, &out->skis);
}
