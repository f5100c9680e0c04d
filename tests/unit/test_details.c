/* certs/details.h over the development PKI and over certificates that no authority would issue: each malformed one
 * beside one that differs in that point alone and is read. */
#include <openssl/pem.h>

#include "base/clock.h"
#include "certs/esei.h"
#include "tests/unit/made_certificate.h"

#define PKI "build/pki"
#define ESEI "1.3.6.1.4.1.58536.1.1.1."

static void read_file(const char *path) {
	GW_AUTO(x509) X509 *cert = NULL;
	gw_arena_release(&details_arena);
	assert_int_equal(cert_load(path, &cert, &err), GW_OK);
	assert_int_equal(cert_details_read(cert, &details_arena, &d, &err), GW_OK);
}

static void a_seal_of_a_company_is_read_whole(void **state) {
	GW_UNUSED(state);
	read_file(PKI "/ee/podjetje.crt");
	assert_int_equal(d.subject.n, 11);
	assert_string_equal(d.subject.rdn[2].ava[0].oid, CERT_OID_ORG_TAX_HALCOM);
	assert_string_equal(d.subject.rdn[2].ava[0].name, CERT_OID_ORG_TAX_HALCOM);
	assert_string_equal(d.subject.rdn[3].ava[0].name, "organizationIdentifier");
	assert_span(d.subject.rdn[1].ava[0].value, "TEST PODJETJE D.O.O.");
	assert_string_equal(d.org_tax_number, "14717468");
	assert_null(d.org_registration_number);
	assert_null(d.person_tax_number);
	assert_string_equal(d.key_type, "RSA");
	assert_int_equal(d.key_bits, 2048);
	assert_null(d.key_curve);
	assert_int_equal(d.ku.n, 3);
	assert_span(d.ku.at[1], "nonRepudiation");
	assert_int_equal(d.eku.n, 0);
	assert_int_equal(d.policies.n, 2);
	assert_span(d.policies.at[0], "1.3.6.1.4.1.5939.5.3.2");
	assert_true(d.qc.compliance && d.qc.sscd && d.qc.eseal && !d.qc.esign && !d.qc.web);
	assert_int_equal(d.qc.type_count, 1);
	assert_string_equal(d.qc.type[0], "eseal");
	assert_string_equal(d.qc.semantics, "0.4.0.194121.1.2");
	assert_int_equal(d.qc.pds_count, 1);
	assert_span(d.qc.pds[0].url, "https://www.halcom.si/repository");
	assert_span(d.qc.pds[0].language, "EN");
	assert_false(d.qc.limit_present);
	assert_int_equal(d.aia_ocsp.n, 1);
	assert_int_equal(d.aia_ca_issuers.n, 1);
	assert_int_equal(d.crldp.n, 2);
	assert_int_equal(strncmp(d.crldp.at[0].p, "ldap://", 7), 0);
}

static void the_avas_of_one_rdn_stay_together_and_thirteen_digits_are_no_tax_number(void **state) {
	GW_UNUSED(state);
	read_file(PKI "/ee/oseba.crt");
	assert_int_equal(d.subject.n, 4);
	assert_int_equal(d.subject.rdn[3].n, 4);
	assert_int_equal(d.subject.rdn[2].n, 1);
	assert_null(d.person_tax_number);
	assert_null(d.org_tax_number);
	assert_int_equal(d.identifier_count, 0);
	read_file(PKI "/ee/ec.crt");
	assert_string_equal(d.key_type, "EC");
	assert_string_equal(d.key_curve, "prime256v1");
}

