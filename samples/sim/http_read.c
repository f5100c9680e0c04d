#include "samples/sim/http_read.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"

static void fault_set(const char **fault, const char *text) {
	if (!*fault) {
		*fault = text;
	}
}

struct gw_span request_header(const struct sim_request *req, const char *name) {
	for (size_t i = 0; i < req->header_count; i++) {
		if (gw_span_is_nocase(req->headers[i].name, name)) {
			return req->headers[i].value;
		}
	}
	return (struct gw_span){NULL, 0};
}

size_t request_header_count(const struct sim_request *req, const char *name) {
	size_t n = 0;
	for (size_t i = 0; i < req->header_count; i++) {
		n += gw_span_is_nocase(req->headers[i].name, name);
	}
	return n;
}

static void parse_request_line(struct sim_request *req, struct gw_span line, const char **fault) {
	const char *sp1 = memchr(line.p, ' ', line.n);
	const char *sp2 = sp1 ? memchr(sp1 + 1, ' ', (size_t)(line.p + line.n - sp1 - 1)) : NULL;
	if (!sp2 || !gw_span_is((struct gw_span){sp2 + 1, (size_t)(line.p + line.n - sp2 - 1)}, "HTTP/1.1")) {
		fault_set(fault, "request line is not 'METHOD target HTTP/1.1'");
		return;
	}
	const char *query = memchr(sp1, '?', (size_t)(sp2 - sp1));
	const char *end = query ? query : sp2;
	if (!gw_copy(req->method, sizeof(req->method), line.p, (size_t)(sp1 - line.p)) ||
	    !gw_copy(req->path, sizeof(req->path), sp1 + 1, (size_t)(end - sp1 - 1))) {
		fault_set(fault, "method or target too long");
	}
}

static bool is_token(struct gw_span name) {
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (!isalnum(c) && !strchr("!#$%&'*+-.^_`|~", c)) {
			return false;
		}
	}
	return name.n > 0;
}

