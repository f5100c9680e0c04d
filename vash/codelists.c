#include "vash/codelists.h"

#include <stdlib.h>

#include "base/text.h"

/* What is wrong with a row; NULL: nothing. */
typedef const char *(*parse_row_fn)(struct vash_codelists *c, const char *const cell[]);

/* ---- cells ---- */

/* Written in one way only, or a code could stand there twice. */
static bool number(const char *cell, int *out) {
	uint64_t n;
	bool ok = cell[0] != '0' && gw_parse_u64(cell, strlen(cell), 99999, &n);
	*out = ok ? (int)n : 0;
	return ok;
}

/* One of `words`, a row of words that ends with NULL; its index, -1: none. */
static int word(const char *cell, const char *const words[]) {
	for (int i = 0; words[i]; i++) {
		if (strcmp(cell, words[i]) == 0) {
			return i;
		}
	}
	return -1;
}

static bool yes_no(const char *cell, bool *out) {
	*out = strcmp(cell, "yes") == 0;
	return *out || strcmp(cell, "no") == 0;
}

/* One after another the words of a cell, parted by blanks; false: none is left. */
static bool next_word(const char **at, char *out, size_t size) {
	*at += strspn(*at, " ");
	size_t n = strcspn(*at, " ");
	const char *from = *at;
	*at += n;
	return n > 0 && gw_copy(out, size, from, n);
}

static unsigned column_of(const char *text) {
	static const char *const names[] = {"1", "2.1", "2.2", "3.1", "3.2", "court", NULL};
	int i = word(text, names);
	return i < 0 ? 0 : 1U << i;
}

static bool columns(const char *cell, unsigned *out) {
	char text[16];
	*out = 0;
	while (next_word(&cell, text, sizeof(text))) {
		if (column_of(text) == 0) {
			return false;
		}
		*out |= column_of(text);
	}
	return cell[0] == '\0';
}

static struct vash_text named(const char *const cell[]) {
	return (struct vash_text){cell[0], cell[1]};
}

/* ---- rows ---- */

#define ROW(list) (&c->list.row[c->list.count++])

static const char *position_row(struct vash_codelists *c, const char *const cell[]) {
	static const char *const registers[] = {"", "CRP", "PRS", NULL};
	struct vash_position_row *row = ROW(positions);
	int source = word(cell[3], registers);
	row->name = named(cell + 1);
	row->source = source < 0 ? VASH_REGISTER_NONE : (enum vash_register)source;
	bool ok = number(cell[0], &row->code) && source >= 0 && columns(cell[4], &row->columns) &&
		  yes_no(cell[5], &row->principal);
	return ok ? NULL : "code, register, columns or principal";
}

static const char *legal_form_row(struct vash_codelists *c, const char *const cell[]) {
	static const char *const marks[] = {"", "yes", "open", "court", NULL};
	struct vash_legal_form_row *row = ROW(legal_forms);
	int mark = word(cell[3], marks);
	row->name = cell[1];
	row->column = column_of(cell[2]);
	row->mark = mark < 0 ? VASH_FORM_NEVER : (enum vash_form_mark)mark;
	bool ok = number(cell[0], &row->code) && mark >= 0 && (row->column != 0 || cell[2][0] == '\0') &&
		  (row->column != 0) == (mark != 0);
	return ok ? NULL : "code, column or mark";
}

static const char *scheme_row(struct vash_codelists *c, const char *const cell[]) {
	static const char *const keys[] = {"group", "court", "administered", NULL};
	struct vash_scheme_row *row = ROW(schemes);
	int key = word(cell[3], keys);
	row->name = named(cell + 1);
	row->unique_by = key < 0 ? VASH_UNIQUE_GROUP : (enum vash_unique_by)key;
	return number(cell[0], &row->code) && key >= 0 ? NULL : "code or unique_by";
}

static const char *group_row(struct vash_codelists *c, const char *const cell[]) {
	struct vash_group_row *row = ROW(groups);
	row->name = named(cell + 2);
	bool ok = number(cell[0], &row->scheme) && number(cell[1], &row->code) && yes_no(cell[4], &row->administered);
	return ok ? NULL : "scheme, code or administered";
}

