#include "certs/ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "base/err.h"
#include "certs/asn1.h"
#include "certs/strength.h"

struct asking {
	X509 *cert, *issuer;
	const struct cert_ocsp_guard *guard;
	int64_t at;
	struct cert_status *out;
};

static bool because(struct asking *a, const char *why) {
	snprintf(a->out->why, sizeof(a->out->why), "%s", why);
	return false;
}

/* ---- who signed ---- */

static bool is_valid_then(const X509 *cert, int64_t at) {
	return cert_seconds(X509_get0_notBefore(cert)) <= at && at <= cert_seconds(X509_get0_notAfter(cert));
}

static bool is_signed_by(X509 *cert, X509 *issuer, int64_t at) {
	const X509_ALGOR *algorithm;
	X509_get0_signature(NULL, &algorithm, cert);
	return X509_check_issued(issuer, cert) == X509_V_OK && X509_verify(cert, X509_get0_pubkey(issuer)) == 1 &&
	       cert_signature_is_strong(algorithm, at);
}

/* RFC 6960 4.2.2.2: issued directly by the certificate's own issuer, for this purpose. */
static bool is_delegate(struct asking *a, X509 *signer) {
	if (!is_signed_by(signer, a->issuer, a->at)) {
		return because(a, "the responder is not the issuer, nor certified by it");
	}
	if (!(X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) ||
	    !(X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN)) {
		return because(a, "the responder's certificate is not for OCSP signing");
	}
	if (!(X509_get_key_usage(signer) & KU_DIGITAL_SIGNATURE)) { /* all ones where the extension is absent */
		return because(a, "the responder's certificate is not for signing");
	}
	if (X509_get_extension_flags(signer) & (EXFLAG_CRITICAL | EXFLAG_INVALID)) {
		return because(a, "the responder's certificate has an extension that is not understood");
	}
	if (!is_valid_then(signer, a->at)) {
		return because(a, "the responder's certificate is not valid then");
	}
	bool unchecked = X509_get_ext_by_NID(signer, NID_id_pkix_OCSP_noCheck, -1) >= 0;
	return unchecked || !a->guard || !a->guard->is_revoked(a->guard->ctx, signer)
		       ? true
		       : because(a, "the responder's certificate is revoked");
}

static bool is_issuer(const struct asking *a, const X509 *signer) {
	return EVP_PKEY_eq(X509_get0_pubkey(signer), X509_get0_pubkey(a->issuer)) == 1 &&
	       X509_NAME_cmp(X509_get_subject_name(signer), X509_get_subject_name(a->issuer)) == 0;
}

static bool signer_counts(struct asking *a, OCSP_BASICRESP *basic) {
	X509 *signer = NULL;
	STACK_OF(X509) *known = sk_X509_new_null();
	bool found = known && sk_X509_push(known, a->issuer) && OCSP_resp_get0_signer(basic, &signer, known) == 1;
	bool good = found ? is_issuer(a, signer) || is_delegate(a, signer)
			  : because(a, "the responder's certificate is not there");
	if (good && (!cert_key_is_strong(X509_get0_pubkey(signer), a->at) ||
		     !cert_signature_is_strong(OCSP_resp_get0_tbs_sigalg(basic), a->at))) {
		good = because(a, "the response is signed too weakly");
	}
	/* the chain of the signer is judged above: here its signature alone */
	if (good && OCSP_basic_verify(basic, known, NULL, OCSP_NOVERIFY | OCSP_TRUSTOTHER) != 1) {
		good = because(a, "the signature of the response is wrong");
	}
	sk_X509_free(known);
	return good;
}

/* ---- what it says ---- */

static bool is_about(const struct asking *a, const OCSP_SINGLERESP *single) {
	const OCSP_CERTID *id = OCSP_SINGLERESP_get0_id(single);
	ASN1_OBJECT *hash = NULL;
	/* the accessor takes no const, and changes nothing */
	OCSP_CERTID *copy = OCSP_CERTID_dup(id);
	bool read = copy && OCSP_id_get0_info(NULL, &hash, NULL, NULL, copy) == 1;
	const EVP_MD *md = read ? EVP_get_digestbyobj(hash) : NULL;
	OCSP_CERTID *own = md ? OCSP_cert_id_new(md, X509_get_issuer_name(a->cert), X509_get0_pubkey_bitstr(a->issuer),
						 X509_get0_serialNumber(a->cert))
			      : NULL;
	bool same = own && OCSP_id_cmp(id, own) == 0;
	OCSP_CERTID_free(copy);
	OCSP_CERTID_free(own);
	return same;
}

static bool is_fresh(struct asking *a, int64_t this_update, int64_t next_update) {
	if (this_update == 0 || this_update > a->at + CERT_CLOCK_SKEW_S) {
		return because(a, "the response is from the future");
	}
	if (next_update ? next_update < a->at : this_update + CERT_OCSP_AGE_MAX_S < a->at) {
		return because(a, "the response is too old");
	}
	return next_update == 0 || next_update >= this_update ? true : because(a, "nextUpdate lies before thisUpdate");
}

