/* gateway/soap/preveri.h - PreveriPravice: what would each service answer to this certificate, and why. gSOAP on
 * memory. */
#ifndef GW_SOAP_PREVERI_H
#define GW_SOAP_PREVERI_H
#include "gateway/call/call.h"

/* A self_fn (call.h): the reply's envelope is appended to `out`. Nothing is kept between calls. */
enum vash_fault soap_preveri(const struct self_call *call, struct gw_buf *out);
#endif
