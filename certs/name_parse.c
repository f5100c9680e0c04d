#include "certs/name_parse.h"

#include <openssl/err.h>

#include "base/span.h"
#include "base/text.h"

enum { PART_BYTES = 1024 };

/* One "type=value", unescaped. */
struct part {
	char type[128], value[PART_BYTES];
	size_t n;
	bool encoded; /* "#" and the hex of its DER */
	bool joined;  /* behind a plus: of the same set as the one before */
};

struct text {
	const char *at;
	bool slashes;
};

/* ---- the text ---- */

static void skip_blanks(struct text *t) {
	t->at += strspn(t->at, " \t");
}

static bool ends_value(const struct text *t) {
	return *t->at == '\0' || *t->at == '+' || (t->slashes ? *t->at == '/' : *t->at == ',' || *t->at == ';');
}

static bool read_type(struct text *t, struct part *out) {
	skip_blanks(t);
	size_t n = strcspn(t->at, "=");
	bool found = t->at[n] == '=';
	const char *type = t->at, *oid = "OID.";
	t->at += n + found;
	while (n > 0 && type[n - 1] == ' ') {
		n--;
	}
	if (n > 4 && strncasecmp(type, oid, 4) == 0) {
		type += 4;
		n -= 4;
	}
	return found && n > 0 && gw_copy(out->type, sizeof(out->type), type, n);
}

/* RFC 4514 2.4: a backslash before the character, or before its two hex digits. */
static bool read_escape(struct text *t, char *out) {
	uint8_t byte;
	t->at++;
	if (t->at[0] && t->at[1] && gw_unhex(t->at, 2, &byte, 1)) {
		*out = (char)byte;
		t->at += 2;
		return true;
	}
	*out = *t->at;
	return *t->at++ != '\0';
}

static bool read_value(struct text *t, struct part *out) {
	bool quoted = false, ok = true;
	size_t kept = 0; /* up to the last character that is no blank of its end */
	skip_blanks(t);
	out->encoded = *t->at == '#';
	t->at += out->encoded;
	for (out->n = 0; ok && *t->at && (quoted || !ends_value(t));) {
		if (*t->at == '"') {
			quoted = !quoted;
			t->at++;
			continue;
		}
		bool escaped = *t->at == '\\', blank = *t->at == ' ';
		ok = out->n < sizeof(out->value) && (!escaped || read_escape(t, &out->value[out->n]));
		if (ok && !escaped) {
			out->value[out->n] = *t->at++;
		}
		out->n++;
		kept = blank && !quoted ? kept : out->n;
	}
	out->n = kept;
	return ok && !quoted && kept > 0;
}

static bool read_part(struct text *t, struct part *out) {
	out->joined = false;
	if (*t->at == '+' || *t->at == ',' || *t->at == ';' || *t->at == '/') {
		out->joined = *t->at++ == '+';
	}
	return read_type(t, out) && read_value(t, out);
}

/* ---- the name ---- */

/* What is written otherwise than OpenSSL's short or long name, upper or lower case. */
static ASN1_OBJECT *object_of(const char *type) {
	static const struct {
		const char *written, *meant;
	} aliases[] = {{"CN", "CN"},
		       {"O", "O"},
		       {"OU", "OU"},
		       {"C", "C"},
		       {"L", "L"},
		       {"ST", "ST"},
		       {"S", "ST"},
		       {"STREET", "street"},
		       {"DC", "DC"},
		       {"UID", "UID"},
		       {"SN", "SN"},
		       {"GN", "GN"},
		       {"G", "GN"},
		       {"T", "title"},
		       {"E", "emailAddress"},
		       {"EMAIL", "emailAddress"},
		       {"EMAILADDRESS", "emailAddress"},
		       {"SERIALNUMBER", "serialNumber"},
		       {"ORGANIZATIONIDENTIFIER", "organizationIdentifier"}};
	for (size_t i = 0; i < GW_COUNT(aliases); i++) {
		if (strcasecmp(type, aliases[i].written) == 0) {
			return OBJ_txt2obj(aliases[i].meant, 0);
		}
	}
	return OBJ_txt2obj(type, 0);
}

static bool add_encoded(X509_NAME *name, const ASN1_OBJECT *o, const struct part *p) {
	uint8_t der[PART_BYTES / 2];
	const unsigned char *at = der;
	if (p->n % 2 != 0 || !gw_unhex(p->value, p->n, der, p->n / 2)) {
		return false;
	}
	ASN1_TYPE *t = d2i_ASN1_TYPE(NULL, &at, (long)(p->n / 2));
	const ASN1_STRING *s = t && t->type != V_ASN1_BOOLEAN && t->type != V_ASN1_OBJECT ? t->value.asn1_string : NULL;
	bool ok = s && X509_NAME_add_entry_by_OBJ(name, o, ASN1_STRING_type(s), ASN1_STRING_get0_data(s),
						  ASN1_STRING_length(s), -1, p->joined ? -1 : 0) == 1;
	ASN1_TYPE_free(t);
	return ok;
}

static bool add_part(X509_NAME *name, const struct part *p) {
	ASN1_OBJECT *o = object_of(p->type);
	bool ok = o && (p->encoded ? add_encoded(name, o, p)
				   : X509_NAME_add_entry_by_OBJ(name, o, MBSTRING_UTF8, (const uint8_t *)p->value,
								(int)p->n, -1, p->joined ? -1 : 0) == 1);
	ASN1_OBJECT_free(o);
	return ok;
}

static bool read_name(const char *text, X509_NAME *out) {
	struct text t = {.at = text};
	struct part p = {0};
	skip_blanks(&t);
	t.slashes = *t.at == '/';
	bool ok = *t.at != '\0';
	while (ok && *t.at) {
		ok = read_part(&t, &p) && add_part(out, &p);
	}
	return ok;
}

static bool turn_round(const X509_NAME *name, X509_NAME *out) {
	bool ok = true;
	int last_set = -1;
	for (int i = X509_NAME_entry_count(name) - 1; ok && i >= 0; i--) {
		const X509_NAME_ENTRY *e = X509_NAME_get_entry(name, i);
		bool joined = X509_NAME_ENTRY_set(e) == last_set;
		last_set = X509_NAME_ENTRY_set(e);
		ok = X509_NAME_add_entry(out, e, -1, joined ? -1 : 0) == 1;
	}
	return ok;
}

enum gw_code cert_name_parse(const char *text, struct cert_name_parsed *out, struct gw_err *err) {
	*out = (struct cert_name_parsed){X509_NAME_new(), X509_NAME_new()};
	bool memory = out->forth && out->back;
	bool ok = memory && read_name(text, out->forth) && turn_round(out->forth, out->back);
	ok = ok && i2d_X509_NAME(out->forth, NULL) > 0 && i2d_X509_NAME(out->back, NULL) > 0; /* now: else by readers */
	ERR_clear_error();
	if (!ok) {
		cert_name_release(out);
		return gw_fail(err, memory ? GW_E_INPUT : GW_E_NOMEM, "'%.160s' is no distinguished name", text);
	}
	return GW_OK;
}

void cert_name_release(struct cert_name_parsed *n) {
	X509_NAME_free(n->forth);
	X509_NAME_free(n->back);
	*n = (struct cert_name_parsed){0};
}

bool cert_name_matches(const struct cert_name_parsed *n, const X509_NAME *name) {
	return X509_NAME_cmp(n->forth, name) == 0 || X509_NAME_cmp(n->back, name) == 0;
}
