#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "certs/facts.h"
#include "certs/tsl.h"

/* ---- words ---- */

#define STATUS "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
#define QUALIFIER "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"

static const char *const statuses[] = {
	[TSL_STATUS_NONE] = "none",
	[TSL_STATUS_OTHER] = "other",
	[TSL_STATUS_GRANTED] = "granted",
	[TSL_STATUS_WITHDRAWN] = "withdrawn",
	[TSL_STATUS_RECOGNISED_NATIONAL] = "recognisedatnationallevel",
	[TSL_STATUS_DEPRECATED_NATIONAL] = "deprecatedatnationallevel",
	[TSL_STATUS_UNDER_SUPERVISION] = "undersupervision",
	[TSL_STATUS_SUPERVISION_IN_CESSATION] = "supervisionincessation",
	[TSL_STATUS_SUPERVISION_CEASED] = "supervisionceased",
	[TSL_STATUS_SUPERVISION_REVOKED] = "supervisionrevoked",
	[TSL_STATUS_ACCREDITED] = "accredited",
	[TSL_STATUS_ACCREDITATION_CEASED] = "accreditationceased",
	[TSL_STATUS_ACCREDITATION_REVOKED] = "accreditationrevoked",
};

const char *tsl_status_name(enum tsl_status s) {
	return statuses[s];
}

enum tsl_status tsl_status_of(const char *uri) {
	if (strncmp(uri, STATUS, strlen(STATUS)) != 0) {
		return TSL_STATUS_OTHER;
	}
	for (size_t i = TSL_STATUS_GRANTED; i < GW_COUNT(statuses); i++) {
		if (strcmp(uri + strlen(STATUS), statuses[i]) == 0) {
			return (enum tsl_status)i;
		}
	}
	return TSL_STATUS_OTHER;
}

static const char *const qualifiers[TSL_QUALIFIER_BITS] = {"QCStatement",
							   "NotQualified",
							   "QCForESig",
							   "QCForESeal",
							   "QCForWSA",
							   "QCForLegalPerson",
							   "QCWithQSCD",
							   "QCNoQSCD",
							   "QCQSCDStatusAsInCert",
							   "QCQSCDManagedOnBehalf",
							   "QCWithSSCD",
							   "QCNoSSCD",
							   "QCSSCDStatusAsInCert"};

const char *tsl_qualifier_name(unsigned bit) {
	return bit < TSL_QUALIFIER_BITS ? qualifiers[bit] : NULL;
}

uint32_t tsl_qualifier_of(const char *uri) {
	bool known = strncmp(uri, QUALIFIER, strlen(QUALIFIER)) == 0;
	for (unsigned i = 0; known && i < TSL_QUALIFIER_BITS; i++) {
		if (strcmp(uri + strlen(QUALIFIER), qualifiers[i]) == 0) {
			return 1U << i;
		}
	}
	return 0;
}

uint32_t tsl_kind_of_information(const char *uri) {
	static const struct {
		const char *uri;
		uint32_t kind;
	} kinds[] = {{QUALIFIER "ForeSignatures", TSL_QC_FOR_ESIG},
		     {QUALIFIER "ForeSeals", TSL_QC_FOR_ESEAL},
		     {QUALIFIER "ForWebSiteAuthentication", TSL_QC_FOR_WSA}};
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		if (strcmp(uri, kinds[i].uri) == 0) {
			return kinds[i].kind;
		}
	}
	return 0;
}

const char *tsl_key_usage_name(unsigned bit) {
	static const char *const names[TSL_KEY_USAGE_BITS] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
							      "dataEncipherment", "keyAgreement",   "keyCertSign",
							      "crlSign",	  "encipherOnly",   "decipherOnly"};
	return bit < TSL_KEY_USAGE_BITS ? names[bit] : NULL;
}

const char *tsl_text_in(const struct tsl_texts *texts, const char *lang) {
	const char *english = NULL;
	for (size_t i = 0; i < texts->n; i++) {
		if (strcmp(texts->at[i].lang, lang) == 0) {
			return texts->at[i].text;
		}
		english = !english && strcmp(texts->at[i].lang, "en") == 0 ? texts->at[i].text : english;
	}
	return english ? english : texts->n > 0 ? texts->at[0].text : "";
}

