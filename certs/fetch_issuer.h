/* certs/fetch_issuer.h - the certificates between a certificate and its anchor, where nobody has sent them: from the
 * caIssuers addresses that it names (RFC 5280 4.2.2.1). Of what is registered alone, never of whoever happens to call;
 * what is found is kept (certs/live.h), so that calls find the same path. Waits for the network. */
#ifndef GW_CERTS_FETCH_ISSUER_H
#define GW_CERTS_FETCH_ISSUER_H
#include "certs/fetch_status.h"

enum { FETCH_ISSUERS_MAX = 3, FETCH_ISSUER_BYTES = 262144 };

/* Keeps those of a path, without its leaf and its anchor, as having come with the leaf. */
bool keep_issuers(struct cert_live *live, struct stack_st_X509 *path);

/* One after the other, upwards, at most FETCH_ISSUERS_MAX; each has signed the one below it. Whether the path ends at
 * an anchor the judge says. True: something was found. */
bool fetch_issuers(const struct fetch_how *how, struct x509_st *leaf, int64_t deadline_mono_ms);
#endif
