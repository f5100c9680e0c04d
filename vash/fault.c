#include "vash/fault.h"

#define VASH_FAULT_ROW(name, code, form, http, sender, sl, en, rsl, ren)                                               \
	[VASH_##name] = {#name, code, VASH_FORM_##form, http, sender, sl, en, rsl, ren},
static const struct vash_fault_row rows[VASH_FAULT_COUNT] = {
	[VASH_NO_FAULT] = {"NO_FAULT", "-", VASH_FORM_PLAIN, 200, false, "", "", "", ""}, VASH_FAULTS(VASH_FAULT_ROW)};

const struct vash_fault_row *vash_fault_row(enum vash_fault fault) {
	return &rows[fault < VASH_FAULT_COUNT ? fault : VASH_INTERNAL];
}
