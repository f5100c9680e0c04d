/* gateway/engine/http_head.h - strict parser of HTTP/1.1 message heads (RFC 9112), one for requests,
 * one for the replies of backends. Knows no SOAP, no sockets; allocates nothing.
 *
 * Strict means: CRLF only (a bare LF or CR is malformed), no obs-fold, no white space before the colon,
 * field names and methods are tokens, field values are visible ASCII, SP, HTAB and bytes above 7F
 * (RFC 9110 5.5), exactly one SP between the parts of the request line, "HTTP/1.1" only. Targets are
 * origin-form or absolute-form with http or https (RFC 9112 3.2.2), in the characters of RFC 3986 alone;
 * %XX must be whole and never %00; nothing is decoded and dot segments stay as they are.
 * Framing fields are judged here too, because every smuggling trick lives in their ambiguity: at most one
 * Content-Length (1*19 DIGIT, no list, no sign), Transfer-Encoding only as the single word "chunked", never
 * both. */
#ifndef GW_ENGINE_HTTP_HEAD_H
#define GW_ENGINE_HTTP_HEAD_H
#include <stdint.h>

#include "base/span.h"

enum {
	HTTP_FIELDS_MAX = 64,	     /* hard ceiling of the arrays; the configured limits are lower or equal */
	HTTP_TARGET_MAX_BYTES = 2048 /* the whole request-target as received: above it 414 */
};

/* What is wrong with a head. The zero value is "need more bytes", so zeroed memory is never acceptance. */
enum http_head_status {
	HTTP_HEAD_MORE = 0,  /* incomplete and still acceptable so far */
	HTTP_HEAD_OK,	     /* complete: *head is filled, head->bytes tells its length */
	HTTP_HEAD_MALFORMED, /* 400 */
	HTTP_HEAD_FRAMING,   /* 400: a second framing field, malformed Content-Length, odd Transfer-Encoding */
	HTTP_HEAD_CODING,    /* 501: other transfer codings before a final "chunked" */
	HTTP_HEAD_METHOD,    /* 501: a well-formed method that is not in enum http_method */
	HTTP_HEAD_URI_LONG,  /* 414 */
	HTTP_HEAD_TOO_LARGE, /* 431: head over `max_bytes` or more than `max_fields` fields */
	HTTP_HEAD_VERSION,   /* 505: a well-formed version other than HTTP/1.1 (replies: nor HTTP/1.0) */
	HTTP_HEAD_HOST	     /* 400: Host missing, repeated, or malformed (RFC 9112 3.2) */
};

enum http_method {
	HTTP_METHOD_OTHER = 0, /* replies */
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_TRACE,
	HTTP_CONNECT, /* named, never accepted: its authority-form is malformed here */
	HTTP_PATCH
};

enum http_framing {
	HTTP_BODY_NONE = 0,
	HTTP_BODY_LENGTH,
	HTTP_BODY_CHUNKED,
	HTTP_BODY_TO_CLOSE /* replies only */
};

struct http_field {
	struct gw_span name, value; /* value without surrounding white space */
};

struct http_head {    /* all spans borrow from the parsed bytes */
	size_t bytes; /* length of the head, empty line included */
	enum http_method method;
	struct gw_span method_text, path, query; /* query without '?', empty if there is none */
	struct gw_span host;			 /* requests: authority of an absolute-form target, else Host */
	int status;				 /* replies: 100..599 */
	enum http_framing framing;
	uint64_t content_length; /* with HTTP_BODY_LENGTH, else 0 */
	bool keep_alive;	 /* HTTP/1.1, Connection without "close", and the body ends before the close */
	bool expect_continue;	 /* Expect: 100-continue */
	bool expect_other;	 /* any other expectation: 417 */
	size_t field_count;
	struct http_field fields[HTTP_FIELDS_MAX]; /* last: what lies above the count is never touched */
};

struct http_limits {
	size_t max_bytes;  /* of the whole head */
	size_t max_fields; /* <= HTTP_FIELDS_MAX */
};

/* Parse the request head at the start of `in`. Call again with all the bytes and more while it says MORE; the
 * same verdict results however they were cut, because the first fault in byte order is the verdict. It never
 * waits for the end of a head that is already wrong: a forbidden byte is refused when it is seen, a wrong
 * field with the end of its line. Bytes after the head are not looked at. With anything but OK head->bytes is
 * 0 and the rest holds only what was read until then.
 * Leading empty lines are refused (RFC 9112 2.2: SHOULD ignore one): no client of ours sends them. */
enum http_head_status http_request_head(struct gw_span in, const struct http_limits *limits, struct http_head *head);

/* The reply of a backend, interim ones (1xx) included. `to_head_request`: no body follows. HTTP/1.0 replies
 * are accepted (keep_alive = false; Transfer-Encoding in them is refused, RFC 9112 6.1).
 * 1xx, 204 and 304 have no body. Without Content-Length and chunked the body lasts to the close. */
enum http_head_status http_reply_head(struct gw_span in, const struct http_limits *limits, bool to_head_request,
				      struct http_head *head);

/* First field of that name (ASCII case-insensitive), NULL if absent; _count counts them. */
const struct http_field *http_field_find(const struct http_head *head, const char *name);
size_t http_field_count(const struct http_head *head, const char *name);
#endif
