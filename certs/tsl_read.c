#include "certs/tsl_read.h"

#include <libxml/parser.h>

#include "base/clock.h"
#include "base/text.h"

#define XML_NS "http://www.w3.org/XML/1998/namespace"

enum { SEQUENCE_MAX = INT32_MAX };

void tsl_warn(struct tsl_reader *r, const xmlNode *node, const char *what) {
	if (r->warnings.at && r->warnings.n < TSL_WARNINGS_MAX) {
		r->warnings.at[r->warnings.n++] = gw_arena_printf(r->arena, "line %ld: %s", xmlGetLineNo(node), what);
	}
}

/* ---- parts ---- */

const xmlNode *tsl_need(struct tsl_reader *r, const xmlNode *parent, const char *name) {
	const xmlNode *n = tsl_child(parent, TSL_NS, name, r->refused);
	if (!n && parent) {
		tsl_refuse(r->refused, TSL_REFUSED_MALFORMED, "no %s in %s, line %ld", name, parent->name,
			   xmlGetLineNo(parent));
	}
	return n;
}

const char *tsl_need_text(struct tsl_reader *r, const xmlNode *parent, const char *name) {
	const xmlNode *n = tsl_need(r, parent, name);
	const char *text = tsl_node_text(n, r->arena, r->refused);
	if (n && !text[0]) {
		tsl_refuse(r->refused, TSL_REFUSED_MALFORMED, "%s is empty, line %ld", name, xmlGetLineNo(n));
	}
	return text;
}

int64_t tsl_read_time(struct tsl_reader *r, const xmlNode *node) {
	int64_t utc_ms = 0;
	if (node && !gw_time_parse(tsl_node_text(node, r->arena, r->refused), &utc_ms)) {
		tsl_refuse(r->refused, TSL_REFUSED_MALFORMED, "%s is no time, line %ld", node->name,
			   xmlGetLineNo(node));
	}
	return utc_ms / 1000;
}

static const char *language_of(struct tsl_reader *r, const xmlNode *node) {
	char lower[16];
	const char *lang = tsl_attribute(node, XML_NS, "lang", r->arena);
	size_t n = 0;
	for (; lang[n] && n + 1 < sizeof(lower); n++) {
		lower[n] = (char)(lang[n] >= 'A' && lang[n] <= 'Z' ? lang[n] + 'a' - 'A' : lang[n]);
	}
	lower[n] = '\0';
	return gw_arena_text(r->arena, lower);
}

struct tsl_texts tsl_read_texts(struct tsl_reader *r, const xmlNode *parent, const char *ns, const char *name) {
	struct tsl_texts out = {.n = tsl_children(parent, ns, name)};
	out.at = gw_arena_array(r->arena, out.n, sizeof(*out.at));
	const xmlNode *n = NULL;
	for (size_t i = 0; out.at && i < out.n; i++) {
		n = tsl_next(parent, n, ns, name);
		out.at[i] = (struct tsl_text){language_of(r, n), tsl_node_text(n, r->arena, r->refused)};
	}
	return out;
}

static void add_blobs(struct tsl_reader *r, const xmlNode *identity, const char *name, struct tsl_blobs *out) {
	for (const xmlNode *d = tsl_next(identity, NULL, TSL_NS, "DigitalId"); d;
	     d = tsl_next(identity, d, TSL_NS, "DigitalId")) {
		const xmlNode *n = tsl_child(d, TSL_NS, name, r->refused);
		if (n && out->at) {
			out->at[out->n++] = tsl_node_bytes(n, r->arena, r->refused);
		}
	}
}

void tsl_read_identity(struct tsl_reader *r, const xmlNode *identity, struct tsl_blobs *certs, struct tsl_blobs *skis) {
	size_t room = tsl_children(identity, TSL_NS, "DigitalId");
	certs->at = gw_arena_array(r->arena, room, sizeof(*certs->at));
	skis->at = gw_arena_array(r->arena, room, sizeof(*skis->at));
	add_blobs(r, identity, "X509Certificate", certs);
	add_blobs(r, identity, "X509SKI", skis);
}

