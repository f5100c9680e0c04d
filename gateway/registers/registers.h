/* gateway/registers/registers.h - the registers that the procedures ask: MDP and PRS, as the ports of vash/outside.h.
 *
 * Their contracts are ours (docs/REGISTERS.md): JSON over HTTPS with our client certificate and a pinned CA. Each
 * question is one connection with deadlines; it may wait, and is not for event loops. Any thread. */
#ifndef GW_REGISTERS_REGISTERS_H
#define GW_REGISTERS_REGISTERS_H
#include "vash/outside.h"

enum { REGISTER_TEXT = 512 };

struct register_config {
	char url[REGISTER_TEXT]; /* "" = not configured */
	char cert[REGISTER_TEXT], key[REGISTER_TEXT], ca[REGISTER_TEXT];
	uint32_t deadline_ms;
};

/* GW_E_CONFIG: a key that others may read. The port is owned by the caller and freed with registers_free. */
GW_NODISCARD enum gw_code registers_new(const struct register_config *mdp, const struct register_config *prs,
					const struct vash_registers **out, struct gw_err *err);
void registers_free(const struct vash_registers *r);
#endif
