/* gateway/cli/child_tsl.h - one trusted list, read and its signature verified in a child. */
#ifndef GW_CLI_CHILD_TSL_H
#define GW_CLI_CHILD_TSL_H
#include "certs/tsl_json.h"

/* What a child says of a list; `record` (certs/tsl_json.h) is the caller's, NULL when refused, also where the child
 * failed (TSL_REFUSED_CHILD_…). GW_E_…: no child could be started. Waits up to CHILD_TSL_MS; any thread. */
GW_NODISCARD enum gw_code child_tsl(struct gw_span xml, json_t **record, struct tsl_refused *refused,
				    struct gw_err *err);
enum { CHILD_TSL_MS = 30000 };

/* The child's side: the hidden command "child-tsl". Exit status. */
int child_tsl_main(void);
#endif
