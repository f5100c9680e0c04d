/* tests/fuzz/fuzz_certificate.c - input: a file as `cert inspect` takes it, DER or PEM. What is read is UTF-8 in every
 * text, the same when it is read again, and agrees with the facts that a call would go by. */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "certs/details.h"
#include "certs/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool ok) {
	if (!ok) {
		abort();
	}
}

static void check_text(struct gw_span text) {
	for (size_t at = 0, len; at < text.n; at += len) {
		len = gw_utf8_len((const uint8_t *)text.p + at, text.n - at);
		require(len > 0);
	}
}

static void check_texts(const struct cert_texts *texts) {
	for (size_t i = 0; i < texts->n; i++) {
		check_text(texts->at[i]);
	}
}

static void check_name(const struct cert_name *name) {
	for (size_t i = 0; i < name->n; i++) {
		require(name->rdn[i].n > 0);
		for (size_t k = 0; k < name->rdn[i].n; k++) {
			const struct cert_ava *ava = &name->rdn[i].ava[k];
			require(ava->oid[0] >= '0' && ava->oid[0] <= '2' && ava->name[0]);
			require(!ava->encoded || (ava->value.n > 0 && ava->value.p[0] == '#'));
			check_text(ava->value);
		}
	}
}

static void check_number(const char *number, size_t shortest, size_t longest) {
	require(!number || (strlen(number) >= shortest && strlen(number) <= longest));
}

static void check_details(const struct cert_details *d) {
	check_name(&d->issuer);
	check_name(&d->subject);
	const struct cert_texts *lists[] = {&d->ku, &d->eku, &d->policies, &d->aia_ocsp, &d->aia_ca_issuers, &d->crldp};
	for (size_t i = 0; i < GW_COUNT(lists); i++) {
		check_texts(lists[i]);
	}
	for (size_t i = 0; i < d->qc.pds_count; i++) {
		check_text(d->qc.pds[i].url);
		check_text(d->qc.pds[i].language);
	}
	for (size_t i = 0; i < d->esei_count; i++) {
		check_text(d->esei[i].value);
		require(!d->esei[i].url || !d->esei[i].why);
	}
	check_number(d->org_tax_number, 8, 8);
	check_number(d->person_tax_number, 8, 8);
	check_number(d->org_registration_number, 7, 10);
	require(d->serial[0] && d->key_type[0] && d->key_bits >= 0);
}

static void check_facts(struct x509_st *cert, const struct cert_details *d) {
	struct cert_facts facts;
	if (cert_facts_read(cert, &facts, NULL) == GW_OK) {
		require(strcmp(facts.digest_hex, d->digest_hex) == 0 && strcmp(facts.serial, d->serial) == 0);
		require(facts.not_before_utc_s == d->not_before_utc_s && facts.not_after_utc_s == d->not_after_utc_s);
		require(cert_says_qualified(&facts) == cert_qc_says_qualified(&d->qc));
		require(strcmp(facts.org_tax_number, d->org_tax_number ? d->org_tax_number : "") == 0);
		require(strcmp(facts.person_tax_number, d->person_tax_number ? d->person_tax_number : "") == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	GW_AUTO(x509) struct x509_st *cert = NULL;
	GW_AUTO(arena) struct gw_arena arena;
	GW_AUTO(arena) struct gw_arena again_arena;
	struct cert_details d, again;
	struct gw_err err = {0};
	gw_arena_init(&arena, CERT_DETAILS_MAX);
	gw_arena_init(&again_arena, CERT_DETAILS_MAX);
	enum gw_code rc = cert_load_bytes((struct gw_span){(const char *)data, n}, "input", &cert, &err);
	require((rc == GW_OK) == (cert != NULL));
	rc = rc == GW_OK ? cert_details_read(cert, &arena, &d, &err) : rc;
	require(rc == GW_OK || (rc == GW_E_INPUT && err.msg[0]));
	if (rc == GW_OK) {
		check_details(&d);
		check_facts(cert, &d);
		require(cert_details_read(cert, &again_arena, &again, &err) == GW_OK && again_arena.used == arena.used);
	}
	return 0;
}