static void every_string_type_is_text_and_what_is_none_is_hex(void **state) {
	static const struct {
		int kind;
		const char *bytes;
		size_t n;
		const char *expected;
		bool encoded;
	} rows[] = {{V_ASN1_UTF8STRING, "\xC5\xBDiga", 5, "\xC5\xBDiga", false},
		    {V_ASN1_PRINTABLESTRING, "Ziga", 4, "Ziga", false},
		    {V_ASN1_IA5STRING, "z@g", 3, "z@g", false},
		    {V_ASN1_NUMERICSTRING, "0 12", 4, "0 12", false},
		    {V_ASN1_T61STRING, "\xE8", 1, "\xC3\xA8", false},
		    {V_ASN1_BMPSTRING, "\x01\x7D\0i", 4, "\xC5\xBDi", false},
		    {V_ASN1_UNIVERSALSTRING, "\0\0\x01\x7D\0\x01\xF6\0", 8, "\xC5\xBD\xF0\x9F\x98\x80", false},
		    {V_ASN1_BIT_STRING, "ab", 2, "#0303016162", true},
		    {V_ASN1_UTF8STRING, "", 0, "", false}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		X509 *x = bare();
		add_ava(x, "2.5.4.10", rows[i].kind, rows[i].bytes, rows[i].n, 0);
		assert_read(read_made(x, &d, &err));
		if (d.subject.n != 1) {
			fail_msg("row %zu has no attribute", i);
		}
		assert_span(d.subject.rdn[0].ava[0].value, rows[i].expected);
		assert_int_equal(d.subject.rdn[0].ava[0].encoded, rows[i].encoded);
	}
}

static void a_nul_or_a_line_feed_does_not_end_a_text(void **state) {
	GW_UNUSED(state);
	X509 *x = bare();
	add_ava(x, "2.5.4.3", V_ASN1_UTF8STRING, "a\0b\n\x1B[2Jc", 9, 0);
	add_ava(x, "2.5.4.10", V_ASN1_BMPSTRING, "\0a\0\0\0b", 6, -1);
	assert_read(read_made(x, &d, &err));
	assert_int_equal(d.subject.n, 1);
	assert_int_equal(d.subject.rdn[0].n, 2);
	for (size_t k = 0; k < 2; k++) { /* DER orders the members of a SET */
		const struct cert_ava *ava = &d.subject.rdn[0].ava[k];
		bool cn = strcmp(ava->name, "CN") == 0;
		assert_int_equal(ava->value.n, cn ? 9 : 3);
		assert_memory_equal(ava->value.p, cn ? "a\0b\n\x1B[2Jc" : "a\0b", ava->value.n);
	}
}

/* The bytes of one certificate with `from` replaced by `to`, which is as long. */
static enum gw_code read_patched(X509 *x, const void *from, const void *to, size_t n) {
	struct gw_span der = der_of(x);
	char *bytes = malloc(der.n);
	memcpy(bytes, der.p, der.n);
	char *at = memmem(bytes, der.n, from, n);
	assert_non_null(at);
	memcpy(at, to, n);
	enum gw_code rc = read_bytes((struct gw_span){bytes, der.n}, &d, &err);
	free(bytes);
	OPENSSL_free((void *)(uintptr_t)der.p);
	return rc;
}

static X509 *with_text(const char *type, int kind, const char *value) {
	X509 *x = bare();
	add_ava(x, type, kind, value, strlen(value), 0);
	return x;
}

static void names_that_are_no_text_of_their_type_are_refused_or_shown_as_hex(void **state) {
	GW_UNUSED(state);
	assert_read(read_patched(with_text("2.5.4.3", V_ASN1_UTF8STRING, "abcd"), "abcd", "ab\xC5\xBD", 4));
	assert_refused(read_patched(with_text("2.5.4.3", V_ASN1_UTF8STRING, "abcd"), "abcd", "ab\xC5\x20", 4),
		       "utf8string");
	assert_refused(read_patched(with_text("2.5.4.3", V_ASN1_UTF8STRING, "abcd"), "abcd", "a\xED\xA0\x80", 4), "");
	/* a BMPString of three octets */
	assert_read(read_patched(with_text("2.5.4.3", V_ASN1_PRINTABLESTRING, "abcd"),
				 "\x13\x04"
				 "abcd",
				 "\x1E\x04"
				 "\0b\0d",
				 6));
	assert_refused(read_patched(with_text("2.5.4.3", V_ASN1_PRINTABLESTRING, "abc"),
				    "\x13\x03"
				    "abc",
				    "\x1E\x03"
				    "abc",
				    5),
		       "");
	/* X.520 DirectoryString: no VisibleString, GeneralString, OCTET STRING */
	static const char *const tags[] = {"\x1A\x02~b", "\x1B\x02~b", "\x04\x02~b"};
	for (size_t i = 0; i < GW_COUNT(tags); i++) {
		assert_refused(read_patched(with_text("2.5.4.3", V_ASN1_PRINTABLESTRING, "ab"),
					    "\x13\x02"
					    "ab",
					    tags[i], 4),
			       "wrong tag");
	}
	/* X.680 41: an IA5String has seven bits */
	assert_read(read_patched(with_text("2.5.4.3", V_ASN1_IA5STRING, "abc"), "abc", "a\xC5\xBD", 3));
	assert_span(d.subject.rdn[0].ava[0].value, "#160361c5bd");
	assert_true(d.subject.rdn[0].ava[0].encoded);
}

