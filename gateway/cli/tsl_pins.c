/* The certificates of who may sign, from files. */
#include <dirent.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "certs/load.h"
#include "gateway/cli/config.h"
#include "gateway/cli/tsl_import.h"

enum { PINS_MAX = 64 };

static enum gw_code add(const char *path, struct gw_arena *arena, struct tsl_blobs *out, struct gw_err *err) {
	GW_AUTO(x509) struct x509_st *cert = NULL;
	if (out->n == PINS_MAX) {
		return gw_fail(err, GW_E_CONFIG, "more than %d certificates of signers", PINS_MAX);
	}
	if (cert_load(path, &cert, err) != GW_OK) {
		return GW_E_CONFIG;
	}
	unsigned char *der = NULL;
	int n = i2d_X509(cert, &der);
	char *copy = n > 0 ? gw_arena_alloc(arena, (size_t)n) : NULL;
	if (copy) {
		memcpy(copy, der, (size_t)n);
		out->at[out->n++] = (struct gw_span){copy, (size_t)n};
	}
	OPENSSL_free(der);
	return copy ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static int is_certificate(const struct dirent *e) {
	const char *dot = strrchr(e->d_name, '.');
	return dot && e->d_name[0] != '.' &&
	       (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0 || strcmp(dot, ".cer") == 0);
}

static enum gw_code add_folder(const char *path, struct gw_arena *arena, struct tsl_blobs *out, struct gw_err *err) {
	struct dirent **entries = NULL;
	enum gw_code rc = GW_OK;
	int n = scandir(path, &entries, is_certificate, alphasort);
	for (int i = 0; i < n; i++) {
		char file[CONFIG_PATH * 2];
		snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
		rc = rc == GW_OK ? add(file, arena, out, err) : rc;
		free(entries[i]);
	}
	free(entries);
	return rc;
}

enum gw_code tsl_pins_load(const char *path, struct gw_arena *arena, struct tsl_blobs *out, struct gw_err *err) {
	struct stat st;
	*out = (struct tsl_blobs){.at = gw_arena_array(arena, PINS_MAX, sizeof(*out->at))};
	if (!out->at) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	enum gw_code rc = folder ? add_folder(path, arena, out, err) : add(path, arena, out, err);
	if (rc == GW_OK && out->n == 0) {
		rc = gw_fail(err, GW_E_CONFIG, "'%s' holds no certificate of a signer", path);
	}
	return rc;
}
