/* certs/details.h - all that a certificate says about itself: the one reader, of which `cert inspect` shows all and the
 * facts of a call (certs/facts.h) are a part. One pass; nothing is judged, nothing fetched.
 *
 * Texts are UTF-8, lie in the arena and are as long as the certificate made them: a NUL or a control character within
 * does not end them. What is no text of its type becomes "#" and the hex of its encoding (RFC 4514 2.4). */
#ifndef GW_CERTS_DETAILS_H
#define GW_CERTS_DETAILS_H
#include "certs/facts.h"
#include "certs/qc.h"

/* What is read of names beyond their texts. */
#define CERT_OID_ORG_TAX_HALCOM "1.3.6.1.4.1.5939.2.3"
#define CERT_OID_ORG_IDENTIFIER "2.5.4.97"
#define CERT_OID_SERIAL_NUMBER "2.5.4.5"

enum {
	CERT_DETAILS_MAX = 8388608, /* bytes: an arena of this size holds the details of any file of CERT_FILE_MAX
				       (certs/load.h) */
	CERT_EXTENSIONS_MAX = 256
};

struct cert_ava {
	const char *oid, *name; /* the name is OpenSSL's short one ("CN"), the OID where it has none */
	struct gw_span value;
	bool encoded; /* `value` is "#" and hex */
};
struct cert_rdn { /* of several AVAs where it is multi-valued */
	struct cert_ava *ava;
	size_t n;
};
struct cert_name { /* in the certificate's order */
	struct cert_rdn *rdn;
	size_t n;
};

struct cert_texts {
	struct gw_span *at;
	size_t n;
};

bool cert_texts_have(const struct cert_texts *list, const char *text);

/* ETSI EN 319 412-1 5.1.3: PAS, IDC, PNO, TAX, TIN, or two characters and a colon; the number as written behind the
 * hyphen. */
struct cert_identifier {
	char type[4], country[3];
	struct gw_span number;
};

/* An extension under 1.3.6.1.4.1.58536. */
struct cert_esei {
	const char *oid;
	const char *use;      /* "obtain-person", …; NULL: unknown */
	struct gw_span value; /* as written */
	const char *url;      /* decoded; NULL where it is no https address of the one service that may be asked */
	const char *why;      /* why there is none, in English; NULL where there is one, or where none belongs */
};

struct cert_details {
	uint8_t digest[CERT_DIGEST_BYTES]; /* SHA-256 over the DER */
	char digest_hex[CERT_DIGEST_HEX];
	const char *serial; /* hex, "-" before it where it is negative */
	int64_t not_before_utc_s, not_after_utc_s;
	struct cert_name issuer, subject;
	enum cert_key key;
	const char *key_type;		 /* "RSA", "EC", else the name or OID of its algorithm */
	int key_bits;			 /* 0: OpenSSL cannot read it */
	const char *key_curve;		 /* NULL: none, or one without a name */
	struct cert_texts ku;		 /* "digitalSignature", … (RFC 5280 4.2.1.3); none: the extension is absent */
	struct cert_texts eku, policies; /* OIDs */
	struct cert_qc qc;
	/* digits alone; NULL: absent, or not of that form. A number without its prefix is never taken for one. Where
	 * SIGEN-CA and SIGOV-CA put the number of a business is not published and has not been seen: no further form is
	 * guessed. */
	const char *org_tax_number;	     /* 1.3.6.1.4.1.5939.2.3, else VATSI- in 2.5.4.97 */
	const char *org_registration_number; /* NTRSI- in 2.5.4.97 */
	const char *person_tax_number;	     /* TINSI- in 2.5.4.5 */
	struct gw_span issuer_identifier;    /* 2.5.4.97 of the issuer's name, a VAT… before any other; empty: none.
						Not proven by itself */
	struct cert_identifier *identifier;  /* of the person, in 2.5.4.5 of the subject */
	size_t identifier_count;
	struct cert_esei *esei;
	size_t esei_count;
	struct cert_texts aia_ocsp, aia_ca_issuers; /* URIs */
	struct cert_texts crldp;		    /* every URI of every point, in order; also ldap: */
};

/* GW_E_INPUT: malformed, `err` says what; GW_E_NOMEM: also when the arena is too small. *out then says nothing. */
GW_NODISCARD enum gw_code cert_details_read(struct x509_st *cert, struct gw_arena *arena, struct cert_details *out,
					    struct gw_err *err);
#endif
