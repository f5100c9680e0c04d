/* vash/reminder.h - mail before a registered certificate expires. Pure. */
#ifndef GW_VASH_REMINDER_H
#define GW_VASH_REMINDER_H
#include "base/arena.h"
#include "vash/codelists.h"
#include "vash/record.h"

/* 60, 30, 14, 7 or 1: the smallest of them that the time left is within; 0 = none, or it has expired. */
int vash_reminder_days(int64_t not_after_utc_s, int64_t now_utc_s);
enum { VASH_REMINDER_FIRST_DAYS = 60 };

/* What the user reads, in both languages. */
const char *vash_reminder_text(const struct vash_codelists *lists, const struct vash_record *r, int64_t now_utc_s,
			       struct gw_arena *arena);
#endif