/* "any", or codes and columns of legal_forms. */
static bool forms_of(const char *cell, struct vash_group_position_row *row) {
	char text[16];
	size_t n = 0;
	row->any_form = strcmp(cell, "any") == 0;
	while (!row->any_form && next_word(&cell, text, sizeof(text))) {
		if (column_of(text) != 0) {
			row->columns |= column_of(text);
		} else if (n + 1 >= VASH_FORMS_OF_GROUP_MAX || !number(text, &row->forms[n++])) {
			return false;
		}
	}
	return row->any_form || cell[0] == '\0';
}

static const char *group_position_row(struct vash_codelists *c, const char *const cell[]) {
	struct vash_group_position_row *row = ROW(group_positions);
	bool ok = number(cell[0], &row->scheme) && number(cell[1], &row->group) && number(cell[2], &row->position) &&
		  forms_of(cell[3], row) && yes_no(cell[4], &row->approval);
	return ok ? NULL : "scheme, group, position, forms or approval";
}

static const char *set_code(struct vash_code_row *row, const char *code, struct vash_text name) {
	*row = (struct vash_code_row){code, name};
	return code[0] ? NULL : "code";
}

static const char *mailbox_type_row(struct vash_codelists *c, const char *const cell[]) {
	return set_code(ROW(mailbox_types), cell[0], named(cell + 1));
}

static const char *delivery_row(struct vash_codelists *c, const char *const cell[]) {
	return set_code(ROW(deliveries), cell[0], named(cell + 1));
}

static const char *status_row(struct vash_codelists *c, const char *const cell[]) {
	return set_code(ROW(statuses), cell[0], named(cell + 1));
}

static const char *reason_row(struct vash_codelists *c, const char *const cell[]) {
	return set_code(ROW(reasons), cell[0], named(cell + 1));
}

static const char *issuer_row(struct vash_codelists *c, const char *const cell[]) {
	return set_code(ROW(issuers), cell[0], (struct vash_text){cell[1], cell[1]});
}

static const char *mailbox_row(struct vash_codelists *c, const char *const cell[]) {
	static const char *const needs[] = {"no", "optional", "yes", NULL};
	struct vash_mailbox_row *row = ROW(mailboxes);
	int needed = word(cell[2], needs);
	const char *at = cell[3];
	char text[16];
	bool ok = number(cell[0], &row->scheme) && (cell[1][0] == '\0' || number(cell[1], &row->group)) && needed >= 0;
	row->needed = needed < 0 ? VASH_NOT_ALLOWED : (enum vash_needed)needed;
	for (int type; ok && next_word(&at, text, sizeof(text));) {
		ok = number(text, &type) && type < 32;
		row->types |= ok ? 1U << type : 0;
	}
	return ok && at[0] == '\0' ? NULL : "scheme, group, needed or types";
}

static const char *mechanism_row(struct vash_codelists *c, const char *const cell[]) {
	static const char *const opens[] = {"no", "open", "yes", NULL};
	struct vash_mechanism_row *row = ROW(mechanisms);
	int one = word(cell[3], opens), two = word(cell[4], opens);
	row->code = cell[0];
	row->name = named(cell + 1);
	row->scheme_1 = one == 2;
	row->scheme_2 = two == 2;
	bool ok = cell[0][0] && one >= 0 && two >= 0 && yes_no(cell[5], &row->signature) &&
		  yes_no(cell[6], &row->organisation);
	return ok ? NULL : "code, scheme_1, scheme_2, signature or organisation";
}

static const char *procedure_row(struct vash_codelists *c, const char *const cell[]) {
	static const char *const words[] = {"no", "yes", "yes*", NULL};
	struct vash_procedure_row *row = ROW(procedures);
	bool ok = cell[0][0] != '\0';
	row->code = cell[0];
	row->name = named(cell + 1);
	for (size_t i = 0; i < VASH_LOGINS; i++) {
		int offered = word(cell[3 + i], words);
		ok = ok && offered >= 0;
		row->offered[i] = offered > 0;
	}
	return ok ? NULL : "code or a login";
}

