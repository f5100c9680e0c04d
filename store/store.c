/* The writer thread: one loop that commits batches of audit entries, runs jobs, signs heads, and recovers. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sync.h"
#include "store/change.h"
#include "store/checkpoint.h"
#include "store/gap.h"
#include "store/schema.h"

enum { TICK_MS = 200, BATCH_MAX = 4096, RECOVERY_BYTES = 1 << 20 };

struct job {
	STAILQ_ENTRY(job) link;
	const struct store_context *context;
	store_job_fn fn;
	void *arg;
	struct gw_err *err;
	enum gw_code result;
	bool note, finished;
};
STAILQ_HEAD(job_queue, job);

struct store {
	char *path, *head_file;
	struct store_config config;
	sqlite3 *db; /* the writer's */
	struct trail *trail;
	int lock_fd;
	pthread_t writer;
	bool writer_runs;
	struct checkpointer *checkpointer;

	pthread_mutex_t mutex;
	pthread_cond_t wake, job_done;
	struct audit_queue queue; /* under mutex */
	size_t queued;
	struct job_queue jobs;
	bool urgent, idle, stopping, stopped;
	uint64_t seals_asked, seals_done;
	struct gap_ledger *gap;
	void (*changed)(void *ctx); /* under mutex */
	void *changed_ctx;

	struct audit_queue retry; /* writer only: outcomes whose commit failed */
	int64_t next_head_ms;	  /* writer only */

	atomic_bool broken, disk_low; /* cleared under mutex, so that no refusal is counted too late */
	_Atomic uint64_t generation, commits, failed_commits, records, refused;
	_Atomic int64_t writer_cpu_us;
};

/* ---- batches ---- */

static enum gw_code append_all(struct store *s, struct audit_queue *batch, struct gw_err *err) {
	struct audit_entry *e;
	STAILQ_FOREACH(e, batch, link) {
		enum gw_code rc = trail_append(s->trail, e, err);
		if (rc != GW_OK) {
			return rc;
		}
	}
	return GW_OK;
}

struct batch {
	struct store *s;
	struct audit_queue *entries;
};

static enum gw_code batch_body(sqlite3 *db, void *arg, struct gw_err *err) {
	GW_UNUSED(db);
	struct batch *b = arg;
	return append_all(b->s, b->entries, err);
}

/* One transaction over the trail: what the frontier learned is forgotten when it fails. */
static enum gw_code trail_transaction(struct store *s, db_body_fn body, void *arg, struct gw_err *err) {
	trail_begin(s->trail);
	enum gw_code rc = db_transaction(s->db, body, arg, err);
	if (rc != GW_OK) {
		trail_rolled_back(s->trail);
		atomic_fetch_add(&s->failed_commits, 1);
		return rc;
	}
	atomic_fetch_add(&s->commits, 1);
	atomic_store(&s->records, trail_size(s->trail));
	return GW_OK;
}

static void note_broken(struct store *s, const struct gw_err *err) {
	if (!atomic_exchange(&s->broken, true)) {
		gw_log_err(GW_LOG_ERROR, "audit_unwritable", err);
	}
}

static bool is_request(enum audit_kind kind) {
	return kind == AUDIT_INTENT || kind == AUDIT_REFUSAL || kind == AUDIT_SERVED;
}

static void finish_entry(struct store *s, struct audit_entry *e, enum gw_code rc) {
	if (rc != GW_OK && is_request(e->kind)) {
		pthread_mutex_lock(&s->mutex);
		gap_count(s->gap, gw_now_utc_ms());
		pthread_mutex_unlock(&s->mutex);
	}
	e->result = rc;
	e->done(e);
}

/* After a failed commit outcomes wait for better times; all else is told at once. */
static void finish_batch(struct store *s, struct audit_queue *batch, enum gw_code rc) {
	struct audit_entry *e;
	while ((e = STAILQ_FIRST(batch)) != NULL) {
		STAILQ_REMOVE_HEAD(batch, link);
		if (rc != GW_OK && e->kind == AUDIT_OUTCOME) {
			STAILQ_INSERT_TAIL(&s->retry, e, link);
		} else {
			finish_entry(s, e, rc);
		}
	}
}

/* The outcomes that waited are told how it ended. */
static void finish_retry(struct store *s, enum gw_code rc) {
	struct audit_entry *e;
	while ((e = STAILQ_FIRST(&s->retry)) != NULL) {
		STAILQ_REMOVE_HEAD(&s->retry, link);
		finish_entry(s, e, rc);
	}
}

