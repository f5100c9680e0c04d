/* tests/fuzz/fuzz_http_head.c - the head parsers: the verdict does not depend on where the bytes were cut,
 * and every span lies inside the input. Each input is read as a request, as a reply, and as a reply to HEAD.
 */
#include "gateway/engine/http_head.h"
#include "gateway/engine/http_value.h"

enum kind { REQUEST = 0, REPLY, REPLY_TO_HEAD, KINDS };
enum { CUTS_MAX = 512 };

/* Narrow, so that short inputs reach them too; 431 comes after 414. */
static const struct http_limits limits = {.max_bytes = 3000, .max_fields = 12};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition) {
	if (!condition) {
		abort();
	}
}

static enum http_head_status parse(enum kind kind, struct gw_span in, struct http_head *head) {
	if (kind == REQUEST) {
		return http_request_head(in, &limits, head);
	}
	return http_reply_head(in, &limits, kind == REPLY_TO_HEAD, head);
}

static void must_lie_inside(struct gw_span span, struct gw_span in) {
	must(span.n == 0 || (span.p >= in.p && span.n <= in.n && span.p + span.n <= in.p + in.n));
}

static void check_values(struct gw_span value) {
	struct gw_span type, param;
	bool media = http_media_type(value, &type);
	bool with_param = http_media_param(value, "charset", &param);
	must(media || !with_param);
	must_lie_inside(type, value);
	must_lie_inside(param, value);
	must(media == (type.n > 0));
	if (media) {
		char again[3001];
		memcpy(again, type.p, type.n);
		again[type.n] = '\0';
		must(http_list_has(type, again));
	}
}

static void check_head(enum kind kind, const struct http_head *head, struct gw_span in) {
	struct gw_span parsed = {in.p, head->bytes};
	must(head->bytes >= 4 && head->bytes <= in.n && memcmp(in.p + head->bytes - 4, "\r\n\r\n", 4) == 0);
	must(head->field_count <= limits.max_fields);
	must(head->framing == HTTP_BODY_LENGTH || head->content_length == 0);
	must_lie_inside(head->method_text, parsed);
	must_lie_inside(head->path, parsed);
	must_lie_inside(head->query, parsed);
	must_lie_inside(head->host, parsed);
	for (size_t i = 0; i < head->field_count; i++) {
		must(head->fields[i].name.n > 0);
		must_lie_inside(head->fields[i].name, parsed);
		must_lie_inside(head->fields[i].value, parsed);
		check_values(head->fields[i].value);
	}
	if (kind == REQUEST) {
		must(head->path.n > 0 && head->host.n > 0 && head->framing != HTTP_BODY_TO_CLOSE);
		must(http_field_count(head, "HOST") == 1 && http_field_find(head, "host"));
	}
	must(http_field_count(head, "content-length") + http_field_count(head, "transfer-encoding") <= 1);
}

/* The prefix is moved to the end of its memory, so that a look beyond it is seen. */
static enum http_head_status parse_prefix(enum kind kind, struct gw_span in, size_t n, char *copy) {
	struct http_head head;
	char *prefix = copy + (in.n - n);
	memcpy(prefix, in.p, n);
	return parse(kind, (struct gw_span){prefix, n}, &head);
}

static void check_cuts(enum kind kind, struct gw_span in, enum http_head_status whole, char *copy) {
	size_t step = in.n / CUTS_MAX + 1;
	bool known = false;
	for (size_t n = 0; n < in.n; n += step) {
		enum http_head_status status = parse_prefix(kind, in, n, copy);
		known |= status != HTTP_HEAD_MORE;
		must(status == (known ? whole : HTTP_HEAD_MORE));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct gw_span in = {(const char *)data, size};
	char *copy = malloc(size + 1);
	must(copy != NULL);
	for (enum kind kind = REQUEST; kind < KINDS; kind++) {
		struct http_head head;
		enum http_head_status whole = parse(kind, in, &head);
		if (whole == HTTP_HEAD_OK) {
			check_head(kind, &head, in);
		} else {
			must(head.bytes == 0);
		}
		must(whole != HTTP_HEAD_MORE || size < limits.max_bytes);
		check_cuts(kind, in, whole, copy + 1);
	}
	free(copy);
	return 0;
}
