/* portal/transform.h - one compiled XSLT stylesheet that may reach nothing but its input: no file, no network, no
 * writing, parameters never evaluated. Immutable after transform_new, shared by threads. */
#ifndef GW_PORTAL_TRANSFORM_H
#define GW_PORTAL_TRANSFORM_H
#include <libxml/tree.h>

#include "base/buf.h"

struct transform;
enum transform_form { TRANSFORM_HTML = 0, /* a document, in XML's syntax */ TRANSFORM_XML /* an element */ };

/* GW_E_BUG: not a stylesheet; they are built in. */
GW_NODISCARD enum gw_code transform_new(struct gw_span xslt, enum transform_form form, struct transform **out,
					struct gw_err *err);
void transform_free(struct transform *t);
GW_DEFINE_AUTO(transform, struct transform *, transform_free)

struct transform_parameter {
	const char *name, *value; /* a string, whatever is in it */
};

/* `doc`, which belongs to this call alone, in the transform's form, appended to `out`. GW_E_BUG: the
 * stylesheet failed, or asked for what is forbidden; `out` is unchanged. GW_E_RETRY: the page does not fit. */
GW_NODISCARD enum gw_code transform_run(const struct transform *t, xmlDoc *doc,
					const struct transform_parameter *parameters, size_t count, struct gw_buf *out,
					struct gw_err *err);
#endif
