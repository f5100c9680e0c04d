/* samples/sim/soap_answer.h - one request through the generated SOAP server, from memory to memory. */
#ifndef GW_SAMPLES_SIM_SOAP_ANSWER_H
#define GW_SAMPLES_SIM_SOAP_ANSWER_H
#include "samples/sim/http_read.h"
#include "samples/sim/reply.h"
#include "samples/sim/service.h"

struct soap_server; /* one a connection: a gSOAP context */

struct soap_server *soap_server_new(void); /* NULL when out of memory */
void soap_server_free(struct soap_server *s);

/* Fills `out` (its body buffer must be initialised). `refusal`: answer with this SOAP fault instead. False:
 * gSOAP produced nothing usable. */
bool soap_answer(struct soap_server *s, const struct sim_service *service, const struct sim_request *req,
		 enum sim_wish wish, const char *refusal, struct reply *out);
#endif
