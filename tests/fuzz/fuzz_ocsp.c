/* tests/fuzz/fuzz_ocsp.c - input: an OCSP response, asked about one certificate. An answer is in force; no answer has a
 * reason; the same bytes answer the same. */
#include <stdbool.h>
#include <stdint.h>

#include "certs/ocsp.h"
#include "tests/fuzz/issued.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	static X509 *issuer, *cert;
	struct cert_status first, second;
	if (!issuer) {
		issuer = issue("Izdajatelj", "Izdajatelj", 1, true);
		cert = issue("Imetnik", "Izdajatelj", ISSUED_SERIAL, false);
	}
	const struct gw_span der = {(const char *)data, n};
	cert_ocsp_status(der, cert, issuer, NULL, ISSUED_AT, &first);
	cert_ocsp_status(der, cert, issuer, NULL, ISSUED_AT, &second);
	check_status(&first);
	require(first.revocation == second.revocation && strcmp(first.why, second.why) == 0);
	return 0;
}
