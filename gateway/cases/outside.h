/* gateway/cases/outside.h - the ports of vash/outside.h answered: certificates by the anchors of a listener,
 * applications at a glance, clients by chance. May wait; not for event loops. */
#ifndef GW_CASES_OUTSIDE_H
#define GW_CASES_OUTSIDE_H
#include "certs/fetch_status.h"
#include "vash/outside.h"

struct outside {			/* the ctx of the port */
	const struct cert_trust *trust; /* of the listener that calls come to */
	int64_t now_utc_s;
	const struct vash_registers *registers;
	struct fetch_how fetch; /* the revocation of a certificate, before it is judged */
};
void outside_port(struct outside *o, struct vash_outside *port);

/* The tax number of who holds a certificate <19a.1>; "" if it names none. */
GW_NODISCARD enum gw_code outside_tax_number(const char *pem, struct gw_arena *arena, const char **out,
					     struct gw_err *err);
#endif
