/* samples/sim/xml_out.h - libxml2's writer with one error state for the whole document. */
#ifndef GW_SAMPLES_SIM_XML_OUT_H
#define GW_SAMPLES_SIM_XML_OUT_H
#include <libxml/xmlwriter.h>

#include "base/buf.h"
#include "samples/sim/model.h"

struct xml_out {
	xmlBufferPtr bytes;
	xmlTextWriterPtr writer;
	const char *prefix; /* of element names, with its colon; "" = default namespace */
	bool failed;
};

/* <root xmlns="ns">; `other_ns` with `other_prefix` is declared beside it, or NULL. */
void xml_begin(struct xml_out *x, const char *root, const char *ns, const char *other_prefix, const char *other_ns);
bool xml_finish(struct xml_out *x, struct gw_buf *out); /* frees; false if anything failed */

void xml_open(struct xml_out *x, const char *name);
void xml_close(struct xml_out *x);
void xml_text(struct xml_out *x, const char *name, const char *text);
void xml_int(struct xml_out *x, const char *name, int64_t value);

/* The choice of IdZnak: Parcela, Stavba or DelStavbe, with the elements below it in `prefix`. */
void xml_identifier(struct xml_out *x, const char *prefix, const struct property *p);
#endif
