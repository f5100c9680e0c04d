/* certs/evidence.h - CRLs and OCSP responses that are at hand, and what they say together of one certificate. Filled
 * by one thread; then immutable, for all. */
#ifndef GW_CERTS_EVIDENCE_H
#define GW_CERTS_EVIDENCE_H
#include "base/err.h"
#include "base/span.h"
#include "certs/revocation.h"
#include "certs/trust.h"

struct cert_evidence;
GW_NODISCARD enum gw_code cert_evidence_new(struct cert_evidence **out, struct gw_err *err);
/* The same above evidence that is at hand already, which is borrowed: both are asked. */
GW_NODISCARD enum gw_code cert_evidence_above(const struct cert_evidence *below, struct cert_evidence **out,
					      struct gw_err *err);
void cert_evidence_free(struct cert_evidence *e);
GW_DEFINE_AUTO(cert_evidence, struct cert_evidence *, cert_evidence_free)

enum { CERT_CRLS_MAX = 1024, CERT_OCSP_TEXT_MAX = 131072, CERT_OCSP_MAX = 1024 };

/* One CRL as DER or PEM (Halcom serves PEM where the URL promises DER). GW_E_INPUT: it is none; `what` names it. */
GW_NODISCARD enum gw_code cert_evidence_add_crl(struct cert_evidence *e, struct gw_span bytes, const char *what,
						struct gw_err *err);
/* One OCSP response as DER or base64; copied. What it is worth is found when it is asked. GW_E_INPUT: there is no room,
 * or it is too large. */
GW_NODISCARD enum gw_code cert_evidence_add_ocsp(struct cert_evidence *e, struct gw_span bytes, const char *what,
						 struct gw_err *err);

/* Evidence that could not be read is no reason to judge nothing: its error becomes the reason where no other evidence
 * answers. */
void cert_evidence_note_damage(struct cert_evidence *e, const struct gw_err *err);

struct stack_st_X509;
struct crl_checker;
struct X509_crl_st;

/* One CRL that is shared with others: a reference is taken. False: out of memory, or there is no room. */
bool cert_evidence_share_crl(struct cert_evidence *e, struct X509_crl_st *crl);

struct cert_asked {
	const struct crl_checker *checker;
	struct stack_st_X509 *path, *helpers;
	int64_t at_utc_s;
	uint32_t age_max_s[CERT_PATH_MAX]; /* "good" that is older says nothing; 0 = its nextUpdate decides alone */
};
/* The status of each certificate of a path that was found, but of its anchor (the last): from the OCSP responses first,
 * then from the CRLs. "Revoked" from any of them counts, then "good" from any. */
void cert_evidence_ask(const struct cert_evidence *e, const struct cert_asked *asked,
		       struct cert_status out[CERT_PATH_MAX]);
#endif
