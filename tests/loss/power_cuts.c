/* tests/loss/power_cuts.c - cuts the power under a registry that is being written, again and again: nothing
 * that was acknowledged may be missing afterwards.
 *
 * usage: power_cuts [--cuts N] [--seed S] [--lanes L]
 * Each lane has registries of its own and goes round by round: open through cut_vfs, load from four threads,
 * cut at a drawn place, let the store go, open again through the plain VFS, check. A registry lives through
 * several rounds; its receipts are checked after every one. On a failure the lane's folder stays and the line
 * names it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/loss/power.h"

enum { LANES_MAX = 16, ROUNDS_MAX = 6, WATCHDOG_S = 120 };

const char *const moment_name[MOMENTS] = {"migration", "commit", "checkpoint", "head", "anywhere", "between"};

void complain(struct lane *l, const char *what, const struct gw_err *err) {
	printf("not ok - power cuts: lane %u, age %u, cut at %s: %s%s%s (%s)\n", l->number, l->age,
	       moment_name[l->moment], what, err && err->msg[0] ? ": " : "", err ? err->msg : "", l->folder);
	l->failed = true;
}

void *grow(void *array, size_t *cap, size_t need, size_t size) {
	size_t from = *cap;
	if (need <= from) {
		return array;
	}
	*cap = need * 2 + 64;
	char *more = realloc(array, *cap * size);
	if (!more) {
		abort();
	}
	memset(more + from * size, 0, (*cap - from) * size);
	return more;
}

/* ---- lanes ---- */

static void add_registry_totals(struct totals *sum, struct lane *l) {
	for (size_t i = 0; i < l->change_cap; i++) {
		sum->registry_changes += l->change_known[i];
	}
	for (size_t i = 0; i < l->case_cap; i++) {
		sum->case_steps += l->case_known[i];
	}
	sum->receipts += l->receipt_count;
	sum->records += l->totals.records;
	sum->interrupted += l->totals.interrupted;
	l->totals.records = l->totals.interrupted = 0;
}

static void remove_registry(struct lane *l) {
	static const char *const endings[] = {
		"registry.db",	    "registry.db-wal", "registry.db-shm", "registry.db-journal",
		"registry.db.lock", "heads",	       "export"};
	for (size_t i = 0; i < GW_COUNT(endings); i++) {
		char path[PATHS + 32];
		snprintf(path, sizeof(path), "%s/%s", l->folder, endings[i]);
		unlink(path);
	}
}

static void *run_lane(void *arg) {
	struct lane *l = arg;
	struct totals sum = {0};
	while (l->rounds_left > 0 && !l->failed) {
		unsigned rounds = 1 + (unsigned)cut_random(&l->random, ROUNDS_MAX);
		remove_registry(l);
		l->receipt_count = l->change_last = l->case_last = 0;
		memset(l->change_known, 0, l->change_cap * sizeof(bool));
		memset(l->case_known, 0, l->case_cap * sizeof(*l->case_known));
		for (l->age = 0; l->age < rounds && l->rounds_left > 0 && !l->failed; l->age++, l->rounds_left--) {
			run_to_cut(l);
			if (!l->failed) {
				reopen_and_check(l);
			}
			alarm(WATCHDOG_S); /* a store that hangs is a failure */
		}
		add_registry_totals(&sum, l);
		l->totals.fresh++;
	}
	l->totals.receipts = sum.receipts;
	l->totals.records = sum.records;
	l->totals.interrupted = sum.interrupted;
	l->totals.registry_changes = sum.registry_changes;
	l->totals.case_steps = sum.case_steps;
	return NULL;
}

static void lane_init(struct lane *l, unsigned number, unsigned rounds, uint64_t seed, const char *folder) {
	struct gw_err err = {0};
	*l = (struct lane){.number = number,
			   .rounds_left = rounds,
			   .random = seed * 1000003 + number,
			   .sign_random = seed + number};
	snprintf(l->folder, sizeof(l->folder), "%s/lane%u", folder, number);
	snprintf(l->db, sizeof(l->db), "%s/registry.db", l->folder);
	snprintf(l->heads, sizeof(l->heads), "%s/heads", l->folder);
	snprintf(l->export, sizeof(l->export), "%s/export", l->folder);
	snprintf(l->key, sizeof(l->key), "%s/key", l->folder);
	snprintf(l->vfs_name, sizeof(l->vfs_name), "cut%u", number);
	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->answered, NULL);
	l->change_known = grow(NULL, &l->change_cap, 1, sizeof(bool));
	l->case_known = grow(NULL, &l->case_cap, 1, sizeof(*l->case_known));
	if (mkdir(l->folder, 0700) != 0 || signer_create_ed25519(l->key, &err) != GW_OK ||
	    signer_load(l->key, &l->signer, &err) != GW_OK) {
		complain(l, "cannot set up", &err);
	}
}