static void commit_batch(struct store *s, struct audit_queue *batch) {
	struct gw_err err = {0};
	struct batch b = {s, batch};
	enum gw_code rc = trail_transaction(s, batch_body, &b, &err);
	if (rc != GW_OK) {
		note_broken(s, &err);
	}
	finish_batch(s, batch, rc);
}

/* ---- recovery: one gap record tells how many requests the log does not know ---- */

static bool disk_below(const struct store *s, uint64_t bytes) {
	struct statvfs fs;
	return statvfs(s->path, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < bytes;
}

/* Can the disk take a commit again? The waiting outcomes try it; without one, a page written as it was. */
static enum gw_code probe_body(sqlite3 *db, void *arg, struct gw_err *err) {
	struct store *s = arg;
	if (!STAILQ_EMPTY(&s->retry)) {
		return append_all(s, &s->retry, err);
	}
	char pragma[48];
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%d", schema_migration_count);
	return db_exec(db, pragma, err);
}

struct gap_write {
	struct store *s;
	struct gap gap;
};

static enum gw_code gap_body(sqlite3 *db, void *arg, struct gw_err *err) {
	GW_UNUSED(db);
	const struct gap_write *w = arg;
	char fields[160], since[GW_TIME_TEXT], until[GW_TIME_TEXT];
	gw_time_text(w->gap.since_utc_ms, since);
	gw_time_text(gw_now_utc_ms(), until);
	snprintf(fields, sizeof(fields), "count=%llu since=%s until=%s", (unsigned long long)w->gap.count, since,
		 until);
	struct audit_entry gap = {.kind = AUDIT_GAP, .fields = gw_span_of(fields)};
	return trail_append(w->s->trail, &gap, err);
}

/* Calls are accepted again and the count is taken in one moment: no refusal falls between two records. */
static struct gap take_gap(struct store *s) {
	pthread_mutex_lock(&s->mutex);
	struct gap gap = gap_take(s->gap, trail_size(s->trail));
	atomic_store(&s->broken, false);
	pthread_mutex_unlock(&s->mutex);
	return gap;
}

static void settle_gap(struct store *s, bool written) {
	pthread_mutex_lock(&s->mutex);
	if (written) {
		gap_written(s->gap);
	} else {
		gap_give_back(s->gap);
	}
	pthread_mutex_unlock(&s->mutex);
}

static void write_gap(struct store *s) {
	struct gap_write w = {s, take_gap(s)};
	struct gw_err err = {0};
	if (w.gap.count == 0) {
		return;
	}
	enum gw_code rc = trail_transaction(s, gap_body, &w, &err);
	settle_gap(s, rc == GW_OK);
	if (rc != GW_OK) {
		note_broken(s, &err);
	}
}

/* On a full disk a small commit may still fit where the next larger one does not: without some room it is not even
 * tried. */
static void recover(struct store *s) {
	struct gw_err err = {0};
	if (!atomic_load(&s->broken) || disk_below(s, RECOVERY_BYTES) ||
	    trail_transaction(s, probe_body, s, &err) != GW_OK) {
		return;
	}
	finish_retry(s, GW_OK);
	if (atomic_load(&s->disk_low)) {
		atomic_store(&s->broken, false); /* calls stay refused: the gap goes on */
	} else {
		write_gap(s);
	}
	gw_log(GW_LOG_WARN, "audit_writable_again", NULL);
}

static void watch_disk(struct store *s) {
	bool low = disk_below(s, s->config.audit_reserve_bytes);
	pthread_mutex_lock(&s->mutex);
	bool was_low = atomic_exchange(&s->disk_low, low);
	pthread_mutex_unlock(&s->mutex);
	if (low && !was_low) {
		gw_log(GW_LOG_ERROR, "audit_reserve_reached", "path", s->path, NULL);
	}
}

/* ---- jobs ---- */

struct job_run {
	struct store *s;
	struct job *job;
};

static enum gw_code job_body(sqlite3 *db, void *arg, struct gw_err *err) {
	struct job_run *r = arg;
	struct job *j = r->job;
	return j->note ? j->fn(db, j->arg, err) : change_run(db, r->s->trail, j->context, j->fn, j->arg, err);
}

static void run_job(struct store *s, struct job *job) {
	struct job_run r = {s, job};
	enum gw_code rc = trail_transaction(s, job_body, &r, job->err);
	bool changed = rc == GW_OK && !job->note;
	if (changed) {
		atomic_fetch_add(&s->generation, 1);
	}
	pthread_mutex_lock(&s->mutex);
	if (changed && s->changed) {
		s->changed(s->changed_ctx);
	}
	job->result = rc;
	job->finished = true;
	pthread_cond_broadcast(&s->job_done);
	pthread_mutex_unlock(&s->mutex);
}

/* ---- the writer's loop ---- */

static void wait_for_work(struct store *s, int64_t us) {
	GW_UNUSED(gw_cond_wait_until(&s->wake, &s->mutex, gw_mono_us() + us));
}

static bool has_work(const struct store *s) {
	return !STAILQ_EMPTY(&s->queue) || !STAILQ_EMPTY(&s->jobs) || s->seals_asked > s->seals_done || s->stopping;
}

/* Wait for work, then give a batch that nobody waits for the chance to grow. Under the mutex. */
static void await_work(struct store *s) {
	if (!has_work(s)) {
		s->idle = true;
		wait_for_work(s, (int64_t)TICK_MS * 1000);
		s->idle = false;
	}
	if (!STAILQ_EMPTY(&s->queue) && !s->urgent && STAILQ_EMPTY(&s->jobs) && !s->stopping) {
		wait_for_work(s, s->config.audit_hold_us);
	}
	s->urgent = false;
}

static void take_batch(struct store *s, struct audit_queue *batch) {
	STAILQ_INIT(batch);
	for (size_t n = 0; n < BATCH_MAX && !STAILQ_EMPTY(&s->queue); n++) {
		struct audit_entry *e = STAILQ_FIRST(&s->queue);
		STAILQ_REMOVE_HEAD(&s->queue, link);
		STAILQ_INSERT_TAIL(batch, e, link);
		s->queued--;
	}
}

static void sign_head(struct store *s) {
	struct gw_err err = {0};
	if (!atomic_load(&s->broken) && trail_head(s->trail, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "audit_head_failed", &err);
	}
}

/* Who waits for a head gets one of everything that was committed before he asked. */
static void seal(struct store *s) {
	pthread_mutex_lock(&s->mutex);
	uint64_t asked = s->seals_asked;
	bool due = asked > s->seals_done;
	pthread_mutex_unlock(&s->mutex);
	if (!due) {
		return;
	}
	sign_head(s);
	pthread_mutex_lock(&s->mutex);
	s->seals_done = asked;
	pthread_cond_broadcast(&s->job_done);
	pthread_mutex_unlock(&s->mutex);
}

static void each_tick(struct store *s) {
	int64_t now = gw_mono_ms();
	seal(s);
	if (now < s->next_head_ms) {
		return;
	}
	s->next_head_ms = now + 1000;
	watch_disk(s);
	if (!atomic_load(&s->broken) && !atomic_load(&s->disk_low)) {
		write_gap(s); /* of the disk reserve, or of a full queue */
	}
	sign_head(s);
	struct rusage use;
	if (getrusage(RUSAGE_THREAD, &use) == 0) {
		atomic_store(&s->writer_cpu_us, (int64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 +
							use.ru_utime.tv_usec + use.ru_stime.tv_usec);
	}
}

static void *writer_main(void *arg) {
	struct store *s = arg;
	pthread_setname_np(pthread_self(), "audit-writer");
	for (bool more = true; more;) {
		struct audit_queue batch;
		pthread_mutex_lock(&s->mutex);
		await_work(s);
		take_batch(s, &batch);
		struct job *job = STAILQ_FIRST(&s->jobs);
		if (job) {
			STAILQ_REMOVE_HEAD(&s->jobs, link);
		}
		more = !s->stopping || !STAILQ_EMPTY(&s->queue) || !STAILQ_EMPTY(&s->jobs);
		pthread_mutex_unlock(&s->mutex);
		recover(s);
		if (!STAILQ_EMPTY(&batch)) {
			commit_batch(s, &batch);
		}
		if (job) {
			run_job(s, job);
		}
		each_tick(s);
	}
	recover(s);
	if (!atomic_load(&s->broken)) {
		write_gap(s);
	}
	struct gw_err err = {0};
	if (trail_head(s->trail, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "audit_head_failed", &err);
	}
	finish_retry(s, GW_E_STORE); /* the next start closes their intents */
	return NULL;
}

/* ---- the handle ---- */

static enum gw_code take_lock(struct store *s, struct gw_err *err) {
	char path[4096];
	snprintf(path, sizeof(path), "%s.lock", s->path);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0) {
		return gw_fail(err, GW_E_STORE, "cannot open '%s': %s", path, strerror(errno));
	}
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		return gw_fail(err, GW_E_CONFLICT, "registry '%s' is in use by another process", s->path);
	}
	return GW_OK;
}

