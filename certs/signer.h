/* certs/signer.h - private keys: the only place that loads them, so that a key process or PKCS#11 is a change here
 * alone. */
#ifndef GW_CERTS_SIGNER_H
#define GW_CERTS_SIGNER_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* A file with a secret: GW_E_CONFIG unless it is there and nobody but its owner may read it. */
GW_NODISCARD enum gw_code signer_check_file(const char *path, struct gw_err *err);

struct signer; /* immutable after load, safe to share */
struct evp_pkey_st;

/* PEM, unencrypted, not readable by group or others (GW_E_CONFIG). */
GW_NODISCARD enum gw_code signer_load(const char *path, struct signer **out, struct gw_err *err);
/* Make an Ed25519 key and write it (mode 0600); GW_E_CONFLICT if the file exists. */
GW_NODISCARD enum gw_code signer_create_ed25519(const char *path, struct gw_err *err);
void signer_free(struct signer *s);
GW_DEFINE_AUTO(signer, struct signer *, signer_free)

struct evp_pkey_st *signer_key(const struct signer *s);	       /* borrowed, for TLS contexts */
const uint8_t *signer_spki(const struct signer *s, size_t *n); /* SubjectPublicKeyInfo, DER; borrowed */
bool signer_sign_ed25519(void *signer, struct gw_span text, uint8_t signature[64]);
bool signer_verify_ed25519(const uint8_t *spki, size_t spki_bytes, struct gw_span text, const uint8_t signature[64]);
#endif
