/* vash/procedure.h - what the files vsNNN.c share: the table of steps and small helpers of a turn. */
#ifndef GW_VASH_PROCEDURE_H
#define GW_VASH_PROCEDURE_H
#include "vash/conditions.h"
#include "vash/eligibility.h"
#include "vash/turn.h"

struct vash_step {
	const char *code; /* "vs207-03" */
	enum gw_code (*show)(struct vash_turn *t);
	enum gw_code (*take)(struct vash_turn *t); /* NULL: the last step */
};
enum vash_access {
	VASH_BY_TABLE = 0 /* FZ 5.1 */,
	VASH_FOR_ALL /* any login */,
	VASH_FOR_SERVICES /* vash_sees_services */,
	VASH_BEFORE_LOGIN
};
struct vash_procedure {
	const char *code;
	enum vash_access access;
	struct vash_text name;			    /* where the table of 5.1 has none */
	enum gw_code (*begin)(struct vash_turn *t); /* sets the first step, or stops */
	const struct vash_step *steps;
	size_t count;
};
extern const struct vash_procedure vash_vs101, vash_vs206, vash_vs207, vash_vs208, vash_vs211, vash_vs212, vash_vs221,
	vash_vs222, vash_vs223, vash_vs231, vash_vs232, vash_vs301, vash_vs302, vash_own_calls, vash_own_cases,
	vash_own_certificates;

/* ---- the case ---- */
const char *turn_value(const struct vash_turn *t, const char *name); /* given so far; "" = none */
void turn_keep(struct vash_turn *t, const char *name, const char *value);
const char *turn_input(const struct vash_turn *t, const char *name); /* sent now, without blanks around */
/* What a field or choice shows: what was sent, else what the case keeps under the other name. */
const char *turn_shown(const struct vash_turn *t, const char *name, const char *kept_as);
bool turn_pressed(const struct vash_turn *t, const char *button);
void turn_go(struct vash_turn *t, const char *step);

/* ---- saying ---- */
void turn_say(struct vash_turn *t, enum vash_say say);
void turn_say_about(struct vash_turn *t, enum vash_say say, struct vash_text about);
void turn_stop(struct vash_turn *t, enum vash_say say); /* says why, and ends the case */
void turn_refuse_field(struct vash_turn *t, const char *field, enum vash_say say);
enum vash_say turn_error_of(const struct vash_turn *t, const char *field);

/* ---- asking ---- */
GW_NODISCARD enum gw_code turn_records(struct vash_turn *t, enum vash_records_by by, int64_t key,
				       enum vash_status status, struct vash_records *out);
/* The record, or NULL in *out. */
GW_NODISCARD enum gw_code turn_record(struct vash_turn *t, int64_t id, const struct vash_record **out);
/* Ids of a choice of many ("7 9"): false unless each is in `of`, once, and there is at least one. */
bool turn_chosen(const char *text, const struct vash_records *of, struct vash_records *out, struct gw_arena *arena);
/* Records of `of` in these sets of p001. */
struct vash_records turn_filter(struct vash_turn *t, const struct vash_records *of, unsigned sets);

/* ---- texts ---- */
struct vash_text turn_group_name(const struct vash_turn *t, int scheme, int group);
struct vash_text turn_group_full(struct vash_turn *t, int scheme, int group); /* "1003 – eZK – gov – …" */
struct vash_text turn_record_group(struct vash_turn *t,
				   const struct vash_record *r); /* the same, group 90 with what it administers */
struct vash_text turn_record_text(struct vash_turn *t, const struct vash_record *r); /* a line of vs002 */
struct vash_text turn_position_full(struct vash_turn *t, int position);		     /* "21 – domača pravna oseba" */
struct vash_text turn_status_name(const struct vash_turn *t, int status);
struct vash_text turn_reason_name(const struct vash_turn *t, const char *reason); /* why a record has ended */
struct vash_text turn_end_text(struct vash_turn *t, const struct vash_record *r); /* "izbris, 21. 11. 2026, Firma" */
const char *turn_day(struct vash_turn *t, int64_t utc_s);			  /* "21. 11. 2026", in Slovenia */
int64_t turn_number(const char *text);						  /* decimal; -1: it is none */

struct vash_text turn_menu_text(void);
/* The fact that leads to the file of a record's case (docs/AUDIT.md section 11). */
void turn_show_dossier(struct vash_turn *t, const struct vash_record *r);

/* ---- mail ---- */
void turn_mail(struct vash_turn *t, const char *to, enum vash_say say, const struct vash_text *fill, size_t count);
/* To the administrators of a group who can log in and have an address. An application that waits where there is none is
 * told to the chief administrator with `orphaned`; where he cannot be told either, t->untold_group says so. */
GW_NODISCARD enum gw_code turn_mail_administrators(struct vash_turn *t, int scheme, int group, enum vash_say say);

/* ---- writing ---- */
/* NULL: no memory */
struct vash_write *turn_end_record(struct vash_turn *t, const struct vash_record *r, const char *reason);
struct vash_write *turn_confirm_record(struct vash_turn *t, const struct vash_record *r);
/* The authorised persons of an independent user's record: all end with it, and are told. */
GW_NODISCARD enum gw_code turn_cascade(struct vash_turn *t, const struct vash_record *r);
#endif
