/* gateway/call/guard.h - the XML guard: judges one SOAP request and re-serialises what may pass.
 *
 * Nothing of the caller's bytes is ever forwarded: the guard parses, checks, and writes the payload anew, with its own
 * prefixes and without comments, headers, and whatever a backend might read differently. What has been
 * validated against the XSD is exactly what is forwarded. docs/GUARD.md lists the rules and the XSD subset.
 *
 * Threads: `struct guard_set` is immutable after load and shared; a `struct guard` belongs to one thread. The first
 * guard_set_load initialises libxml2 for the process: before other threads use it. */
#ifndef GW_CALL_GUARD_H
#define GW_CALL_GUARD_H
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* The zero value is no acceptance. Codes are mapped to faults by gateway/call; each has its own stable code. */
enum guard_verdict {
	GUARD_UNDECIDED = 0,
	GUARD_OK,
	GUARD_NOT_WELL_FORMED,
	GUARD_NOT_NS_WELL_FORMED, /* unbound prefix, attribute twice by namespace, namespace name that is no URI */
	GUARD_ENCODING,		  /* declared or actual encoding other than UTF-8 (US-ASCII is UTF-8) */
	GUARD_UTF16,		  /* UTF-16 or UTF-32, by BOM, by bytes or by charset parameter */
	GUARD_DTD,
	GUARD_PI,
	GUARD_DEPTH,
	GUARD_ELEMENTS,	  /* too many in all, or more than GUARD_FIELDS_MAX watched ones */
	GUARD_ATTRIBUTES, /* too many in one element or in all */
	GUARD_NAMESPACES, /* too many declarations in one element or in all */
	GUARD_TOO_LONG,	  /* a name, an attribute value, a text or the payload over its limit */
	GUARD_NOT_SOAP,	  /* root is not an Envelope in either SOAP namespace */
	GUARD_VERSION,	  /* Envelope of the other SOAP version than the media type's, or of an unknown one */
	GUARD_ENVELOPE,	  /* something else than [Header] Body in the Envelope, in that order */
	GUARD_NO_BODY,
	GUARD_BODY_EMPTY,
	GUARD_BODY_MANY,     /* more than one child, or text beside it */
	GUARD_WRONG_ELEMENT, /* the payload is not the route's element */
	GUARD_MUST_UNDERSTAND,
	GUARD_ACTION_MISSING, /* SOAP 1.1 without SOAPAction header */
	GUARD_ACTION,	      /* unquoted, empty or unequal SOAPAction; 1.2 `action` present and unequal */
	GUARD_INVALID,	      /* not valid against the XSD; `detail` names element and rule, never the value */
	GUARD_MEDIA_TYPE,     /* Content-Type missing, malformed or of no SOAP binding: 415 */
	GUARD_MIME,	      /* multipart/related malformed, root part missing or of a wrong type */
	GUARD_XOP,	      /* xop:Include in the payload, or a part besides the root */
	GUARD_NOMEM
};

enum guard_soap { GUARD_SOAP_UNKNOWN = 0, GUARD_SOAP11, GUARD_SOAP12 };

struct guard_limits { /* all mandatory: zero allows nothing */
	size_t depth, elements, attributes_per_element, attributes, namespaces_per_element, namespaces;
	size_t name_bytes, text_bytes; /* one name; one text or attribute value */
	size_t out_bytes;	       /* re-serialised payload */
};				       /* behind them stand libxml2's own: depth 256, name 50 000, text 10 MB */
extern const struct guard_limits guard_default_limits;

/* One service: what may pass here. Strings borrowed for the life of the guard_set. */
struct guard_service {
	const char *xsd_path; /* schema file, imports beside it */
	const char *ns, *element;
	const char *soap_action;
	bool documents; /* a text may be as long as the payload: it holds a file in base64 */
};

/* A watched leaf: the business rules (vash/) and the audit trail need these values. */
enum guard_field_kind {
	GUARD_FIELD_EMSO = 1,
	GUARD_FIELD_MATICNA,
	GUARD_FIELD_DAVCNA,
	GUARD_FIELD_NAMEN,
	GUARD_FIELD_STAVBA /* counted, no value */
};
enum { GUARD_FIELDS_MAX = 1200 };
struct guard_field {
	enum guard_field_kind kind;
	struct gw_span value; /* white space collapsed; borrowed from the guard until the next guard_check */
};

struct guard_in {
	const struct guard_service *service; /* NULL, or the one that service_index means: else GUARD_UNDECIDED */
	size_t service_index;		     /* of the guard_set */
	struct gw_span content_type;	     /* header value */
	struct gw_span soap_action;	     /* header value as received; p == NULL: absent */
	struct gw_span body;
};

struct guard_out { /* spans borrowed from the guard until the next guard_check */
	enum guard_verdict verdict;
	enum guard_soap soap; /* known as early as possible, so that the fault is written in the caller's version; from
				 the media type when the body tells nothing */
	bool xop;	      /* the caller sent multipart/related with an XOP root */
	struct gw_span payload; /* the Body child, re-serialised, self-contained, UTF-8; empty unless GUARD_OK */
	size_t insert_at;	/* offset just after the start tag of the payload's root (never an empty-element tag);
				   the default namespace there is the service's */
	const struct guard_field *fields; /* none unless GUARD_OK */
	size_t field_count;
	char detail[200]; /* element path and rule for people; never a value of the caller */
};

/* Schemas of all services, compiled once. GW_E_CONFIG: a schema is missing, does not compile without a
 * warning, or does not declare its service's element. */
struct guard_set;
GW_NODISCARD enum gw_code guard_set_load(const struct guard_service *services, size_t count,
					 const struct guard_limits *limits, struct guard_set **out, struct gw_err *err);
void guard_set_free(struct guard_set *set); /* NULL is allowed */

struct guard;
GW_NODISCARD enum gw_code guard_new(const struct guard_set *set, struct guard **out, struct gw_err *err);
void guard_free(struct guard *g);

/* Judge one request. Never fails: out->verdict says it all. */
void guard_check(struct guard *g, const struct guard_in *in, struct guard_out *out);

const char *guard_verdict_name(enum guard_verdict v); /* "xml_depth", ...; static */
#endif
