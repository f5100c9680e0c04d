/* samples/sim/identity_check.h - the gateway's word on who calls: X-Vashgate-Identity. */
#ifndef GW_SAMPLES_SIM_IDENTITY_CHECK_H
#define GW_SAMPLES_SIM_IDENTITY_CHECK_H
#include "samples/sim/http_read.h"
#include "samples/sim/service.h"

enum { IDENTITY_FRESH_S = 120 };

/* NULL: exactly one header, signed with our key, fresh, complete, of a group that opens this service, and no
 * other X-Vashgate-* beside it. Otherwise the reason, beginning with "identity". `json` receives the signed
 * text (empty when the signature does not fit). */
const char *identity_check(const struct sim *sim, const struct sim_request *req, const struct sim_service *service,
			   char *json, size_t json_size);
#endif
