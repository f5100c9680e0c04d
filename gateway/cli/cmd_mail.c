/* mail list | retry | test */
#include "base/clock.h"
#include "base/text.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/print_text.h"
#include "store/outbox.h"

enum { STRETCH = 500 };

static struct config config; /* large; one command a process */

struct listing {
	json_t *rows; /* NULL: lines for people */
	FILE *text;
	int64_t last;
	int count;
};

static const char *state_of(const struct outbox_row *r) {
	return r->sent_utc_s ? "sent" : r->dead_utc_s ? "dead" : "waiting";
}

static json_t *time_or_null(int64_t utc_s) {
	char text[GW_TIME_TEXT];
	gw_time_text(utc_s * 1000, text);
	return utc_s ? json_string(text) : json_null();
}

static json_t *row_json(const struct outbox_row *r) {
	bool waits = !r->sent_utc_s && !r->dead_utc_s;
	return json_pack("{s:I, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o}", "id", (json_int_t)r->id, "state",
			 state_of(r), "recipient", r->recipient, "subject", r->subject, "attempts", r->attempts,
			 "created", time_or_null(r->created_utc_s), "next", time_or_null(waits ? r->next_utc_s : 0),
			 "sent", time_or_null(r->sent_utc_s), "dead", time_or_null(r->dead_utc_s), "error",
			 r->last_error[0] ? json_string(r->last_error) : json_null());
}

static void print_row(FILE *to, const struct outbox_row *r) {
	char at[GW_TIME_TEXT];
	gw_time_text((r->sent_utc_s ? r->sent_utc_s : r->dead_utc_s ? r->dead_utc_s : r->next_utc_s) * 1000, at);
	fprintf(to, "%-6lld %-7s %s %d ", (long long)r->id, state_of(r), at, r->attempts);
	print_escaped_to(to, gw_span_of(r->recipient), "");
	fputs(" \"", to);
	print_escaped_to(to, gw_span_of(r->subject), "");
	fputs(r->last_error[0] ? "\" " : "\"", to);
	print_escaped_to(to, gw_span_of(r->last_error), "");
	fputs("\n", to);
}

static enum gw_code take(void *ctx, const struct outbox_row *r, struct gw_err *err) {
	struct listing *l = ctx;
	l->last = r->id;
	l->count++;
	if (!l->rows) {
		print_row(l->text, r);
		return GW_OK;
	}
	return json_array_append_new(l->rows, row_json(r)) == 0 ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

/* Into memory first: a reader who is slow holds no snapshot meanwhile. */
static enum gw_code list_stretch(struct outbox_reader *r, enum outbox_which which, struct listing *l,
				 struct gw_err *err) {
	char *text = NULL;
	size_t n = 0;
	l->count = 0;
	l->text = open_memstream(&text, &n);
	if (!l->text) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = outbox_list(r, which, l->last, STRETCH, take, l, err);
	fclose(l->text);
	if (rc == GW_OK) {
		fwrite(text, 1, n, stdout);
	}
	free(text);
	return rc;
}

static enum gw_code list_all(enum outbox_which which, struct listing *l, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	GW_AUTO(outbox_reader) struct outbox_reader *r = NULL;
	cli_registry_path(&config, path);
	enum gw_code rc = outbox_reader_open(path, &r, err);
	do {
		rc = rc == GW_OK ? list_stretch(r, which, l, err) : rc;
	} while (rc == GW_OK && l->count == STRETCH);
	return rc;
}

int cmd_mail_list(struct cli *c) {
	struct gw_err err = {0};
	bool dead = cli_flag(c, "--dead"), waiting = cli_flag(c, "--waiting");
	if (!cli_done(c, 0) || (dead && waiting)) {
		return cli_usage();
	}
	GW_AUTO(json) json_t *rows = c->json ? json_array() : NULL;
	struct listing l = {.rows = rows};
	enum gw_code rc = config_load(c->config_path, &config, &err);
	rc = rc == GW_OK ? list_all(dead ? OUTBOX_DEAD : waiting ? OUTBOX_WAITING : OUTBOX_ALL, &l, &err) : rc;
	if (rc != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (rows) {
		cli_print_json(rows);
	}
	return EXIT_YES;
}

static int ask(struct cli *c, json_t *command) {
	struct gw_err err = {0};
	return config_load(c->config_path, &config, &err) == GW_OK ? cli_registry(c, &config, command)
								   : cli_failed(c, &err, EXIT_TROUBLE);
}

int cmd_mail_retry(struct cli *c) {
	uint64_t id = 0;
	if (!cli_done(c, 1) || !gw_parse_u64(c->argv[0], strlen(c->argv[0]), INT64_MAX, &id)) {
		return cli_usage();
	}
	GW_AUTO(json) json_t *command = json_pack("{s:s, s:I}", "command", "mail_retry", "id", (json_int_t)id);
	return ask(c, command);
}

int cmd_mail_test(struct cli *c) {
	if (!cli_done(c, 1)) {
		return cli_usage();
	}
	GW_AUTO(json) json_t *command = json_pack("{s:s, s:s}", "command", "mail_test", "address", c->argv[0]);
	return ask(c, command);
}
