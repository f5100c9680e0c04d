#include "base/zip.h"
#include "samples/sim/content.h"

bool content_zip(const struct zip_file *files, size_t n, struct gw_buf *out) {
	static const int64_t fixed_time = 1714980600; /* 2024-05-06T07:30:00Z */
	struct gw_zip_member member[CONTENT_FILES_MAX];
	for (size_t i = 0; i < n && i < CONTENT_FILES_MAX; i++) {
		member[i] = (struct gw_zip_member){files[i].name, gw_buf_span(&files[i].bytes)};
	}
	return n <= CONTENT_FILES_MAX && gw_zip_pack(member, n, fixed_time, out, NULL) == GW_OK;
}
