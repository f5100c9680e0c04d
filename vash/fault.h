/* vash/fault.h - the stable refusals (vash/fault_table.h) as values. Pure data, any thread. */
#ifndef GW_VASH_FAULT_H
#define GW_VASH_FAULT_H
#include <stdbool.h>
#include <stddef.h>

#include "vash/fault_table.h"

#define VASH_FAULT_ENUM(name, code, form, http, sender, sl, en, rsl, ren) VASH_##name,
enum vash_fault { VASH_NO_FAULT = 0, VASH_FAULTS(VASH_FAULT_ENUM) VASH_FAULT_COUNT };
#undef VASH_FAULT_ENUM

enum vash_fault_form { VASH_FORM_PLAIN = 0, VASH_FORM_SOAP };

struct vash_fault_row {
	const char *name, *code; /* "CERT_EXPIRED", "VG-C03" */
	enum vash_fault_form form;
	int http;    /* status of the plain form, and of the SOAP 1.1 form */
	bool sender; /* the caller must act; SOAP 1.2 sends 400 then */
	const char *sl, *en, *remedy_sl, *remedy_en;
};

/* Row of a fault; VASH_NO_FAULT has code "-" and empty texts. */
const struct vash_fault_row *vash_fault_row(enum vash_fault fault);
#endif
