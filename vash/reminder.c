#include "vash/reminder.h"

#include "vash/say.h"

enum { DAY_S = 86400, TEXT_MAX_BYTES = 8192 };

int vash_reminder_days(int64_t not_after_utc_s, int64_t now_utc_s) {
	static const int steps[] = {1, 7, 14, 30, VASH_REMINDER_FIRST_DAYS};
	int64_t left = not_after_utc_s - now_utc_s;
	for (size_t i = 0; left > 0 && i < GW_COUNT(steps); i++) {
		if (left <= (int64_t)steps[i] * DAY_S) {
			return steps[i];
		}
	}
	return 0;
}

const char *vash_reminder_text(const struct vash_codelists *lists, const struct vash_record *r, int64_t now_utc_s,
			       struct gw_arena *arena) {
	const struct vash_say_row *row = vash_say_row(VASH_SAY_mail_expires);
	const struct vash_group_row *group = vash_group_find(lists, r->m.scheme, r->m.user_group);
	int64_t left = (r->service.not_after_utc_s - now_utc_s + DAY_S - 1) / DAY_S;
	const char *days = gw_arena_printf(arena, "%lld", (long long)left);
	const struct vash_text all[] = {group ? group->name : (struct vash_text){"", ""},
					{r->service.subject, r->service.subject},
					{days, days}};
	GW_AUTO(buf) struct gw_buf out;
	gw_buf_init(&out, TEXT_MAX_BYTES);
	enum gw_code rc = vash_say_fill(row->sl, all, GW_COUNT(all), false, &out);
	rc = rc == GW_OK ? gw_buf_text(&out, "\n\n") : rc;
	rc = rc == GW_OK ? vash_say_fill(row->en, all, GW_COUNT(all), true, &out) : rc;
	rc = rc == GW_OK ? gw_buf_text(&out, "\n") : rc;
	return rc == GW_OK ? gw_arena_span(arena, gw_buf_span(&out)) : "";
}
