/* store/trail.h - the audit trail inside an open transaction of the writer: append, heads, tiles. Writer's thread only.
 *
 * The tree's frontier in memory runs ahead of the disk during a batch: trail_begin remembers it, trail_rolled_back
 * puts it back when the batch's transaction failed. */
#ifndef GW_STORE_TRAIL_H
#define GW_STORE_TRAIL_H
#include "store/audit.h"
#include "store/db.h"

struct trail_signer { /* the log key; kept by the caller */
	void *ctx;
	/* Ed25519 over `text`; false: the key cannot be used. */
	bool (*sign)(void *ctx, struct gw_span text, uint8_t signature[64]);
	const uint8_t *spki; /* SubjectPublicKeyInfo, DER */
	size_t spki_bytes;
};

struct trail;

/* Reads the last head and replays the records after it. GW_E_STORE: the database is damaged. */
GW_NODISCARD enum gw_code trail_open(sqlite3 *db, const struct trail_signer *signer, const char *head_file,
				     struct trail **out, struct gw_err *err);
void trail_free(struct trail *t);
GW_DEFINE_AUTO(trail, struct trail *, trail_free)

const char *trail_log_id(const struct trail *t);
uint64_t trail_size(const struct trail *t);
void trail_log_id_of(const uint8_t *spki, size_t n, char out[AUDIT_LOG_ID]);

void trail_begin(struct trail *t);
void trail_rolled_back(struct trail *t);

/* Give the entry its index, time and leaf, and insert it. In a transaction; entry->result is not touched. */
GW_NODISCARD enum gw_code trail_append(struct trail *t, struct audit_entry *entry, struct gw_err *err);

/* Does the head file know a larger log than the database? Then an older copy was restored, and the log forks here: the
 * record says what it continues (docs/AUDIT.md kind `restore`). In a transaction. */
GW_NODISCARD enum gw_code trail_note_restore(struct trail *t, struct gw_err *err);

/* Close every open intent of an earlier process: outcome "interrupted". In a transaction. */
GW_NODISCARD enum gw_code trail_close_open(struct trail *t, struct gw_err *err);

/* Sign a head if records were added since the last one; in a transaction of its own. The head goes to the database,
 * then to the head file and the system log. */
GW_NODISCARD enum gw_code trail_head(struct trail *t, struct gw_err *err);
#endif
