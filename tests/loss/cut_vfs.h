/* tests/loss/cut_vfs.h - an SQLite VFS over "unix" that loses power.
 *
 * The files themselves play the page cache: every handle, also one of another VFS, reads what was written. A
 * journal in memory plays the difference to the platter: it holds each write and truncation that no completed
 * xSync of that file covers, with the bytes that it replaced, and each creation and deletion that no sync of
 * the folder covers. At the cut everything in the journal is taken back, then a seeded random part of it is
 * done again in random order, some writes torn at 512-byte sectors or within one; of the folder's changes a
 * random number of the first ones stays. From then on every call fails with SQLITE_IOERR, and the -shm files
 * are gone. xSync costs nothing here: the real disk is not asked. */
#ifndef GW_TESTS_LOSS_CUT_VFS_H
#define GW_TESTS_LOSS_CUT_VFS_H
#include <stdbool.h>
#include <stdint.h>

enum cut_place { /* where a call changes the disk; the cut is made in place of that call or in the middle of
		    it */
		 CUT_NONE = 0,
		 CUT_WAL_WRITE,
		 CUT_WAL_SYNC,
		 CUT_DB_WRITE,
		 CUT_DB_SYNC,
		 CUT_JOURNAL, /* rollback journal: a registry's first pages, before it has a WAL */
		 CUT_TRUNCATE,
		 CUT_FOLDER,
		 CUT_PLACES
};
extern const char *const cut_place_name[CUT_PLACES];

struct cut;

/* Registers a VFS under `name` (kept by the caller); NULL: no memory. */
struct cut *cut_new(const char *name, uint64_t seed);
/* After every handle of the VFS is closed. */
void cut_free(struct cut *c);

/* Cut at the n-th change of the disk from now on (1 = the next), counted at any place or at `only`. Any
 * thread. */
void cut_arm(struct cut *c, enum cut_place only, unsigned n);
void cut_now(struct cut *c);
bool cut_happened(const struct cut *c);

struct cut_stats {
	enum cut_place place;		   /* of the cut; CUT_NONE: cut_now() */
	unsigned lost, kept, torn, undone; /* unsynced writes and truncations; folder changes taken back */
	uint64_t changes;
};
void cut_stats(struct cut *c, struct cut_stats *out);

/* 0 … below - 1; the same sequence for the same state. */
uint64_t cut_random(uint64_t *state, uint64_t below);
#endif
