#include "vash/numbers.h"

#include "base/text.h"

static bool all_digits(struct gw_span s) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		}
	}
	return true;
}

static int digit(struct gw_span s, size_t i) {
	return s.p[i] - '0';
}

static int weighted(struct gw_span s, const int *weights, size_t n) {
	int sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += digit(s, i) * weights[i];
	}
	return sum;
}

static bool date_ok(int day, int month, int year) {
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12 || day < 1) {
		return false;
	}
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (month == 2 && leap);
}

bool vash_emso_ok(struct gw_span text) {
	static const int weights[] = {7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
	if (text.n != 13 || !all_digits(text)) {
		return false;
	}
	int day = digit(text, 0) * 10 + digit(text, 1);
	int month = digit(text, 2) * 10 + digit(text, 3);
	int short_year = digit(text, 4) * 100 + digit(text, 5) * 10 + digit(text, 6);
	if (!date_ok(day, month, short_year < 800 ? 2000 + short_year : 1000 + short_year)) {
		return false;
	}
	int check = (11 - weighted(text, weights, 12) % 11) % 11 % 10;
	return check == digit(text, 12);
}

bool vash_davcna_ok(struct gw_span text) {
	static const int weights[] = {8, 7, 6, 5, 4, 3, 2};
	if (text.n != 8 || !all_digits(text) || text.p[0] == '0') {
		return false;
	}
	int check = 11 - weighted(text, weights, 7) % 11;
	return check != 11 && check % 10 == digit(text, 7);
}

/* The unit's suffix: three characters, the first a digit or a capital letter. */
static bool suffix_ok(struct gw_span s) {
	bool letter = s.p[0] >= 'A' && s.p[0] <= 'Z';
	bool first = letter || (s.p[0] >= '0' && s.p[0] <= '9');
	return first && all_digits((struct gw_span){s.p + 1, 2});
}

bool vash_maticna_canonical(struct gw_span text, char out[11]) {
	bool form = (text.n == 7 || (text.n == 10 && suffix_ok((struct gw_span){text.p + 7, 3}))) &&
		    all_digits((struct gw_span){text.p, 7});
	if (!form) {
		out[0] = '\0';
		return false;
	}
	gw_copy(out, 11, text.p, text.n);
	if (text.n == 7) {
		memcpy(out + 7, "000", 4);
	}
	return true;
}

bool vash_maticna_ok(struct gw_span text) {
	static const int weights[] = {7, 6, 5, 4, 3, 2};
	char canonical[11];
	if (!vash_maticna_canonical(text, canonical)) {
		return false;
	}
	int rest = weighted(text, weights, 6) % 11;
	return rest != 0 && (11 - rest) % 10 == digit(text, 6);
}
