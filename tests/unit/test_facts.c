/* certs/facts.h is a part of certs/details.h: whatever a certificate is like, both read it or neither, and alike. */
#include <dirent.h>
#include <openssl/err.h>

#include "tests/unit/made_certificate.h"

#define PKI "build/pki"
enum { SEED = 20260701, MUTANTS = 60 /* of each certificate */ };

static struct cert_facts f;

/* ---- both readings of one certificate ---- */

/* What only the facts bound. */
static bool fits(const X509 *x) {
	char name[CERT_NAME];
	return cert_name_text(X509_get_subject_name(x), name) && cert_name_text(X509_get_issuer_name(x), name) &&
	       strlen(d.serial) < CERT_SERIAL_HEX && d.issuer_identifier.n < CERT_ORG;
}

static const char *text_of(const char *number) {
	return number ? number : "";
}

static void assert_alike(void) {
	assert_string_equal(f.digest_hex, d.digest_hex);
	assert_memory_equal(f.digest, d.digest, CERT_DIGEST_BYTES);
	assert_string_equal(f.serial, d.serial);
	assert_int_equal(f.not_before_utc_s, d.not_before_utc_s);
	assert_int_equal(f.not_after_utc_s, d.not_after_utc_s);
	assert_int_equal(f.key_bits, d.key_bits);
	assert_int_equal(f.key == CERT_KEY_RSA, strcmp(d.key_type, "RSA") == 0);
	assert_int_equal(f.key == CERT_KEY_EC, strcmp(d.key_type, "EC") == 0);
	assert_int_equal(f.ku_present, d.ku.n > 0);
	assert_int_equal(f.eku_present, d.eku.n > 0);
	assert_int_equal(f.qc_compliance, d.qc.compliance);
	assert_int_equal(f.qc_sscd, d.qc.sscd);
	assert_int_equal(f.qc_type_present, d.qc.type_present);
	assert_int_equal(f.qc_esign, d.qc.esign);
	assert_int_equal(f.qc_eseal, d.qc.eseal);
	assert_int_equal(f.qc_web, d.qc.web);
	assert_int_equal(f.qc_elsewhere, d.qc.elsewhere);
	assert_int_equal(cert_says_qualified(&f), cert_qc_says_qualified(&d.qc));
	assert_string_equal(f.org_tax_number, text_of(d.org_tax_number));
	assert_string_equal(f.person_tax_number, text_of(d.person_tax_number));
	assert_true(gw_span_is(d.issuer_identifier, f.issuer_identifier));
}