static enum gw_code close_open_body(sqlite3 *db, void *arg, struct gw_err *err) {
	GW_UNUSED(db);
	struct store *s = arg;
	enum gw_code rc = trail_note_restore(s->trail, err);
	return rc == GW_OK ? trail_close_open(s->trail, err) : rc;
}

static enum gw_code open_database(struct store *s, struct gw_err *err) {
	enum gw_code rc = db_open(s->path, DB_WRITE, s->config.vfs, &s->db, err);
	rc = rc == GW_OK ? db_migrate(s->db, err) : rc;
	rc = rc == GW_OK ? trail_open(s->db, &s->config.signer, s->head_file, &s->trail, err) : rc;
	rc = rc == GW_OK ? gap_ledger_open(s->path, trail_size(s->trail), &s->gap, err) : rc;
	return rc == GW_OK ? trail_transaction(s, close_open_body, s, err) : rc;
}

static enum gw_code start_threads(struct store *s, struct gw_err *err) {
	s->writer_runs = pthread_create(&s->writer, NULL, writer_main, s) == 0;
	return s->writer_runs ? checkpointer_start(s->path, s->config.vfs, &s->checkpointer, err)
			      : gw_fail(err, GW_E_NOMEM, "cannot start the writer");
}

static void init_sync(struct store *s) {
	pthread_mutex_init(&s->mutex, NULL);
	gw_cond_init(&s->wake);
	gw_cond_init(&s->job_done);
}

