/* gateway/mail/mail_smtp.h - one connection to the mail server (RFC 5321, libcurl): message after message, each with a
 * verdict. Blocks; one thread. */
#ifndef GW_MAIL_MAIL_SMTP_H
#define GW_MAIL_MAIL_SMTP_H
#include <stdatomic.h>
#include <stdint.h>

#include "gateway/mail/mail_message.h"
#include "vash/net_address.h"

enum { MAIL_PATH = 512, MAIL_SECRET = 256, MAIL_WHY = 256 };

struct mail_settings {	     /* plain data; holds a password: explicit_bzero what is left behind */
	char url[MAIL_PATH]; /* smtps://host:port or smtp://host:port; "" = mail is not configured */
	char from[VASH_EMAIL_MAX + 1];
	char user[MAIL_SECRET], password[MAIL_SECRET]; /* "" = no AUTH */
	char ca[MAIL_PATH];			       /* PEM: what the server's certificate must come from */
	bool starttls; /* smtp://: TLS before anything else is said, or nothing is sent; false = plain text */
	uint32_t connect_ms, transfer_ms; /* deadlines: connection with TLS; all of one message */
	uint32_t retry_s;		  /* first step of the back-off (outbox_backoff_s) */
};

enum mail_verdict {
	MAIL_TROUBLE = 0, /* the server was not reached, not proven, or refuses us: it concerns every message */
	MAIL_LATER,	  /* this message, this time: 4xx, or the connection broke under it */
	MAIL_NEVER,	  /* 5xx to the recipient or to the message (RFC 5321 4.2.1) */
	MAIL_STOPPED,	  /* `stop` was set: nothing is known about the message */
	MAIL_SENT	  /* the server's 250 to the whole message has come */
};

struct mail_result {
	enum mail_verdict verdict;
	char why[MAIL_WHY];   /* without personal data */
	char reply[MAIL_WHY]; /* the server's answer to the last command, ASCII, or "": may name the recipient */
};

struct mail_smtp;

/* Nothing is connected before the first message. Both arguments are borrowed until mail_smtp_close; setting *stop ends
 * what runs within a second. */
GW_NODISCARD enum gw_code mail_smtp_open(const struct mail_settings *settings, const atomic_bool *stop,
					 struct mail_smtp **out, struct gw_err *err);
/* `to` has passed vash_email_ok; `message` is mail_message_build's. */
void mail_smtp_send(struct mail_smtp *c, const char *to, struct gw_span message, struct mail_result *out);
/* Says QUIT and does not wait for the answer: a server that is silent there would hold its caller for minutes. */
void mail_smtp_close(struct mail_smtp *c);
GW_DEFINE_AUTO(mail_smtp, struct mail_smtp *, mail_smtp_close)
#endif
