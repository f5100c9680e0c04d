/* The judgement of every certificate of the development PKI; the folder build/pki is made by `make pki`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "certs/signer.h"
#include "certs/trust.h"

#define PKI "build/pki"

static struct cert_trust *trust;

static int load_trust(void **state) {
	const struct cert_trust_config config = {.anchors_dir = PKI "/anchors",
						 .intermediates_dir = PKI "/intermediates",
						 .crl_dir = PKI "/crl",
						 .require_qualified = true};
	struct gw_err err = {0};
	GW_UNUSED(state);
	if (cert_trust_load(&config, &trust, &err) != GW_OK) {
		fprintf(stderr, "%s\n", err.msg);
		return -1;
	}
	return 0;
}

static int free_trust(void **state) {
	GW_UNUSED(state);
	cert_trust_free(trust);
	return 0;
}

/* The chain as a TLS peer sends it: the leaf first. */
static STACK_OF(X509) * chain_of(const char *name) {
	char path[128];
	snprintf(path, sizeof(path), PKI "/ee/%s.chain.pem", name);
	FILE *f = fopen(path, "r");
	STACK_OF(X509) *chain = sk_X509_new_null();
	for (X509 *x; f && (x = PEM_read_X509(f, NULL, NULL, NULL)) != NULL;) {
		sk_X509_push(chain, x);
	}
	if (f) {
		fclose(f);
	}
	return chain;
}

static struct cert_judgement judge_at(const struct cert_trust *t, const char *name, int64_t now) {
	struct cert_judgement j;
	struct cert_facts facts;
	STACK_OF(X509) *chain = chain_of(name);
	X509 *leaf = sk_X509_shift(chain);
	if (!leaf) {
		fail_msg("no certificate '%s'", name);
	}
	assert_int_equal(cert_facts_read(leaf, &facts, NULL), GW_OK);
	cert_judge(t, leaf, &facts, chain, now, &j);
	X509_free(leaf);
	sk_X509_pop_free(chain, X509_free);
	return j;
}

static void every_certificate_of_the_pki_gets_its_verdict(void **state) {
	static const struct {
		const char *name;
		enum cert_verdict verdict;
	} rows[] = {
		{"obcina", CERT_ACCEPTED},
		{"obcina_zig", CERT_ACCEPTED},
		{"podjetje", CERT_ACCEPTED},
		{"podjetje2", CERT_ACCEPTED},
		{"oseba", CERT_ACCEPTED},
		{"odvetnik", CERT_ACCEPTED},
		{"rekono", CERT_ACCEPTED},
		{"ec", CERT_ACCEPTED},
		{"splet", CERT_ACCEPTED},
		{"eku_client", CERT_ACCEPTED},
		{"qc_brez_tipa", CERT_ACCEPTED},
		{"unregistered", CERT_ACCEPTED},
		{"samopodpisan", CERT_REFUSED_SELF_SIGNED},
		{"neznan_izdajatelj", CERT_REFUSED_UNKNOWN_ISSUER},
		{"dvojnik_imena", CERT_REFUSED_UNKNOWN_ISSUER},
		{"dvojnik_crk", CERT_REFUSED_UNKNOWN_ISSUER},
		{"dvojnik_izdajatelja", CERT_REFUSED_CHAIN},
		{"potekel", CERT_REFUSED_EXPIRED},
		{"se_ne_velja", CERT_REFUSED_NOT_YET_VALID},
		{"eku_server", CERT_REFUSED_KEY_USAGE},
		{"ku_brez_podpisa", CERT_REFUSED_KEY_USAGE},
		{"rsa1024", CERT_REFUSED_WEAK},
		{"sha1", CERT_REFUSED_WEAK},
		{"brez_qc", CERT_REFUSED_NOT_QUALIFIED},
		{"preklican", CERT_REFUSED_REVOKED},
		{"preklican_izdajatelj", CERT_REFUSED_REVOKED},
		{"pot_predolga", CERT_REFUSED_CHAIN},
		{"potekel_izdajatelj", CERT_REFUSED_EXPIRED},
		{"velika_veriga", CERT_REFUSED_CHAIN},
	};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		struct cert_judgement j = judge_at(trust, rows[i].name, gw_now_utc_s());
		if (j.verdict != rows[i].verdict) {
			fail_msg("%s: %s (%s), expected %s", rows[i].name, cert_verdict_name(j.verdict), j.detail,
				 cert_verdict_name(rows[i].verdict));
		}
	}
}