enum gw_code store_open(const struct store_config *config, struct store **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(store) struct store *s = calloc(1, sizeof(*s));
	if (!s) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	s->config = *config;
	s->lock_fd = -1;
	STAILQ_INIT(&s->queue);
	STAILQ_INIT(&s->retry);
	STAILQ_INIT(&s->jobs);
	init_sync(s);
	s->path = strdup(config->path);
	s->head_file = strdup(config->head_file);
	if (!s->path || !s->head_file) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	atomic_store(&s->generation, 1);
	enum gw_code rc = take_lock(s, err);
	rc = rc == GW_OK ? open_database(s, err) : rc;
	rc = rc == GW_OK ? start_threads(s, err) : rc;
	if (rc == GW_OK) {
		*out = gw_take(&s);
	}
	return rc;
}

void store_stop(struct store *s) {
	if (!s || s->stopped) {
		return;
	}
	pthread_mutex_lock(&s->mutex);
	s->stopping = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->mutex);
	if (s->writer_runs) {
		pthread_join(s->writer, NULL);
	}
	pthread_mutex_lock(&s->mutex);
	s->stopped = true;
	pthread_cond_broadcast(&s->job_done);
	pthread_mutex_unlock(&s->mutex);
}

void store_close(struct store *s) {
	if (!s) {
		return;
	}
	store_stop(s);
	checkpointer_stop(s->checkpointer);
	gap_ledger_close(s->gap);
	trail_free(s->trail);
	db_close(s->db);
	if (s->lock_fd >= 0) {
		close(s->lock_fd);
	}
	pthread_cond_destroy(&s->wake);
	pthread_cond_destroy(&s->job_done);
	pthread_mutex_destroy(&s->mutex);
	free(s->path);
	free(s->head_file);
	free(s);
}

const char *store_path(const struct store *s) {
	return s->path;
}

const char *store_log_id(const struct store *s) {
	return trail_log_id(s->trail);
}

struct gw_span store_log_key(const struct store *s) {
	return (struct gw_span){(const char *)s->config.signer.spki, s->config.signer.spki_bytes};
}

bool store_admit(struct store *s) {
	if (store_writable(s)) {
		return true;
	}
	pthread_mutex_lock(&s->mutex);
	bool writable = store_writable(s);
	if (!writable) {
		gap_count(s->gap, gw_now_utc_ms());
	}
	pthread_mutex_unlock(&s->mutex);
	return writable;
}

