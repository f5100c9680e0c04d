/* certs/tsl.h - a trusted list (ETSI TS 119 612, versions 5 and 6) as a plain struct, and the questions about it.
 *
 * The struct says what the list says; whether to believe it is certs/tsl_verify.h (signature) and certs/tsl_judge.h
 * (signer, dates). All of it lies in the arena that it was read into (certs/tsl_json.h) and is immutable: threads may
 * share it. Texts are UTF-8 without surrounding white space; "" and an empty array stand for what is absent. The
 * functions are pure. */
#ifndef GW_CERTS_TSL_H
#define GW_CERTS_TSL_H
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct x509_st;

#define TSL_TYPE_LIST "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"
#define TSL_TYPE_LOTL "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"
#define TSL_SERVICE_CA_QC "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"

enum {
	TSL_BYTES_MAX = 16777216,   /* of a list */
	TSL_MEMORY_MAX = 134217728, /* an arena of this size holds any list that is not refused as too complex */
	TSL_SERVICES_MAX = 20000
};

/* ---- what a list says ---- */

struct tsl_text {
	const char *lang, *text; /* xml:lang in lower case: "sl", "en" */
};
struct tsl_texts {
	struct tsl_text *at;
	size_t n;
};
struct tsl_words { /* URIs, OIDs */
	const char **at;
	size_t n;
};
struct tsl_blobs { /* DER certificates, key identifiers */
	struct gw_span *at;
	size_t n;
};

/* TS 119 612 5.5.4 with its predecessors; what is none of them is TSL_STATUS_OTHER and grants nothing. */
enum tsl_status {
	TSL_STATUS_NONE = 0, /* the service had no status yet at that time */
	TSL_STATUS_OTHER,
	TSL_STATUS_GRANTED,
	TSL_STATUS_WITHDRAWN,
	TSL_STATUS_RECOGNISED_NATIONAL,
	TSL_STATUS_DEPRECATED_NATIONAL,
	TSL_STATUS_UNDER_SUPERVISION,
	TSL_STATUS_SUPERVISION_IN_CESSATION,
	TSL_STATUS_SUPERVISION_CEASED,
	TSL_STATUS_SUPERVISION_REVOKED,
	TSL_STATUS_ACCREDITED,
	TSL_STATUS_ACCREDITATION_CEASED,
	TSL_STATUS_ACCREDITATION_REVOKED
};
const char *tsl_status_name(enum tsl_status s); /* "granted", …, "other"; static */
enum tsl_status tsl_status_of(const char *uri);

/* TS 119 612 5.5.9.2.3; the bits of `qualifiers`. */
enum tsl_qualifier {
	TSL_QC_STATEMENT = 1 << 0,
	TSL_NOT_QUALIFIED = 1 << 1,
	TSL_QC_FOR_ESIG = 1 << 2,
	TSL_QC_FOR_ESEAL = 1 << 3,
	TSL_QC_FOR_WSA = 1 << 4,
	TSL_QC_FOR_LEGAL_PERSON = 1 << 5,
	TSL_QC_WITH_QSCD = 1 << 6,
	TSL_QC_NO_QSCD = 1 << 7,
	TSL_QC_QSCD_AS_IN_CERT = 1 << 8,
	TSL_QC_QSCD_MANAGED = 1 << 9, /* QCQSCDManagedOnBehalf */
	TSL_QC_WITH_SSCD = 1 << 10,
	TSL_QC_NO_SSCD = 1 << 11,
	TSL_QC_SSCD_AS_IN_CERT = 1 << 12
};
enum { TSL_QUALIFIER_BITS = 13 };
const char *tsl_qualifier_name(unsigned bit); /* "QCStatement" for bit 0; NULL: there is none; static */
uint32_t tsl_qualifier_of(const char *uri);   /* 0: unknown */
/* AdditionalServiceInformation (5.5.9.4) that names a kind of certificates: TSL_QC_FOR_ESIG, _ESEAL, _WSA; else 0. */
uint32_t tsl_kind_of_information(const char *uri);

enum tsl_assert { TSL_ASSERT_UNKNOWN = 0, TSL_ASSERT_ALL, TSL_ASSERT_AT_LEAST_ONE, TSL_ASSERT_NONE };

struct tsl_key_usage {
	uint16_t named, value; /* bit n is bit n of RFC 5280 4.2.1.3: 0 = digitalSignature */
};

enum { TSL_KEY_USAGE_BITS = 9 };
const char *tsl_key_usage_name(unsigned bit); /* "digitalSignature" for bit 0; NULL: there is none; static */

/* TS 119 612 5.5.9.2.2: conditions about a certificate, joined by `assert`. */
struct tsl_criteria {
	enum tsl_assert assert;
	struct tsl_words
		*policy_set; /* each: the certificate has all of these policies; "" = one that cannot be read */
	size_t policy_set_count;
	struct tsl_key_usage *key_usage; /* each: all named bits are as it says */
	size_t key_usage_count;
	struct tsl_criteria *nested;
	size_t nested_count;
	bool other; /* there is a criterion that this program does not know: undecided */
};

