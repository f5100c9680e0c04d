#include "tests/loss/cut_vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

enum { SECTOR = 512, PATH_BYTES = 512 };

const char *const cut_place_name[CUT_PLACES] = {
	[CUT_NONE] = "between",	     [CUT_WAL_WRITE] = "wal-write", [CUT_WAL_SYNC] = "wal-sync",
	[CUT_DB_WRITE] = "db-write", [CUT_DB_SYNC] = "db-sync",	    [CUT_JOURNAL] = "journal",
	[CUT_TRUNCATE] = "truncate", [CUT_FOLDER] = "folder",
};

struct change { /* one write (fresh != NULL) or truncation that is not on the platter */
	TAILQ_ENTRY(change) link;
	off_t at, size_before, size_after; /* sizes of the file */
	size_t fresh_bytes, old_bytes;
	uint8_t *fresh, *old; /* what was written; what it replaced, or what was cut off */
};
TAILQ_HEAD(changes, change);

struct node { /* one file: all handles on it share this; lives until cut_free */
	LIST_ENTRY(node) link;
	char path[PATH_BYTES], hidden[PATH_BYTES + 32]; /* hidden: where a deletion that may not last has put it */
	int fd;
	bool deleted, folder_unsynced;
	struct changes pending;
};

struct entry { /* one change of the folder that is not on the platter */
	TAILQ_ENTRY(entry) link;
	struct node *node;
	bool deletion;
};
TAILQ_HEAD(entries, entry);

struct cut {
	sqlite3_vfs vfs; /* first: SQLite hands out this */
	sqlite3_vfs *real;
	pthread_mutex_t mutex; /* over all below */
	atomic_bool dead;
	uint64_t random;
	enum cut_place only;
	unsigned armed, hidden_count;
	LIST_HEAD(, node) nodes;
	struct entries folder;
	struct cut_stats stats;
};

struct cut_file { /* the real file follows */
	sqlite3_file base;
	struct cut *cut;
	struct node *node; /* NULL: a temporary file, gone after a power cut anyway */
	enum cut_place write_place, sync_place;
};

static void need(bool ok, const char *what) {
	if (!ok) {
		fprintf(stderr, "cut_vfs: %s: %s\n", what, strerror(errno));
		abort();
	}
}

static void *need_memory(size_t n) {
	void *p = calloc(1, n ? n : 1);
	need(p != NULL, "memory");
	return p;
}

/* splitmix64 */
uint64_t cut_random(uint64_t *state, uint64_t below) {
	uint64_t z = *state += 0x9e3779b97f4a7c15U;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (z ^ (z >> 31)) % below;
}

static uint64_t draw(struct cut *c, uint64_t below) {
	return cut_random(&c->random, below);
}

/* ---- nodes and their journal; all under the mutex ---- */

static off_t size_of(const struct node *n) {
	struct stat st;
	need(fstat(n->fd, &st) == 0, "fstat");
	return st.st_size;
}

static void put(const struct node *n, const uint8_t *bytes, size_t count, off_t at) {
	need(count == 0 || pwrite(n->fd, bytes, count, at) == (ssize_t)count, "pwrite");
}

static uint8_t *copy_old(const struct node *n, off_t at, off_t end, size_t *count) {
	*count = end > at ? (size_t)(end - at) : 0;
	uint8_t *old = need_memory(*count);
	need(*count == 0 || pread(n->fd, old, *count, at) == (ssize_t)*count, "pread");
	return old;
}

static void forget(struct node *n) {
	struct change *ch;
	while ((ch = TAILQ_FIRST(&n->pending)) != NULL) {
		TAILQ_REMOVE(&n->pending, ch, link);
		free(ch->fresh);
		free(ch->old);
		free(ch);
	}
}

static void note_write(struct node *n, const void *bytes, int count, off_t at) {
	struct change *ch = need_memory(sizeof(*ch));
	off_t size = size_of(n), end = at + count;
	ch->at = at;
	ch->size_before = size;
	ch->size_after = end > size ? end : size;
	ch->fresh_bytes = (size_t)count;
	ch->fresh = need_memory(ch->fresh_bytes);
	memcpy(ch->fresh, bytes, ch->fresh_bytes);
	ch->old = copy_old(n, at, end < size ? end : size, &ch->old_bytes);
	TAILQ_INSERT_TAIL(&n->pending, ch, link);
}

