#include "gateway/engine/http_value.h"

/* ---- steps ---- */

/* RFC 9110 5.6.2 */
static bool is_token_char(char c) {
	bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
	return alnum || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_blank(char c) {
	return c == ' ' || c == '\t';
}

struct gw_span http_take_token(struct gw_span *rest) {
	size_t n = 0;
	while (n < rest->n && is_token_char(rest->p[n])) {
		n++;
	}
	struct gw_span token = {rest->p, n};
	*rest = (struct gw_span){rest->p + n, rest->n - n};
	return token;
}

void http_skip_blanks(struct gw_span *rest) {
	while (rest->n > 0 && is_blank(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
}

bool http_take_char(struct gw_span *rest, char c) {
	if (rest->n == 0 || rest->p[0] != c) {
		return false;
	}
	rest->p++;
	rest->n--;
	return true;
}

struct gw_span http_trim(struct gw_span s) {
	http_skip_blanks(&s);
	while (s.n > 0 && is_blank(s.p[s.n - 1])) {
		s.n--;
	}
	return s;
}

/* ---- lists ---- */

/* Up to the first `separator` outside quoted strings (RFC 9110 5.6.4), or all; `rest` goes on behind it. */
static struct gw_span take_until(struct gw_span *rest, char separator) {
	bool quoted = false;
	size_t n = 0;
	for (; n < rest->n && (quoted || rest->p[n] != separator); n++) {
		if (rest->p[n] == '"') {
			quoted = !quoted;
		} else if (quoted && rest->p[n] == '\\' && n + 1 < rest->n) {
			n++;
		}
	}
	struct gw_span taken = {rest->p, n};
	size_t past = n < rest->n ? n + 1 : n;
	*rest = (struct gw_span){rest->p + past, rest->n - past};
	return taken;
}

bool http_list_has(struct gw_span value, const char *token) {
	while (value.n > 0) {
		struct gw_span member = take_until(&value, ',');
		if (gw_span_is_nocase(http_trim(take_until(&member, ';')), token)) {
			return true;
		}
	}
	return false;
}

/* qvalue in thousandths (RFC 9110 12.4.2); -1: it is none. */
static int weight_of(struct gw_span param) {
	struct gw_span q = http_trim(param);
	int weight = 0, scale = 1000;
	if (q.n < 3 || (q.p[0] | 0x20) != 'q' || q.p[1] != '=' || q.n > 7 || (q.n > 3 && q.p[3] != '.')) {
		return -1;
	}
	for (size_t i = 2; i < q.n; i += i == 2 ? 2 : 1, scale /= 10) {
		if (q.p[i] < '0' || q.p[i] > '9') {
			return -1;
		}
		weight += (q.p[i] - '0') * scale;
	}
	return weight <= 1000 ? weight : -1;
}

static bool is_range_of(struct gw_span range, const char *language) {
	size_t n = strlen(language);
	return range.n >= n && gw_span_is_nocase((struct gw_span){range.p, n}, language) &&
	       (range.n == n || range.p[n] == '-');
}

static int language_weight(struct gw_span value, const char *language) {
	int best = 0;
	while (value.n > 0) {
		struct gw_span member = take_until(&value, ',');
		struct gw_span range = http_trim(take_until(&member, ';'));
		int weight = member.n ? weight_of(member) : 1000;
		if (is_range_of(range, language) && weight > best) {
			best = weight;
		}
	}
	return best;
}

bool http_prefers_language(struct gw_span value, const char *wanted, const char *other) {
	return language_weight(value, wanted) > language_weight(value, other);
}

/* ---- media types ---- */

/* quoted-string (RFC 9110 5.6.4) behind its opening quote; the inside as it stands. */
static bool take_quoted(struct gw_span *rest, struct gw_span *inside) {
	const char *from = rest->p;
	while (rest->n > 0 && rest->p[0] != '"') {
		size_t step = rest->p[0] == '\\' ? 2 : 1;
		if (step > rest->n || (unsigned char)rest->p[step - 1] < ' ') {
			return false;
		}
		rest->p += step;
		rest->n -= step;
	}
	*inside = (struct gw_span){from, (size_t)(rest->p - from)};
	return http_take_char(rest, '"');
}

static bool take_param(struct gw_span *rest, struct gw_span *name, struct gw_span *value) {
	http_skip_blanks(rest);
	if (!http_take_char(rest, ';')) {
		return false;
	}
	http_skip_blanks(rest);
	*name = http_take_token(rest);
	*value = (struct gw_span){0};
	if (name->n == 0 && (rest->n == 0 || rest->p[0] == ';')) {
		return true; /* RFC 9110 5.6.6: a parameter may be missing behind its semicolon */
	}
	if (name->n == 0 || !http_take_char(rest, '=')) {
		return false;
	}
	if (http_take_char(rest, '"')) {
		return take_quoted(rest, value);
	}
	*value = http_take_token(rest);
	return value->n > 0;
}

static bool take_type(struct gw_span *rest) {
	return rest->n > 0 && http_take_token(rest).n > 0 && http_take_char(rest, '/') && http_take_token(rest).n > 0;
}

bool http_media_type(struct gw_span value, struct gw_span *type) {
	struct gw_span none, rest = value;
	bool ok = http_media_param(value, "", &none) && take_type(&rest);
	*type = ok ? (struct gw_span){value.p, value.n - rest.n} : (struct gw_span){0};
	return ok;
}

/* Parameters behind a type; false also when the wanted one stands there twice. */
static bool find_param(struct gw_span rest, const char *name, struct gw_span *out) {
	bool ok = true;
	*out = (struct gw_span){0};
	while (ok && rest.n > 0) {
		struct gw_span key, text;
		ok = take_param(&rest, &key, &text);
		bool wanted = ok && key.n > 0 && gw_span_is_nocase(key, name);
		ok = ok && !(wanted && out->p);
		*out = wanted ? text : *out;
	}
	*out = ok ? *out : (struct gw_span){0};
	return ok;
}

bool http_media_param(struct gw_span value, const char *name, struct gw_span *out) {
	*out = (struct gw_span){0};
	return take_type(&value) && find_param(value, name, out);
}

bool http_form_data(struct gw_span value, struct gw_span *name, struct gw_span *file_name) {
	*name = *file_name = (struct gw_span){0};
	return gw_span_is_nocase(http_take_token(&value), "form-data") && find_param(value, "name", name) &&
	       find_param(value, "filename", file_name) && name->p;
}
