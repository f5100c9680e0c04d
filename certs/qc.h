/* certs/qc.h - the QCStatements of a certificate (RFC 3739 3.2.6, ETSI EN 319 412-5), read in one place. */
#ifndef GW_CERTS_QC_H
#define GW_CERTS_QC_H
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct cert_qc_pds {
	struct gw_span url, language; /* the language as written: Halcom writes "EN" */
};

struct cert_qc {
	bool compliance, sscd; /* EN 319 412-5 4.2.1, 4.2.2 */
	bool type_present, esign, eseal, web;
	bool elsewhere;	   /* 4.2.4: it names the countries by whose law it is qualified, and "EU" is not among them */
	const char **type; /* "esign", "eseal", "web", or the OID of another */
	size_t type_count;
	const char **legislation; /* QcCClegislation: ISO 3166-1 codes, and "EU" */
	size_t legislation_count;
	struct cert_qc_pds *pds;
	size_t pds_count;
	const char *semantics;	       /* semanticsIdentifier, an OID; NULL: absent */
	bool limit_present;	       /* EN 319 412-5 4.3.2: amount * 10^exponent */
	struct gw_span limit_currency; /* ISO 4217, letters or three digits */
	int64_t limit_amount, limit_exponent;
};

struct x509_st;

/* GW_E_INPUT: the extension or one of the statements named here is damaged; GW_E_NOMEM. No extension: all zero. */
GW_NODISCARD enum gw_code cert_qc_read(const struct x509_st *cert, struct gw_arena *arena, struct cert_qc *out,
				       struct gw_err *err);

/* Qualified in the EU by its own statements: QcCompliance, a type that calls may use or none at all (EN 319
 * 412-5 4.2.3), and no law but that of the EU (4.2.4)? */
bool cert_qc_says_qualified(const struct cert_qc *qc);
#endif
