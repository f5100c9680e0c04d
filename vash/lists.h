/* vash/lists.h - the lists of FZ 3.3: vs002 (a user's groups), vs005 (authorised persons), vs007 (administered users),
 * with the filters of 3.3.8. */
#ifndef GW_VASH_LISTS_H
#define GW_VASH_LISTS_H
#include "vash/procedure.h"

/* The scheme of a group that is administered <19.6>: 1 or 5, whose codes differ; 0 = no such group. */
int vash_administered_scheme(const struct vash_codelists *lists, int group);

/* The independent user in whose name the login acts: himself, or an authorised person's. */
const struct vash_subject *vash_own_subject(const struct vash_turn *t);
/* Does the login see anything of the user's web services? An independent user sees all of his; an authorised person of
 * scheme 5 the record that he is linked to (p001 5b, D3); the right of any other authorised person is for his own group
 * alone (p001 1b, 2, 3b). */
bool vash_sees_services(const struct vash_record *login);
bool vash_sees_service(const struct vash_record *login, int64_t subject_id, int64_t record_id);
/* Those records, whatever their status. */
GW_NODISCARD enum gw_code vash_own_services(struct vash_turn *t, struct vash_records *out);
/* vs002: the records of the login's subject in these sets, also those that wait where `pending`. */
GW_NODISCARD enum gw_code vash_own_records(struct vash_turn *t, unsigned sets, bool pending, struct vash_records *out);
/* vs211-00: the records by which he administers a group (3a, 3b of group 90, D35). */
GW_NODISCARD enum gw_code vash_administered_records(struct vash_turn *t, struct vash_records *out);
/* vs002-h and a line each. */
void vash_show_own(struct vash_turn *t, const struct vash_records *records);
/* The line of one of them; where they are of several subjects, with name and registration number of its own. */
struct vash_text vash_line_among(struct vash_turn *t, const struct vash_records *records, size_t i);
/* One 1:1 choice of them, named "record"; the case keeps it as `kept_as`. */
void vash_choose_record(struct vash_turn *t, const struct vash_records *records, enum vash_say label,
			const char *kept_as);

/* 3.3.8: what the user filters by, from `filter.kind` (maticna, emso, davcna, person, firm) and `filter.text` of the
 * case; `out` are the matching ones, or all with a warning when none matches. What a print says the list is filtered
 * by: VASH_SAY_NONE where it is the whole one. */
enum vash_say vash_filter(struct vash_turn *t, const struct vash_records *all, struct vash_records *out);
/* Takes the filter's fields from the input: button "filter" or "filter.clear". False: it was another button. */
bool vash_take_filter(struct vash_turn *t);
void vash_forget_filter(struct vash_turn *t); /* another list follows, from its first page */
void vash_show_filter(struct vash_turn *t);

/* A long list is shown by pages; `page` of the case is the one that is looked at, from 1. A page beyond the end is the
 * last one. Where t->whole it is all of them. Marks are the matter of vash/decide.h: they belong to no page. */
enum { VASH_LIST_PAGE = 100 };
struct vash_records vash_list_page(const struct vash_turn *t, const struct vash_records *matching);
/* Parameters of the list, before its records: how many there are (of `all`, the filter left `matching`), which page. */
void vash_show_place(struct vash_turn *t, const struct vash_records *all, const struct vash_records *matching);
/* The buttons "page.<n>" of the pages before and after. */
void vash_show_turning(struct vash_turn *t, const struct vash_records *matching);
bool vash_turns_page(const struct vash_turn *t); /* was such a button pressed? */
bool vash_take_page(struct vash_turn *t);	 /* takes it; false: it was another one */
#endif
