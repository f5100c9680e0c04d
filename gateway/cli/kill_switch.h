/* gateway/cli/kill_switch.h - what a block or a revocation does at once: every connection of the certificate is cut, on
 * all loops, and its TLS sessions are forgotten. That no further call is authorised is the registry's and the judge's
 * part, and comes first. Any thread but a loop's. */
#ifndef GW_CLI_KILL_SWITCH_H
#define GW_CLI_KILL_SWITCH_H
#include "gateway/call/call_view.h"
#include "gateway/web/web.h"

struct kill_switch { /* borrowed */
	struct engine *engine;
	const struct call_shared *shared;
};

void kill_certificate(const struct kill_switch *k, const uint8_t digest[CERT_DIGEST_BYTES]);
/* The call certificates of the subject, and those that it or its authorised persons are logged in with. */
GW_NODISCARD enum gw_code kill_subject(const struct kill_switch *k, int64_t eceu_id, struct gw_err *err);
#endif
