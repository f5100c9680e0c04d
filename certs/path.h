/* certs/path.h - the path from a certificate to an anchor (RFC 5280 6): signatures, validity, authorities, name
 * constraints, policies (any, unless a certificate demands one), critical extensions. Nothing about revocation. */
#ifndef GW_CERTS_PATH_H
#define GW_CERTS_PATH_H
#include <openssl/x509.h>

#include "certs/verdict.h"

struct cert_path {
	enum cert_verdict verdict; /* CERT_ACCEPTED: `certs` is the path, the leaf first, the anchor last */
	STACK_OF(X509) * certs;	   /* owned; NULL: there is none */
	int depth;		   /* refused: at which certificate, 0 = the leaf */
	const char *why;	   /* refused: OpenSSL's words; static */
};

/* `helpers` may stand between; `store` holds the anchors, any of which ends a path. Where an authority has several
 * certificates and one of them fails, a few of the others are tried; the refusal is that of the first path. */
void cert_path_find(X509_STORE *store, STACK_OF(X509) * helpers, X509 *leaf, enum cert_purpose purpose,
		    int64_t at_utc_s, struct cert_path *out);
void cert_path_release(struct cert_path *p);

/* Keys of the whole path and the signatures on it (the anchor's own proves nothing) against the floor of that time. */
bool cert_path_is_strong(const struct cert_path *p, int64_t at_utc_s);
#endif
