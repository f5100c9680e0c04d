/* Do the code lists fit one another? One function a rule; each names the row that breaks it. */
#include "base/text.h"
#include "vash/caller.h"
#include "vash/codelists_rules.h"
#include "vash/lists.h"
#include "vash/numbers.h"

enum gw_code codelist_refuse(const struct vash_codelists *c, struct gw_err *err, enum vash_list list, size_t row,
			     const char *what) {
	return gw_fail(err, GW_E_CONFIG, "%s line %d: %s", vash_list_name(list), gw_csv_line(&c->table[list], row),
		       what);
}

/* ---- keys ---- */

static bool same_key(const struct gw_csv *t, enum vash_list list, size_t a, size_t b) {
	bool same = true;
	for (size_t k = 0; same && k < t->columns; k++) {
		same = !vash_list_is_key(list, k) || strcmp(gw_csv_cell(t, a, k), gw_csv_cell(t, b, k)) == 0;
	}
	return same;
}

static enum gw_code no_code_twice(const struct vash_codelists *c, struct gw_err *err) {
	for (enum vash_list list = 0; list < VASH_LISTS; list++) {
		const struct gw_csv *t = &c->table[list];
		for (size_t i = 0; i < t->rows; i++) {
			for (size_t k = 0; k < i; k++) {
				if (same_key(t, list, i, k)) {
					return codelist_refuse(c, err, list, i, "the code stands there twice");
				}
			}
		}
	}
	return GW_OK;
}

/* ---- texts ---- */

/* C0, DEL, C1; the list is known to be UTF-8. */
static bool has_control(const char *text) {
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p < ' ' || *p == 0x7F || (p[0] == 0xC2 && p[1] < 0xA0)) {
			return true;
		}
	}
	return false;
}

static bool is_name(const char *column) {
	return strncmp(column, "name", 4) == 0 || strcmp(column, "firm") == 0;
}

static enum gw_code row_is_text(const struct gw_csv *t, enum vash_list list, size_t row, struct gw_err *err) {
	for (size_t k = 0; k < t->columns; k++) {
		const char *cell = gw_csv_cell(t, row, k), *column = gw_csv_name(t, k);
		bool empty = is_name(column) && cell[strspn(cell, " ")] == '\0';
		if (empty || has_control(cell)) {
			return gw_fail(err, GW_E_CONFIG, "%s line %d: %s %s", vash_list_name(list), gw_csv_line(t, row),
				       column, empty ? "is empty" : "holds a control character");
		}
	}
	return GW_OK;
}

static enum gw_code cells_are_texts(const struct vash_codelists *c, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	for (enum vash_list list = 0; list < VASH_LISTS; list++) {
		for (size_t row = 0; rc == GW_OK && row < c->table[list].rows; row++) {
			rc = row_is_text(&c->table[list], list, row, err);
		}
	}
	return rc;
}

/* ---- groups ---- */

static enum gw_code groups_have_schemes(const struct vash_codelists *c, struct gw_err *err) {
	for (size_t i = 0; i < c->groups.count; i++) {
		const struct vash_group_row *g = &c->groups.row[i];
		if (!vash_scheme_find(c, g->scheme)) {
			return codelist_refuse(c, err, VASH_LIST_GROUPS, i, "no such scheme");
		}
		for (size_t k = 0; k < i; k++) {
			if (c->groups.row[k].code == g->code) {
				return codelist_refuse(c, err, VASH_LIST_GROUPS, i,
						       "another scheme has this code (FZ 2.10.1)");
			}
		}
	}
	return GW_OK;
}

/* FZ-VS3; an administrator's record names the group alone, and its scheme is found so. */
static enum gw_code administered_groups_are_found(const struct vash_codelists *c, struct gw_err *err) {
	for (size_t i = 0; i < c->groups.count; i++) {
		const struct vash_group_row *g = &c->groups.row[i];
		if (g->administered && vash_administered_scheme(c, g->code) != g->scheme) {
			return codelist_refuse(c, err, VASH_LIST_GROUPS, i,
					       "only groups of the schemes 1 and 5 are administered");
		}
	}
	return GW_OK;
}

