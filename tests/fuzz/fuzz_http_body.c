/* tests/fuzz/fuzz_http_body.c - the body decoder: however the input was cut, the same bytes come out, the
 * same number is used and the same verdict stands. Each input is read under every framing. */
#include "gateway/engine/http_body.h"

struct run {
	enum http_body_status status;
	size_t used, body_n;
	char *body; /* holds as much as the input */
	bool complete;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition) {
	if (!condition) {
		abort();
	}
}

static enum http_body_status feed_piece(struct http_body *b, struct gw_span piece, struct run *r) {
	struct gw_span in = piece, data;
	enum http_body_status status = http_body_feed(b, &in, &data);
	while (status == HTTP_BODY_DATA) {
		must(data.n > 0 && data.p >= piece.p && data.p + data.n <= in.p);
		memcpy(r->body + r->body_n, data.p, data.n);
		r->body_n += data.n;
		status = http_body_feed(b, &in, &data);
	}
	must(data.n == 0 && in.p + in.n == piece.p + piece.n);
	must(status != HTTP_BODY_MORE || in.n == 0);
	r->used += (size_t)(in.p - piece.p);
	return status;
}

/* In pieces of 1..most bytes of changing size; most 0: the whole at once. */
static void decode(struct run *r, enum http_framing framing, uint64_t length, struct gw_span in, size_t most) {
	struct http_body b;
	size_t i = 0;
	http_body_init(&b, framing, length);
	r->status = feed_piece(&b, (struct gw_span){in.p, most == 0 ? in.n : 0}, r);
	while (r->status == HTTP_BODY_MORE && r->used < in.n) {
		size_t at = r->used, n = 1 + 7 * i++ % most;
		r->status = feed_piece(&b, (struct gw_span){in.p + at, n < in.n - at ? n : in.n - at}, r);
	}
	must(b.total == r->body_n && r->body_n <= r->used && r->used <= in.n);
	r->complete = http_body_at_close(&b);
	must(r->complete ==
	     (r->status == HTTP_BODY_END || (r->status == HTTP_BODY_MORE && framing == HTTP_BODY_TO_CLOSE)));
}

static void compare(enum http_framing framing, uint64_t length, struct gw_span in, char *memory) {
	static const size_t piece_sizes[] = {1, 3, 16};
	struct run whole = {.body = memory};
	decode(&whole, framing, length, in, 0);
	must(framing != HTTP_BODY_LENGTH || whole.body_n == (length < in.n ? length : in.n));
	must(framing == HTTP_BODY_CHUNKED || whole.body_n == whole.used);
	for (size_t i = 0; i < sizeof(piece_sizes) / sizeof(piece_sizes[0]); i++) {
		struct run cut = {.body = memory + in.n};
		decode(&cut, framing, length, in, piece_sizes[i]);
		must(cut.status == whole.status && cut.used == whole.used && cut.complete == whole.complete);
		must(cut.body_n == whole.body_n && memcmp(cut.body, whole.body, whole.body_n) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct gw_span in = {(const char *)data, size};
	char *memory = malloc(2 * size + 1);
	must(memory != NULL);
	compare(HTTP_BODY_CHUNKED, 0, in, memory);
	compare(HTTP_BODY_LENGTH, size / 2, in, memory);
	compare(HTTP_BODY_LENGTH, size, in, memory);
	compare(HTTP_BODY_LENGTH, UINT64_MAX, in, memory);
	compare(HTTP_BODY_TO_CLOSE, 0, in, memory);
	compare(HTTP_BODY_NONE, 0, in, memory);
	free(memory);
	return 0;
}
