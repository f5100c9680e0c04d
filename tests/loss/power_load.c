/* tests/loss/power_load.c - one round of power_cuts up to the cut: calls, registry changes and checkpoints at
 * the same time. */
#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "store/db.h"
#include "store/registry.h"
#include "tests/loss/power.h"

enum { CALLERS = 3, SLOTS = 12, STEPS_MAX = 600, FIELDS = 400 };

struct slot {
	struct audit_entry entry;
	char fields[FIELDS];
	enum { FREE = 0, FLYING, WANTS_OUTCOME } state;
	bool leave_open;
	struct lane *lane;
};

struct caller {
	struct lane *lane;
	uint64_t random;
	unsigned steps;
	struct slot slots[SLOTS];
};

/* ---- load: calls ---- */

static void keep_receipt(struct lane *l, const struct audit_entry *e) {
	l->receipts = grow(l->receipts, &l->receipt_cap, l->receipt_count + 1, sizeof(struct receipt));
	l->receipts[l->receipt_count++] = (struct receipt){e->index, e->leaf};
}

static void on_done(struct audit_entry *e) {
	struct slot *s = e->owner;
	struct lane *l = s->lane;
	pthread_mutex_lock(&l->mutex);
	l->in_flight--;
	if (e->result == GW_OK) {
		keep_receipt(l, e);
	}
	bool goes_on = e->result == GW_OK && e->kind == AUDIT_INTENT && !s->leave_open;
	s->state = goes_on ? WANTS_OUTCOME : FREE;
	pthread_cond_broadcast(&l->answered);
	pthread_mutex_unlock(&l->mutex);
}

/* A slot that is not in flight; NULL: the power is gone. */
static struct slot *wait_for_slot(struct caller *c) {
	struct lane *l = c->lane;
	struct slot *found = NULL;
	pthread_mutex_lock(&l->mutex);
	while (!found && !cut_happened(l->cut)) {
		for (size_t i = 0; i < SLOTS && !found; i++) {
			found = c->slots[i].state != FLYING ? &c->slots[i] : NULL;
		}
		if (!found) {
			/* outcomes are not answered while the disk is gone: look at the cut now and then */
			struct timespec until;
			clock_gettime(CLOCK_REALTIME, &until);
			until.tv_nsec += 2000000;
			until.tv_sec += until.tv_nsec / 1000000000;
			until.tv_nsec %= 1000000000;
			pthread_cond_timedwait(&l->answered, &l->mutex, &until);
		}
	}
	pthread_mutex_unlock(&l->mutex);
	return found;
}

static void fill_outcome(struct slot *s) {
	uint64_t intent = s->entry.index;
	snprintf(s->fields, FIELDS, "request=%s result=delivered status=200 code=- out_bytes=0 out_sha256=- us=1",
		 s->entry.request);
	s->entry = (struct audit_entry){.kind = AUDIT_OUTCOME, .intent = intent};
}

static void fill_intent(struct caller *c, struct slot *s) {
	char request[AUDIT_REQUEST_ID];
	snprintf(request, sizeof(request), "%016llx%016llx", (unsigned long long)cut_random(&c->random, UINT64_MAX),
		 (unsigned long long)cut_random(&c->random, UINT64_MAX));
	s->entry = (struct audit_entry){.kind = cut_random(&c->random, 5) ? AUDIT_INTENT : AUDIT_REFUSAL};
	memcpy(s->entry.request, request, sizeof(request));
	snprintf(s->fields, FIELDS, "request=%s filler=%0*d", request, 1 + (int)cut_random(&c->random, 300), 0);
	s->leave_open = cut_random(&c->random, 8) == 0;
	if (s->entry.kind == AUDIT_INTENT && cut_random(&c->random, 4) == 0) {
		s->entry.person[0] = (struct audit_person){"davcna", "50223054"};
		s->entry.person_count = 1;
	}
}

