/* gateway/cli/codelists_publish.h - the code lists of a configuration as rows of the registry. */
#ifndef GW_CLI_CODELISTS_PUBLISH_H
#define GW_CLI_CODELISTS_PUBLISH_H
#include "store/codelist.h"
#include "vash/codelists.h"

/* codelist_publish for a set of lists. The code of a row is the cells of its key joined by '/', its value a JSON object
 * of all cells by column. A new version is a log line. */
GW_NODISCARD enum gw_code codelists_publish(struct store *s, const struct vash_codelists *lists, const char *who,
					    struct audit_entry *with, struct gw_err *err);
#endif
