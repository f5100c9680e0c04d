#include "gateway/cli/view.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/file.h"
#include "base/text.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/codelists_load.h"
#include "gateway/cli/sources.h"
#include "gateway/cli/tsl_in_force.h"
#include "gateway/engine/tls.h"
#include "gateway/soap/contracts.h"
#include "vash/services_csv.h"

enum { SERVICES_MAX_BYTES = 65536 };

static void free_call_view(void *app) {
	struct call_view *cv = app;
	if (!cv) {
		return;
	}
	guard_set_free(cv->guards);
	contracts_free(cv->contracts);
	for (size_t i = 0; i < VASH_SERVICES_MAX; i++) {
		free(cv->guard_xsd[i]);
	}
	for (size_t i = 0; i < ENGINE_LISTENERS_MAX; i++) {
		cert_trust_free(cv->trust[i]);
	}
	registers_free(cv->registers);
	vash_services_release(&cv->services);
	vash_codelists_free(cv->codelists);
	OPENSSL_cleanse(cv->backend, sizeof(cv->backend));
	free(cv);
}

/* ---- services and contracts ---- */

static enum gw_code load_services(const struct config *c, struct call_view *cv, struct gw_err *err) {
	if (!c->services_file[0]) {
		return vash_services_parse(gw_span_of(vash_services_csv), &cv->services, err);
	}
	GW_AUTO(buf) struct gw_buf text;
	gw_buf_init(&text, SERVICES_MAX_BYTES);
	return gw_file_read(c->services_file, &text, err) == GW_OK
		       ? vash_services_parse(gw_buf_span(&text), &cv->services, err)
		       : GW_E_CONFIG;
}

/* The schema of a namespace "urn:esodstvo:<system>:1" is "<system>.xsd". */
static char *schema_path(const char *dir, const char *ns) {
	const char *system = strchr(ns, ':');
	system = system ? strchr(system + 1, ':') : NULL;
	const char *end = system ? strchr(system + 1, ':') : NULL;
	char *path = NULL;
	if (!end || asprintf(&path, "%s/%.*s.xsd", dir, (int)(end - system - 1), system + 1) < 0) {
		return NULL;
	}
	return path;
}

static enum gw_code load_guards(const struct config *c, struct call_view *cv, struct gw_err *err) {
	for (size_t i = 0; i < cv->services.count; i++) {
		const struct vash_service *s = &cv->services.row[i];
		cv->guard_xsd[i] = schema_path(c->contracts_dir, s->ns);
		if (!cv->guard_xsd[i]) {
			return gw_fail(err, GW_E_CONFIG, "service '%s': namespace '%s' names no schema", s->code,
				       s->ns);
		}
		cv->guard_service[i] = (struct guard_service){.xsd_path = cv->guard_xsd[i],
							      .ns = s->ns,
							      .element = s->element,
							      .soap_action = s->soap_action,
							      .documents = vash_service_takes_documents(s)};
	}
	return guard_set_load(cv->guard_service, cv->services.count, &guard_default_limits, &cv->guards, err);
}

/* ---- backends ---- */

static enum gw_code load_hmac_key(const char *path, uint8_t key[BACKEND_KEY_BYTES], struct gw_err *err) {
	char text[2 * BACKEND_KEY_BYTES + 8] = "";
	enum gw_code rc = signer_check_file(path, err);
	FILE *f = rc == GW_OK ? fopen(path, "re") : NULL;
	if (!f) {
		return gw_fail(err, GW_E_CONFIG, "cannot open key '%s': %s", path, strerror(errno));
	}
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) {
		n--;
	}
	bool ok = gw_unhex(text, n, key, BACKEND_KEY_BYTES);
	OPENSSL_cleanse(text, sizeof(text));
	return ok ? GW_OK : gw_fail(err, GW_E_CONFIG, "'%s' must hold a key of 32 bytes in hex", path);
}

/* "https://host:port/prefix" -> Host value and prefix. */
static bool split_url(const char *url, struct backend *b) {
	const char *host = strstr(url, "://") + 3;
	size_t n = strcspn(host, "/");
	const char *prefix = host + n;
	size_t prefix_n = strlen(prefix);
	while (prefix_n > 0 && prefix[prefix_n - 1] == '/') {
		prefix_n--;
	}
	return n > 0 && gw_copy(b->host, sizeof(b->host), host, n) &&
	       gw_copy(b->prefix, sizeof(b->prefix), prefix, prefix_n) &&
	       gw_copy(b->url, sizeof(b->url), url, (size_t)(prefix - url));
}

