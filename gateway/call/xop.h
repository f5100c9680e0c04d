/* gateway/call/xop.h - the root part of an XOP package (multipart/related).
 *
 * Strict and bounded, allocates nothing: every span borrows from the arguments. One part only: the
 * requests that pass here carry no binary data, so a second part is something that nobody asked for. */
#ifndef GW_CALL_XOP_H
#define GW_CALL_XOP_H
#include "base/span.h"

enum {
	XOP_PREAMBLE_MAX_BYTES = 1024, /* also of the epilogue; both are skipped (RFC 2046 5.1.1) */
	XOP_HEAD_MAX_BYTES = 2048,     /* part head with its empty line */
	XOP_HEAD_MAX_FIELDS = 8,
	XOP_BOUNDARY_MAX = 70, /* RFC 2046 5.1.1 */
	XOP_TYPE_MAX_BYTES = 512
};

enum xop_status {
	XOP_UNDECIDED = 0,
	XOP_OK,
	XOP_MALFORMED, /* MIME syntax, root missing, of a wrong type or in a transfer encoding that encodes */
	XOP_MORE_PARTS /* a part besides the root */
};

struct xop_root {
	struct gw_span content;	       /* the root part's bytes */
	struct gw_span charset;	       /* of the root part's Content-Type; p == NULL: absent */
	char type[XOP_TYPE_MAX_BYTES]; /* media type of the envelope with its parameters, quoting removed */
	const char *why;	       /* static text for people when the status is not XOP_OK */
};

/* Find the root part of `body`, sent under `content_type` (multipart/related, RFC 2387; XOP section 4.1).
 * The envelope's type stands in the root's `type` parameter, else in `start-info`; both must agree. */
enum xop_status xop_read(struct gw_span content_type, struct gw_span body, struct xop_root *out);
#endif
