/* gateway/engine/tls.h - the TLS context of one listener.
 *
 * TLS 1.2 and 1.3, no renegotiation, no early data, no compression. A client certificate is demanded; what it is worth
 * is judged after the handshake, so that a refusal can be a readable answer (DESIGN step 1). */
#ifndef GW_ENGINE_TLS_H
#define GW_ENGINE_TLS_H
#include "certs/signer.h"
#include "certs/trust.h"
#include "gateway/engine/sessions.h"

struct tls_config {
	const char *context;   /* listener's name: separates its sessions from those of others */
	const char *cert_file; /* PEM, leaf first */
	const char *key_file;
	const struct cert_trust *trust; /* names of accepted issuers; NULL: no client certificate is asked for */
	bool optional;			/* a client may come without one */
	struct sessions *sessions;
	long session_lifetime_s;
};

/* GW_E_CONFIG: certificate or key unreadable, or not a pair. */
GW_NODISCARD enum gw_code tls_context(const struct tls_config *config, struct ssl_ctx_st **out, struct gw_err *err);
void tls_context_free(struct ssl_ctx_st *ctx);
GW_DEFINE_AUTO(tls_context, struct ssl_ctx_st *, tls_context_free)
#endif
