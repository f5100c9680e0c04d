/* tests/fuzz/fuzz_xop.c - input: the Content-Type on the first line, then the body.
 * What is accepted lies within the body, behind a delimiter line and before one, and names a media type. */
#include <stdint.h>
#include <stdlib.h>

#include "gateway/call/xop.h"
#include "gateway/engine/http_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool ok) {
	if (!ok) {
		abort();
	}
}

static bool inside(struct gw_span part, struct gw_span whole) {
	return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

static void check_root(struct gw_span type, struct gw_span body, const struct xop_root *root) {
	struct gw_span boundary, media;
	require(http_media_param(type, "boundary", &boundary) && boundary.n > 0 && boundary.n <= XOP_BOUNDARY_MAX);
	require(inside(root->content, body) && !root->why);
	require(root->content.p - body.p > 2 && memcmp(root->content.p - 2, "\r\n", 2) == 0);
	require(strnlen(root->type, sizeof(root->type)) < sizeof(root->type) && root->type[0]);
	require(!root->charset.p || inside(root->charset, body));
	require(http_media_type(type, &media) && inside(media, type));
	struct gw_span rest = {root->content.p + root->content.n, 0};
	rest.n = (size_t)(body.p + body.n - rest.p);
	const char *dashes = rest.n >= 2 && memcmp(rest.p, "\r\n", 2) == 0 ? rest.p + 2 : rest.p;
	require(memcmp(dashes, "--", 2) == 0 && memcmp(dashes + 2, boundary.p, boundary.n) == 0);
	/* the delimiter does not occur as a line within */
	char needle[4 + XOP_BOUNDARY_MAX] = "\r\n--";
	memcpy(needle + 4, boundary.p, boundary.n);
	require(!memmem(root->content.p, root->content.n, needle, 4 + boundary.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	const char *text = (const char *)data, *line = n ? memchr(text, '\n', n) : NULL;
	struct xop_root root;
	if (!line) {
		return 0;
	}
	struct gw_span type = {text, (size_t)(line - text)};
	struct gw_span body = {line + 1, n - type.n - 1};
	enum xop_status status = xop_read(type, body, &root);
	require(status != XOP_UNDECIDED);
	if (status == XOP_OK) {
		check_root(type, body, &root);
	} else {
		require(root.why != NULL && root.why[0]);
	}
	return 0;
}
