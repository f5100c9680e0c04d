/* gateway/cli/house.h - what is looked after each hour: certificates that expire soon, uploads of cases that have
 * expired, the end of the trusted list. Main thread. */
#ifndef GW_CLI_HOUSE_H
#define GW_CLI_HOUSE_H
#include "gateway/cli/config.h"

struct house {				 /* zeroed = nothing has been done yet */
	int64_t kept_ms, untold_said_ms; /* monotonic */
	int64_t list_said_day;		 /* since 1970 */
};
/* Returns at once where the hour is not over; else waits for the store. What fails is a log line. */
void house_keep(struct house *h, const struct config *config, struct store *store, const struct vash_codelists *lists);
#endif
