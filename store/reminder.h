/* store/reminder.h - a reminder and the mark that it was said, in one transaction. */
#ifndef GW_STORE_REMINDER_H
#define GW_STORE_REMINDER_H
#include "store/store.h"

struct reminder {
	int64_t membership_id;
	const char *cert_digest;
	int days;
	const char *to, *title, *text;
};

/* *said is false where it was said before, for this certificate and so many days or fewer. Waits for the writer only
 * when there is something to say. */
GW_NODISCARD enum gw_code reminder_say(struct store *s, const struct reminder *r, int64_t now_utc_s, bool *said,
				       struct gw_err *err);
#endif
