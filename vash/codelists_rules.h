/* vash/codelists_rules.h - what the files of vash_codelists_check share: a rule is a function that names the row which
 * breaks it. Pure; any thread. */
#ifndef GW_VASH_CODELISTS_RULES_H
#define GW_VASH_CODELISTS_RULES_H
#include "vash/codelists.h"

typedef enum gw_code (*codelist_rule)(const struct vash_codelists *c, struct gw_err *err);

/* GW_E_CONFIG with list, line and what is wrong there. */
enum gw_code codelist_refuse(const struct vash_codelists *c, struct gw_err *err, enum vash_list list, size_t row,
			     const char *what);
/* One rule after another until one is broken. */
GW_NODISCARD enum gw_code codelist_rules(const struct vash_codelists *c, const codelist_rule rules[], size_t count,
					 struct gw_err *err);

/* Are the codes there that the program and its registry know, and in closed lists no others? */
GW_NODISCARD enum gw_code codelists_known(const struct vash_codelists *c, struct gw_err *err);
#endif
