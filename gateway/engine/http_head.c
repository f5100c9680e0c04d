#include "gateway/engine/http_head.h"

#include <arpa/inet.h>

#include "base/err.h"
#include "base/text.h"
#include "gateway/engine/http_value.h"

/* What a byte may be part of. NUL, the other controls and DEL are part of nothing. */
enum {
	IN_TOKEN = 1,	  /* RFC 9110 5.6.2 */
	IN_VALUE = 2,	  /* field-vchar, SP, HTAB: RFC 9110 5.5 */
	IN_QUERY = 4,	  /* RFC 3986 3.4 without '%', which needs a look at its digits */
	IN_PATH = 8,	  /* the same without '?' */
	IN_REG_NAME = 16, /* RFC 3986 3.2.2 without '%': IDNs come as punycode, only tricks are coded */
	IN_AUTHORITY = 32 /* the same and ":[]"; no '@': RFC 9110 4.2.4 wants userinfo refused */
};
enum { SUB_DELIM = IN_VALUE | IN_QUERY | IN_PATH | IN_REG_NAME | IN_AUTHORITY, WORD = SUB_DELIM | IN_TOKEN };

/* clang-format off */
static const unsigned char class_of[256] = {
	['0' ... '9'] = WORD, ['A' ... 'Z'] = WORD, ['a' ... 'z'] = WORD,
	['-'] = WORD, ['.'] = WORD, ['_'] = WORD, ['~'] = WORD,
	['!'] = WORD, ['$'] = WORD, ['&'] = WORD, ['\''] = WORD, ['*'] = WORD, ['+'] = WORD,
	['('] = SUB_DELIM, [')'] = SUB_DELIM, [','] = SUB_DELIM, [';'] = SUB_DELIM, ['='] = SUB_DELIM,
	['/'] = IN_VALUE | IN_QUERY | IN_PATH,
	['@'] = IN_VALUE | IN_QUERY | IN_PATH,
	[':'] = IN_VALUE | IN_QUERY | IN_PATH | IN_AUTHORITY,
	['?'] = IN_VALUE | IN_QUERY,
	['['] = IN_VALUE | IN_AUTHORITY, [']'] = IN_VALUE | IN_AUTHORITY,
	['#'] = IN_VALUE | IN_TOKEN, ['%'] = IN_VALUE | IN_TOKEN, ['^'] = IN_VALUE | IN_TOKEN,
	['`'] = IN_VALUE | IN_TOKEN, ['|'] = IN_VALUE | IN_TOKEN,
	['"'] = IN_VALUE, ['<'] = IN_VALUE, ['>'] = IN_VALUE, ['\\'] = IN_VALUE, ['{'] = IN_VALUE, ['}'] = IN_VALUE,
	['\t'] = IN_VALUE, [' '] = IN_VALUE, [0x80 ... 0xFF] = IN_VALUE,
};
/* clang-format on */

/* One run over the bytes: every step moves `p` past what it accepted and says OK, or says why not. */
struct parse {
	const char *p, *end;
	size_t max_fields;
	struct http_head *head;
	bool is_request;
	bool old_version; /* an HTTP/1.0 reply */
	bool host_seen;
};

static inline const char *skip(const char *p, const char *end, unsigned wanted) {
	while (p < end && (class_of[(unsigned char)*p] & wanted)) {
		p++;
	}
	return p;
}

static struct gw_span between(const char *p, const char *end) {
	return (struct gw_span){p, (size_t)(end - p)};
}

static const char *end_of(struct gw_span s) {
	return s.n > 0 ? s.p + s.n : s.p; /* NULL + 0 is undefined */
}

static enum http_head_status expect_byte(struct parse *s, char c) {
	if (s->p == s->end) {
		return HTTP_HEAD_MORE;
	}
	if (*s->p != c) {
		return HTTP_HEAD_MALFORMED;
	}
	s->p++;
	return HTTP_HEAD_OK;
}

static enum http_head_status expect_crlf(struct parse *s) {
	enum http_head_status status = expect_byte(s, '\r');
	return status == HTTP_HEAD_OK ? expect_byte(s, '\n') : status;
}

/* Start line */

static enum http_method method_of(struct gw_span text) {
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
		{"POST", HTTP_POST},	   {"GET", HTTP_GET},	    {"HEAD", HTTP_HEAD},
		{"PUT", HTTP_PUT},	   {"DELETE", HTTP_DELETE}, {"OPTIONS", HTTP_OPTIONS},
		{"CONNECT", HTTP_CONNECT}, {"PATCH", HTTP_PATCH},   {"TRACE", HTTP_TRACE},
	};
	for (size_t i = 0; i < GW_COUNT(methods); i++) {
		if (gw_span_is(text, methods[i].name)) {
			return methods[i].method;
		}
	}
	return HTTP_METHOD_OTHER;
}

