#include "gateway/web/touch.h"

#include "base/log.h"
#include "store/possession.h"

enum vash_fault touch_answer(const struct self_call *call, struct gw_buf *out) {
	struct gw_err err = {0};
	const char *token = call->path + sizeof(CALL_TOUCH_PREFIX) - 1;
	switch (possession_prove(call->shared->store, token, call->peer->facts.digest_hex, &err)) {
	case GW_OK:
		break;
	case GW_E_NOTFOUND:
	case GW_E_CONFLICT:
		return VASH_HTTP_NOT_FOUND;
	case GW_E_INPUT:
	case GW_E_DENIED:
	case GW_E_RETRY:
	case GW_E_UPSTREAM:
	case GW_E_STORE:
	case GW_E_CONFIG:
	case GW_E_NOMEM:
	case GW_E_BUG:
	default:
		gw_log_err(GW_LOG_WARN, "possession_failed", &err);
		return VASH_OVERLOADED;
	}
	return gw_buf_text(out, "Posest zasebnega ključa je dokazana.\nPossession of the private key is proven.\n") ==
			       GW_OK
		       ? VASH_NO_FAULT
		       : VASH_OVERLOADED;
}
