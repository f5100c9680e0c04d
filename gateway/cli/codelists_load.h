/* gateway/cli/codelists_load.h - the code lists that a configuration names: a folder of CSV files, or those that are
 * built in. */
#ifndef GW_CLI_CODELISTS_LOAD_H
#define GW_CLI_CODELISTS_LOAD_H
#include "gateway/cli/config.h"

/* GW_E_CONFIG names list and line, or the file that cannot be read. */
GW_NODISCARD enum gw_code codelists_load(const struct config *c, struct vash_codelists **out, struct gw_err *err);
/* The lists of a folder. GW_E_CONFIG: they are wrong, or do not fit one another; GW_E_NOTFOUND: a file cannot be
 * read. */
GW_NODISCARD enum gw_code codelists_load_folder(const char *folder, struct vash_codelists **out, struct gw_err *err);
#endif
