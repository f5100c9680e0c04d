/* codelist list | show | check */
#include "base/clock.h"
#include "base/text.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/codelists_load.h"
#include "store/codelist.h"

static struct config config; /* large; one command a process */

static enum gw_code open_reader(struct cli *c, struct codelist_reader **out, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	enum gw_code rc = config_load(c->config_path, &config, err);
	cli_registry_path(&config, path);
	return rc == GW_OK ? codelist_reader_open(path, out, err) : rc;
}

static enum gw_code add(json_t *array, json_t *item, struct gw_err *err) {
	return item && json_array_append_new(array, item) == 0 ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

/* ---- list ---- */

static json_t *state_json(const struct codelist_state *s) {
	char since[GW_TIME_TEXT];
	gw_time_text(s->since_utc_ms, since);
	return json_pack("{s:s, s:I, s:I, s:s, s:s}", "list", s->list, "count", (json_int_t)s->rows, "version",
			 (json_int_t)s->version, "since", since, "by", s->who);
}

static enum gw_code collect_state(void *ctx, const struct codelist_state *state, struct gw_err *err) {
	return add(ctx, state_json(state), err);
}

int cmd_codelist_list(struct cli *c) {
	struct gw_err err = {0};
	GW_AUTO(codelist_reader) struct codelist_reader *r = NULL;
	GW_AUTO(json) json_t *lists = json_array();
	int64_t version = 0;
	if (!cli_done(c, 0)) {
		return cli_usage();
	}
	enum gw_code rc = open_reader(c, &r, &err);
	rc = rc == GW_OK ? codelist_version_at(r, CODELIST_NOW, &version, &err) : rc;
	rc = rc == GW_OK ? codelist_each_list(r, version, collect_state, lists, &err) : rc;
	if (rc != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (c->json) {
		cli_print_json(lists);
		return EXIT_YES;
	}
	size_t i;
	json_t *list;
	json_array_foreach(lists, i, list) {
		printf("%-16s %4lld rows, version %lld since %s by %s\n", gw_json_text(list, "list", ""),
		       gw_json_int(list, "count", 0), gw_json_int(list, "version", 0), gw_json_text(list, "since", ""),
		       gw_json_text(list, "by", ""));
	}
	return EXIT_YES;
}

/* ---- show ---- */

struct shown {
	const char *list;
	json_t *state, *rows;
};

static enum gw_code find_state(void *ctx, const struct codelist_state *state, struct gw_err *err) {
	struct shown *s = ctx;
	if (strcmp(state->list, s->list) != 0) {
		return GW_OK;
	}
	s->state = state_json(state);
	return s->state ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static enum gw_code collect_row(void *ctx, const struct codelist_row *row, struct gw_err *err) {
	json_t *cells = json_loads(row->value, 0, NULL);
	if (!cells) {
		return gw_fail(err, GW_E_STORE, "code list '%s': the value of '%s' cannot be read", row->list,
			       row->code);
	}
	json_t *item =
		json_pack("{s:s, s:I, s:o}", "code", row->code, "version", (json_int_t)row->version, "cells", cells);
	return add(ctx, item, err);
}

static void print_cell(const char *text, bool last) {
	bool quoted = strpbrk(text, ",\"\r\n") != NULL || text[0] == '#';
	if (quoted) {
		putchar('"');
	}
	for (const char *p = text; *p; p++) {
		if (*p == '"') {
			putchar('"');
		}
		putchar(*p);
	}
	fputs(quoted ? "\"" : "", stdout);
	putchar(last ? '\n' : ',');
}

static void print_line(const json_t *cells, bool names) {
	size_t left = json_object_size(cells);
	const char *name;
	json_t *cell;
	json_object_foreach((json_t *)(uintptr_t)cells, name, cell) {
		print_cell(names ? name : json_string_value(cell), --left == 0);
	}
}

/* A CSV file as codelists_dir takes it. */
static void print_rows(const json_t *shown) {
	const json_t *row, *rows = json_object_get(shown, "rows");
	size_t i;
	printf("# %s, version %lld since %s by %s\n", gw_json_text(shown, "list", ""), gw_json_int(shown, "version", 0),
	       gw_json_text(shown, "since", ""), gw_json_text(shown, "by", ""));
	json_array_foreach(rows, i, row) {
		const json_t *cells = json_object_get(row, "cells");
		if (i == 0) {
			print_line(cells, true);
		}
		print_line(cells, false);
	}
}

static enum gw_code read_list(struct cli *c, int64_t at, struct shown *s, struct gw_err *err) {
	GW_AUTO(codelist_reader) struct codelist_reader *r = NULL;
	int64_t version = 0;
	enum gw_code rc = open_reader(c, &r, err);
	rc = rc == GW_OK ? codelist_version_at(r, at, &version, err) : rc;
	rc = rc == GW_OK ? codelist_each_list(r, version, find_state, s, err) : rc;
	return rc == GW_OK ? codelist_each_row(r, version, s->list, collect_row, s->rows, err) : rc;
}

int cmd_codelist_show(struct cli *c) {
	struct gw_err err = {0};
	int64_t at = CODELIST_NOW;
	const char *time = cli_option(c, "--at");
	if (!cli_done(c, 1) || (time && !gw_time_parse(time, &at))) {
		return cli_usage();
	}
	GW_AUTO(json) json_t *rows = json_array();
	struct shown s = {.list = c->argv[0], .rows = rows};
	enum gw_code rc = read_list(c, at, &s, &err);
	GW_AUTO(json) json_t *shown = s.state;
	if (rc != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (!shown) {
		GW_UNUSED(gw_fail(&err, GW_E_NOTFOUND, "there %s no code list '%.40s'", time ? "was then" : "is",
				  s.list));
		return cli_failed(c, &err, EXIT_NO);
	}
	json_object_set(shown, "rows", rows);
	if (c->json) {
		cli_print_json(shown);
	} else {
		print_rows(shown);
	}
	return EXIT_YES;
}

/* ---- check ---- */

int cmd_codelist_check(struct cli *c) {
	struct gw_err err = {0};
	GW_AUTO(vash_codelists) struct vash_codelists *lists = NULL;
	if (!cli_done(c, 1)) {
		return cli_usage();
	}
	enum gw_code rc = codelists_load_folder(c->argv[0], &lists, &err);
	if (rc != GW_OK) {
		return cli_failed(c, &err, rc == GW_E_CONFIG ? EXIT_NO : EXIT_TROUBLE);
	}
	GW_AUTO(json) json_t *counts = json_object();
	for (enum vash_list i = 0; i < VASH_LISTS; i++) {
		json_object_set_new(counts, vash_list_name(i), json_integer((json_int_t)lists->table[i].rows));
	}
	if (c->json) {
		GW_AUTO(json) json_t *answer = json_pack("{s:b, s:O}", "ok", 1, "lists", counts);
		cli_print_json(answer);
	} else {
		puts("ok");
	}
	return EXIT_YES;
}
