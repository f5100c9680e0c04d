/* gateway/cli/control.h - the Unix control socket: how a command changes a registry that `serve` holds open.
 *
 * One JSON object a line in, one a line out. The peer must be root or the gateway's own user (SO_PEERCRED); the socket
 * is mode 0600. "who" of a command is overwritten with the peer's user name: nobody speaks for another. */
#ifndef GW_CLI_CONTROL_H
#define GW_CLI_CONTROL_H
#include "base/json.h"
#include "store/store.h"

/* Server side: called from the main thread's poll loop. */
GW_NODISCARD enum gw_code control_listen(const char *path, int *fd, struct gw_err *err);
/* Accept one client and answer its commands until it closes or is silent for two seconds. */
typedef json_t *(*control_fn)(void *ctx, json_t *command);
void control_serve_one(int listen_fd, control_fn run, void *ctx);

/* Client side: GW_E_NOTFOUND: nobody serves. *answer is the caller's. */
GW_NODISCARD enum gw_code control_ask(const char *path, const json_t *command, json_t **answer, struct gw_err *err);

/* The name of a user id, or its number. */
void control_user_name(unsigned uid, char *out, size_t size);
#endif
