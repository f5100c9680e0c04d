#include "certs/tsl_refusal.h"

#include <stdarg.h>

static const struct {
	const char *code, *sl, *en;
} rows[TSL_REFUSAL_COUNT] = {[TSL_REFUSED_NOT] = {"ok", "", ""},
#define TSL_REFUSAL_ROW(name, code, sl, en) [TSL_REFUSED_##name] = {code, sl, en},
			     TSL_REFUSALS(TSL_REFUSAL_ROW)};

/* What is quoted from a list must not steer a terminal. */
static void make_printable(char *text) {
	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~') {
			*p = '?';
		}
	}
}

bool tsl_refuse(struct tsl_refused *r, enum tsl_refusal why, const char *fmt, ...) {
	if (r->why != TSL_REFUSED_NOT) {
		return false;
	}
	va_list args;
	va_start(args, fmt);
	vsnprintf(r->detail, sizeof(r->detail), fmt, args);
	va_end(args);
	make_printable(r->detail);
	r->why = why;
	return false;
}

const char *tsl_refusal_code(enum tsl_refusal why) {
	return rows[why].code;
}

const char *tsl_refusal_sl(enum tsl_refusal why) {
	return rows[why].sl;
}

const char *tsl_refusal_en(enum tsl_refusal why) {
	return rows[why].en;
}

enum tsl_refusal tsl_refusal_of(const char *code) {
	enum tsl_refusal why = TSL_REFUSED_NOT;
	while (why < TSL_REFUSAL_COUNT && strcmp(rows[why].code, code) != 0) {
		why++;
	}
	return why;
}
