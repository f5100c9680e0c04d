/* gateway/cli/case_command.h - deciding an application from the command line: the steps of vs211, in the place of the
 * group's administrator. History names the operator, and the administrator as the one on whose behalf.
 *
 * {"command":"case","record":12,"decision":"approve"|"refuse","reason":"…","who":"root"}
 * Answer: {"ok":true} or {"ok":false,"class":…,"error":…,"code":"vs207-03.4c"}. "error": all that the rules say against
 * it, "sl / en", a line each; "code" is that of the first. */
#ifndef GW_CLI_CASE_COMMAND_H
#define GW_CLI_CASE_COMMAND_H
#include "base/json.h"
#include "gateway/cases/desk.h"

/* Never NULL but for want of memory; the caller owns the answer. */
json_t *case_command(const struct desk *d, const json_t *command);
#endif
