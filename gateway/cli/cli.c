#include "gateway/cli/cli.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/cli/case_command.h"
#include "gateway/cli/codelists_load.h"
#include "gateway/cli/control.h"
#include "gateway/cli/registry_command.h"
#include "gateway/cli/view.h"

static void drop(struct cli *c, int at, int n) {
	for (int i = at; i + n < c->argc; i++) {
		c->argv[i] = c->argv[i + n];
	}
	c->argc -= n;
}

const char *cli_option(struct cli *c, const char *name) {
	for (int i = 0; i + 1 < c->argc; i++) {
		if (strcmp(c->argv[i], name) == 0) {
			const char *value = c->argv[i + 1];
			drop(c, i, 2);
			return value;
		}
	}
	return NULL;
}

bool cli_flag(struct cli *c, const char *name) {
	for (int i = 0; i < c->argc; i++) {
		if (strcmp(c->argv[i], name) == 0) {
			drop(c, i, 1);
			return true;
		}
	}
	return false;
}

bool cli_done(const struct cli *c, int positional) {
	for (int i = 0; i < c->argc; i++) {
		if (strncmp(c->argv[i], "--", 2) == 0) {
			return false;
		}
	}
	return c->argc == positional;
}

void cli_print_json(const json_t *value) {
	json_dumpf(value, stdout, JSON_COMPACT);
	putchar('\n');
}

json_t *cli_time_json(int64_t utc_s) {
	char text[GW_TIME_TEXT];
	gw_time_text(utc_s * 1000, text);
	return utc_s ? json_string(text) : json_null();
}

int cli_failed(const struct cli *c, const struct gw_err *err, int status) {
	fprintf(stderr, "vashgate: %s\n", err->msg);
	if (c->json) {
		GW_AUTO(json) json_t *said = json_pack("{s:b, s:s}", "ok", 0, "error", err->msg);
		cli_print_json(said);
	}
	return status;
}

const char *cli_status_word(int status) {
	static const char *const words[] = {"-", "pending", "active", "deleted"};
	return words[status >= 0 && status <= 3 ? status : 0];
}

json_t *cli_end_json(const struct cli_end *end) {
	char time[GW_TIME_TEXT];
	gw_time_text(end->utc_s * 1000, time);
	return end->reason[0] ? json_pack("{s:s, s:s, s:s}", "reason", end->reason, "time", time, "actor", end->actor)
			      : json_null();
}

void cli_end_print(FILE *f, const struct cli_end *end) {
	char time[GW_TIME_TEXT];
	gw_time_text(end->utc_s * 1000, time);
	if (end->reason[0]) {
		fprintf(f, "%s %s by %s", end->reason, time, end->actor);
	}
}

void cli_registry_path(const struct config *c, char out[CONFIG_PATH + 32]) {
	snprintf(out, CONFIG_PATH + 32, "%s/registry.db", c->data_dir);
}

void cli_head_path(const struct config *c, char out[CONFIG_PATH + 32]) {
	snprintf(out, CONFIG_PATH + 32, "%s/audit-heads.log", c->data_dir);
}

enum gw_code cli_store_open(const struct config *c, struct cli_store *out, struct gw_err *err) {
	char path[CONFIG_PATH + 32], heads[CONFIG_PATH + 32];
	cli_registry_path(c, path);
	cli_head_path(c, heads);
	*out = (struct cli_store){0};
	enum gw_code rc = signer_load(c->log_key, &out->signer, err);
	if (rc != GW_OK) {
		return rc;
	}
	struct store_config config = {.path = path,
				      .head_file = heads,
				      .audit_hold_us = c->settings.audit_hold_us,
				      .audit_queue_max = c->settings.audit_queue,
				      .audit_reserve_bytes = (uint64_t)c->settings.audit_reserve_mb << 20,
				      .signer = {.ctx = out->signer, .sign = signer_sign_ed25519}};
	config.signer.spki = signer_spki(out->signer, &config.signer.spki_bytes);
	rc = store_open(&config, &out->store, err);
	if (rc != GW_OK) {
		signer_free(out->signer);
		out->signer = NULL;
	}
	return rc;
}

void cli_store_close(struct cli_store *s) {
	store_close(s->store);
	signer_free(s->signer);
	*s = (struct cli_store){0};
}

enum gw_code cli_call_trust(const struct config *config, struct cert_trust **out, struct gw_err *err) {
	size_t i;
	*out = NULL;
	enum gw_code rc = config_services_listener(config, &i, err);
	return rc == GW_OK ? view_load_trust(config, i, NULL, out, err) : rc;
}

static json_t *decide_here(const struct config *config, struct store *store, const struct vash_codelists *lists,
			   const json_t *command, struct gw_err *err) {
	GW_AUTO(cert_trust) struct cert_trust *trust = NULL;
	const struct vash_registers *registers = NULL;
	enum gw_code rc = cli_call_trust(config, &trust, err);
	rc = rc == GW_OK ? registers_new(&config->mdp, &config->prs, &registers, err) : rc;
	if (rc != GW_OK) {
		return NULL;
	}
	const struct desk desk = {.store = store,
				  .lists = lists,
				  .call_trust = trust,
				  .case_ttl_s = config->settings.case_ttl_s,
				  .touch_url = "",
				  .registers = registers};
	json_t *answer = case_command(&desk, command);
	registers_free(registers);
	return answer;
}

static enum gw_code run_here(const struct config *config, json_t *command, json_t **answer, struct gw_err *err) {
	struct cli_store s;
	GW_AUTO(vash_codelists) struct vash_codelists *lists = NULL;
	char who[64];
	gw_log_level_set(GW_LOG_WARN);
	enum gw_code rc = codelists_load(config, &lists, err);
	rc = rc == GW_OK ? cli_store_open(config, &s, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	control_user_name(geteuid(), who, sizeof(who));
	json_object_set_new(command, "who", json_string(who));
	*answer = strcmp(gw_json_text(command, "command", ""), "case") == 0
			  ? decide_here(config, s.store, lists, command, err)
			  : registry_command(s.store, lists, command);
	cli_store_close(&s);
	return *answer ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

enum gw_code cli_ask(const struct config *config, json_t *command, json_t **answer, struct gw_err *err) {
	enum gw_code rc = control_ask(config->control_socket, command, answer, err);
	if (rc != GW_E_NOTFOUND) {
		return rc;
	}
	*err = (struct gw_err){0};
	return run_here(config, command, answer, err);
}

int cli_registry(struct cli *c, const struct config *config, json_t *command) {
	struct gw_err err = {0};
	GW_AUTO(json) json_t *answer = NULL;
	return cli_ask(config, command, &answer, &err) == GW_OK ? cli_answer(c, answer)
								: cli_failed(c, &err, EXIT_TROUBLE);
}

int cli_answer(const struct cli *c, const json_t *answer) {
	bool ok = json_is_true(json_object_get(answer, "ok"));
	if (c->json) {
		cli_print_json(answer);
	} else if (ok) {
		puts("ok");
	} else {
		long long entry = gw_json_int(answer, "entry", -1);
		const char *code = gw_json_text(answer, "code", "");
		fprintf(stderr, "vashgate: %s%s%s", code, code[0] ? ": " : "",
			gw_json_text(answer, "error", "refused"));
		fprintf(stderr, entry < 0 ? "\n" : " (entry %lld)\n", entry);
	}
	return ok ? EXIT_YES : EXIT_NO;
}