static void an_extension_may_stand_once(void **state) {
	const char *one = SEQ(oid("1.3.6.1.5.5.7.3.2"));
	GW_UNUSED(state);
	for (int twice = 0; twice <= 1; twice++) {
		X509 *x = bare();
		add_extension(x, "2.5.29.37", one);
		add_extension(x, "1.2.3.4", one);
		add_extension(x, twice ? "1.2.3.4" : "1.2.3.5", one);
		enum gw_code rc = read_made(x, &d, &err);
		twice ? assert_refused(rc, "'1.2.3.4' twice") : assert_read(rc);
	}
}

static void extensions_without_end_are_refused(void **state) {
	GW_UNUSED(state);
	for (int more = 0; more <= 1; more++) {
		X509 *x = bare();
		for (int i = 0; i < CERT_EXTENSIONS_MAX + more; i++) {
			char type[16];
			snprintf(type, sizeof(type), "1.2.3.%d", i);
			add_extension(x, type, "0500");
		}
		enum gw_code rc = read_made(x, &d, &err);
		more ? assert_refused(rc, "more than 256") : assert_read(rc);
	}
}

/* 1.2 and `arcs` times the arc 1. */
static const char *long_oid(int arcs) {
	const char *t = "1.2";
	for (int i = 0; i < arcs; i++) {
		t = gw_arena_printf(&hex_arena, "%s.1", t);
	}
	return t;
}

static void identifiers_that_cannot_be_said_are_refused_wherever_they_stand(void **state) {
	GW_UNUSED(state);
	for (int over = 0; over <= 1; over++) {
		const char *type = long_oid(126 + over); /* 255 characters are the most */
		const char *places[][2] = {{"2.5.29.37", SEQ(oid(type))},
					   {"2.5.29.32", SEQ(SEQ(oid(type)))},
					   {QC_STATEMENTS, SEQ(SEQ(oid(QC("6")), SEQ(oid(type))))},
					   {QC_STATEMENTS, SEQ(SEQ(oid("1.3.6.1.5.5.7.11.2"), SEQ(oid(type))))},
					   {type, "0500"}};
		for (size_t i = 0; i < GW_COUNT(places); i++) {
			enum gw_code rc = read_extension(places[i][0], places[i][1], &d, &err);
			over ? assert_refused(rc, "too long") : assert_read(rc);
		}
		enum gw_code rc = read_made(with_text(type, V_ASN1_UTF8STRING, "x"), &d, &err);
		over ? assert_refused(rc, "too long") : assert_read(rc);
	}
	/* one arc of 700 octets: OpenSSL will not say it at all */
	char arc[2 * 701 + 1];
	memset(arc, 'f', sizeof(arc));
	memcpy(arc, "2a", 2);
	memcpy(arc + 2 * 700, "7f", 3);
	assert_refused(read_extension("2.5.29.37", SEQ(tlv("06", arc)), &d, &err), "too long");
}

static void serial_numbers_of_every_size_and_sign_are_said(void **state) {
	GW_UNUSED(state);
	static const struct {
		const char *hex, *expected;
	} rows[] = {{"00", "0"},
		    {"7F", "7F"},
		    {"-7F", "-7F"},
		    {"80", "80"},
		    {"0123456789ABCDEF0123", "0123456789ABCDEF0123"}};
	for (size_t i = 0; i < GW_COUNT(rows) + 1; i++) {
		char huge[401];
		memset(huge, 'A', sizeof(huge));
		huge[400] = '\0';
		const char *hex = i < GW_COUNT(rows) ? rows[i].hex : huge;
		BIGNUM *bn = NULL;
		X509 *x = bare();
		BN_hex2bn(&bn, hex);
		BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x));
		BN_free(bn);
		assert_read(read_made(x, &d, &err));
		assert_string_equal(d.serial, i < GW_COUNT(rows) ? rows[i].expected : huge);
	}
}

