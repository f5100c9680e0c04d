#include "gateway/mail/mail_sender.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sync.h"
#include "base/text.h"
#include "gateway/engine/metrics.h"
#include "store/outbox.h"

enum {
	BATCH_MAX = 20,
	MESSAGE_MAX_BYTES = 1 << 20, /* a body of OUTBOX_BODY_MAX bytes, each as three */
	NAP_MS = 60000,		     /* longest sleep while something waits: the wall clock may be set */
	MARK_AGAIN_MS = 5000,
	FOREVER = -1
};

struct mail_sender {
	struct store *store;
	struct outbox_reader *reader;
	pthread_t thread;
	bool runs;
	atomic_bool stopping;

	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool woken; /* under mutex, with what follows */
	bool settings_are_new;
	struct mail_settings settings;
};

/* ---- sleeping and waking ---- */

static void wake(void *ctx) {
	struct mail_sender *m = ctx;
	pthread_mutex_lock(&m->mutex);
	m->woken = true;
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->mutex);
}

static void sleep_ms(struct mail_sender *m, int64_t ms) {
	int64_t until_us = gw_mono_us() + ms * 1000;
	bool waits = true;
	pthread_mutex_lock(&m->mutex);
	while (!m->woken && !atomic_load(&m->stopping) && waits) {
		waits = ms == FOREVER ? pthread_cond_wait(&m->wake, &m->mutex) == 0
				      : gw_cond_wait_until(&m->wake, &m->mutex, until_us);
	}
	m->woken = false;
	pthread_mutex_unlock(&m->mutex);
}

/* ---- what is due ---- */

struct item {
	int64_t id, created_utc_s;
	char *to, *subject, *body;
};

struct batch {
	struct item item[BATCH_MAX];
	size_t count;
};

static enum gw_code keep(void *ctx, const struct outbox_row *row, struct gw_err *err) {
	struct batch *b = ctx;
	struct item *i = &b->item[b->count++];
	*i = (struct item){row->id, row->created_utc_s, strdup(row->recipient), strdup(row->subject),
			   strdup(row->body)};
	return i->to && i->subject && i->body ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static void release(struct batch *b) {
	for (size_t i = 0; i < b->count; i++) {
		free(b->item[i].to);
		free(b->item[i].subject);
		free(b->item[i].body);
	}
	b->count = 0;
}

/* ---- marking: what has happened is written down, however long the disk refuses it ---- */

typedef enum gw_code (*mark_fn)(struct mail_sender *m, void *arg, struct gw_err *err);

/* A process that must end before sends once more what was sent. */
static void mark(struct mail_sender *m, mark_fn fn, void *arg) {
	struct gw_err err = {0};
	if (fn(m, arg, &err) == GW_OK) {
		return;
	}
	gw_log_err(GW_LOG_ERROR, "mail_unmarked", &err);
	do {
		sleep_ms(m, MARK_AGAIN_MS);
	} while (fn(m, arg, NULL) != GW_OK && !atomic_load(&m->stopping));
}

static enum gw_code mark_sent(struct mail_sender *m, void *arg, struct gw_err *err) {
	const int64_t *id = arg;
	return outbox_mark_sent(m->store, *id, err);
}

static enum gw_code mark_failed(struct mail_sender *m, void *arg, struct gw_err *err) {
	return outbox_mark_failed(m->store, arg, err);
}

static void note_sent(struct mail_sender *m, int64_t id) {
	char number[24];
	snprintf(number, sizeof(number), "%lld", (long long)id);
	mark(m, mark_sent, &id);
	metric_add(METRIC_mails_sent_total, 1);
	gw_log(GW_LOG_INFO, "mail_sent", "id", number, NULL);
}

/* One failed attempt of `count` messages from `first` on. */
static void note_failed(struct mail_sender *m, const struct item *first, size_t count, const struct mail_result *r,
			int64_t retry_s) {
	int64_t ids[BATCH_MAX];
	char error[2 * MAIL_WHY], id[24], messages[24], dead[24];
	for (size_t i = 0; i < count; i++) {
		ids[i] = first[i].id;
	}
	snprintf(error, sizeof(error), "%s%s%s", r->why, r->reply[0] ? "; " : "", r->reply);
	struct outbox_failure f = {
		.ids = ids, .count = count, .permanent = r->verdict == MAIL_NEVER, .first_s = retry_s, .error = error};
	mark(m, mark_failed, &f);
	metric_add(METRIC_mail_failures_total, (int64_t)count);
	snprintf(id, sizeof(id), "%lld", (long long)ids[0]);
	snprintf(messages, sizeof(messages), "%zu", count);
	snprintf(dead, sizeof(dead), "%zu", f.died);
	gw_log(f.died ? GW_LOG_ERROR : GW_LOG_WARN, "mail_failed", "id", id, "messages", messages, "dead", dead, "why",
	       r->why, NULL);
}

/* ---- sending ---- */

static void send_item(struct mail_sender *m, struct mail_smtp *c, const struct mail_settings *s, const struct item *i,
		      struct mail_result *out) {
	GW_AUTO(buf) struct gw_buf text;
	struct gw_err err = {0};
	const struct mail_message message = {.id = i->id,
					     .created_utc_s = i->created_utc_s,
					     .origin = store_log_id(m->store),
					     .from = s->from,
					     .to = i->to,
					     .subject = i->subject,
					     .body = i->body};
	gw_buf_init(&text, MESSAGE_MAX_BYTES);
	enum gw_code rc = mail_message_build(&message, &text, &err);
	if (rc == GW_OK) {
		mail_smtp_send(c, i->to, gw_buf_span(&text), out);
		return;
	}
	*out = (struct mail_result){.verdict = rc == GW_E_INPUT ? MAIL_NEVER : MAIL_LATER};
	gw_copy_text(out->why, sizeof(out->why), err.msg);
}

static void send_batch(struct mail_sender *m, const struct mail_settings *s, const struct batch *b) {
	GW_AUTO(mail_smtp) struct mail_smtp *c = NULL;
	struct mail_result r = {.verdict = MAIL_TROUBLE};
	struct gw_err err = {0};
	if (mail_smtp_open(s, &m->stopping, &c, &err) != GW_OK) {
		gw_copy_text(r.why, sizeof(r.why), err.msg);
		note_failed(m, b->item, b->count, &r, s->retry_s);
		return;
	}
	for (size_t i = 0; i < b->count && !atomic_load(&m->stopping); i++) {
		send_item(m, c, s, &b->item[i], &r);
		if (r.verdict == MAIL_SENT) {
			note_sent(m, b->item[i].id);
		} else if (r.verdict == MAIL_TROUBLE) {
			note_failed(m, &b->item[i], b->count - i, &r, s->retry_s);
			return;
		} else if (r.verdict != MAIL_STOPPED) {
			note_failed(m, &b->item[i], 1, &r, s->retry_s);
		}
	}
}

/* Batch after batch until nothing is due: each message of a batch is sent, or due later, or dead. */
static enum gw_code send_due(struct mail_sender *m, const struct mail_settings *s, struct gw_err *err) {
	struct batch b = {.count = 0};
	enum gw_code rc = GW_OK;
	do {
		release(&b);
		rc = outbox_due(m->reader, gw_now_utc_s(), BATCH_MAX, keep, &b, err);
		if (rc == GW_OK && b.count > 0) {
			send_batch(m, s, &b);
		}
	} while (rc == GW_OK && b.count > 0 && !atomic_load(&m->stopping));
	release(&b);
	return rc;
}

/* ---- the thread ---- */

static bool take_settings(struct mail_sender *m, struct mail_settings *out) {
	pthread_mutex_lock(&m->mutex);
	bool are_new = m->settings_are_new;
	m->settings_are_new = false;
	*out = m->settings;
	pthread_mutex_unlock(&m->mutex);
	return are_new;
}

static void say_unconfigured(int64_t waiting) {
	char number[24];
	snprintf(number, sizeof(number), "%lld", (long long)waiting);
	gw_log(GW_LOG_WARN, "mail_not_configured", "waiting", number, NULL);
}

/* How long to sleep behind this round. */
static int64_t run_round(struct mail_sender *m) {
	struct mail_settings s;
	struct outbox_counts counts;
	struct gw_err err = {0};
	bool are_new = take_settings(m, &s);
	bool configured = s.url[0] != '\0';
	enum gw_code rc = configured ? send_due(m, &s, &err) : GW_OK;
	explicit_bzero(&s, sizeof(s));
	rc = rc == GW_OK ? outbox_count(m->reader, &counts, &err) : rc;
	if (rc != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "mail_outbox_unreadable", &err);
		return NAP_MS;
	}
	metric_set(METRIC_mail_waiting, counts.waiting);
	metric_set(METRIC_mail_dead, counts.dead);
	if (are_new && !configured && counts.waiting > 0) {
		say_unconfigured(counts.waiting);
	}
	if (!configured || counts.waiting == 0) {
		return FOREVER;
	}
	int64_t left_ms = counts.next_utc_s * 1000 - gw_now_utc_ms();
	return left_ms < 0 ? 0 : left_ms < NAP_MS ? left_ms : NAP_MS;
}

