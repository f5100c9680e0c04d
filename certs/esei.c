#include "certs/esei.h"

#include <openssl/err.h>

#include "base/text.h"
#include "certs/asn1.h"

#define ARC "1.3.6.1.4.1.58536."
#define SERVICE "https://ws.si-trust.gov.si/"

static const struct {
	const char *oid, *use;
	bool address;
} uses[] = {
	{ARC "1.1.1.1.1", "number-person", false},  {ARC "1.1.1.1.2", "number-business", false},
	{ARC "1.1.1.2.1", "obtain-person", true},   {ARC "1.1.1.2.2", "obtain-business", true},
	{ARC "1.1.1.3.1", "validate-person", true}, {ARC "1.1.1.3.2", "validate-business", true},
};

/* RFC 3986 2.1; false: a "%" without two digits behind it. */
static bool decode(struct gw_span value, char *out, size_t *n) {
	*n = 0;
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = (uint8_t)value.p[i];
		if (c == '%') {
			if (value.n - i < 3 || !gw_unhex(value.p + i + 1, 2, &c, 1)) {
				return false;
			}
			i += 2;
		}
		out[(*n)++] = (char)c;
	}
	return true;
}

static bool is_visible(const char *p, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (p[i] <= ' ' || p[i] > '~') {
			return false;
		}
	}
	return true;
}

const char *cert_esei_url(struct gw_span value, struct gw_arena *arena, const char **why) {
	char *url = gw_arena_alloc(arena, value.n + 1);
	size_t n = 0;
	*why = NULL;
	if (!url || !decode(value, url, &n)) {
		*why = url ? "a percent sign without two hex digits" : "out of memory";
	} else if (!is_visible(url, n)) {
		*why = "a character that no address has";
	} else if (n < 8 || memcmp(url, "https://", 8) != 0) {
		*why = "not https";
	} else if (n < sizeof(SERVICE) - 1 || memcmp(url, SERVICE, sizeof(SERVICE) - 1) != 0) {
		*why = "not the host of the service";
	}
	return *why ? NULL : url;
}

/* The value is one text; whatever else it is, its octets are shown. */
static struct gw_span text_of(const ASN1_OCTET_STRING *octets, struct gw_arena *arena, bool *encoded) {
	const unsigned char *p = ASN1_STRING_get0_data(octets), *end = p + ASN1_STRING_length(octets);
	ASN1_TYPE *t = d2i_ASN1_TYPE(NULL, &p, ASN1_STRING_length(octets));
	bool one = t && p == end;
	struct gw_span text = one ? cert_text(t, arena, encoded) : cert_string_text(octets, arena, encoded);
	*encoded |= one && t->type != V_ASN1_IA5STRING;
	ASN1_TYPE_free(t);
	ERR_clear_error();
	return text;
}

static enum gw_code add(X509_EXTENSION *extension, const char *oid, struct gw_arena *arena, struct cert_details *out,
			struct gw_err *err) {
	struct cert_esei *e = &out->esei[out->esei_count++];
	bool encoded = false, address = false;
	*e = (struct cert_esei){.oid = oid, .value = text_of(X509_EXTENSION_get_data(extension), arena, &encoded)};
	for (size_t i = 0; i < GW_COUNT(uses); i++) {
		if (strcmp(uses[i].oid, oid) == 0) {
			e->use = uses[i].use;
			address = uses[i].address;
		}
	}
	if (address && encoded) {
		e->why = "not one IA5String";
	} else if (address) {
		e->url = cert_esei_url(e->value, arena, &e->why);
	}
	return arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}

enum gw_code cert_esei_read(X509 *cert, struct gw_arena *arena, struct cert_details *out, struct gw_err *err) {
	int count = X509_get_ext_count(cert);
	out->esei = gw_arena_array(arena, count > 0 ? (size_t)count : 1, sizeof(*out->esei));
	if (!out->esei) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = GW_OK;
	for (int i = 0; i < count && rc == GW_OK; i++) {
		X509_EXTENSION *extension = X509_get_ext(cert, i);
		const char *oid;
		rc = cert_oid_text(X509_EXTENSION_get_object(extension), arena, &oid, err);
		if (rc == GW_OK && strncmp(oid, ARC, sizeof(ARC) - 1) == 0) {
			rc = add(extension, oid, arena, out, err);
		}
	}
	return rc;
}
