#include "certs/details.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "certs/asn1.h"
#include "certs/esei.h"
#include "certs/names.h"

struct reading {
	X509 *cert;
	struct gw_arena *arena;
	struct cert_details *out;
	struct gw_err *err;
};

static enum gw_code damaged(struct reading *r, const char *what) {
	return gw_fail(r->err, GW_E_INPUT, "certificate has a damaged extension '%s'", what);
}

bool cert_texts_have(const struct cert_texts *list, const char *text) {
	for (size_t i = 0; i < list->n; i++) {
		if (gw_span_is(list->at[i], text)) {
			return true;
		}
	}
	return false;
}

static void add(struct cert_texts *list, struct gw_span text) {
	if (list->at) {
		list->at[list->n++] = text;
	}
}

static struct cert_texts room_for(struct reading *r, int count) {
	return (struct cert_texts){gw_arena_array(r->arena, count > 0 ? (size_t)count : 1, sizeof(struct gw_span)), 0};
}

static enum gw_code add_oid(struct reading *r, struct cert_texts *list, const ASN1_OBJECT *o) {
	const char *text;
	enum gw_code rc = cert_oid_text(o, r->arena, &text, r->err);
	add(list, gw_span_of(text));
	return rc;
}

static enum gw_code read_digest(struct reading *r) {
	bool ok = cert_digest(r->cert, r->out->digest, r->out->digest_hex);
	return ok ? GW_OK : gw_fail(r->err, GW_E_INPUT, "certificate cannot be hashed");
}

static enum gw_code read_serial(struct reading *r) {
	char *hex = cert_serial_hex(r->cert);
	r->out->serial = gw_arena_text(r->arena, hex);
	enum gw_code rc = hex ? GW_OK : gw_fail(r->err, GW_E_INPUT, "certificate has an unreadable serial number");
	OPENSSL_free(hex);
	return rc;
}

static enum gw_code read_validity(struct reading *r) {
	enum gw_code rc = cert_time(X509_get0_notBefore(r->cert), &r->out->not_before_utc_s, r->err);
	return rc == GW_OK ? cert_time(X509_get0_notAfter(r->cert), &r->out->not_after_utc_s, r->err) : rc;
}

static enum gw_code read_names(struct reading *r) {
	enum gw_code rc = cert_name_read(X509_get_issuer_name(r->cert), r->arena, &r->out->issuer, r->err);
	rc = rc == GW_OK ? cert_name_read(X509_get_subject_name(r->cert), r->arena, &r->out->subject, r->err) : rc;
	if (rc == GW_OK) {
		cert_numbers_read(r->arena, r->out);
	}
	return rc;
}

/* A key of an algorithm or curve that OpenSSL does not know is no damage: it is named, and has no bits. */
static enum gw_code read_key(struct reading *r) {
	char curve[80];
	ASN1_OBJECT *algorithm = NULL;
	EVP_PKEY *key = X509_get0_pubkey(r->cert);
	X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(r->cert));
	int id = key ? EVP_PKEY_get_base_id(key) : NID_undef, nid = OBJ_obj2nid(algorithm);
	ERR_clear_error();
	r->out->key_bits = key ? EVP_PKEY_get_bits(key) : 0;
	if (id == EVP_PKEY_RSA || id == EVP_PKEY_EC) {
		r->out->key = id == EVP_PKEY_RSA ? CERT_KEY_RSA : CERT_KEY_EC;
		r->out->key_type = id == EVP_PKEY_RSA ? "RSA" : "EC";
	} else if (nid != NID_undef) {
		r->out->key_type = OBJ_nid2sn(nid);
	} else {
		return cert_oid_text(algorithm, r->arena, &r->out->key_type, r->err);
	}
	if (id == EVP_PKEY_EC && EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1) {
		r->out->key_curve = gw_arena_text(r->arena, curve);
	}
	return GW_OK;
}

/* RFC 5280 4.2: "A certificate MUST NOT include more than one instance of a particular extension." */
static enum gw_code check_extensions(struct reading *r) {
	int count = X509_get_ext_count(r->cert);
	if (count > CERT_EXTENSIONS_MAX) {
		return gw_fail(r->err, GW_E_INPUT, "certificate has more than %d extensions", CERT_EXTENSIONS_MAX);
	}
	for (int i = 0; i < count; i++) {
		const ASN1_OBJECT *o = X509_EXTENSION_get_object(X509_get_ext(r->cert, i));
		if (X509_get_ext_by_OBJ(r->cert, o, i) >= 0) {
			char text[CERT_OID_TEXT];
			OBJ_obj2txt(text, sizeof(text), o, 1);
			return gw_fail(r->err, GW_E_INPUT, "certificate has the extension '%s' twice", text);
		}
	}
	return GW_OK;
}

