/* gateway/web/touch.h - the touch by which a certificate's holder proves that he has its key: GET over mutual TLS of
 * the path that his registration was given (DECISIONS "Proof of possession"). */
#ifndef GW_WEB_TOUCH_H
#define GW_WEB_TOUCH_H
#include "gateway/call/call.h"

/* A self_fn (call.h). VASH_HTTP_NOT_FOUND: no waiting or active registration of this certificate has this path. */
enum vash_fault touch_answer(const struct self_call *call, struct gw_buf *out);
#endif
