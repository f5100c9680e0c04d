#include "samples/sim/identity_check.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/clock.h"
#include "base/text.h"
#include "samples/sim/sim.h"

static const char PREFIX[] = "X-Vashgate-";
static const char NAME[] = "X-Vashgate-Identity";

/* RFC 4648 section 5 without padding into `out` with NUL; the length, or -1. */
static int unbase64url(struct gw_span in, unsigned char *out, size_t out_size) {
	char text[2048];
	size_t n = in.n;
	if (n % 4 == 1 || n + 4 > sizeof(text) || n / 4 * 3 + 4 > out_size) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		char c = in.p[i];
		if (c == '+' || c == '/' || c == '=') {
			return -1;
		}
		text[i] = c == '-' ? '+' : c == '_' ? '/' : c;
	}
	size_t pad = (4 - n % 4) % 4;
	memset(text + n, '=', pad);
	int len = EVP_DecodeBlock(out, (const unsigned char *)text, (int)(n + pad));
	if (len < 0) {
		return -1;
	}
	out[len - (int)pad] = '\0';
	return len - (int)pad;
}

static bool signature_fits(const struct sim *sim, struct gw_span signed_part, struct gw_span mac_text) {
	unsigned char want[EVP_MAX_MD_SIZE], got[64];
	unsigned want_len = 0;
	int got_len = unbase64url(mac_text, got, sizeof(got));
	if (!HMAC(EVP_sha256(), sim->hmac_key, (int)sim->hmac_key_len, (const unsigned char *)signed_part.p,
		  signed_part.n, want, &want_len)) {
		return false;
	}
	return got_len == (int)want_len && CRYPTO_memcmp(want, got, want_len) == 0;
}

static bool is_hex(const json_t *value, size_t digits) {
	const char *text = json_string_value(value);
	return text && strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

static const char *judge_fields(const json_t *o, const struct sim_service *service) {
	const char *group = json_string_value(json_object_get(o, "group"));
	int64_t age_s = gw_now_utc_s() - (int64_t)json_integer_value(json_object_get(o, "time"));
	if (json_object_size(o) != 6 || json_integer_value(json_object_get(o, "v")) != 1) {
		return "identity: not the six fields of version 1";
	}
	if (json_integer_value(json_object_get(o, "eceu")) <= 0) {
		return "identity: no ID eCEU";
	}
	if (!is_hex(json_object_get(o, "cert"), 64) || !is_hex(json_object_get(o, "request"), 32)) {
		return "identity: certificate digest or request id malformed";
	}
	if (!group || !service_opened_by(service, group)) {
		return "identity: the group does not open this service";
	}
	if (!json_is_integer(json_object_get(o, "time")) || age_s > IDENTITY_FRESH_S || age_s < -IDENTITY_FRESH_S) {
		return "identity: stale";
	}
	return NULL;
}

static const char *judge_headers(const struct sim_request *req) {
	for (size_t i = 0; i < req->header_count; i++) {
		struct gw_span name = req->headers[i].name;
		if (name.n >= sizeof(PREFIX) - 1 && strncasecmp(name.p, PREFIX, sizeof(PREFIX) - 1) == 0 &&
		    !gw_span_is_nocase(name, NAME)) {
			return "identity: another X-Vashgate header came through";
		}
	}
	size_t n = request_header_count(req, NAME);
	return n == 0 ? "identity: missing" : n > 1 ? "identity: more than one" : NULL;
}

const char *identity_check(const struct sim *sim, const struct sim_request *req, const struct sim_service *service,
			   char *json, size_t json_size) {
	json[0] = '\0';
	const char *fault = judge_headers(req);
	if (fault) {
		return fault;
	}
	struct gw_span value = request_header(req, NAME);
	const char *dot = memchr(value.p, '.', value.n);
	struct gw_span body = {value.p, dot ? (size_t)(dot - value.p) : 0};
	if (!dot || !signature_fits(sim, body, (struct gw_span){dot + 1, value.n - body.n - 1})) {
		return "identity: wrong signature";
	}
	if (unbase64url(body, (unsigned char *)json, json_size) < 0) {
		json[0] = '\0';
		return "identity: not base64url without padding";
	}
	json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
	fault = json_is_object(o) ? judge_fields(o, service) : "identity: not a JSON object";
	json_decref(o);
	return fault;
}
