#include "certs/trust_list.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certs/asn1.h"

enum { SERVICES_MAX = 16, POLICIES_MAX = 64, ARENA_BYTES = 65536 };

void trust_list_release(struct cert_trust_list *l) {
	gw_arena_release(&l->arena);
	*l = (struct cert_trust_list){0};
}

/* ---- whose services count ---- */

static bool is_named(const struct cert_trust_list *l, const struct tsl_provider *p) {
	bool named = false;
	for (size_t i = 0; i < l->provider_count; i++) {
		named |= tsl_provider_is(p, l->provider[i]);
	}
	return named;
}

static bool shares_name(const struct tsl_texts *a, const struct tsl_texts *b) {
	for (size_t i = 0; i < a->n; i++) {
		for (size_t k = 0; k < b->n; k++) {
			if (strcmp(a->at[i].text, b->at[k].text) == 0) {
				return true;
			}
		}
	}
	return false;
}

/* TakenOverBy names the new provider by its name alone. */
static bool was_taken_over(const struct cert_trust_list *l, const struct tsl_period *period) {
	for (size_t i = 0; period->taken_over && i < l->list.provider_count; i++) {
		const struct tsl_provider *p = &l->list.provider[i];
		if (is_named(l, p) && shares_name(&p->names, &period->taken_over_by)) {
			return true;
		}
	}
	return false;
}

static bool counts(const struct cert_trust_list *l, const struct tsl_provider *p, const struct tsl_service *s,
		   int64_t at) {
	return tsl_is_granted_ca_qc(s, at) && (is_named(l, p) || was_taken_over(l, &s->period[0]));
}

/* ---- anchors ---- */

static bool stands_there(STACK_OF(X509) * certs, const X509 *cert) {
	for (int i = 0; i < sk_X509_num(certs); i++) {
		if (X509_cmp(sk_X509_value(certs, i), cert) == 0) {
			return true;
		}
	}
	return false;
}

static enum gw_code add_anchors(const struct tsl_service *s, STACK_OF(X509) * into, struct gw_err *err) {
	for (size_t i = 0; i < s->certs.n; i++) {
		const unsigned char *p = (const unsigned char *)s->certs.at[i].p;
		X509 *cert = d2i_X509(NULL, &p, (long)s->certs.at[i].n);
		ERR_clear_error();
		if (!cert || stands_there(into, cert)) {
			X509_free(cert);
			continue;
		}
		if (!sk_X509_push(into, cert)) {
			X509_free(cert);
			return gw_fail(err, GW_E_NOMEM, "out of memory");
		}
	}
	return GW_OK;
}

enum gw_code trust_list_anchors(const struct cert_trust_list *l, STACK_OF(X509) * into, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < l->list.provider_count; i++) {
		const struct tsl_provider *p = &l->list.provider[i];
		for (size_t k = 0; rc == GW_OK && k < p->service_count; k++) {
			rc = counts(l, p, &p->service[k], l->at_utc_s) ? add_anchors(&p->service[k], into, err) : GW_OK;
		}
	}
	return rc;
}

/* ---- what it says of a certificate ---- */

/* Of the nearest issuer that is listed at all: a withdrawn one does not come back by the grant of the root above it. */
static const struct tsl_period *issuing_period(const struct cert_trust_list *l, STACK_OF(X509) * path, int64_t at) {
	struct tsl_found found[SERVICES_MAX];
	for (int i = 1; i < sk_X509_num(path); i++) {
		size_t n = tsl_services_of(&l->list, sk_X509_value(path, i), found, SERVICES_MAX);
		for (size_t k = 0; k < n && k < SERVICES_MAX; k++) {
			if (counts(l, found[k].provider, found[k].service, at)) {
				return tsl_period_at(found[k].service, at);
			}
		}
		if (n > 0) {
			return NULL;
		}
	}
	return NULL;
}

/* The policies of the leaf in the arena; what cannot be said is left out, and matches nothing. */
static size_t read_policies(const X509 *leaf, struct gw_arena *arena, const char *out[POLICIES_MAX]) {
	CERTIFICATEPOLICIES *policies = X509_get_ext_d2i(leaf, NID_certificate_policies, NULL, NULL);
	size_t n = 0;
	for (int i = 0; i < sk_POLICYINFO_num(policies) && n < POLICIES_MAX; i++) {
		n += cert_oid_text(sk_POLICYINFO_value(policies, i)->policyid, arena, &out[n], NULL) == GW_OK;
	}
	CERTIFICATEPOLICIES_free(policies);
	return n;
}

/* OpenSSL counts the bits of an octet from the left, the list from 0 = digitalSignature on. */
static uint16_t read_key_usage(X509 *leaf) {
	uint32_t flags = X509_get_extension_flags(leaf) & EXFLAG_KUSAGE ? X509_get_key_usage(leaf) : 0;
	uint32_t out = flags & KU_DECIPHER_ONLY ? 1U << 8 : 0;
	for (unsigned bit = 0; bit < 8; bit++) {
		out |= flags & (0x80U >> bit) ? 1U << bit : 0;
	}
	return (uint16_t)out;
}

void trust_list_qualification(const struct cert_trust_list *l, STACK_OF(X509) * path, const struct cert_facts *facts,
			      int64_t at_utc_s, struct cert_qualification *out) {
	const struct tsl_period *period = issuing_period(l, path, at_utc_s);
	const char *policy[POLICIES_MAX];
	X509 *leaf = sk_X509_value(path, 0);
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, ARENA_BYTES);
	if (!period) {
		*out = (struct cert_qualification){CERT_KIND_NONE, false, "no listed service has issued it"};
		return;
	}
	const struct tsl_subject subject = {policy, read_policies(leaf, &arena, policy), read_key_usage(leaf)};
	cert_qualification_of(facts, period, &subject, out);
}
