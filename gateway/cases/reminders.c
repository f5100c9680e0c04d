#include "gateway/cases/reminders.h"

#include "store/registry_port.h"
#include "store/reminder.h"
#include "vash/reminder.h"
#include "vash/say.h"

enum { ARENA_MAX_BYTES = 67108864, DAY_S = 86400 };

/* Records whose certificate expires within the first reminder's days. */
static enum gw_code find(struct store *s, int64_t now_utc_s, struct gw_arena *arena, struct vash_records *out,
			 struct gw_err *err) {
	GW_AUTO(registry_port) struct sqlite3 *db = NULL;
	struct vash_registry port;
	enum gw_code rc = registry_port_open(store_path(s), &db, err);
	if (rc != GW_OK) {
		return rc;
	}
	registry_port_init(&port, db);
	const struct vash_query query = {VASH_BY_EXPIRY, now_utc_s + (int64_t)VASH_REMINDER_FIRST_DAYS * DAY_S,
					 VASH_ACTIVE};
	return port.records(port.ctx, &query, arena, out, err);
}

static void count_untold(const struct vash_record *r, struct reminders_found *out) {
	out->first_untold = out->untold++ == 0 ? r->m.id : out->first_untold;
}

enum gw_code reminders_run(struct store *s, const struct vash_codelists *lists, int64_t now_utc_s,
			   struct reminders_found *out, struct gw_err *err) {
	struct vash_records found = {0};
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, ARENA_MAX_BYTES);
	*out = (struct reminders_found){0};
	enum gw_code rc = find(s, now_utc_s, &arena, &found, err);
	for (size_t i = 0; rc == GW_OK && i < found.count; i++) {
		const struct vash_record *r = &found.row[i];
		const struct reminder reminder = {.membership_id = r->m.id,
						  .cert_digest = r->service.digest,
						  .days = vash_reminder_days(r->service.not_after_utc_s, now_utc_s),
						  .to = r->subject.email,
						  .title = vash_say_row(VASH_SAY_mail_title)->sl,
						  .text = vash_reminder_text(lists, r, now_utc_s, &arena)};
		bool said = false;
		if (reminder.days > 0 && reminder.to[0]) {
			rc = reminder_say(s, &reminder, now_utc_s, &said, err);
		} else if (reminder.days > 0) {
			count_untold(r, out);
		}
		out->said += said;
	}
	return rc;
}