bool tsl_provider_is(const struct tsl_provider *p, const char *identifier) {
	for (size_t i = 0; i < p->trade_names.n; i++) {
		if (strcmp(p->trade_names.at[i].text, identifier) == 0) {
			return true;
		}
	}
	return false;
}

/* ---- status ---- */

const struct tsl_period *tsl_period_at(const struct tsl_service *s, int64_t utc_s) {
	for (size_t i = 0; i < s->period_count; i++) {
		if (s->period[i].since_utc_s <= utc_s) {
			return &s->period[i];
		}
	}
	return NULL;
}

enum tsl_status tsl_status_at(const struct tsl_service *s, int64_t utc_s) {
	const struct tsl_period *p = tsl_period_at(s, utc_s);
	return p ? p->status : TSL_STATUS_NONE;
}

bool tsl_is_granted_ca_qc(const struct tsl_service *s, int64_t utc_s) {
	const struct tsl_period *p = tsl_period_at(s, utc_s);
	return p && p->status == TSL_STATUS_GRANTED && strcmp(p->type, TSL_SERVICE_CA_QC) == 0;
}

void tsl_count(const struct tsl *list, int64_t utc_s, struct tsl_counts *out) {
	*out = (struct tsl_counts){.providers = list->provider_count};
	for (size_t i = 0; i < list->provider_count; i++) {
		const struct tsl_provider *p = &list->provider[i];
		out->services += p->service_count;
		for (size_t k = 0; k < p->service_count; k++) {
			out->granted_ca_qc += tsl_is_granted_ca_qc(&p->service[k], utc_s);
		}
	}
}

/* ---- whose certificate ---- */

static bool has(const struct tsl_blobs *blobs, struct gw_span bytes) {
	for (size_t i = 0; i < blobs->n; i++) {
		if (bytes.n > 0 && gw_span_equal(blobs->at[i], bytes)) {
			return true;
		}
	}
	return false;
}

static bool has_der_of(const struct tsl_blobs *certs, const X509 *ca) {
	unsigned char *der = NULL;
	int n = i2d_X509(ca, &der);
	bool found = n > 0 && has(certs, (struct gw_span){(const char *)der, (size_t)n});
	OPENSSL_free(der);
	return found;
}

static struct gw_span key_identifier(const X509 *ca) {
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id((X509 *)(uintptr_t)ca);
	return id ? (struct gw_span){(const char *)ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id)}
		  : (struct gw_span){0};
}

static bool has_key_of(const struct tsl_blobs *certs, const X509 *ca) {
	const EVP_PKEY *key = X509_get0_pubkey(ca);
	bool same = false;
	for (size_t i = 0; key && i < certs->n && !same; i++) {
		const unsigned char *p = (const unsigned char *)certs->at[i].p;
		GW_AUTO(x509) X509 *listed = d2i_X509(NULL, &p, (long)certs->at[i].n);
		const EVP_PKEY *other = listed ? X509_get0_pubkey(listed) : NULL;
		same = other && EVP_PKEY_eq(key, other) == 1;
	}
	return same;
}

/* RFC 5280 4.2.1.2 (1): SHA-1 of the key's bits; (2): 0100 and the last 60 bits of it. */
static bool is_made_of_key(struct gw_span id, const X509 *ca) {
	uint8_t sha[SHA_DIGEST_LENGTH], tail[8];
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(ca);
	if (!bits) {
		return false;
	}
	SHA1(ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits), sha);
	memcpy(tail, sha + sizeof(sha) - sizeof(tail), sizeof(tail));
	tail[0] = (uint8_t)(0x40 | (tail[0] & 0x0F));
	return gw_span_equal(id, (struct gw_span){(const char *)sha, sizeof(sha)}) ||
	       gw_span_equal(id, (struct gw_span){(const char *)tail, sizeof(tail)});
}

