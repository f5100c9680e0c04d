/* certs/tsl_signature.h - the shape of a list's signature, judged before anything is computed. Inside certs/ only. */
#ifndef GW_CERTS_TSL_SIGNATURE_H
#define GW_CERTS_TSL_SIGNATURE_H
#include <openssl/x509.h>

#include "certs/facts.h"
#include "certs/tsl_tree.h"

struct tsl_signature {
	xmlNodePtr node;	   /* ds:Signature */
	const xmlNode *properties; /* xades:SignedProperties */
	X509 *cert;		   /* of the signer, named by the properties; owned */
};
void tsl_signature_release(struct tsl_signature *s);
static inline void gw_auto_tsl_signature(struct tsl_signature *s) {
	tsl_signature_release(s);
}

/* Finds the one signature and checks all that stands in it but the values; the Ids that its references name are made
 * known to libxml2. False: refused. */
bool tsl_signature_find(xmlDocPtr doc, struct gw_arena *arena, struct tsl_signature *out, struct tsl_refused *refused);
#endif
