/* gateway/cases/reminders.h - the daily look for registered certificates that expire soon: 60, 30, 14, 7 and 1 days
 * before, the user gets one mail each. */
#ifndef GW_CASES_REMINDERS_H
#define GW_CASES_REMINDERS_H
#include "store/store.h"
#include "vash/codelists.h"

struct reminders_found {
	size_t said;	      /* mails that were put into the outbox */
	size_t untold;	      /* records that expire soon and whose user has no e-mail address <22> */
	int64_t first_untold; /* <19.0> of the first of them; 0 = none */
};

/* Waits for the writer; what was said is never said again, also after a restart. After an outage only the latest one is
 * said. A user without an address is told as soon as he has one. */
GW_NODISCARD enum gw_code reminders_run(struct store *s, const struct vash_codelists *lists, int64_t now_utc_s,
					struct reminders_found *out, struct gw_err *err);
#endif
