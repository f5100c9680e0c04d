/* certs/crl.h - what CRLs (RFC 5280 5) say of one certificate. The path of the certificate, partitions
 * (IssuingDistributionPoint), reasons, indirect and delta CRLs are OpenSSL's; which of several counts, and what an
 * answer is worth, is ours. */
#ifndef GW_CERTS_CRL_H
#define GW_CERTS_CRL_H
#include <openssl/x509.h>

#include "base/err.h"
#include "certs/revocation.h"
#include "certs/trust.h"

struct crl_checker; /* the anchors under which CRLs count; immutable, for all threads */
GW_NODISCARD enum gw_code crl_checker_new(STACK_OF(X509) * anchors, struct crl_checker **out, struct gw_err *err);
void crl_checker_free(struct crl_checker *k);

enum { CERT_CRL_BYTES_MAX = 134217728 };

/* One CRL as DER or PEM (Halcom serves PEM where the URL promises DER); NULL: it is none. */
X509_CRL *cert_crl_read(struct gw_span bytes);
/* When a CRL (DER) was made and until when it holds. False: it is none. */
bool cert_crl_times(struct gw_span der, struct cert_status *out);

/* What the CRLs say of every certificate of the path from `leaf`, in its order; the anchor's own status means nothing.
 * "Good" needs a CRL in force that is signed strongly enough; "revoked" counts whatever the CRL's age, unless a
 * newer one that is in order says otherwise. A CRL that is forged, damaged or too weak hides no other. `helpers`: the
 * certificates that the path may need, also those of the CRLs' own issuers. */
void cert_crl_statuses(const struct crl_checker *k, STACK_OF(X509_CRL) * crls, STACK_OF(X509) * helpers, X509 *leaf,
		       int64_t at_utc_s, struct cert_status out[CERT_PATH_MAX]);
#endif
