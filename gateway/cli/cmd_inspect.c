/* cert inspect: all that a certificate says about itself. The JSON is stable: its members are vashgate(1)'s, and a
 * change of one that exists changes INSPECT_VERSION. */
#include "base/clock.h"
#include "certs/details.h"
#include "certs/load.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/print_text.h"

enum { INSPECT_VERSION = 1 };

static json_t *text_json(struct gw_span text) {
	return json_stringn(text.p, text.n);
}

static json_t *text_or_null(const char *text) {
	return text ? json_string(text) : json_null();
}

static json_t *texts_json(const struct cert_texts *texts) {
	json_t *list = json_array();
	for (size_t i = 0; i < texts->n; i++) {
		json_array_append_new(list, text_json(texts->at[i]));
	}
	return list;
}

static json_t *ava_json(const struct cert_ava *ava) {
	json_t *j = json_pack("{s:s, s:s, s:o}", "oid", ava->oid, "name", ava->name, "value", text_json(ava->value));
	if (ava->encoded) {
		json_object_set_new(j, "encoded", json_true());
	}
	return j;
}

static json_t *name_json(const struct cert_name *name) {
	json_t *list = json_array();
	for (size_t i = 0; i < name->n; i++) {
		json_t *rdn = json_array();
		for (size_t k = 0; k < name->rdn[i].n; k++) {
			json_array_append_new(rdn, ava_json(&name->rdn[i].ava[k]));
		}
		json_array_append_new(list, rdn);
	}
	return list;
}

static json_t *limit_json(const struct cert_qc *qc) {
	return qc->limit_present ? json_pack("{s:o, s:I, s:I}", "currency", text_json(qc->limit_currency), "amount",
					     (json_int_t)qc->limit_amount, "exponent", (json_int_t)qc->limit_exponent)
				 : json_null();
}

static json_t *qc_json(const struct cert_qc *qc) {
	json_t *types = json_array(), *pds = json_array(), *legislation = json_array();
	for (size_t i = 0; i < qc->type_count; i++) {
		json_array_append_new(types, json_string(qc->type[i]));
	}
	for (size_t i = 0; i < qc->pds_count; i++) {
		json_array_append_new(pds, json_pack("{s:o, s:o}", "url", text_json(qc->pds[i].url), "language",
						     text_json(qc->pds[i].language)));
	}
	for (size_t i = 0; i < qc->legislation_count; i++) {
		json_array_append_new(legislation, json_string(qc->legislation[i]));
	}
	return json_pack("{s:b, s:o, s:b, s:o, s:o, s:o, s:o}", "compliance", qc->compliance, "types", types, "sscd",
			 qc->sscd, "pds", pds, "semantics", text_or_null(qc->semantics), "limit", limit_json(qc),
			 "legislation", legislation);
}

static json_t *identifiers_json(const struct cert_details *d) {
	json_t *list = json_array();
	for (size_t i = 0; i < d->identifier_count; i++) {
		const struct cert_identifier *id = &d->identifier[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "type", id->type, "country", id->country,
						      "value", text_json(id->number)));
	}
	return list;
}

static json_t *esei_json(const struct cert_details *d) {
	json_t *list = json_array();
	for (size_t i = 0; i < d->esei_count; i++) {
		const struct cert_esei *e = &d->esei[i];
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "oid", e->oid, "use",
						      text_or_null(e->use), "value", text_json(e->value), "url",
						      text_or_null(e->url), "why", text_or_null(e->why)));
	}
	return list;
}

static void set_all(json_t *to, json_t *from) {
	json_object_update(to, from);
	json_decref(from);
}

static json_t *details_json(const struct cert_details *d) {
	char from[GW_TIME_TEXT], until[GW_TIME_TEXT];
	gw_time_text(d->not_before_utc_s * 1000, from);
	gw_time_text(d->not_after_utc_s * 1000, until);
	json_t *j = json_pack("{s:i, s:o, s:o, s:s, s:s, s:s, s:s}", "v", INSPECT_VERSION, "issuer",
			      name_json(&d->issuer), "subject", name_json(&d->subject), "serial", d->serial,
			      "digest_sha256", d->digest_hex, "not_before", from, "not_after", until);
	set_all(j, json_pack("{s:o, s:o, s:o, s:o}", "org_tax_number", text_or_null(d->org_tax_number),
			     "org_registration_number", text_or_null(d->org_registration_number), "person_tax_number",
			     text_or_null(d->person_tax_number), "person_identifiers", identifiers_json(d)));
	set_all(j, json_pack("{s:{s:s, s:i, s:o}, s:o, s:o, s:o}", "key", "type", d->key_type, "bits", d->key_bits,
			     "curve", text_or_null(d->key_curve), "ku", texts_json(&d->ku), "eku", texts_json(&d->eku),
			     "policies", texts_json(&d->policies)));
	set_all(j, json_pack("{s:o, s:o, s:{s:o, s:o}, s:o}", "qc", qc_json(&d->qc), "esei", esei_json(d), "aia",
			     "ocsp", texts_json(&d->aia_ocsp), "ca_issuers", texts_json(&d->aia_ca_issuers), "crldp",
			     texts_json(&d->crldp)));
	return j;
}

