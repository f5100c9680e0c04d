/* tsl list: the trusted list in force, for people and programs (vashgate(1)). */
#include "base/clock.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/print_text.h"
#include "gateway/cli/tsl_in_force.h"

enum { LIST_VERSION = 1 };

static struct config config; /* large; one command a process */

struct shown {
	const char *territory;
	int64_t at_utc_s;
	struct tsl_in_force in_force;
};

static void shown_release(struct shown *s) {
	tsl_in_force_release(&s->in_force);
}
static inline void gw_auto_shown(struct shown *s) {
	shown_release(s);
}

static enum gw_code load(const struct cli *c, struct shown *s, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	enum gw_code rc = config_load(c->config_path, &config, err);
	s->territory = s->territory ? s->territory : config.trust.territory;
	cli_registry_path(&config, path);
	return rc == GW_OK ? tsl_in_force_load(path, s->territory, &s->in_force, err) : rc;
}

/* ---- JSON ---- */

static json_t *names_json(const struct tsl_texts *names) {
	return json_pack("{s:s, s:s}", "sl", tsl_text_in(names, "sl"), "en", tsl_text_in(names, "en"));
}

/* Of all its qualifications: what they may say of a certificate. */
static json_t *qualifiers_json(const struct tsl_period *p) {
	json_t *names = json_array();
	uint32_t all = 0;
	for (size_t i = 0; i < p->qualification_count; i++) {
		all |= p->qualification[i].qualifiers;
	}
	for (unsigned bit = 0; bit < TSL_QUALIFIER_BITS; bit++) {
		if (all & 1U << bit) {
			json_array_append_new(names, json_string(tsl_qualifier_name(bit)));
		}
	}
	return names;
}

/* As at the time asked for; a service that had no status then says so. */
static json_t *service_json(const struct tsl_service *service, int64_t at_utc_s) {
	const struct tsl_period *then = tsl_period_at(service, at_utc_s);
	const struct tsl_period *p = then ? then : &service->period[service->period_count - 1];
	json_t *info = json_array();
	for (size_t i = 0; i < p->info.n; i++) {
		json_array_append_new(info, json_string(p->info.at[i]));
	}
	return json_pack("{s:o, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:b, s:I}", "name", names_json(&p->names), "type",
			 p->type, "status", tsl_status_name(tsl_status_at(service, at_utc_s)), "since",
			 then ? cli_time_json(p->since_utc_s) : json_null(), "granted_ca_qc",
			 tsl_is_granted_ca_qc(service, at_utc_s), "info", info, "qualifiers", qualifiers_json(p),
			 "taken_over_by", p->taken_over ? names_json(&p->taken_over_by) : json_null(),
			 "critical_unknown", p->critical_unknown, "history", (json_int_t)(service->period_count - 1));
}

static json_t *provider_json(const struct tsl_provider *p, int64_t at_utc_s) {
	json_t *services = json_array(), *trade_names = json_array();
	for (size_t i = 0; i < p->service_count; i++) {
		json_array_append_new(services, service_json(&p->service[i], at_utc_s));
	}
	for (size_t i = 0; i < p->trade_names.n; i++) {
		json_array_append_new(trade_names, json_string(p->trade_names.at[i].text));
	}
	return json_pack("{s:o, s:o, s:o}", "name", names_json(&p->names), "trade_names", trade_names, "services",
			 services);
}

static json_t *list_json(const struct shown *s) {
	json_t *providers = json_array();
	for (size_t i = 0; i < s->in_force.list.provider_count; i++) {
		json_array_append_new(providers, provider_json(&s->in_force.list.provider[i], s->at_utc_s));
	}
	return json_pack("{s:i, s:b, s:s, s:I, s:o, s:o, s:o, s:s, s:s, s:s, s:O, s:o}", "v", LIST_VERSION, "ok", 1,
			 "territory", s->in_force.facts.territory, "sequence", (json_int_t)s->in_force.facts.sequence,
			 "issued", cli_time_json(s->in_force.facts.issued_utc_s), "next_update",
			 cli_time_json(s->in_force.facts.next_update_utc_s), "imported",
			 cli_time_json(s->in_force.facts.imported_utc_s), "digest_sha256", s->in_force.facts.digest,
			 "signer_sha256", s->in_force.facts.signer, "pinned_by", s->in_force.facts.pinned_by, "changes",
			 s->in_force.changes, "providers", providers);
}

/* ---- text ---- */

