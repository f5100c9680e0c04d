#include "gateway/cases/identify.h"

/* The state's own issuer, whose certificates name no organisation by its tax number (vs101-01a). */
static bool is_sigov(const char *issuer) {
	return strstr(issuer, "CN=SIGOV-CA") != NULL || strstr(issuer, "OU=sigov-ca") != NULL;
}

struct vash_identity identify(const struct cert_facts *facts) {
	return (struct vash_identity){.mechanism = is_sigov(facts->issuer) ? "KDP-SIGOV" : "KDP-SI",
				      .idp_im = facts->serial,
				      .cert = facts->digest_hex,
				      .issuer = facts->issuer,
				      .davcna = facts->person_tax_number,
				      .dso = facts->org_tax_number};
}

bool identify_is_personal(const struct cert_facts *facts) {
	bool signs = facts->qc_esign || (facts->qc_compliance && !facts->qc_type_present);
	return signs && !facts->qc_eseal && !facts->qc_web;
}
