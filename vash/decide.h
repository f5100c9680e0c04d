/* vash/decide.h - marking records of a list before they are decided together: vs211-02, vs211-03, vs212-04, vs212-05.
 * A mark is a value "mark.<id>" of the case; several may be sent at once as fields of that name, 100 at most. All are
 * carried out or none (vs211-04.x1), whatever page of the list they stand on. */
#ifndef GW_VASH_DECIDE_H
#define GW_VASH_DECIDE_H
#include "vash/procedure.h"

struct decide_rules {
	bool confirms; /* Potrdi and Zavrni; else Izbriši */
	bool reasons;  /* a refusal or deletion needs one */
	/* Is the record still one of the list? */
	bool (*belongs)(const struct vash_turn *t, const struct vash_record *r);
	/* Was it ever? Of any other record not even the name is told. */
	bool (*concerns)(const struct vash_turn *t, const struct vash_record *r);
};

/* vs211-01.2, vs212-03: is it approved or deleted? A choice "what" of two, whose texts these are. */
void decide_show_what(struct vash_turn *t, enum vash_say approve, enum vash_say delete);
bool decide_take_what(struct vash_turn *t); /* false: none of them */
bool decide_approves(const struct vash_turn *t);

/* How many records are marked, on whatever page: a parameter of the list. */
void decide_show_count(struct vash_turn *t);
/* Says what is wrong with records that are not among those shown: their fields cannot. */
void decide_show_errors(struct vash_turn *t, const struct vash_records *shown);
/* A record's marks and buttons, inside its vash_page_record. */
void decide_show(struct vash_turn *t, const struct vash_record *r, const struct decide_rules *rules);
const char *decide_mark(const struct vash_turn *t, int64_t id);	  /* "confirm", "refuse", "delete"; "" = none */
const char *decide_reason(const struct vash_turn *t, int64_t id); /* "" = none */
/* Takes marks, the list's filter, and the buttons that turn its pages. *out: the marked records as they are now, if
 * they are to be carried out; else none. */
GW_NODISCARD enum gw_code decide_take(struct vash_turn *t, const struct decide_rules *rules, struct vash_records *out);
/* False, and says `otherwise` with its name: a subject that is deleted in PRS or blocked cannot be confirmed. */
bool decide_subject_counts(struct vash_turn *t, const struct vash_record *r, enum vash_say otherwise);
void decide_forget(struct vash_turn *t);
#endif
