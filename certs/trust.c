#include "certs/trust.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/sha.h>
#include <openssl/x509_vfy.h>

#include "base/file.h"
#include "certs/crl.h"
#include "certs/evidence.h"
#include "certs/live.h"
#include "certs/load.h"
#include "certs/name_parse.h"
#include "certs/trust_list.h"

struct cert_trust {
	X509_STORE *store;
	STACK_OF(X509) * anchors, *intermediates;
	struct cert_evidence *evidence;
	struct crl_checker *checker;
	struct cert_trust_parts parts;
	struct cert_trust_list *list;
	struct cert_issuer_rules *issuers;
	struct cert_name_parsed issuer_name[CERT_ISSUER_RULES_MAX];
	bool skip_damaged_crls;
	uint8_t digest[CERT_DIGEST_BYTES];
};

typedef enum gw_code (*file_fn)(struct cert_trust *t, const char *path, struct gw_err *err);

static int wanted(const struct dirent *d) {
	static const char *const endings[] = {".pem", ".crt", ".cer", ".cert", ".der", ".crl"};
	const char *dot = strrchr(d->d_name, '.');
	bool named = false;
	for (size_t i = 0; dot && i < GW_COUNT(endings); i++) {
		named |= strcasecmp(dot, endings[i]) == 0;
	}
	return d->d_name[0] != '.' && named;
}

static enum gw_code each_file(struct cert_trust *t, const char *dir, file_fn fn, struct gw_err *err) {
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, wanted, alphasort);
	if (n < 0) {
		return gw_fail(err, GW_E_CONFIG, "cannot read directory '%s': %s", dir, strerror(errno));
	}
	enum gw_code rc = GW_OK;
	for (int i = 0; i < n; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		rc = rc == GW_OK ? fn(t, path, err) : rc;
		free(entries[i]);
	}
	free(entries);
	return rc == GW_OK || rc == GW_E_NOMEM ? rc : GW_E_CONFIG;
}

/* A file with nothing in it is a mistake, not an empty set. */
static enum gw_code load_certs(STACK_OF(X509) * into, const char *path, struct gw_err *err) {
	int before = sk_X509_num(into);
	enum gw_code rc = cert_load_pile(path, into, err);
	return rc == GW_OK && sk_X509_num(into) == before ? gw_fail(err, GW_E_CONFIG, "'%s' holds no certificate", path)
							  : rc;
}

static enum gw_code load_anchor(struct cert_trust *t, const char *path, struct gw_err *err) {
	return load_certs(t->anchors, path, err);
}

static enum gw_code load_intermediate(struct cert_trust *t, const char *path, struct gw_err *err) {
	return load_certs(t->intermediates, path, err);
}

static enum gw_code load_crl(struct cert_trust *t, const char *path, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf bytes;
	gw_buf_init(&bytes, CERT_CRL_BYTES_MAX);
	struct gw_err damage = {0};
	enum gw_code rc = gw_file_read(path, &bytes, err);
	if (rc != GW_OK) {
		return rc;
	}
	rc = cert_evidence_add_crl(t->evidence, gw_buf_span(&bytes), path, &damage);
	if (rc == GW_E_INPUT && t->skip_damaged_crls) {
		cert_evidence_note_damage(t->evidence, &damage);
		return GW_OK;
	}
	return rc == GW_OK ? GW_OK : gw_fail(err, rc, "%s", damage.msg);
}

static int compare_digests(const void *a, const void *b) {
	return memcmp(a, b, CERT_DIGEST_BYTES);
}

