/* gateway/engine/http_body.h - decoder of an HTTP/1.1 message body: Content-Length, chunked (RFC 9112 7.1),
 * to the close.
 *
 * Incremental: feed bytes, get spans of body bytes back that borrow from the input; no copy, no allocation.
 * Strict: chunk sizes are 1..15 hex digits, CRLF only; chunk extensions and trailer fields are refused
 * (nobody needs them; both carry smuggling tricks). */
#ifndef GW_ENGINE_HTTP_BODY_H
#define GW_ENGINE_HTTP_BODY_H
#include "gateway/engine/http_head.h"

enum http_body_status {
	HTTP_BODY_MALFORMED = 0, /* zeroed memory is never acceptance; sticky; *in stays at the wrong byte */
	HTTP_BODY_MORE,		 /* everything offered was used, more is needed */
	HTTP_BODY_DATA,		 /* *data lends bytes (never none); call again with the rest of the input */
	HTTP_BODY_END		 /* the message is complete; unused input belongs to what follows; sticky */
};

struct http_body {
	enum http_framing framing;
	int state;	/* private */
	uint64_t left;	/* bytes left in the body (LENGTH) or in the current chunk; no meaning otherwise */
	uint64_t total; /* body bytes delivered so far */
	int digits;	/* private */
};

void http_body_init(struct http_body *b, enum http_framing framing, uint64_t content_length);

/* Use the front of *in and advance it past what was used. With HTTP_BODY_DATA *data lends decoded bytes from
 * *in (valid as long as the input is), otherwise it is empty. An empty *in gives MORE (or END for a body that
 * is complete already). */
enum http_body_status http_body_feed(struct http_body *b, struct gw_span *in, struct gw_span *data);

/* The peer closed: is the message complete? (TO_CLOSE: yes; others only when the last byte was used.) */
bool http_body_at_close(const struct http_body *b);
#endif