static const char *administrator_row(struct vash_codelists *c, const char *const cell[]) {
	struct vash_administrator_row *row = ROW(administrators);
	*row = (struct vash_administrator_row){.maticna = cell[0], .davcna = cell[1], .firm = cell[2]};
	bool ok = number(cell[3], &row->legal_form) && number(cell[4], &row->position) &&
		  number(cell[5], &row->scheme) && number(cell[6], &row->group);
	return ok ? NULL : "legal_form, position, scheme or group";
}

/* ---- lists ---- */

#define NAMES(...) (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)
enum key { FIRST = 1, FIRST_TWO = 3, FIRST_THREE = 7, ADMINISTRATOR_AND_GROUP = 1 | 1 << 5 | 1 << 6 };
static const struct list {
	const char *name;
	size_t rows_max;
	enum key key; /* bit n = column n */
	parse_row_fn parse;
	const char *const *columns;
	size_t column_count;
} lists[VASH_LISTS] = {
	[VASH_LIST_POSITIONS] = {"positions", VASH_POSITIONS_MAX, FIRST, position_row,
				 NAMES("code", "name_sl", "name_en", "register", "columns", "principal")},
	[VASH_LIST_LEGAL_FORMS] = {"legal_forms", VASH_LEGAL_FORMS_MAX, FIRST, legal_form_row,
				   NAMES("code", "name", "column", "mark")},
	[VASH_LIST_SCHEMES] = {"schemes", VASH_SCHEMES_MAX, FIRST, scheme_row,
			       NAMES("code", "name_sl", "name_en", "unique_by")},
	[VASH_LIST_GROUPS] = {"groups", VASH_GROUPS_MAX, FIRST_TWO, group_row,
			      NAMES("scheme", "code", "name_sl", "name_en", "administered")},
	[VASH_LIST_GROUP_POSITIONS] = {"group_positions", VASH_GROUP_POSITIONS_MAX, FIRST_THREE, group_position_row,
				       NAMES("scheme", "group", "position", "forms", "approval")},
	[VASH_LIST_MAILBOX_TYPES] = {"mailbox_types", VASH_CODES_MAX, FIRST, mailbox_type_row,
				     NAMES("code", "name_sl", "name_en")},
	[VASH_LIST_MAILBOXES] = {"mailboxes", VASH_MAILBOXES_MAX, FIRST_TWO, mailbox_row,
				 NAMES("scheme", "group", "needed", "types")},
	[VASH_LIST_DELIVERIES] = {"deliveries", VASH_CODES_MAX, FIRST, delivery_row,
				  NAMES("code", "name_sl", "name_en")},
	[VASH_LIST_STATUSES] = {"statuses", VASH_CODES_MAX, FIRST, status_row, NAMES("code", "name_sl", "name_en")},
	[VASH_LIST_REASONS] = {"reasons", VASH_CODES_MAX, FIRST, reason_row, NAMES("code", "name_sl", "name_en")},
	[VASH_LIST_MECHANISMS] = {"mechanisms", VASH_MECHANISMS_MAX, FIRST, mechanism_row,
				  NAMES("code", "name_sl", "name_en", "scheme_1", "scheme_2", "signature",
					"organisation")},
	[VASH_LIST_ISSUERS] = {"issuers", VASH_ISSUERS_MAX, FIRST, issuer_row, NAMES("vatsi", "name")},
	[VASH_LIST_PROCEDURES] = {"procedures", VASH_PROCEDURES_MAX, FIRST, procedure_row,
				  NAMES("code", "name_sl", "name_en", "zk", "zk_s", "nk", "za", "ga")},
	[VASH_LIST_ADMINISTRATORS] = {"administrators", VASH_ADMINISTRATORS_MAX, ADMINISTRATOR_AND_GROUP,
				      administrator_row,
				      NAMES("maticna", "davcna", "firm", "legal_form", "position", "scheme", "group")},
};
enum { COLUMNS_MAX = 8 };

const char *vash_list_name(enum vash_list list) {
	return lists[list].name;
}

bool vash_list_is_key(enum vash_list list, size_t column) {
	return ((unsigned)lists[list].key >> column & 1) != 0;
}

