#include "gateway/cli/config.h"

#include <errno.h>

#include "base/conf.h"
#include "base/text.h"
#include "gateway/cli/sources.h"

#define DEFAULT_CONTRACTS "/usr/share/vashgate/wsdl"
#define DEFAULT_SOCKET "/run/vashgate/control"
#define DEFAULT_TERRITORY "SI"

enum { LIMIT_MAX = 1000000 };

#define SETTING_DEFAULT(key, type, def, min, max, unit, reload, help) .key = def,
static const struct settings defaults = {SETTINGS(SETTING_DEFAULT)};

#define SETTING_CHECK(key, type, def, min, max, unit, reload, help)                                                    \
	_Static_assert((def) <= (max) && (def) + 0LL >= (min), "default of " #key " is out of its limits");
SETTINGS(SETTING_CHECK)

/* ---- scalar settings and the root ---- */

enum { ROOT_KEYS = 13, SETTING_KEYS = 64 };

#define SETTING_KEY(key_, type_, def, min_, max_, unit, reload, help)                                                  \
	keys[n++] = (struct conf_key){.key = #key_,                                                                    \
				      .type = CONF_##type_,                                                            \
				      .target = &c->settings.key_,                                                     \
				      .min = (uint32_t)(min_),                                                         \
				      .max = (uint32_t)(max_)};

static enum gw_code read_root(struct conf *file, struct config *c, struct gw_err *err) {
	struct conf_key keys[SETTING_KEYS + ROOT_KEYS];
	size_t n = 0;
	SETTINGS(SETTING_KEY)
	const struct conf_key more[] = {
		{.key = "data_dir", .type = CONF_TEXT, .target = c->data_dir, .size = CONFIG_PATH, .required = true},
		{.key = "log_key", .type = CONF_TEXT, .target = c->log_key, .size = CONFIG_PATH, .required = true},
		{.key = "control_socket", .type = CONF_TEXT, .target = c->control_socket, .size = CONFIG_PATH},
		{.key = "contracts_dir", .type = CONF_TEXT, .target = c->contracts_dir, .size = CONFIG_PATH},
		{.key = "services_file", .type = CONF_TEXT, .target = c->services_file, .size = CONFIG_PATH},
		{.key = "codelists_dir", .type = CONF_TEXT, .target = c->codelists_dir, .size = CONFIG_PATH},
		{.key = "client_required",
		 .type = CONF_INTS,
		 .target = c->client_required.group,
		 .count = 32,
		 .used = &c->client_required.count},
		{.key = "listeners", .type = CONF_GROUPS, .required = true},
		{.key = "backends", .type = CONF_GROUPS, .required = true},
		{.key = "registers", .type = CONF_GROUPS},
		{.key = "issuers", .type = CONF_GROUPS},
		{.key = "mail", .type = CONF_GROUP},
		{.key = "trust", .type = CONF_GROUP},
	};
	_Static_assert(GW_COUNT(more) == ROOT_KEYS, "room for the keys of the root");
	memcpy(keys + n, more, sizeof(more));
	return conf_read(file, "", keys, n + GW_COUNT(more), err);
}

/* ---- listeners and backends ---- */

static const struct {
	const char *text;
	enum config_kind kind;
} kinds[] = {{"services", CONFIG_SERVICES}, {"portal", CONFIG_PORTAL}, {"metrics", CONFIG_METRICS}};

static bool read_kind(struct config_listener *l) {
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		if (strcmp(kinds[i].text, l->kind_text) == 0) {
			l->kind = kinds[i].kind;
			return true;
		}
	}
	return false;
}

static enum gw_code check_listener(struct config_listener *l, struct gw_err *err) {
	if (!read_kind(l)) {
		return gw_fail(err, GW_E_CONFIG, "listener '%s': kind must be \"services\", \"portal\" or \"metrics\"",
			       l->name);
	}
	if (!cert_revocation_rule_of(l->revocation_text[0] ? l->revocation_text : "soft", &l->revocation)) {
		return gw_fail(err, GW_E_CONFIG, "listener '%s': revocation must be \"soft\", \"hard\" or \"off\"",
			       l->name);
	}
	bool tls = l->kind != CONFIG_METRICS, services = l->kind == CONFIG_SERVICES;
	const char *needed[] = {l->cert, l->key, l->trusted_list ? "-" : l->anchors, l->public_url};
	for (size_t i = 0; tls && i < GW_COUNT(needed); i++) {
		if (!needed[i][0]) {
			return gw_fail(err, GW_E_CONFIG,
				       "listener '%s' needs cert, key, anchors (or trusted_list) and public_url",
				       l->name);
		}
	}
	if (services && l->opens_count == 0) {
		return gw_fail(err, GW_E_CONFIG, "listener '%s' opens no service: name backends in services", l->name);
	}
	if (tls && l->hosts.count == 0) {
		return gw_fail(err, GW_E_CONFIG, "listener '%s' needs hosts: the names that a request may have in Host",
			       l->name);
	}
	return GW_OK;
}