struct tsl_qualification {
	uint32_t qualifiers;
	bool unknown_qualifier; /* one of its qualifiers is not among enum tsl_qualifier */
	struct tsl_criteria criteria;
};

/* What holds of a service from a time on. */
struct tsl_period {
	const char *type, *status_uri;
	enum tsl_status status;
	int64_t since_utc_s;
	struct tsl_texts names;
	struct tsl_qualification *qualification;
	size_t qualification_count;
	struct tsl_words info; /* AdditionalServiceInformation: URIs such as …/SvcInfoExt/ForeSeals */
	bool taken_over;
	struct tsl_texts taken_over_by; /* TSPName of who did */
	const char *taken_over_uri;
	bool critical_unknown; /* 5.5.9: it has a critical extension that this program does not know */
};

struct tsl_service {
	struct tsl_period *period; /* the newest first, at least one; the first is the present one */
	size_t period_count;
	struct tsl_blobs certs, skis; /* the digital identity of the present period, certificates in DER */
};

struct tsl_provider {
	struct tsl_texts names, trade_names; /* trade names hold identifiers such as "VATSI-17659957" (5.4.2) */
	struct tsl_service *service;
	size_t service_count;
};

struct tsl_pointer { /* to another list */
	const char *location, *territory, *type, *mime;
	struct tsl_blobs signers; /* DER */
};

struct tsl {
	int version;
	int64_t sequence;
	const char *type, *territory;
	int64_t issued_utc_s, next_update_utc_s; /* next update 0: the list is closed (5.3.15) */
	struct tsl_texts operators;
	struct tsl_pointer *pointer;
	size_t pointer_count;
	struct tsl_provider *provider;
	size_t provider_count;
	struct tsl_words warnings; /* English: what does not follow the standard and changes no answer below */
};
enum { TSL_WARNINGS_MAX = 20 }; /* more are not told */

/* ---- questions ---- */

/* The text in the language, else the English one, else the first, else "". */
const char *tsl_text_in(const struct tsl_texts *texts, const char *lang);

/* Is this one of the provider's trade names, as written ("VATSI-43353126")? */
bool tsl_provider_is(const struct tsl_provider *p, const char *identifier);

/* What held of the service at that time, history included; NULL: nothing yet. A period holds from its own second. */
const struct tsl_period *tsl_period_at(const struct tsl_service *s, int64_t utc_s);
enum tsl_status tsl_status_at(const struct tsl_service *s, int64_t utc_s);

/* Was it, at that time, a granted service that issues qualified certificates (CA/QC)? Whether a period with a critical
 * unknown extension may be believed is the caller's to decide: its `critical_unknown` says so. */
bool tsl_is_granted_ca_qc(const struct tsl_service *s, int64_t utc_s);

/* How a CA certificate belongs to a service: TSL_MATCH_CERT, it is one of its certificates, byte for byte; else
 * TSL_MATCH_KEY, its subjectKeyIdentifier is one of the service's and its key the same, which is compared with the
 * service's certificates or, where the service has none, proven by the identifier being made of the key (RFC 5280
 * 4.2.1.2 (1) or (2)). Names are never compared: the list writes them in several dialects. */
enum tsl_match { TSL_MATCH_NONE = 0, TSL_MATCH_KEY, TSL_MATCH_CERT };
enum tsl_match tsl_service_match(const struct tsl_service *s, const struct x509_st *ca);

struct tsl_found {
	const struct tsl_provider *provider;
	const struct tsl_service *service;
	enum tsl_match match;
};
/* Every service of that certificate in the list's order, also one that was taken over and stands there twice. Gives
 * their number; at most `max` are written. */
size_t tsl_services_of(const struct tsl *list, const struct x509_st *ca, struct tsl_found *out, size_t max);

struct tsl_subject { /* what the criteria ask of a certificate */
	const char *const *policy;
	size_t policy_count;
	uint16_t key_usage; /* bits as above; none: the extension is absent */
};
struct tsl_applied {
	uint32_t qualifiers;	/* of all qualifications whose criteria the certificate meets */
	uint32_t undecided;	/* of those whose criteria cannot be decided (unknown criterion, policy or assertion) */
	bool unknown_qualifier; /* among either there is a qualifier that this program does not know */
};
/* Which qualifiers of a period apply to a certificate (TS 119 615 4.4.4.3.4). Contradictions (QCStatement with
 * NotQualified, QCWithQSCD with QCNoQSCD) are given as they are. */
void tsl_qualifiers(const struct tsl_period *period, const struct tsl_subject *subject, struct tsl_applied *out);

struct tsl_counts {
	size_t providers, services, granted_ca_qc; /* the last at the time asked for */
};
void tsl_count(const struct tsl *list, int64_t utc_s, struct tsl_counts *out);
#endif
