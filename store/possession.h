/* store/possession.h - proofs of possession of a certificate's key (DECISIONS): who shows the certificate of a record
 * over mutual TLS at the record's own path has proven it. */
#ifndef GW_STORE_POSSESSION_H
#define GW_STORE_POSSESSION_H
#include "store/store.h"

/* GW_E_NOTFOUND: no live record with this token and this certificate. GW_E_CONFLICT: the certificate belongs to another
 * user, if only until its overlap has run out. Proving twice is no error and changes nothing. Waits for the writer. */
GW_NODISCARD enum gw_code possession_prove(struct store *s, const char *token, const char *cert_digest,
					   struct gw_err *err);
#endif