static enum gw_code read_listener(struct conf *file, size_t i, struct config_listener *l, struct gw_err *err) {
	char path[48];
	snprintf(path, sizeof(path), "listeners.[%zu]", i);
	const struct conf_key keys[] = {
		{.key = "name", .type = CONF_TEXT, .target = l->name, .size = sizeof(l->name), .required = true},
		{.key = "kind",
		 .type = CONF_TEXT,
		 .target = l->kind_text,
		 .size = sizeof(l->kind_text),
		 .required = true},
		{.key = "address",
		 .type = CONF_TEXT,
		 .target = l->address,
		 .size = sizeof(l->address),
		 .required = true},
		{.key = "port", .type = CONF_U32, .target = &l->port, .max = 65535, .required = true},
		{.key = "cert", .type = CONF_TEXT, .target = l->cert, .size = CONFIG_PATH},
		{.key = "key", .type = CONF_TEXT, .target = l->key, .size = CONFIG_PATH},
		{.key = "anchors", .type = CONF_TEXT, .target = l->anchors, .size = CONFIG_PATH},
		{.key = "intermediates", .type = CONF_TEXT, .target = l->intermediates, .size = CONFIG_PATH},
		{.key = "crls", .type = CONF_TEXT, .target = l->crls, .size = CONFIG_PATH},
		{.key = "trusted_list", .type = CONF_BOOL, .target = &l->trusted_list},
		{.key = "revocation",
		 .type = CONF_TEXT,
		 .target = l->revocation_text,
		 .size = sizeof(l->revocation_text)},
		{.key = "public_url", .type = CONF_TEXT, .target = l->public_url, .size = CONFIG_PATH},
		{.key = "hosts",
		 .type = CONF_TEXTS,
		 .target = l->hosts.name,
		 .size = ENGINE_HOST,
		 .count = ENGINE_HOSTS_MAX,
		 .used = &l->hosts.count},
		{.key = "services",
		 .type = CONF_TEXTS,
		 .target = l->opens,
		 .size = ENGINE_NAME,
		 .count = GW_COUNT(l->opens),
		 .used = &l->opens_count},
		{.key = "calls_per_s", .type = CONF_U32, .target = &l->calls_per_s, .max = LIMIT_MAX},
		{.key = "calls_burst", .type = CONF_U32, .target = &l->calls_burst, .max = LIMIT_MAX},
		{.key = "in_flight", .type = CONF_U32, .target = &l->in_flight, .max = LIMIT_MAX},
	};
	enum gw_code rc = conf_read(file, path, keys, GW_COUNT(keys), err);
	return rc == GW_OK ? check_listener(l, err) : rc;
}

static enum gw_code read_backend(struct conf *file, size_t i, struct config_backend *b, struct gw_err *err) {
	char path[48];
	snprintf(path, sizeof(path), "backends.[%zu]", i);
	const struct conf_key keys[] = {
		{.key = "name", .type = CONF_TEXT, .target = b->name, .size = sizeof(b->name), .required = true},
		{.key = "url", .type = CONF_TEXT, .target = b->url, .size = CONFIG_PATH, .required = true},
		{.key = "cert", .type = CONF_TEXT, .target = b->cert, .size = CONFIG_PATH},
		{.key = "key", .type = CONF_TEXT, .target = b->key, .size = CONFIG_PATH},
		{.key = "ca", .type = CONF_TEXT, .target = b->ca, .size = CONFIG_PATH},
		{.key = "hmac_key", .type = CONF_TEXT, .target = b->hmac_key, .size = CONFIG_PATH, .required = true},
	};
	enum gw_code rc = conf_read(file, path, keys, GW_COUNT(keys), err);
	bool tls = strncmp(b->url, "https://", 8) == 0;
	if (rc == GW_OK && !tls && strncmp(b->url, "http://", 7) != 0) {
		rc = gw_fail(err, GW_E_CONFIG, "backend '%s': url must begin with https:// or http://", b->name);
	}
	if (rc == GW_OK && tls && (!b->cert[0] || !b->key[0] || !b->ca[0])) {
		rc = gw_fail(err, GW_E_CONFIG, "backend '%s' needs cert, key and ca", b->name);
	}
	return rc;
}

