#include "certs/names.h"

#include <openssl/objects.h>

#include "certs/asn1.h"

static enum gw_code read_ava(const X509_NAME_ENTRY *entry, struct gw_arena *arena, struct cert_ava *out,
			     struct gw_err *err) {
	const ASN1_OBJECT *o = X509_NAME_ENTRY_get_object(entry);
	int nid = OBJ_obj2nid(o);
	enum gw_code rc = cert_oid_text(o, arena, &out->oid, err);
	out->name = nid == NID_undef ? out->oid : gw_arena_text(arena, OBJ_nid2sn(nid));
	out->value = cert_string_text(X509_NAME_ENTRY_get_data(entry), arena, &out->encoded);
	return rc;
}

enum gw_code cert_name_read(const X509_NAME *name, struct gw_arena *arena, struct cert_name *out, struct gw_err *err) {
	int count = X509_NAME_entry_count(name), set = -1;
	*out = (struct cert_name){gw_arena_array(arena, (size_t)count, sizeof(struct cert_rdn)), 0};
	struct cert_ava *ava = gw_arena_array(arena, (size_t)count, sizeof(struct cert_ava));
	if (!out->rdn || !ava) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = GW_OK;
	for (int i = 0; i < count && rc == GW_OK; i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		if (X509_NAME_ENTRY_set(entry) != set) {
			set = X509_NAME_ENTRY_set(entry);
			out->rdn[out->n++] = (struct cert_rdn){&ava[i], 0};
		}
		out->rdn[out->n - 1].n++;
		rc = read_ava(entry, arena, &ava[i], err);
	}
	return rc;
}

static bool all_of(struct gw_span s, bool (*good)(char c)) {
	for (size_t i = 0; i < s.n; i++) {
		if (!good(s.p[i])) {
			return false;
		}
	}
	return true;
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_digit_or_capital(char c) {
	return is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool is_capital(char c) {
	return c >= 'A' && c <= 'Z';
}

static bool is_tax_number(struct gw_span s) {
	return s.n == 8 && all_of(s, is_digit);
}

/* Seven digits, or ten characters: a unit's suffix may begin with a letter. */
static bool is_registration_number(struct gw_span s) {
	return (s.n == 7 || s.n == 10) && all_of((struct gw_span){s.p, 7}, is_digit) && all_of(s, is_digit_or_capital);
}

static bool is_something(struct gw_span s) {
	return s.n > 0 && !memchr(s.p, 0, s.n);
}

/* The first text in an attribute of that type that is `prefix` and something of that form; NULL: none. */
static const struct gw_span *value(const struct cert_name *name, const char *oid, const char *prefix,
				   bool (*good)(struct gw_span s)) {
	size_t skip = strlen(prefix);
	for (size_t i = 0; i < name->n; i++) {
		for (size_t k = 0; k < name->rdn[i].n; k++) {
			const struct cert_ava *ava = &name->rdn[i].ava[k];
			struct gw_span v = ava->value;
			if (!ava->encoded && strcmp(ava->oid, oid) == 0 && v.n >= skip &&
			    memcmp(v.p, prefix, skip) == 0 && good((struct gw_span){v.p + skip, v.n - skip})) {
				return &ava->value;
			}
		}
	}
	return NULL;
}

static const char *number(const struct cert_name *name, struct gw_arena *arena, const char *oid, const char *prefix,
			  bool (*good)(struct gw_span s)) {
	size_t skip = strlen(prefix);
	const struct gw_span *v = value(name, oid, prefix, good);
	return v ? gw_arena_span(arena, (struct gw_span){v->p + skip, v->n - skip}) : NULL;
}

/* One of the five, or a scheme of the country's own: two characters and a colon. */
static bool is_person_type(const char *p) {
	static const char types[][4] = {"PAS", "IDC", "PNO", "TAX", "TIN"};
	for (size_t i = 0; i < GW_COUNT(types); i++) {
		if (memcmp(p, types[i], 3) == 0) {
			return true;
		}
	}
	return is_digit_or_capital(p[0]) && is_digit_or_capital(p[1]) && p[2] == ':';
}

static void add_identifier(const struct cert_ava *ava, struct cert_details *out) {
	struct gw_span v = ava->value;
	bool fits = !ava->encoded && strcmp(ava->oid, CERT_OID_SERIAL_NUMBER) == 0 && v.n > 6 && is_person_type(v.p) &&
		    is_capital(v.p[3]) && is_capital(v.p[4]) && v.p[5] == '-';
	if (fits) {
		struct cert_identifier *id = &out->identifier[out->identifier_count++];
		*id = (struct cert_identifier){.number = {v.p + 6, v.n - 6}};
		memcpy(id->type, v.p, 3);
		memcpy(id->country, v.p + 3, 2);
	}
}

static void read_identifiers(struct gw_arena *arena, struct cert_details *out) {
	size_t count = 0;
	for (size_t i = 0; i < out->subject.n; i++) {
		count += out->subject.rdn[i].n;
	}
	out->identifier = gw_arena_array(arena, count, sizeof(*out->identifier));
	for (size_t i = 0; out->identifier && i < out->subject.n; i++) {
		for (size_t k = 0; k < out->subject.rdn[i].n; k++) {
			add_identifier(&out->subject.rdn[i].ava[k], out);
		}
	}
}

void cert_numbers_read(struct gw_arena *arena, struct cert_details *out) {
	const struct cert_name *s = &out->subject;
	const char *tax = number(s, arena, CERT_OID_ORG_TAX_HALCOM, "", is_tax_number);
	out->org_tax_number = tax ? tax : number(s, arena, CERT_OID_ORG_IDENTIFIER, "VATSI-", is_tax_number);
	out->org_registration_number = number(s, arena, CERT_OID_ORG_IDENTIFIER, "NTRSI-", is_registration_number);
	out->person_tax_number = number(s, arena, CERT_OID_SERIAL_NUMBER, "TINSI-", is_tax_number);
	read_identifiers(arena, out);
	const struct gw_span *vat = value(&out->issuer, CERT_OID_ORG_IDENTIFIER, "VAT", is_something);
	const struct gw_span *any = vat ? vat : value(&out->issuer, CERT_OID_ORG_IDENTIFIER, "", is_something);
	out->issuer_identifier = any ? *any : (struct gw_span){"", 0};
}
