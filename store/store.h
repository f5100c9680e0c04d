/* store/store.h - the registry file as the rest of the program sees it: one writer thread, many readers.
 *
 * Every write goes through the writer: audit entries (batched, one fsync for all that wait), jobs (one transaction
 * each, with history context and an audit record) and notes (one transaction each, without them). A full queue or a
 * full disk refuses; nothing grows. */
#ifndef GW_STORE_STORE_H
#define GW_STORE_STORE_H
#include "store/audit.h"
#include "store/trail.h"

struct store;

struct store_config {
	const char *path; /* database file */
	const char *head_file;
	const char *vfs; /* NULL = the default; tests of power cuts give their own */
	struct trail_signer signer;
	unsigned audit_hold_us;	      /* how long a batch may wait for company while nobody waits for it */
	size_t audit_queue_max;	      /* entries; above it submissions are refused */
	uint64_t audit_reserve_bytes; /* free disk below this: calls are refused before the disk is full */
};

/* Opens, migrates, takes the lock (GW_E_CONFLICT: another process serves), closes intents left open, starts the
 * writer and the checkpoint thread. The strings of `config` are copied. */
GW_NODISCARD enum gw_code store_open(const struct store_config *config, struct store **out, struct gw_err *err);
/* Drains the queue, writes pending gaps, signs the last head, joins the writer. From then on nothing is taken. */
void store_stop(struct store *s);
/* store_stop if that has not been done, then frees. */
void store_close(struct store *s);
GW_DEFINE_AUTO(store, struct store *, store_close)

const char *store_path(const struct store *s);
const char *store_log_id(const struct store *s);
struct gw_span store_log_key(const struct store *s); /* SubjectPublicKeyInfo, DER; borrowed */

/* Hand an entry over; false: the queue is full or the log cannot be written (the entry stays the caller's, done() is
 * not called, and the refusal is counted for the gap record). Outcomes are always taken. Any thread. */
bool store_submit(struct store *s, struct audit_entry *entry);
/* Somebody waits for what was submitted: do not hold the batch open. Any thread. */
void store_hurry(struct store *s);
/* Submit and wait for the commit; not for event loops. */
GW_NODISCARD enum gw_code store_submit_wait(struct store *s, struct audit_entry *entry, struct gw_err *err);

/* Can calls be accepted? False while the log cannot be written or the disk reserve is reached. */
bool store_writable(const struct store *s);
/* The same, asked for a request that is refused if the answer is no: it is counted for the gap record. Any thread. */
bool store_admit(struct store *s);

/* Counts up after every committed registry change, before its maker gets his answer. */
uint64_t store_generation(const struct store *s);

struct store_stats {
	uint64_t records, commits, failed_commits, refused, queue, wal_bytes;
	int64_t writer_cpu_us;
};
void store_stats(struct store *s, struct store_stats *out);

/* ---- jobs: changes of the registry ---- */

/* Who changes the registry, for history and audit (FZ chapter 7). NULL fields mean empty. */
struct store_context {
	const char *procedure, *who, *on_behalf, *idp_im, *idp_string, *cert, *actor_davcna;
	const char *object, *action; /* for the audit record */
	struct audit_entry *with;    /* another record, of the same transaction; done() is not called; NULL = none */
};

struct sqlite3;
typedef enum gw_code (*store_job_fn)(struct sqlite3 *db, void *arg, struct gw_err *err);

/* Run `job` on the writer in one transaction and wait. It should take <= 5 ms or <= 200 rows. */
GW_NODISCARD enum gw_code store_change(struct store *s, const struct store_context *context, store_job_fn job,
				       void *arg, struct gw_err *err);

/* The same for bookkeeping that is no change of the registry: no history context, no audit record, the generation
 * stays. What the outbox's sender notes is such: the transaction that wrote the message is recorded, whether a mail
 * server took it decides nothing about anybody, and a record and emptied caches for every attempt would drown what
 * counts. A job that touched the register all the same would stand in its history as made from "outside". */
GW_NODISCARD enum gw_code store_note(struct store *s, store_job_fn job, void *arg, struct gw_err *err);

/* Returns when everything that was committed before is under a signed head, which is otherwise made each second; not
 * where the log cannot be written. Waits; not for event loops. */
GW_NODISCARD enum gw_code store_seal(struct store *s, struct gw_err *err);

/* `changed` is called by the writer after each committed store_change, under a lock: it must be short and must not
 * call the store. One listener; NULL takes it away, and when this returns the old one runs no more. */
void store_listen(struct store *s, void (*changed)(void *ctx), void *ctx);
#endif
