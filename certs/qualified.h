/* certs/qualified.h - is a certificate qualified, for what, and does its key lie in a qualified device (ETSI TS 119 615
 * 4.4.4, EN 319 412-5)? From its own statements and, where a trusted list decides on issuers, from what the list says
 * of the service that issued it. Pure. */
#ifndef GW_CERTS_QUALIFIED_H
#define GW_CERTS_QUALIFIED_H
#include "certs/facts.h"
#include "certs/tsl.h"

enum cert_kind { CERT_KIND_UNKNOWN = 0, CERT_KIND_NONE, CERT_KIND_ESIGN, CERT_KIND_ESEAL, CERT_KIND_WEB };
const char *cert_kind_name(enum cert_kind k); /* "unknown", "none", "esign", "eseal", "web"; static */

struct cert_qualification {
	enum cert_kind kind;
	bool qscd;	 /* where `kind` is one of the three */
	const char *why; /* unknown, none: why, in English; static */
};

/* `period`: what held of the issuing service (certs/tsl.h), granted CA/QC; NULL: no list decides, the certificate's
 * statements do. `subject`: its policies and key usage; not looked at where `period` is NULL. */
void cert_qualification_of(const struct cert_facts *facts, const struct tsl_period *period,
			   const struct tsl_subject *subject, struct cert_qualification *out);
#endif