static void print_service(const struct tsl_service *service, int64_t at_utc_s) {
	const struct tsl_period *then = tsl_period_at(service, at_utc_s);
	const struct tsl_period *p = then ? then : &service->period[service->period_count - 1];
	const char *type = strstr(p->type, "/Svctype/");
	char since[GW_TIME_TEXT];
	gw_time_text(p->since_utc_s * 1000, since);
	printf("  %-26s %.10s ", tsl_status_name(tsl_status_at(service, at_utc_s)), then ? since : "-         ");
	print_escaped(gw_span_of(type ? type + strlen("/Svctype/") : p->type), "");
	fputs("  ", stdout);
	print_escaped(gw_span_of(tsl_text_in(&p->names, "sl")), "");
	if (p->taken_over) {
		fputs(", taken over by ", stdout);
		print_escaped(gw_span_of(tsl_text_in(&p->taken_over_by, "sl")), "");
	}
	putchar('\n');
}

/* An identifier, for the first time among the trade names, which stand there in each language. */
static bool is_new_identifier(const struct tsl_texts *names, size_t at) {
	const char *text = names->at[at].text;
	for (size_t i = 0; i < at; i++) {
		if (strcmp(names->at[i].text, text) == 0) {
			return false;
		}
	}
	return strncmp(text, "VAT", 3) == 0;
}

static void print_provider(const struct tsl_provider *p, int64_t at_utc_s) {
	print_escaped(gw_span_of(tsl_text_in(&p->names, "sl")), "");
	for (size_t i = 0; i < p->trade_names.n; i++) {
		if (is_new_identifier(&p->trade_names, i)) {
			putchar(' ');
			print_escaped(gw_span_of(p->trade_names.at[i].text), "");
		}
	}
	putchar('\n');
	for (size_t i = 0; i < p->service_count; i++) {
		print_service(&p->service[i], at_utc_s);
	}
}

static void print_texts(const char *label, const json_t *texts) {
	size_t i;
	json_t *text;
	json_array_foreach(texts, i, text) {
		printf("\n    %s ", label);
		print_escaped(gw_span_of(json_string_value(text)), "");
	}
}

static void print_change(const json_t *change) {
	static const char *const keys[] = {"change", "provider", "service", "from", "to", "by"};
	for (size_t i = 0; i < GW_COUNT(keys); i++) {
		const char *text = json_string_value(json_object_get(change, keys[i]));
		if (text) {
			fputs(i == 0 ? "  " : i == 3 ? ", from " : i == 4 ? ", " : i == 5 ? ", by " : ": ", stdout);
			print_escaped(gw_span_of(text), "");
		}
	}
	print_texts("added", json_object_get(change, "added"));
	print_texts("removed", json_object_get(change, "removed"));
	putchar('\n');
}

static void print_list(const struct shown *s) {
	char issued[GW_TIME_TEXT], next[GW_TIME_TEXT], imported[GW_TIME_TEXT];
	size_t i;
	json_t *change;
	gw_time_text(s->in_force.facts.issued_utc_s * 1000, issued);
	gw_time_text(s->in_force.facts.next_update_utc_s * 1000, next);
	gw_time_text(s->in_force.facts.imported_utc_s * 1000, imported);
	printf("territory   %s\nsequence    %lld\nissued      %s\nnext update %s\nimported    %s\nsigner      %s\npinned by   %s\n\n",
	       s->in_force.facts.territory, (long long)s->in_force.facts.sequence, issued, next, imported,
	       s->in_force.facts.signer, s->in_force.facts.pinned_by);
	for (i = 0; i < s->in_force.list.provider_count; i++) {
		print_provider(&s->in_force.list.provider[i], s->at_utc_s);
	}
	printf("\nchanged by the last import: %zu\n", json_array_size(s->in_force.changes));
	json_array_foreach(s->in_force.changes, i, change) {
		print_change(change);
	}
}

int cmd_tsl_list(struct cli *c) {
	struct gw_err err = {0};
	GW_AUTO(shown) struct shown s = {.territory = cli_option(c, "--territory")};
	const char *at = cli_option(c, "--at");
	int64_t at_ms = gw_now_utc_ms();
	if (!cli_done(c, 0) || (at && !gw_time_parse(at, &at_ms))) {
		return cli_usage();
	}
	s.at_utc_s = at_ms / 1000;
	if (load(c, &s, &err) != GW_OK) {
		return cli_failed(c, &err, EXIT_TROUBLE);
	}
	if (!s.in_force.found) {
		GW_UNUSED(gw_fail(&err, GW_E_NOTFOUND, "no trusted list of '%s' is in force", s.territory));
		return cli_failed(c, &err, EXIT_NO);
	}
	if (c->json) {
		GW_AUTO(json) json_t *j = list_json(&s);
		cli_print_json(j);
	} else {
		print_list(&s);
	}
	return EXIT_YES;
}
