/* store/gap.h - requests that the log does not know, counted where a killed process leaves them for its successor.
 *
 * One page, `<registry>.gap`, mapped. Its room is taken when it is opened, so counting needs no free disk. It is not
 * synced: a killed process loses nothing, a power cut may lose the count of the outage that it falls into.
 * Threads: the caller's lock. */
#ifndef GW_STORE_GAP_H
#define GW_STORE_GAP_H
#include <stdint.h>

#include "base/err.h"

struct gap {
	uint64_t count;
	int64_t since_utc_ms; /* of the first one */
};

struct gap_ledger;

/* `log_size`: a count that was taken for record N < log_size was written by the process that took it. */
GW_NODISCARD enum gw_code gap_ledger_open(const char *registry_path, uint64_t log_size, struct gap_ledger **out,
					  struct gw_err *err);
void gap_ledger_close(struct gap_ledger *l);

void gap_count(struct gap_ledger *l, int64_t now_utc_ms);
/* What has been counted, for a record with this index; counting begins anew. Then gap_written or gap_give_back. */
struct gap gap_take(struct gap_ledger *l, uint64_t index);
void gap_written(struct gap_ledger *l);
void gap_give_back(struct gap_ledger *l);
#endif