static void parse_header(struct sim_request *req, struct gw_span line, const char **fault) {
	const char *colon = memchr(line.p, ':', line.n);
	struct gw_span name = {line.p, colon ? (size_t)(colon - line.p) : line.n};
	if (line.p[0] == ' ' || line.p[0] == '\t') {
		fault_set(fault, "folded header line");
		return;
	}
	if (!colon || !is_token(name)) {
		fault_set(fault, "header line without a proper name");
		return;
	}
	struct gw_span value = {colon + 1, line.n - name.n - 1};
	while (value.n > 0 && (value.p[0] == ' ' || value.p[0] == '\t')) {
		value.p++;
		value.n--;
	}
	while (value.n > 0 && (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t')) {
		value.n--;
	}
	if (memchr(value.p, '\r', value.n) || memchr(value.p, '\n', value.n) || memchr(value.p, '\0', value.n)) {
		fault_set(fault, "CR, LF or NUL inside a header");
	}
	if (req->header_count == REQUEST_HEADERS_MAX) {
		fault_set(fault, "too many headers");
		return;
	}
	req->headers[req->header_count++] = (struct sim_header){name, value};
}

void request_parse_head(struct sim_request *req, struct gw_span head, const char **fault) {
	const char *p = head.p, *end = head.p + head.n;
	for (bool first = true; p < end; first = false) {
		const char *eol = memmem(p, (size_t)(end - p), "\r\n", 2);
		if (!eol || eol == p) {
			break;
		}
		struct gw_span line = {p, (size_t)(eol - p)};
		if (first) {
			parse_request_line(req, line, fault);
		} else {
			parse_header(req, line, fault);
		}
		p = eol + 2;
	}
}

/* Read until the head is whole. Position behind its empty line, or 0. */
static size_t read_head(struct wire *w, struct gw_buf *in) {
	for (;;) {
		const char *end = in->len > 0 ? memmem(in->data, in->len, "\r\n\r\n", 4) : NULL;
		if (end) {
			return (size_t)(end - in->data) + 4;
		}
		if (in->len > REQUEST_HEAD_MAX || !wire_read_more(w, in)) {
			return 0;
		}
	}
}

static bool need(struct wire *w, struct gw_buf *in, size_t upto) {
	while (in->len < upto) {
		if (!wire_read_more(w, in)) {
			return false;
		}
	}
	return true;
}

/* One line of the chunked coding at *at, without CRLF; false at the end of the connection or an endless line.
 */
static bool chunk_line(struct wire *w, struct gw_buf *in, size_t *at, struct gw_span *line) {
	const char *eol = NULL;
	while (!(eol = in->len > *at ? memmem(in->data + *at, in->len - *at, "\r\n", 2) : NULL)) {
		if (in->len - *at > 1024 || !wire_read_more(w, in)) {
			return false;
		}
	}
	*line = (struct gw_span){in->data + *at, (size_t)(eol - in->data) - *at};
	*at += line->n + 2;
	return true;
}

/* Decode from *at; leaves *at behind the last CRLF. */
static bool read_chunked(struct wire *w, struct gw_buf *in, size_t *at, struct sim_request *req) {
	for (;;) {
		struct gw_span line;
		if (!chunk_line(w, in, at, &line) || line.n == 0 || line.n > 8 ||
		    strspn(line.p, "0123456789abcdefABCDEF") < line.n) {
			return false;
		}
		size_t size = (size_t)strtoul(line.p, NULL, 16);
		if (size == 0) {
			return chunk_line(w, in, at, &line) && line.n == 0; /* no trailers */
		}
		if (size > REQUEST_MAX || !need(w, in, *at + size + 2) ||
		    gw_buf_add(&req->body, in->data + *at, size) != GW_OK ||
		    memcmp(in->data + *at + size, "\r\n", 2) != 0) {
			return false;
		}
		*at += size + 2;
	}
}

static bool read_sized(struct wire *w, struct gw_buf *in, size_t *at, struct sim_request *req) {
	struct gw_span text = request_header(req, "Content-Length");
	uint64_t size = 0;
	if (!gw_parse_u64(text.p, text.n, REQUEST_MAX, &size) || !need(w, in, *at + size) ||
	    gw_buf_add(&req->body, in->data + *at, size) != GW_OK) {
		return false;
	}
	*at += size;
	return true;
}

/* The buffer may have moved while the body was read: point into it again. */
static void reparse(struct sim_request *req, struct gw_buf *in, size_t used) {
	const char *fault = req->framing_fault;
	req->header_count = 0;
	req->raw = (struct gw_span){in->data, used};
	request_parse_head(req, (struct gw_span){in->data, req->head_len}, &fault);
}

enum request_result request_read(struct wire *w, struct gw_buf *in, struct sim_request *req) {
	*req = (struct sim_request){0};
	gw_buf_init(&req->body, REQUEST_MAX);
	req->head_len = read_head(w, in);
	if (req->head_len == 0) {
		req->framing_fault = "head too long";
		return in->len > REQUEST_HEAD_MAX ? REQUEST_UNREADABLE : REQUEST_GONE;
	}
	size_t used = req->head_len;
	req->raw = (struct gw_span){in->data, used};
	request_parse_head(req, req->raw, &req->framing_fault);
	size_t lengths = request_header_count(req, "Content-Length");
	size_t codings = request_header_count(req, "Transfer-Encoding");
	if (lengths + codings > 1) {
		fault_set(&req->framing_fault, "more than one framing");
	}
	struct gw_span coding = request_header(req, "Transfer-Encoding");
	bool whole = codings > 0   ? gw_span_is_nocase(coding, "chunked") && read_chunked(w, in, &used, req)
		     : lengths > 0 ? read_sized(w, in, &used, req)
				   : true;
	if (lengths + codings == 0 && strcmp(req->method, "POST") == 0) {
		fault_set(&req->framing_fault, "neither Content-Length nor chunked");
	}
	if (!whole) {
		fault_set(&req->framing_fault, "body broken or cut off");
	}
	if (in->len > used) {
		fault_set(&req->framing_fault, "bytes behind the request");
	}
	reparse(req, in, whole ? used : req->head_len);
	return !whole && w->ended ? REQUEST_GONE : !whole ? REQUEST_UNREADABLE : REQUEST_WHOLE;
}

void request_release(struct sim_request *req) {
	gw_buf_release(&req->body);
}