/* RFC 6960 4.4: of those an answer may carry none is critical. */
static bool is_understood(OCSP_SINGLERESP *single) {
	return OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) < 0;
}

static void read_answer(struct asking *a, OCSP_SINGLERESP *single) {
	struct cert_status *out = a->out;
	ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next_update = NULL;
	int status = OCSP_single_get0_status(single, NULL, &revoked, &this_update, &next_update);
	out->this_update_utc_s = cert_seconds(this_update);
	out->next_update_utc_s = cert_seconds(next_update);
	out->revocation = CERT_REVOCATION_UNCHECKED;
	if (status == V_OCSP_CERTSTATUS_REVOKED) {
		out->revocation = CERT_REVOCATION_REVOKED;
		out->revoked_at_utc_s = cert_seconds(revoked);
	} else if (status != V_OCSP_CERTSTATUS_GOOD) {
		because(a, "the responder does not know the certificate");
	} else if (!is_understood(single)) {
		because(a, "a critical extension of the answer is not understood");
	} else if (is_fresh(a, out->this_update_utc_s, out->next_update_utc_s)) {
		out->revocation = CERT_REVOCATION_GOOD;
	}
}

static int badness(enum cert_revocation r) {
	return r == CERT_REVOCATION_REVOKED ? 2 : r == CERT_REVOCATION_UNCHECKED ? 1 : 0;
}

/* RFC 6960 4.4: an extension that must be understood and is not. */
static bool has_strange_extension(OCSP_BASICRESP *basic) {
	for (int i = 0; i < OCSP_BASICRESP_get_ext_count(basic); i++) {
		X509_EXTENSION *e = OCSP_BASICRESP_get_ext(basic, i);
		if (X509_EXTENSION_get_critical(e) &&
		    OBJ_obj2nid(X509_EXTENSION_get_object(e)) != NID_id_pkix_OCSP_Nonce) {
			return true;
		}
	}
	return false;
}

static void read_answers(struct asking *a, OCSP_BASICRESP *basic) {
	struct cert_status worst = *a->out;
	bool any = false;
	for (int i = 0; i < OCSP_resp_count(basic); i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
		if (!is_about(a, single)) {
			continue;
		}
		read_answer(a, single);
		worst = !any || badness(a->out->revocation) > badness(worst.revocation) ? *a->out : worst;
		any = true;
	}
	*a->out = worst;
	if (!any) {
		a->out->source = CERT_SOURCE_NONE;
		because(a, "the response is about another certificate");
	}
}

static void read_response(struct asking *a, OCSP_RESPONSE *response) {
	int status = OCSP_response_status(response);
	if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
		because(a, OCSP_response_status_str(status));
		return;
	}
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
	if (!basic) {
		because(a, "not a basic OCSP response");
	} else if (has_strange_extension(basic)) {
		because(a, "a critical extension of the response is not understood");
	} else if (signer_counts(a, basic)) {
		read_answers(a, basic);
	}
	OCSP_BASICRESP_free(basic);
}

void cert_ocsp_status(struct gw_span der, X509 *cert, X509 *issuer, const struct cert_ocsp_guard *guard,
		      int64_t at_utc_s, struct cert_status *out) {
	struct asking a = {cert, issuer, guard, at_utc_s, out};
	*out = (struct cert_status){.source = CERT_SOURCE_OCSP};
	const unsigned char *p = (const unsigned char *)der.p;
	OCSP_RESPONSE *response = der.n <= CERT_OCSP_BYTES_MAX ? d2i_OCSP_RESPONSE(NULL, &p, (long)der.n) : NULL;
	SHA256((const unsigned char *)der.p, der.n, out->digest);
	if (response && p == (const unsigned char *)der.p + der.n) {
		read_response(&a, response);
	} else {
		because(&a, "not an OCSP response");
	}
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
}

bool cert_ocsp_times(struct gw_span der, struct cert_status *out) {
	const unsigned char *p = (const unsigned char *)der.p;
	OCSP_RESPONSE *response = der.n <= CERT_OCSP_BYTES_MAX ? d2i_OCSP_RESPONSE(NULL, &p, (long)der.n) : NULL;
	OCSP_BASICRESP *basic = response ? OCSP_response_get1_basic(response) : NULL;
	OCSP_SINGLERESP *single = basic ? OCSP_resp_get0(basic, 0) : NULL;
	ASN1_GENERALIZEDTIME *made = NULL, *next = NULL;
	if (single) {
		OCSP_single_get0_status(single, NULL, NULL, &made, &next);
		out->this_update_utc_s = cert_seconds(made);
		out->next_update_utc_s = cert_seconds(next);
	}
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
	return single != NULL;
}
