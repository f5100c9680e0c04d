#include "samples/sim/reply.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Position behind the start tag of the zip element and length of its text; false where there is none. */
static bool find_zip_text(struct gw_span body, size_t *at, size_t *len) {
	const char *tag = body.n ? memmem(body.p, body.n, ":zip>", 5) : NULL;
	if (!tag) {
		return false;
	}
	const char *text = tag + 5;
	const char *end = memchr(text, '<', (size_t)(body.p + body.n - text));
	*at = (size_t)(text - body.p);
	*len = end ? (size_t)(end - text) : 0;
	return end != NULL;
}

struct reply_stream stream_of(const struct reply *reply, uint64_t at_least) {
	struct gw_span body = gw_buf_span(&reply->body);
	struct reply_stream s = {.before = body, .total = body.n > at_least ? body.n : at_least};
	size_t at = 0, len = 0;
	if (s.total == body.n) {
		return s;
	}
	if (!find_zip_text(body, &at, &len)) {
		s.pad = s.total - body.n;
		return s;
	}
	s.before.n = at;
	s.after = (struct gw_span){body.p + at + len, body.n - at - len};
	s.fill = (s.total - (body.n - len)) / 4 * 4; /* whole groups: valid base64 */
	s.pad = s.total - s.before.n - s.after.n - s.fill;
	return s;
}

static size_t copy_part(struct gw_span part, uint64_t at, char *out, size_t n) {
	size_t left = part.n - (size_t)at;
	size_t take = left < n ? left : n;
	memcpy(out, part.p + at, take);
	return take;
}

size_t stream_read(const struct reply_stream *s, uint64_t at, char *out, size_t n) {
	if (at < s->before.n) {
		return copy_part(s->before, at, out, n);
	}
	at -= s->before.n;
	if (at < s->fill) {
		size_t take = s->fill - at < n ? (size_t)(s->fill - at) : n;
		for (size_t i = 0; i < take; i++) {
			out[i] = digits[(at + i) % 64];
		}
		return take;
	}
	at -= s->fill;
	if (at < s->after.n) {
		return copy_part(s->after, at, out, n);
	}
	at -= s->after.n;
	size_t take = s->pad - at < n ? (size_t)(s->pad - at) : n;
	memset(out, ' ', take);
	return take;
}
