#include "vash/net_address.h"

#include <arpa/inet.h>

#include "base/text.h"

enum { LABEL_MAX = 63, DOMAIN_MAX = 253, LOCAL_MAX = 64 };

/* ---- domain names ---- */

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

static bool label_ok(struct gw_span label) {
	for (size_t i = 0; i < label.n; i++) {
		if (!is_alnum(label.p[i]) && (label.p[i] != '-' || i == 0 || i + 1 == label.n)) {
			return false;
		}
	}
	return label.n > 0 && label.n <= LABEL_MAX;
}

/* What stands before the first of `ends`, or all. */
static struct gw_span before(struct gw_span text, const char *ends) {
	size_t n = 0;
	while (n < text.n && text.p[n] && !strchr(ends, text.p[n])) {
		n++;
	}
	return (struct gw_span){text.p, n};
}

static struct gw_span behind(struct gw_span text, size_t n) {
	return (struct gw_span){text.p + n, text.n - n};
}

bool vash_domain_ok(struct gw_span text) {
	if (text.n > DOMAIN_MAX) {
		return false;
	}
	for (;;) {
		struct gw_span label = before(text, ".");
		if (!label_ok(label)) {
			return false;
		}
		if (label.n == text.n) {
			return true;
		}
		text = behind(text, label.n + 1);
	}
}

/* ---- e-mail ---- */

static bool is_atext(char c) {
	return is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool local_part_ok(struct gw_span local) {
	bool after_dot = true;
	for (size_t i = 0; i < local.n; i++) {
		bool dot = local.p[i] == '.';
		if (dot ? after_dot : !is_atext(local.p[i])) {
			return false;
		}
		after_dot = dot;
	}
	return !after_dot && local.n <= LOCAL_MAX;
}

bool vash_email_ok(const char *address) {
	const char *at = strchr(address, '@');
	return at && strlen(address) <= VASH_EMAIL_MAX &&
	       local_part_ok((struct gw_span){address, (size_t)(at - address)}) && vash_domain_ok(gw_span_of(at + 1));
}

/* ---- redirect URIs ---- */

static const char scheme[] = "https://";
enum { SCHEME_BYTES = sizeof(scheme) - 1 };

static bool ip_ok(int family, struct gw_span text) {
	char copy[INET6_ADDRSTRLEN];
	struct in6_addr address;
	return gw_copy(copy, sizeof(copy), text.p, text.n) && inet_pton(family, copy, &address) == 1;
}

/* A name whose last label is a number would be read as an IPv4 address. */
static bool name_ok(struct gw_span host) {
	size_t at = host.n;
	while (at > 0 && is_digit(host.p[at - 1])) {
		at--;
	}
	bool number = at < host.n && (at == 0 || host.p[at - 1] == '.');
	return number ? ip_ok(AF_INET, host) : vash_domain_ok(host);
}

static bool port_ok(struct gw_span text) {
	uint64_t port;
	return gw_parse_u64(text.p, text.n, UINT16_MAX, &port) && port > 0;
}

static bool authority_ok(struct gw_span text) {
	struct gw_span host = before(text, text.n > 0 && text.p[0] == '[' ? "]" : ":");
	size_t used = host.n;
	bool literal = host.n > 0 && host.p[0] == '[' && host.n < text.n;
	bool good = literal ? ip_ok(AF_INET6, behind(host, 1)) : name_ok(host);
	used += literal;
	return good && (used == text.n || (text.p[used] == ':' && port_ok(behind(text, used + 1))));
}

static bool characters_ok(struct gw_span uri) {
	uint8_t byte;
	for (size_t i = 0; i < uri.n; i++) {
		unsigned char c = (unsigned char)uri.p[i];
		bool escaped = i + 2 < uri.n && gw_unhex(uri.p + i + 1, 2, &byte, 1);
		if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}#@", c) || (c == '%' && !escaped)) {
			return false;
		}
	}
	return true;
}

static struct gw_span authority_of(struct gw_span uri) {
	return before(behind(uri, SCHEME_BYTES), "/?");
}

bool vash_redirect_uri_ok(struct gw_span uri) {
	return uri.n > SCHEME_BYTES && strncasecmp(uri.p, scheme, SCHEME_BYTES) == 0 && characters_ok(uri) &&
	       authority_ok(authority_of(uri));
}

bool vash_redirect_uri_same(struct gw_span a, struct gw_span b) {
	size_t n = SCHEME_BYTES + authority_of(a).n;
	return SCHEME_BYTES + authority_of(b).n == n && strncasecmp(a.p, b.p, n) == 0 &&
	       gw_span_equal(behind(a, n), behind(b, n));
}
