/* tests/loss/power.h - what the parts of power_cuts share: a lane with its registry, its receipts and its
 * failures. power_load.c writes under load and cuts, power_check.c looks at what is left, power_cuts.c runs
 * the lanes. */
#ifndef GW_TESTS_LOSS_POWER_H
#define GW_TESTS_LOSS_POWER_H
#include <pthread.h>
#include <stdatomic.h>

#include "certs/signer.h"
#include "store/store.h"
#include "tests/loss/cut_vfs.h"

enum { PATHS = 256 };

enum moment { MIGRATION = 0, COMMIT, CHECKPOINT, HEAD, ANYWHERE, BETWEEN, MOMENTS };
extern const char *const moment_name[MOMENTS];

struct receipt {
	uint64_t index;
	struct merkle_hash leaf;
};

enum case_known {
	CASE_UNKNOWN = 0,
	CASE_BEGUN,
	CASE_REGISTERED,
	CASE_REFUSED
}; /* the last step that was acknowledged */

struct totals {
	unsigned cuts, fresh, by_place[CUT_PLACES], by_moment[MOMENTS];
	unsigned long long receipts, records, interrupted, registry_changes, case_steps, lost, kept, torn, undone;
};

struct lane {
	unsigned number, rounds_left, age; /* age: rounds of this registry */
	uint64_t random, sign_random;	   /* sign_random: the writer's thread */
	char folder[PATHS], db[PATHS + 16], heads[PATHS + 16], export[PATHS + 16], key[PATHS + 16], vfs_name[16];
	struct signer *signer;
	struct cut *cut;
	struct store *store;
	enum moment moment;
	atomic_int signs_until_cut; /* HEAD: arm when it reaches 0 */

	pthread_mutex_t mutex; /* over the rest */
	pthread_cond_t answered;
	struct receipt *receipts;
	size_t receipt_count, receipt_cap;
	unsigned in_flight;   /* submitted, done() not yet called */
	unsigned change_last; /* registry changes are numbered; the number is the reason of the block */
	bool *change_known;   /* acknowledged, by number */
	size_t change_cap;
	unsigned case_last; /* procedures, the same way */
	enum case_known *case_known;
	size_t case_cap;

	struct totals totals;
	bool failed;
};

void *grow(void *array, size_t *cap, size_t need, size_t size); /* realloc with zeroed growth; aborts without memory */
void complain(struct lane *l, const char *what, const struct gw_err *err);

/* Open through cut_vfs, load, cut, let go. */
void run_to_cut(struct lane *l);
/* Open again through the plain VFS and check all that must be true. */
void reopen_and_check(struct lane *l);
/* power_cases.c */
void *change_cases(void *lane);
void check_cases(struct lane *l, struct sqlite3 *db);
/* One value of one row as a number, or as text that must be "ok"; -1: it cannot be asked. */
int64_t ask_db(struct lane *l, struct sqlite3 *db, const char *sql);
GW_NODISCARD enum gw_code open_store(struct lane *l, const char *vfs, struct gw_err *err);
#endif
