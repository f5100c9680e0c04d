#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t shift_ms;

void gw_clock_shift(int64_t seconds) {
	shift_ms = seconds * 1000;
}

static int64_t read_us(clockid_t id) {
	struct timespec ts;
	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t gw_now_utc_ms(void) {
	return read_us(CLOCK_REALTIME) / 1000 + shift_ms;
}

int64_t gw_now_utc_s(void) {
	return gw_now_utc_ms() / 1000;
}

int64_t gw_mono_us(void) {
	return read_us(CLOCK_MONOTONIC);
}

int64_t gw_mono_ms(void) {
	return gw_mono_us() / 1000;
}

void gw_time_text(int64_t utc_ms, char out[GW_TIME_TEXT]) {
	int64_t ms = utc_ms % 1000;
	if (ms < 0) {
		ms += 1000;
	}
	time_t s = (time_t)((utc_ms - ms) / 1000);
	struct tm tm;
	gmtime_r(&s, &tm);
	snprintf(out, GW_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		 tm.tm_hour, tm.tm_min, tm.tm_sec, (int)ms);
}

enum { MARCH = 2, OCTOBER = 9, WEEK = 7, LAST_OF_BOTH = 31, WINTER_S = 3600, SUMMER_S = 7200 };

/* Is the last Sunday 01:00 UTC of this month of 31 days over? */
static bool has_changed(const struct tm *tm) {
	int weekday_of_last = (tm->tm_wday + LAST_OF_BOTH - tm->tm_mday) % WEEK;
	int sunday = LAST_OF_BOTH - weekday_of_last;
	return tm->tm_mday > sunday || (tm->tm_mday == sunday && tm->tm_hour >= 1);
}

int gw_slovenia_offset_s(int64_t utc_s) {
	time_t at = (time_t)utc_s;
	struct tm tm = {0};
	gmtime_r(&at, &tm);
	bool summer = tm.tm_mon == MARCH     ? has_changed(&tm)
		      : tm.tm_mon == OCTOBER ? !has_changed(&tm)
					     : tm.tm_mon > MARCH && tm.tm_mon < OCTOBER;
	return summer ? SUMMER_S : WINTER_S;
}

void gw_day_text(int64_t utc_s, char out[GW_DAY_TEXT]) {
	time_t there = (time_t)(utc_s + gw_slovenia_offset_s(utc_s));
	struct tm tm = {0};
	gmtime_r(&there, &tm);
	snprintf(out, GW_DAY_TEXT, "%d. %d. %d", tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900);
}

/* Offset "Z" or "+hh:mm" in minutes; false if malformed. */
static bool parse_offset(const char *p, int *minutes) {
	if (p[0] == 'Z' && p[1] == '\0') {
		*minutes = 0;
		return true;
	}
	int hours = 0, mins = 0, used = 0;
	if ((p[0] != '+' && p[0] != '-') || sscanf(p + 1, "%2d:%2d%n", &hours, &mins, &used) != 2 || used != 5 ||
	    p[6] != '\0' || hours > 23 || mins > 59) {
		return false;
	}
	*minutes = (p[0] == '-' ? -1 : 1) * (hours * 60 + mins);
	return true;
}

bool gw_time_parse(const char *text, int64_t *utc_ms) {
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!rest) {
		return false;
	}
	int ms = 0, digits = 0;
	if (*rest == '.') {
		for (rest++; *rest >= '0' && *rest <= '9'; rest++, digits++) {
			ms = digits < 3 ? ms * 10 + (*rest - '0') : ms;
		}
		if (digits == 0) {
			return false;
		}
		for (; digits < 3; digits++) {
			ms *= 10;
		}
	}
	int offset_min = 0;
	if (!parse_offset(rest, &offset_min)) {
		return false;
	}
	*utc_ms = ((int64_t)timegm(&tm) - (int64_t)offset_min * 60) * 1000 + ms;
	return true;
}
