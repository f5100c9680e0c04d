/* tests/corpus/ocsp_suite.c - the OCSP responses of OpenSSL's own test suite (suites/x509/openssl-ocsp), with its
 * verdicts. Usage: ocsp_suite DIR.
 *
 * The suite holds no certificate that is asked about, so one is made up with the issuer's name and the serial number of
 * the response; and each is judged in its own first hour, because a response that is too old would be refused whatever
 * else is wrong with it. Its issuer must lead to the row's anchor. Exit 1: a control refused, or a negative accepted.
 */
#include <openssl/ocsp.h>
#include <openssl/pem.h>

#include "certs/asn1.h"
#include "certs/load.h"
#include "certs/ocsp.h"
#include "certs/path.h"

enum { HOUR_S = 3600, LINE_MAX_BYTES = 2048, NAME_MAX_BYTES = 128 };

struct row {
	char response[NAME_MAX_BYTES], anchor[NAME_MAX_BYTES], issuer[NAME_MAX_BYTES], expected[NAME_MAX_BYTES];
};

/* id \t RESPONSE | CA FILE | untrusted FILE \t what \t ACCEPT or REJECT \t … */
static bool read_row(char *line, struct row *out) {
	char *save = NULL;
	GW_UNUSED(strtok_r(line, "\t", &save));
	const char *files = strtok_r(NULL, "\t", &save), *what = strtok_r(NULL, "\t", &save),
		   *expected = strtok_r(NULL, "\t", &save);
	GW_UNUSED(what);
	snprintf(out->expected, sizeof(out->expected), "%s", expected ? expected : "");
	return files &&
	       sscanf(files, "%127s | CA %127s | untrusted %127s", out->response, out->anchor, out->issuer) == 3;
}

static STACK_OF(X509) * load(const char *dir, const char *name) {
	char path[4096];
	STACK_OF(X509) *certs = sk_X509_new_null();
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (cert_load_pile(path, certs, NULL) != GW_OK) {
		fprintf(stderr, "ocsp_suite: cannot read '%s'\n", path);
		exit(2);
	}
	return certs;
}

static OCSP_RESPONSE *load_response(const char *dir, const char *name) {
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	BIO *file = BIO_new_file(path, "r"), *base64 = BIO_push(BIO_new(BIO_f_base64()), file);
	OCSP_RESPONSE *r = file ? d2i_OCSP_RESPONSE_bio(base64, NULL) : NULL;
	BIO_free_all(base64);
	return r;
}

/* The certificate that the response's first answer is about, as far as it can be known; *at: its first hour. */
static X509 *asked_for(OCSP_RESPONSE *response, X509 *issuer, int64_t *at) {
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
	OCSP_SINGLERESP *single = basic ? OCSP_resp_get0(basic, 0) : NULL;
	OCSP_CERTID *id = single ? OCSP_CERTID_dup(OCSP_SINGLERESP_get0_id(single)) : NULL;
	ASN1_INTEGER *serial = NULL;
	ASN1_GENERALIZEDTIME *from = NULL;
	X509 *cert = X509_new();
	if (id && OCSP_id_get0_info(NULL, NULL, NULL, &serial, id) == 1) {
		X509_set_serialNumber(cert, serial);
		OCSP_single_get0_status(single, NULL, NULL, &from, NULL);
		*at = cert_time(from, at, NULL) == GW_OK ? *at + HOUR_S : 0;
	}
	X509_set_issuer_name(cert, X509_get_subject_name(issuer));
	OCSP_CERTID_free(id);
	OCSP_BASICRESP_free(basic);
	return cert;
}

static bool leads_to(X509 *issuer, STACK_OF(X509) * anchors, STACK_OF(X509) * helpers, int64_t at) {
	X509_STORE *store = X509_STORE_new();
	struct cert_path path;
	for (int i = 0; i < sk_X509_num(anchors); i++) {
		X509_STORE_add_cert(store, sk_X509_value(anchors, i));
	}
	cert_path_find(store, helpers, issuer, CERT_FOR_PATH, at, &path);
	bool found = path.verdict == CERT_ACCEPTED;
	cert_path_release(&path);
	X509_STORE_free(store);
	return found;
}

/* Any certificate of the issuer's file may be the one that is meant. */
static bool is_accepted(const char *dir, const struct row *r, char why[CERT_WHY]) {
	STACK_OF(X509) *issuers = load(dir, r->issuer), *anchors = load(dir, r->anchor);
	OCSP_RESPONSE *response = load_response(dir, r->response);
	unsigned char *der = NULL;
	int n = response ? i2d_OCSP_RESPONSE(response, &der) : 0;
	bool accepted = false;
	for (int i = 0; response && !accepted && i < sk_X509_num(issuers); i++) {
		struct cert_status status;
		int64_t at = 0;
		X509 *issuer = sk_X509_value(issuers, i);
		GW_AUTO(x509) X509 *cert = asked_for(response, issuer, &at);
		cert_ocsp_status((struct gw_span){(const char *)der, (size_t)n}, cert, issuer, NULL, at, &status);
		accepted = status.revocation != CERT_REVOCATION_UNCHECKED && leads_to(issuer, anchors, issuers, at);
		memcpy(why, status.why, CERT_WHY);
	}
	OPENSSL_free(der);
	OCSP_RESPONSE_free(response);
	sk_X509_pop_free(issuers, X509_free);
	sk_X509_pop_free(anchors, X509_free);
	return accepted;
}

int main(int argc, char **argv) {
	char path[4096], line[LINE_MAX_BYTES];
	struct row r;
	int right[2] = {0}, all[2] = {0};
	snprintf(path, sizeof(path), "%s/manifest.tsv", argc > 1 ? argv[1] : ".");
	FILE *f = fopen(path, "re");
	if (argc != 2 || !f) {
		printf("ocsp_suite: skipped, there is no '%s'\n", path);
		return 0;
	}
	while (fgets(line, sizeof(line), f)) {
		char why[CERT_WHY] = "unreadable";
		if (!read_row(line, &r)) {
			continue;
		}
		bool control = strcmp(r.expected, "ACCEPT") == 0, good = is_accepted(argv[1], &r, why) == control;
		all[control]++;
		right[control] += good;
		if (!good) {
			printf("not ok - ocsp: %s by %s, wanted %s: %s\n", r.response, r.issuer, r.expected, why);
		}
	}
	fclose(f);
	printf("ocsp: %d of %d negatives refused, %d of %d controls accepted\n", right[0], all[0], right[1], all[1]);
	return right[0] != all[0] || right[1] != all[1];
}