static void note_truncate(struct node *n, off_t to) {
	struct change *ch = need_memory(sizeof(*ch));
	ch->at = to;
	ch->size_before = size_of(n);
	ch->size_after = to;
	ch->old = copy_old(n, to, ch->size_before, &ch->old_bytes);
	TAILQ_INSERT_TAIL(&n->pending, ch, link);
}

static struct node *find_node(struct cut *c, const char *path) {
	struct node *n;
	LIST_FOREACH(n, &c->nodes, link) {
		if (!n->deleted && strcmp(n->path, path) == 0) {
			return n;
		}
	}
	return NULL;
}

static void note_folder(struct cut *c, struct node *n, bool deletion) {
	struct entry *e = need_memory(sizeof(*e));
	e->node = n;
	e->deletion = deletion;
	TAILQ_INSERT_TAIL(&c->folder, e, link);
}

static struct node *add_node(struct cut *c, const char *path, bool created, bool syncs_folder) {
	struct node *n = need_memory(sizeof(*n));
	need(snprintf(n->path, sizeof(n->path), "%s", path) < PATH_BYTES, "path too long");
	n->fd = open(path, O_RDWR | O_CLOEXEC);
	need(n->fd >= 0, path);
	n->folder_unsynced = syncs_folder;
	TAILQ_INIT(&n->pending);
	LIST_INSERT_HEAD(&c->nodes, n, link);
	if (created) {
		note_folder(c, n, false);
	}
	return n;
}

/* The folder is on the platter: what it lost is lost, what it has stays. */
static void sync_folder(struct cut *c) {
	struct entry *e;
	while ((e = TAILQ_FIRST(&c->folder)) != NULL) {
		TAILQ_REMOVE(&c->folder, e, link);
		if (e->deletion) {
			unlink(e->node->hidden);
		}
		free(e);
	}
}

/* ---- the cut ---- */

static void redo_write(struct cut *c, struct node *n, const struct change *ch) {
	if (draw(c, 3) > 0) {
		put(n, ch->fresh, ch->fresh_bytes, ch->at);
		c->stats.kept++;
		return;
	}
	c->stats.torn++;
	for (size_t at = 0, next; at < ch->fresh_bytes; at = next) {
		next = at + SECTOR - (size_t)(ch->at + (off_t)at) % SECTOR;
		next = next < ch->fresh_bytes ? next : ch->fresh_bytes;
		uint64_t luck = draw(c, 8); /* 0 a part of the sector, 1-4 all of it, 5-7 nothing */
		size_t end = luck == 0 ? at + (size_t)draw(c, next - at) : luck < 5 ? next : at;
		put(n, ch->fresh + at, end - at, ch->at + (off_t)at);
	}
}

static void redo(struct cut *c, struct node *n, const struct change *ch) {
	if (draw(c, 2) == 0) {
		c->stats.lost++;
	} else if (ch->fresh) {
		redo_write(c, n, ch);
	} else {
		c->stats.kept++;
		need(ftruncate(n->fd, ch->size_after) == 0, "ftruncate");
	}
}

static void undo_all(struct node *n) {
	struct change *ch;
	TAILQ_FOREACH_REVERSE(ch, &n->pending, changes, link) {
		need(ftruncate(n->fd, ch->size_before) == 0, "ftruncate");
		put(n, ch->old, ch->old_bytes, ch->at);
	}
}

static void lose_node(struct cut *c, struct node *n) {
	struct change *ch;
	size_t count = 0;
	undo_all(n);
	TAILQ_FOREACH(ch, &n->pending, link) {
		count++;
	}
	struct change **order = need_memory(count * sizeof(struct change *));
	size_t i = 0;
	TAILQ_FOREACH(ch, &n->pending, link) {
		size_t j = (size_t)draw(c, i + 1);
		order[i++] = order[j];
		order[j] = ch;
	}
	for (i = 0; i < count; i++) {
		redo(c, n, order[i]);
	}
	free(order);
	forget(n);
}

