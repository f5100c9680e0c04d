#include "certs/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

struct signer {
	EVP_PKEY *key;
	uint8_t *spki;
	int spki_bytes;
};

enum gw_code signer_check_file(const char *path, struct gw_err *err) {
	struct stat st;
	if (stat(path, &st) != 0) {
		return gw_fail(err, GW_E_CONFIG, "cannot open key '%s': %s", path, strerror(errno));
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		return gw_fail(err, GW_E_CONFIG, "key '%s' may be read by others: chmod 600", path);
	}
	return GW_OK;
}

static int no_passphrase(char *buffer, int size, int rwflag, void *ctx) {
	GW_UNUSED(buffer);
	GW_UNUSED(size);
	GW_UNUSED(rwflag);
	GW_UNUSED(ctx);
	return -1;
}

enum gw_code signer_load(const char *path, struct signer **out, struct gw_err *err) {
	*out = NULL;
	enum gw_code rc = signer_check_file(path, err);
	GW_AUTO(signer) struct signer *s = rc == GW_OK ? calloc(1, sizeof(*s)) : NULL;
	if (!s) {
		return rc != GW_OK ? rc : gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	FILE *f = fopen(path, "re");
	s->key = f ? PEM_read_PrivateKey(f, NULL, no_passphrase, NULL) : NULL;
	if (f) {
		fclose(f);
	}
	s->spki_bytes = s->key ? i2d_PUBKEY(s->key, &s->spki) : 0;
	if (s->spki_bytes <= 0) {
		return gw_fail(err, GW_E_CONFIG, "'%s' holds no readable private key", path);
	}
	*out = gw_take(&s);
	return GW_OK;
}

enum gw_code signer_create_ed25519(const char *path, struct gw_err *err) {
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return gw_fail(err, errno == EEXIST ? GW_E_CONFLICT : GW_E_CONFIG, "cannot create key '%s': %s", path,
			       strerror(errno));
	}
	FILE *f = fdopen(fd, "w");
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	bool ok = f && key && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1 && fflush(f) == 0 &&
		  fsync(fd) == 0;
	EVP_PKEY_free(key);
	if (f) {
		fclose(f);
	} else {
		close(fd);
	}
	return ok ? GW_OK : gw_fail(err, GW_E_CONFIG, "cannot write key '%s'", path);
}

void signer_free(struct signer *s) {
	if (s) {
		EVP_PKEY_free(s->key);
		OPENSSL_free(s->spki);
		free(s);
	}
}

struct evp_pkey_st *signer_key(const struct signer *s) {
	return s->key;
}

const uint8_t *signer_spki(const struct signer *s, size_t *n) {
	*n = (size_t)s->spki_bytes;
	return s->spki;
}

bool signer_sign_ed25519(void *signer, struct gw_span text, uint8_t signature[64]) {
	const struct signer *s = signer;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = 64;
	bool ok = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, s->key) == 1 &&
		  EVP_DigestSign(ctx, signature, &n, (const uint8_t *)text.p, text.n) == 1 && n == 64;
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool signer_verify_ed25519(const uint8_t *spki, size_t spki_bytes, struct gw_span text, const uint8_t signature[64]) {
	EVP_PKEY *key = d2i_PUBKEY(NULL, &spki, (long)spki_bytes);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = key && ctx && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 &&
		  EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestVerify(ctx, signature, 64, (const uint8_t *)text.p, text.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}
