/* gateway/cli/registry_command.h - changes of the registry as JSON commands: what the control socket carries and what a
 * command does directly while `serve` is down. One function for both.
 *
 * {"command":"add","entries":[{…}],"first":0,"unchecked":false,"import":false,"who":"root"}   `first`: number of the
 * first entry, for messages; `unchecked`: the rules of registration are not asked, and the trail says so; `import`:
 * "system" acts, on behalf of who; entries as in `user import`
 * (vashgate(1)), at most 200
 * {"command":"seed","who":…}   the administrators of the code lists; "added" of the answer says how many
 * {"command":"block"|"unblock","cert":"<hex>"|"eceu":1,"reason":"…","who":…}
 * {"command":"status","membership":1,"status":"active"|"pending"|"deleted","reason":"left","who":…}
 * {"command":"prs","eceu":1,"status":"active"|"deleted","who":…}
 * and those of gateway/cli/mail_command.h and gateway/cli/tsl_import.h.
 * Answer: {"ok":true,…} or {"ok":false,"class":"conflict","error":"…"} */
#ifndef GW_CLI_REGISTRY_COMMAND_H
#define GW_CLI_REGISTRY_COMMAND_H
#include "base/json.h"
#include "store/registry.h"
#include "vash/codelists.h"

enum { REGISTRY_ENTRIES_MAX = 200 };

/* Never NULL but for want of memory; the caller owns the answer. */
json_t *registry_command(struct store *s, const struct vash_codelists *lists, const json_t *command);
#endif
