#include "store/checkpoint.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sync.h"
#include "store/db.h"

enum { EVERY_MS = 500, BUSY_MS = 100, TRUNCATE_BYTES = 64 << 20 };

struct checkpointer {
	const char *path, *vfs;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t closing;
	bool stopping; /* under mutex */
	_Atomic uint64_t wal_bytes;
};

static void measure(struct checkpointer *c) {
	char wal[4096];
	struct stat st;
	if (snprintf(wal, sizeof(wal), "%s-wal", c->path) < (int)sizeof(wal) && stat(wal, &st) == 0) {
		atomic_store(&c->wal_bytes, (uint64_t)st.st_size);
	}
}

/* Passive, so that nobody waits; a log that has grown is cut, for which a reader who stays too long makes it wait. */
static void run_once(struct checkpointer *c, sqlite3 *db, bool *large) {
	measure(c);
	bool was_large = *large;
	*large = atomic_load(&c->wal_bytes) > TRUNCATE_BYTES;
	if (*large && !was_large) {
		gw_log(GW_LOG_WARN, "wal_large", "path", c->path, NULL);
	}
	sqlite3_wal_checkpoint_v2(db, NULL, *large ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL,
				  NULL);
}

/* false: it is time to end. */
static bool pause_until_next(struct checkpointer *c) {
	int64_t until_us = gw_mono_us() + EVERY_MS * 1000L;
	pthread_mutex_lock(&c->mutex);
	if (!c->stopping) {
		GW_UNUSED(gw_cond_wait_until(&c->closing, &c->mutex, until_us));
	}
	bool go_on = !c->stopping;
	pthread_mutex_unlock(&c->mutex);
	return go_on;
}

static void *checkpoint_main(void *arg) {
	struct checkpointer *c = arg;
	struct gw_err err = {0};
	sqlite3 *db = NULL;
	bool large = false;
	pthread_setname_np(pthread_self(), "checkpoint");
	if (db_open(c->path, DB_WRITE, c->vfs, &db, &err) != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "checkpoint_failed", &err);
		return NULL;
	}
	sqlite3_busy_timeout(db, BUSY_MS); /* a truncating one holds the write lock while it waits for readers */
	do {
		run_once(c, db, &large);
	} while (pause_until_next(c));
	db_close(db);
	return NULL;
}

enum gw_code checkpointer_start(const char *path, const char *vfs, struct checkpointer **out, struct gw_err *err) {
	struct checkpointer *c = calloc(1, sizeof(*c));
	*out = NULL;
	if (!c) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	c->path = path;
	c->vfs = vfs;
	pthread_mutex_init(&c->mutex, NULL);
	gw_cond_init(&c->closing);
	if (pthread_create(&c->thread, NULL, checkpoint_main, c) != 0) {
		pthread_cond_destroy(&c->closing);
		pthread_mutex_destroy(&c->mutex);
		free(c);
		return gw_fail(err, GW_E_NOMEM, "cannot start the checkpoint thread");
	}
	*out = c;
	return GW_OK;
}

void checkpointer_stop(struct checkpointer *c) {
	if (!c) {
		return;
	}
	pthread_mutex_lock(&c->mutex);
	c->stopping = true;
	pthread_cond_signal(&c->closing);
	pthread_mutex_unlock(&c->mutex);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->closing);
	pthread_mutex_destroy(&c->mutex);
	free(c);
}

uint64_t checkpointer_wal_bytes(const struct checkpointer *c) {
	return atomic_load(&c->wal_bytes);
}