static bool has_position(const struct vash_codelists *c, const struct vash_group_row *g) {
	for (size_t i = 0; i < c->group_positions.count; i++) {
		const struct vash_group_position_row *p = &c->group_positions.row[i];
		if (p->scheme == g->scheme && p->group == g->code) {
			return true;
		}
	}
	return false;
}

static enum gw_code groups_have_positions(const struct vash_codelists *c, struct gw_err *err) {
	for (size_t i = 0; i < c->groups.count; i++) {
		const struct vash_group_row *g = &c->groups.row[i];
		bool registrable = g->scheme == VASH_SCHEME_EXTERNAL || g->scheme == VASH_SCHEME_SERVICES;
		if (registrable && !has_position(c, g)) {
			return codelist_refuse(c, err, VASH_LIST_GROUPS, i, "no position may be in this group");
		}
	}
	return GW_OK;
}

/* FZ-VS5.2 is narrower than FZ-VS5.1: what a group allows, its position must allow. */
static const char *wrong_forms(const struct vash_codelists *c, const struct vash_group_position_row *row,
			       const struct vash_position_row *position) {
	bool says_forms = row->any_form || row->columns != 0 || row->forms[0] != 0;
	if (says_forms != (position->columns != 0)) {
		return "forms are for positions in PRS, and needed there";
	}
	if ((row->columns & ~position->columns) != 0) {
		return "a column does not fit the position";
	}
	for (size_t k = 0; row->forms[k] != 0; k++) {
		const struct vash_legal_form_row *form = vash_legal_form_find(c, row->forms[k]);
		if (!form || !(form->column & position->columns)) {
			return "a legal form is not known, or does not fit the position";
		}
	}
	return NULL;
}

static enum gw_code group_positions_fit(const struct vash_codelists *c, struct gw_err *err) {
	for (size_t i = 0; i < c->group_positions.count; i++) {
		const struct vash_group_position_row *row = &c->group_positions.row[i];
		const struct vash_group_row *group = vash_group_find(c, row->scheme, row->group);
		const struct vash_position_row *position = vash_position_find(c, row->position);
		const char *wrong = !group				    ? "no such group"
				    : !position				    ? "no such position"
				    : row->approval && !group->administered ? "approval needs an administered group"
									    : wrong_forms(c, row, position);
		if (wrong) {
			return codelist_refuse(c, err, VASH_LIST_GROUP_POSITIONS, i, wrong);
		}
	}
	return GW_OK;
}

/* ---- mailboxes ---- */

static unsigned known_mailbox_types(const struct vash_codelists *c) {
	unsigned known = 0;
	for (size_t i = 0; i < c->mailbox_types.count; i++) {
		uint64_t type;
		const char *code = c->mailbox_types.row[i].code;
		known |= gw_parse_u64(code, strlen(code), 31, &type) ? 1U << type : 0;
	}
	return known;
}

static enum gw_code mailboxes_fit(const struct vash_codelists *c, struct gw_err *err) {
	unsigned known = known_mailbox_types(c);
	for (size_t i = 0; i < c->mailboxes.count; i++) {
		const struct vash_mailbox_row *row = &c->mailboxes.row[i];
		const char *wrong = !vash_scheme_find(c, row->scheme)				 ? "no such scheme"
				    : row->group && !vash_group_find(c, row->scheme, row->group) ? "no such group"
				    : (row->types & ~known) != 0 ? "no such mailbox type"
				    : (row->needed == VASH_NOT_ALLOWED) != (row->types == 0)
					    ? "types are for groups with a mailbox"
					    : NULL;
		if (wrong) {
			return codelist_refuse(c, err, VASH_LIST_MAILBOXES, i, wrong);
		}
	}
	for (size_t i = 0; i < c->groups.count; i++) {
		if (!vash_mailbox_find(c, c->groups.row[i].scheme, c->groups.row[i].code)) {
			return codelist_refuse(c, err, VASH_LIST_GROUPS, i, "mailboxes says nothing of this group");
		}
	}
	return GW_OK;
}

/* ---- people and providers ---- */

