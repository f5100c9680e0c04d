/* certs/load.h - one certificate out of bytes that are PEM or DER. */
#ifndef GW_CERTS_LOAD_H
#define GW_CERTS_LOAD_H
#include "certs/facts.h"

enum { CERT_FILE_MAX = 65536 };

/* GW_E_INPUT: the bytes are not one certificate in DER, bare or as the only one in PEM (which may stand between other
 * text); `err` names `what`. The caller frees with cert_x509_free. */
GW_NODISCARD enum gw_code cert_load_bytes(struct gw_span bytes, const char *what, struct x509_st **out,
					  struct gw_err *err);
/* The same of a file of at most CERT_FILE_MAX bytes. GW_E_NOTFOUND: it cannot be opened. */
GW_NODISCARD enum gw_code cert_load(const char *path, struct x509_st **out, struct gw_err *err);
#endif