static void print_label(const char *label) {
	printf("%-18s ", label);
}

/* RFC 4514 2.1: the last RDN first. */
static void print_name(const char *label, const struct cert_name *name) {
	print_label(label);
	for (size_t i = name->n; i > 0; i--) {
		const struct cert_rdn *rdn = &name->rdn[i - 1];
		for (size_t k = 0; k < rdn->n; k++) {
			printf("%s%s=", k > 0 ? "+" : "", rdn->ava[k].name);
			print_escaped(rdn->ava[k].value, rdn->ava[k].encoded ? "" : "\\,+\"<>;=");
		}
		fputs(i > 1 ? "," : "", stdout);
	}
	putchar('\n');
}

static void print_texts(const char *label, const struct cert_texts *texts) {
	for (size_t i = 0; i < texts->n; i++) {
		print_label(i == 0 ? label : "");
		print_escaped(texts->at[i], "");
		putchar('\n');
	}
}

static void print_numbers(const struct cert_details *d) {
	printf("%-18s %s\n", "tax number", d->org_tax_number ? d->org_tax_number : "-");
	printf("%-18s %s\n", "registration", d->org_registration_number ? d->org_registration_number : "-");
	printf("%-18s %s\n", "person tax number", d->person_tax_number ? d->person_tax_number : "-");
	for (size_t i = 0; i < d->identifier_count; i++) {
		const struct cert_identifier *id = &d->identifier[i];
		print_label("identifier");
		printf("%s %s ", id->type, id->country);
		print_escaped(id->number, "");
		putchar('\n');
	}
}

static void print_qc(const struct cert_qc *qc) {
	print_label("qualified");
	fputs(cert_qc_says_qualified(qc) ? "yes" : "no", stdout);
	for (size_t i = 0; i < qc->type_count; i++) {
		printf(" %s", qc->type[i]);
	}
	puts(qc->sscd ? " sscd" : "");
	for (size_t i = 0; i < qc->legislation_count; i++) {
		printf("%-18s %s\n", i == 0 ? "legislation" : "", qc->legislation[i]);
	}
	for (size_t i = 0; i < qc->pds_count; i++) {
		print_label("disclosure");
		print_escaped(qc->pds[i].url, "");
		fputs(" (", stdout);
		print_escaped(qc->pds[i].language, "");
		puts(")");
	}
	if (qc->semantics) {
		printf("%-18s %s\n", "semantics", qc->semantics);
	}
	if (qc->limit_present) {
		print_label("limit");
		printf("%lld x 10^%lld ", (long long)qc->limit_amount, (long long)qc->limit_exponent);
		print_escaped(qc->limit_currency, "");
		putchar('\n');
	}
}

static void print_esei(const struct cert_details *d) {
	for (size_t i = 0; i < d->esei_count; i++) {
		const struct cert_esei *e = &d->esei[i];
		print_label(i == 0 ? "esei" : "");
		printf("%s: ", e->use ? e->use : e->oid);
		print_escaped(e->url ? gw_span_of(e->url) : e->value, "");
		if (e->why) {
			printf(" (%s)", e->why);
		}
		putchar('\n');
	}
}

static void print_details(const struct cert_details *d) {
	char from[GW_TIME_TEXT], until[GW_TIME_TEXT];
	gw_time_text(d->not_before_utc_s * 1000, from);
	gw_time_text(d->not_after_utc_s * 1000, until);
	print_name("subject", &d->subject);
	print_name("issuer", &d->issuer);
	printf("%-18s %s\n%-18s %s\n%-18s %s to %s\n", "serial", d->serial, "sha256", d->digest_hex, "valid", from,
	       until);
	printf("%-18s %s %d%s%s\n", "key", d->key_type, d->key_bits, d->key_curve ? " " : "",
	       d->key_curve ? d->key_curve : "");
	print_numbers(d);
	print_qc(&d->qc);
	print_texts("key usage", &d->ku);
	print_texts("extended key usage", &d->eku);
	print_texts("policies", &d->policies);
	print_texts("ocsp", &d->aia_ocsp);
	print_texts("ca issuers", &d->aia_ca_issuers);
	print_texts("crl", &d->crldp);
	print_esei(d);
}

int cmd_cert_inspect(struct cli *c) {
	struct gw_err err = {0};
	struct cert_details details = {0};
	GW_AUTO(x509) struct x509_st *cert = NULL;
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, CERT_DETAILS_MAX);
	if (!cli_done(c, 1)) {
		return cli_usage();
	}
	enum gw_code rc = cert_load(c->argv[0], &cert, &err);
	rc = rc == GW_OK ? cert_details_read(cert, &arena, &details, &err) : rc;
	if (rc != GW_OK) {
		return cli_failed(c, &err, rc == GW_E_INPUT ? EXIT_NO : EXIT_TROUBLE);
	}
	if (c->json) {
		GW_AUTO(json) json_t *j = details_json(&details);
		cli_print_json(j);
	} else {
		print_details(&details);
	}
	return EXIT_YES;
}
