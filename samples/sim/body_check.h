/* samples/sim/body_check.h - is this what the gateway's XML guard should let through? */
#ifndef GW_SAMPLES_SIM_BODY_CHECK_H
#define GW_SAMPLES_SIM_BODY_CHECK_H
#include "samples/sim/http_read.h"
#include "samples/sim/service.h"

/* NULL: UTF-8, well-formed, a SOAP envelope without DTD, processing instructions, comments and header blocks,
 * exactly one body child, and SOAPAction (if any) quoted and the service's. Else the reason, beginning
 * "body". */
const char *body_check(const struct sim_request *req, const struct sim_service *service);
#endif