/* The extension as its type says, to be freed by that type's function; NULL with GW_OK: absent. */
static void *decode(struct reading *r, const char *oid, const char *name, const ASN1_ITEM *item, enum gw_code *rc) {
	const ASN1_OCTET_STRING *octets = cert_extension(r->cert, oid);
	*rc = GW_OK;
	if (!octets) {
		return NULL;
	}
	const unsigned char *p = ASN1_STRING_get0_data(octets), *end = p + ASN1_STRING_length(octets);
	ASN1_VALUE *value = ASN1_item_d2i(NULL, &p, ASN1_STRING_length(octets), item);
	if (value && p == end) {
		return value;
	}
	ASN1_item_free(value, item);
	ERR_clear_error();
	*rc = damaged(r, name);
	return NULL;
}

static enum gw_code read_key_usage(struct reading *r) {
	static const char *const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
					    "dataEncipherment", "keyAgreement",	  "keyCertSign",
					    "cRLSign",		"encipherOnly",	  "decipherOnly"};
	enum gw_code rc;
	ASN1_BIT_STRING *bits = decode(r, "2.5.29.15", "keyUsage", ASN1_ITEM_rptr(ASN1_BIT_STRING), &rc);
	if (!bits) {
		return rc;
	}
	r->out->ku = room_for(r, (int)GW_COUNT(names));
	for (size_t i = 0; i < GW_COUNT(names); i++) {
		if (ASN1_BIT_STRING_get_bit(bits, (int)i)) {
			add(&r->out->ku, gw_span_of(names[i]));
		}
	}
	ASN1_BIT_STRING_free(bits);
	/* RFC 5280 4.2.1.3: at least one bit is set */
	return r->out->ku.n > 0 || r->arena->failed ? GW_OK : damaged(r, "keyUsage");
}

static enum gw_code read_extended_usage(struct reading *r) {
	enum gw_code rc;
	EXTENDED_KEY_USAGE *uses = decode(r, "2.5.29.37", "extKeyUsage", ASN1_ITEM_rptr(EXTENDED_KEY_USAGE), &rc);
	int count = uses ? sk_ASN1_OBJECT_num(uses) : 0;
	if (uses && count == 0) { /* RFC 5280 4.2.1.12: SIZE (1..MAX) */
		rc = damaged(r, "extKeyUsage");
	}
	r->out->eku = room_for(r, count);
	for (int i = 0; i < count && rc == GW_OK; i++) {
		rc = add_oid(r, &r->out->eku, sk_ASN1_OBJECT_value(uses, i));
	}
	sk_ASN1_OBJECT_pop_free(uses, ASN1_OBJECT_free);
	return rc;
}

static enum gw_code read_policies(struct reading *r) {
	enum gw_code rc;
	CERTIFICATEPOLICIES *policies =
		decode(r, "2.5.29.32", "certificatePolicies", ASN1_ITEM_rptr(CERTIFICATEPOLICIES), &rc);
	int count = policies ? sk_POLICYINFO_num(policies) : 0;
	if (policies && count == 0) { /* RFC 5280 4.2.1.4: SIZE (1..MAX) */
		rc = damaged(r, "certificatePolicies");
	}
	r->out->policies = room_for(r, count);
	for (int i = 0; i < count && rc == GW_OK; i++) {
		rc = add_oid(r, &r->out->policies, sk_POLICYINFO_value(policies, i)->policyid);
	}
	CERTIFICATEPOLICIES_free(policies);
	return rc;
}

static enum gw_code read_statements(struct reading *r) {
	return cert_qc_read(r->cert, r->arena, &r->out->qc, r->err);
}

static enum gw_code read_esei(struct reading *r) {
	return cert_esei_read(r->cert, r->arena, r->out, r->err);
}

static void add_uri(struct reading *r, struct cert_texts *list, const GENERAL_NAME *name) {
	if (name->type == GEN_URI) {
		add(list, cert_string_text(name->d.uniformResourceIdentifier, r->arena, NULL));
	}
}

static enum gw_code read_access(struct reading *r) {
	enum gw_code rc;
	AUTHORITY_INFO_ACCESS *all =
		decode(r, "1.3.6.1.5.5.7.1.1", "authorityInfoAccess", ASN1_ITEM_rptr(AUTHORITY_INFO_ACCESS), &rc);
	int count = all ? sk_ACCESS_DESCRIPTION_num(all) : 0;
	r->out->aia_ocsp = room_for(r, count);
	r->out->aia_ca_issuers = room_for(r, count);
	for (int i = 0; i < count; i++) {
		const ACCESS_DESCRIPTION *a = sk_ACCESS_DESCRIPTION_value(all, i);
		int method = OBJ_obj2nid(a->method);
		if (method == NID_ad_OCSP || method == NID_ad_ca_issuers) {
			add_uri(r, method == NID_ad_OCSP ? &r->out->aia_ocsp : &r->out->aia_ca_issuers, a->location);
		}
	}
	AUTHORITY_INFO_ACCESS_free(all);
	return rc;
}