static enum gw_code fill_store(struct cert_trust *t, struct gw_err *err) {
	int n = sk_X509_num(t->anchors);
	uint8_t(*digests)[CERT_DIGEST_BYTES] = calloc((size_t)n + 1, CERT_DIGEST_BYTES);
	bool ok = digests != NULL;
	for (int i = 0; ok && i < n; i++) {
		X509 *cert = sk_X509_value(t->anchors, i);
		ok = X509_digest(cert, EVP_sha256(), digests[i], NULL) == 1 && X509_STORE_add_cert(t->store, cert) == 1;
	}
	if (ok) {
		qsort(digests, (size_t)n, CERT_DIGEST_BYTES, compare_digests);
		SHA256((const uint8_t *)digests, (size_t)n * CERT_DIGEST_BYTES, t->digest);
	}
	free(digests);
	return ok ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static enum gw_code take_list(struct cert_trust *t, struct cert_trust_list *from, struct gw_err *err) {
	t->list = malloc(sizeof(*t->list));
	if (!t->list) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	*t->list = *from;
	from->arena = (struct gw_arena){0};
	return trust_list_anchors(t->list, t->anchors, err);
}

static enum gw_code take_issuers(struct cert_trust *t, const struct cert_issuer_rules *from, struct gw_err *err) {
	t->issuers = malloc(sizeof(*t->issuers));
	if (!t->issuers) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	*t->issuers = *from;
	for (size_t i = 0; i < from->count; i++) {
		enum gw_code rc = cert_name_parse(from->rule[i].issuer, &t->issuer_name[i], err);
		if (rc != GW_OK) {
			return rc == GW_E_INPUT ? gw_wrap(err, GW_E_CONFIG, "issuers") : rc;
		}
		for (size_t k = 0; k < i; k++) {
			if (cert_name_matches(&t->issuer_name[i], t->issuer_name[k].forth)) {
				return gw_fail(err, GW_E_CONFIG, "issuer '%.80s' stands there twice",
					       from->rule[i].issuer);
			}
		}
	}
	return GW_OK;
}

enum gw_code cert_trust_load(const struct cert_trust_config *config, struct cert_trust **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(cert_trust) struct cert_trust *t = calloc(1, sizeof(*t));
	if (!t || !(t->store = X509_STORE_new()) || !(t->anchors = sk_X509_new_null()) ||
	    !(t->intermediates = sk_X509_new_null())) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	t->skip_damaged_crls = config->skip_damaged_crls;
	enum gw_code rc = cert_evidence_new(&t->evidence, err);
	rc = rc == GW_OK && config->issuers ? take_issuers(t, config->issuers, err) : rc;
	rc = rc == GW_OK && config->list ? take_list(t, config->list, err) : rc;
	rc = rc == GW_OK && config->anchors_dir[0] ? each_file(t, config->anchors_dir, load_anchor, err) : rc;
	if (rc == GW_OK && !t->list && sk_X509_num(t->anchors) == 0) {
		rc = gw_fail(err, GW_E_CONFIG, "no anchor in '%s'", config->anchors_dir);
	}
	if (rc == GW_OK && config->intermediates_dir[0]) {
		rc = each_file(t, config->intermediates_dir, load_intermediate, err);
	}
	if (rc == GW_OK && config->crl_dir[0]) {
		rc = each_file(t, config->crl_dir, load_crl, err);
	}
	rc = rc == GW_OK ? fill_store(t, err) : rc;
	rc = rc == GW_OK ? crl_checker_new(t->anchors, &t->checker, err) : rc;
	if (rc == GW_OK) {
		t->parts = (struct cert_trust_parts){
			.store = t->store,
			.intermediates = t->intermediates,
			.evidence = t->evidence,
			.checker = t->checker,
			.list = t->list,
			.live = config->live,
			.require_qualified = config->require_qualified,
			.otherwise = {.order = {CERT_SOURCE_OCSP, CERT_SOURCE_CRL}, .rule = config->revocation},
			.issuers = t->issuers,
			.issuer_name = t->issuer_name};
		*out = gw_take(&t);
	}
	return rc;
}

void cert_trust_free(struct cert_trust *t) {
	if (t) {
		X509_STORE_free(t->store);
		sk_X509_pop_free(t->anchors, X509_free);
		sk_X509_pop_free(t->intermediates, X509_free);
		cert_evidence_free(t->evidence);
		crl_checker_free(t->checker);
		free(t->issuers);
		for (size_t i = 0; i < GW_COUNT(t->issuer_name); i++) {
			cert_name_release(&t->issuer_name[i]);
		}
		if (t->list) {
			trust_list_release(t->list);
			free(t->list);
		}
		free(t);
	}
}

size_t cert_trust_anchor_count(const struct cert_trust *t) {
	return (size_t)sk_X509_num(t->anchors);
}

void cert_trust_digest(const struct cert_trust *t, uint8_t out[CERT_DIGEST_BYTES]) {
	memcpy(out, t->digest, CERT_DIGEST_BYTES);
}

static bool add_names(STACK_OF(X509_NAME) * names, STACK_OF(X509) * certs) {
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509_NAME *name = X509_NAME_dup(X509_get_subject_name(sk_X509_value(certs, i)));
		if (!name || !sk_X509_NAME_push(names, name)) {
			X509_NAME_free(name);
			return false;
		}
	}
	return true;
}

