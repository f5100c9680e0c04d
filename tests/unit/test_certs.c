/* The judgement of every certificate of the development PKI; the folder build/pki is made by `make pki`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "certs/signer.h"
#include "certs/judge.h"

#define PKI "build/pki"
#define ISSUER "halcom_po_eseal_2" /* of podjetje */

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
	cert_judge(t, &(struct cert_question){leaf, &facts, chain, CERT_FOR_CALL, now}, &j, NULL);
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
		{"dvojnik_izdajatelja", CERT_REFUSED_SIGNATURE},
		{"potekel", CERT_REFUSED_EXPIRED},
		{"se_ne_velja", CERT_REFUSED_NOT_YET_VALID},
		{"eku_server", CERT_REFUSED_KEY_USAGE},
		{"ku_brez_podpisa", CERT_REFUSED_KEY_USAGE},
		{"rsa1024", CERT_REFUSED_WEAK},
		{"sha1", CERT_REFUSED_WEAK},
		{"brez_qc", CERT_REFUSED_NOT_QUALIFIED},
		{"preklican", CERT_REFUSED_REVOKED},
		{"preklican_izdajatelj", CERT_REFUSED_REVOKED},
		{"pot_predolga", CERT_REFUSED_PATH_LENGTH},
		{"potekel_izdajatelj", CERT_REFUSED_EXPIRED},
		{"velika_veriga", CERT_REFUSED_BOUNDS},
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
	assert_int_equal(judge_at(bare, "podjetje", gw_now_utc_s()).status.revocation, CERT_REVOCATION_UNCHECKED);
	assert_int_equal(judge_at(bare, "preklican", gw_now_utc_s()).verdict, CERT_ACCEPTED);
	assert_int_equal(judge_at(trust, "podjetje", gw_now_utc_s()).status.revocation, CERT_REVOCATION_GOOD);
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
		assert_int_equal(judge_at(t, "podjetje", gw_now_utc_s()).status.revocation, CERT_REVOCATION_UNCHECKED);
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

/* ---- certificates changed and signed anew with the key of the issuer of podjetje ---- */

static X509 *load(const char *path) {
	X509 *x = NULL;
	assert_int_equal(cert_load_pem(path, &x, NULL, NULL), GW_OK);
	return x;
}

static void sign_as_issuer(X509 *x) {
	FILE *f = fopen(PKI "/ca-keys/" ISSUER ".key", "r");
	assert_non_null(f);
	EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	assert_non_null(key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	EVP_PKEY_free(key);
}

static struct cert_judgement judge_made(const struct cert_trust *t, X509 *leaf, STACK_OF(X509) * chain, int64_t now) {
	struct cert_judgement j;
	struct cert_facts facts;
	assert_int_equal(cert_facts_read(leaf, &facts, NULL), GW_OK);
	cert_judge(t, &(struct cert_question){leaf, &facts, chain, CERT_FOR_CALL, now}, &j, NULL);
	return j;
}

/* ---- how long a judgement holds ---- */

static int64_t seconds_of(const ASN1_TIME *t) {
	struct tm tm;
	assert_int_equal(ASN1_TIME_to_tm(t, &tm), 1);
	return (int64_t)timegm(&tm);
}

static int64_t next_update(const char *path) {
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	X509_CRL *crl = PEM_read_X509_CRL(f, NULL, NULL, NULL);
	fclose(f);
	assert_non_null(crl);
	int64_t next = seconds_of(X509_CRL_get0_nextUpdate(crl));
	X509_CRL_free(crl);
	return next;
}

static struct cert_trust *trust_with(const char *crl_dir) {
	const struct cert_trust_config config = {.anchors_dir = PKI "/anchors",
						 .intermediates_dir = PKI "/intermediates",
						 .crl_dir = crl_dir,
						 .require_qualified = true};
	struct cert_trust *t;
	assert_int_equal(cert_trust_load(&config, &t, NULL), GW_OK);
	return t;
}

static void a_judgement_holds_no_longer_than_any_certificate_of_the_chain(void **state) {
	enum { DAY_S = 86400 };
	GW_AUTO(x509) X509 *leaf = load(PKI "/ee/podjetje.crt");
	GW_AUTO(x509) X509 *issuer = load(PKI "/intermediates/" ISSUER ".pem");
	GW_AUTO(cert_trust) struct cert_trust *bare = trust_with("");
	int64_t from = seconds_of(X509_get0_notBefore(issuer)), until = seconds_of(X509_get0_notAfter(issuer));
	GW_UNUSED(state);
	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(leaf), (time_t)from - DAY_S));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(leaf), (time_t)until + DAY_S));
	sign_as_issuer(leaf);
	struct cert_judgement j = judge_made(bare, leaf, NULL, gw_now_utc_s());
	assert_int_equal(j.verdict, CERT_ACCEPTED);
	assert_int_equal(j.from_utc_s, from);
	assert_int_equal(j.until_utc_s, until);
	assert_int_equal(judge_made(bare, leaf, NULL, until - 1).verdict, CERT_ACCEPTED);
	assert_int_equal(judge_made(bare, leaf, NULL, until + 1).verdict, CERT_REFUSED_EXPIRED);
}