/* The names of a point; NULL where it has none, or is relative to the CRL's issuer. */
static const GENERAL_NAMES *names_of(const DIST_POINT *point) {
	return point->distpoint && point->distpoint->type == 0 ? point->distpoint->name.fullname : NULL;
}

static enum gw_code read_crl_points(struct reading *r) {
	enum gw_code rc;
	CRL_DIST_POINTS *points = decode(r, "2.5.29.31", "cRLDistributionPoints", ASN1_ITEM_rptr(CRL_DIST_POINTS), &rc);
	int count = points ? sk_DIST_POINT_num(points) : 0, names = 0;
	for (int i = 0; i < count; i++) {
		const GENERAL_NAMES *full = names_of(sk_DIST_POINT_value(points, i));
		names += full ? sk_GENERAL_NAME_num(full) : 0;
	}
	r->out->crldp = room_for(r, names);
	for (int i = 0; i < count; i++) {
		const GENERAL_NAMES *full = names_of(sk_DIST_POINT_value(points, i));
		for (int k = 0; full && k < sk_GENERAL_NAME_num(full); k++) {
			add_uri(r, &r->out->crldp, sk_GENERAL_NAME_value(full, k));
		}
	}
	CRL_DIST_POINTS_free(points);
	return rc;
}

/* Of these nothing is said, but whoever looks for a path reads them, and would take damage for a missing issuer. */
static enum gw_code check_the_others(struct reading *r) {
	static const struct {
		const char *oid, *name;
		ASN1_ITEM_EXP *item;
	} others[] = {{"2.5.29.14", "subjectKeyIdentifier", ASN1_ITEM_ref(ASN1_OCTET_STRING)},
		      {"2.5.29.17", "subjectAltName", ASN1_ITEM_ref(GENERAL_NAMES)},
		      {"2.5.29.18", "issuerAltName", ASN1_ITEM_ref(GENERAL_NAMES)},
		      {"2.5.29.19", "basicConstraints", ASN1_ITEM_ref(BASIC_CONSTRAINTS)},
		      {"2.5.29.30", "nameConstraints", ASN1_ITEM_ref(NAME_CONSTRAINTS)},
		      {"2.5.29.33", "policyMappings", ASN1_ITEM_ref(POLICY_MAPPINGS)},
		      {"2.5.29.35", "authorityKeyIdentifier", ASN1_ITEM_ref(AUTHORITY_KEYID)},
		      {"2.5.29.36", "policyConstraints", ASN1_ITEM_ref(POLICY_CONSTRAINTS)},
		      {"2.5.29.46", "freshestCRL", ASN1_ITEM_ref(CRL_DIST_POINTS)},
		      {"2.5.29.54", "inhibitAnyPolicy", ASN1_ITEM_ref(ASN1_INTEGER)}};
	for (size_t i = 0; i < GW_COUNT(others); i++) {
		enum gw_code rc;
		const ASN1_ITEM *item = ASN1_ITEM_ptr(others[i].item);
		ASN1_item_free(decode(r, others[i].oid, others[i].name, item, &rc), item);
		if (rc != GW_OK) {
			return rc;
		}
	}
	bool invalid = (X509_get_extension_flags(r->cert) & EXFLAG_INVALID) != 0;
	return invalid ? gw_fail(r->err, GW_E_INPUT, "certificate has a damaged extension") : GW_OK;
}

enum gw_code cert_details_read(struct x509_st *cert, struct gw_arena *arena, struct cert_details *out,
			       struct gw_err *err) {
	static enum gw_code (*const parts[])(struct reading * r) = {
		check_extensions, read_digest,	  read_serial,	       read_validity,	read_names,
		read_key,	  read_key_usage, read_extended_usage, read_policies,	read_statements,
		read_esei,	  read_access,	  read_crl_points,     check_the_others};
	struct reading r = {cert, arena, out, err};
	enum gw_code rc = GW_OK;
	*out = (struct cert_details){0};
	for (size_t i = 0; i < GW_COUNT(parts) && rc == GW_OK; i++) {
		rc = parts[i](&r);
		if (rc == GW_OK && arena->failed) {
			rc = gw_fail(err, GW_E_NOMEM, "out of memory");
		}
	}
	if (rc != GW_OK) {
		*out = (struct cert_details){0};
	}
	ERR_clear_error();
	return rc;
}
