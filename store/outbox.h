/* store/outbox.h - the transactional outbox: mail is a row, written in the transaction that causes it and sent
 * afterwards, at least once.
 *
 * A message waits (due at next_utc_s), was sent, or is dead: refused for good, or out of attempts. Only a server's 250
 * makes it sent, so a crash at any moment sends it twice rather than never. Dead ones stay until outbox_retry. Rows
 * hold personal data (recipient, body, the server's words): none of it belongs in a log line. */
#ifndef GW_STORE_OUTBOX_H
#define GW_STORE_OUTBOX_H
#include "store/store.h"

enum {
	OUTBOX_RECIPIENT_MAX = 254, /* bytes; RFC 5321 4.5.3.1.3, without the angle brackets */
	OUTBOX_SUBJECT_MAX = 400,
	OUTBOX_BODY_MAX = 256 << 10,
	OUTBOX_ERROR_MAX = 300,
	OUTBOX_ATTEMPTS_MAX = 7
};

struct outbox_mail { /* what a procedure says: UTF-8, lines of the body end in LF */
	const char *recipient, *subject, *body;
};

/* Add a message, due at once, inside a transaction of the writer (the body of a store_change): it is sent if and only
 * if that transaction commits. GW_E_INPUT: empty or too long, or a control character in recipient or subject. */
struct sqlite3;
GW_NODISCARD enum gw_code outbox_add(struct sqlite3 *db, const struct outbox_mail *mail, int64_t *id,
				     struct gw_err *err);

/* ---- reading ---- */
struct outbox_reader; /* one a thread */
GW_NODISCARD enum gw_code outbox_reader_open(const char *path, struct outbox_reader **out, struct gw_err *err);
void outbox_reader_close(struct outbox_reader *r);
GW_DEFINE_AUTO(outbox_reader, struct outbox_reader *, outbox_reader_close)

struct outbox_row { /* texts are borrowed during the call */
	int64_t id, created_utc_s, next_utc_s;
	int64_t sent_utc_s, dead_utc_s; /* 0 = not */
	int attempts;
	const char *recipient, *subject, *body, *last_error;
};
typedef enum gw_code (*outbox_row_fn)(void *ctx, const struct outbox_row *row, struct gw_err *err);

/* At most `limit` messages that are due, the oldest due first. `each` copies: it must not wait, a snapshot is open. */
GW_NODISCARD enum gw_code outbox_due(struct outbox_reader *r, int64_t now_utc_s, int limit, outbox_row_fn each,
				     void *ctx, struct gw_err *err);

struct outbox_counts {
	int64_t waiting, dead;
	int64_t next_utc_s; /* when the first of the waiting is due; INT64_MAX: none waits */
};
GW_NODISCARD enum gw_code outbox_count(struct outbox_reader *r, struct outbox_counts *out, struct gw_err *err);

enum outbox_which { OUTBOX_ALL = 0, OUTBOX_WAITING, OUTBOX_DEAD };
/* At most `limit` messages with id > `after`, ascending, `body` empty. */
GW_NODISCARD enum gw_code outbox_list(struct outbox_reader *r, enum outbox_which which, int64_t after, int limit,
				      outbox_row_fn each, void *ctx, struct gw_err *err);

/* ---- marking: on the writer, waits for the commit (store_note) ---- */

/* The wait after the n-th failed attempt: 1, 5, 15, 60, 240 and 720 times `first_s` (1 min, 5 min, 15 min, 1 h, 4 h,
 * 12 h for 60); 0 = no more attempts. */
int64_t outbox_backoff_s(int attempts, int64_t first_s);

GW_NODISCARD enum gw_code outbox_mark_sent(struct store *s, int64_t id, struct gw_err *err);

struct outbox_failure {
	const int64_t *ids; /* at most 200 */
	size_t count;
	bool permanent; /* dead at once */
	int64_t first_s;
	const char *error; /* UTF-8; cut at OUTBOX_ERROR_MAX */
	size_t died;	   /* out: how many of them are dead now */
};
/* One more failed attempt for each of the messages. */
GW_NODISCARD enum gw_code outbox_mark_failed(struct store *s, struct outbox_failure *f, struct gw_err *err);

/* ---- what an operator asks for: a change of the registry, with its audit record ---- */

/* Due at once with all attempts before it. GW_E_NOTFOUND; GW_E_CONFLICT: it has been sent. */
GW_NODISCARD enum gw_code outbox_retry(struct store *s, const struct store_context *who, int64_t id,
				       struct gw_err *err);
/* One message in a transaction of its own. */
GW_NODISCARD enum gw_code outbox_put(struct store *s, const struct store_context *who, const struct outbox_mail *mail,
				     int64_t *id, struct gw_err *err);
#endif
