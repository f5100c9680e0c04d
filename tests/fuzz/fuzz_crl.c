/* tests/fuzz/fuzz_crl.c - input: a CRL as a file holds it, asked about a certificate and its authority. An answer is in
 * force; no answer has a reason. */
#include <stdbool.h>
#include <stdint.h>

#include "certs/crl.h"
#include "certs/evidence.h"
#include "tests/fuzz/issued.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	static STACK_OF(X509) * path, *anchors;
	static struct crl_checker *checker;
	GW_AUTO(cert_evidence) struct cert_evidence *evidence = NULL;
	struct cert_status status[CERT_PATH_MAX];
	if (!path) {
		path = sk_X509_new_null();
		anchors = sk_X509_new_null();
		sk_X509_push(anchors, issue("Izdajatelj", "Izdajatelj", 1, true));
		sk_X509_push(path, issue("Imetnik", "Izdajatelj", ISSUED_SERIAL, false));
		sk_X509_push(path, sk_X509_value(anchors, 0));
		require(crl_checker_new(anchors, &checker, NULL) == GW_OK);
	}
	require(cert_evidence_new(&evidence, NULL) == GW_OK);
	if (cert_evidence_add_crl(evidence, (struct gw_span){(const char *)data, n}, "crl", NULL) == GW_OK) {
		const struct cert_asked asked = {.checker = checker, .path = path, .at_utc_s = ISSUED_AT};
		cert_evidence_ask(evidence, &asked, status);
		check_status(&status[0]);
	}
	return 0;
}