static void times_are_read_to_the_end_of_the_calendar_and_nonsense_is_refused(void **state) {
	GW_UNUSED(state);
	X509 *x = bare();
	ASN1_TIME_set_string_X509(X509_getm_notBefore(x), "20491231235959Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z");
	assert_read(read_made(x, &d, &err));
	assert_int_equal(d.not_before_utc_s, 2524607999);
	assert_int_equal(d.not_after_utc_s, 253402300799);
	char shown[GW_TIME_TEXT]; /* RFC 3339: a year has four digits */
	x = bare();
	ASN1_TIME_set_string(X509_getm_notBefore(x), "09990101000000Z");
	assert_read(read_made(x, &d, &err));
	gw_time_text(d.not_before_utc_s * 1000, shown);
	assert_string_equal(shown, "0999-01-01T00:00:00.000Z");
	x = bare();
	assert_read(read_patched(x, "231114221321Z", "240229221321Z", 13));
	assert_refused(read_patched(bare(), "231114221321Z", "230229221321Z", 13), "time");
	assert_refused(read_patched(bare(), "231114221321Z", "231114221361Z", 13), "time");
}

static void a_certificate_of_version_one_or_without_extensions_says_little(void **state) {
	GW_UNUSED(state);
	for (int version = X509_VERSION_1; version <= X509_VERSION_3; version += X509_VERSION_3) {
		X509 *x = bare();
		X509_set_version(x, version);
		assert_read(read_made(x, &d, &err));
		assert_int_equal(d.subject.n, 0);
		assert_int_equal(d.issuer.n, 1);
		assert_int_equal(d.ku.n + d.eku.n + d.policies.n + d.crldp.n + d.aia_ocsp.n + d.esei_count, 0);
		assert_false(d.qc.compliance);
		assert_string_equal(d.serial, "05");
		assert_int_equal(d.not_after_utc_s, 1700000001);
	}
}

static void numbers_count_only_with_their_prefix_and_form(void **state) {
	static const struct {
		const char *type, *value, *tax, *registration, *person, *identifier;
	} rows[] = {
		{CERT_OID_ORG_TAX_HALCOM, "14717468", "14717468", NULL, NULL, NULL},
		{CERT_OID_ORG_TAX_HALCOM, "1471746", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_TAX_HALCOM, "SI147174", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "VATSI-14717468", "14717468", NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "VATSI-147174680", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "vatsi-14717468", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "VATHR-14717468", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "14717468", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "NTRSI-5491711", NULL, "5491711", NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "NTRSI-5491711000", NULL, "5491711000", NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "NTRSI-8982279A00", NULL, "8982279A00", NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "NTRSI-A982279000", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "NTRSI-54917110", NULL, NULL, NULL, NULL},
		{CERT_OID_ORG_IDENTIFIER, "TINSI-14717468", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "TINSI-47978457", NULL, NULL, "47978457", "TIN SI 47978457"},
		{CERT_OID_SERIAL_NUMBER, "TINSI-4797845", NULL, NULL, NULL, "TIN SI 4797845"},
		{CERT_OID_SERIAL_NUMBER, "PNOSI-0101006500006", NULL, NULL, NULL, "PNO SI 0101006500006"},
		{CERT_OID_SERIAL_NUMBER, "PASHR-A1", NULL, NULL, NULL, "PAS HR A1"},
		{CERT_OID_SERIAL_NUMBER, "IDCSI-00112233", NULL, NULL, NULL, "IDC SI 00112233"},
		{CERT_OID_SERIAL_NUMBER, "TAXDE-1/2", NULL, NULL, NULL, "TAX DE 1/2"},
		{CERT_OID_SERIAL_NUMBER, "EI:SE-200007292386", NULL, NULL, NULL, "EI: SE 200007292386"},
		{CERT_OID_SERIAL_NUMBER, "ei:SE-200007292386", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "EI;SE-200007292386", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "PNOSI0101006500006", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "PNOsi-0101006500006", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "PNOSI-", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "XXXSI-1", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "2705201600001", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "47978457", NULL, NULL, NULL, NULL},
		{CERT_OID_SERIAL_NUMBER, "VATSI-14717468", NULL, NULL, NULL, NULL},
		{"2.5.4.3", "TINSI-47978457", NULL, NULL, NULL, NULL},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		const char *found[] = {NULL, NULL, NULL, NULL};
		const char *expected[] = {rows[i].tax, rows[i].registration, rows[i].person, rows[i].identifier};
		X509 *x = bare();
		add_text(x, rows[i].type, rows[i].value);
		assert_read(read_made(x, &d, &err));
		const struct cert_identifier *id = d.identifier;
		found[0] = d.org_tax_number;
		found[1] = d.org_registration_number;
		found[2] = d.person_tax_number;
		found[3] = d.identifier_count == 1 ? gw_arena_printf(&details_arena, "%s %s %.*s", id->type,
								     id->country, (int)id->number.n, id->number.p)
						   : NULL;
		for (size_t k = 0; k < GW_COUNT(found); k++) {
			if (strcmp(found[k] ? found[k] : "-", expected[k] ? expected[k] : "-") != 0) {
				fail_msg("%s: %s", rows[i].value, found[k] ? found[k] : "-");
			}
		}
	}
}

