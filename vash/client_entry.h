/* vash/client_entry.h - entering the client (OAuth) of a web service <19a.2>-<19a.5>: vs207-04, which vs208-02 uses
 * too. */
#ifndef GW_VASH_CLIENT_ENTRY_H
#define GW_VASH_CLIENT_ENTRY_H
#include "vash/procedure.h"

/* "Vpis odjemalca" <19a.1a>: groups 1001 to 1199 (2.10.2). */
bool client_is_needed(int group);

/* `subject`: ID eCEU of the independent user whose clients may be chosen. */
GW_NODISCARD enum gw_code client_entry_show(struct vash_turn *t, int64_t subject);
/* Takes the choice "client" (an existing one, or new with "client.name" and "client.uris"). The case keeps them. */
GW_NODISCARD enum gw_code client_entry_take(struct vash_turn *t, int64_t subject, bool *good);
/* What was chosen, again from the registry, into the client's fields of `out`; a new one gets its ID and secret if
 * `make`. */
GW_NODISCARD enum gw_code client_entry_get(struct vash_turn *t, int64_t subject, bool make,
					   struct vash_web_service *out, bool *good);
void client_entry_facts(struct vash_turn *t, const struct vash_web_service *s);
#endif
