/* case export | verify: the file of a case (docs/AUDIT.md section 11) */
#include <errno.h>
#include <time.h>

#include "base/file.h"
#include "base/text.h"
#include "certs/facts.h"
#include "gateway/cli/cli.h"
#include "store/dossier.h"
#include "store/dossier_check.h"

enum {
	ARENA_MAX_BYTES = 4 * DOSSIER_MAX_BYTES,
	ARCHIVE_MAX_BYTES = 65 << 20, /* section 11.4 */
	SPKI_MAX_BYTES = 64,
	SEAL_TRIES = 30, /* the serving process signs a head each second */
	SEAL_PAUSE_NS = 100000000
};

static struct config config; /* large; one command a process */

/* ---- export ---- */

static enum gw_code read_sealed(const char *path, int64_t record, struct gw_span spki, struct gw_arena *arena,
				struct dossier *out, struct gw_err *err) {
	static const struct timespec pause = {.tv_nsec = SEAL_PAUSE_NS};
	enum gw_code rc = dossier_read(path, record, spki, arena, out, err);
	for (int i = 1; rc == GW_E_RETRY && i < SEAL_TRIES; i++) {
		nanosleep(&pause, NULL);
		*err = (struct gw_err){0};
		gw_arena_release(arena);
		gw_arena_init(arena, ARENA_MAX_BYTES);
		rc = dossier_read(path, record, spki, arena, out, err);
	}
	return rc;
}

static enum gw_code write_file(const char *path, struct gw_span bytes, struct gw_err *err) {
	bool to_stdout = strcmp(path, "-") == 0;
	FILE *f = to_stdout ? stdout : fopen(path, "we");
	bool ok = f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fflush(f) == 0;
	int why = errno;
	if (f && !to_stdout) {
		ok = fclose(f) == 0 && ok;
	}
	return ok ? GW_OK : gw_fail(err, GW_E_INPUT, "cannot write '%s': %s", path, strerror(why));
}

static enum gw_code export_case(int64_t record, const char *path, struct gw_err *err) {
	char registry[CONFIG_PATH + 32];
	struct dossier file = {0};
	GW_AUTO(signer) struct signer *signer = NULL;
	GW_AUTO(arena) struct gw_arena arena;
	GW_AUTO(buf) struct gw_buf zip;
	gw_arena_init(&arena, ARENA_MAX_BYTES);
	gw_buf_init(&zip, ARCHIVE_MAX_BYTES);
	enum gw_code rc = signer_load(config.log_key, &signer, err);
	if (rc != GW_OK) {
		return rc;
	}
	size_t n;
	const char *spki = (const char *)signer_spki(signer, &n);
	cli_registry_path(&config, registry);
	rc = read_sealed(registry, record, (struct gw_span){spki, n}, &arena, &file, err);
	rc = rc == GW_OK ? gw_zip_pack(file.member, file.count, file.sealed_utc_s, &zip, err) : rc;
	return rc == GW_OK ? write_file(path, gw_buf_span(&zip), err) : rc;
}

int cmd_case_export(struct cli *c) {
	struct gw_err err = {0};
	uint64_t record = 0;
	if (!cli_done(c, 2) || !gw_parse_u64(c->argv[0], strlen(c->argv[0]), INT64_MAX, &record)) {
		return cli_usage();
	}
	enum gw_code rc = config_load(c->config_path, &config, &err);
	rc = rc == GW_OK ? export_case((int64_t)record, c->argv[1], &err) : rc;
	if (rc == GW_E_NOTFOUND) {
		return cli_failed(c, &err, EXIT_NO);
	}
	return rc == GW_OK ? EXIT_YES : cli_failed(c, &err, EXIT_TROUBLE);
}

/* ---- verify ---- */

static void print_json(const struct dossier_verdict *v, size_t files, bool key_checked) {
	GW_AUTO(json)
	json_t *j = json_pack(
		"{s:b, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:o, s:o, s:o}", "ok", v->reason == NULL, "record",
		(json_int_t)v->record, "changes", (json_int_t)v->changes, "rows", (json_int_t)v->rows, "files",
		(json_int_t)files, "size", (json_int_t)v->size, "time", v->time, "key_checked", key_checked, "index",
		v->has_index ? json_integer((json_int_t)v->index) : json_null(), "reason",
		v->reason ? json_string(v->reason) : json_null(), "file", v->file ? json_string(v->file) : json_null());
	cli_print_json(j);
}

static void print_text(const struct dossier_verdict *v, size_t files, bool key_checked) {
	char index[24] = "-";
	if (!v->reason) {
		printf("ok: record=%llu changes=%zu rows=%zu files=%zu size=%llu time=%s\n%s",
		       (unsigned long long)v->record, v->changes, v->rows, files, (unsigned long long)v->size, v->time,
		       key_checked ? "" : "key not checked\n");
		return;
	}
	if (v->has_index) {
		snprintf(index, sizeof(index), "%llu", (unsigned long long)v->index);
	}
	printf("not ok: index=%s reason=%s%s%s\n", index, v->reason, v->file ? " file=" : "", v->file ? v->file : "");
}

/* An archive that cannot be read is a verdict too. */
static enum gw_code judge(struct gw_span zip, struct gw_span key, struct gw_arena *arena, struct dossier_verdict *out,
			  size_t *files, struct gw_err *err) {
	struct gw_zip_member *member = NULL;
	if (gw_zip_unpack(zip, DOSSIER_MEMBERS_MAX, DOSSIER_MAX_BYTES, arena, &member, files, NULL) != GW_OK) {
		*out = (struct dossier_verdict){.reason = "format"};
		return GW_OK;
	}
	const struct dossier_check check = {.member = member,
					    .count = *files,
					    .key = key,
					    .verify = signer_verify_ed25519,
					    .certificate_digest = cert_pem_digest};
	return dossier_check(&check, arena, out, err);
}

int cmd_case_verify(struct cli *c) {
	struct gw_err err = {0};
	struct dossier_verdict verdict;
	uint8_t key[SPKI_MAX_BYTES];
	size_t files = 0;
	const char *hex = cli_option(c, "--key");
	size_t n = hex ? strlen(hex) / 2 : 0;
	if (!cli_done(c, 1) || (hex && (n == 0 || n > sizeof(key) || !gw_unhex(hex, strlen(hex), key, n)))) {
		return cli_usage();
	}
	GW_AUTO(arena) struct gw_arena arena;
	GW_AUTO(buf) struct gw_buf zip;
	gw_arena_init(&arena, ARENA_MAX_BYTES);
	gw_buf_init(&zip, ARCHIVE_MAX_BYTES);
	enum gw_code rc = gw_file_read(c->argv[0], &zip, &err);
	if (rc == GW_E_INPUT && zip.len > 0) { /* larger than a verifier reads */
		verdict = (struct dossier_verdict){.reason = "format"};
		rc = GW_OK;
	} else if (rc == GW_OK) {
		rc = judge(gw_buf_span(&zip), (struct gw_span){(const char *)key, n}, &arena, &verdict, &files, &err);
	}
	if (rc != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	(c->json ? print_json : print_text)(&verdict, files, hex != NULL);
	return verdict.reason ? EXIT_NO : EXIT_YES;
}
