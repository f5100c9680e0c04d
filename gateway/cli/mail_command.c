#include "gateway/cli/mail_command.h"

#include "store/outbox.h"
#include "vash/net_address.h"

static const char test_subject[] = "vashgate: preizkus pošte / mail test";
static const char test_body[] =
	"To je preizkusno sporočilo sistema vashgate. Če so črke č, š in ž berljive, pošta deluje.\n"
	"Nanj ni treba odgovoriti.\n"
	"\n"
	"This is a test message of vashgate. If the letters č, š and ž are readable, mail works.\n"
	"There is no need to reply.\n";

static struct store_context context_of(const json_t *command, const char *action) {
	return (struct store_context){
		.procedure = "cli", .who = gw_json_text(command, "who", "unknown"), .object = "mail", .action = action};
}

static json_t *answer(enum gw_code rc, int64_t id, const struct gw_err *err) {
	return rc == GW_OK ? json_pack("{s:b, s:I}", "ok", 1, "id", (json_int_t)id)
			   : json_pack("{s:b, s:s, s:s}", "ok", 0, "class", gw_code_name(err->code), "error", err->msg);
}

static json_t *retry(struct store *s, const json_t *command) {
	struct gw_err err = {0};
	int64_t id = gw_json_int(command, "id", 0);
	const struct store_context who = context_of(command, "retry");
	return answer(outbox_retry(s, &who, id, &err), id, &err);
}

static json_t *test(struct store *s, const json_t *command) {
	struct gw_err err = {0};
	int64_t id = 0;
	const struct outbox_mail mail = {gw_json_text(command, "address", ""), test_subject, test_body};
	const struct store_context who = context_of(command, "test");
	enum gw_code rc = vash_email_ok(mail.recipient)
				  ? outbox_put(s, &who, &mail, &id, &err)
				  : gw_fail(&err, GW_E_INPUT, "this is no address that mail can be sent to");
	return answer(rc, id, &err);
}

static const struct {
	const char *name;
	json_t *(*run)(struct store *s, const json_t *command);
} commands[] = {{"mail_retry", retry}, {"mail_test", test}};

bool mail_command(struct store *s, const json_t *command, json_t **out) {
	const char *name = gw_json_text(command, "command", "");
	*out = NULL;
	for (size_t i = 0; i < GW_COUNT(commands); i++) {
		if (strcmp(name, commands[i].name) == 0) {
			*out = commands[i].run(s, command);
			return true;
		}
	}
	return false;
}
