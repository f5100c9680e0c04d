/* gateway/call/guard_internal.h - what the guard's own files share. Nobody else includes it.
 *
 * One check, in the order of the files: guard_check.c decides the order, guard_media.c reads Content-Type and
 * SOAPAction, guard_decl.c and guard_scan.c judge bytes, guard_sax.c judges XML and SOAP while guard_out.c
 * writes and guard_fields.c collects, guard_xsd.c validates what was written. */
#ifndef GW_CALL_GUARD_INTERNAL_H
#define GW_CALL_GUARD_INTERNAL_H
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlschemas.h>

#include "gateway/call/guard.h"
#include "gateway/call/xop.h"

#define GUARD_NS_SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define GUARD_NS_SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define GUARD_NS_XSI "http://www.w3.org/2001/XMLSchema-instance"
#define GUARD_NS_XOP "http://www.w3.org/2004/08/xop/include"

enum { GUARD_KEEP_BYTES = 65536 }; /* a buffer that has grown beyond it is given back before the next check */

struct guard_route {
	struct guard_service service;
	size_t schema; /* index; routes with the same file share one */
};

struct guard_set {
	struct guard_limits limits;
	size_t count, schema_count;
	struct guard_route *routes;
	xmlSchema **schemas;
};

struct guard {
	const struct guard_set *set;
	xmlSchemaValidCtxt **validators; /* by schema; NULL after a failure: made anew when needed */
	const xmlChar **stack;		 /* by depth: namespace in force (writing), element name (validating) */
	struct gw_buf in, out, values;
	size_t field_count;
	struct guard_field fields[GUARD_FIELDS_MAX];
};

enum guard_place {
	GUARD_AT_START = 0,
	GUARD_IN_ENVELOPE, /* before Header or Body */
	GUARD_IN_HEADER,
	GUARD_AFTER_HEADER,
	GUARD_IN_BODY, /* nothing seen yet */
	GUARD_IN_PAYLOAD,
	GUARD_AFTER_PAYLOAD,
	GUARD_AFTER_BODY
};

/* The state of one check. */
struct guard_walk {
	struct guard *g;
	const struct guard_service *service;
	struct guard_out *out;
	enum guard_soap expected; /* by the media type */
	xmlParserCtxt *ctxt;
	enum guard_place place;
	size_t depth, text_bytes;
	bool stopped;		       /* by us: what the parser says afterwards means nothing */
	int error_code, error_line;    /* the first that makes the document not well-formed */
	enum guard_field_kind capture; /* the watched leaf that is open, or 0 */
	size_t capture_depth, capture_from;
};

/* What Content-Type, the XOP root and the charset say. Spans borrow from the request and from `type`. */
struct guard_media {
	struct gw_span content;			/* the envelope's bytes */
	struct gw_span charset;			/* p == NULL: absent */
	struct gw_span type_action, xop_action; /* `action` of Content-Type, of the root's own type */
	enum guard_soap soap;
	char type[XOP_TYPE_MAX_BYTES];
};

/* What the bytes before the root element say. */
struct guard_decl {
	size_t skip; /* byte order mark */
	size_t end;  /* offset behind the XML declaration */
	bool ascii;  /* declared, or by charset: bytes above 7F contradict it */
};

/* guard_verdict.c: record the first refusal; the text is cut at a whole character. Returns false. */
bool guard_refuse(struct guard_out *out, enum guard_verdict v, const char *fmt, ...) GW_PRINTF(3, 4);
/* A text that snprintf has cut: drop its last character if that is not ASCII, for it may be incomplete. */
void guard_cut_whole(char *text, size_t size);
/* An element name for `detail`; one with more than six digits could be an identifier and becomes "?". */
const char *guard_shown(const char *name);
size_t guard_line(struct gw_span body, size_t offset); /* 1-based line of an offset */

/* Each of these returns false after a refusal. */
bool guard_media_read(const struct guard_in *in, struct guard_media *m, struct guard_out *out);
bool guard_action_check(const struct guard_in *in, const struct guard_media *m, const char *expected,
			struct guard_out *out);
bool guard_decl_read(const struct guard_media *m, struct guard_decl *d, struct guard_out *out);
bool guard_scan(struct gw_span body, const struct guard_decl *d, const struct guard_limits *limits,
		struct guard_out *out);
bool guard_parse(struct guard_walk *w, struct gw_span body); /* copies the body: libxml2 wants a NUL behind it */
bool guard_xsd_check(struct guard *g, size_t schema, struct guard_out *out);

/* Is the route's element a global one of its schema? GW_E_CONFIG if not; uses g's payload buffer. */
GW_NODISCARD enum gw_code guard_element_declared(struct guard *g, const struct guard_route *route, struct gw_err *err);

/* guard_parser.c: a parser of `text`, which it borrows; NULL when out of memory. xmlFreeParserCtxt. */
xmlParserCtxt *guard_parser_new(const char *text, const xmlSAXHandler *handlers, void *data, int options);

/* guard_memory.c */
void guard_memory_init(void); /* once a process, before other threads use libxml2 */
void guard_memory_start(void);
bool guard_memory_failed(void); /* since guard_memory_start, on this thread */

/* guard_set.c */
GW_NODISCARD enum gw_code guard_schema_load(const char *path, xmlSchema **out, struct gw_err *err);

/* libxml2's SAX2 gives five pointers an attribute. */
enum { ATTR_NAME, ATTR_PREFIX, ATTR_URI, ATTR_VALUE, ATTR_END, ATTR_STEP };

/* guard_out.c */
struct guard_tag {
	const xmlChar *name, *uri, *const *attributes;
	size_t attribute_count;
};
void guard_out_start(struct guard_walk *w, const struct guard_tag *tag);
void guard_out_end(struct guard_walk *w, const xmlChar *name);
void guard_out_text(struct guard_walk *w, const char *p, size_t n);
bool guard_out_code(struct guard_walk *w, enum gw_code rc); /* a buffer's failure becomes the verdict */

/* guard_fields.c */
void guard_fields_start(struct guard_walk *w, const xmlChar *name);
void guard_fields_text(struct guard_walk *w, const char *p, size_t n);
void guard_fields_end(struct guard_walk *w);
void guard_fields_lend(struct guard *g, struct guard_out *out);

GW_DEFINE_AUTO(parser, xmlParserCtxt *, xmlFreeParserCtxt)

static inline bool guard_name_is(const xmlChar *s, const char *text) {
	return s && strcmp((const char *)s, text) == 0;
}
static inline bool guard_is_space(char c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r'; /* XML 1.0 [3] S */
}
#endif
