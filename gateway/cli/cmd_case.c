/* case list | show | approve | refuse: the applications that wait for an administrator */
#include "base/clock.h"
#include "base/text.h"
#include "gateway/cases/outside.h"
#include "gateway/cli/cli.h"
#include "store/registry_port.h"
#include "vash/call_certificate.h"

enum { ARENA_MAX_BYTES = 67108864, DAY_S = 86400 };

static struct config config; /* large; one command a process */

/* ---- looking ---- */

static enum gw_code find(const struct vash_query *query, struct gw_arena *arena, struct vash_records *out,
			 struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	GW_AUTO(registry_port) struct sqlite3 *db = NULL;
	struct vash_registry port;
	cli_registry_path(&config, path);
	enum gw_code rc = registry_port_open(path, &db, err);
	if (rc != GW_OK) {
		return rc;
	}
	registry_port_init(&port, db);
	return port.records(port.ctx, query, arena, out, err);
}

/* ---- what speaks against a certificate ---- */

struct doubts {
	size_t count;
	struct call_certificate_doubt of[CALL_CERTIFICATE_DOUBTS];
};

/* What the pages say of a certificate beside the registry; of a record that has ended nobody decides any more. */
static enum gw_code find_doubts(struct vash_record *r, struct gw_arena *arena, struct doubts *out, struct gw_err *err) {
	GW_AUTO(cert_trust) struct cert_trust *trust = NULL;
	struct vash_outside port;
	*out = (struct doubts){0};
	enum gw_code rc = outside_tax_number(r->service.pem, arena, &r->service.tax_number, err);
	if (rc != GW_OK || r->m.status == VASH_DELETED || (rc = cli_call_trust(&config, &trust, err)) != GW_OK) {
		return rc;
	}
	static const struct vash_registers nobody; /* is asked */
	struct outside outside = {.trust = trust, .now_utc_s = gw_now_utc_s(), .registers = &nobody};
	outside_port(&outside, &port);
	const struct vash_world world = {.outside = &port, .now_utc_s = outside.now_utc_s};
	struct vash_turn turn = {.world = &world, .arena = arena, .err = err};
	out->count = call_certificate_doubts(&turn, &r->service, &r->subject, out->of);
	return GW_OK;
}

/* Both languages, "sl / en"; NULL: no memory. */
static const char *text_of(const struct call_certificate_doubt *d, struct gw_arena *arena) {
	GW_AUTO(buf) struct gw_buf line;
	gw_buf_init(&line, ARENA_MAX_BYTES);
	struct gw_span text = {NULL, 0};
	if (vash_say_line(d->say, &d->about, 1, &line) == GW_OK) {
		text = gw_buf_span(&line);
		text.n--; /* the line feed */
	}
	return text.p ? gw_arena_span(arena, text) : NULL;
}

static json_t *doubts_json(const struct doubts *doubts, struct gw_arena *arena) {
	json_t *all = json_array();
	for (size_t i = 0; all && i < doubts->count; i++) {
		const struct call_certificate_doubt *d = &doubts->of[i];
		json_array_append_new(
			all, json_pack("{s:s, s:s}", "code", vash_say_row(d->say)->code, "text", text_of(d, arena)));
	}
	return all;
}

/* ---- a record ---- */

static int status_of(const struct vash_record *r) {
	return r->m.member_kind == VASH_INDEPENDENT ? r->m.status : r->m.link_status;
}

static struct cli_end end_of(const struct vash_record *r) {
	return (struct cli_end){
		.reason = r->end_reason, .actor = r->end_name[0] ? r->end_name : r->end_actor, .utc_s = r->end_utc_s};
}

/* How long it has waited; -1: it does not wait. */
static long long days_of(const struct vash_record *r) {
	return status_of(r) == VASH_PENDING ? (gw_now_utc_s() - r->submitted_utc_s) / DAY_S : -1;
}

static json_t *certificate_json(const struct vash_web_service *s) {
	char until[GW_TIME_TEXT];
	gw_time_text(s->not_after_utc_s * 1000, until);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "issuer", s->issuer, "serial", s->serial, "subject",
			 s->subject, "sha256", s->digest, "tax_number", s->tax_number, "not_after", until,
			 "possession_proven", s->possession_proven);
}

static json_t *as_json(const struct vash_record *r) {
	char since[GW_TIME_TEXT];
	const struct cli_end end = end_of(r);
	gw_time_text(r->submitted_utc_s * 1000, since);
	json_t *j = json_pack("{s:I, s:i, s:i, s:i, s:s, s:I, s:s, s:s, s:s, s:o}", "record", (json_int_t)r->m.id,
			      "scheme", r->m.scheme, "group", r->m.user_group, "status", status_of(r), "state",
			      cli_status_word(status_of(r)), "eceu", (json_int_t)r->subject.id, "name", r->subject.name,
			      "davcna", r->subject.davcna, "since", since, "end", cli_end_json(&end));
	if (j && days_of(r) >= 0) {
		json_object_set_new(j, "days", json_integer(days_of(r)));
	}
	if (j && r->decision_reason[0]) {
		json_object_set_new(j, "decision_reason", json_string(r->decision_reason));
	}
	if (j && r->has_service) {
		json_object_set_new(j, "certificate", certificate_json(&r->service));
	}
	if (j && r->application_id) {
		json_object_set_new(j, "application", json_integer((json_int_t)r->application_id));
		json_object_set_new(j, "report", json_loads(r->application_report, 0, NULL));
	}
	return j;
}

