#include "gateway/registers/registers.h"

#include <curl/curl.h>

#include "base/buf.h"
#include "base/json.h"
#include "certs/signer.h"
#include "vash/numbers.h"

enum { ANSWER_MAX_BYTES = 65536, URL_MAX_BYTES = 4096, CONNECT_MS = 2000, HTTP_OK = 200, HTTP_NONE = 404 };

struct registers {
	struct vash_registers port; /* first: what the caller holds */
	struct register_config mdp, prs;
};

/* ---- one question ---- */

static size_t take(const char *bytes, size_t size, size_t n, void *into) {
	return gw_buf_add(into, bytes, size * n) == GW_OK ? size * n : 0;
}

static void set_options(CURL *curl, const struct register_config *c, const char *url, struct gw_buf *answer) {
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CAINFO, c->ca);
	curl_easy_setopt(curl, CURLOPT_SSLCERT, c->cert);
	curl_easy_setopt(curl, CURLOPT_SSLKEY, c->key);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)c->deadline_ms);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
}

/* *out is NULL where the register says that there is nothing. GW_E_UPSTREAM: it said nothing that can be used. */
static enum gw_code ask(const struct register_config *c, const char *url, json_t **out, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf answer;
	gw_buf_init(&answer, ANSWER_MAX_BYTES);
	*out = NULL;
	CURL *curl = curl_easy_init();
	if (!curl) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	long status = 0;
	set_options(curl, c, url, &answer);
	CURLcode rc = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	if (rc != CURLE_OK) {
		return gw_fail(err, GW_E_UPSTREAM, "register: %s", curl_easy_strerror(rc));
	}
	if (status == HTTP_NONE) {
		return GW_OK;
	}
	*out = status == HTTP_OK && answer.len ? json_loadb(answer.data, answer.len, 0, NULL) : NULL;
	return *out ? GW_OK : gw_fail(err, GW_E_UPSTREAM, "register: status %ld, or no JSON", status);
}

/* "&name=value", encoded (RFC 3986 2.1). */
static enum gw_code add_query(struct gw_buf *url, const char *name, const char *value) {
	char *encoded = curl_easy_escape(NULL, value, 0);
	enum gw_code rc = encoded ? gw_buf_addf(url, "%s=%s", name, encoded) : GW_E_NOMEM;
	curl_free(encoded);
	return rc;
}

/* ---- MDP ---- */

static enum gw_code ask_mdp(void *ctx, const char *serial, const char *issuer, const char *davcna,
			    enum vash_yes_no *out, struct gw_err *err) {
	const struct registers *r = ctx;
	GW_AUTO(json) json_t *answer = NULL;
	GW_AUTO(buf) struct gw_buf url;
	gw_buf_init(&url, URL_MAX_BYTES);
	*out = VASH_UNKNOWN;
	if (!r->mdp.url[0]) {
		return gw_fail(err, GW_E_UPSTREAM, "MDP is not configured");
	}
	enum gw_code rc = gw_buf_addf(&url, "%s/potrdila?", r->mdp.url);
	rc = rc == GW_OK ? add_query(&url, "serijska", serial) : rc;
	rc = rc == GW_OK ? add_query(&url, "&izdajatelj", issuer) : rc;
	rc = rc == GW_OK ? add_query(&url, "&davcna", davcna) : rc;
	const char *text = rc == GW_OK ? gw_buf_cstr(&url) : NULL;
	rc = text ? ask(&r->mdp, text, &answer, err) : gw_fail(err, GW_E_NOMEM, "out of memory");
	const json_t *linked = json_object_get(answer, "povezano");
	if (rc == GW_OK && answer && !json_is_boolean(linked)) {
		rc = gw_fail(err, GW_E_UPSTREAM, "MDP: an answer without 'povezano'");
	}
	if (rc == GW_OK) {
		*out = json_is_true(linked) ? VASH_YES : VASH_NO;
	}
	return rc;
}

/* ---- PRS ---- */

static bool is_country(const char *text) {
	size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return n == 3 && text[n] == '\0';
}

/* "naslov": absent or null is none; else texts, of which only the country must be there. */
static bool take_address(const json_t *given, struct gw_arena *arena, struct vash_address *out) {
	const struct {
		const char *name, **to;
	} texts[] = {
		{"prejemnik", &out->recipient}, {"ulica", &out->street},	{"hisna_stevilka", &out->house_number},
		{"naselje", &out->settlement},	{"obcina", &out->municipality}, {"postna_stevilka", &out->postcode},
		{"posta", &out->post},		{"drzava", &out->country}};
	bool none = !given || json_is_null(given), good = none || json_is_object(given);
	for (size_t i = 0; i < GW_COUNT(texts); i++) {
		const json_t *member = none ? NULL : json_object_get(given, texts[i].name);
		const char *text = member ? json_string_value(member) : "";
		good = good && text && strlen(text) <= VASH_ADDRESS_TEXT_MAX;
		*texts[i].to = good ? gw_arena_text(arena, text) : "";
	}
	return good && (none || is_country(out->country));
}

static enum gw_code ask_prs(void *ctx, const char *maticna, struct gw_arena *arena, struct vash_prs_entry *out,
			    struct gw_err *err) {
	const struct registers *r = ctx;
	GW_AUTO(json) json_t *answer = NULL;
	char url[URL_MAX_BYTES];
	*out = (struct vash_prs_entry){0};
	if (!r->prs.url[0]) {
		return gw_fail(err, GW_E_UPSTREAM, "PRS is not configured");
	}
	snprintf(url, sizeof(url), "%s/subjekti/%.10s", r->prs.url, maticna);
	enum gw_code rc = ask(&r->prs, url, &answer, err);
	if (rc != GW_OK || !answer) {
		out->found = rc == GW_OK ? VASH_NO : VASH_UNKNOWN;
		return rc;
	}
	struct vash_prs_entry e = {.maticna = gw_arena_text(arena, gw_json_text(answer, "maticna", "")),
				   .davcna = gw_arena_text(arena, gw_json_text(answer, "davcna", "")),
				   .firm = gw_arena_text(arena, gw_json_text(answer, "firma", "")),
				   .legal_form = (int)gw_json_int(answer, "oblika", 0)};
	long long status = gw_json_int(answer, "status", 0);
	bool whole = take_address(json_object_get(answer, "naslov"), arena, &e.address) && e.firm[0] &&
		     vash_davcna_ok(gw_span_of(e.davcna)) && strcmp(e.maticna, maticna) == 0 &&
		     (status == 1 || status == 2);
	if (!whole) {
		return gw_fail(err, GW_E_UPSTREAM, "PRS: an answer that is not whole");
	}
	*out = e;
	out->found = status == 1 ? VASH_YES : VASH_NO;
	return GW_OK;
}

enum gw_code registers_new(const struct register_config *mdp, const struct register_config *prs,
			   const struct vash_registers **out, struct gw_err *err) {
	const struct register_config *configs[] = {mdp, prs};
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < GW_COUNT(configs); i++) {
		rc = configs[i]->url[0] ? signer_check_file(configs[i]->key, err) : GW_OK;
	}
	struct registers *r = rc == GW_OK ? calloc(1, sizeof(*r)) : NULL;
	if (!r) {
		return rc == GW_OK ? gw_fail(err, GW_E_NOMEM, "out of memory") : rc;
	}
	r->mdp = *mdp;
	r->prs = *prs;
	r->port = (struct vash_registers){r, ask_mdp, ask_prs};
	*out = &r->port;
	return GW_OK;
}

void registers_free(const struct vash_registers *r) {
	if (r) {
		free(r->ctx);
	}
}