static void a_number_is_looked_for_in_every_attribute_and_none_is_cut_out_of_another(void **state) {
	GW_UNUSED(state);
	X509 *x = bare();
	add_text(x, CERT_OID_ORG_IDENTIFIER, "NTRSI-5491711000");
	add_text(x, CERT_OID_ORG_IDENTIFIER, "VATSI-50223054");
	add_text(x, CERT_OID_ORG_TAX_HALCOM, "?");
	assert_read(read_made(x, &d, &err));
	assert_string_equal(d.org_tax_number, "50223054");
	assert_string_equal(d.org_registration_number, "5491711000");
	for (int nul = 0; nul <= 1; nul++) {
		x = bare();
		add_ava(x, CERT_OID_ORG_TAX_HALCOM, V_ASN1_UTF8STRING, "14717468\0x", nul ? 10 : 8, 0);
		assert_read(read_made(x, &d, &err));
		assert_true(nul ? !d.org_tax_number : strcmp(d.org_tax_number, "14717468") == 0);
	}
}

static void extensions_that_are_not_what_they_should_be_are_refused(void **state) {
	const char *client = SEQ(oid("1.3.6.1.5.5.7.3.2")), *policy = SEQ(SEQ(oid("1.2.3")));
	const struct {
		const char *type, *good, *bad, *name;
	} rows[] = {
		{"2.5.29.15", "03020780", "03020700", "keyUsage"},
		{"2.5.29.15", "03020780", "0302078000", "keyUsage"},
		{"2.5.29.15", "03020780", "030a0780", "keyUsage"},
		{"2.5.29.37", client, "3000", "extKeyUsage"},
		{"2.5.29.37", client, SEQ("0500"), "extKeyUsage"},
		{"2.5.29.32", policy, "3000", "certificatePolicies"},
		{"2.5.29.32", policy, gw_arena_printf(&hex_arena, "%s05", policy), "certificatePolicies"},
		{"1.3.6.1.5.5.7.1.1", SEQ(SEQ(oid("1.3.6.1.5.5.7.48.1"), uri("http://a"))), SEQ(uri("http://a")),
		 "authorityInfoAccess"},
		{"2.5.29.31", SEQ(SEQ(tlv("a0", tlv("a0", uri("http://a"))))), SEQ(uri("http://a")),
		 "cRLDistributionPoints"},
		/* RFC 5280 4.2.1.13: "MUST NOT consist of only the reasons field" */
		{"2.5.29.31", SEQ(SEQ(tlv("81", "0640"), tlv("a2", uri("http://a")))), SEQ(SEQ(tlv("81", "0640"))),
		 "damaged"},
		{"2.5.29.14", "040131", "020131", "subjectKeyIdentifier"},
		{"2.5.29.17", SEQ(uri("http://a")), "0500", "subjectAltName"},
		{"2.5.29.17", SEQ(uri("http://a")), SEQ(text("8c", "a")), "subjectAltName"},
		{"2.5.29.17", SEQ(uri("http://a")), gw_arena_printf(&hex_arena, "%s00", SEQ(uri("http://a"))),
		 "subjectAltName"},
		{"2.5.29.18", SEQ(uri("http://a")), "0500", "issuerAltName"},
		{"2.5.29.19", "3000", "0500", "basicConstraints"},
		{"2.5.29.19", SEQ("0101ff", "020100"), SEQ("0101ff", "0201ff"), "damaged"},
		{"2.5.29.30", SEQ(tlv("a0", SEQ(uri("a")))), SEQ("0500"), "nameConstraints"},
		{"2.5.29.33", SEQ(SEQ(oid("1.2.3"), oid("1.2.4"))), SEQ(SEQ(oid("1.2.3"))), "policyMappings"},
		{"2.5.29.35", SEQ(text("80", "a")), SEQ("0500"), "authorityKeyIdentifier"},
		{"2.5.29.36", SEQ("800100"), SEQ("0500"), "policyConstraints"},
		{"2.5.29.46", SEQ(SEQ(tlv("a0", tlv("a0", uri("http://a"))))), SEQ(uri("http://a")), "freshestCRL"},
		{"2.5.29.54", "020100", "0500", "inhibitAnyPolicy"},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		assert_read(read_extension(rows[i].type, rows[i].good, &d, &err));
		assert_refused(read_extension(rows[i].type, rows[i].bad, &d, &err), rows[i].name);
	}
}

