/* audit export | verify | show */
#include <errno.h>
#include <unistd.h>

#include "base/kv.h"
#include "base/text.h"
#include "gateway/cli/cli.h"
#include "store/audit_check.h"
#include "store/audit_read.h"

static struct config config; /* large; one command a process */

struct trail_files { /* the trail of a configuration */
	struct audit_reader *reader;
	struct signer *signer;
};

static enum gw_code open_trail(struct cli *c, struct trail_files *t, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	enum gw_code rc = config_load(c->config_path, &config, err);
	rc = rc == GW_OK ? signer_load(config.log_key, &t->signer, err) : rc;
	cli_registry_path(&config, path);
	return rc == GW_OK ? audit_reader_open(path, &t->reader, err) : rc;
}

static void close_trail(struct trail_files *t) {
	audit_reader_close(t->reader);
	signer_free(t->signer);
}

static void progress(uint64_t done, uint64_t all) {
	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r%3llu %%", all ? (unsigned long long)(done * 100 / all) : 100);
	}
}

static bool number(const char *text, uint64_t *out) {
	return !text || gw_parse_u64(text, strlen(text), INT64_MAX, out);
}

/* ---- export ---- */

static enum gw_code write_export(struct trail_files *t, uint64_t from, uint64_t to, FILE *f, struct gw_err *err) {
	size_t n;
	const uint8_t *spki = signer_spki(t->signer, &n);
	enum gw_code rc = audit_export(t->reader, from, to, (struct gw_span){(const char *)spki, n}, f, progress, err);
	return rc == GW_OK && fflush(f) != 0 ? gw_fail(err, GW_E_STORE, "cannot write the export: %s", strerror(errno))
					     : rc;
}

static enum gw_code check_range(struct trail_files *t, uint64_t from, uint64_t *to, struct gw_err *err) {
	uint64_t size = 0;
	enum gw_code rc = audit_size(t->reader, &size, err);
	*to = *to < size ? *to : size;
	return rc == GW_OK && from > *to
		       ? gw_fail(err, GW_E_INPUT, "the trail has %llu records", (unsigned long long)size)
		       : rc;
}

int cmd_audit_export(struct cli *c) {
	struct gw_err err = {0};
	struct trail_files t = {0};
	uint64_t from = 0, to = UINT64_MAX;
	bool ok = number(cli_option(c, "--from"), &from) && number(cli_option(c, "--to"), &to);
	if (!ok || !cli_done(c, 1)) {
		return cli_usage();
	}
	bool to_stdout = strcmp(c->argv[0], "-") == 0;
	enum gw_code rc = open_trail(c, &t, &err);
	rc = rc == GW_OK ? check_range(&t, from, &to, &err) : rc;
	FILE *f = rc != GW_OK ? NULL : to_stdout ? stdout : fopen(c->argv[0], "we");
	if (rc == GW_OK && !f) {
		rc = gw_fail(&err, GW_E_INPUT, "cannot write '%s': %s", c->argv[0], strerror(errno));
	}
	rc = rc == GW_OK ? write_export(&t, from, to, f, &err) : rc;
	if (f && !to_stdout) {
		fclose(f);
	}
	close_trail(&t);
	return rc == GW_OK ? EXIT_YES : cli_failed(c, &err, EXIT_TROUBLE);
}

/* ---- verify ---- */

static void print_result_json(const struct audit_check_result *r) {
	GW_AUTO(json)
	json_t *j =
		json_pack("{s:b, s:I, s:I, s:I, s:s, s:I, s:b, s:b, s:o, s:o}", "ok", r->ok, "records",
			  (json_int_t)r->records, "heads", (json_int_t)r->heads, "receipts", (json_int_t)r->receipts,
			  "root", r->root, "open", (json_int_t)r->open, "anchored", r->anchored, "signed",
			  r->signed_to_end, "record", r->has_record ? json_integer((json_int_t)r->record) : json_null(),
			  "reason", r->ok ? json_null() : json_string(r->reason));
	cli_print_json(j);
}

static void print_result(const struct audit_check_result *r) {
	if (r->ok) {
		printf("ok: records=%llu heads=%llu receipts=%llu root=%s open=%llu\n%s%s",
		       (unsigned long long)r->records, (unsigned long long)r->heads, (unsigned long long)r->receipts,
		       r->root, (unsigned long long)r->open, r->anchored ? "" : "tail not anchored\n",
		       r->anchored || r->signed_to_end ? "" : "tail not signed\n");
		return;
	}
	char record[24] = "-";
	if (r->has_record) {
		snprintf(record, sizeof(record), "%llu", (unsigned long long)r->record);
	}
	printf("not ok: record=%s reason=%s\n", record, r->reason);
}