enum tsl_match tsl_service_match(const struct tsl_service *s, const struct x509_st *ca) {
	if (has_der_of(&s->certs, ca)) {
		return TSL_MATCH_CERT;
	}
	struct gw_span id = key_identifier(ca);
	if (!has(&s->skis, id)) {
		return TSL_MATCH_NONE;
	}
	bool same = s->certs.n > 0 ? has_key_of(&s->certs, ca) : is_made_of_key(id, ca);
	return same ? TSL_MATCH_KEY : TSL_MATCH_NONE;
}

size_t tsl_services_of(const struct tsl *list, const struct x509_st *ca, struct tsl_found *out, size_t max) {
	size_t n = 0;
	for (size_t i = 0; i < list->provider_count; i++) {
		const struct tsl_provider *p = &list->provider[i];
		for (size_t k = 0; k < p->service_count; k++) {
			enum tsl_match match = tsl_service_match(&p->service[k], ca);
			if (match != TSL_MATCH_NONE && n++ < max) {
				out[n - 1] = (struct tsl_found){p, &p->service[k], match};
			}
		}
	}
	return n;
}

/* ---- qualifications ---- */

enum answer { NO = 0, UNDECIDED, YES }; /* in this order: "all" is the least of them, "at least one" the greatest */

static bool has_policy(const struct tsl_subject *c, const char *oid) {
	for (size_t i = 0; i < c->policy_count; i++) {
		if (strcmp(c->policy[i], oid) == 0) {
			return true;
		}
	}
	return false;
}

static enum answer policies_met(const struct tsl_words *set, const struct tsl_subject *c) {
	enum answer all = set->n > 0 ? YES : UNDECIDED;
	for (size_t i = 0; i < set->n; i++) {
		enum answer one = !set->at[i][0] ? UNDECIDED : has_policy(c, set->at[i]) ? YES : NO;
		all = one < all ? one : all;
	}
	return all;
}

struct tally { /* of the conditions of one list */
	size_t n;
	enum answer least, greatest;
};

static void tell(struct tally *t, enum answer a) {
	t->least = t->n == 0 || a < t->least ? a : t->least;
	t->greatest = t->n == 0 || a > t->greatest ? a : t->greatest;
	t->n++;
}

static enum answer outcome(const struct tally *t, enum tsl_assert assert) {
	if (t->n == 0 || assert == TSL_ASSERT_UNKNOWN) {
		return UNDECIDED;
	}
	if (assert == TSL_ASSERT_NONE) {
		return (enum answer)(YES - t->greatest);
	}
	return assert == TSL_ASSERT_ALL ? t->least : t->greatest;
}

static enum answer criteria_met(const struct tsl_criteria *c, const struct tsl_subject *subject) {
	struct tally t = {0};
	for (size_t i = 0; i < c->policy_set_count; i++) {
		tell(&t, policies_met(&c->policy_set[i], subject));
	}
	for (size_t i = 0; i < c->key_usage_count; i++) {
		const struct tsl_key_usage *k = &c->key_usage[i];
		tell(&t, k->named == 0 ? UNDECIDED : (subject->key_usage & k->named) == k->value ? YES : NO);
	}
	for (size_t i = 0; i < c->nested_count; i++) {
		tell(&t, criteria_met(&c->nested[i], subject));
	}
	if (c->other) {
		tell(&t, UNDECIDED);
	}
	return outcome(&t, c->assert);
}

void tsl_qualifiers(const struct tsl_period *period, const struct tsl_subject *subject, struct tsl_applied *out) {
	*out = (struct tsl_applied){0};
	for (size_t i = 0; i < period->qualification_count; i++) {
		const struct tsl_qualification *q = &period->qualification[i];
		enum answer a = criteria_met(&q->criteria, subject);
		out->qualifiers |= a == YES ? q->qualifiers : 0;
		out->undecided |= a == UNDECIDED ? q->qualifiers : 0;
		out->unknown_qualifier |= a != NO && q->unknown_qualifier;
	}
}
