/* store/registry_port.h - the port `struct vash_registry` (vash/record.h) on a connection: a reader's for showing, the
 * writer's inside a transaction for deciding. */
#ifndef GW_STORE_REGISTRY_PORT_H
#define GW_STORE_REGISTRY_PORT_H
#include "vash/record.h"

struct sqlite3;

/* The port borrows the connection and is used on its thread. */
void registry_port_init(struct vash_registry *port, struct sqlite3 *db);

/* A connection for reading, of its own snapshot: open, ask, close. */
GW_NODISCARD enum gw_code registry_port_open(const char *path, struct sqlite3 **db, struct gw_err *err);
void registry_port_close(struct sqlite3 *db);
GW_DEFINE_AUTO(registry_port, struct sqlite3 *, registry_port_close)
#endif
