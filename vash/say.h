/* vash/say.h - every sentence that a procedure shows or mails (vash/say_table.h), Slovene and English, with the code of
 * its branch in the specification. Pure data, any thread. */
#ifndef GW_VASH_SAY_H
#define GW_VASH_SAY_H
#include "base/buf.h"
#include "vash/codelists.h"
#include "vash/say_table.h"

enum vash_say_kind { VASH_INFO = 0, VASH_WARNING, VASH_DONE, VASH_LABEL, VASH_MAIL };

#define VASH_SAY_ENUM(name, code, kind, sl, en) VASH_SAY_##name,
enum vash_say { VASH_SAY_NONE = 0, VASH_SAY_TABLE(VASH_SAY_ENUM) VASH_SAY_COUNT };
#undef VASH_SAY_ENUM

struct vash_say_row {
	const char *code; /* "vs207-03.4a"; ours: "vg-…" */
	enum vash_say_kind kind;
	const char *sl, *en; /* {1}, {2}, … stand for what is filled in */
};
const struct vash_say_row *vash_say_row(enum vash_say say); /* never NULL */

/* The text with its places filled, appended to `out`. A place without a filling stays empty. */
GW_NODISCARD enum gw_code vash_say_fill(const char *text, const struct vash_text *fill, size_t count, bool english,
					struct gw_buf *out);
/* Both languages as one line for a terminal, "sl / en" and a line feed. */
GW_NODISCARD enum gw_code vash_say_line(enum vash_say say, const struct vash_text *fill, size_t count,
					struct gw_buf *out);
#endif