static void a_judgement_holds_no_longer_than_the_crls_it_read(void **state) {
	GW_AUTO(x509) X509 *leaf = load(PKI "/ee/podjetje.crt");
	GW_AUTO(cert_trust) struct cert_trust *bare = trust_with("");
	int64_t of_leaf = next_update(PKI "/crl/" ISSUER ".pem"), of_issuer = next_update(PKI "/crl/halcom_root.pem");
	int64_t first = of_leaf < of_issuer ? of_leaf : of_issuer, not_after = seconds_of(X509_get0_notAfter(leaf));
	GW_UNUSED(state);
	assert_true(first < not_after);
	struct cert_judgement j = judge_made(trust, leaf, NULL, gw_now_utc_s());
	assert_int_equal(j.status.revocation, CERT_REVOCATION_GOOD);
	assert_int_equal(j.until_utc_s, first);
	assert_int_equal(judge_made(bare, leaf, NULL, gw_now_utc_s()).until_utc_s, not_after);
}

/* ---- sizes of keys: what is above the bounds is refused before anything else is looked at ---- */

/* An RSA key by its size alone: nothing is verified with it, so the modulus may be any number of so many bits. */
static EVP_PKEY *rsa_of(int bits) {
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_new();
	assert_int_equal(BN_set_bit(n, bits - 1) && BN_set_bit(n, 0), 1);
	assert_int_equal(OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n), 1);
	assert_int_equal(OSSL_PARAM_BLD_push_ulong(bld, OSSL_PKEY_PARAM_RSA_E, 65537), 1);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	BN_free(n);
	return key;
}

static X509 *podjetje_with(EVP_PKEY *key) {
	X509 *x = load(PKI "/ee/podjetje.crt");
	assert_non_null(key);
	assert_int_equal(X509_set_pubkey(x, key), 1);
	EVP_PKEY_free(key);
	sign_as_issuer(x);
	return x;
}

static void check_bounds(struct cert_judgement j, bool inside, enum cert_verdict verdict) {
	assert_int_equal(j.verdict, inside ? verdict : CERT_REFUSED_BOUNDS);
	assert_int_equal(strcmp(j.detail, "chain or key larger than the bounds") != 0, inside);
}

static void a_key_above_the_bounds_is_refused_before_the_certificate_is_verified(void **state) {
	GW_UNUSED(state);
	for (int inside = 0; inside <= 1; inside++) {
		GW_AUTO(x509) X509 *rsa = podjetje_with(rsa_of(CERT_RSA_BITS_MAX + !inside));
		GW_AUTO(x509) X509 *ec = podjetje_with(EVP_EC_gen(inside ? "P-521" : "sect571r1"));
		int64_t too_late = seconds_of(X509_get0_notAfter(rsa)) + 1;
		check_bounds(judge_made(trust, rsa, NULL, gw_now_utc_s()), inside, CERT_ACCEPTED);
		check_bounds(judge_made(trust, ec, NULL, gw_now_utc_s()), inside, CERT_ACCEPTED);
		check_bounds(judge_made(trust, rsa, NULL, too_late), inside, CERT_REFUSED_EXPIRED);
	}
}

static void a_key_above_the_bounds_is_refused_anywhere_in_the_chain(void **state) {
	GW_UNUSED(state);
	for (int inside = 0; inside <= 1; inside++) {
		GW_AUTO(x509) X509 *leaf = load(PKI "/ee/podjetje.crt");
		GW_AUTO(x509) X509 *other = podjetje_with(rsa_of(CERT_RSA_BITS_MAX + !inside));
		STACK_OF(X509) *chain = sk_X509_new_null();
		sk_X509_push(chain, other);
		check_bounds(judge_made(trust, leaf, chain, gw_now_utc_s()), inside, CERT_ACCEPTED);
		sk_X509_free(chain);
	}
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
		cmocka_unit_test(a_judgement_holds_no_longer_than_any_certificate_of_the_chain),
		cmocka_unit_test(a_judgement_holds_no_longer_than_the_crls_it_read),
		cmocka_unit_test(a_key_above_the_bounds_is_refused_before_the_certificate_is_verified),
		cmocka_unit_test(a_key_above_the_bounds_is_refused_anywhere_in_the_chain),
		cmocka_unit_test(facts_name_the_organisation_by_its_tax_number),
		cmocka_unit_test(a_key_that_others_may_read_is_refused),
	};
	return cmocka_run_group_tests_name("certs", tests, load_trust, free_trust);
}
