/* certs/tsl_facets.h - what of a listed service counts in verdicts, as sets of texts that can be compared and shown.
 * Inside certs/. */
#ifndef GW_CERTS_TSL_FACETS_H
#define GW_CERTS_TSL_FACETS_H
#include "certs/tsl.h"

struct tsl_facet {
	const char *text;
	uint32_t bits; /* what the function that gives it says of it */
};
struct tsl_facets { /* in the order of the texts, each once */
	struct tsl_facet *at;
	size_t n;
};

enum {
	TSL_FACET_UNKNOWN = 1 << TSL_QUALIFIER_BITS /* what this program does not know: no verdict */
};

/* The present period's, into the arena, whose `failed` says whether there was room. */
typedef struct tsl_facets (*tsl_facets_fn)(const struct tsl_provider *p, const struct tsl_service *s,
					   struct gw_arena *arena);

/* "NotQualified if atLeastOne(policies 1.2.3, keyUsage digitalSignature=0)"; bits of enum tsl_qualifier. */
struct tsl_facets tsl_facets_qualifiers(const struct tsl_provider *p, const struct tsl_service *s,
					struct gw_arena *arena);
/* The URIs of AdditionalServiceInformation, with a bit of enum tsl_qualifier (TSL_QC_FOR_…) for each kind that is
 * issued; and whether there is a critical extension that is not understood. */
struct tsl_facets tsl_facets_information(const struct tsl_provider *p, const struct tsl_service *s,
					 struct gw_arena *arena);
/* "sha256 …" of a certificate, "key …" of a key identifier, in hex. */
struct tsl_facets tsl_facets_identity(const struct tsl_provider *p, const struct tsl_service *s,
				      struct gw_arena *arena);
struct tsl_facets tsl_facets_provider(const struct tsl_provider *p, const struct tsl_service *s,
				      struct gw_arena *arena); /* his English name */

struct tsl_named {
	const char *name;
	const struct tsl_provider *provider;
};
/* Of several providers together. */
struct tsl_facets tsl_facets_trade_names(const struct tsl_named *named, size_t count, struct gw_arena *arena);
#endif