static void addresses_are_all_read_in_order_and_nothing_else_is(void **state) {
	const char *directory = tlv("a4", SEQ(tlv("31", SEQ(oid("2.5.4.3"), text("13", "CRL1")))));
	const char *points = SEQ(SEQ(tlv("a0", joined("a0", uri("ldap://a/b"), uri("http://a/c"), NULL))),
				 SEQ(tlv("a0", tlv("a0", directory))), SEQ(tlv("81", "0640"), tlv("a2", directory)),
				 SEQ(tlv("a0", tlv("a0", octets("86", "http://a/\0d", 11)))),
				 SEQ(tlv("a0", tlv("a0", uri("http://\xC5\xBD")))));
	const char *access = SEQ(
		SEQ(oid("1.3.6.1.5.5.7.48.1"), uri("http://o/1")), SEQ(oid("1.3.6.1.5.5.7.48.2"), uri("http://i/1")),
		SEQ(oid("1.3.6.1.5.5.7.48.1"), directory), SEQ(oid("1.3.6.1.5.5.7.48.3"), uri("http://t/1")),
		SEQ(oid("1.3.6.1.5.5.7.48.1"), uri("http://o/2")));
	GW_UNUSED(state);
	assert_read(read_extension("2.5.29.31", points, &d, &err));
	assert_int_equal(d.crldp.n, 4);
	assert_span(d.crldp.at[0], "ldap://a/b");
	assert_span(d.crldp.at[1], "http://a/c");
	assert_int_equal(d.crldp.at[2].n, 11);
	assert_memory_equal(d.crldp.at[2].p, "http://a/\0d", 11);
	assert_span(d.crldp.at[3], "#1609687474703a2f2fc5bd");
	assert_read(read_extension("1.3.6.1.5.5.7.1.1", access, &d, &err));
	assert_int_equal(d.aia_ocsp.n, 2);
	assert_span(d.aia_ocsp.at[1], "http://o/2");
	assert_int_equal(d.aia_ca_issuers.n, 1);
	assert_span(d.aia_ca_issuers.at[0], "http://i/1");
}

