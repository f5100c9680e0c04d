#include "certs/fetch_issuer.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "certs/fetch_http.h"
#include "certs/load.h"
#include "certs/sources.h"

enum { KEPT_S = 2592000 };

static bool has_issued(X509 *issuer, X509 *cert) {
	return X509_check_issued(issuer, cert) == X509_V_OK && X509_verify(cert, X509_get0_pubkey(issuer)) == 1;
}

static bool holds_issuer_of(struct gw_span bytes, X509 *cert) {
	STACK_OF(X509) *all = cert_bundle_read(bytes);
	bool found = false;
	for (int i = 0; i < sk_X509_num(all) && !found; i++) {
		found = has_issued(sk_X509_value(all, i), cert);
	}
	sk_X509_pop_free(all, X509_free);
	ERR_clear_error();
	return found;
}

static bool get(const struct fetch_how *how, const char *url, X509 *cert, const struct live_key *key,
		int64_t deadline_mono_ms) {
	GW_AUTO(buf) struct gw_buf bytes;
	gw_buf_init(&bytes, FETCH_ISSUER_BYTES);
	int64_t now = gw_now_utc_s(), left_ms = deadline_mono_ms - gw_mono_ms();
	const struct cert_status kept = {.this_update_utc_s = now, .next_update_utc_s = now + KEPT_S};
	const struct fetch f = {.url = url,
				.deadline_ms = left_ms > 0 ? (uint32_t)left_ms : 1,
				.stop = how->stop,
				.public_only = !how->private_addresses};
	if (left_ms <= 0 || live_host_is_down(how->live, url)) {
		return false;
	}
	enum gw_code rc = fetch_http(&f, &bytes, NULL);
	live_host_note(how->live, url, rc != GW_E_RETRY);
	return rc == GW_OK && holds_issuer_of(gw_buf_span(&bytes), cert) &&
	       live_put(how->live, key, gw_buf_span(&bytes), &kept, now, NULL) == GW_OK;
}

static bool get_issuer(const struct fetch_how *how, X509 *cert, int64_t deadline_mono_ms) {
	struct cert_urls urls;
	bool found = false;
	cert_sources_issuer(cert, &urls);
	for (size_t i = 0; i < urls.count && !found; i++) {
		struct live_key key;
		live_key_of_url(LIVE_ISSUER, urls.at[i], &key);
		enum live_claim claim = live_claim(how->live, &key, deadline_mono_ms);
		found = claim == LIVE_DONE;
		if (claim == LIVE_MINE) {
			found = get(how, urls.at[i], cert, &key, deadline_mono_ms);
			live_release(how->live, &key, !found);
		}
	}
	return found;
}

/* A certs-only message, as caIssuers addresses serve it. */
static bool make_bundle(STACK_OF(X509) * path, struct gw_buf *out) {
	PKCS7 *bundle = PKCS7_new();
	unsigned char *der = NULL;
	bool ok = bundle && PKCS7_set_type(bundle, NID_pkcs7_signed) == 1 &&
		  PKCS7_content_new(bundle, NID_pkcs7_data) == 1;
	for (int i = 1; ok && i + 1 < sk_X509_num(path); i++) {
		ok = PKCS7_add_certificate(bundle, sk_X509_value(path, i)) == 1;
	}
	int n = ok ? i2d_PKCS7(bundle, &der) : 0;
	ok = n > 0 && gw_buf_add(out, der, (size_t)n) == GW_OK;
	OPENSSL_free(der);
	PKCS7_free(bundle);
	return ok;
}

bool keep_issuers(struct cert_live *live, STACK_OF(X509) * path) {
	GW_AUTO(buf) struct gw_buf bundle;
	struct live_key key;
	int64_t now = gw_now_utc_s();
	const struct cert_status kept = {.this_update_utc_s = now, .next_update_utc_s = now + KEPT_S};
	gw_buf_init(&bundle, FETCH_ISSUER_BYTES);
	live_key_of_cert(sk_X509_value(path, 0), &key);
	key.kind = LIVE_ISSUER;
	return make_bundle(path, &bundle) && live_put(live, &key, gw_buf_span(&bundle), &kept, now, NULL) == GW_OK;
}

bool fetch_issuers(const struct fetch_how *how, X509 *leaf, int64_t deadline_mono_ms) {
	bool any = false, more = true;
	for (int i = 0; i < FETCH_ISSUERS_MAX && more; i++) {
		STACK_OF(X509) *known = sk_X509_new_null();
		more = known && cert_live_add_issuers(how->live, leaf, known);
		int n = known ? sk_X509_num(known) : 0;
		more = more && get_issuer(how, n > 0 ? sk_X509_value(known, n - 1) : leaf, deadline_mono_ms);
		any |= more;
		sk_X509_pop_free(known, X509_free);
	}
	return any;
}
