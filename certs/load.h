/* certs/load.h - certificates out of bytes that are PEM or DER. */
#ifndef GW_CERTS_LOAD_H
#define GW_CERTS_LOAD_H
#include "certs/facts.h"

enum {
	CERT_FILE_MAX = 65536,
	CERT_PILE_MAX = 256,
	CERT_PILE_BYTES = 4194304,
};

/* GW_E_INPUT: the bytes are not one certificate in DER, bare or as the only one in PEM (which may stand between other
 * text); `err` names `what`. The caller frees with cert_x509_free. */
GW_NODISCARD enum gw_code cert_load_bytes(struct gw_span bytes, const char *what, struct x509_st **out,
					  struct gw_err *err);
/* The same of a file of at most CERT_FILE_MAX bytes. GW_E_NOTFOUND: it cannot be opened; GW_E_STORE: not
 * read. */
GW_NODISCARD enum gw_code cert_load(const char *path, struct x509_st **out, struct gw_err *err);
/* Every certificate of a PEM file, or the one of a DER file, behind those that stand there already; CERT_PILE_MAX in
 * all. GW_E_NOTFOUND: it cannot be opened; GW_E_STORE: not read; GW_E_INPUT: one is damaged, or there is none or one
 * too many. */
struct stack_st_X509;
GW_NODISCARD enum gw_code cert_load_pile(const char *path, struct stack_st_X509 *into, struct gw_err *err);
/* The certificates of a caIssuers document (RFC 5280 4.2.2.1): one in DER or PEM, or a "certs-only" CMS message. NULL:
 * it is none of them. The caller frees with sk_X509_pop_free. */
struct stack_st_X509 *cert_bundle_read(struct gw_span bytes);
#endif