static enum http_head_status read_method(struct parse *s) {
	enum { LONGEST = sizeof("OPTIONS") - 1 };
	const char *start = s->p;
	s->p = skip(s->p, s->end, IN_TOKEN);
	s->head->method_text = between(start, s->p);
	if (s->head->method_text.n > LONGEST) {
		return HTTP_HEAD_METHOD; /* RFC 9112 3: longer than any that we implement */
	}
	enum http_head_status status = expect_byte(s, ' ');
	if (status != HTTP_HEAD_OK) {
		return status;
	}
	if (s->head->method_text.n == 0) {
		return HTTP_HEAD_MALFORMED;
	}
	s->head->method = method_of(s->head->method_text);
	return s->head->method == HTTP_METHOD_OTHER ? HTTP_HEAD_METHOD : HTTP_HEAD_OK;
}

static bool is_hex(char c) {
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* RFC 3986 2.1; %00 is refused because what reads the path behind us may be C. */
static enum http_head_status read_percent(struct parse *s) {
	for (int i = 1; i <= 2; i++) {
		if (s->end - s->p <= i) {
			return HTTP_HEAD_MORE;
		}
		if (!is_hex(s->p[i])) {
			return HTTP_HEAD_MALFORMED;
		}
	}
	if (s->p[1] == '0' && s->p[2] == '0') {
		return HTTP_HEAD_MALFORMED;
	}
	s->p += 3;
	return HTTP_HEAD_OK;
}

/* A path or query up to the first byte that is not part of it. */
static enum http_head_status read_part(struct parse *s, const char *target, unsigned wanted, struct gw_span *part) {
	const char *start = s->p;
	for (;;) {
		s->p = skip(s->p, s->end, wanted);
		*part = between(start, s->p);
		if (s->p - target > HTTP_TARGET_MAX_BYTES) {
			return HTTP_HEAD_URI_LONG;
		}
		if (s->p == s->end) {
			return HTTP_HEAD_MORE;
		}
		if (*s->p != '%') {
			return HTTP_HEAD_OK;
		}
		enum http_head_status status = read_percent(s);
		if (status != HTTP_HEAD_OK) {
			return status;
		}
	}
}

enum {
	HOST_MAX_BYTES = 255, /* RFC 1035 2.3.4 */
	AUTHORITY_MAX_BYTES = HOST_MAX_BYTES + sizeof(":65535") - 1
};

/* "[" IPv6address "]" (RFC 3986 3.2.2, no zone); the end of it, NULL if it is something else. */
static const char *ip_literal_end(struct gw_span text) {
	char address[INET6_ADDRSTRLEN];
	struct in6_addr ignored;
	const char *bracket = memchr(text.p, ']', text.n);
	if (!bracket || !gw_copy(address, sizeof(address), text.p + 1, (size_t)(bracket - text.p) - 1)) {
		return NULL;
	}
	return inet_pton(AF_INET6, address, &ignored) == 1 ? bracket + 1 : NULL;
}

/* RFC 3986 3.2.3: *DIGIT, so an empty port is well-formed. */
static bool is_port(struct gw_span text) {
	uint64_t ignored;
	return text.n == 0 || (text.n <= 5 && gw_parse_u64(text.p, text.n, UINT16_MAX, &ignored));
}

/* uri-host [ ":" port ], the host not empty: RFC 9110 4.2.1 and 7.2. */
static bool is_authority(struct gw_span text) {
	const char *end = end_of(text);
	bool bracket = text.n > 0 && *text.p == '[';
	const char *host_end = bracket ? ip_literal_end(text) : skip(text.p, end, IN_REG_NAME);
	if (!host_end || host_end == text.p || host_end - text.p > HOST_MAX_BYTES) {
		return false;
	}
	return host_end == end || (*host_end == ':' && is_port(between(host_end + 1, end)));
}

static enum http_head_status read_scheme(struct parse *s) {
	static const struct gw_span schemes[] = {{"https://", 8}, {"http://", 7}};
	size_t left = (size_t)(s->end - s->p);
	enum http_head_status status = HTTP_HEAD_MALFORMED;
	for (size_t i = 0; i < GW_COUNT(schemes); i++) {
		size_t n = left < schemes[i].n ? left : schemes[i].n;
		if (strncasecmp(s->p, schemes[i].p, n) != 0) {
			continue;
		}
		if (n == schemes[i].n) {
			s->p += n;
			return HTTP_HEAD_OK;
		}
		status = HTTP_HEAD_MORE;
	}
	return status;
}

/* The front of an absolute-form target (RFC 9112 3.2.2), up to its path. */
static enum http_head_status read_origin(struct parse *s) {
	enum http_head_status status = read_scheme(s);
	if (status != HTTP_HEAD_OK) {
		return status;
	}
	const char *start = s->p;
	s->p = skip(s->p, s->end, IN_AUTHORITY);
	s->head->host = between(start, s->p);
	if (s->p == s->end && s->head->host.n <= AUTHORITY_MAX_BYTES) {
		return HTTP_HEAD_MORE;
	}
	return is_authority(s->head->host) ? HTTP_HEAD_OK : HTTP_HEAD_MALFORMED;
}

static enum http_head_status read_path(struct parse *s, const char *target) {
	if (*s->p == '/') {
		return read_part(s, target, IN_PATH, &s->head->path);
	}
	/* RFC 9110 4.2.3: an empty path is "/". The second slash of "//" before the authority lends it. */
	s->head->path = (struct gw_span){s->head->host.p - 1, 1};
	return HTTP_HEAD_OK;
}

static enum http_head_status read_query(struct parse *s, const char *target) {
	if (*s->p != '?') {
		return HTTP_HEAD_OK;
	}
	s->p++;
	return read_part(s, target, IN_QUERY, &s->head->query);
}

/* Asterisk-form and authority-form fall out here: neither begins with a slash or a scheme. */
static enum http_head_status read_target(struct parse *s) {
	const char *target = s->p;
	if (s->head->method == HTTP_CONNECT) {
		return HTTP_HEAD_MALFORMED; /* RFC 9112 3.2.3: it takes the authority-form only */
	}
	if (s->p == s->end) {
		return HTTP_HEAD_MORE;
	}
	enum http_head_status status = *s->p == '/' ? HTTP_HEAD_OK : read_origin(s);
	if (status == HTTP_HEAD_OK) {
		status = read_path(s, target);
	}
	if (status == HTTP_HEAD_OK) {
		status = read_query(s, target);
	}
	return status == HTTP_HEAD_OK ? expect_byte(s, ' ') : status;
}

/* RFC 9112 2.3: "HTTP/" DIGIT "." DIGIT, in capitals. */
static enum http_head_status read_version(struct parse *s, char *major, char *minor) {
	static const char shape[] = "HTTP/d.d";
	enum { LENGTH = sizeof(shape) - 1 };
	for (int i = 0; i < LENGTH; i++) {
		if (s->end - s->p <= i) {
			return HTTP_HEAD_MORE;
		}
		char c = s->p[i];
		if (shape[i] == 'd' ? c < '0' || c > '9' : c != shape[i]) {
			return HTTP_HEAD_MALFORMED;
		}
	}
	*major = s->p[5];
	*minor = s->p[7];
	s->p += LENGTH;
	return HTTP_HEAD_OK;
}

static enum http_head_status read_request_line(struct parse *s) {
	char major, minor;
	enum http_head_status status = read_method(s);
	if (status == HTTP_HEAD_OK) {
		status = read_target(s);
	}
	if (status == HTTP_HEAD_OK) {
		status = read_version(s, &major, &minor);
	}
	if (status != HTTP_HEAD_OK) {
		return status;
	}
	return major == '1' && minor == '1' ? expect_crlf(s) : HTTP_HEAD_VERSION;
}

/* RFC 9110 15: 100..599, three digits. */
static enum http_head_status read_code(struct parse *s) {
	for (int i = 0; i < 3; i++) {
		if (s->p == s->end) {
			return HTTP_HEAD_MORE;
		}
		char c = *s->p++;
		if (c < '0' || c > '9' || (i == 0 && (c == '0' || c > '5'))) {
			return HTTP_HEAD_MALFORMED;
		}
		s->head->status = s->head->status * 10 + (c - '0');
	}
	return HTTP_HEAD_OK;
}

/* RFC 9112 4: the SP behind the code is there even if the reason is not. */
static enum http_head_status read_reason(struct parse *s) {
	enum http_head_status status = expect_byte(s, ' ');
	if (status != HTTP_HEAD_OK) {
		return status;
	}
	s->p = skip(s->p, s->end, IN_VALUE);
	return expect_crlf(s);
}

static enum http_head_status read_status_line(struct parse *s) {
	char major, minor;
	enum http_head_status status = read_version(s, &major, &minor);
	if (status != HTTP_HEAD_OK) {
		return status;
	}
	if (major != '1' || minor > '1') {
		return HTTP_HEAD_VERSION;
	}
	s->old_version = minor == '0';
	s->head->keep_alive = !s->old_version;
	status = expect_byte(s, ' ');
	if (status == HTTP_HEAD_OK) {
		status = read_code(s);
	}
	return status == HTTP_HEAD_OK ? read_reason(s) : status;
}

/* Fields that decide something here */

/* Both framing fields set head->framing, so a second one of either kind is seen there. */
static enum http_head_status judge_content_length(struct parse *s, struct gw_span value) {
	enum { DIGITS_MAX = 19 }; /* all of them fit in 64 bits */
	if (s->head->framing != HTTP_BODY_NONE || value.n > DIGITS_MAX) {
		return HTTP_HEAD_FRAMING; /* RFC 9112 6.3 rules 3 and 5 */
	}
	s->head->framing = HTTP_BODY_LENGTH;
	return gw_parse_u64(value.p, value.n, UINT64_MAX, &s->head->content_length) ? HTTP_HEAD_OK : HTTP_HEAD_FRAMING;
}

/* RFC 9112 6.3 rule 4 (MUST): a request whose last coding is not chunked has no length, hence 400. Only a
 * clean list with one chunked at its end is merely a coding that we lack: RFC 9112 6.1, 501. */
static enum http_head_status judge_odd_codings(struct gw_span value) {
	const char *p = value.p, *end = value.p + value.n;
	for (;;) {
		const char *member = p;
		p = skip(p, end, IN_TOKEN);
		bool chunked = gw_span_is_nocase(between(member, p), "chunked");
		if (p == member || chunked || p == end) {
			return chunked && p == end ? HTTP_HEAD_CODING : HTTP_HEAD_FRAMING;
		}
		p = http_trim(between(p, end)).p;
		if (p == end || *p != ',') {
			return HTTP_HEAD_FRAMING;
		}
		p = http_trim(between(p + 1, end)).p;
	}
}

static enum http_head_status judge_transfer_encoding(struct parse *s, struct gw_span value) {
	if (s->head->framing != HTTP_BODY_NONE || s->old_version) {
		return HTTP_HEAD_FRAMING; /* RFC 9112 6.1; 6.3 rule 3 */
	}
	if (!gw_span_is_nocase(value, "chunked")) {
		return judge_odd_codings(value);
	}
	s->head->framing = HTTP_BODY_CHUNKED;
	return HTTP_HEAD_OK;
}

static enum http_head_status judge_host(struct parse *s, struct gw_span value) {
	if (s->host_seen || !is_authority(value)) {
		return HTTP_HEAD_HOST;
	}
	s->host_seen = true;
	if (s->head->host.n == 0) { /* RFC 9112 3.2.2: an absolute-form target overrules Host */
		s->head->host = value;
	}
	return HTTP_HEAD_OK;
}

static enum http_head_status judge_connection(struct parse *s, struct gw_span value) {
	if (http_list_has(value, "close")) {
		s->head->keep_alive = false;
	}
	return HTTP_HEAD_OK;
}

static enum http_head_status judge_expect(struct parse *s, struct gw_span value) {
	bool known = gw_span_is_nocase(value, "100-continue");
	s->head->expect_continue |= known;
	s->head->expect_other |= !known;
	return HTTP_HEAD_OK;
}

/* Indexed by the length of the name: no two are of the same length. */
static const struct {
	const char *name;
	enum http_head_status (*judge)(struct parse *s, struct gw_span value);
	bool in_requests_only;
} judged[] = {
	[4] = {"host", judge_host, true},
	[6] = {"expect", judge_expect, true},
	[10] = {"connection", judge_connection, false},
	[14] = {"content-length", judge_content_length, false},
	[17] = {"transfer-encoding", judge_transfer_encoding, false},
};

static enum http_head_status judge_field(struct parse *s, const struct http_field *f) {
	size_t n = f->name.n;
	if (n >= GW_COUNT(judged) || !judged[n].name || strncasecmp(f->name.p, judged[n].name, n) != 0) {
		return HTTP_HEAD_OK;
	}
	if (judged[n].in_requests_only && !s->is_request) {
		return HTTP_HEAD_OK;
	}
	return judged[n].judge(s, f->value);
}

/* Field lines */

static enum http_head_status read_field(struct parse *s, struct http_field *f) {
	const char *name = s->p;
	s->p = skip(s->p, s->end, IN_TOKEN);
	f->name = between(name, s->p);
	if (f->name.n == 0) {
		return HTTP_HEAD_MALFORMED; /* obs-fold (RFC 9112 5.2) ends here too: a blank is no token */
	}
	enum http_head_status status = expect_byte(s, ':'); /* RFC 9112 5.1: no white space before it */
	if (status != HTTP_HEAD_OK) {
		return status;
	}
	const char *value = s->p;
	s->p = skip(s->p, s->end, IN_VALUE);
	f->value = http_trim(between(value, s->p));
	return expect_crlf(s);
}

static enum http_head_status read_fields(struct parse *s) {
	struct http_head *head = s->head;
	while (s->p < s->end && *s->p != '\r') {
		if (head->field_count == s->max_fields) {
			return HTTP_HEAD_TOO_LARGE;
		}
		struct http_field *f = &head->fields[head->field_count];
		enum http_head_status status = read_field(s, f);
		if (status == HTTP_HEAD_OK) {
			head->field_count++;
			status = judge_field(s, f);
		}
		if (status != HTTP_HEAD_OK) {
			return status;
		}
	}
	return expect_crlf(s);
}

/* The two heads */

static struct parse begin(struct gw_span in, const struct http_limits *limits, struct http_head *head) {
	memset(head, 0, offsetof(struct http_head, fields));
	struct gw_span looked_at = {in.p, in.n < limits->max_bytes ? in.n : limits->max_bytes};
	return (struct parse){
		.p = in.p,
		.end = end_of(looked_at),
		.max_fields = limits->max_fields < HTTP_FIELDS_MAX ? limits->max_fields : HTTP_FIELDS_MAX,
		.head = head,
	};
}

static enum http_head_status finish(const struct parse *s, struct gw_span in, const struct http_limits *limits,
				    enum http_head_status status) {
	if (status == HTTP_HEAD_OK) {
		s->head->bytes = (size_t)(s->p - in.p);
	}
	return status == HTTP_HEAD_MORE && in.n >= limits->max_bytes ? HTTP_HEAD_TOO_LARGE : status;
}

enum http_head_status http_request_head(struct gw_span in, const struct http_limits *limits, struct http_head *head) {
	struct parse s = begin(in, limits, head);
	s.is_request = true;
	head->keep_alive = true;
	enum http_head_status status = read_request_line(&s);
	if (status == HTTP_HEAD_OK) {
		status = read_fields(&s);
	}
	if (status == HTTP_HEAD_OK && !s.host_seen) {
		status = HTTP_HEAD_HOST;
	}
	return finish(&s, in, limits, status);
}

/* RFC 9112 6.3 rules 1 and 8 */
static void settle_reply_body(struct http_head *head, bool to_head_request) {
	if (to_head_request || head->status < 200 || head->status == 204 || head->status == 304) {
		head->framing = HTTP_BODY_NONE;
		head->content_length = 0;
	} else if (head->framing == HTTP_BODY_NONE) {
		head->framing = HTTP_BODY_TO_CLOSE;
		head->keep_alive = false;
	}
}

enum http_head_status http_reply_head(struct gw_span in, const struct http_limits *limits, bool to_head_request,
				      struct http_head *head) {
	struct parse s = begin(in, limits, head);
	enum http_head_status status = read_status_line(&s);
	if (status == HTTP_HEAD_OK) {
		status = read_fields(&s);
	}
	if (status == HTTP_HEAD_OK) {
		settle_reply_body(head, to_head_request);
	}
	return finish(&s, in, limits, status);
}

/* Questions to a parsed head */

static const struct http_field *find_from(const struct http_head *head, size_t from, struct gw_span name) {
	for (size_t i = from; i < head->field_count; i++) {
		const struct http_field *f = &head->fields[i];
		if (f->name.n == name.n && strncasecmp(f->name.p, name.p, name.n) == 0) {
			return f;
		}
	}
	return NULL;
}

const struct http_field *http_field_find(const struct http_head *head, const char *name) {
	return find_from(head, 0, gw_span_of(name));
}

size_t http_field_count(const struct http_head *head, const char *name) {
	size_t count = 0;
	const struct http_field *f = find_from(head, 0, gw_span_of(name));
	while (f) {
		count++;
		f = find_from(head, (size_t)(f - head->fields) + 1, gw_span_of(name));
	}
	return count;
}