static void a_good_certificate_is_good_until_its_last_second_and_not_after(void **state) {
	struct cert_facts facts;
	struct cert_judgement now = judge_at(trust, "podjetje", gw_now_utc_s());
	GW_AUTO(x509) X509 *x = NULL;
	GW_UNUSED(state);
	assert_int_equal(cert_load_pem(PKI "/ee/podjetje.crt", &x, NULL, NULL), GW_OK);
	assert_int_equal(cert_facts_read(x, &facts, NULL), GW_OK);
	assert_true(now.until_utc_s <= facts.not_after_utc_s);
	assert_true(now.from_utc_s >= facts.not_before_utc_s);
	assert_int_equal(judge_at(trust, "podjetje", facts.not_after_utc_s - 1).verdict, CERT_ACCEPTED);
	assert_int_equal(judge_at(trust, "podjetje", facts.not_after_utc_s - 1).until_utc_s, facts.not_after_utc_s);
	assert_int_equal(judge_at(trust, "podjetje", facts.not_after_utc_s + 1).verdict, CERT_REFUSED_EXPIRED);
	assert_int_equal(judge_at(trust, "podjetje", facts.not_before_utc_s - 1).verdict, CERT_REFUSED_NOT_YET_VALID);
}

static void without_a_crl_revocation_is_unchecked_and_with_one_good(void **state) {
	const struct cert_trust_config config = {.anchors_dir = PKI "/anchors",
						 .intermediates_dir = PKI "/intermediates",
						 .crl_dir = "",
						 .require_qualified = true};
	struct cert_trust *bare;
	GW_UNUSED(state);
	assert_int_equal(cert_trust_load(&config, &bare, NULL), GW_OK);
	assert_int_equal(judge_at(bare, "podjetje", gw_now_utc_s()).revocation, CERT_REVOCATION_UNCHECKED);
	assert_int_equal(judge_at(bare, "preklican", gw_now_utc_s()).verdict, CERT_ACCEPTED);
	assert_int_equal(judge_at(trust, "podjetje", gw_now_utc_s()).revocation, CERT_REVOCATION_GOOD);
	cert_trust_free(bare);
}

/* A stale CRL, or one that somebody else signed, says nothing. */
static void crls_that_are_stale_or_forged_do_not_count(void **state) {
	static const char *const dirs[] = {PKI "/crl-expired", PKI "/crl-forged"};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(dirs); i++) {
		const struct cert_trust_config config = {.anchors_dir = PKI "/anchors",
							 .intermediates_dir = PKI "/intermediates",
							 .crl_dir = dirs[i],
							 .require_qualified = true};
		struct cert_trust *t;
		assert_int_equal(cert_trust_load(&config, &t, NULL), GW_OK);
		assert_int_equal(judge_at(t, "podjetje", gw_now_utc_s()).revocation, CERT_REVOCATION_UNCHECKED);
		/* what was revoked stays revoked when the CRL grows stale; what a stranger signed revokes nothing */
		assert_int_equal(judge_at(t, "preklican", gw_now_utc_s()).verdict,
				 i == 0 ? CERT_REFUSED_REVOKED : CERT_ACCEPTED);
		cert_trust_free(t);
	}
}

static void an_anchor_that_is_removed_takes_its_certificates_along(void **state) {
	const struct cert_trust_config config = {.anchors_dir = PKI "/bad-ca",
						 .intermediates_dir = PKI "/intermediates",
						 .crl_dir = "",
						 .require_qualified = true};
	struct cert_trust *other;
	GW_UNUSED(state);
	assert_int_equal(cert_trust_load(&config, &other, NULL), GW_OK);
	assert_int_not_equal(judge_at(other, "podjetje", gw_now_utc_s()).verdict, CERT_ACCEPTED);
	cert_trust_free(other);
}

