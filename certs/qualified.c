#include "certs/qualified.h"

const char *cert_kind_name(enum cert_kind k) {
	static const char *const names[] = {[CERT_KIND_UNKNOWN] = "unknown",
					    [CERT_KIND_NONE] = "none",
					    [CERT_KIND_ESIGN] = "esign",
					    [CERT_KIND_ESEAL] = "eseal",
					    [CERT_KIND_WEB] = "web"};
	return names[k];
}

static const struct {
	enum cert_kind kind;
	uint32_t qualifier;
} kinds[] = {{CERT_KIND_ESIGN, TSL_QC_FOR_ESIG}, {CERT_KIND_ESEAL, TSL_QC_FOR_ESEAL}, {CERT_KIND_WEB, TSL_QC_FOR_WSA}};

static const char elsewhere[] = "qualified by the law of other countries than the EU's (QcCClegislation)";

static void decide(struct cert_qualification *out, enum cert_kind kind, const char *why) {
	*out = (struct cert_qualification){kind, false, why};
}

/* A service that names no kind issues any of them. */
static bool service_issues(const struct tsl_period *p, enum cert_kind kind) {
	uint32_t named = 0, wanted = 0;
	for (size_t i = 0; i < p->info.n; i++) {
		named |= tsl_kind_of_information(p->info.at[i]);
	}
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		wanted |= kinds[i].kind == kind ? kinds[i].qualifier : 0;
	}
	return named == 0 || (named & wanted) != 0;
}

/* EN 319 412-5 4.2.3: without a type it is for electronic signature. */
static bool states(const struct cert_facts *f, enum cert_kind kind) {
	return (kind == CERT_KIND_ESIGN && (f->qc_esign || !f->qc_type_present)) ||
	       (kind == CERT_KIND_ESEAL && f->qc_eseal) || (kind == CERT_KIND_WEB && f->qc_web);
}

/* Of several, the first in the order of `kinds` that the service (NULL: any) issues; none: there is none. */
static enum cert_kind stated_kind(const struct cert_facts *f, const struct tsl_period *period) {
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		if (states(f, kinds[i].kind) && (!period || service_issues(period, kinds[i].kind))) {
			return kinds[i].kind;
		}
	}
	return CERT_KIND_NONE;
}

/* The one kind that the list names, else what the certificate states, if the service issues it; unknown: the list names
 * several. */
static enum cert_kind kind_by(const struct cert_facts *f, const struct tsl_period *period, uint32_t qualifiers) {
	enum cert_kind named = CERT_KIND_NONE;
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		if (qualifiers & kinds[i].qualifier) {
			named = named == CERT_KIND_NONE ? kinds[i].kind : CERT_KIND_UNKNOWN;
		}
	}
	if (named == CERT_KIND_NONE) {
		return stated_kind(f, period);
	}
	return named == CERT_KIND_UNKNOWN || service_issues(period, named) ? named : CERT_KIND_NONE;
}

static bool in_device(const struct cert_facts *f, uint32_t qualifiers) {
	const uint32_t with = TSL_QC_WITH_QSCD | TSL_QC_QSCD_MANAGED | TSL_QC_WITH_SSCD,
		       without = TSL_QC_NO_QSCD | TSL_QC_NO_SSCD;
	if (qualifiers & without) {
		return false;
	}
	return (qualifiers & with) != 0 || f->qc_sscd;
}

static void decide_by_list(const struct cert_facts *f, const struct tsl_period *period,
			   const struct tsl_subject *subject, struct cert_qualification *out) {
	struct tsl_applied applied;
	tsl_qualifiers(period, subject, &applied);
	uint32_t q = applied.qualifiers;
	bool stated = (q & TSL_QC_STATEMENT) != 0, denied = (q & TSL_NOT_QUALIFIED) != 0;
	enum cert_kind kind = kind_by(f, period, q);
	if (period->critical_unknown || applied.undecided || applied.unknown_qualifier) {
		decide(out, CERT_KIND_UNKNOWN, "the trusted list says of its issuer what is not understood");
	} else if (stated && denied) {
		decide(out, CERT_KIND_UNKNOWN, "the trusted list contradicts itself");
	} else if (denied) {
		decide(out, CERT_KIND_NONE, "by the trusted list it is not qualified");
	} else if (!stated && !f->qc_compliance) {
		decide(out, CERT_KIND_NONE, "neither the certificate nor the trusted list says that it is qualified");
	} else if (!stated && f->qc_elsewhere) {
		decide(out, CERT_KIND_NONE, elsewhere);
	} else if (kind == CERT_KIND_UNKNOWN) {
		decide(out, CERT_KIND_UNKNOWN, "the trusted list says that it is for several kinds of use");
	} else if (kind == CERT_KIND_NONE) {
		decide(out, CERT_KIND_NONE, "its issuer is not listed for certificates of this kind");
	} else {
		*out = (struct cert_qualification){kind, in_device(f, q), ""};
	}
}

void cert_qualification_of(const struct cert_facts *facts, const struct tsl_period *period,
			   const struct tsl_subject *subject, struct cert_qualification *out) {
	if (period) {
		decide_by_list(facts, period, subject, out);
	} else if (facts->qc_compliance && facts->qc_elsewhere) {
		decide(out, CERT_KIND_NONE, elsewhere);
	} else if (!cert_says_qualified(facts)) {
		decide(out, CERT_KIND_NONE, "no QcCompliance statement of an accepted type");
	} else {
		*out = (struct cert_qualification){stated_kind(facts, NULL), facts->qc_sscd, ""};
	}
}
