#include "certs/qc.h"

#include <openssl/err.h>

#include "certs/asn1.h"

#define OID_QC_STATEMENTS "1.3.6.1.5.5.7.1.3"
#define OID_QC_SYNTAX_V1 "1.3.6.1.5.5.7.11.1"
#define OID_QC_SYNTAX_V2 "1.3.6.1.5.5.7.11.2"
#define OID_QC_COMPLIANCE "0.4.0.1862.1.1"
#define OID_QC_LIMIT "0.4.0.1862.1.2"
#define OID_QC_SSCD "0.4.0.1862.1.4"
#define OID_QC_PDS "0.4.0.1862.1.5"
#define OID_QC_TYPE "0.4.0.1862.1.6"
#define OID_QC_LEGISLATION "0.4.0.1862.1.7"

struct reading {
	struct gw_arena *arena;
	struct cert_qc *qc;
	struct gw_err *err;
};

static enum gw_code damaged(struct reading *r, const char *what) {
	return gw_fail(r->err, GW_E_INPUT, "certificate has damaged QCStatements: %s", what);
}

static const ASN1_TYPE *part(const ASN1_SEQUENCE_ANY *s, int i) {
	return s && i < sk_ASN1_TYPE_num(s) ? sk_ASN1_TYPE_value(s, i) : NULL;
}

static const ASN1_OBJECT *object_of(const ASN1_TYPE *t) {
	return t && t->type == V_ASN1_OBJECT ? t->value.object : NULL;
}

static enum gw_code add_type(struct reading *r, const ASN1_OBJECT *o) {
	static const char *const words[] = {"esign", "eseal", "web"};
	bool *const flags[] = {&r->qc->esign, &r->qc->eseal, &r->qc->web};
	const char *text = NULL;
	for (size_t i = 0; i < GW_COUNT(words); i++) {
		char oid[] = OID_QC_TYPE ".1"; /* EN 319 412-5 4.2.3: .1 to .3 */
		oid[sizeof(oid) - 2] = (char)('1' + i);
		if (cert_oid_is(o, oid)) {
			*flags[i] = true;
			text = words[i];
		}
	}
	enum gw_code rc = GW_OK;
	if (!text) {
		rc = cert_oid_text(o, r->arena, &text, r->err);
	}
	if (r->qc->type) {
		r->qc->type[r->qc->type_count++] = text;
	}
	return rc;
}

static enum gw_code read_types(struct reading *r, const ASN1_TYPE *info) {
	if (r->qc->type_present) {
		return damaged(r, "QcType stands twice");
	}
	r->qc->type_present = true; /* also of no type at all, which is not the same as silence */
	ASN1_SEQUENCE_ANY *types = cert_sequence_of(info);
	enum gw_code rc = types ? GW_OK : damaged(r, "QcType is no sequence");
	int n = types ? sk_ASN1_TYPE_num(types) : 0;
	r->qc->type = gw_arena_array(r->arena, (size_t)n, sizeof(*r->qc->type));
	for (int i = 0; i < n && rc == GW_OK; i++) {
		const ASN1_OBJECT *o = object_of(part(types, i));
		rc = o ? add_type(r, o) : damaged(r, "a type is no object identifier");
	}
	cert_sequence_free(types);
	return rc;
}

/* PdsLocation ::= SEQUENCE { url IA5String, language PrintableString (SIZE(2)) } */
static enum gw_code add_pds(struct reading *r, const ASN1_TYPE *location) {
	ASN1_SEQUENCE_ANY *parts = cert_sequence_of(location);
	const ASN1_TYPE *url = part(parts, 0), *language = part(parts, 1);
	bool good = url && url->type == V_ASN1_IA5STRING && language && language->type == V_ASN1_PRINTABLESTRING;
	if (good && r->qc->pds) {
		r->qc->pds[r->qc->pds_count++] =
			(struct cert_qc_pds){cert_text(url, r->arena, NULL), cert_text(language, r->arena, NULL)};
	}
	cert_sequence_free(parts);
	return good ? GW_OK : damaged(r, "a location of QcPDS");
}

static enum gw_code read_pds(struct reading *r, const ASN1_TYPE *info) {
	if (r->qc->pds) {
		return damaged(r, "QcPDS stands twice");
	}
	ASN1_SEQUENCE_ANY *locations = cert_sequence_of(info);
	enum gw_code rc = locations ? GW_OK : damaged(r, "QcPDS is no sequence");
	int n = locations ? sk_ASN1_TYPE_num(locations) : 0;
	r->qc->pds = gw_arena_array(r->arena, (size_t)n, sizeof(*r->qc->pds));
	for (int i = 0; i < n && rc == GW_OK; i++) {
		rc = add_pds(r, part(locations, i));
	}
	cert_sequence_free(locations);
	return rc;
}

/* CountryName ::= PrintableString (SIZE (2)), "ISO 3166-1 alpha-2 codes only" */
static bool is_country(const ASN1_TYPE *t) {
	const ASN1_STRING *s = t && t->type == V_ASN1_PRINTABLESTRING ? t->value.printablestring : NULL;
	const unsigned char *p = s ? ASN1_STRING_get0_data(s) : NULL;
	return s && ASN1_STRING_length(s) == 2 && p[0] >= 'A' && p[0] <= 'Z' && p[1] >= 'A' && p[1] <= 'Z';
}

static enum gw_code add_country(struct reading *r, const ASN1_TYPE *country) {
	if (!is_country(country)) {
		return damaged(r, "a country of QcCClegislation");
	}
	struct gw_span text = cert_text(country, r->arena, NULL);
	if (r->qc->legislation) {
		r->qc->legislation[r->qc->legislation_count++] = text.p;
	}
	r->qc->elsewhere &= !gw_span_is(text, "EU");
	return GW_OK;
}