static void folders_that_are_missing_empty_or_damaged_are_refused(void **state) {
	char dir[] = "/tmp/vashgate-certs-XXXXXX", path[64];
	struct cert_trust *t;
	GW_UNUSED(state);
	assert_non_null(mkdtemp(dir));
	struct cert_trust_config config = {.anchors_dir = dir, .intermediates_dir = "", .crl_dir = ""};
	assert_int_equal(cert_trust_load(&config, &t, NULL), GW_E_CONFIG);
	snprintf(path, sizeof(path), "%s/a.pem", dir);
	FILE *f = fopen(path, "w");
	fputs("-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n", f);
	fclose(f);
	assert_int_equal(cert_trust_load(&config, &t, NULL), GW_E_CONFIG);
	unlink(path);
	rmdir(dir);
	assert_int_equal(cert_trust_load(&config, &t, NULL), GW_E_CONFIG);
}

static void facts_name_the_organisation_by_its_tax_number(void **state) {
	static const struct {
		const char *path, *number;
		bool esign, eseal, web;
	} rows[] = {{PKI "/ee/podjetje.crt", "14717468", false, true, false},
		    {PKI "/ee/oseba.crt", "", true, false, false},
		    {PKI "/ee/splet.crt", NULL, false, false, true}};
	GW_UNUSED(state);
	for (size_t i = 0; i < GW_COUNT(rows); i++) {
		GW_AUTO(x509) X509 *x = NULL;
		struct cert_facts facts;
		assert_int_equal(cert_load_pem(rows[i].path, &x, NULL, NULL), GW_OK);
		assert_int_equal(cert_facts_read(x, &facts, NULL), GW_OK);
		if (rows[i].number) {
			assert_string_equal(facts.org_tax_number, rows[i].number);
		}
		assert_true(facts.qc_compliance);
		assert_int_equal(facts.qc_esign, rows[i].esign);
		assert_int_equal(facts.qc_eseal, rows[i].eseal);
		assert_int_equal(facts.qc_web, rows[i].web);
	}
}

static void a_key_that_others_may_read_is_refused(void **state) {
	char path[] = "/tmp/vashgate-key-XXXXXX";
	struct signer *s;
	GW_UNUSED(state);
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	assert_int_equal(signer_create_ed25519(path, NULL), GW_OK);
	assert_int_equal(signer_create_ed25519(path, NULL), GW_E_CONFLICT);
	assert_int_equal(signer_load(path, &s, NULL), GW_OK);
	uint8_t signature[64];
	size_t n;
	assert_true(signer_sign_ed25519(s, gw_span_of("text"), signature));
	const uint8_t *spki = signer_spki(s, &n);
	assert_true(signer_verify_ed25519(spki, n, gw_span_of("text"), signature));
	assert_false(signer_verify_ed25519(spki, n, gw_span_of("texu"), signature));
	signer_free(s);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(signer_load(path, &s, NULL), GW_E_CONFIG);
	unlink(path);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_certificate_of_the_pki_gets_its_verdict),
		cmocka_unit_test(a_good_certificate_is_good_until_its_last_second_and_not_after),
		cmocka_unit_test(without_a_crl_revocation_is_unchecked_and_with_one_good),
		cmocka_unit_test(crls_that_are_stale_or_forged_do_not_count),
		cmocka_unit_test(an_anchor_that_is_removed_takes_its_certificates_along),
		cmocka_unit_test(folders_that_are_missing_empty_or_damaged_are_refused),
		cmocka_unit_test(facts_name_the_organisation_by_its_tax_number),
		cmocka_unit_test(a_key_that_others_may_read_is_refused),
	};
	return cmocka_run_group_tests_name("certs", tests, load_trust, free_trust);
}
