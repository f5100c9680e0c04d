/* certs/esei.h - the extensions by which a certificate says where the EŠEI of its holder is obtained or verified
 * (arc 1.3.6.1.4.1.58536.1.1.1; the value is an IA5String that holds a percent-encoded address). */
#ifndef GW_CERTS_ESEI_H
#define GW_CERTS_ESEI_H
#include "certs/details.h"

/* All of them, in the certificate's order. GW_E_INPUT: an identifier cannot be said. */
GW_NODISCARD enum gw_code cert_esei_read(struct x509_st *cert, struct gw_arena *arena, struct cert_details *out,
					 struct gw_err *err);

/* The address that `value` encodes; NULL, and the reason in *why: it is none that may be asked. Pure but for the arena.
 */
const char *cert_esei_url(struct gw_span value, struct gw_arena *arena, const char **why);
#endif