static enum gw_code load_backend(const struct config_backend *from, struct backend *b, struct gw_err *err) {
	snprintf(b->name, sizeof(b->name), "%s", from->name);
	snprintf(b->cert, sizeof(b->cert), "%s", from->cert);
	snprintf(b->key, sizeof(b->key), "%s", from->key);
	snprintf(b->ca, sizeof(b->ca), "%s", from->ca);
	if (!split_url(from->url, b)) {
		return gw_fail(err, GW_E_CONFIG, "backend '%s': url '%s' names no host", from->name, from->url);
	}
	enum gw_code rc = b->key[0] ? signer_check_file(b->key, err) : GW_OK;
	rc = rc == GW_OK ? sources_backend(from, b->identity, err) : rc;
	if (rc != GW_OK) {
		return gw_wrap(err, rc, "backend '%s'", from->name);
	}
	return rc == GW_OK ? load_hmac_key(from->hmac_key, b->hmac_key, err) : rc;
}

static const struct backend *find_backend(const struct call_view *cv, const char *name) {
	for (size_t i = 0; i < cv->backend_count; i++) {
		if (strcmp(cv->backend[i].name, name) == 0) {
			return &cv->backend[i];
		}
	}
	return NULL;
}

static enum gw_code load_backends(const struct config *c, struct call_view *cv, struct gw_err *err) {
	for (size_t i = 0; i < c->backend_count; i++) {
		cv->backend[i].index = (int)i;
		enum gw_code rc = load_backend(&c->backend[i], &cv->backend[i], err);
		if (rc != GW_OK) {
			return rc;
		}
		cv->backend_count++;
	}
	for (size_t i = 0; i < cv->services.count; i++) {
		const char *name = cv->services.row[i].backend;
		cv->service_backend[i] = find_backend(cv, name);
		if (!cv->service_backend[i] && strcmp(name, "self") != 0) {
			return gw_fail(err, GW_E_CONFIG, "service '%s' needs the backend '%s'",
				       cv->services.row[i].code, name);
		}
	}
	return GW_OK;
}

/* ---- listeners ---- */

