/* store/checkpoint.h - a thread that moves the write-ahead log into the database, on a connection of its own, so that
 * no commit waits for it; it measures the log's size by the way. */
#ifndef GW_STORE_CHECKPOINT_H
#define GW_STORE_CHECKPOINT_H
#include <stdint.h>

#include "base/err.h"

struct checkpointer;

/* `path` and `vfs` (NULL = the default) are borrowed until checkpointer_stop. */
GW_NODISCARD enum gw_code checkpointer_start(const char *path, const char *vfs, struct checkpointer **out,
					     struct gw_err *err);
void checkpointer_stop(struct checkpointer *c);		       /* joins and frees; NULL is none */
uint64_t checkpointer_wal_bytes(const struct checkpointer *c); /* as last measured; any thread */
#endif