static void undo_entry(struct cut *c, const struct entry *e) {
	c->stats.undone++;
	if (e->deletion) {
		need(rename(e->node->hidden, e->node->path) == 0, "rename");
	} else {
		need(unlink(e->node->path) == 0, "unlink");
	}
}

/* A journalling file system keeps the order of the folder's changes: the first ones last, the others do not.
 */
static void lose_folder(struct cut *c) {
	struct entry *e;
	size_t count = 0;
	TAILQ_FOREACH(e, &c->folder, link) {
		count++;
	}
	for (size_t last = (size_t)draw(c, count + 1); count > last; count--) {
		e = TAILQ_LAST(&c->folder, entries);
		undo_entry(c, e);
		TAILQ_REMOVE(&c->folder, e, link);
		free(e);
	}
	sync_folder(c);
}

static void remove_shm(const struct node *n) {
	char path[PATH_BYTES + 8];
	snprintf(path, sizeof(path), "%s-shm", n->path);
	unlink(path);
}

static void strike(struct cut *c, enum cut_place place) {
	struct node *n;
	atomic_store(&c->dead, true);
	c->stats.place = place;
	LIST_FOREACH(n, &c->nodes, link) {
		lose_node(c, n);
		remove_shm(n);
	}
	lose_folder(c);
}

/* One change of the disk is about to happen or has just been noted. Under the mutex; false: the power is
 * gone. */
static bool powered(struct cut *c, enum cut_place place) {
	if (atomic_load(&c->dead)) {
		return false;
	}
	c->stats.changes++;
	if (c->armed > 0 && (c->only == CUT_NONE || c->only == place) && --c->armed == 0) {
		strike(c, place);
		return false;
	}
	return true;
}

/* ---- files ---- */

static sqlite3_file *real_of(sqlite3_file *f) {
	return (sqlite3_file *)((struct cut_file *)f + 1);
}

static bool dead(sqlite3_file *f) {
	return atomic_load(&((struct cut_file *)f)->cut->dead);
}

static int file_close(sqlite3_file *f) {
	sqlite3_file *real = real_of(f);
	return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
	sqlite3_file *real = real_of(f);
	return dead(f) ? SQLITE_IOERR_READ : real->pMethods->xRead(real, to, n, at);
}

/* Noted first: the cut may fall into the middle of this very write. */
static int file_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at) {
	struct cut_file *cf = (struct cut_file *)f;
	sqlite3_file *real = real_of(f);
	if (!cf->node) {
		return real->pMethods->xWrite(real, bytes, n, at);
	}
	int rc = SQLITE_IOERR_WRITE;
	pthread_mutex_lock(&cf->cut->mutex);
	if (!atomic_load(&cf->cut->dead)) {
		note_write(cf->node, bytes, n, at);
	}
	if (powered(cf->cut, cf->write_place)) {
		rc = real->pMethods->xWrite(real, bytes, n, at);
	}
	pthread_mutex_unlock(&cf->cut->mutex);
	return rc;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size) {
	struct cut_file *cf = (struct cut_file *)f;
	sqlite3_file *real = real_of(f);
	if (!cf->node) {
		return real->pMethods->xTruncate(real, size);
	}
	int rc = SQLITE_IOERR_TRUNCATE;
	pthread_mutex_lock(&cf->cut->mutex);
	if (!atomic_load(&cf->cut->dead)) {
		note_truncate(cf->node, size);
	}
	if (powered(cf->cut, CUT_TRUNCATE)) {
		rc = real->pMethods->xTruncate(real, size);
	}
	pthread_mutex_unlock(&cf->cut->mutex);
	return rc;
}

/* As in unix: the first sync of a new journal or WAL also syncs the folder. */
static int file_sync(sqlite3_file *f, int flags) {
	struct cut_file *cf = (struct cut_file *)f;
	GW_UNUSED(flags);
	if (!cf->node) {
		return SQLITE_OK;
	}
	pthread_mutex_lock(&cf->cut->mutex);
	bool done = powered(cf->cut, cf->sync_place);
	if (done) {
		forget(cf->node);
	}
	if (done && cf->node->folder_unsynced) {
		cf->node->folder_unsynced = false;
		sync_folder(cf->cut);
	}
	pthread_mutex_unlock(&cf->cut->mutex);
	return done ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size) {
	sqlite3_file *real = real_of(f);
	return dead(f) ? SQLITE_IOERR_FSTAT : real->pMethods->xFileSize(real, size);
}

