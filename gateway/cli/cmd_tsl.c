/* tsl import: a trusted list is fetched, judged and put in force. Its JSON is stable: its members are vashgate(1)'s,
 * and a change of one that exists changes IMPORT_VERSION. */
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/fetch_http.h"
#include "gateway/cli/child_tsl.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/control.h"
#include "gateway/cli/print_text.h"
#include "gateway/cli/tsl_import.h"

enum { IMPORT_VERSION = 1 };

static struct config config; /* large; one command a process */

int cmd_child_tsl(struct cli *c) {
	return c->argc == 0 ? child_tsl_main() : cli_usage();
}

struct import { /* one run of the command */
	const char *source, *lotl_path, *signer_path;
	bool dry_run, has_config;
	struct gw_buf xml, lotl, record;
	struct gw_arena pins;
	struct trusted_list_facts in_force;
	struct tsl_import what;
	struct tsl_imported result;
	bool imported;
};

static void import_release(struct import *m) {
	gw_buf_release(&m->xml);
	gw_buf_release(&m->lotl);
	gw_buf_release(&m->record);
	gw_arena_release(&m->pins);
	tsl_imported_release(&m->result);
}
static inline void gw_auto_import(struct import *m) {
	import_release(m);
}

/* ---- what is needed ---- */

static bool is_too_large(const char *path) {
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > TSL_BYTES_MAX;
}

/* What is too large is a verdict, not a failure to read. */
static enum gw_code read_source(const char *source, struct gw_buf *out, struct tsl_refused *refused,
				struct gw_err *err) {
	bool url = fetch_is_url(source);
	struct gw_err why = {0};
	enum gw_code rc = url ? fetch_http(&(struct fetch){.url = source, .deadline_ms = FETCH_LIST_MS}, out, &why)
			      : gw_file_read(source, out, &why);
	if (rc == GW_E_INPUT && (url || is_too_large(source))) {
		tsl_refuse(refused, TSL_REFUSED_TOO_LARGE, "%s", why.msg);
		return GW_OK;
	}
	return rc == GW_OK ? GW_OK : gw_fail(err, rc, "%s", why.msg);
}

/* A dry run needs no configuration: then nothing is in force, no list of lists is pinned, and any territory will do. */
static enum gw_code load_config(const struct cli *c, struct import *m, struct gw_err *err) {
	enum gw_code rc = config_load(c->config_path, &config, err);
	m->has_config = rc == GW_OK;
	if (rc == GW_E_NOTFOUND && m->dry_run) {
		*err = (struct gw_err){0};
		rc = GW_OK;
	}
	return rc;
}

static enum gw_code load_pins(struct import *m, struct gw_err *err) {
	const char *lotl = config.trust.lotl_signers;
	enum gw_code rc = m->signer_path ? tsl_pins_load(m->signer_path, &m->pins, &m->what.signer, err) : GW_OK;
	bool needed = m->lotl_path && !m->signer_path && lotl[0];
	return rc == GW_OK && needed ? tsl_pins_load(lotl, &m->pins, &m->what.lotl_signers, err) : rc;
}

static enum gw_code load_in_force(struct import *m, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	bool found = false;
	if (!m->has_config) {
		return GW_OK;
	}
	cli_registry_path(&config, path);
	enum gw_code rc = trusted_list_get(path, m->what.territory, &found, &m->in_force, NULL, &m->record, err);
	if (rc == GW_E_NOTFOUND && m->dry_run) {
		*err = (struct gw_err){0};
		return GW_OK;
	}
	m->what.in_force = found ? &m->in_force : NULL;
	m->what.in_force_record = gw_buf_span(&m->record);
	return rc;
}