static const char *wrong_administrator(const struct vash_codelists *c, const struct vash_administrator_row *a) {
	const struct vash_group_row *group = vash_group_find(c, a->scheme, a->group);
	const struct vash_position_row *position = vash_position_find(c, a->position);
	const struct vash_legal_form_row *form = vash_legal_form_find(c, a->legal_form);
	return !vash_maticna_ok(gw_span_of(a->maticna)) ? "wrong registration number"
	       : !vash_davcna_ok(gw_span_of(a->davcna)) ? "wrong tax number"
	       : !group || !group->administered		? "not an administered group"
	       : a->position != VASH_LEGAL_PERSON && a->position != VASH_ORGAN
		       ? "an administrator's position is 21 or 31"
	       : !position || !form		     ? "no such position or legal form"
	       : !(form->column & position->columns) ? "the legal form does not fit the position"
						     : NULL;
}

static bool is_same_number(const char *a, const char *b) {
	char x[VASH_MATICNA], y[VASH_MATICNA];
	return vash_maticna_canonical(gw_span_of(a), x) && vash_maticna_canonical(gw_span_of(b), y) &&
	       strcmp(x, y) == 0;
}

/* A group has one administrator, and a subject that has several groups is one subject. */
static const char *wrong_pair(const struct vash_administrator_row *a, const struct vash_administrator_row *b) {
	bool same_data = strcmp(a->davcna, b->davcna) == 0 && strcmp(a->firm, b->firm) == 0 &&
			 a->position == b->position && a->legal_form == b->legal_form;
	return a->scheme == b->scheme && a->group == b->group ? "another administrator has this group"
	       : is_same_number(a->maticna, b->maticna) && !same_data
		       ? "the registration number stands there with other data"
		       : NULL;
}

static enum gw_code administrators_fit(const struct vash_codelists *c, struct gw_err *err) {
	for (size_t i = 0; i < c->administrators.count; i++) {
		const struct vash_administrator_row *row = c->administrators.row;
		const char *wrong = wrong_administrator(c, &row[i]);
		for (size_t k = 0; !wrong && k < i; k++) {
			wrong = wrong_pair(&row[i], &row[k]);
		}
		if (wrong) {
			return codelist_refuse(c, err, VASH_LIST_ADMINISTRATORS, i, wrong);
		}
	}
	return GW_OK;
}

static bool has_administrator(const struct vash_codelists *c, const struct vash_group_row *g) {
	for (size_t i = 0; i < c->administrators.count; i++) {
		if (c->administrators.row[i].scheme == g->scheme && c->administrators.row[i].group == g->code) {
			return true;
		}
	}
	return false;
}

static enum gw_code administered_groups_have_one(const struct vash_codelists *c, struct gw_err *err) {
	for (size_t i = 0; i < c->groups.count; i++) {
		if (c->groups.row[i].administered && !has_administrator(c, &c->groups.row[i])) {
			return codelist_refuse(c, err, VASH_LIST_GROUPS, i, "administrators names none for this group");
		}
	}
	return GW_OK;
}

static enum gw_code issuers_have_identifiers(const struct vash_codelists *c, struct gw_err *err) {
	for (size_t i = 0; i < c->issuers.count; i++) {
		const char *id = c->issuers.row[i].code;
		if (strncmp(id, "VATSI-", 6) != 0 || !vash_davcna_ok(gw_span_of(id + 6))) {
			return codelist_refuse(c, err, VASH_LIST_ISSUERS, i, "not VATSI- and a tax number");
		}
	}
	return c->issuers.count > 0 ? GW_OK : gw_fail(err, GW_E_CONFIG, "issuers: nobody may call");
}

enum gw_code codelist_rules(const struct vash_codelists *c, const codelist_rule rules[], size_t count,
			    struct gw_err *err) {
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < count; i++) {
		rc = rules[i](c, err);
	}
	return rc;
}

enum gw_code vash_codelists_check(const struct vash_codelists *c, struct gw_err *err) {
	static const codelist_rule rules[] = {cells_are_texts,
					      no_code_twice,
					      codelists_known,
					      groups_have_schemes,
					      administered_groups_are_found,
					      groups_have_positions,
					      group_positions_fit,
					      mailboxes_fit,
					      administrators_fit,
					      administered_groups_have_one,
					      issuers_have_identifiers};
	return codelist_rules(c, rules, GW_COUNT(rules), err);
}
