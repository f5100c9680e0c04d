#include "gateway/mail/mail_message.h"

#include "base/text.h"
#include "vash/net_address.h"

enum {
	LINE_MAX_CHARS =
		76, /* of quoted-printable, with the "=" of a soft break; of a header line with encoded words */
	WORD_MAX_CHARS = 54, /* encoded text of one word: "Subject: =?UTF-8?Q?" and "?=" fit beside it */
	PLAIN_SUBJECT_MAX = 67
};

/* ---- the subject ---- */

static bool subject_ok(const char *subject) {
	for (size_t n; *subject; subject += n) {
		n = gw_utf8_len((const uint8_t *)subject, strlen(subject));
		if (n == 0 || (unsigned char)*subject < ' ' || *subject == 0x7f) {
			return false;
		}
	}
	return true;
}

/* ASCII that fits the first line and that no reader takes for an encoded word. */
static bool is_plain(const char *subject) {
	for (const char *p = subject; *p; p++) {
		if ((unsigned char)*p >= 0x7f) {
			return false;
		}
	}
	return strlen(subject) <= PLAIN_SUBJECT_MAX && !strstr(subject, "=?");
}

static bool is_alnum(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static enum gw_code add_q(struct gw_buf *out, const char *p, size_t n) {
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < n; i++) {
		rc = p[i] == ' '      ? gw_buf_text(out, "_")
		     : is_alnum(p[i]) ? gw_buf_add(out, p + i, 1)
				      : gw_buf_addf(out, "=%02X", (unsigned char)p[i]);
	}
	return rc;
}

static size_t q_chars(const char *p, size_t n) {
	size_t chars = 0;
	for (size_t i = 0; i < n; i++) {
		chars += p[i] == ' ' || is_alnum(p[i]) ? 1 : 3;
	}
	return chars;
}

/* Whole characters, as many as fit one word (RFC 2047 5 (3)). */
static size_t word_bytes(const char *text) {
	size_t n = 0;
	while (text[n]) {
		size_t more = gw_utf8_len((const uint8_t *)text + n, strlen(text + n));
		if (q_chars(text, n + more) > WORD_MAX_CHARS) {
			break;
		}
		n += more;
	}
	return n;
}

static enum gw_code add_subject(struct gw_buf *out, const char *subject) {
	if (is_plain(subject)) {
		return gw_buf_addf(out, "Subject: %s\r\n", subject);
	}
	enum gw_code rc = gw_buf_text(out, "Subject:");
	for (size_t n; rc == GW_OK && *subject; subject += n) {
		n = word_bytes(subject);
		rc = gw_buf_text(out, " =?UTF-8?Q?");
		rc = rc == GW_OK ? add_q(out, subject, n) : rc;
		rc = rc == GW_OK ? gw_buf_text(out, "?=\r\n") : rc;
	}
	return rc;
}

/* ---- the body ---- */

static bool is_line_end(const char *p) {
	return *p == '\0' || *p == '\n' || (p[0] == '\r' && p[1] == '\n');
}

/* A blank at the end of a line would be lost on its way (RFC 2045 6.7 (3)). */
static bool goes_bare(const char *p) {
	return *p == ' ' ? !is_line_end(p + 1) : *p > ' ' && *p < 0x7f && *p != '=';
}

static enum gw_code add_body(struct gw_buf *out, const char *p) {
	size_t column = 0;
	enum gw_code rc = GW_OK;
	for (; rc == GW_OK && *p; p++) {
		if (is_line_end(p)) {
			p += *p == '\r';
			column = 0;
			rc = gw_buf_text(out, "\r\n");
			continue;
		}
		size_t width = goes_bare(p) ? 1 : 3;
		if (column + width + !is_line_end(p + 1) > LINE_MAX_CHARS) {
			rc = gw_buf_text(out, "=\r\n");
			column = 0;
		}
		if (rc == GW_OK) {
			rc = width == 1 ? gw_buf_add(out, p, 1) : gw_buf_addf(out, "=%02X", (unsigned char)*p);
		}
		column += width;
	}
	return rc == GW_OK && column > 0 ? gw_buf_text(out, "\r\n") : rc;
}

/* ---- the whole ---- */

static enum gw_code check(const struct mail_message *m, struct gw_err *err) {
	if (!vash_email_ok(m->from) || !vash_email_ok(m->to)) {
		return gw_fail(err, GW_E_INPUT, "the %s is no address that mail can be sent with",
			       vash_email_ok(m->from) ? "recipient" : "sender");
	}
	return subject_ok(m->subject) ? GW_OK : gw_fail(err, GW_E_INPUT, "the subject is no line of UTF-8");
}

/* RFC 5322 3.3, in UTC. */
static enum gw_code add_date(struct gw_buf *out, int64_t utc_s) {
	char text[64];
	struct tm tm;
	time_t t = (time_t)utc_s;
	bool ok = gmtime_r(&t, &tm) && strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &tm) > 0;
	return ok ? gw_buf_addf(out, "Date: %s\r\n", text) : GW_E_BUG;
}

enum gw_code mail_message_build(const struct mail_message *m, struct gw_buf *out, struct gw_err *err) {
	enum gw_code rc = check(m, err);
	if (rc != GW_OK) {
		return rc;
	}
	rc = add_date(out, m->created_utc_s);
	rc = rc == GW_OK ? gw_buf_addf(out, "From: <%s>\r\nTo: <%s>\r\n", m->from, m->to) : rc;
	rc = rc == GW_OK ? add_subject(out, m->subject) : rc;
	rc = rc == GW_OK ? gw_buf_addf(out, "Message-ID: <outbox.%lld.%lld.%s%s>\r\n", (long long)m->id,
				       (long long)m->created_utc_s, m->origin, strchr(m->from, '@'))
			 : rc;
	rc = rc == GW_OK ? gw_buf_text(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
					    "Content-Type: text/plain; charset=utf-8\r\n"
					    "Content-Transfer-Encoding: quoted-printable\r\n\r\n")
			 : rc;
	rc = rc == GW_OK ? add_body(out, m->body) : rc;
	return rc == GW_OK ? rc : gw_fail(err, rc, "the message cannot be written");
}
