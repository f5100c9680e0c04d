/* gateway/cli/mail_command.h - what an operator does with the outbox, as JSON commands beside registry_command's.
 *
 * {"command":"mail_retry","id":1,"who":…}
 * {"command":"mail_test","address":"…","who":…}   answered with the "id" of the message */
#ifndef GW_CLI_MAIL_COMMAND_H
#define GW_CLI_MAIL_COMMAND_H
#include "base/json.h"
#include "store/store.h"

/* False: it is none of these. The caller owns the answer, which is NULL for want of memory only. */
bool mail_command(struct store *s, const json_t *command, json_t **answer);
#endif