/* The registry itself is verified through an export of it: what an auditor sees is what is checked. */
static enum gw_code export_registry(struct cli *c, const char *path, struct gw_err *err) {
	struct trail_files t = {0};
	uint64_t to = UINT64_MAX;
	enum gw_code rc = open_trail(c, &t, err);
	rc = rc == GW_OK ? check_range(&t, 0, &to, err) : rc;
	FILE *f = rc == GW_OK ? fopen(path, "we") : NULL;
	rc = rc == GW_OK && !f ? gw_fail(err, GW_E_STORE, "cannot write '%s'", path) : rc;
	rc = rc == GW_OK ? write_export(&t, 0, to, f, err) : rc;
	if (f) {
		fclose(f);
	}
	close_trail(&t);
	return rc;
}

int cmd_audit_verify(struct cli *c) {
	struct gw_err err = {0};
	struct audit_check_result result;
	struct audit_check_files files = {.head_path = cli_option(c, "--head"),
					  .receipt_path = cli_option(c, "--receipt"),
					  .verify = signer_verify_ed25519};
	char temporary[CONFIG_PATH + 32];
	if (!cli_done(c, c->argc > 0)) {
		return cli_usage();
	}
	enum gw_code rc = GW_OK;
	int fd = -1;
	files.export_path = c->argc > 0 ? c->argv[0] : temporary;
	if (c->argc == 0 && (rc = config_load(c->config_path, &config, &err)) == GW_OK) {
		snprintf(temporary, sizeof(temporary), "%s/.verify-XXXXXX",
			 config.data_dir); /* it holds personal identifiers */
		fd = mkstemp(temporary);
		rc = fd >= 0 ? export_registry(c, temporary, &err)
			     : gw_fail(&err, GW_E_STORE, "cannot make a temporary file");
	}
	rc = rc == GW_OK ? audit_check(&files, &result, &err) : rc;
	if (fd >= 0) {
		close(fd);
		unlink(temporary);
	}
	if (rc != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (c->json) {
		print_result_json(&result);
	} else {
		print_result(&result);
	}
	return result.ok ? EXIT_YES : EXIT_NO;
}

/* ---- show ---- */

static json_t *line_json(struct gw_span line) {
	GW_AUTO(buf) struct gw_buf value;
	gw_buf_init(&value, MERKLE_RECORD_MAX);
	json_t *j = json_object();
	struct gw_span key;
	while (gw_kv_next(&line, &key, &value) == GW_OK) {
		char name[64];
		if (gw_copy(name, sizeof(name), key.p, key.n)) {
			json_object_set_new(j, name, json_stringn(value.data, value.len));
		}
	}
	return j;
}

static void print_record(const struct cli *c, struct gw_span line) {
	if (!c->json) {
		printf("%.*s\n", (int)line.n, line.p);
		return;
	}
	GW_AUTO(json) json_t *j = line_json(line);
	cli_print_json(j);
}

static enum gw_code show_request(struct cli *c, struct trail_files *t, const char *request, struct gw_err *err) {
	char *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	enum gw_code rc = memory ? audit_find_request(t->reader, request, memory, err)
				 : gw_fail(err, GW_E_NOMEM, "out of memory");
	if (memory) {
		fclose(memory);
	}
	if (rc == GW_OK && n == 0) {
		rc = gw_fail(err, GW_E_NOTFOUND, "there is no record of request '%s'", request);
	}
	for (char *line = text, *end; rc == GW_OK && *line; line = end + 1) {
		end = strchr(line, '\n');
		print_record(c, (struct gw_span){line, (size_t)(end - line)});
	}
	free(text);
	return rc;
}

static enum gw_code show_index(struct cli *c, struct trail_files *t, uint64_t index, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf line;
	gw_buf_init(&line, MERKLE_RECORD_MAX);
	enum gw_code rc = audit_line(t->reader, index, &line, err);
	if (rc == GW_OK) {
		print_record(c, gw_buf_span(&line));
	}
	return rc;
}

int cmd_audit_show(struct cli *c) {
	struct gw_err err = {0};
	struct trail_files t = {0};
	uint64_t index = 0, size = 0, from = 0;
	const char *request = cli_option(c, "--request"), *proof = cli_option(c, "--proof");
	bool ok = number(cli_option(c, "--size"), &size) && number(cli_option(c, "--from"), &from) &&
		  number(proof, &index);
	if (ok && !request && !proof) {
		ok = c->argc == 1 && number(c->argv[0], &index);
	}
	if (!ok || !cli_done(c, !request && !proof)) {
		return cli_usage();
	}
	enum gw_code rc = open_trail(c, &t, &err);
	if (rc == GW_OK && request) {
		rc = show_request(c, &t, request, &err);
	} else if (rc == GW_OK && proof) {
		rc = audit_prove(t.reader, index, size, from, stdout, &err);
	} else if (rc == GW_OK) {
		rc = show_index(c, &t, index, &err);
	}
	close_trail(&t);
	if (rc == GW_E_NOTFOUND || rc == GW_E_INPUT) {
		return cli_failed(c, &err, EXIT_NO);
	}
	return rc == GW_OK ? EXIT_YES : cli_failed(c, &err, EXIT_TROUBLE);
}