static void lane_release(struct lane *l) {
	if (!l->failed) {
		remove_registry(l);
		unlink(l->key);
		rmdir(l->folder);
	}
	signer_free(l->signer);
	free(l->receipts);
	free(l->change_known);
	free(l->case_known);
	pthread_mutex_destroy(&l->mutex);
	pthread_cond_destroy(&l->answered);
}

static void add_totals(struct totals *sum, const struct totals *t) {
	sum->cuts += t->cuts;
	sum->fresh += t->fresh;
	for (size_t i = 0; i < CUT_PLACES; i++) {
		sum->by_place[i] += t->by_place[i];
	}
	for (size_t i = 0; i < MOMENTS; i++) {
		sum->by_moment[i] += t->by_moment[i];
	}
	sum->receipts += t->receipts;
	sum->records += t->records;
	sum->interrupted += t->interrupted;
	sum->registry_changes += t->registry_changes;
	sum->case_steps += t->case_steps;
	sum->lost += t->lost;
	sum->kept += t->kept;
	sum->torn += t->torn;
	sum->undone += t->undone;
}

/* With enough cuts each place must have had its turn: a test that never cuts a checkpoint says nothing about
 * checkpoints. */
static bool report(const struct totals *t, bool failed, uint64_t seed) {
	printf("# seed %llu; cut at:", (unsigned long long)seed);
	bool all = true;
	for (size_t i = 0; i < CUT_PLACES; i++) {
		printf(" %s %u", cut_place_name[i], t->by_place[i]);
		all = all && t->by_place[i] > 0;
	}
	printf("; drawn:");
	for (size_t i = 0; i < MOMENTS; i++) {
		printf(" %s %u", moment_name[i], t->by_moment[i]);
	}
	printf("\n# unsynced writes: %llu lost, %llu kept, %llu torn; folder changes taken back: %llu\n", t->lost,
	       t->kept, t->torn, t->undone);
	if (!failed && t->cuts >= 200 && !all) {
		printf("not ok - power cuts: a place was never cut\n");
		return false;
	}
	if (!failed) {
		printf("ok - power cuts: %u cuts, %llu receipts, %llu records, %llu registry changes, %llu "
		       "steps of cases, %llu calls interrupted, %u registries\n",
		       t->cuts, t->receipts, t->records, t->registry_changes, t->case_steps, t->interrupted, t->fresh);
	}
	return !failed;
}

static bool option(int argc, char **argv, const char *name, uint64_t max, uint64_t *out) {
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], name) == 0) {
			return gw_parse_u64(argv[i + 1], strlen(argv[i + 1]), max, out);
		}
	}
	return true;
}

/* The store reports every failed write: to a file, not among the results. */
static void log_to(const char *folder) {
	char path[PATHS + 8];
	snprintf(path, sizeof(path), "%s/log", folder);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
}

static bool run_all(struct lane *lanes, unsigned count, uint64_t seed) {
	pthread_t threads[LANES_MAX];
	struct totals sum = {0};
	bool failed = false;
	for (unsigned i = 0; i < count; i++) {
		if (pthread_create(&threads[i], NULL, run_lane, &lanes[i]) != 0) {
			abort();
		}
	}
	for (unsigned i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
		add_totals(&sum, &lanes[i].totals);
		failed = failed || lanes[i].failed;
	}
	return report(&sum, failed, seed);
}

int main(int argc, char **argv) {
	static struct lane lanes[LANES_MAX];
	uint64_t cuts = 200, seed = 1, count = 4;
	if (argc % 2 == 0 || !option(argc, argv, "--cuts", 1000000, &cuts) ||
	    !option(argc, argv, "--seed", INT64_MAX, &seed) || !option(argc, argv, "--lanes", LANES_MAX, &count) ||
	    count == 0) {
		fprintf(stderr, "usage: power_cuts [--cuts N] [--seed S] [--lanes L]\n");
		return 2;
	}
	const char *tmp = getenv("TMPDIR");
	char folder[PATHS - 32], path[PATHS];
	snprintf(folder, sizeof(folder), "%s/vashgate-cuts-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		fprintf(stderr, "power_cuts: cannot make '%s': %s\n", folder, strerror(errno));
		return 2;
	}
	log_to(folder);
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(WATCHDOG_S);
	for (unsigned i = 0; i < count; i++) {
		lane_init(&lanes[i], i, (unsigned)(cuts / count + (i < cuts % count)), seed, folder);
	}
	bool ok = run_all(lanes, (unsigned)count, seed);
	for (unsigned i = 0; i < count; i++) {
		lane_release(&lanes[i]);
	}
	snprintf(path, sizeof(path), "%s/log", folder);
	if (ok) {
		unlink(path);
		rmdir(folder);
	}
	return ok ? 0 : 1;
}