static int file_lock(sqlite3_file *f, int level) {
	sqlite3_file *real = real_of(f);
	return dead(f) ? SQLITE_IOERR_LOCK : real->pMethods->xLock(real, level);
}

static int file_unlock(sqlite3_file *f, int level) {
	sqlite3_file *real = real_of(f);
	return real->pMethods->xUnlock(real, level);
}

static int file_reserved(sqlite3_file *f, int *out) {
	sqlite3_file *real = real_of(f);
	return dead(f) ? SQLITE_IOERR_CHECKRESERVEDLOCK : real->pMethods->xCheckReservedLock(real, out);
}

/* A size hint would change the file behind the journal's back. */
static int file_control(sqlite3_file *f, int op, void *arg) {
	sqlite3_file *real = real_of(f);
	if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE || op == SQLITE_FCNTL_MMAP_SIZE) {
		return SQLITE_NOTFOUND;
	}
	return dead(f) ? SQLITE_IOERR : real->pMethods->xFileControl(real, op, arg);
}

static int file_sector_size(sqlite3_file *f) {
	sqlite3_file *real = real_of(f);
	return real->pMethods->xSectorSize(real);
}

static int file_characteristics(sqlite3_file *f) {
	sqlite3_file *real = real_of(f);
	return real->pMethods->xDeviceCharacteristics(real);
}

static int shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
	sqlite3_file *real = real_of(f);
	return dead(f) ? SQLITE_IOERR_SHMMAP : real->pMethods->xShmMap(real, page, size, extend, out);
}

static int shm_lock(sqlite3_file *f, int at, int n, int flags) {
	sqlite3_file *real = real_of(f);
	bool refuse = dead(f) && (flags & SQLITE_SHM_LOCK);
	return refuse ? SQLITE_IOERR_SHMLOCK : real->pMethods->xShmLock(real, at, n, flags);
}

static void shm_barrier(sqlite3_file *f) {
	sqlite3_file *real = real_of(f);
	real->pMethods->xShmBarrier(real);
}

static int shm_unmap(sqlite3_file *f, int delete) {
	sqlite3_file *real = real_of(f);
	return real->pMethods->xShmUnmap(real, delete);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, /* no memory mapping of the database: it would go past xWrite */
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_characteristics,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
};

/* ---- the file system ---- */

static void choose_places(struct cut_file *cf, int flags) {
	bool wal = flags & SQLITE_OPEN_WAL, db = flags & SQLITE_OPEN_MAIN_DB;
	cf->write_place = wal ? CUT_WAL_WRITE : db ? CUT_DB_WRITE : CUT_JOURNAL;
	cf->sync_place = wal ? CUT_WAL_SYNC : db ? CUT_DB_SYNC : CUT_JOURNAL;
}

static int open_named(struct cut *c, const char *name, struct cut_file *cf, int flags, int *out_flags) {
	sqlite3_file *real = real_of(&cf->base);
	bool existed = access(name, F_OK) == 0;
	bool journal = flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL);
	if (!existed && !powered(c, CUT_FOLDER)) {
		return SQLITE_IOERR;
	}
	int rc = c->real->xOpen(c->real, name, real, flags, out_flags);
	if (rc == SQLITE_OK) {
		cf->node = find_node(c, name);
		cf->node = cf->node ? cf->node : add_node(c, name, !existed, journal && (flags & SQLITE_OPEN_CREATE));
	}
	return rc;
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out_flags) {
	struct cut *c = (struct cut *)vfs;
	struct cut_file *cf = (struct cut_file *)f;
	*cf = (struct cut_file){.cut = c};
	choose_places(cf, flags);
	int rc = SQLITE_IOERR;
	pthread_mutex_lock(&c->mutex);
	if (!atomic_load(&c->dead)) {
		bool temporary = !name || (flags & SQLITE_OPEN_DELETEONCLOSE);
		rc = temporary ? c->real->xOpen(c->real, name, real_of(f), flags, out_flags)
			       : open_named(c, name, cf, flags, out_flags);
	}
	pthread_mutex_unlock(&c->mutex);
	cf->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
	return rc;
}

