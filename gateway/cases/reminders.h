/* gateway/cases/reminders.h - the daily look for registered certificates that expire soon: 60, 30, 14, 7 and 1 days
 * before, the user gets one mail each. */
#ifndef GW_CASES_REMINDERS_H
#define GW_CASES_REMINDERS_H
#include "store/store.h"
#include "vash/codelists.h"

/* Waits for the writer; what was said is never said again, also after a restart. After an outage only the latest one is
 * said. *count: mails that were put into the outbox. */
GW_NODISCARD enum gw_code reminders_run(struct store *s, const struct vash_codelists *lists, int64_t now_utc_s,
					size_t *count, struct gw_err *err);
#endif
