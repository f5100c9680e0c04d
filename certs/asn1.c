#include "certs/asn1.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "base/text.h"

bool cert_oid_is(const ASN1_OBJECT *o, const char *oid) {
	char text[80];
	return o && OBJ_obj2txt(text, sizeof(text), o, 1) > 0 && strcmp(text, oid) == 0;
}

enum gw_code cert_oid_text(const ASN1_OBJECT *o, struct gw_arena *arena, const char **out, struct gw_err *err) {
	char text[CERT_OID_TEXT];
	int n = o ? OBJ_obj2txt(text, sizeof(text), o, 1) : -1;
	*out = "";
	if (n <= 0 || n >= (int)sizeof(text)) {
		ERR_clear_error();
		return gw_fail(err, GW_E_INPUT, "certificate has an object identifier that is too long");
	}
	*out = gw_arena_text(arena, text);
	return GW_OK;
}

ASN1_SEQUENCE_ANY *cert_sequence_of(const ASN1_TYPE *t) {
	if (!t || t->type != V_ASN1_SEQUENCE) {
		return NULL;
	}
	const unsigned char *p = t->value.sequence->data;
	return d2i_ASN1_SEQUENCE_ANY(NULL, &p, t->value.sequence->length);
}

void cert_sequence_free(ASN1_SEQUENCE_ANY *s) {
	sk_ASN1_TYPE_pop_free(s, ASN1_TYPE_free);
}

static bool is_text_type(int type) {
	switch (type) {
	case V_ASN1_UTF8STRING:
	case V_ASN1_PRINTABLESTRING:
	case V_ASN1_IA5STRING:
	case V_ASN1_NUMERICSTRING:
	case V_ASN1_VISIBLESTRING:
	case V_ASN1_T61STRING:
	case V_ASN1_BMPSTRING:
	case V_ASN1_UNIVERSALSTRING:
		return true;
	default:
		return false;
	}
}

static bool has_seven_bits(const ASN1_STRING *s) {
	const unsigned char *p = ASN1_STRING_get0_data(s);
	for (int i = 0; i < ASN1_STRING_length(s); i++) {
		if (p[i] > 0x7F) {
			return false;
		}
	}
	return true;
}

static bool is_utf8(const unsigned char *p, size_t n) {
	for (size_t at = 0, len; at < n; at += len) {
		len = gw_utf8_len(p + at, n - at);
		if (len == 0) {
			return false;
		}
	}
	return true;
}

int cert_utf8(const ASN1_STRING *s, unsigned char **utf8) {
	*utf8 = NULL;
	int type = s ? ASN1_STRING_type(s) : V_ASN1_UNDEF;
	bool narrow = type == V_ASN1_PRINTABLESTRING || type == V_ASN1_IA5STRING || type == V_ASN1_NUMERICSTRING ||
		      type == V_ASN1_VISIBLESTRING;
	if (!is_text_type(type) || (narrow && !has_seven_bits(s))) {
		return -1;
	}
	int n = ASN1_STRING_to_UTF8(utf8, s);
	if (n >= 0 && is_utf8(*utf8, (size_t)n)) {
		return n;
	}
	ERR_clear_error();
	OPENSSL_free(*utf8);
	*utf8 = NULL;
	return -1;
}

static struct gw_span hash_and_hex(const unsigned char *der, int n, struct gw_arena *arena) {
	char *text = n > 0 ? gw_arena_alloc(arena, 2 * (size_t)n + 2) : NULL;
	if (!text) {
		return (struct gw_span){"", 0};
	}
	text[0] = '#';
	gw_hex(der, (size_t)n, text + 1);
	return (struct gw_span){text, 2 * (size_t)n + 1};
}

static struct gw_span text_or_hex(const ASN1_STRING *s, const ASN1_TYPE *t, struct gw_arena *arena, bool *encoded) {
	unsigned char *utf8 = NULL, *der = NULL;
	int n = cert_utf8(s, &utf8);
	struct gw_span text = {"", 0};
	if (n >= 0) {
		text = (struct gw_span){gw_arena_span(arena, (struct gw_span){(const char *)utf8, (size_t)n}),
					(size_t)n};
	} else {
		int der_n = i2d_ASN1_TYPE(t, &der);
		text = hash_and_hex(der, der_n, arena);
	}
	if (encoded) {
		*encoded = n < 0;
	}
	OPENSSL_free(utf8);
	OPENSSL_free(der);
	/* where the arena had no room, the text says nothing rather than more than there is */
	return arena->failed ? (struct gw_span){"", 0} : text;
}

struct gw_span cert_text(const ASN1_TYPE *t, struct gw_arena *arena, bool *encoded) {
	return text_or_hex(is_text_type(t->type) ? t->value.asn1_string : NULL, t, arena, encoded);
}

struct gw_span cert_string_text(const ASN1_STRING *s, struct gw_arena *arena, bool *encoded) {
	ASN1_STRING *copy = ASN1_STRING_dup(s);
	ASN1_TYPE *t = copy ? ASN1_TYPE_new() : NULL;
	if (!t) {
		ASN1_STRING_free(copy);
		arena->failed = true;
		return (struct gw_span){"", 0};
	}
	ASN1_TYPE_set(t, ASN1_STRING_type(copy), copy);
	struct gw_span text = text_or_hex(copy, t, arena, encoded);
	ASN1_TYPE_free(t);
	return text;
}

enum gw_code cert_time(const ASN1_TIME *t, int64_t *utc_s, struct gw_err *err) {
	struct tm tm;
	if (!t || ASN1_TIME_to_tm(t, &tm) != 1) {
		return gw_fail(err, GW_E_INPUT, "certificate has an unreadable time");
	}
	*utc_s = (int64_t)timegm(&tm);
	return GW_OK;
}

int64_t cert_seconds(const ASN1_TIME *t) {
	int64_t utc_s = 0;
	return t && cert_time(t, &utc_s, NULL) == GW_OK ? utc_s : 0;
}

char *cert_serial_hex(const X509 *cert) {
	BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	char *hex = bn ? BN_bn2hex(bn) : NULL;
	BN_free(bn);
	return hex;
}

const ASN1_OCTET_STRING *cert_extension(const X509 *cert, const char *oid) {
	ASN1_OBJECT *o = OBJ_txt2obj(oid, 1);
	int at = o ? X509_get_ext_by_OBJ(cert, o, -1) : -1;
	ASN1_OBJECT_free(o);
	return at < 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(cert, at));
}
