/* init, check-config */
#include <errno.h>
#include <sys/stat.h>

#include "base/text.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/mail_config.h"
#include "gateway/cli/tsl_import.h"
#include "gateway/cli/view.h"

static struct config config; /* large; one command a process */

static enum gw_code make_folder(const char *path, struct gw_err *err) {
	if (mkdir(path, 0700) == 0 || errno == EEXIST) {
		return GW_OK;
	}
	return gw_fail(err, GW_E_CONFIG, "cannot make '%s': %s", path, strerror(errno));
}

static enum gw_code make_key(const char *path, bool *made, struct gw_err *err) {
	struct stat st;
	*made = stat(path, &st) != 0 && errno == ENOENT;
	return *made ? signer_create_ed25519(path, err) : GW_OK;
}

static void say_log(struct cli *c, const struct cli_store *s, bool made_key) {
	size_t n;
	const uint8_t *spki = signer_spki(s->signer, &n);
	char hex[256] = "";
	if (2 * n < sizeof(hex)) {
		gw_hex(spki, n, hex);
	}
	if (c->json) {
		printf("{\"log\":\"%s\",\"key\":\"%s\",\"key_made\":%s}\n", store_log_id(s->store), hex,
		       made_key ? "true" : "false");
	} else {
		printf("log %s\nkey %s\n%s", store_log_id(s->store), hex,
		       made_key
			       ? "a new log key was made: keep a copy of it, and give the line `key` to your auditors\n"
			       : "");
	}
}

int cmd_init(struct cli *c) {
	struct gw_err err = {0};
	struct cli_store s = {0};
	bool made_key = false;
	if (!cli_done(c, 0)) {
		return cli_usage();
	}
	enum gw_code rc = config_load(c->config_path, &config, &err);
	rc = rc == GW_OK ? make_folder(config.data_dir, &err) : rc;
	rc = rc == GW_OK ? make_key(config.log_key, &made_key, &err) : rc;
	rc = rc == GW_OK ? cli_store_open(&config, &s, &err) : rc;
	if (rc != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	say_log(c, &s, made_key);
	cli_store_close(&s);
	return EXIT_YES;
}

static enum gw_code check_lotl_signers(struct gw_err *err) {
	GW_AUTO(arena) struct gw_arena arena;
	struct tsl_blobs pins;
	gw_arena_init(&arena, TSL_BYTES_MAX);
	return config.trust.lotl_signers[0] ? tsl_pins_load(config.trust.lotl_signers, &arena, &pins, err) : GW_OK;
}

int cmd_check_config(struct cli *c) {
	struct gw_err err = {0};
	struct engine_view *view = NULL;
	struct signer *key = NULL;
	struct mail_settings mail = {0};
	bool print = cli_flag(c, "--print");
	if (!cli_done(c, 0)) {
		return cli_usage();
	}
	enum gw_code rc = config_load(c->config_path, &config, &err);
	int no = rc == GW_E_NOTFOUND ? EXIT_TROUBLE : EXIT_NO;
	if (rc == GW_OK && print) {
		config_print(&config, stdout);
	}
	rc = rc == GW_OK ? signer_load(config.log_key, &key, &err) : rc;
	rc = rc == GW_OK ? mail_config_load(&config, &mail, &err) : rc;
	explicit_bzero(&mail, sizeof(mail));
	rc = rc == GW_OK ? check_lotl_signers(&err) : rc;
	rc = rc == GW_OK ? view_build(&config, 1, &(struct view_shared){0}, &view, &err) : rc;
	signer_free(key);
	view_unref(view);
	if (rc != GW_OK) {
		return cli_failed(c, &err, no);
	}
	if (c->json) {
		GW_AUTO(json) json_t *answer = json_pack("{s:b}", "ok", 1);
		cli_print_json(answer);
	} else {
		puts("ok");
	}
	return EXIT_YES;
}
