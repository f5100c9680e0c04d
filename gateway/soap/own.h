/* gateway/soap/own.h - the services that the gateway answers itself, on gSOAP over memory: PreveriPravice (what would
 * each service answer to this certificate, and why) and Postopek (the procedures step by step). */
#ifndef GW_SOAP_OWN_H
#define GW_SOAP_OWN_H
#include "gateway/call/call.h"

/* A self_fn (call.h): the reply's envelope is appended to `out`. Nothing is kept between calls. */
enum vash_fault soap_own(const struct self_call *call, struct gw_buf *out);
#endif