static enum gw_code gather(const struct cli *c, struct import *m, struct gw_err *err) {
	struct tsl_refused *refused = &m->result.refused;
	enum gw_code rc = load_config(c, m, err);
	if (m->has_config && !m->what.territory) {
		m->what.territory = config.trust.territory;
	}
	rc = rc == GW_OK ? load_pins(m, err) : rc;
	rc = rc == GW_OK ? load_in_force(m, err) : rc;
	if (rc == GW_OK && m->lotl_path) {
		rc = read_source(m->lotl_path, &m->lotl, refused, err);
		m->result.of_lotl = refused->why != TSL_REFUSED_NOT;
	}
	rc = rc == GW_OK ? read_source(m->source, &m->xml, refused, err) : rc;
	m->what.xml = gw_buf_span(&m->xml);
	m->what.lotl = m->lotl.len > 0 ? gw_buf_span(&m->lotl) : (struct gw_span){0};
	if (rc == GW_OK && m->lotl_path && m->lotl.len == 0) {
		m->result.of_lotl = true;
		tsl_refuse(refused, TSL_REFUSED_NOT_XML, "the list of lists is empty");
	}
	return rc;
}

/* ---- into force ---- */

static enum gw_code put_in_force(struct import *m, struct gw_err *err) {
	GW_AUTO(json) json_t *command = tsl_import_command(&m->what, &m->result);
	GW_AUTO(json) json_t *answer = NULL;
	enum gw_code rc = command ? cli_ask(&config, command, &answer, err) : gw_fail(err, GW_E_NOMEM, "out of memory");
	if (rc != GW_OK) {
		return rc;
	}
	if (json_is_true(json_object_get(answer, "ok"))) {
		m->result.same = json_is_true(json_object_get(answer, "same"));
		m->imported = !m->result.same;
		return GW_OK;
	}
	enum tsl_refusal why = tsl_refusal_of(gw_json_text(answer, "code", ""));
	if (why == TSL_REFUSED_OLDER || why == TSL_REFUSED_SAME_SEQUENCE) {
		tsl_refuse(&m->result.refused, why, "another import was faster");
		return GW_OK;
	}
	return gw_fail(err, GW_E_STORE, "%s", gw_json_text(answer, "error", "the registry refused it"));
}

/* Into the trail of the serving process; while none serves nothing has been decided about anybody. */
static void note_refused(const struct import *m) {
	GW_AUTO(json)
	json_t *command =
		json_pack("{s:s, s:s}", "command", "tsl_refused", "code", tsl_refusal_code(m->result.refused.why));
	GW_AUTO(json) json_t *answer = NULL;
	GW_UNUSED(command && control_ask(config.control_socket, command, &answer, NULL) == GW_OK);
}

static enum gw_code run(const struct cli *c, struct import *m, struct gw_err *err) {
	enum gw_code rc = gather(c, m, err);
	if (rc == GW_OK && m->result.refused.why == TSL_REFUSED_NOT) {
		rc = tsl_import_check(&m->what, &m->result, err);
	}
	bool may = rc == GW_OK && m->result.refused.why == TSL_REFUSED_NOT;
	rc = may && !m->dry_run && !m->result.same ? put_in_force(m, err) : rc;
	if (rc == GW_OK && m->result.refused.why != TSL_REFUSED_NOT && !m->dry_run) {
		note_refused(m);
	}
	return rc;
}

/* ---- what is said ---- */

static json_t *word_json(const char *word) {
	return word[0] ? json_string(word) : json_null();
}

static json_t *result_json(const struct import *m) {
	const struct tsl_imported *r = &m->result;
	const struct trusted_list_facts *f = &r->facts;
	bool refused = r->refused.why != TSL_REFUSED_NOT;
	json_t *j = json_pack("{s:i, s:b, s:s, s:o, s:s, s:s, s:s, s:b, s:b}", "v", IMPORT_VERSION, "ok", !refused,
			      "code", tsl_refusal_code(r->refused.why), "document",
			      refused ? json_string(r->of_lotl ? "lotl" : "list") : json_null(), "sl",
			      tsl_refusal_sl(r->refused.why), "en", tsl_refusal_en(r->refused.why), "detail",
			      r->refused.detail, "dry_run", m->dry_run, "imported", m->imported);
	json_object_update_new(j, json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "territory", word_json(f->territory),
					    "sequence", r->known ? json_integer((json_int_t)f->sequence) : json_null(),
					    "issued", cli_time_json(f->issued_utc_s), "next_update",
					    cli_time_json(f->next_update_utc_s), "pinned", f->pinned_by[0] != '\0',
					    "pinned_by", word_json(f->pinned_by)));
	json_object_update_new(
		j, json_pack("{s:o, s:o, s:o, s:o, s:o}", "signer_sha256", word_json(f->signer), "providers",
			     r->known ? json_integer((json_int_t)f->providers) : json_null(), "services",
			     r->known ? json_integer((json_int_t)f->services) : json_null(), "granted_ca_qc",
			     r->known ? json_integer((json_int_t)f->granted_ca_qc) : json_null(), "changes",
			     r->changes ? json_incref(r->changes) : json_array()));
	json_t *warnings = json_array();
	for (size_t i = 0; r->known && i < r->list.warnings.n; i++) {
		json_array_append_new(warnings, json_string(r->list.warnings.at[i]));
	}
	json_object_set_new(j, "warnings", warnings);
	return j;
}

