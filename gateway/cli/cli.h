/* gateway/cli/cli.h - what the commands share: options, the store behind a configuration, exit statuses. */
#ifndef GW_CLI_CLI_H
#define GW_CLI_CLI_H
#include <stdio.h>

#include "base/json.h"
#include "certs/signer.h"
#include "certs/trust.h"
#include "gateway/cli/config.h"
#include "store/store.h"

#define VASHGATE_VERSION "0.1.0"

/* Every command: 0 yes, 1 no (any verdict but yes), 2 could not run. */
enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_TROUBLE = 2 };

struct cli { /* one invocation */
	const char *config_path;
	bool json;
	int argc; /* what follows the command's words */
	char **argv;
};

/* Take "--name VALUE" (or "--name", with value NULL) out of the arguments. cli_done: nothing unknown is left. */
const char *cli_option(struct cli *c, const char *name);
bool cli_flag(struct cli *c, const char *name);
bool cli_done(const struct cli *c, int positional); /* exactly so many arguments are left */

int cli_usage(void); /* prints, EXIT_TROUBLE */
/* Says "vashgate: …", with --json {"ok":false,"error":…} too; gives `status`. */
int cli_failed(const struct cli *c, const struct gw_err *err, int status);
void cli_print_json(const json_t *value); /* one line */
json_t *cli_time_json(int64_t utc_s);	  /* RFC 3339; null for 0. The caller owns it */

const char *cli_status_word(int status); /* of a record: "pending", "active", "deleted" */
/* How a record has ended. */
struct cli_end {
	const char *reason, *actor; /* code, "" = it has not ended; name */
	int64_t utc_s;
};
json_t *cli_end_json(const struct cli_end *end); /* null: it has not */
void cli_end_print(FILE *f,
		   const struct cli_end *end); /* "refused 2026-11-21T10:00:00Z by NAME"; nothing: it has not */

void cli_registry_path(const struct config *c, char out[CONFIG_PATH + 32]);
void cli_head_path(const struct config *c, char out[CONFIG_PATH + 32]);

/* The store of a configuration with its log key. */
struct cli_store {
	struct signer *signer;
	struct store *store;
};
GW_NODISCARD enum gw_code cli_store_open(const struct config *c, struct cli_store *out, struct gw_err *err);
void cli_store_close(struct cli_store *s);

/* Send a registry command to the serving process, or run it here when none serves. The caller owns the answer. */
GW_NODISCARD enum gw_code cli_ask(const struct config *config, json_t *command, json_t **answer, struct gw_err *err);
/* What judges call certificates: the anchors of the first listener of services, as `serve` would load them. */
GW_NODISCARD enum gw_code cli_call_trust(const struct config *config, struct cert_trust **out, struct gw_err *err);
int cli_answer(const struct cli *c, const json_t *answer);		       /* prints it; exit status */
int cli_registry(struct cli *c, const struct config *config, json_t *command); /* both */

int cmd_serve(struct cli *c);
int cmd_init(struct cli *c);
int cmd_check_config(struct cli *c);
int cmd_cert_inspect(struct cli *c);
int cmd_cert_check(struct cli *c);
int cmd_tsl_import(struct cli *c);
int cmd_tsl_list(struct cli *c);
int cmd_child_tsl(struct cli *c);
int cmd_user_add(struct cli *c);
int cmd_user_list(struct cli *c);
int cmd_user_show(struct cli *c);
int cmd_user_block(struct cli *c);
int cmd_user_unblock(struct cli *c);
int cmd_user_status(struct cli *c);
int cmd_user_prs(struct cli *c);
int cmd_user_import(struct cli *c);
int cmd_user_seed(struct cli *c);
int cmd_case_list(struct cli *c);
int cmd_case_show(struct cli *c);
int cmd_case_approve(struct cli *c);
int cmd_case_refuse(struct cli *c);
int cmd_case_export(struct cli *c);
int cmd_case_verify(struct cli *c);
int cmd_codelist_list(struct cli *c);
int cmd_codelist_show(struct cli *c);
int cmd_codelist_check(struct cli *c);
int cmd_mail_list(struct cli *c);
int cmd_mail_retry(struct cli *c);
int cmd_mail_test(struct cli *c);
int cmd_audit_export(struct cli *c);
int cmd_audit_verify(struct cli *c);
int cmd_audit_show(struct cli *c);
int cmd_errors(struct cli *c);
int cmd_version(struct cli *c);
#endif
