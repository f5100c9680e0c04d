/* certs/tsl_read.h - a tree (certs/tsl_tree.h) to a struct tsl. Inside certs/ only. */
#ifndef GW_CERTS_TSL_READ_H
#define GW_CERTS_TSL_READ_H
#include "certs/tsl_tree.h"

struct tsl_reader { /* what is missing or wrong is recorded, and the reading goes on: asked once at the end */
	struct gw_arena *arena;
	struct tsl_refused *refused;
	int version;
	size_t services;
	struct tsl_words warnings;
};

/* False: refused, and *out says nothing. */
bool tsl_read_tree(const xmlDoc *doc, struct gw_arena *arena, struct tsl *out, struct tsl_refused *refused);

/* Notes what is not as it should be and can be read all the same. */
void tsl_warn(struct tsl_reader *r, const xmlNode *node, const char *what);

/* ---- parts that the reading of services shares ---- */

/* A mandatory child of the list's own namespace. */
const xmlNode *tsl_need(struct tsl_reader *r, const xmlNode *parent, const char *name);
const char *tsl_need_text(struct tsl_reader *r, const xmlNode *parent, const char *name);
int64_t tsl_read_time(struct tsl_reader *r, const xmlNode *node); /* xs:dateTime */
/* The Name or URI children of a multilingual element; none of a NULL one. */
struct tsl_texts tsl_read_texts(struct tsl_reader *r, const xmlNode *parent, const char *ns, const char *name);
/* The certificates and key identifiers of a ServiceDigitalIdentity (5.5.3). */
void tsl_read_identity(struct tsl_reader *r, const xmlNode *identity, struct tsl_blobs *certs, struct tsl_blobs *skis);
void tsl_read_service(struct tsl_reader *r, const xmlNode *node, struct tsl_service *out);
#endif
