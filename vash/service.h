/* vash/service.h - the table of web services: path, contract, groups that open it (FZ 2.10.1, D19-D23).
 *
 * The rows come from vash/codelists/services.csv (built in) or from a file of the same form named in the
 * configuration. Immutable after parsing; borrowed strings live as long as the table. */
#ifndef GW_VASH_SERVICE_H
#define GW_VASH_SERVICE_H
#include "base/csv.h"

enum vash_mode { VASH_MODE_EFFECT = 0, VASH_MODE_QUERY }; /* query: may be replayed once on a fresh connection */
enum { VASH_SERVICES_MAX = 64 };

struct vash_service {
	const char *code;	  /* "1003" */
	int group_from, group_to; /* groups that open it; 0,0 = none needed */
	const char *path;
	const char *wsdl; /* file name */
	const char *operation, *ns, *element, *soap_action;
	enum vash_mode mode;
	const char *backend; /* "ezk", "eins", "self" */
};

struct vash_services {
	size_t count;
	struct vash_service row[VASH_SERVICES_MAX];
	struct gw_csv csv; /* owned; the strings above point into it */
};

/* Parse the CSV; GW_E_CONFIG names the line. */
GW_NODISCARD enum gw_code vash_services_parse(struct gw_span csv, struct vash_services *out, struct gw_err *err);
void vash_services_release(struct vash_services *s);

/* Do its requests carry files? */
bool vash_service_takes_documents(const struct vash_service *s);

/* Exact path; NULL if there is none. */
const struct vash_service *vash_service_find(const struct vash_services *s, struct gw_span path);
#endif