struct stack_st_X509_NAME *cert_trust_names(const struct cert_trust *t) {
	STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
	if (names && add_names(names, t->anchors) && add_names(names, t->intermediates)) {
		return names;
	}
	sk_X509_NAME_pop_free(names, X509_NAME_free);
	return NULL;
}

static bool names_any(const struct cert_name_parsed *name, STACK_OF(X509) * certs) {
	bool any = false;
	for (int i = 0; i < sk_X509_num(certs) && !any; i++) {
		any = cert_name_matches(name, X509_get_subject_name(sk_X509_value(certs, i)));
	}
	return any;
}

const char *cert_trust_idle_rule(const struct cert_trust *t, size_t *from) {
	for (size_t i = *from; t->issuers && i < t->issuers->count; i++) {
		*from = i + 1;
		if (!names_any(&t->issuer_name[i], t->anchors) && !names_any(&t->issuer_name[i], t->intermediates)) {
			return t->issuers->rule[i].issuer;
		}
	}
	return NULL;
}

bool cert_trust_has_addresses(const struct cert_trust *t) {
	bool any = false;
	for (size_t i = 0; t->issuers && i < t->issuers->count; i++) {
		any |= t->issuers->rule[i].ocsp_url[0] || t->issuers->rule[i].crl_url[0];
	}
	return any;
}

struct cert_evidence *cert_trust_evidence(struct cert_trust *t) {
	return t->evidence;
}

const struct cert_trust_parts *cert_trust_parts(const struct cert_trust *t) {
	return &t->parts;
}

STACK_OF(X509) * cert_helpers(const struct cert_trust_parts *t, X509 *leaf, STACK_OF(X509) * chain) {
	STACK_OF(X509) *all = sk_X509_new_null();
	bool ok = all && (!chain || X509_add_certs(all, chain, X509_ADD_FLAG_UP_REF) == 1) &&
		  X509_add_certs(all, t->intermediates, X509_ADD_FLAG_UP_REF) == 1 &&
		  (!t->live || cert_live_add_issuers(t->live, leaf, all));
	if (!ok) {
		sk_X509_pop_free(all, X509_free);
		return NULL;
	}
	return all;
}

const struct cert_issuer_rule *cert_trust_rule(const struct cert_trust_parts *t, const X509 *issuer) {
	for (size_t i = 0; t->issuers && i < t->issuers->count; i++) {
		if (cert_name_matches(&t->issuer_name[i], X509_get_subject_name(issuer))) {
			return &t->issuers->rule[i];
		}
	}
	return &t->otherwise;
}

bool cert_revocation_rule_of(const char *word, enum cert_revocation_rule *out) {
	static const char *const words[] = {
		[CERT_RULE_SOFT] = "soft", [CERT_RULE_HARD] = "hard", [CERT_RULE_OFF] = "off"};
	for (size_t i = 0; i < GW_COUNT(words); i++) {
		if (strcmp(words[i], word) == 0) {
			*out = (enum cert_revocation_rule)i;
			return true;
		}
	}
	return false;
}
