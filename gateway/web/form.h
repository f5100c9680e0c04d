/* gateway/web/form.h - the body of a form: multipart/form-data (RFC 7578) or application/x-www-form-urlencoded (WHATWG
 * URL 5). Strict; every text must be UTF-8 without NUL. */
#ifndef GW_WEB_FORM_H
#define GW_WEB_FORM_H
#include "vash/turn.h"

struct form {
	struct vash_input input; /* values but csrf, version, button; several values of one name joined by blanks */
	const char *csrf, *version;
};

/* GW_E_INPUT: malformed, csrf, version or button twice, too large for the arena, or of another type. The file borrows
 * from `body`, the texts live in the arena. */
GW_NODISCARD enum gw_code form_parse(struct gw_span content_type, struct gw_span body, struct gw_arena *arena,
				     struct form *out, struct gw_err *err);
#endif