/* The file goes to a hidden name until the folder is synced: it may come back. */
static int delete_named(struct cut *c, const char *name, int sync) {
	struct node *n = find_node(c, name);
	n = n ? n : add_node(c, name, false, false);
	snprintf(n->hidden, sizeof(n->hidden), "%s.gone-%u", n->path, c->hidden_count++);
	need(rename(n->path, n->hidden) == 0, "rename");
	n->deleted = true;
	note_folder(c, n, true);
	if (sync) {
		sync_folder(c);
	}
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync) {
	struct cut *c = (struct cut *)vfs;
	pthread_mutex_lock(&c->mutex);
	int rc = SQLITE_IOERR_DELETE;
	if (access(name, F_OK) != 0 && !atomic_load(&c->dead)) {
		rc = SQLITE_IOERR_DELETE_NOENT;
	} else if (powered(c, CUT_FOLDER)) {
		rc = delete_named(c, name, sync);
	}
	pthread_mutex_unlock(&c->mutex);
	return rc;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
	struct cut *c = (struct cut *)vfs;
	return atomic_load(&c->dead) ? SQLITE_IOERR_ACCESS : c->real->xAccess(c->real, name, flags, out);
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *name, int n, char *out) {
	struct cut *c = (struct cut *)vfs;
	return c->real->xFullPathname(c->real, name, n, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *out) {
	struct cut *c = (struct cut *)vfs;
	return c->real->xRandomness(c->real, n, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int us) {
	struct cut *c = (struct cut *)vfs;
	return atomic_load(&c->dead) ? us : c->real->xSleep(c->real, us);
}

static int vfs_time(sqlite3_vfs *vfs, double *out) {
	struct cut *c = (struct cut *)vfs;
	return c->real->xCurrentTime(c->real, out);
}

static int vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *out) {
	struct cut *c = (struct cut *)vfs;
	return c->real->xCurrentTimeInt64(c->real, out);
}

/* ---- the handle ---- */

struct cut *cut_new(const char *name, uint64_t seed) {
	struct cut *c = need_memory(sizeof(*c));
	c->real = sqlite3_vfs_find("unix");
	need(c->real != NULL, "no unix VFS");
	c->random = seed;
	pthread_mutex_init(&c->mutex, NULL);
	LIST_INIT(&c->nodes);
	TAILQ_INIT(&c->folder);
	c->vfs = (sqlite3_vfs){.iVersion = 2,
			       .szOsFile = (int)sizeof(struct cut_file) + c->real->szOsFile,
			       .mxPathname = PATH_BYTES - 1,
			       .zName = name,
			       .xOpen = vfs_open,
			       .xDelete = vfs_delete,
			       .xAccess = vfs_access,
			       .xFullPathname = vfs_full_pathname,
			       .xRandomness = vfs_randomness,
			       .xSleep = vfs_sleep,
			       .xCurrentTime = vfs_time,
			       .xCurrentTimeInt64 = vfs_time64};
	if (sqlite3_vfs_register(&c->vfs, 0) != SQLITE_OK) {
		free(c);
		return NULL;
	}
	return c;
}

void cut_free(struct cut *c) {
	struct node *n;
	sqlite3_vfs_unregister(&c->vfs);
	sync_folder(c);
	while ((n = LIST_FIRST(&c->nodes)) != NULL) {
		LIST_REMOVE(n, link);
		forget(n);
		close(n->fd);
		free(n);
	}
	pthread_mutex_destroy(&c->mutex);
	free(c);
}

void cut_arm(struct cut *c, enum cut_place only, unsigned n) {
	pthread_mutex_lock(&c->mutex);
	c->only = only;
	c->armed = n;
	pthread_mutex_unlock(&c->mutex);
}

void cut_now(struct cut *c) {
	pthread_mutex_lock(&c->mutex);
	if (!atomic_load(&c->dead)) {
		strike(c, CUT_NONE);
	}
	pthread_mutex_unlock(&c->mutex);
}

bool cut_happened(const struct cut *c) {
	return atomic_load(&c->dead);
}

void cut_stats(struct cut *c, struct cut_stats *out) {
	pthread_mutex_lock(&c->mutex);
	*out = c->stats;
	pthread_mutex_unlock(&c->mutex);
}