/* ---- pointers to other lists (5.3.13) ---- */

static size_t count_ids(const xmlNode *identities) {
	size_t n = 0;
	for (const xmlNode *i = tsl_next(identities, NULL, TSL_NS, "ServiceDigitalIdentity"); i;
	     i = tsl_next(identities, i, TSL_NS, "ServiceDigitalIdentity")) {
		n += tsl_children(i, TSL_NS, "DigitalId");
	}
	return n;
}

static void read_signers(struct tsl_reader *r, const xmlNode *pointer, struct tsl_blobs *out) {
	const xmlNode *identities = tsl_child(pointer, TSL_NS, "ServiceDigitalIdentities", r->refused);
	out->at = gw_arena_array(r->arena, count_ids(identities), sizeof(*out->at));
	for (const xmlNode *i = tsl_next(identities, NULL, TSL_NS, "ServiceDigitalIdentity"); i;
	     i = tsl_next(identities, i, TSL_NS, "ServiceDigitalIdentity")) {
		add_blobs(r, i, "X509Certificate", out);
	}
}

/* The only one of that name among all OtherInformation: two territories would name a signer for both. */
static const char *other_information(struct tsl_reader *r, const xmlNode *more, const char *ns, const char *name) {
	const xmlNode *found = NULL;
	for (const xmlNode *o = tsl_next(more, NULL, TSL_NS, "OtherInformation"); o;
	     o = tsl_next(more, o, TSL_NS, "OtherInformation")) {
		const xmlNode *n = tsl_child(o, ns, name, r->refused);
		if (n && found) {
			tsl_refuse(r->refused, TSL_REFUSED_MALFORMED, "a second %s of a pointer, line %ld", name,
				   xmlGetLineNo(n));
		}
		found = n ? n : found;
	}
	return tsl_node_text(found, r->arena, r->refused);
}

static void read_pointer(struct tsl_reader *r, const xmlNode *node, struct tsl_pointer *out) {
	const xmlNode *more = tsl_child(node, TSL_NS, "AdditionalInformation", r->refused);
	out->location = tsl_need_text(r, node, "TSLLocation");
	out->type = other_information(r, more, TSL_NS, "TSLType");
	out->territory = other_information(r, more, TSL_NS, "SchemeTerritory");
	out->mime = other_information(r, more, TSL_NS_MORE, "MimeType");
	read_signers(r, node, &out->signers);
}

static void read_pointers(struct tsl_reader *r, const xmlNode *scheme, struct tsl *out) {
	const xmlNode *all = tsl_child(scheme, TSL_NS, "PointersToOtherTSL", r->refused), *n = NULL;
	out->pointer_count = tsl_children(all, TSL_NS, "OtherTSLPointer");
	out->pointer = gw_arena_array(r->arena, out->pointer_count, sizeof(*out->pointer));
	for (size_t i = 0; out->pointer && i < out->pointer_count; i++) {
		n = tsl_next(all, n, TSL_NS, "OtherTSLPointer");
		read_pointer(r, n, &out->pointer[i]);
	}
}

/* ---- providers (5.4) ---- */

static void read_services(struct tsl_reader *r, const xmlNode *node, struct tsl_provider *out) {
	const xmlNode *all = tsl_need(r, node, "TSPServices"), *n = NULL;
	out->service_count = tsl_children(all, TSL_NS, "TSPService");
	out->service = gw_arena_array(r->arena, out->service_count, sizeof(*out->service));
	r->services += out->service_count;
	if (r->services > TSL_SERVICES_MAX) {
		tsl_refuse(r->refused, TSL_REFUSED_TOO_COMPLEX, "more than %d services", TSL_SERVICES_MAX);
		return;
	}
	for (size_t i = 0; out->service && i < out->service_count; i++) {
		n = tsl_next(all, n, TSL_NS, "TSPService");
		tsl_read_service(r, n, &out->service[i]);
	}
}

