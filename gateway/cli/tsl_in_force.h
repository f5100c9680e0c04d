/* gateway/cli/tsl_in_force.h - the trusted list in force, out of the registry and ready for questions (certs/tsl.h). */
#ifndef GW_CLI_TSL_IN_FORCE_H
#define GW_CLI_TSL_IN_FORCE_H
#include "certs/tsl_json.h"
#include "store/trusted_list.h"

struct tsl_in_force { /* released with tsl_in_force_release, found or not */
	bool found;
	struct trusted_list_facts facts;
	struct tsl list; /* in the arena */
	struct gw_arena arena;
	json_t *changes; /* of its import (certs/tsl_changes.h) */
};
void tsl_in_force_release(struct tsl_in_force *t);
static inline void gw_auto_tsl_in_force(struct tsl_in_force *t) {
	tsl_in_force_release(t);
}

/* Reads the record of the import; the XML is not looked at again. GW_E_NOTFOUND: there is no registry; GW_E_STORE,
 * GW_E_INPUT: what it holds cannot be read. A connection of its own; any thread. */
GW_NODISCARD enum gw_code tsl_in_force_load(const char *registry_path, const char *territory, struct tsl_in_force *out,
					    struct gw_err *err);
#endif
