#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/kv.h"

enum { LINE_MAX_BYTES = 4096 };

static _Atomic enum gw_log_level most_logged = GW_LOG_INFO;

void gw_log_level_set(enum gw_log_level most) {
	atomic_store_explicit(&most_logged, most, memory_order_relaxed);
}

bool gw_log_enabled(enum gw_log_level level) {
	return level <= atomic_load_explicit(&most_logged, memory_order_relaxed);
}

static const char *level_name(enum gw_log_level level) {
	static const char *const names[] = {"error", "warn", "info", "debug"};
	return names[level];
}

void gw_log(enum gw_log_level level, const char *event, ...) {
	if (!gw_log_enabled(level)) {
		return;
	}
	GW_AUTO(buf) struct gw_buf line;
	gw_buf_init(&line, LINE_MAX_BYTES);
	char now[GW_TIME_TEXT];
	gw_time_text(gw_now_utc_ms(), now);
	enum gw_code rc = gw_buf_text(&line, now);
	rc = rc == GW_OK ? gw_kv_text(&line, "level", level_name(level)) : rc;
	rc = rc == GW_OK ? gw_kv_text(&line, "event", event) : rc;
	va_list args;
	va_start(args, event);
	const char *key;
	while (rc == GW_OK && (key = va_arg(args, const char *)) != NULL) {
		const char *value = va_arg(args, const char *);
		rc = gw_kv_text(&line, key, value ? value : "");
	}
	va_end(args);
	if (gw_buf_add(&line, "\n", 1) == GW_OK) {
		ssize_t ignored = write(STDERR_FILENO, line.data, line.len);
		GW_UNUSED(ignored);
	}
}

void gw_log_err(enum gw_log_level level, const char *event, const struct gw_err *err) {
	char at[128];
	snprintf(at, sizeof(at), "%s:%d", err->file ? err->file : "?", err->line);
	gw_log(level, event, "class", gw_code_name(err->code), "error", err->msg, "at", at, NULL);
}
