/* gateway/mail/mail_message.h - one message of the outbox as RFC 5322 text, ready for SMTP DATA (lines end in CRLF;
 * dots are the transport's matter).
 *
 * The bytes depend on nothing but the arguments: every attempt at a message sends the same, with the same Message-ID,
 * so that a recipient's system can tell a repetition. Pure functions, any thread. */
#ifndef GW_MAIL_MAIL_MESSAGE_H
#define GW_MAIL_MAIL_MESSAGE_H
#include <stdint.h>

#include "base/buf.h"

struct mail_message {
	int64_t id, created_utc_s; /* of the outbox row; the Date */
	const char *origin;	   /* of the installation, letters and digits: tells two outboxes of one domain apart */
	const char *from, *to;	   /* addresses, see vash_email_ok */
	const char *subject;	   /* UTF-8, one line */
	const char *body;	   /* UTF-8, lines end in LF or CRLF */
};

/* Header: Date, From, To, Subject (RFC 2047 where it is not plain ASCII), Message-ID, Auto-Submitted (RFC 3834), MIME;
 * body: text/plain in UTF-8, quoted-printable (RFC 2045 6.7). Appends to `out`.
 * GW_E_INPUT: an address is not vash_email_ok, or the subject holds a control character or is not UTF-8. */
GW_NODISCARD enum gw_code mail_message_build(const struct mail_message *m, struct gw_buf *out, struct gw_err *err);
#endif
