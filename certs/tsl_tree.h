/* certs/tsl_tree.h - the XML of a trusted list as a bounded tree. Inside certs/ only.
 *
 * One tree for both: the signature is verified over it and the list read from it, so nothing is read that was not
 * signed. No DTD, no entities, no network, UTF-8 alone, well-formed also as to namespaces. */
#ifndef GW_CERTS_TSL_TREE_H
#define GW_CERTS_TSL_TREE_H
#include <libxml/tree.h>

#include "base/span.h"
#include "certs/tsl.h"
#include "certs/tsl_refusal.h"

#define TSL_NS "http://uri.etsi.org/02231/v2#"
#define TSL_NS_MORE "http://uri.etsi.org/02231/v2/additionaltypes#"
#define TSL_NS_QUALIFICATIONS "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
#define TSL_NS_DSIG "http://www.w3.org/2000/09/xmldsig#"
#define TSL_NS_XADES "http://uri.etsi.org/01903/v1.3.2#"

enum { TSL_ELEMENTS_MAX = 400000, TSL_DEPTH_MAX = 48, TSL_ATTRIBUTES_MAX = 24 /* of an element */ };

GW_DEFINE_AUTO(xml_doc, xmlDocPtr, xmlFreeDoc)

/* NULL: refused. Its root is a TrustServiceStatusList. The caller frees. */
xmlDocPtr tsl_tree_parse(struct gw_span xml, struct tsl_refused *refused);

bool tsl_node_is(const xmlNode *node, const char *ns, const char *name);
/* The only child of that name; NULL: there is none. A second one is refused as malformed. */
const xmlNode *tsl_child(const xmlNode *parent, const char *ns, const char *name, struct tsl_refused *refused);
/* The next of that name: among the children if `after` is NULL, else behind it. */
const xmlNode *tsl_next(const xmlNode *parent, const xmlNode *after, const char *ns, const char *name);
size_t tsl_children(const xmlNode *parent, const char *ns, const char *name);

/* The text of an element without white space at its ends. "" for a NULL node. An element within is refused as
 * malformed; comments count for nothing, as in the canonical form. */
const char *tsl_node_text(const xmlNode *node, struct gw_arena *arena, struct tsl_refused *refused);
/* The bytes of an element in base64 (RFC 4648 4; white space is skipped). Malformed ones are refused. */
struct gw_span tsl_node_bytes(const xmlNode *node, struct gw_arena *arena, struct tsl_refused *refused);
/* "" if it is absent. `ns` NULL: of no namespace. */
const char *tsl_attribute(const xmlNode *node, const char *ns, const char *name, struct gw_arena *arena);
#endif