/* A register: "mdp" or "prs", each at most once. */
static enum gw_code read_register(struct conf *file, size_t i, struct config *c, struct gw_err *err) {
	char path[48], name[ENGINE_NAME] = "";
	struct register_config r = {.deadline_ms = 5000};
	snprintf(path, sizeof(path), "registers.[%zu]", i);
	const struct conf_key keys[] = {
		{.key = "name", .type = CONF_TEXT, .target = name, .size = sizeof(name), .required = true},
		{.key = "url", .type = CONF_TEXT, .target = r.url, .size = REGISTER_TEXT, .required = true},
		{.key = "cert", .type = CONF_TEXT, .target = r.cert, .size = REGISTER_TEXT, .required = true},
		{.key = "key", .type = CONF_TEXT, .target = r.key, .size = REGISTER_TEXT, .required = true},
		{.key = "ca", .type = CONF_TEXT, .target = r.ca, .size = REGISTER_TEXT, .required = true},
		{.key = "deadline_ms", .type = CONF_U32, .target = &r.deadline_ms, .min = 100, .max = 60000},
	};
	enum gw_code rc = conf_read(file, path, keys, GW_COUNT(keys), err);
	struct register_config *into = strcmp(name, "mdp") == 0 ? &c->mdp : strcmp(name, "prs") == 0 ? &c->prs : NULL;
	if (rc != GW_OK) {
		return rc;
	}
	if (!into || into->url[0]) {
		return gw_fail(err, GW_E_CONFIG, "register '%s': there are \"mdp\" and \"prs\", each once", name);
	}
	if (strncmp(r.url, "https://", 8) != 0) {
		return gw_fail(err, GW_E_CONFIG, "register '%s': url must begin with https://", name);
	}
	*into = r;
	return GW_OK;
}

static enum gw_code read_lists(struct conf *file, struct config *c, struct gw_err *err) {
	c->listener_count = conf_count(file, "listeners");
	c->backend_count = conf_count(file, "backends");
	if (c->listener_count == 0 || c->listener_count > ENGINE_LISTENERS_MAX || c->backend_count > BACKENDS_MAX) {
		return gw_fail(err, GW_E_CONFIG, "there must be 1 to %d listeners and at most %d backends",
			       ENGINE_LISTENERS_MAX, BACKENDS_MAX);
	}
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < c->listener_count; i++) {
		rc = read_listener(file, i, &c->listener[i], err);
	}
	for (size_t i = 0; rc == GW_OK && i < c->backend_count; i++) {
		rc = read_backend(file, i, &c->backend[i], err);
	}
	for (size_t i = 0; rc == GW_OK && i < conf_count(file, "registers"); i++) {
		rc = read_register(file, i, c, err);
	}
	return rc;
}

/* ---- mail ---- */

static enum gw_code check_mail(const struct config_mail *m, struct gw_err *err) {
	bool implicit = strncmp(m->url, "smtps://", 8) == 0;
	if (!implicit && strncmp(m->url, "smtp://", 7) != 0) {
		return gw_fail(err, GW_E_CONFIG, "mail: url must begin with smtps:// or smtp://");
	}
	if (strchr(m->url, '@')) {
		return gw_fail(err, GW_E_CONFIG, "mail: user and password_file, not url, name who logs in");
	}
	if (!vash_email_ok(m->from)) {
		return gw_fail(err, GW_E_CONFIG, "mail: from must be an address such as vashgate@example.si");
	}
	bool tls = implicit || m->starttls;
	if (tls && !m->ca[0]) {
		return gw_fail(err, GW_E_CONFIG, "mail: TLS needs ca");
	}
	if (!m->user[0] != !m->password_file[0]) {
		return gw_fail(err, GW_E_CONFIG, "mail: user and password_file belong together");
	}
	return m->user[0] && !tls ? gw_fail(err, GW_E_CONFIG, "mail: a password is not sent without TLS") : GW_OK;
}