static bool is_listed(const struct config_listener *l, const char *name) {
	for (size_t i = 0; i < l->opens_count; i++) {
		if (strcmp(l->opens[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* Deny by default: a listener opens the services of the backends that it names. */
static enum gw_code open_services(const struct config_listener *l, size_t index, struct call_view *cv,
				  struct gw_err *err) {
	for (size_t i = 0; i < l->opens_count; i++) {
		if (!find_backend(cv, l->opens[i]) && strcmp(l->opens[i], "self") != 0) {
			return gw_fail(err, GW_E_CONFIG, "listener '%s': services: there is no backend '%s'", l->name,
				       l->opens[i]);
		}
	}
	for (size_t i = 0; i < cv->services.count; i++) {
		cv->opens[index][i] = is_listed(l, cv->services.row[i].backend);
	}
	return GW_OK;
}

static struct limits_rule limits_of(const struct config_listener *l, const struct settings *s) {
	return (struct limits_rule){.per_s = l->calls_per_s ? l->calls_per_s : s->calls_per_s,
				    .burst = l->calls_burst ? l->calls_burst : s->calls_burst,
				    .in_flight = l->in_flight ? l->in_flight : s->in_flight};
}

static enum gw_code load_list(const struct config *c, struct cert_trust_list *out, struct gw_err *err) {
	GW_AUTO(tsl_in_force) struct tsl_in_force in_force = {0};
	char registry[CONFIG_PATH + 32];
	cli_registry_path(c, registry);
	enum gw_code rc = tsl_in_force_load(registry, c->trust.territory, &in_force, err);
	if (rc != GW_OK || !in_force.found) {
		return rc == GW_OK ? gw_fail(err, GW_E_CONFIG, "no trusted list of '%s' is in force: see tsl import",
					     c->trust.territory)
				   : rc;
	}
	*out = (struct cert_trust_list){.list = in_force.list,
					.arena = in_force.arena,
					.provider_count = c->trust.provider_count,
					.at_utc_s = gw_now_utc_s()};
	in_force.arena = (struct gw_arena){0};
	memcpy(out->provider, c->trust.provider, sizeof(out->provider));
	return GW_OK;
}

enum gw_code view_trust_config(const struct config *config, size_t listener, struct cert_trust_list *list,
			       struct cert_trust_config *out, struct gw_err *err) {
	const struct config_listener *l = &config->listener[listener];
	*list = (struct cert_trust_list){0};
	*out = (struct cert_trust_config){.anchors_dir = l->anchors,
					  .list = l->trusted_list ? list : NULL,
					  .intermediates_dir = l->intermediates,
					  .crl_dir = l->crls,
					  .revocation = l->revocation,
					  .issuers = config->issuers.count ? &config->issuers : NULL,
					  .require_qualified = config->settings.require_qualified};
	return l->trusted_list ? load_list(config, list, err) : GW_OK;
}

static void say_idle_rules(const struct cert_trust *trust, const char *listener) {
	size_t from = 0;
	const char *issuer;
	while ((issuer = cert_trust_idle_rule(trust, &from)) != NULL) {
		gw_log(GW_LOG_WARN, "issuer_rule_idle", "listener", listener, "issuer", issuer, NULL);
	}
}

enum gw_code view_load_trust(const struct config *config, size_t listener, const struct cert_live *live,
			     struct cert_trust **out, struct gw_err *err) {
	struct cert_trust_list list;
	struct cert_trust_config from;
	enum gw_code rc = view_trust_config(config, listener, &list, &from, err);
	from.live = config->settings.fetch_revocation ? live : NULL;
	rc = rc == GW_OK ? cert_trust_load(&from, out, err) : rc;
	trust_list_release(&list);
	if (rc == GW_OK) {
		say_idle_rules(*out, config->listener[listener].name);
	}
	return rc;
}

static enum gw_code load_listener(const struct config *c, size_t i, struct engine_view *view,
				  const struct view_shared *shared, struct gw_err *err) {
	const struct config_listener *l = &c->listener[i];
	struct call_view *cv = view->app;
	if (l->kind == CONFIG_METRICS) {
		return GW_OK;
	}
	cv->limits[i] = limits_of(l, &c->settings);
	enum gw_code rc = open_services(l, i, cv, err);
	rc = rc == GW_OK ? view_load_trust(c, i, shared->live, &cv->trust[i], err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	if (l->kind == CONFIG_SERVICES && !cv->call_trust) {
		cv->call_trust = cv->trust[i];
		snprintf(cv->touch_url, sizeof(cv->touch_url), "%s" CALL_TOUCH_PREFIX, l->public_url);
	}
	const struct tls_config tls = {.context = l->name,
				       .cert_file = l->cert,
				       .key_file = l->key,
				       .trust = cv->trust[i],
				       .optional = l->kind == CONFIG_PORTAL,
				       .sessions = shared->sessions,
				       .session_lifetime_s = (long)c->settings.session_lifetime_s};
	view->listener[i].hosts = l->hosts;
	snprintf(cv->public_url[i], sizeof(cv->public_url[i]), "%s", l->public_url);
	rc = tls_context(&tls, &view->listener[i].tls, err);
	return rc == GW_OK ? rc : gw_wrap(err, rc, "listener '%s'", l->name);
}

/* One digest for the anchors of all listeners, in their order: SHA-256 over the digest of each. */
static void note_digests(const struct config *c, struct call_view *cv) {
	uint8_t each[ENGINE_LISTENERS_MAX][CERT_DIGEST_BYTES], digest[SHA256_DIGEST_LENGTH];
	size_t n = 0;
	for (size_t i = 0; i < c->listener_count; i++) {
		if (cv->trust[i]) {
			cert_trust_digest(cv->trust[i], each[n++]);
		}
	}
	SHA256(each[0], n * CERT_DIGEST_BYTES, digest);
	gw_hex(digest, sizeof(digest), cv->anchors_digest);
	snprintf(cv->config_digest, sizeof(cv->config_digest), "%s", c->digest);
}

enum gw_code view_build(const struct config *config, uint64_t generation, const struct view_shared *shared,
			struct engine_view **out, struct gw_err *err) {
	*out = NULL;
	struct engine_view *view = calloc(1, sizeof(*view));
	struct call_view *cv = calloc(1, sizeof(*cv));
	if (!view || !cv) {
		free(view);
		free(cv);
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	atomic_store(&view->refs, 1);
	view->generation = generation;
	view->settings = config->settings;
	view->app = cv;
	view->app_free = free_call_view;
	enum gw_code rc = codelists_load(config, &cv->codelists, err);
	cv->policy = (struct vash_policy){cv->codelists, config->client_required};
	rc = rc == GW_OK ? load_services(config, cv, err) : rc;
	rc = rc == GW_OK ? contracts_load(config->contracts_dir, &cv->services, &cv->contracts, err) : rc;
	rc = rc == GW_OK ? load_guards(config, cv, err) : rc;
	rc = rc == GW_OK ? load_backends(config, cv, err) : rc;
	rc = rc == GW_OK ? registers_new(&config->mdp, &config->prs, &cv->registers, err) : rc;
	for (size_t i = 0; rc == GW_OK && i < config->listener_count; i++) {
		rc = load_listener(config, i, view, shared, err);
	}
	rc = rc == GW_OK ? sources_all(config, cv->files_digest, err) : rc;
	if (rc != GW_OK) {
		view_unref(view);
		return rc;
	}
	note_digests(config, cv);
	*out = view;
	return GW_OK;
}
