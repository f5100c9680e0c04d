/* certs/tsl_verify.h - the signature of a trusted list (XAdES, TS 119 612 5.7) and the list under it.
 *
 * Proven is that the holder of the signer's key signed exactly this list; who that may be is certs/tsl_judge.h. What
 * may stand in the signature is fixed: one ds:Signature in the whole document, a child of the root, with two
 * references, the list (URI="" or the root's Id; enveloped-signature, then canonicalisation) and the signed properties
 * (canonicalisation alone), which name the signer's certificate by its digest. RSA (PKCS #1 v1.5 or PSS) from 2048
 * bits and ECDSA from 256, with SHA-256 or longer; the properties may name the certificate by SHA-1, which the
 * signature covers and the whole certificate confirms. No URI is ever fetched. */
#ifndef GW_CERTS_TSL_VERIFY_H
#define GW_CERTS_TSL_VERIFY_H
#include "certs/facts.h"
#include "certs/tsl.h"
#include "certs/tsl_refusal.h"

struct tsl_signer {
	struct gw_span der; /* in the arena */
	char digest_hex[CERT_DIGEST_HEX];
	int64_t not_before_utc_s, not_after_utc_s;
	bool signs_lists; /* EKU id-tsl-kp-tslSigning, 0.4.0.2231.3.0 (TS 119 612 5.7.1) */
};

/* Once a process, before threads use what follows; opens files of OpenSSL's. GW_E_BUG: the library cannot be used. */
GW_NODISCARD enum gw_code tsl_verify_init(struct gw_err *err);

/* The list is read from the very tree that was verified. False: refused, and neither struct says anything. */
bool tsl_verify(struct gw_span xml, struct gw_arena *arena, struct tsl *list, struct tsl_signer *signer,
		struct tsl_refused *refused);
/* Everything but the signature, for tests of the reading and for fuzzing. */
bool tsl_read_unsigned(struct gw_span xml, struct gw_arena *arena, struct tsl *list, struct tsl_refused *refused);
#endif
