/* store/audit.h - entries of the audit trail as their makers see them. The bytes: docs/AUDIT.md.
 *
 * A loop fills an audit_entry that lives inside its own call object and submits it; the entry belongs to the
 * store until done() is called, on the writer's thread, after the commit (or its failure). done() only
 * passes a message on. */
#ifndef GW_STORE_AUDIT_H
#define GW_STORE_AUDIT_H
#include <stdbool.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/merkle.h"

enum audit_kind {
	AUDIT_NONE = 0,
	AUDIT_START,
	AUDIT_STOP,
	AUDIT_CONFIG,
	AUDIT_INTENT,
	AUDIT_OUTCOME,
	AUDIT_REFUSAL,
	AUDIT_SERVED,
	AUDIT_UNPROVEN,
	AUDIT_GAP,
	AUDIT_REGISTRY,
	AUDIT_CLOCK,
	AUDIT_RESTORE
};
const char *audit_kind_name(enum audit_kind kind); /* "intent", ...; static */

enum { AUDIT_PERSONS_MAX = 16, AUDIT_FIELDS_MAX_BYTES = 6144, AUDIT_REQUEST_ID = 33, AUDIT_LOG_ID = 33 };

/* A personal identifier that the record commits to by a salted hash (docs/AUDIT.md section 4). */
struct audit_person {
	char kind[8];
	char value[14];
};

struct audit_entry {
	STAILQ_ENTRY(audit_entry) link; /* the store's */
	enum audit_kind kind;
	struct gw_span fields; /* key=value pairs after the first four; <= AUDIT_FIELDS_MAX_BYTES, alive until done() */
	char request[AUDIT_REQUEST_ID]; /* AUDIT_INTENT: X-Request-Id */
	uint64_t intent;		/* AUDIT_OUTCOME: index of the intent that it ends */
	struct audit_person person[AUDIT_PERSONS_MAX];
	size_t person_count, person_more;

	/* filled before done() */
	enum gw_code result; /* GW_OK: on disk. GW_E_STORE / GW_E_RETRY: it is not in the log */
	uint64_t index;
	int64_t utc_ms;
	struct merkle_hash leaf;

	void (*done)(struct audit_entry *entry);
	void *owner;
};
STAILQ_HEAD(audit_queue, audit_entry);

/* The value of X-Vashgate-Receipt for a committed entry. */
GW_NODISCARD enum gw_code audit_receipt(const char *log_id, const struct audit_entry *entry, struct gw_buf *out);
#endif
