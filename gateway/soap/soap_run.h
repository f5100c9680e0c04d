/* gateway/soap/soap_run.h - one gSOAP run: soap->user. Only files named soap_*.c include it. */
#ifndef GW_SOAP_SOAP_RUN_H
#define GW_SOAP_SOAP_RUN_H
#include "gateway/soap/own.h"

struct run {
	const struct self_call *call;
	struct gw_span in;
	struct gw_buf *out;
	enum vash_fault fault; /* an operation refuses by this and SOAP_STOP */
};
#endif
