/* user add | list | show | block | unblock | status | prs | import | seed */
#include <errno.h>

#include "base/text.h"
#include "certs/facts.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/import.h"
#include "gateway/cli/registry_command.h"

static struct config config; /* large; one command a process */

static bool load(struct cli *c, int *status) {
	struct gw_err err = {0};
	if (config_load(c->config_path, &config, &err) == GW_OK) {
		return true;
	}
	*status = cli_failed(c, &err, EXIT_TROUBLE);
	return false;
}

/* ---- add ---- */

static const struct {
	const char *option, *field;
	bool number;
} add_options[] = {
	{"--position", "position", true},
	{"--emso", "emso", false},
	{"--maticna", "maticna", false},
	{"--davcna", "davcna", false},
	{"--name", "name", false},
	{"--email", "email", false},
	{"--sipass-id", "sipass_id", false},
	{"--country", "seat_country", false},
	{"--legal-form", "legal_form", true},
	{"--prs-status", "prs_status", false},
	{"--scheme", "scheme", true},
	{"--group", "group", true},
	{"--kind", "kind", false},
	{"--status", "status", false},
	{"--principal", "principal", false},
	{"--administered-group", "administered_group", true},
	{"--client-name", "client_name", false},
	{"--redirect-uris", "redirect_uris", false},
};

static enum gw_code add_field(json_t *entry, const char *field, const char *value, bool is_number, struct gw_err *err) {
	uint64_t n;
	if (!is_number) {
		json_object_set_new(entry, field, json_string(value));
		return GW_OK;
	}
	if (!gw_parse_u64(value, strlen(value), INT32_MAX, &n)) {
		return gw_fail(err, GW_E_INPUT, "'%s' must be a number", field);
	}
	json_object_set_new(entry, field, json_integer((json_int_t)n));
	return GW_OK;
}

static enum gw_code read_add_options(struct cli *c, json_t *entry, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < GW_COUNT(add_options); i++) {
		const char *value = cli_option(c, add_options[i].option);
		rc = value ? add_field(entry, add_options[i].field, value, add_options[i].number, err) : GW_OK;
	}
	const char *cert = cli_option(c, "--cert");
	if (rc == GW_OK && cert) {
		rc = import_add_cert(entry, cert, err);
	}
	return rc;
}

