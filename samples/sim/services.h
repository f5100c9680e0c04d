/* samples/sim/services.h - the call that an operation (services_ezk.c, services_eins.c) is working on. */
#ifndef GW_SAMPLES_SIM_SERVICES_H
#define GW_SAMPLES_SIM_SERVICES_H
#include <stdbool.h>

#include "base/buf.h"

struct soap;

struct service_call {
	int number;	/* which service: several share one function body */
	bool multipart; /* hand the zip over as an attachment */
	bool fault;	/* a rule asks for a SOAP fault */
};

const struct service_call *service_call_of(struct soap *soap); /* in soap_answer.c */

/* What every operation begins with: SOAP_OK, or the fault that a rule asked for. */
int service_begin(struct soap *soap);

/* The bytes into gSOAP's memory; NULL when out of memory. */
unsigned char *service_keep(struct soap *soap, const struct gw_buf *bytes);
#endif
