/* gateway/cli/tsl_watch.h - imports the trusted list of the configuration on schedule, as `tsl import` does by hand:
 * this program once more, which brings it into force over the control socket. A thread; where no list is configured it
 * sleeps. */
#ifndef GW_CLI_TSL_WATCH_H
#define GW_CLI_TSL_WATCH_H
#include "gateway/cli/config.h"

struct tsl_watch;
/* `config_path` is borrowed; the control socket must answer soon. */
GW_NODISCARD enum gw_code tsl_watch_start(const char *config_path, const struct config *c, struct tsl_watch **out,
					  struct gw_err *err);
void tsl_watch_use(struct tsl_watch *w, const struct config *c); /* from now on */
void tsl_watch_stop(struct tsl_watch *w);			 /* ends what is under way; NULL is fine */
void tsl_watch_free(struct tsl_watch *w);			 /* waits for it */
#endif
