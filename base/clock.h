/* base/clock.h - wall and monotonic time, wall time shiftable for tests; deadlines.
 *
 * Wall time is what certificates, records and people mean; it may jump. Waiting is measured
 * in monotonic time only. Kept and exchanged is UTC; what a page or a print calls a day is that of Slovenia. */
#ifndef GW_BASE_CLOCK_H
#define GW_BASE_CLOCK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void gw_clock_shift(int64_t seconds); /* added to every later wall time; call before threads start */
int64_t gw_now_utc_ms(void);
int64_t gw_now_utc_s(void);
int64_t gw_mono_ms(void);
int64_t gw_mono_us(void);

enum { GW_TIME_TEXT = 25 }; /* "2026-11-21T10:00:00.000Z" and NUL */

/* RFC 3339, UTC, milliseconds. */
void gw_time_text(int64_t utc_ms, char out[GW_TIME_TEXT]);

/* Parse RFC 3339 "YYYY-MM-DDThh:mm:ss[.fff](Z|+hh:mm)"; false if it is anything else. */
bool gw_time_parse(const char *text, int64_t *utc_ms);

/* What people in Slovenia have on the wall (Europe/Ljubljana), whatever zone the machine is set to: seconds east of
 * UTC, 7200 from the last Sunday of March 01:00 UTC to the last Sunday of October 01:00 UTC (Directive 2000/84/EC),
 * else 3600. Years before 1996 had other rules. Pure. */
int gw_slovenia_offset_s(int64_t utc_s);
enum { GW_DAY_TEXT = 40 };
void gw_day_text(int64_t utc_s, char out[GW_DAY_TEXT]); /* the day there: "21. 11. 2026" */

struct gw_deadline {
	int64_t at_mono_ms; /* 0 = none */
};
static inline bool gw_deadline_passed(struct gw_deadline d, int64_t now_mono_ms) {
	return d.at_mono_ms != 0 && now_mono_ms >= d.at_mono_ms;
}
#endif
