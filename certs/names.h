/* certs/names.h - names (X.501) as plain structs, and the numbers that stand in them by rule. */
#ifndef GW_CERTS_NAMES_H
#define GW_CERTS_NAMES_H
#include "certs/details.h"

struct X509_name_st;

/* GW_E_INPUT: an attribute has an object identifier that cannot be said. */
GW_NODISCARD enum gw_code cert_name_read(const struct X509_name_st *name, struct gw_arena *arena, struct cert_name *out,
					 struct gw_err *err);

/* Fills the numbers and identifiers of out->subject, and the identifier of out->issuer. */
void cert_numbers_read(struct gw_arena *arena, struct cert_details *out);
#endif
