/* vashgate: the command table. */
#include "gateway/cli/cli.h"

#include "vash/fault.h"

#define DEFAULT_CONFIG "/etc/vashgate/vashgate.conf"

static const struct command {
	const char *words[2]; /* second may be NULL */
	int (*run)(struct cli *c);
	const char *usage, *help;
} commands[] = {
	{{"serve", NULL}, cmd_serve, "", "run the gateway until SIGTERM; SIGHUP reloads"},
	{{"init", NULL}, cmd_init, "", "make the data folder, the log key and the registry"},
	{{"check-config", NULL}, cmd_check_config, "[--print]", "load everything that serve would load"},
	{{"cert", "inspect"}, cmd_cert_inspect, "FILE", "what a certificate (PEM or DER) says about itself"},
	{{"cert", "check"},
	 cmd_cert_check,
	 "FILE [--at TIME] [--anchors DIR] [--intermediates DIR] [--crls DIR] [--ocsp FILE] …"
	 " [--purpose call|sign|tsa|path] [--revocation hard|soft|off]",
	 "judge a certificate offline, step by step"},
	{{"tsl", "import"},
	 cmd_tsl_import,
	 "FILE|URL [--lotl FILE] [--signer PEM] [--territory CC] [--at TIME] [--dry-run]",
	 "verify a trusted list and put it in force"},
	{{"tsl", "list"},
	 cmd_tsl_list,
	 "[--at TIME] [--territory CC]",
	 "the trusted list in force, and what its import changed"},
	{{"user", "add"},
	 cmd_user_add,
	 "--position N --name TEXT [--emso|--maticna|--davcna N] --group N --cert FILE … [--unchecked]",
	 "enter a subject with a registration"},
	{{"user", "list"}, cmd_user_list, "", "all registrations"},
	{{"user", "show"}, cmd_user_show, "ECEU", "one subject"},
	{{"user", "block"},
	 cmd_user_block,
	 "CERT-SHA256|ECEU [--reason TEXT]",
	 "refuse all calls of a certificate or subject"},
	{{"user", "unblock"}, cmd_user_unblock, "CERT-SHA256|ECEU", "lift a block"},
	{{"user", "status"},
	 cmd_user_status,
	 "MEMBERSHIP pending|active|deleted [--reason WORD]",
	 "set the status of a registration"},
	{{"user", "prs"}, cmd_user_prs, "ECEU active|deleted", "set the status in the business register"},
	{{"user", "import"},
	 cmd_user_import,
	 "FILE.json|FILE.csv [--unchecked]",
	 "enter many registrations, all or none of each 200"},
	{{"user", "seed"}, cmd_user_seed, "", "enter the administrators of the code lists where there is none yet"},
	{{"case", "list"}, cmd_case_list, "", "applications that wait for an administrator"},
	{{"case", "show"}, cmd_case_show, "RECORD", "one application with certificate and report"},
	{{"case", "approve"}, cmd_case_approve, "RECORD", "approve it in the administrator's place"},
	{{"case", "refuse"}, cmd_case_refuse, "RECORD --reason TEXT", "refuse it; the user gets the reason"},
	{{"case", "export"}, cmd_case_export, "RECORD FILE.zip", "everything about one case, with its proof"},
	{{"case", "verify"}, cmd_case_verify, "FILE.zip [--key HEX]", "check such a file offline"},
	{{"codelist", "list"}, cmd_codelist_list, "", "the code lists with their newest versions"},
	{{"codelist", "show"}, cmd_codelist_show, "LIST [--at TIME]", "the rows of a code list, now or at a time"},
	{{"codelist", "check"}, cmd_codelist_check, "DIR", "do the code lists of a folder fit one another?"},
	{{"mail", "list"}, cmd_mail_list, "[--dead|--waiting]", "messages, and what became of them"},
	{{"mail", "retry"}, cmd_mail_retry, "ID", "send a message once more from the beginning, also a dead one"},
	{{"mail", "test"}, cmd_mail_test, "ADDRESS", "put a test message into the outbox"},
	{{"audit", "export"}, cmd_audit_export, "[--from N] [--to N] FILE|-", "write the trail for an auditor"},
	{{"audit", "verify"},
	 cmd_audit_verify,
	 "[FILE] [--head FILE] [--receipt FILE]",
	 "check an export, or the registry itself"},
	{{"audit", "show"},
	 cmd_audit_show,
	 "INDEX | --request ID | --proof INDEX [--size N] [--from M]",
	 "one record, a call, or a proof"},
	{{"errors", NULL}, cmd_errors, "", "the table of faults as Markdown (docs/ERRORS.md)"},
	{{"version", NULL}, cmd_version, "", "the version"},
	{{"child-tsl", NULL}, cmd_child_tsl, NULL, NULL}, /* of ourselves, for ourselves (child_run.h) */
};

int cli_usage(void) {
	fputs("usage: vashgate [--config FILE] [--json] COMMAND …\n", stderr);
	for (size_t i = 0; i < GW_COUNT(commands) && commands[i].usage; i++) {
		const struct command *k = &commands[i];
		fprintf(stderr, "  %s%s%s %s\n        %s\n", k->words[0], k->words[1] ? " " : "",
			k->words[1] ? k->words[1] : "", k->usage, k->help);
	}
	return EXIT_TROUBLE;
}

int cmd_version(struct cli *c) {
	GW_UNUSED(c);
	puts("vashgate " VASHGATE_VERSION);
	return EXIT_YES;
}

int cmd_errors(struct cli *c) {
	GW_UNUSED(c);
	puts("# Faults\n\nGenerated from `vash/fault_table.h` by `vashgate errors`; do not edit. A SOAP fault goes out with HTTP 500"
	     " (SOAP 1.2: 400 where the caller\nmust act); a plain reply with the status given. The code also stands in"
	     " `X-Vashgate-Code`.\n\n| code | form | HTTP | who acts | slovensko | English | ukrep | remedy |\n|---|---|---|---|---|---|---|---|");
	for (int i = 1; i < VASH_FAULT_COUNT; i++) {
		const struct vash_fault_row *r = vash_fault_row((enum vash_fault)i);
		printf("| %s | %s | %d | %s | %s | %s | %s | %s |\n", r->code,
		       r->form == VASH_FORM_SOAP ? "SOAP" : "plain", r->http, r->sender ? "caller" : "service", r->sl,
		       r->en, r->remedy_sl, r->remedy_en);
	}
	return EXIT_YES;
}

static bool matches(const struct command *k, int argc, char **argv, int *words) {
	*words = k->words[1] ? 2 : 1;
	return argc >= *words && strcmp(argv[0], k->words[0]) == 0 &&
	       (!k->words[1] || strcmp(argv[1], k->words[1]) == 0);
}

int main(int argc, char **argv) {
	struct cli c = {.argc = argc - 1, .argv = argv + 1};
	const char *config = cli_option(&c, "--config");
	c.config_path = config ? config : DEFAULT_CONFIG;
	c.json = cli_flag(&c, "--json");
	for (size_t i = 0; i < GW_COUNT(commands); i++) {
		int words;
		if (matches(&commands[i], c.argc, c.argv, &words)) {
			c.argc -= words;
			c.argv += words;
			return commands[i].run(&c);
		}
	}
	return cli_usage();
}
