/* base/log.h - one-line key=value log on stderr (journald and a terminal read the same bytes).
 *
 * gw_log(GW_LOG_INFO, "listening", "address", "127.0.0.1", NULL) writes
 *   2026-11-21T10:00:00.000Z level=info event=listening address=127.0.0.1
 * Pairs are (const char *key, const char *value) until a NULL key. Lines are written with one write(2), so
 * threads do not mix. Never a secret, never a personal identifier. */
#ifndef GW_BASE_LOG_H
#define GW_BASE_LOG_H
#include <stdbool.h>

#include "base/err.h"

enum gw_log_level { GW_LOG_ERROR = 0, GW_LOG_WARN, GW_LOG_INFO, GW_LOG_DEBUG };

void gw_log_level_set(enum gw_log_level most);
bool gw_log_enabled(enum gw_log_level level);
void gw_log(enum gw_log_level level, const char *event, ...) __attribute__((sentinel));
/* With the error's text, class and place. */
void gw_log_err(enum gw_log_level level, const char *event, const struct gw_err *err);
#endif