static enum gw_code parse_list(struct vash_codelists *c, enum vash_list which, struct gw_span text,
			       struct gw_err *err) {
	const struct list *list = &lists[which];
	struct gw_csv *csv = &c->table[which];
	struct gw_err why = {0};
	enum gw_code rc = gw_csv_parse(text, list->rows_max, csv, &why);
	if (rc != GW_OK) {
		return gw_fail(err, rc == GW_E_INPUT ? GW_E_CONFIG : rc, "%s: %s", list->name, why.msg);
	}
	if (!gw_csv_has_columns(csv, list->columns, list->column_count)) {
		return gw_fail(err, GW_E_CONFIG, "%s: not the columns of this list", list->name);
	}
	for (size_t i = 0; i < csv->rows; i++) {
		const char *cell[COLUMNS_MAX];
		for (size_t k = 0; k < list->column_count; k++) {
			cell[k] = gw_csv_cell(csv, i, k);
		}
		const char *wrong = list->parse(c, cell);
		if (wrong) {
			return gw_fail(err, GW_E_CONFIG, "%s line %d: wrong %s", list->name, gw_csv_line(csv, i),
				       wrong);
		}
	}
	return GW_OK;
}

enum gw_code vash_codelists_parse(const struct gw_span text[VASH_LISTS], struct vash_codelists **out,
				  struct gw_err *err) {
	GW_AUTO(vash_codelists) struct vash_codelists *c = calloc(1, sizeof(*c));
	*out = NULL;
	if (!c) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = GW_OK;
	for (enum vash_list i = 0; rc == GW_OK && i < VASH_LISTS; i++) {
		rc = parse_list(c, i, text[i], err);
	}
	rc = rc == GW_OK ? vash_codelists_check(c, err) : rc;
	if (rc == GW_OK) {
		*out = gw_take(&c);
	}
	return rc;
}

void vash_codelists_free(struct vash_codelists *c) {
	for (size_t i = 0; c && i < VASH_LISTS; i++) {
		gw_csv_release(&c->table[i]);
	}
	free(c);
}

/* ---- look-ups ---- */

#define FIND(list, match)                                                                                              \
	for (size_t i = 0; i < c->list.count; i++) {                                                                   \
		if (match) {                                                                                           \
			return &c->list.row[i];                                                                        \
		}                                                                                                      \
	}                                                                                                              \
	return NULL

const struct vash_position_row *vash_position_find(const struct vash_codelists *c, int code) {
	FIND(positions, c->positions.row[i].code == code);
}

const struct vash_legal_form_row *vash_legal_form_find(const struct vash_codelists *c, int code) {
	FIND(legal_forms, c->legal_forms.row[i].code == code);
}

const struct vash_scheme_row *vash_scheme_find(const struct vash_codelists *c, int code) {
	FIND(schemes, c->schemes.row[i].code == code);
}

const struct vash_group_row *vash_group_find(const struct vash_codelists *c, int scheme, int code) {
	FIND(groups, c->groups.row[i].scheme == scheme && c->groups.row[i].code == code);
}

const struct vash_group_position_row *vash_group_position_find(const struct vash_codelists *c, int scheme, int group,
							       int position) {
	FIND(group_positions, c->group_positions.row[i].scheme == scheme && c->group_positions.row[i].group == group &&
				      c->group_positions.row[i].position == position);
}

static const struct vash_mailbox_row *mailbox_row_of(const struct vash_codelists *c, int scheme, int group) {
	FIND(mailboxes, c->mailboxes.row[i].scheme == scheme && c->mailboxes.row[i].group == group);
}

const struct vash_mailbox_row *vash_mailbox_find(const struct vash_codelists *c, int scheme, int group) {
	const struct vash_mailbox_row *own = mailbox_row_of(c, scheme, group);
	return own ? own : mailbox_row_of(c, scheme, 0);
}

const struct vash_mechanism_row *vash_mechanism_find(const struct vash_codelists *c, const char *code) {
	FIND(mechanisms, strcmp(c->mechanisms.row[i].code, code) == 0);
}

const struct vash_procedure_row *vash_procedure_find(const struct vash_codelists *c, const char *code) {
	FIND(procedures, strcmp(c->procedures.row[i].code, code) == 0);
}
