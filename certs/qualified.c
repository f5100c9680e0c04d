#include "certs/qualified.h"

#define INFO "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"

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
	const char *info; /* of a service that issues such certificates (TS 119 612 5.5.9.4) */
} kinds[] = {{CERT_KIND_ESIGN, TSL_QC_FOR_ESIG, INFO "ForeSignatures"},
	     {CERT_KIND_ESEAL, TSL_QC_FOR_ESEAL, INFO "ForeSeals"},
	     {CERT_KIND_WEB, TSL_QC_FOR_WSA, INFO "ForWebSiteAuthentication"}};

static void decide(struct cert_qualification *out, enum cert_kind kind, const char *why) {
	*out = (struct cert_qualification){kind, false, why};
}

/* EN 319 412-5 4.2.3: without a type it is for electronic signature. */
static enum cert_kind stated_kind(const struct cert_facts *f) {
	return f->qc_esign || !f->qc_type_present ? CERT_KIND_ESIGN
	       : f->qc_eseal			  ? CERT_KIND_ESEAL
	       : f->qc_web			  ? CERT_KIND_WEB
						  : CERT_KIND_NONE;
}

/* The one kind that the list names, else what the certificate states; unknown: the list names several. */
static enum cert_kind kind_by(const struct cert_facts *f, uint32_t qualifiers) {
	enum cert_kind found = CERT_KIND_NONE;
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		if (qualifiers & kinds[i].qualifier) {
			found = found == CERT_KIND_NONE ? kinds[i].kind : CERT_KIND_UNKNOWN;
		}
	}
	return found == CERT_KIND_NONE ? stated_kind(f) : found;
}

/* A service that names no kind issues any of them. */
static bool service_issues(const struct tsl_period *p, enum cert_kind kind) {
	bool names_any = false, names_this = false;
	for (size_t i = 0; i < p->info.n; i++) {
		for (size_t k = 0; k < GW_COUNT(kinds); k++) {
			bool same = strcmp(p->info.at[i], kinds[k].info) == 0;
			names_any |= same;
			names_this |= same && kinds[k].kind == kind;
		}
	}
	return names_this || !names_any;
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
	enum cert_kind kind = kind_by(f, q);
	if (period->critical_unknown || applied.undecided || applied.unknown_qualifier) {
		decide(out, CERT_KIND_UNKNOWN, "the trusted list says of its issuer what is not understood");
	} else if (stated && denied) {
		decide(out, CERT_KIND_UNKNOWN, "the trusted list contradicts itself");
	} else if (denied) {
		decide(out, CERT_KIND_NONE, "by the trusted list it is not qualified");
	} else if (!stated && !f->qc_compliance) {
		decide(out, CERT_KIND_NONE, "neither the certificate nor the trusted list says that it is qualified");
	} else if (kind == CERT_KIND_UNKNOWN) {
		decide(out, CERT_KIND_UNKNOWN, "the trusted list says that it is for several kinds of use");
	} else if (kind == CERT_KIND_NONE || !service_issues(period, kind)) {
		decide(out, CERT_KIND_NONE, "its issuer is not listed for certificates of this kind");
	} else {
		*out = (struct cert_qualification){kind, in_device(f, q), ""};
	}
}

void cert_qualification_of(const struct cert_facts *facts, const struct tsl_period *period,
			   const struct tsl_subject *subject, struct cert_qualification *out) {
	if (period) {
		decide_by_list(facts, period, subject, out);
	} else if (!cert_says_qualified(facts)) {
		decide(out, CERT_KIND_NONE, "no QcCompliance statement of an accepted type");
	} else {
		*out = (struct cert_qualification){stated_kind(facts), facts->qc_sscd, ""};
	}
}