static void print_state(const struct vash_record *r) {
	const struct cli_end end = end_of(r);
	char since[GW_TIME_TEXT];
	gw_time_text(r->submitted_utc_s * 1000, since);
	printf("since        %s\nstatus       %s", since, cli_status_word(status_of(r)));
	if (days_of(r) >= 0) {
		printf(", %lld days", days_of(r));
	}
	printf("%s", end.reason[0] ? ", " : "");
	cli_end_print(stdout, &end);
	printf("\n");
	if (r->decision_reason[0]) {
		printf("reason       %s\n", r->decision_reason);
	}
}

static void print_certificate(const struct vash_web_service *s) {
	char until[GW_TIME_TEXT];
	gw_time_text(s->not_after_utc_s * 1000, until);
	printf("certificate  %s\n  issuer     %s\n  serial     %s\n  sha256     %s\n  valid to   %s\n  tax number %s\n"
	       "  possession %s\n",
	       s->subject, s->issuer, s->serial, s->digest, until, s->tax_number[0] ? s->tax_number : "not stated",
	       s->possession_proven ? "proven" : "not proven");
}

static void print_one(const struct vash_record *r) {
	printf("record       %lld\ngroup        %d/%d\nsubject      %lld %s\ntax number   %s\n", (long long)r->m.id,
	       r->m.scheme, r->m.user_group, (long long)r->subject.id, r->subject.name, r->subject.davcna);
	print_state(r);
	if (r->has_service) {
		print_certificate(&r->service);
	}
	if (r->application_id) {
		printf("application  %lld\n  report     %s\n", (long long)r->application_id, r->application_report);
	}
}

static void print_doubts(const struct doubts *doubts, struct gw_arena *arena) {
	for (size_t i = 0; i < doubts->count; i++) {
		const char *text = text_of(&doubts->of[i], arena);
		printf("warning      %s: %s\n", vash_say_row(doubts->of[i].say)->code, text ? text : "");
	}
}

/* ---- case list, case show ---- */

static void print_line(const struct vash_record *r) {
	char since[GW_TIME_TEXT];
	gw_time_text(r->submitted_utc_s * 1000, since);
	printf("%-6lld %d/%-4d %s %4lld days %s\n", (long long)r->m.id, r->m.scheme, r->m.user_group, since, days_of(r),
	       r->subject.name);
}

static int list(const struct cli *c, const struct vash_records *found) {
	GW_AUTO(json) json_t *rows = json_array();
	for (size_t i = 0; i < found->count; i++) {
		if (c->json) {
			json_array_append_new(rows, as_json(&found->row[i]));
		} else {
			print_line(&found->row[i]);
		}
	}
	if (c->json) {
		cli_print_json(rows);
	}
	return EXIT_YES;
}

static int show(const struct cli *c, const struct vash_records *found, struct gw_arena *arena) {
	struct gw_err err = {0};
	struct doubts doubts = {0};
	if (found->count == 0) {
		GW_UNUSED(gw_fail(&err, GW_E_NOTFOUND, "no such record"));
		return cli_failed(c, &err, EXIT_NO);
	}
	struct vash_record r = found->row[0];
	if (r.has_service && find_doubts(&r, arena, &doubts, &err) != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (c->json) {
		GW_AUTO(json) json_t *one = as_json(&r);
		json_object_set_new(one, "warnings", doubts_json(&doubts, arena));
		cli_print_json(one);
	} else {
		print_one(&r);
		print_doubts(&doubts, arena);
	}
	return EXIT_YES;
}

static int look(struct cli *c, const struct vash_query *query, bool one) {
	struct gw_err err = {0};
	struct vash_records found = {0};
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, ARENA_MAX_BYTES);
	enum gw_code rc = config_load(c->config_path, &config, &err);
	rc = rc == GW_OK ? find(query, &arena, &found, &err) : rc;
	if (rc != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	return one ? show(c, &found, &arena) : list(c, &found);
}

int cmd_case_list(struct cli *c) {
	const struct vash_query query = {.by = VASH_BY_WAITING};
	return cli_done(c, 0) ? look(c, &query, false) : cli_usage();
}

static bool read_record(const struct cli *c, uint64_t *record) {
	return cli_done(c, 1) && gw_parse_u64(c->argv[0], strlen(c->argv[0]), INT64_MAX, record);
}

int cmd_case_show(struct cli *c) {
	uint64_t record = 0;
	if (!read_record(c, &record)) {
		return cli_usage();
	}
	const struct vash_query query = {VASH_BY_RECORD, (int64_t)record, VASH_STATUS_NONE};
	return look(c, &query, true);
}

/* ---- deciding ---- */

static int decide(struct cli *c, const char *decision, const char *reason) {
	struct gw_err err = {0};
	uint64_t record = 0;
	if (!read_record(c, &record)) {
		return cli_usage();
	}
	if (config_load(c->config_path, &config, &err) != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	GW_AUTO(json)
	json_t *command = json_pack("{s:s, s:I, s:s, s:s}", "command", "case", "record", (json_int_t)record, "decision",
				    decision, "reason", reason ? reason : "");
	return cli_registry(c, &config, command);
}

int cmd_case_approve(struct cli *c) {
	return decide(c, "approve", NULL);
}

int cmd_case_refuse(struct cli *c) {
	return decide(c, "refuse", cli_option(c, "--reason"));
}
