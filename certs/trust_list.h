/* certs/trust_list.h - the trusted list as the source of anchors for calls (FZ-VS9): the services that issue qualified
 * certificates, granted now, of the providers that the configuration names, and of those whom such a provider has taken
 * over. Inside certs/, but for filling struct cert_trust_list. */
#ifndef GW_CERTS_TRUST_LIST_H
#define GW_CERTS_TRUST_LIST_H
#include <openssl/x509.h>

#include "certs/qualified.h"

enum { CERT_PROVIDERS_MAX = 16, CERT_PROVIDER = 48 };

struct cert_trust_list {
	struct tsl list;
	struct gw_arena arena;				  /* the list lies in it */
	char provider[CERT_PROVIDERS_MAX][CERT_PROVIDER]; /* as in trade names: "VATSI-17659957" */
	size_t provider_count;
	int64_t at_utc_s; /* granted when */
};

void trust_list_release(struct cert_trust_list *l); /* also a zeroed one */

/* The certificates of those services, which may be none: then nobody is trusted. */
GW_NODISCARD enum gw_code trust_list_anchors(const struct cert_trust_list *l, STACK_OF(X509) * into,
					     struct gw_err *err);

/* What the list says of the leaf of a path that was found, of its nearest issuer that stands in the list.
 * CERT_KIND_NONE where that is none of those services, or was not granted at that time, whatever stands above it. */
void trust_list_qualification(const struct cert_trust_list *l, STACK_OF(X509) * path, const struct cert_facts *facts,
			      int64_t at_utc_s, struct cert_qualification *out);
#endif