int cmd_user_add(struct cli *c) {
	int status = EXIT_TROUBLE;
	struct gw_err err = {0};
	if (!load(c, &status)) {
		return status;
	}
	GW_AUTO(json) json_t *entry = json_object();
	bool unchecked = cli_flag(c, "--unchecked");
	if (read_add_options(c, entry, &err) != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (!cli_done(c, 0)) {
		return cli_usage();
	}
	GW_AUTO(json)
	json_t *command = json_pack("{s:s, s:[O], s:b}", "command", "add", "entries", entry, "unchecked", unchecked);
	return cli_registry(c, &config, command);
}

/* ---- list and show ---- */

struct listing {
	struct cli *cli;
	json_t *rows;
	FILE *text;
	size_t count;
};
enum { STRETCH = 1000 };

static json_t *text_or_null(const char *text) {
	return text[0] ? json_string(text) : json_null();
}

static struct cli_end end_of(const struct registry_row *r) {
	return (struct cli_end){.reason = r->end_reason, .actor = r->end_actor, .utc_s = r->end_utc_s};
}

static enum gw_code collect(void *ctx, const struct registry_row *r, struct gw_err *err) {
	struct listing *l = ctx;
	const struct cli_end end = end_of(r);
	l->count++;
	json_t *row = json_pack(
		"{s:I, s:i, s:o, s:o, s:o, s:o, s:b, s:I, s:i, s:i, s:s, s:s, s:o, s:o, s:b, s:o}", "eceu",
		(json_int_t)r->eceu_id, "position", r->position, "name", text_or_null(r->name), "maticna",
		text_or_null(r->maticna), "davcna", text_or_null(r->davcna), "email", text_or_null(r->email), "blocked",
		r->subject_blocked, "membership", (json_int_t)r->membership_id, "scheme", r->scheme, "group",
		r->user_group, "kind", r->member_kind == 2 ? "authorised" : "independent", "status",
		cli_status_word(r->member_kind == 2 ? r->link_status : r->status), "cert", text_or_null(r->cert_digest),
		"subject", text_or_null(r->subject), "cert_blocked", r->cert_blocked, "end", cli_end_json(&end));
	if (!row || json_array_append_new(l->rows, row) != 0) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	return GW_OK;
}

static enum gw_code print_line(void *ctx, const struct registry_row *r, struct gw_err *err) {
	struct listing *l = ctx;
	const struct cli_end end = end_of(r);
	GW_UNUSED(err);
	l->count++;
	fprintf(l->text, "%-6lld %-2d %-40s %-6lld %d/%-4d %-11s %-8s %s%s%s%s", (long long)r->eceu_id, r->position,
		r->name, (long long)r->membership_id, r->scheme, r->user_group,
		r->member_kind == 2 ? "authorised" : "independent",
		cli_status_word(r->member_kind == 2 ? r->link_status : r->status),
		r->cert_digest[0] ? r->cert_digest : "-", r->cert_blocked ? " cert-blocked" : "",
		r->subject_blocked ? " blocked" : "", end.reason[0] ? " " : "");
	cli_end_print(l->text, &end);
	fputc('\n', l->text);
	return GW_OK;
}

/* A stretch of subjects at a time, into memory first: a reader who is slow holds no snapshot meanwhile. */
static enum gw_code list_stretch(struct registry_reader *r, int64_t from, int64_t to, struct listing *l,
				 struct gw_err *err) {
	char *text = NULL;
	size_t n = 0;
	l->text = open_memstream(&text, &n);
	if (!l->text) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = registry_list(r, from, to, l->cli->json ? collect : print_line, l, err);
	fclose(l->text);
	if (rc == GW_OK) {
		fwrite(text, 1, n, stdout);
	}
	free(text);
	return rc;
}

/* Subjects [from, to); to = 0: all that there are. */
static enum gw_code list_all(int64_t from, int64_t to, struct listing *l, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	GW_AUTO(registry_reader) struct registry_reader *r = NULL;
	cli_registry_path(&config, path);
	enum gw_code rc = registry_reader_open(path, &r, err);
	rc = rc == GW_OK && to == 0 ? registry_end(r, &to, err) : rc;
	for (int64_t at = from; rc == GW_OK && at < to; at += STRETCH) {
		rc = list_stretch(r, at, at + STRETCH < to ? at + STRETCH : to, l, err);
	}
	return rc;
}

static int list(struct cli *c, int64_t from, int64_t to) {
	struct gw_err err = {0};
	GW_AUTO(json) json_t *rows = json_array();
	struct listing l = {.cli = c, .rows = rows};
	if (list_all(from, to, &l, &err) != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (c->json) {
		cli_print_json(rows);
	}
	return to != 0 && l.count == 0 ? EXIT_NO : EXIT_YES;
}

int cmd_user_list(struct cli *c) {
	int status = EXIT_TROUBLE;
	if (!cli_done(c, 0)) {
		return cli_usage();
	}
	return load(c, &status) ? list(c, 1, 0) : status;
}

int cmd_user_show(struct cli *c) {
	int status = EXIT_TROUBLE;
	uint64_t id = 0;
	if (!cli_done(c, 1) || !gw_parse_u64(c->argv[0], strlen(c->argv[0]), INT64_MAX, &id) || id == 0) {
		return cli_usage();
	}
	return load(c, &status) ? list(c, (int64_t)id, (int64_t)id + 1) : status;
}

/* ---- block, status ---- */

static int block(struct cli *c, const char *name) {
	int status = EXIT_TROUBLE;
	uint64_t id = 0;
	const char *reason = cli_option(c, "--reason");
	if (!cli_done(c, 1) || !load(c, &status)) {
		return status == EXIT_TROUBLE && c->argc != 1 ? cli_usage() : status;
	}
	bool subject = gw_parse_u64(c->argv[0], strlen(c->argv[0]), INT32_MAX, &id);
	GW_AUTO(json) json_t *command = json_pack("{s:s, s:s}", "command", name, "reason", reason ? reason : "");
	if (subject) {
		json_object_set_new(command, "eceu", json_integer((json_int_t)id));
	} else {
		json_object_set_new(command, "cert", json_string(c->argv[0]));
	}
	return cli_registry(c, &config, command);
}

int cmd_user_block(struct cli *c) {
	return block(c, "block");
}

int cmd_user_unblock(struct cli *c) {
	return block(c, "unblock");
}

/* COMMAND ID WORD, for status and prs. */
static int set_word(struct cli *c, const char *name, const char *id_field) {
	int status = EXIT_TROUBLE;
	uint64_t id = 0;
	const char *reason = cli_option(c, "--reason");
	if (!cli_done(c, 2) || !gw_parse_u64(c->argv[0], strlen(c->argv[0]), INT64_MAX, &id)) {
		return cli_usage();
	}
	if (!load(c, &status)) {
		return status;
	}
	GW_AUTO(json)
	json_t *command = json_pack("{s:s, s:I, s:s, s:s}", "command", name, id_field, (json_int_t)id, "status",
				    c->argv[1], "reason", reason ? reason : "");
	return cli_registry(c, &config, command);
}

int cmd_user_status(struct cli *c) {
	return set_word(c, "status", "membership");
}

int cmd_user_prs(struct cli *c) {
	return set_word(c, "prs", "eceu");
}

/* ---- import ---- */

/* The answer is the first that says no, or the last. */
static enum gw_code import_all(json_t *entries, bool unchecked, json_t **answer, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	size_t from = 0, count = json_array_size(entries);
	do {
		json_decref(*answer);
		*answer = NULL;
		GW_AUTO(json) json_t *part = json_array();
		for (size_t i = from; i < count && i < from + REGISTRY_ENTRIES_MAX; i++) {
			json_array_append(part, json_array_get(entries, i));
		}
		GW_AUTO(json)
		json_t *command = json_pack("{s:s, s:O, s:I, s:b, s:b}", "command", "add", "entries", part, "first",
					    (json_int_t)from, "unchecked", unchecked, "import", 1);
		rc = cli_ask(&config, command, answer, err);
		from += REGISTRY_ENTRIES_MAX;
	} while (rc == GW_OK && json_is_true(json_object_get(*answer, "ok")) && from < count);
	return rc;
}

int cmd_user_import(struct cli *c) {
	int status = EXIT_TROUBLE;
	struct gw_err err = {0};
	GW_AUTO(json) json_t *entries = NULL;
	bool unchecked = cli_flag(c, "--unchecked");
	if (!cli_done(c, 1)) {
		return cli_usage();
	}
	if (!load(c, &status)) {
		return status;
	}
	if (import_read(c->argv[0], &entries, &err) != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	GW_AUTO(json) json_t *answer = NULL;
	if (import_all(entries, unchecked, &answer, &err) != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	return cli_answer(c, answer);
}

int cmd_user_seed(struct cli *c) {
	int status = EXIT_TROUBLE;
	if (!cli_done(c, 0)) {
		return cli_usage();
	}
	if (!load(c, &status)) {
		return status;
	}
	GW_AUTO(json) json_t *command = json_pack("{s:s}", "command", "seed");
	return cli_registry(c, &config, command);
}