/* One that names no country says nothing, and is not taken for silence. */
static enum gw_code read_legislation(struct reading *r, const ASN1_TYPE *info) {
	if (r->qc->legislation) {
		return damaged(r, "QcCClegislation stands twice");
	}
	ASN1_SEQUENCE_ANY *countries = cert_sequence_of(info);
	int n = countries ? sk_ASN1_TYPE_num(countries) : 0;
	enum gw_code rc = n > 0 ? GW_OK : damaged(r, "QcCClegislation is no sequence of countries");
	r->qc->legislation = gw_arena_array(r->arena, (size_t)n, sizeof(*r->qc->legislation));
	r->qc->elsewhere = true;
	for (int i = 0; i < n && rc == GW_OK; i++) {
		rc = add_country(r, part(countries, i));
	}
	cert_sequence_free(countries);
	return rc;
}

/* SemanticsInformation ::= SEQUENCE { semanticsIdentifier OBJECT IDENTIFIER OPTIONAL, … } (RFC 3739 3.2.6.1) */
static enum gw_code read_semantics(struct reading *r, const ASN1_TYPE *info) {
	ASN1_SEQUENCE_ANY *parts = cert_sequence_of(info);
	const ASN1_OBJECT *o = object_of(part(parts, 0));
	enum gw_code rc = parts || !info ? GW_OK : damaged(r, "the semantics information is no sequence");
	if (rc == GW_OK && o) {
		rc = cert_oid_text(o, r->arena, &r->qc->semantics, r->err);
	}
	cert_sequence_free(parts);
	return rc;
}

static bool number_of(const ASN1_TYPE *t, int64_t *out) {
	return t && t->type == V_ASN1_INTEGER && ASN1_INTEGER_get_int64(out, t->value.integer) == 1;
}

/* MonetaryValue ::= SEQUENCE { currency CHOICE { PrintableString, INTEGER }, amount INTEGER, exponent INTEGER } */
static enum gw_code read_limit(struct reading *r, const ASN1_TYPE *info) {
	ASN1_SEQUENCE_ANY *parts = cert_sequence_of(info);
	const ASN1_TYPE *currency = part(parts, 0);
	int64_t number = 0;
	bool word = currency && currency->type == V_ASN1_PRINTABLESTRING;
	bool good = (word || number_of(currency, &number)) && number_of(part(parts, 1), &r->qc->limit_amount) &&
		    number_of(part(parts, 2), &r->qc->limit_exponent);
	if (good) {
		r->qc->limit_present = true;
		r->qc->limit_currency = word ? cert_text(currency, r->arena, NULL)
					     : gw_span_of(gw_arena_printf(r->arena, "%03lld", (long long)number));
	}
	cert_sequence_free(parts);
	return good ? GW_OK : damaged(r, "the limit value");
}

/* QCStatement ::= SEQUENCE { statementId OBJECT IDENTIFIER, statementInfo ANY OPTIONAL } (RFC 3739 3.2.6) */
static enum gw_code read_statement(struct reading *r, const ASN1_TYPE *statement) {
	ASN1_SEQUENCE_ANY *parts = cert_sequence_of(statement);
	const ASN1_OBJECT *id = object_of(part(parts, 0));
	const ASN1_TYPE *info = part(parts, 1);
	enum gw_code rc = id && sk_ASN1_TYPE_num(parts) <= 2 ? GW_OK : damaged(r, "a statement without identifier");
	if (rc == GW_OK) {
		r->qc->compliance |= cert_oid_is(id, OID_QC_COMPLIANCE);
		r->qc->sscd |= cert_oid_is(id, OID_QC_SSCD);
		bool syntax = cert_oid_is(id, OID_QC_SYNTAX_V1) || cert_oid_is(id, OID_QC_SYNTAX_V2);
		rc = cert_oid_is(id, OID_QC_TYPE)	   ? read_types(r, info)
		     : cert_oid_is(id, OID_QC_LEGISLATION) ? read_legislation(r, info)
		     : cert_oid_is(id, OID_QC_PDS)	   ? read_pds(r, info)
		     : cert_oid_is(id, OID_QC_LIMIT)	   ? read_limit(r, info)
		     : syntax				   ? read_semantics(r, info)
							   : GW_OK;
	}
	cert_sequence_free(parts);
	return rc;
}

enum gw_code cert_qc_read(const struct x509_st *cert, struct gw_arena *arena, struct cert_qc *out, struct gw_err *err) {
	struct reading r = {arena, out, err};
	*out = (struct cert_qc){0};
	const ASN1_OCTET_STRING *der = cert_extension(cert, OID_QC_STATEMENTS);
	if (!der) {
		return GW_OK;
	}
	const unsigned char *p = ASN1_STRING_get0_data(der), *end = p + ASN1_STRING_length(der);
	ASN1_SEQUENCE_ANY *statements = d2i_ASN1_SEQUENCE_ANY(NULL, &p, ASN1_STRING_length(der));
	enum gw_code rc = statements && p == end ? GW_OK : damaged(&r, "not one sequence");
	for (int i = 0; rc == GW_OK && i < sk_ASN1_TYPE_num(statements); i++) {
		rc = read_statement(&r, part(statements, i));
	}
	cert_sequence_free(statements);
	ERR_clear_error();
	return rc == GW_OK && arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : rc;
}

bool cert_qc_says_qualified(const struct cert_qc *qc) {
	return qc->compliance && (qc->esign || qc->eseal || qc->web || !qc->type_present) && !qc->elsewhere;
}
