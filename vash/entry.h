/* vash/entry.h - may a subject be entered with this record? The rules of registration, asked of what is entered
 * directly
 * (`user add`, `user import`). Pure. */
#ifndef GW_VASH_ENTRY_H
#define GW_VASH_ENTRY_H
#include "vash/codelists.h"
#include "vash/say.h"

struct vash_entered { /* the subject as it will stand in the registry, and its record */
	int position, legal_form;
	const char *davcna;
	int scheme, group, member_kind; /* scheme 0: the subject alone */
	int administered_group;
	int principal_position; /* authorised person: of the independent user */
	const char *email;	/* that is entered now; "" = none */
};

/* FZ-VS1 to FZ-VS4, FZ-VS5.1 (D29 for scheme 3), FZ-VS5.2, FZ-VS6.1, <5> and <7a> of business subjects, <22>: the
 * first one that is broken, as its sentence; VASH_SAY_NONE: it may. */
enum vash_say vash_entry_wrong(const struct vash_codelists *c, const struct vash_entered *e);
/* The mail to who is appointed administrator of a group, in both languages, appended to `out`. */
GW_NODISCARD enum gw_code vash_entry_mail(const struct vash_codelists *c, int administered_group, struct gw_buf *out);
#endif
