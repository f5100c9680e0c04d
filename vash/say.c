#include "vash/say.h"

#define VASH_SAY_ROW(name, code, kind, sl, en) {code, VASH_##kind, sl, en},
static const struct vash_say_row rows[] = {{"", VASH_LABEL, "", ""}, VASH_SAY_TABLE(VASH_SAY_ROW)};

const struct vash_say_row *vash_say_row(enum vash_say say) {
	return &rows[say < VASH_SAY_COUNT ? say : VASH_SAY_NONE];
}

enum gw_code vash_say_fill(const char *text, const struct vash_text *fill, size_t count, bool english,
			   struct gw_buf *out) {
	enum gw_code rc = GW_OK;
	const char *from = text;
	for (const char *at = text; *at && rc == GW_OK; at++) {
		if (at[0] != '{' || at[1] < '1' || at[1] > '9' || at[2] != '}') {
			continue;
		}
		size_t place = (size_t)(at[1] - '1');
		rc = gw_buf_add(out, from, (size_t)(at - from));
		if (rc == GW_OK && place < count) {
			rc = gw_buf_text(out, english ? fill[place].en : fill[place].sl);
		}
		from = at + 3;
	}
	return rc == GW_OK ? gw_buf_text(out, from) : rc;
}

enum gw_code vash_say_line(enum vash_say say, const struct vash_text *fill, size_t count, struct gw_buf *out) {
	const struct vash_say_row *row = vash_say_row(say);
	enum gw_code rc = vash_say_fill(row->sl, fill, count, false, out);
	rc = rc == GW_OK ? gw_buf_text(out, " / ") : rc;
	rc = rc == GW_OK ? vash_say_fill(row->en, fill, count, true, out) : rc;
	return rc == GW_OK ? gw_buf_text(out, "\n") : rc;
}