static void print_result(const struct import *m) {
	const struct tsl_imported *r = &m->result;
	const struct trusted_list_facts *f = &r->facts;
	char issued[GW_TIME_TEXT], next[GW_TIME_TEXT];
	if (r->refused.why != TSL_REFUSED_NOT) {
		fprintf(stderr, "vashgate: %s%s: %s\nvashgate: %s (%s)\n", r->of_lotl ? "list of lists: " : "",
			tsl_refusal_code(r->refused.why), tsl_refusal_sl(r->refused.why),
			tsl_refusal_en(r->refused.why), r->refused.detail);
		return;
	}
	gw_time_text(f->issued_utc_s * 1000, issued);
	gw_time_text(f->next_update_utc_s * 1000, next);
	puts(m->imported ? "imported" : r->same ? "in force already" : "would be imported");
	fputs("territory       ", stdout);
	print_escaped(gw_span_of(f->territory), "");
	printf("\nsequence        %lld\nissued          %s\nnext update     %s\nsigner          %s\npinned by       %s\n",
	       (long long)f->sequence, issued, next, f->signer, f->pinned_by[0] ? f->pinned_by : "nobody");
	printf("providers       %lld\nservices        %lld\ngranted CA/QC   %lld\nchanges         %zu\n",
	       (long long)f->providers, (long long)f->services, (long long)f->granted_ca_qc,
	       json_array_size(r->changes));
	for (size_t i = 0; i < r->list.warnings.n; i++) {
		printf("warning         %s\n", r->list.warnings.at[i]);
	}
}

static int say(const struct cli *c, const struct import *m) {
	enum tsl_refusal why = m->result.refused.why;
	if (c->json) {
		GW_AUTO(json) json_t *j = result_json(m);
		cli_print_json(j);
	} else {
		print_result(m);
	}
	return why == TSL_REFUSED_NOT ? EXIT_YES : why >= TSL_REFUSED_CHILD_DIED ? EXIT_TROUBLE : EXIT_NO;
}

int cmd_tsl_import(struct cli *c) {
	struct gw_err err = {0};
	GW_AUTO(import) struct import m = {0};
	const char *at = cli_option(c, "--at");
	int64_t at_ms = gw_now_utc_ms();
	gw_buf_init(&m.xml, TSL_BYTES_MAX);
	gw_buf_init(&m.lotl, TSL_BYTES_MAX);
	gw_buf_init(&m.record, TSL_JSON_BYTES_MAX);
	gw_arena_init(&m.pins, TSL_BYTES_MAX);
	m.lotl_path = cli_option(c, "--lotl");
	m.signer_path = cli_option(c, "--signer");
	m.what.territory = cli_option(c, "--territory");
	m.dry_run = m.what.unpinned_ok = cli_flag(c, "--dry-run");
	if (!cli_done(c, 1) || (at && !gw_time_parse(at, &at_ms))) {
		return cli_usage();
	}
	m.source = c->argv[0];
	m.what.at_utc_s = at_ms / 1000;
	return run(c, &m, &err) == GW_OK ? say(c, &m) : cli_failed(c, &err, EXIT_TROUBLE);
}
