#include "gateway/cli/sources.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/text.h"

enum { LINES_MAX_BYTES = 16 << 20 };

GW_DEFINE_AUTO(md, EVP_MD_CTX *, EVP_MD_CTX_free)

enum gw_code sources_file(const char *path, char out[SOURCES_HEX], struct gw_err *err) {
	GW_AUTO(md) EVP_MD_CTX *md = EVP_MD_CTX_new();
	char piece[16384];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	FILE *f = fopen(path, "re");
	if (!f) {
		return gw_fail(err, GW_E_CONFIG, "cannot open '%s': %s", path, strerror(errno));
	}
	bool ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;
	for (size_t n; ok && (n = fread(piece, 1, sizeof(piece), f)) > 0;) {
		ok = EVP_DigestUpdate(md, piece, n) == 1;
	}
	ok = ok && !ferror(f) && EVP_DigestFinal_ex(md, digest, NULL) == 1;
	fclose(f);
	if (!ok) {
		return gw_fail(err, GW_E_CONFIG, "cannot read '%s'", path);
	}
	gw_hex(digest, sizeof(digest), out);
	return GW_OK;
}

/* A line "<digest> <path>"; no path, no line. */
static enum gw_code add_file(struct gw_buf *lines, const char *path, struct gw_err *err) {
	char digest[SOURCES_HEX];
	enum gw_code rc = path[0] ? sources_file(path, digest, err) : GW_OK;
	if (rc == GW_OK && path[0] && gw_buf_addf(lines, "%s %s\n", digest, path) != GW_OK) {
		return gw_fail(err, GW_E_CONFIG, "too many files");
	}
	return rc;
}

static int is_file(const struct dirent *e) {
	return e->d_name[0] != '.' && e->d_type != DT_DIR;
}

static enum gw_code add_folder(struct gw_buf *lines, const char *folder, struct gw_err *err) {
	struct dirent **names = NULL;
	int n = folder[0] ? scandir(folder, &names, is_file, alphasort) : 0;
	enum gw_code rc =
		n < 0 ? gw_fail(err, GW_E_CONFIG, "cannot read directory '%s': %s", folder, strerror(errno)) : GW_OK;
	for (int i = 0; i < n; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		rc = rc == GW_OK ? add_file(lines, path, err) : rc;
		free(names[i]);
	}
	free(names);
	return rc;
}

static enum gw_code add_listener(struct gw_buf *lines, const struct config_listener *l, struct gw_err *err) {
	enum gw_code rc = add_file(lines, l->cert, err);
	rc = rc == GW_OK ? add_file(lines, l->key, err) : rc;
	rc = rc == GW_OK ? add_folder(lines, l->anchors, err) : rc;
	rc = rc == GW_OK ? add_folder(lines, l->intermediates, err) : rc;
	return rc == GW_OK ? add_folder(lines, l->crls, err) : rc;
}

static enum gw_code add_backend(struct gw_buf *lines, const struct config_backend *b, struct gw_err *err) {
	enum gw_code rc = add_file(lines, b->cert, err);
	rc = rc == GW_OK ? add_file(lines, b->key, err) : rc;
	return rc == GW_OK ? add_file(lines, b->ca, err) : rc;
}

enum gw_code sources_all(const struct config *c, char out[SOURCES_HEX], struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf lines;
	uint8_t digest[SHA256_DIGEST_LENGTH];
	gw_buf_init(&lines, LINES_MAX_BYTES);
	enum gw_code rc = add_folder(&lines, c->contracts_dir, err);
	rc = rc == GW_OK ? add_file(&lines, c->services_file, err) : rc;
	rc = rc == GW_OK ? add_folder(&lines, c->codelists_dir, err) : rc;
	for (size_t i = 0; rc == GW_OK && i < c->listener_count; i++) {
		rc = add_listener(&lines, &c->listener[i], err);
	}
	for (size_t i = 0; rc == GW_OK && i < c->backend_count; i++) {
		rc = add_backend(&lines, &c->backend[i], err);
		rc = rc == GW_OK ? add_file(&lines, c->backend[i].hmac_key, err) : rc;
	}
	rc = rc == GW_OK ? add_file(&lines, c->mail.ca, err) : rc;
	rc = rc == GW_OK ? add_file(&lines, c->mail.password_file, err) : rc;
	if (rc == GW_OK) {
		SHA256((const uint8_t *)lines.data, lines.len, digest);
		gw_hex(digest, sizeof(digest), out);
	}
	return rc;
}

enum gw_code sources_backend(const struct config_backend *b, uint8_t out[32], struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf lines;
	gw_buf_init(&lines, LINES_MAX_BYTES);
	enum gw_code rc = add_backend(&lines, b, err);
	rc = rc == GW_OK ? gw_buf_text(&lines, b->url) : rc;
	if (rc == GW_OK) {
		SHA256((const uint8_t *)lines.data, lines.len, out);
	}
	return rc;
}
