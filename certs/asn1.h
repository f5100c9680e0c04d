/* certs/asn1.h - readings of ASN.1 that the readers of certificates share. Inside certs/ only. */
#ifndef GW_CERTS_ASN1_H
#define GW_CERTS_ASN1_H
#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum { CERT_OID_TEXT = 256 }; /* longer ones are refused: nobody has registered such an arc */

bool cert_oid_is(const ASN1_OBJECT *o, const char *oid);
/* Dotted text of an identifier; GW_E_INPUT: it has CERT_OID_TEXT or more characters. */
GW_NODISCARD enum gw_code cert_oid_text(const ASN1_OBJECT *o, struct gw_arena *arena, const char **out,
					struct gw_err *err);

/* The parts of a SEQUENCE, each whatever it is; NULL: it is none. The caller frees. */
ASN1_SEQUENCE_ANY *cert_sequence_of(const ASN1_TYPE *t);
void cert_sequence_free(ASN1_SEQUENCE_ANY *s);

/* The UTF-8 of any string type, to be freed with OPENSSL_free; its length, or -1 where the bytes are no text of that
 * type (X.680 41). TeletexString is read as Latin-1, which is what has ever been put into it. */
int cert_utf8(const ASN1_STRING *s, unsigned char **utf8);
/* The same in the arena, embedded NUL included. What is no text becomes "#" and the hex of its encoding (RFC 4514 2.4),
 * and `*encoded` (may be NULL) says so. */
struct gw_span cert_text(const ASN1_TYPE *t, struct gw_arena *arena, bool *encoded);
struct gw_span cert_string_text(const ASN1_STRING *s, struct gw_arena *arena, bool *encoded);

GW_NODISCARD enum gw_code cert_time(const ASN1_TIME *t, int64_t *utc_s, struct gw_err *err);
int64_t cert_seconds(const ASN1_TIME *t); /* 0: NULL, or undecodable */
/* Hex with a minus sign where it is negative; NULL: unreadable. To be freed with OPENSSL_free. */
char *cert_serial_hex(const X509 *cert);

/* The value of the first extension of that type; NULL: absent. */
const ASN1_OCTET_STRING *cert_extension(const X509 *cert, const char *oid);
#endif