static void read_provider(struct tsl_reader *r, const xmlNode *node, struct tsl_provider *out) {
	const xmlNode *info = tsl_need(r, node, "TSPInformation");
	out->names = tsl_read_texts(r, tsl_need(r, info, "TSPName"), TSL_NS, "Name");
	out->trade_names = tsl_read_texts(r, tsl_child(info, TSL_NS, "TSPTradeName", r->refused), TSL_NS, "Name");
	read_services(r, node, out);
}

static void read_providers(struct tsl_reader *r, const xmlNode *root, struct tsl *out) {
	const xmlNode *all = tsl_child(root, TSL_NS, "TrustServiceProviderList", r->refused), *n = NULL;
	out->provider_count = tsl_children(all, TSL_NS, "TrustServiceProvider");
	out->provider = gw_arena_array(r->arena, out->provider_count, sizeof(*out->provider));
	if (all && out->provider_count == 0) {
		tsl_refuse(r->refused, TSL_REFUSED_MALFORMED, "an empty TrustServiceProviderList");
	}
	for (size_t i = 0; out->provider && i < out->provider_count; i++) {
		n = tsl_next(all, n, TSL_NS, "TrustServiceProvider");
		read_provider(r, n, &out->provider[i]);
	}
}

/* ---- the scheme (5.3) ---- */

static int64_t read_number(struct tsl_reader *r, const xmlNode *scheme, const char *name) {
	const char *text = tsl_need_text(r, scheme, name);
	uint64_t value = 0;
	if (!gw_parse_u64(text, strlen(text), SEQUENCE_MAX, &value)) {
		tsl_refuse(r->refused, TSL_REFUSED_MALFORMED, "%s is no number", name);
	}
	return (int64_t)value;
}

static void read_version(struct tsl_reader *r, const xmlNode *scheme, struct tsl *out) {
	out->version = r->version = (int)read_number(r, scheme, "TSLVersionIdentifier");
	if (r->refused->why == TSL_REFUSED_NOT && out->version != 5 && out->version != 6) {
		tsl_refuse(r->refused, TSL_REFUSED_VERSION, "version %d", out->version);
	}
}

static void read_scheme(struct tsl_reader *r, const xmlNode *root, struct tsl *out) {
	const xmlNode *scheme = tsl_need(r, root, "SchemeInformation");
	read_version(r, scheme, out);
	out->sequence = read_number(r, scheme, "TSLSequenceNumber");
	out->type = tsl_need_text(r, scheme, "TSLType");
	out->operators = tsl_read_texts(r, tsl_need(r, scheme, "SchemeOperatorName"), TSL_NS, "Name");
	out->territory = tsl_need_text(r, scheme, "SchemeTerritory");
	out->issued_utc_s = tsl_read_time(r, tsl_need(r, scheme, "ListIssueDateTime"));
	const xmlNode *next = tsl_need(r, scheme, "NextUpdate");
	out->next_update_utc_s = tsl_read_time(r, tsl_child(next, TSL_NS, "dateTime", r->refused));
	read_pointers(r, scheme, out);
}

bool tsl_read_tree(const xmlDoc *doc, struct gw_arena *arena, struct tsl *out, struct tsl_refused *refused) {
	struct tsl_reader r = {.arena = arena, .refused = refused};
	const xmlNode *root = xmlDocGetRootElement((xmlDoc *)(uintptr_t)doc);
	*out = (struct tsl){0};
	r.warnings.at = gw_arena_array(arena, TSL_WARNINGS_MAX, sizeof(char *));
	read_scheme(&r, root, out);
	if (refused->why == TSL_REFUSED_NOT) {
		read_providers(&r, root, out);
	}
	out->warnings = r.warnings;
	if (arena->failed) {
		tsl_refuse(refused, TSL_REFUSED_TOO_COMPLEX, "more than %d bytes in memory", TSL_MEMORY_MAX);
	}
	return refused->why == TSL_REFUSED_NOT;
}
