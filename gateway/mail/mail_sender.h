/* gateway/mail/mail_sender.h - the thread that sends what the outbox holds.
 *
 * It sleeps until the registry changes, a message is due, new settings come or it must stop. Messages that are due
 * together share a connection. A message is marked sent after the server's 250 and at no other time; trouble with the
 * server itself counts as a failed attempt of everything that was due, so that a server that is down is asked once a
 * round and not once a message. Without settings it sends nothing and only keeps the metrics mail_waiting, mail_dead.
 */
#ifndef GW_MAIL_MAIL_SENDER_H
#define GW_MAIL_MAIL_SENDER_H
#include "gateway/mail/mail_smtp.h"
#include "store/store.h"

struct mail_sender;

/* `settings` are copied; the store must outlive the sender, whose only listener (store_listen) it becomes. libcurl has
 * been initialised. */
GW_NODISCARD enum gw_code mail_sender_start(struct store *s, const struct mail_settings *settings,
					    struct mail_sender **out, struct gw_err *err);
/* From the next round on; a message on its way goes on with the old ones. Any thread. */
void mail_sender_configure(struct mail_sender *m, const struct mail_settings *settings);
/* Begin to stop: what is on its way is broken off and stays due. Returns at once. */
void mail_sender_stop(struct mail_sender *m);
void mail_sender_free(struct mail_sender *m); /* stops if need be, joins (within a second); NULL is allowed */
#endif