bool store_submit(struct store *s, struct audit_entry *entry) {
	bool outcome = entry->kind == AUDIT_OUTCOME;
	pthread_mutex_lock(&s->mutex);
	bool room = outcome || (store_writable(s) && s->queued < s->config.audit_queue_max);
	bool taken = room && !s->stopped;
	if (taken) {
		STAILQ_INSERT_TAIL(&s->queue, entry, link);
		s->queued++;
		if (s->idle) {
			pthread_cond_signal(&s->wake);
		}
	} else if (is_request(entry->kind)) {
		gap_count(s->gap, gw_now_utc_ms());
	}
	pthread_mutex_unlock(&s->mutex);
	if (!taken) {
		atomic_fetch_add(&s->refused, 1);
	}
	return taken;
}

void store_hurry(struct store *s) {
	pthread_mutex_lock(&s->mutex);
	s->urgent = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->mutex);
}

struct waiter {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	bool done;
};

static void wake_waiter(struct audit_entry *entry) {
	struct waiter *w = entry->owner;
	pthread_mutex_lock(&w->mutex);
	w->done = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->mutex);
}

enum gw_code store_submit_wait(struct store *s, struct audit_entry *entry, struct gw_err *err) {
	struct waiter w = {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};
	entry->owner = &w;
	entry->done = wake_waiter;
	if (!store_submit(s, entry)) {
		return gw_fail(err, GW_E_RETRY, "the audit trail cannot be written");
	}
	store_hurry(s);
	pthread_mutex_lock(&w.mutex);
	while (!w.done) {
		pthread_cond_wait(&w.cond, &w.mutex);
	}
	pthread_mutex_unlock(&w.mutex);
	return entry->result == GW_OK ? GW_OK : gw_fail(err, entry->result, "the audit trail cannot be written");
}

bool store_writable(const struct store *s) {
	return !atomic_load(&s->broken) && !atomic_load(&s->disk_low);
}

uint64_t store_generation(const struct store *s) {
	return atomic_load(&s->generation);
}

void store_stats(struct store *s, struct store_stats *out) {
	pthread_mutex_lock(&s->mutex);
	size_t queued = s->queued;
	pthread_mutex_unlock(&s->mutex);
	*out = (struct store_stats){
		.records = atomic_load(&s->records),
		.commits = atomic_load(&s->commits),
		.failed_commits = atomic_load(&s->failed_commits),
		.refused = atomic_load(&s->refused),
		.queue = queued,
		.wal_bytes = checkpointer_wal_bytes(s->checkpointer),
		.writer_cpu_us = atomic_load(&s->writer_cpu_us),
	};
}

static enum gw_code run_and_wait(struct store *s, struct job *job) {
	pthread_mutex_lock(&s->mutex);
	if (s->stopping) {
		pthread_mutex_unlock(&s->mutex);
		return gw_fail(job->err, GW_E_RETRY, "the registry is closing");
	}
	STAILQ_INSERT_TAIL(&s->jobs, job, link);
	pthread_cond_signal(&s->wake);
	while (!job->finished) {
		pthread_cond_wait(&s->job_done, &s->mutex);
	}
	pthread_mutex_unlock(&s->mutex);
	return job->result;
}

enum gw_code store_change(struct store *s, const struct store_context *context, store_job_fn fn, void *arg,
			  struct gw_err *err) {
	struct job job = {.context = context, .fn = fn, .arg = arg, .err = err};
	return run_and_wait(s, &job);
}

enum gw_code store_note(struct store *s, store_job_fn fn, void *arg, struct gw_err *err) {
	struct job job = {.note = true, .fn = fn, .arg = arg, .err = err};
	return run_and_wait(s, &job);
}

enum gw_code store_seal(struct store *s, struct gw_err *err) {
	pthread_mutex_lock(&s->mutex);
	uint64_t mine = ++s->seals_asked;
	pthread_cond_signal(&s->wake);
	while (s->seals_done < mine && !s->stopped) {
		pthread_cond_wait(&s->job_done, &s->mutex);
	}
	bool done = s->seals_done >= mine;
	pthread_mutex_unlock(&s->mutex);
	return done ? GW_OK : gw_fail(err, GW_E_RETRY, "the registry is closing");
}

void store_listen(struct store *s, void (*changed)(void *ctx), void *ctx) {
	pthread_mutex_lock(&s->mutex);
	s->changed = changed;
	s->changed_ctx = ctx;
	pthread_mutex_unlock(&s->mutex);
}