static void the_address_of_an_esei_is_decoded_or_refused_with_its_reason(void **state) {
	static const char good[] = "https%3A%2F%2Fws.si-trust.gov.si%2Fesei-get%3Fsn%3D4005195643038%26ca%3Deid-ca-low";
	static const struct {
		const char *value;
		size_t n;
		const char *why;
	} rows[] = {
		{good, sizeof(good) - 1, NULL},
		{"https://ws.si-trust.gov.si/a", 28, NULL},
		{"http%3A%2F%2Fws.si-trust.gov.si%2Fa", 35, "https"},
		{"https%3A%2F%2Fws.si-trust.gov.si.example%2Fa", 44, "host"},
		{"https%3A%2F%2Fws.si-trust.gov.si@example%2Fa", 44, "host"},
		{"https%3A%2F%2Fws.si-trust.gov.si", 32, "host"},
		{"https%3A%2F%2Fws.si-trust.gov.si%2Fa%0", 38, "percent"},
		{"https%3A%2F%2Fws.si-trust.gov.si%2Fa%0g", 39, "percent"},
		{"https%3A%2F%2Fws.si-trust.gov.si%2Fa%00", 39, "character"},
		{"https%3A%2F%2Fws.si-trust.gov.si%2Fa\0b", 38, "character"},
		{"", 0, "https"},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		assert_read(read_extension(ESEI "2.1", octets("16", rows[i].value, rows[i].n), &d, &err));
		assert_int_equal(d.esei_count, 1);
		assert_string_equal(d.esei[0].use, "obtain-person");
		assert_int_equal(d.esei[0].value.n, rows[i].n);
		assert_true((d.esei[0].url != NULL) == (rows[i].why == NULL));
		assert_true(rows[i].why ? strstr(d.esei[0].why, rows[i].why) != NULL : !d.esei[0].why);
	}
	const char *why; /* what stands behind the end does not count */
	assert_non_null(cert_esei_url((struct gw_span){"https://ws.si-trust.gov.si/%41", 30}, &details_arena, &why));
	assert_null(cert_esei_url((struct gw_span){"https://ws.si-trust.gov.si/%41", 29}, &details_arena, &why));
	assert_read(read_extension(ESEI "2.1", text("16", good), &d, &err));
	assert_string_equal(d.esei[0].url, "https://ws.si-trust.gov.si/esei-get?sn=4005195643038&ca=eid-ca-low");
}

static void other_extensions_of_the_esei_are_shown_as_they_are(void **state) {
	static const struct {
		const char *type, *hex, *use, *value, *why;
	} rows[] = {
		{ESEI "1.1", "160131", "number-person", "1", NULL},
		{ESEI "3.2", "0c0131", "validate-business", "1", "not one IA5String"},
		{ESEI "2.2", "16013100", "obtain-business", "#040416013100", "not one IA5String"},
		{ESEI "9", "0500", NULL, "#0500", NULL},
		{ESEI "1.2", "1a017e", "number-business", "~", NULL},
		{ESEI "1.2", "1b017e", "number-business", "#1b017e", NULL},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		assert_read(read_extension(rows[i].type, rows[i].hex, &d, &err));
		assert_int_equal(d.esei_count, 1);
		assert_string_equal(d.esei[0].use ? d.esei[0].use : "-", rows[i].use ? rows[i].use : "-");
		assert_string_equal(d.esei[0].why ? d.esei[0].why : "-", rows[i].why ? rows[i].why : "-");
		assert_span(d.esei[0].value, rows[i].value);
		assert_null(d.esei[0].url);
	}
	assert_read(read_extension("1.3.6.1.4.1.585361", "160131", &d, &err)); /* a neighbour of the arc */
	assert_int_equal(d.esei_count, 0);
}

static void a_key_of_an_unknown_algorithm_is_named_and_has_no_bits(void **state) {
	static const unsigned char ec[] = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
	static const unsigned char other[] = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x7F, 0x7F};
	GW_UNUSED(state);
	assert_read(read_patched(bare(), ec, ec, sizeof(ec)));
	assert_int_equal(d.key_bits, 256);
	assert_read(read_patched(bare(), ec, other, sizeof(ec)));
	assert_string_equal(d.key_type, "1.2.840.10045.127.127");
	assert_int_equal(d.key_bits, 0);
	assert_null(d.key_curve);
}