static enum gw_code read_mail(struct conf *file, struct config_mail *m, struct gw_err *err) {
	const struct conf_key keys[] = {
		{.key = "url", .type = CONF_TEXT, .target = m->url, .size = sizeof(m->url), .required = true},
		{.key = "from", .type = CONF_TEXT, .target = m->from, .size = sizeof(m->from), .required = true},
		{.key = "user", .type = CONF_TEXT, .target = m->user, .size = sizeof(m->user)},
		{.key = "password_file", .type = CONF_TEXT, .target = m->password_file, .size = CONFIG_PATH},
		{.key = "ca", .type = CONF_TEXT, .target = m->ca, .size = sizeof(m->ca)},
		{.key = "starttls", .type = CONF_BOOL, .target = &m->starttls},
	};
	m->starttls = true;
	if (!conf_has(file, "mail")) {
		return GW_OK;
	}
	enum gw_code rc = conf_read(file, "mail", keys, GW_COUNT(keys), err);
	return rc == GW_OK ? check_mail(m, err) : rc;
}

/* ---- trust ---- */

/* FZ-VS9: SI-TRUST (its earlier and its present identifier), Halcom, Rekono. */
static const char *const default_providers[] = {"VATSI-17659957", "VATSI-91838983", "VATSI-43353126", "VATSI-60762802"};

static enum gw_code read_trust(struct conf *file, struct config_trust *t, struct gw_err *err) {
	const struct conf_key keys[] = {
		{.key = "lotl_signers", .type = CONF_TEXT, .target = t->lotl_signers, .size = CONFIG_PATH},
		{.key = "list", .type = CONF_TEXT, .target = t->list, .size = CONFIG_PATH},
		{.key = "lotl", .type = CONF_TEXT, .target = t->lotl, .size = CONFIG_PATH},
		{.key = "signer", .type = CONF_TEXT, .target = t->signer, .size = CONFIG_PATH},
		{.key = "territory", .type = CONF_TEXT, .target = t->territory, .size = sizeof(t->territory)},
		{.key = "providers",
		 .type = CONF_TEXTS,
		 .target = t->provider,
		 .size = CERT_PROVIDER,
		 .count = CERT_PROVIDERS_MAX,
		 .used = &t->provider_count},
	};
	gw_copy_text(t->territory, sizeof(t->territory), DEFAULT_TERRITORY);
	enum gw_code rc = conf_has(file, "trust") ? conf_read(file, "trust", keys, GW_COUNT(keys), err) : GW_OK;
	if (rc == GW_OK && t->provider_count == 0) {
		for (size_t i = 0; i < GW_COUNT(default_providers); i++) {
			gw_copy_text(t->provider[t->provider_count++], CERT_PROVIDER, default_providers[i]);
		}
	}
	if (rc == GW_OK && t->list[0] && !t->lotl[0] && !t->signer[0]) {
		return gw_fail(err, GW_E_CONFIG, "trust: a list needs a lotl, or its signer");
	}
	return rc == GW_OK && !t->territory[0] ? gw_fail(err, GW_E_CONFIG, "trust: territory is empty") : rc;
}

/* ---- issuers ---- */

enum { AGE_MAX_S = 31536000 };

struct source_order {
	size_t count;
	char word[CERT_ORDER_MAX][8];
};

static bool read_order(const struct source_order *words, struct cert_issuer_rule *out) {
	size_t n = words->count ? words->count : CERT_ORDER_MAX;
	for (size_t i = 0; i < n; i++) {
		const char *word = words->count ? words->word[i] : i == 0 ? "ocsp" : "crl";
		out->order[i] = strcmp(word, "ocsp") == 0  ? CERT_SOURCE_OCSP
				: strcmp(word, "crl") == 0 ? CERT_SOURCE_CRL
							   : CERT_SOURCE_NONE;
		if (out->order[i] == CERT_SOURCE_NONE || (i == 1 && out->order[1] == out->order[0])) {
			return false;
		}
	}
	return true;
}

