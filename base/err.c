#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum gw_code gw_fail_at(struct gw_err *err, enum gw_code code, const char *file, int line, const char *fmt, ...) {
	if (!err || err->code != GW_OK) {
		return code;
	}
	err->code = code;
	err->file = file;
	err->line = line;
	va_list args;
	va_start(args, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, args);
	va_end(args);
	return code;
}

enum gw_code gw_wrap(struct gw_err *err, enum gw_code code, const char *fmt, ...) {
	if (!err) {
		return code;
	}
	char cause[sizeof(err->msg)];
	memcpy(cause, err->msg, sizeof(cause));
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(err->msg, sizeof(err->msg), fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n < sizeof(err->msg)) {
		snprintf(err->msg + n, sizeof(err->msg) - (size_t)n, ": %s", cause);
	}
	err->code = code;
	return code;
}

const char *gw_code_name(enum gw_code code) {
	static const char *const names[] = {
		[GW_OK] = "ok",
		[GW_E_INPUT] = "input",
		[GW_E_DENIED] = "denied",
		[GW_E_NOTFOUND] = "not_found",
		[GW_E_CONFLICT] = "conflict",
		[GW_E_RETRY] = "retry",
		[GW_E_UPSTREAM] = "upstream",
		[GW_E_STORE] = "store",
		[GW_E_CONFIG] = "config",
		[GW_E_NOMEM] = "nomem",
		[GW_E_BUG] = "bug",
	};
	return (size_t)code < GW_COUNT(names) ? names[code] : "unknown";
}
