#include "certs/sources.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.h"

static bool is_http(struct gw_span url) {
	return (url.n > 7 && strncasecmp(url.p, "http://", 7) == 0) ||
	       (url.n > 8 && strncasecmp(url.p, "https://", 8) == 0);
}

/* True: it was taken. An address with a NUL or a blank in it is none. */
static bool add(struct cert_urls *into, struct gw_span url) {
	bool good = is_http(url) && url.n < CERT_SOURCE_URL && into->count < CERT_SOURCE_URLS;
	for (size_t i = 0; good && i < url.n; i++) {
		good = url.p[i] > ' ' && url.p[i] < 0x7F;
	}
	return good && gw_copy(into->at[into->count++], CERT_SOURCE_URL, url.p, url.n);
}

static bool add_name(struct cert_urls *into, const GENERAL_NAME *name) {
	int type = 0;
	const ASN1_IA5STRING *uri = GENERAL_NAME_get0_value(name, &type);
	return type == GEN_URI &&
	       add(into, (struct gw_span){(const char *)ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri)});
}

static void add_access(X509 *cert, int method, struct cert_urls *into) {
	AUTHORITY_INFO_ACCESS *all = X509_get_ext_d2i(cert, NID_info_access, NULL, NULL);
	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(all); i++) {
		const ACCESS_DESCRIPTION *d = sk_ACCESS_DESCRIPTION_value(all, i);
		if (OBJ_obj2nid(d->method) == method) {
			GW_UNUSED(add_name(into, d->location));
		}
	}
	AUTHORITY_INFO_ACCESS_free(all);
}

static void add_point(const DIST_POINT *point, int number, struct cert_urls *into) {
	bool full = point->distpoint && point->distpoint->type == 0;
	for (int i = 0; full && i < sk_GENERAL_NAME_num(point->distpoint->name.fullname); i++) {
		if (add_name(into, sk_GENERAL_NAME_value(point->distpoint->name.fullname, i))) {
			into->point[into->count - 1] = number;
		}
	}
}

/* They are released. */
static void add_points(STACK_OF(DIST_POINT) * points, struct cert_urls *into) {
	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		add_point(sk_DIST_POINT_value(points, i), into->count ? into->point[into->count - 1] + 1 : 0, into);
	}
	sk_DIST_POINT_pop_free(points, DIST_POINT_free);
}

void cert_sources_configured(const struct cert_issuer_rule *rule, struct cert_sources *out) {
	*out = (struct cert_sources){0};
	GW_UNUSED(add(&out->ocsp, gw_span_of(rule->ocsp_url)));
	GW_UNUSED(add(&out->crl, gw_span_of(rule->crl_url)));
}

void cert_sources_read(X509 *cert, const struct cert_issuer_rule *rule, struct cert_sources *out) {
	cert_sources_configured(rule, out);
	if (out->ocsp.count == 0) {
		add_access(cert, NID_ad_OCSP, &out->ocsp);
	}
	if (out->crl.count == 0) {
		add_points(X509_get_ext_d2i(cert, NID_crl_distribution_points, NULL, NULL), &out->crl);
	}
	add_points(X509_get_ext_d2i(cert, NID_freshest_crl, NULL, NULL), &out->delta);
	ERR_clear_error();
}

void cert_sources_delta(X509_CRL *crl, struct cert_urls *into) {
	add_points(X509_CRL_get_ext_d2i(crl, NID_freshest_crl, NULL, NULL), into);
	ERR_clear_error();
}

void cert_sources_issuer(X509 *cert, struct cert_urls *out) {
	*out = (struct cert_urls){0};
	add_access(cert, NID_ad_ca_issuers, out);
	ERR_clear_error();
}