static bool is_address(const char *url) {
	return !url[0] || strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

static enum gw_code read_issuer(struct conf *file, size_t i, struct cert_issuer_rule *r, struct gw_err *err) {
	char path[48], rule[8] = "soft";
	struct source_order order = {0};
	snprintf(path, sizeof(path), "issuers.[%zu]", i);
	const struct conf_key keys[] = {
		{.key = "issuer", .type = CONF_TEXT, .target = r->issuer, .size = sizeof(r->issuer), .required = true},
		{.key = "order",
		 .type = CONF_TEXTS,
		 .target = order.word,
		 .size = sizeof(order.word[0]),
		 .count = CERT_ORDER_MAX,
		 .used = &order.count},
		{.key = "revocation", .type = CONF_TEXT, .target = rule, .size = sizeof(rule)},
		{.key = "age_max_s", .type = CONF_U32, .target = &r->age_max_s, .max = AGE_MAX_S},
		{.key = "ocsp", .type = CONF_TEXT, .target = r->ocsp_url, .size = sizeof(r->ocsp_url)},
		{.key = "crl", .type = CONF_TEXT, .target = r->crl_url, .size = sizeof(r->crl_url)},
	};
	enum gw_code rc = conf_read(file, path, keys, GW_COUNT(keys), err);
	if (rc != GW_OK) {
		return rc;
	}
	if (!cert_revocation_rule_of(rule, &r->rule)) {
		return gw_fail(err, GW_E_CONFIG, "issuer '%.80s': revocation must be \"soft\", \"hard\" or \"off\"",
			       r->issuer);
	}
	if (!read_order(&order, r)) {
		return gw_fail(err, GW_E_CONFIG, "issuer '%.80s': order names \"ocsp\", \"crl\", each at most once",
			       r->issuer);
	}
	return is_address(r->ocsp_url) && is_address(r->crl_url)
		       ? GW_OK
		       : gw_fail(err, GW_E_CONFIG, "issuer '%.80s': ocsp and crl begin with http:// or https://",
				 r->issuer);
}

static enum gw_code read_issuers(struct conf *file, struct cert_issuer_rules *out, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	out->count = conf_count(file, "issuers");
	if (out->count > CERT_ISSUER_RULES_MAX) {
		return gw_fail(err, GW_E_CONFIG, "there are at most %d issuers", CERT_ISSUER_RULES_MAX);
	}
	for (size_t i = 0; rc == GW_OK && i < out->count; i++) {
		rc = read_issuer(file, i, &out->rule[i], err);
	}
	return rc;
}

/* ---- the file ---- */

enum gw_code config_load(const char *path, struct config *out, struct gw_err *err) {
	GW_AUTO(conf) struct conf *file = NULL;
	memset(out, 0, sizeof(*out));
	out->settings = defaults;
	gw_copy_text(out->contracts_dir, CONFIG_PATH, DEFAULT_CONTRACTS);
	gw_copy_text(out->control_socket, CONFIG_PATH, DEFAULT_SOCKET);
	if (sources_file(path, out->digest, err) != GW_OK) {
		return GW_E_NOTFOUND;
	}
	enum gw_code rc = conf_open(path, &file, err);
	rc = rc == GW_OK ? read_root(file, out, err) : rc;
	rc = rc == GW_OK ? read_lists(file, out, err) : rc;
	rc = rc == GW_OK ? read_mail(file, &out->mail, err) : rc;
	rc = rc == GW_OK ? read_trust(file, &out->trust, err) : rc;
	return rc == GW_OK ? read_issuers(file, &out->issuers, err) : rc;
}

enum gw_code config_services_listener(const struct config *c, size_t *index, struct gw_err *err) {
	for (*index = 0; *index < c->listener_count; ++*index) {
		if (c->listener[*index].kind == CONFIG_SERVICES) {
			return GW_OK;
		}
	}
	return gw_fail(err, GW_E_CONFIG, "there is no listener of services");
}

bool config_trusts_list(const struct config *c) {
	bool any = false;
	for (size_t i = 0; i < c->listener_count; i++) {
		any |= c->listener[i].trusted_list;
	}
	return any;
}

#define PRINT_U32(value) fprintf(to, "%u", value)
#define PRINT_BOOL(value) fputs((value) ? "true" : "false", to)
#define SETTING_PRINT(key, type, def, min, max, unit, reload, help)                                                    \
	fprintf(to, "# %s%s%s%s; %lld to %lld%s\n%s = ", help, unit[0] ? " (" : "", unit, unit[0] ? ")" : "",          \
		(long long)(min), (long long)(max), (reload) ? "" : "; takes a restart", #key);                        \
	PRINT_##type(c->settings.key);                                                                                 \
	fputs(";\n", to);

void config_print(const struct config *c, FILE *to) {
	SETTINGS(SETTING_PRINT)
}