static void *sender_main(void *arg) {
	struct mail_sender *m = arg;
	pthread_setname_np(pthread_self(), "mail-sender");
	while (!atomic_load(&m->stopping)) {
		sleep_ms(m, run_round(m));
	}
	return NULL;
}

static void init_sync(struct mail_sender *m) {
	pthread_mutex_init(&m->mutex, NULL);
	gw_cond_init(&m->wake);
}

enum gw_code mail_sender_start(struct store *s, const struct mail_settings *settings, struct mail_sender **out,
			       struct gw_err *err) {
	*out = NULL;
	struct mail_sender *m = calloc(1, sizeof(*m));
	if (!m) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	init_sync(m);
	m->store = s;
	m->settings = *settings;
	m->settings_are_new = true;
	enum gw_code rc = outbox_reader_open(store_path(s), &m->reader, err);
	if (rc == GW_OK) {
		store_listen(s, wake, m);
		m->runs = pthread_create(&m->thread, NULL, sender_main, m) == 0;
		rc = m->runs ? GW_OK : gw_fail(err, GW_E_NOMEM, "cannot start the sender of mail");
	}
	if (rc != GW_OK) {
		mail_sender_free(m);
		return rc;
	}
	*out = m;
	return GW_OK;
}

void mail_sender_configure(struct mail_sender *m, const struct mail_settings *settings) {
	pthread_mutex_lock(&m->mutex);
	m->settings = *settings;
	m->settings_are_new = true;
	pthread_mutex_unlock(&m->mutex);
	wake(m);
}

void mail_sender_stop(struct mail_sender *m) {
	atomic_store(&m->stopping, true);
	wake(m);
}

void mail_sender_free(struct mail_sender *m) {
	if (!m) {
		return;
	}
	mail_sender_stop(m);
	if (m->runs) {
		pthread_join(m->thread, NULL);
	}
	store_listen(m->store, NULL, NULL);
	outbox_reader_close(m->reader);
	pthread_cond_destroy(&m->wake);
	pthread_mutex_destroy(&m->mutex);
	explicit_bzero(m, sizeof(*m));
	free(m);
}
