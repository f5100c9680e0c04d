/* render html|pdf sl|en FILE [SECONDS]: one page model as the portal makes it, then, on standard output. `render asset
 * PATH`: a file that pages refer to. For tests/portal/check_pages.py. */
#include "base/file.h"
#include "portal/portal.h"

enum { OUT_MAX_BYTES = 67108864, CREATED_UTC_S = 1795255200 }; /* 2026-11-21T10:00:00Z */

static int64_t made_utc_s = CREATED_UTC_S;

static enum gw_code render(const char *kind, bool english, struct gw_span page, struct gw_buf *out,
			   struct gw_err *err) {
	const struct portal_request html = {.csrf = "c5rf\"&<", .english = english, .path = "/case/7"};
	const struct portal_pdf_request pdf = {.english = english, .made_utc_s = made_utc_s};
	GW_AUTO(portal) struct portal *p = NULL;
	enum gw_code rc = portal_new(&p, err);
	if (rc != GW_OK) {
		return rc;
	}
	return strcmp(kind, "pdf") == 0 ? portal_pdf(page, &pdf, out, err) : portal_html(p, page, &html, out, err);
}

static int print(struct gw_span bytes) {
	return fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n && fflush(stdout) == 0 ? 0 : 2;
}

static int asset(const char *path) {
	struct gw_span bytes;
	const char *type;
	return portal_asset(gw_span_of(path), &bytes, &type) ? print(bytes) : 1;
}

int main(int argc, char **argv) {
	GW_AUTO(buf) struct gw_buf page, out;
	struct gw_err err = {0};
	gw_buf_init(&page, OUT_MAX_BYTES);
	gw_buf_init(&out, OUT_MAX_BYTES);
	if (argc == 3 && strcmp(argv[1], "asset") == 0) {
		return asset(argv[2]);
	}
	if (argc != 4 && argc != 5) {
		fputs("usage: render html|pdf sl|en FILE [SECONDS], render asset PATH\n", stderr);
		return 2;
	}
	made_utc_s = argc == 5 ? strtoll(argv[4], NULL, 10) : made_utc_s;
	enum gw_code rc = gw_file_read(argv[3], &page, &err);
	rc = rc == GW_OK ? render(argv[1], strcmp(argv[2], "en") == 0, gw_buf_span(&page), &out, &err) : rc;
	if (rc != GW_OK) {
		fprintf(stderr, "%s: %s\n", gw_code_name(rc), err.msg);
		return 1;
	}
	return print(gw_buf_span(&out));
}
