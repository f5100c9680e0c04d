/* case list | show | approve | refuse: the applications that wait for an administrator */
#include "base/clock.h"
#include "base/text.h"
#include "gateway/cli/cli.h"
#include "store/registry_port.h"

enum { ARENA_MAX_BYTES = 67108864 };

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

static json_t *as_json(const struct vash_record *r) {
	char since[GW_TIME_TEXT], until[GW_TIME_TEXT];
	gw_time_text(r->created_utc_s * 1000, since);
	gw_time_text(r->service.not_after_utc_s * 1000, until);
	json_t *j = json_pack("{s:I, s:i, s:i, s:i, s:I, s:s, s:s, s:s}", "record", (json_int_t)r->m.id, "scheme",
			      r->m.scheme, "group", r->m.user_group, "status", r->m.status, "eceu",
			      (json_int_t)r->subject.id, "name", r->subject.name, "davcna", r->subject.davcna, "since",
			      since);
	if (j && r->has_service) {
		json_object_set_new(j, "certificate",
				    json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "issuer", r->service.issuer, "serial",
					      r->service.serial, "subject", r->service.subject, "sha256",
					      r->service.digest, "not_after", until, "possession_proven",
					      r->service.possession_proven));
	}
	if (j && r->application_id) {
		json_object_set_new(j, "application", json_integer((json_int_t)r->application_id));
		json_object_set_new(j, "report", json_loads(r->application_report, 0, NULL));
	}
	return j;
}

static void print_one(const struct vash_record *r) {
	char since[GW_TIME_TEXT], until[GW_TIME_TEXT];
	gw_time_text(r->created_utc_s * 1000, since);
	gw_time_text(r->service.not_after_utc_s * 1000, until);
	printf("record       %lld\ngroup        %d/%d\nsubject      %lld %s\ntax number   %s\nsince        %s\n",
	       (long long)r->m.id, r->m.scheme, r->m.user_group, (long long)r->subject.id, r->subject.name,
	       r->subject.davcna, since);
	if (r->has_service) {
		printf("certificate  %s\n  issuer     %s\n  serial     %s\n  sha256     %s\n  valid to   %s\n  possession %s\n",
		       r->service.subject, r->service.issuer, r->service.serial, r->service.digest, until,
		       r->service.possession_proven ? "proven" : "not proven");
	}
	if (r->application_id) {
		printf("application  %lld\n  report     %s\n", (long long)r->application_id, r->application_report);
	}
}

static void print_line(const struct vash_record *r) {
	char since[GW_TIME_TEXT];
	gw_time_text(r->created_utc_s * 1000, since);
	printf("%-6lld %d/%-4d %s %s\n", (long long)r->m.id, r->m.scheme, r->m.user_group, since, r->subject.name);
}

static int show_records(const struct cli *c, const struct vash_records *found, bool one) {
	GW_AUTO(json) json_t *rows = json_array();
	for (size_t i = 0; i < found->count; i++) {
		if (c->json) {
			json_array_append_new(rows, as_json(&found->row[i]));
		} else if (one) {
			print_one(&found->row[i]);
		} else {
			print_line(&found->row[i]);
		}
	}
	if (c->json) {
		cli_print_json(one && found->count == 1 ? json_array_get(rows, 0) : rows);
	}
	return one && found->count == 0 ? EXIT_NO : EXIT_YES;
}

static int look(struct cli *c, const struct vash_query *query, bool one) {
	struct gw_err err = {0};
	struct vash_records found = {0};
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, ARENA_MAX_BYTES);
	enum gw_code rc = config_load(c->config_path, &config, &err);
	rc = rc == GW_OK ? find(query, &arena, &found, &err) : rc;
	return rc == GW_OK ? show_records(c, &found, one) : cli_failed(c, &err, EXIT_TROUBLE);
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

static int decide(struct cli *c, const char *decision) {
	struct gw_err err = {0};
	uint64_t record = 0;
	const char *reason = cli_option(c, "--reason");
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
	return decide(c, "approve");
}

int cmd_case_refuse(struct cli *c) {
	return decide(c, "refuse");
}