static void submit(struct caller *c, struct slot *s) {
	struct lane *l = c->lane;
	if (s->state == WANTS_OUTCOME) {
		fill_outcome(s);
	} else {
		fill_intent(c, s);
	}
	s->entry.fields = gw_span_of(s->fields);
	s->entry.done = on_done;
	s->entry.owner = s;
	pthread_mutex_lock(&l->mutex);
	s->state = FLYING;
	l->in_flight++;
	pthread_mutex_unlock(&l->mutex);
	if (!store_submit(l->store, &s->entry)) {
		pthread_mutex_lock(&l->mutex);
		s->state = FREE;
		l->in_flight--;
		pthread_mutex_unlock(&l->mutex);
	}
}

static void *call(void *arg) {
	struct caller *c = arg;
	struct slot *s;
	for (unsigned step = 0; step < c->steps && (s = wait_for_slot(c)) != NULL; step++) {
		submit(c, s);
		if (cut_random(&c->random, 3) == 0) {
			store_hurry(c->lane->store);
		}
	}
	cut_now(c->lane->cut); /* the place drawn for this round was not reached */
	return NULL;
}

/* ---- load: registry changes, and checkpoints beside the store's own ---- */

static void *change_registry(void *arg) {
	struct lane *l = arg;
	const struct store_context who = {
		.procedure = "test", .who = "power_cuts", .object = "block", .action = "toggle"};
	static const char cert[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	while (!cut_happened(l->cut)) {
		char reason[16];
		unsigned number = ++l->change_last;
		snprintf(reason, sizeof(reason), "%u", number);
		bool ok = registry_block_cert(l->store, &who, cert, number % 2, reason, NULL) == GW_OK;
		l->change_known = grow(l->change_known, &l->change_cap, number + 1, sizeof(bool));
		l->change_known[number] = ok;
		usleep(500);
	}
	return NULL;
}

static void *checkpoint(void *arg) {
	struct lane *l = arg;
	sqlite3 *db = NULL;
	if (db_open(l->db, DB_WRITE, l->vfs_name, &db, NULL) != GW_OK) {
		return NULL;
	}
	for (unsigned i = 0; !cut_happened(l->cut); i++) {
		sqlite3_wal_checkpoint_v2(db, NULL, i % 3 ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE,
					  NULL, NULL);
		usleep(1500);
	}
	db_close(db);
	return NULL;
}

/* ---- a round up to the cut ---- */

static bool sign(void *ctx, struct gw_span text, uint8_t signature[64]) {
	struct lane *l = ctx;
	if (atomic_fetch_sub(&l->signs_until_cut, 1) == 1) {
		cut_arm(l->cut, CUT_NONE, 1 + (unsigned)cut_random(&l->sign_random, 4));
	}
	return signer_sign_ed25519(l->signer, text, signature);
}

enum gw_code open_store(struct lane *l, const char *vfs, struct gw_err *err) {
	struct store_config config = {.path = l->db,
				      .head_file = l->heads,
				      .vfs = vfs,
				      .audit_hold_us = 200,
				      .audit_queue_max = 4096,
				      .signer = {.ctx = l, .sign = sign}};
	config.signer.spki = signer_spki(l->signer, &config.signer.spki_bytes);
	return store_open(&config, &l->store, err);
}

static void arm(struct lane *l) {
	static const enum cut_place commits[] = {CUT_WAL_WRITE, CUT_WAL_SYNC},
				    checkpoints[] = {CUT_DB_WRITE, CUT_DB_SYNC, CUT_TRUNCATE},
				    migrations[] = {CUT_NONE,	 CUT_FOLDER,	CUT_JOURNAL,
						    CUT_JOURNAL, CUT_WAL_WRITE, CUT_WAL_SYNC};
	bool fresh = l->age == 0;
	l->moment =
		fresh && cut_random(&l->random, 2) ? MIGRATION : (enum moment)(1 + cut_random(&l->random, MOMENTS - 1));
	atomic_store(&l->signs_until_cut, l->moment == HEAD ? 1 : 0);
	switch (l->moment) {
	case MIGRATION:
		cut_arm(l->cut, migrations[cut_random(&l->random, GW_COUNT(migrations))],
			1 + (unsigned)cut_random(&l->random, cut_random(&l->random, 2) ? 4 : 60));
		break;
	case COMMIT:
		cut_arm(l->cut, commits[cut_random(&l->random, GW_COUNT(commits))],
			1 + (unsigned)cut_random(&l->random, 150));
		break;
	case CHECKPOINT:
		cut_arm(l->cut, checkpoints[cut_random(&l->random, GW_COUNT(checkpoints))],
			1 + (unsigned)cut_random(&l->random, 6));
		break;
	case ANYWHERE:
		cut_arm(l->cut, CUT_NONE, 1 + (unsigned)cut_random(&l->random, 1000));
		break;
	case HEAD:
	case BETWEEN:
	case MOMENTS:
	default:
		break;
	}
}

static void load_until_cut(struct lane *l) {
	static const size_t extra = 3;
	struct caller *callers = calloc(CALLERS, sizeof(*callers));
	pthread_t threads[CALLERS + 3];
	if (!callers) {
		abort();
	}
	for (size_t i = 0; i < CALLERS; i++) {
		struct caller *c = &callers[i];
		*c = (struct caller){.lane = l,
				     .random = cut_random(&l->random, UINT64_MAX),
				     .steps = 20 + (unsigned)cut_random(&l->random, STEPS_MAX)};
		for (size_t k = 0; k < SLOTS; k++) {
			c->slots[k].lane = l;
		}
	}
	bool started = pthread_create(&threads[0], NULL, change_registry, l) == 0 &&
		       pthread_create(&threads[1], NULL, checkpoint, l) == 0 &&
		       pthread_create(&threads[2], NULL, change_cases, l) == 0;
	for (size_t i = 0; i < CALLERS; i++) {
		started = started && pthread_create(&threads[extra + i], NULL, call, &callers[i]) == 0;
	}
	if (!started) {
		abort();
	}
	for (size_t i = 0; i < GW_COUNT(threads); i++) {
		pthread_join(threads[i], NULL);
	}
	store_close(l->store); /* without power: it must come back, and answer whoever still waits */
	l->store = NULL;
	if (l->in_flight > 0) {
		complain(l, "an entry was never answered", NULL);
	}
	free(callers);
}

static void count_cut(struct lane *l) {
	struct cut_stats s;
	cut_stats(l->cut, &s);
	l->totals.cuts++;
	l->totals.by_place[s.place]++;
	l->totals.by_moment[l->moment]++;
	l->totals.lost += s.lost;
	l->totals.kept += s.kept;
	l->totals.torn += s.torn;
	l->totals.undone += s.undone;
}

/* The head file is written past SQLite: a head of which only a part got there is made by hand. */
static void tear_head_file(struct lane *l) {
	int fd = cut_random(&l->random, 3) == 0 ? open(l->heads, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
	static const char half[] = "v=1 log=00112233445566778899aabbccddeeff size=7 root=0011";
	if (fd >= 0) {
		ssize_t n = write(fd, half, sizeof(half) - 1);
		GW_UNUSED(n);
		close(fd);
	}
}

void run_to_cut(struct lane *l) {
	struct gw_err err = {0};
	l->cut = cut_new(l->vfs_name, cut_random(&l->random, UINT64_MAX));
	if (!l->cut) {
		abort();
	}
	arm(l);
	if (open_store(l, l->vfs_name, &err) == GW_OK) {
		load_until_cut(l);
	} else if (!cut_happened(l->cut)) {
		complain(l, "cannot open the registry", &err);
	}
	cut_now(l->cut);
	count_cut(l);
	cut_free(l->cut);
	l->cut = NULL;
	tear_head_file(l);
}