/* The usage as OpenSSL reads it, which the path and the trusted list go by. */
static void assert_usage(X509 *x) {
	uint32_t flags = X509_get_extension_flags(x), eku = X509_get_extended_key_usage(x);
	assert_int_equal(f.ku_present, (flags & EXFLAG_KUSAGE) != 0);
	assert_int_equal(f.eku_present, (flags & EXFLAG_XKUSAGE) != 0);
	assert_int_equal(f.ku_digital_signature, (X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE) != 0);
	assert_int_equal(f.eku_client_auth, f.eku_present && (eku & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0);
}

/* Did both read it? `x` stays the caller's. */
static bool read_both(X509 *x) {
	struct gw_err of_facts = {0};
	gw_arena_release(&details_arena);
	err = (struct gw_err){0};
	enum gw_code rc = cert_details_read(x, &details_arena, &d, &err), facts_rc = cert_facts_read(x, &f, &of_facts);
	bool good = rc == GW_OK && fits(x);
	if (facts_rc != (good ? GW_OK : GW_E_INPUT)) {
		fail_msg("details: %d %s, facts: %d %s", rc, err.msg, facts_rc, of_facts.msg);
	}
	if (rc != GW_OK) {
		assert_int_equal(rc, GW_E_INPUT);
		assert_string_equal(of_facts.msg, err.msg);
	}
	if (good) {
		assert_alike();
		assert_usage(x);
	}
	return good;
}

/* ---- certificates made wrong ---- */

static X509 *signed_anew(X509 *x) {
	struct gw_span der = der_of(x);
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *again = d2i_X509(NULL, &p, (long)der.n);
	OPENSSL_free((void *)(uintptr_t)der.p);
	assert_non_null(again);
	return again;
}

static void numbers_of_login_registration_and_matching_are_those_that_are_shown(void **state) {
	static const struct {
		const char *type[2], *value[2];
		const char *tax, *person;
	} rows[] = {
#define TAX CERT_OID_ORG_TAX_HALCOM
#define ORG CERT_OID_ORG_IDENTIFIER
#define SERIAL CERT_OID_SERIAL_NUMBER
		{{TAX, ORG}, {"39705684", "VATSI-14717468"}, "39705684", ""},
		{{TAX, ORG}, {"SI39705684", "VATSI-39705684"}, "39705684", ""},
		{{TAX, ORG}, {"", "VATSI-39705684"}, "39705684", ""},
		{{ORG, ORG}, {"NTRSI-5491711000", "VATSI-39705684"}, "39705684", ""},
		{{SERIAL, SERIAL}, {"123", "TINSI-12345678"}, "", "12345678"},
		{{ORG, SERIAL}, {"VATSI-abc", "TINSI-1"}, "", ""},
		{{ORG, TAX}, {"VATSI-", "1234567890123"}, "", ""},
		{{ORG, TAX}, {"VATSI-39705684 ", "3970568\xC5\xBD"}, "", ""},
		{{SERIAL, "2.5.4.3"}, {"2705201600001", "TINSI-12345678"}, "", ""},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		X509 *x = bare();
		for (size_t k = 0; k < 2; k++) {
			add_text(x, rows[i].type[k], rows[i].value[k]);
		}
		GW_AUTO(x509) X509 *made = signed_anew(x);
		assert_true(read_both(made));
		assert_string_equal(f.org_tax_number, rows[i].tax);
		assert_string_equal(f.person_tax_number, rows[i].person);
	}
	for (int nul = 0; nul <= 1; nul++) {
		X509 *x = bare();
		add_ava(x, TAX, V_ASN1_UTF8STRING, "14717468\0x", nul ? 10 : 8, 0);
		GW_AUTO(x509) X509 *made = signed_anew(x);
		assert_true(read_both(made));
		assert_string_equal(f.org_tax_number, nul ? "" : "14717468");
	}
}

static void add_to_issuer(X509 *x, const char *value) {
	X509_NAME_add_entry_by_txt(X509_get_issuer_name(x), CERT_OID_ORG_IDENTIFIER, MBSTRING_UTF8,
				   (const unsigned char *)value, -1, -1, 0);
}

/* certs/facts.h: what does not fit is refused, not cut off. */
static void an_issuer_is_known_by_its_tax_number_whatever_stands_beside_it(void **state) {
	static const struct {
		const char *first, *second, *expected;
	} rows[] = {
		{"VATSI-17659957", "NTRSI-5491711000", "VATSI-17659957"},
		{"NTRSI-5491711000", "VATSI-17659957", "VATSI-17659957"},
		{"NTRSI-5491711000", "PSDSI-1", "NTRSI-5491711000"},
		{"", "LEIXG-5491711000", "LEIXG-5491711000"},
		{"x", "y", "x"},
		{"VATSI-17659957", "123456789012345678901234567890123456789012345678", "VATSI-17659957"},
		{"123456789012345678901234567890123456789012345678", "PSDSI-1", NULL},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		X509 *x = bare();
		add_to_issuer(x, rows[i].first);
		add_to_issuer(x, rows[i].second);
		GW_AUTO(x509) X509 *made = signed_anew(x);
		assert_int_equal(read_both(made), rows[i].expected != NULL);
		assert_string_equal(f.issuer_identifier, rows[i].expected ? rows[i].expected : "");
	}
}

static void what_is_shown_as_malformed_is_malformed_for_a_call(void **state) {
	const char *compliance = SEQ(oid(QC("1"))), *statements = SEQ(compliance), *policy = SEQ(SEQ(oid("1.2.3")));
	const char *esign = SEQ(oid(QC("6")), SEQ(oid(QC("6.1")))), *eseal = SEQ(oid(QC("6")), SEQ(oid(QC("6.2"))));
	const struct {
		const char *type[2], *hex[2];
		bool good;
	} rows[] = {
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.32"}, {SEQ(compliance, esign), policy}, true},
		{{"1.3.6.1.5.5.7.1.3", "1.3.6.1.5.5.7.1.3"}, {statements, statements}, false},
		{{"2.5.29.32", "2.5.29.32"}, {policy, policy}, false},
		{{"1.2.3.4", "1.2.3.4"}, {"0500", "0500"}, false},
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.32"}, {SEQ(compliance, esign, eseal), policy}, false},
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.32"}, {SEQ(compliance, SEQ(oid(QC("5")), SEQ("0500"))), policy}, false},
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.32"}, {SEQ(compliance, SEQ(oid(QC("2")), "0500")), policy}, false},
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.32"}, {statements, "3000"}, false},
		{{"1.3.6.1.5.5.7.1.3", "1.3.6.1.5.5.7.1.1"}, {statements, "0500"}, false},
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.31"}, {statements, "0500"}, false},
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.17"}, {statements, "0500"}, false},
		{{"1.3.6.1.5.5.7.1.3", "2.5.29.15"}, {statements, "03020700"}, false},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		X509 *x = bare();
		for (size_t k = 0; k < 2; k++) {
			add_extension(x, rows[i].type[k], rows[i].hex[k]);
		}
		GW_AUTO(x509) X509 *made = signed_anew(x);
		if (read_both(made) != rows[i].good) {
			fail_msg("row %zu: %s", i, err.msg);
		}
	}
}

/* ---- certificates at hand, and thousands of mutants of them ---- */

struct tally {
	size_t files, parsed, read;
};

static uint32_t next_number(uint32_t *state) { /* xorshift32 */
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void try_bytes(const unsigned char *der, size_t n, struct tally *t) {
	const unsigned char *p = der;
	GW_AUTO(x509) X509 *x = d2i_X509(NULL, &p, (long)n);
	ERR_clear_error();
	if (x) {
		t->parsed++;
		t->read += read_both(x);
	}
}

static void try_mutants(const unsigned char *der, size_t n, uint32_t *random, struct tally *t) {
	unsigned char *bytes = malloc(n);
	for (size_t i = 0; i < MUTANTS; i++) {
		memcpy(bytes, der, n);
		for (uint32_t left = 1 + next_number(random) % 3; left > 0; left--) {
			uint32_t how = next_number(random), at = next_number(random) % (uint32_t)n;
			bytes[at] = (unsigned char)(how % 4 == 0   ? bytes[at] ^ 1U << how / 4 % 8
						    : how % 4 == 1 ? 0x30
						    : how % 4 == 2 ? bytes[next_number(random) % n]
								   : how / 4);
		}
		try_bytes(bytes, n, t);
	}
	free(bytes);
}

static void try_file(const char *path, uint32_t *random, struct tally *t) {
	unsigned char *der = NULL;
	GW_AUTO(x509) X509 *cert = NULL;
	if (cert_load(path, &cert, NULL) == GW_OK) {
		int n = i2d_X509(cert, &der);
		t->files++;
		try_bytes(der, (size_t)n, t);
		try_mutants(der, (size_t)n, random, t);
	}
	OPENSSL_free(der);
}

static int is_certificate(const struct dirent *e) {
	const char *dot = strrchr(e->d_name, '.');
	return dot && (strcmp(dot, ".crt") == 0 || (strcmp(dot, ".pem") == 0 && !strstr(e->d_name, ".chain.")));
}

static void details_and_facts_agree_on_every_certificate_and_on_its_mutants(void **state) {
	static const char *const folders[] = {"anchors", "bad-ca", "ee", "intermediates", "server"};
	struct tally t = {0};
	uint32_t random = SEED;
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(folders); i++) {
		struct dirent **found = NULL;
		char folder[64], path[384];
		snprintf(folder, sizeof(folder), PKI "/%s", folders[i]);
		int n = scandir(folder, &found, is_certificate, alphasort);
		for (int k = 0; k < n; k++) {
			snprintf(path, sizeof(path), "%s/%s", folder, found[k]->d_name);
			try_file(path, &random, &t);
			free(found[k]);
		}
		free(found);
	}
	print_message("# %zu certificates, %zu mutants that parse, %zu of all read\n", t.files, t.parsed - t.files,
		      t.read);
	assert_true(t.files > 40 && t.parsed > 20 * t.files && t.read > t.files && t.read < t.parsed - t.files);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_login_registration_and_matching_are_those_that_are_shown),
		cmocka_unit_test(an_issuer_is_known_by_its_tax_number_whatever_stands_beside_it),
		cmocka_unit_test(what_is_shown_as_malformed_is_malformed_for_a_call),
		cmocka_unit_test(details_and_facts_agree_on_every_certificate_and_on_its_mutants),
	};
	return cmocka_run_group_tests_name("facts", tests, set_up, tear_down);
}
