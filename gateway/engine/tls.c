#include "gateway/engine/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

static const char ciphers_12[] =
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
	"ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
static const char sigalgs[] = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:"
			      "RSA+SHA256:RSA+SHA384:RSA+SHA512:ed25519";

/* Every judgement about the certificate is an answer, not an alert: possession of the key is all that TLS proves here.
 */
static int accept_any(X509_STORE_CTX *ctx, void *arg) {
	GW_UNUSED(arg);
	X509_STORE_CTX_set_error(ctx, X509_V_OK);
	return 1;
}

static enum gw_code ask_client(SSL_CTX *ctx, const struct tls_config *config, struct gw_err *err) {
	STACK_OF(X509_NAME) *names = cert_trust_names(config->trust);
	if (!names) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	SSL_CTX_set_client_CA_list(ctx, names);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | (config->optional ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT), NULL);
	SSL_CTX_set_cert_verify_callback(ctx, accept_any, NULL);
	SSL_CTX_set_max_cert_list(ctx, CERT_CHAIN_BYTES_MAX);
	return GW_OK;
}

static enum gw_code load_pair(SSL_CTX *ctx, const struct tls_config *config, struct gw_err *err) {
	GW_AUTO(signer) struct signer *key = NULL;
	enum gw_code rc = signer_load(config->key_file, &key, err);
	if (rc != GW_OK) {
		return rc;
	}
	if (SSL_CTX_use_certificate_chain_file(ctx, config->cert_file) != 1) {
		return gw_fail(err, GW_E_CONFIG, "cannot load certificate '%s'", config->cert_file);
	}
	if (SSL_CTX_use_PrivateKey(ctx, signer_key(key)) != 1 || SSL_CTX_check_private_key(ctx) != 1) {
		return gw_fail(err, GW_E_CONFIG, "key '%s' does not fit certificate '%s'", config->key_file,
			       config->cert_file);
	}
	return GW_OK;
}

enum gw_code tls_context(const struct tls_config *config, struct ssl_ctx_st **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(tls_context) SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	if (!ctx) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_max_early_data(ctx, 0);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(ctx, 1);
	bool ok = SSL_CTX_set_cipher_list(ctx, ciphers_12) == 1 && SSL_CTX_set1_sigalgs_list(ctx, sigalgs) == 1 &&
		  SSL_CTX_set1_client_sigalgs_list(ctx, sigalgs) == 1;
	enum gw_code rc = ok ? load_pair(ctx, config, err) : gw_fail(err, GW_E_BUG, "TLS settings refused");
	if (rc == GW_OK && config->trust) {
		rc = ask_client(ctx, config, err);
	}
	rc = rc == GW_OK ? sessions_attach(config->sessions, ctx, config->context, config->session_lifetime_s, err)
			 : rc;
	ERR_clear_error();
	if (rc == GW_OK) {
		*out = gw_take(&ctx);
	}
	return rc;
}

void tls_context_free(struct ssl_ctx_st *ctx) {
	SSL_CTX_free(ctx);
}
