/* gateway/soap/contracts.h - the contracts as callers fetch them: `<path>?wsdl` and the schemas beside it. */
#ifndef GW_SOAP_CONTRACTS_H
#define GW_SOAP_CONTRACTS_H
#include "gateway/call/call_view.h"

/* GET path?wsdl: the WSDL of that service with soap:address from the listener's public_url. GET <folder of a
 * service>/<name>.xsd: a schema, where the WSDL's relative import leads. GW_E_NOTFOUND: neither. Appends to `out`. */
GW_NODISCARD enum gw_code contracts_get(const struct call_view *view, int listener, struct gw_span path,
					struct gw_span query, struct gw_buf *out);

/* Read the WSDLs of all services and every *.xsd of a directory. */
struct contract_files;
GW_NODISCARD enum gw_code contracts_load(const char *dir, const struct vash_services *services,
					 struct contract_files **out, struct gw_err *err);
void contracts_free(struct contract_files *files);
#endif
