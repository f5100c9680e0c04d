#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 65536 };

enum gw_code gw_file_read(const char *path, struct gw_buf *out, struct gw_err *err) {
	char piece[PIECE];
	size_t n;
	FILE *f = fopen(path, "re");
	if (!f) {
		return gw_fail(err, GW_E_NOTFOUND, "cannot open '%s': %s", path, strerror(errno));
	}
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && (n = fread(piece, 1, sizeof(piece), f)) > 0) {
		rc = gw_buf_add(out, piece, n);
	}
	int failed = ferror(f) ? errno : 0;
	fclose(f);
	if (failed) {
		return gw_fail(err, GW_E_STORE, "cannot read '%s': %s", path, strerror(failed));
	}
	return rc == GW_E_RETRY ? gw_fail(err, GW_E_INPUT, "'%s' is too large", path)
	       : rc == GW_OK	? GW_OK
				: gw_fail(err, rc, "out of memory");
}