static void a_file_holds_one_certificate_in_pem_or_der(void **state) {
	X509 *x = bare();
	GW_UNUSED(state);
	add_text(x, "2.5.4.10", gw_arena_printf(&hex_arena, "%300d", 1)); /* the length of the whole has two octets */
	struct gw_span der = der_of(x);
	BIO *bio = BIO_new(BIO_s_mem());
	PEM_write_bio(bio, "CERTIFICATE", "", (const unsigned char *)der.p, (long)der.n);
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	const char *pem = gw_arena_span(&hex_arena, (struct gw_span){p, (size_t)n});
	const char *broken = gw_arena_printf(&hex_arena, "%s-----BEGIN CERTIFICATE-----\nMIIB\n", pem);
	const char *locked =
		"-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
		"-----END CERTIFICATE-----\n";
	assert_read(read_bytes(der, &d, &err));
	assert_read(read_made(with_text("2.5.4.10", V_ASN1_IA5STRING, "-----BEGIN CERTIFICATE-----"), &d, &err));
	assert_read(read_bytes(gw_span_of(pem), &d, &err));
	assert_read(
		read_bytes(gw_span_of(gw_arena_printf(&hex_arena, "Subject: 0\xC5\xBD\n%s\nend\n", pem)), &d, &err));
	assert_refused(read_bytes(gw_span_of(gw_arena_printf(&hex_arena, "%s%s", pem, pem)), &d, &err),
		       "more than one");
	assert_refused(read_bytes(gw_span_of(broken), &d, &err), "more than one");
	assert_refused(read_bytes(gw_span_of(locked), &d, &err), "no readable");
	assert_refused(read_bytes(gw_span_of("text"), &d, &err), "no readable");
	assert_refused(read_bytes((struct gw_span){"", 0}, &d, &err), "no readable");
	assert_refused(read_bytes((struct gw_span){der.p, der.n - 1}, &d, &err), "no readable");
	char *more = calloc(1, CERT_FILE_MAX + 1);
	memcpy(more, der.p, der.n);
	assert_refused(read_bytes((struct gw_span){more, der.n + 1}, &d, &err), "more than one");
	assert_refused(read_bytes((struct gw_span){more, CERT_FILE_MAX + 1}, &d, &err), "too large");
	/* 30 82 hh ll becomes 30 83 00 hh ll: BER, not DER */
	memcpy(more + 5, der.p + 4, der.n - 4);
	memcpy(more, "\x30\x83\0", 3);
	memcpy(more + 3, der.p + 2, 2);
	assert_refused(read_bytes((struct gw_span){more, der.n + 1}, &d, &err), "not in DER");
	free(more);
	BIO_free(bio);
	OPENSSL_free((void *)(uintptr_t)der.p);
}

static void an_arena_that_is_too_small_is_no_memory_at_whatever_size(void **state) {
	GW_AUTO(x509) X509 *cert = NULL;
	GW_UNUSED(state);
	assert_int_equal(cert_load(PKI "/ee/podjetje.crt", &cert, &err), GW_OK);
	read_file(PKI "/ee/podjetje.crt");
	size_t needed = details_arena.used;
	for (size_t max = 0; max <= needed; max++) {
		struct gw_arena arena;
		gw_arena_init(&arena, max);
		assert_int_equal(cert_details_read(cert, &arena, &d, &err), max < needed ? GW_E_NOMEM : GW_OK);
		assert_true(max == needed || !d.serial);
		gw_arena_release(&arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seal_of_a_company_is_read_whole),
		cmocka_unit_test(the_avas_of_one_rdn_stay_together_and_thirteen_digits_are_no_tax_number),
		cmocka_unit_test(every_string_type_is_text_and_what_is_none_is_hex),
		cmocka_unit_test(a_nul_or_a_line_feed_does_not_end_a_text),
		cmocka_unit_test(names_that_are_no_text_of_their_type_are_refused_or_shown_as_hex),
		cmocka_unit_test(an_extension_may_stand_once),
		cmocka_unit_test(extensions_without_end_are_refused),
		cmocka_unit_test(identifiers_that_cannot_be_said_are_refused_wherever_they_stand),
		cmocka_unit_test(serial_numbers_of_every_size_and_sign_are_said),
		cmocka_unit_test(times_are_read_to_the_end_of_the_calendar_and_nonsense_is_refused),
		cmocka_unit_test(a_certificate_of_version_one_or_without_extensions_says_little),
		cmocka_unit_test(numbers_count_only_with_their_prefix_and_form),
		cmocka_unit_test(a_number_is_looked_for_in_every_attribute_and_none_is_cut_out_of_another),
		cmocka_unit_test(extensions_that_are_not_what_they_should_be_are_refused),
		cmocka_unit_test(addresses_are_all_read_in_order_and_nothing_else_is),
		cmocka_unit_test(the_address_of_an_esei_is_decoded_or_refused_with_its_reason),
		cmocka_unit_test(other_extensions_of_the_esei_are_shown_as_they_are),
		cmocka_unit_test(a_key_of_an_unknown_algorithm_is_named_and_has_no_bits),
		cmocka_unit_test(a_file_holds_one_certificate_in_pem_or_der),
		cmocka_unit_test(an_arena_that_is_too_small_is_no_memory_at_whatever_size),
	};
	return cmocka_run_group_tests_name("details", tests, set_up, tear_down);
}
