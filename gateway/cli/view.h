/* gateway/cli/view.h - a configuration turned into what the loops run under: everything is loaded and checked, or
 * nothing. */
#ifndef GW_CLI_VIEW_H
#define GW_CLI_VIEW_H
#include "gateway/cli/config.h"

struct view_shared { /* what outlives a configuration; NULL: check-config, the command line */
	struct sessions *sessions;
	const struct cert_live *live;
};

/* Anchors, keys, contracts, services, schemas, backends of `config`. One reference is the caller's. */
GW_NODISCARD enum gw_code view_build(const struct config *config, uint64_t generation, const struct view_shared *shared,
				     struct engine_view **out, struct gw_err *err);

/* What cert_trust_load takes for a listener, as its configuration names it. `list` receives the trusted list in force
 * where the listener wants it, and is released (trust_list_release) after that, whatever came of it. */
GW_NODISCARD enum gw_code view_trust_config(const struct config *config, size_t listener, struct cert_trust_list *list,
					    struct cert_trust_config *out, struct gw_err *err);
/* The same, loaded, with what is fetched (NULL = nothing is). */
GW_NODISCARD enum gw_code view_load_trust(const struct config *config, size_t listener, const struct cert_live *live,
					  struct cert_trust **out, struct gw_err *err);
#endif
