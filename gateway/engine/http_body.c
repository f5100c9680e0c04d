#include "gateway/engine/http_body.h"

enum body_state {
	BODY_BAD = 0,
	BODY_BYTES, /* `left` bytes of the body or of a chunk */
	CHUNK_SIZE, /* hex digits and the CR behind them */
	CHUNK_SIZE_LF,
	CHUNK_END_CR, /* the CRLF behind the bytes of a chunk */
	CHUNK_END_LF,
	LAST_SIZE_LF, /* the size was 0 */
	LAST_END_CR,  /* the empty line: a trailer would begin here */
	LAST_END_LF,
	BODY_DONE
};

enum { CHUNK_SIZE_DIGITS_MAX = 15 }; /* 60 bits: `left` cannot overflow */

/* The states that wait for one certain byte. */
static const struct {
	char want;
	int next;
} literals[] = {
	[CHUNK_SIZE_LF] = {'\n', BODY_BYTES}, [CHUNK_END_CR] = {'\r', CHUNK_END_LF},
	[CHUNK_END_LF] = {'\n', CHUNK_SIZE},  [LAST_SIZE_LF] = {'\n', LAST_END_CR},
	[LAST_END_CR] = {'\r', LAST_END_LF},  [LAST_END_LF] = {'\n', BODY_DONE},
};

static int hex_digit(char c) {
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	int lower = c | 0x20;
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static int size_end(struct http_body *b) {
	if (b->digits == 0) {
		return BODY_BAD;
	}
	b->digits = 0;
	return b->left == 0 ? LAST_SIZE_LF : CHUNK_SIZE_LF;
}

/* RFC 9112 7.1: chunk-size = 1*HEXDIG. A ';' (extension) or a blank is as wrong as any other byte. */
static int size_step(struct http_body *b, char c) {
	if (c == '\r') {
		return size_end(b);
	}
	int digit = hex_digit(c);
	if (digit < 0 || b->digits == CHUNK_SIZE_DIGITS_MAX) {
		return BODY_BAD;
	}
	b->digits++;
	b->left = b->left << 4 | (uint64_t)digit;
	return CHUNK_SIZE;
}

static int line_step(struct http_body *b, char c) {
	if (b->state == CHUNK_SIZE) {
		return size_step(b, c);
	}
	return c == literals[b->state].want ? literals[b->state].next : BODY_BAD;
}

static enum http_body_status lend(struct http_body *b, struct gw_span *in, struct gw_span *data) {
	size_t n = b->left < in->n ? (size_t)b->left : in->n;
	*data = (struct gw_span){in->p, n};
	in->p += n;
	in->n -= n;
	b->total += n;
	b->left -= n;
	if (b->left == 0) {
		b->state = b->framing == HTTP_BODY_CHUNKED ? CHUNK_END_CR : BODY_DONE;
	}
	return HTTP_BODY_DATA;
}

void http_body_init(struct http_body *b, enum http_framing framing, uint64_t content_length) {
	static const struct http_body fresh[] = {
		[HTTP_BODY_NONE] = {.framing = HTTP_BODY_NONE, .state = BODY_DONE},
		[HTTP_BODY_LENGTH] = {.framing = HTTP_BODY_LENGTH, .state = BODY_BYTES},
		[HTTP_BODY_CHUNKED] = {.framing = HTTP_BODY_CHUNKED, .state = CHUNK_SIZE},
		[HTTP_BODY_TO_CLOSE] = {.framing = HTTP_BODY_TO_CLOSE, .state = BODY_BYTES, .left = UINT64_MAX},
	};
	*b = fresh[framing];
	if (framing == HTTP_BODY_LENGTH) {
		b->left = content_length;
		b->state = content_length == 0 ? BODY_DONE : BODY_BYTES;
	}
}

enum http_body_status http_body_feed(struct http_body *b, struct gw_span *in, struct gw_span *data) {
	*data = (struct gw_span){in->p, 0};
	while (b->state != BODY_BAD && b->state != BODY_DONE) {
		if (in->n == 0) {
			return HTTP_BODY_MORE;
		}
		if (b->state == BODY_BYTES) {
			return lend(b, in, data);
		}
		b->state = line_step(b, *in->p);
		if (b->state != BODY_BAD) {
			in->p++;
			in->n--;
		}
	}
	return b->state == BODY_DONE ? HTTP_BODY_END : HTTP_BODY_MALFORMED;
}

bool http_body_at_close(const struct http_body *b) {
	return b->state == BODY_DONE || (b->framing == HTTP_BODY_TO_CLOSE && b->state == BODY_BYTES);
}
