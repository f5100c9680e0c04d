/* samples/sim/http_read.h - one HTTP request off a TLS connection, strictly.
 *
 * The simulator looks at framing on its own, before gSOAP does: whatever a gateway lets through twice
 * (Content-Length and chunked, two lengths, folded lines, bytes behind the request) is found here. */
#ifndef GW_SAMPLES_SIM_HTTP_READ_H
#define GW_SAMPLES_SIM_HTTP_READ_H
#include "base/buf.h"
#include "samples/sim/wire.h"

enum { REQUEST_HEAD_MAX = 64 * 1024, REQUEST_MAX = 64 * 1024 * 1024, REQUEST_HEADERS_MAX = 100 };

struct sim_header {
	struct gw_span name, value; /* both in the head's bytes */
};

struct sim_request {
	char method[16];
	char path[512];	    /* without query */
	struct gw_span raw; /* head and body as received, borrowed from the connection's buffer */
	size_t head_len;
	struct sim_header headers[REQUEST_HEADERS_MAX];
	size_t header_count;
	struct gw_buf body;	   /* decoded; owned */
	const char *framing_fault; /* NULL: exactly one framing, well formed */
};

enum request_result { REQUEST_GONE = 0, REQUEST_WHOLE, REQUEST_UNREADABLE };

/* Read one request. `in` keeps the connection's bytes: the caller drops req->raw.n of them afterwards.
 * REQUEST_UNREADABLE: its end cannot be told; req->framing_fault says why and the connection must end. */
enum request_result request_read(struct wire *w, struct gw_buf *in, struct sim_request *req);
void request_release(struct sim_request *req);

/* Request line and header lines of `head` (with its empty line); *fault: the first thing wrong, or untouched.
 */
void request_parse_head(struct sim_request *req, struct gw_span head, const char **fault);

/* The first header of that name; .p is NULL if there is none. */
struct gw_span request_header(const struct sim_request *req, const char *name);
size_t request_header_count(const struct sim_request *req, const char *name);
#endif
