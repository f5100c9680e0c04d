/* vash/codelists.h - the code lists of the FZ as data (the CSV files in vash/codelists): parsed, checked against one
 * another, immutable.
 *
 * Codes are keyed by (list, code): 309 is a group and a legal form. Texts are borrowed from the set. Pure; any thread.
 */
#ifndef GW_VASH_CODELISTS_H
#define GW_VASH_CODELISTS_H
#include "base/csv.h"

enum vash_list {
	VASH_LIST_POSITIONS = 0,
	VASH_LIST_LEGAL_FORMS,
	VASH_LIST_SCHEMES,
	VASH_LIST_GROUPS,
	VASH_LIST_GROUP_POSITIONS,
	VASH_LIST_MAILBOX_TYPES,
	VASH_LIST_MAILBOXES,
	VASH_LIST_DELIVERIES,
	VASH_LIST_STATUSES,
	VASH_LIST_REASONS,
	VASH_LIST_MECHANISMS,
	VASH_LIST_ISSUERS,
	VASH_LIST_PROCEDURES,
	VASH_LIST_ADMINISTRATORS,
	VASH_LISTS
};
const char *vash_list_name(enum vash_list list); /* "legal_forms": the file's name without .csv */
/* Do the cells of this column belong to the code of a row, which stands once in its list? */
bool vash_list_is_key(enum vash_list list, size_t column);

enum {
	VASH_POSITIONS_MAX = 16,
	VASH_LEGAL_FORMS_MAX = 128,
	VASH_SCHEMES_MAX = 8,
	VASH_GROUPS_MAX = 256,
	VASH_GROUP_POSITIONS_MAX = 512,
	VASH_CODES_MAX = 16,
	VASH_MAILBOXES_MAX = 256,
	VASH_MECHANISMS_MAX = 64,
	VASH_ISSUERS_MAX = 16,
	VASH_PROCEDURES_MAX = 32,
	VASH_ADMINISTRATORS_MAX = 256,
	VASH_FORMS_OF_GROUP_MAX = 16
};

struct vash_text {
	const char *sl, *en;
};

static inline struct vash_text vash_same(const char *text) {
	return (struct vash_text){text, text};
}

/* Columns of table 2 in FZ 2.3.2, as a set; a form stands in one, a position fits one or two. */
enum vash_form_column {
	VASH_COLUMN_LEGAL_PERSON = 1,
	VASH_COLUMN_PROFESSIONAL = 2,	  /* 2.1 */
	VASH_COLUMN_NON_PROFESSIONAL = 4, /* 2.2 */
	VASH_COLUMN_JUDICIAL = 8,	  /* 3.1 */
	VASH_COLUMN_OTHER_BODY = 16,	  /* 3.2 */
	VASH_COLUMN_COURT = 32		  /* the position 32 of its own */
};
enum vash_form_mark { VASH_FORM_NEVER = 0, VASH_FORM_ALLOWED, VASH_FORM_OPEN /* D28 */, VASH_FORM_COURT /* D29 */ };
enum vash_register { VASH_REGISTER_NONE = 0, VASH_REGISTER_CRP, VASH_REGISTER_PRS };
enum vash_needed { VASH_NOT_ALLOWED = 0, VASH_OPTIONAL, VASH_MANDATORY };
enum vash_unique_by { VASH_UNIQUE_GROUP = 0, VASH_UNIQUE_COURT, VASH_UNIQUE_ADMINISTERED };
enum vash_login { VASH_LOGIN_ZK = 0, VASH_LOGIN_ZK_S, VASH_LOGIN_NK, VASH_LOGIN_ZA, VASH_LOGIN_GA, VASH_LOGINS };

struct vash_position_row { /* FZ 2.3.1 <2> */
	int code;
	struct vash_text name;
	enum vash_register source;
	unsigned columns; /* FZ-VS5.1; 0 = not in PRS */
	bool principal;	  /* FZ-VS6.1: may have authorised persons */
};
struct vash_legal_form_row { /* FZ 2.3.2 <7a> */
	int code;
	const char *name;
	unsigned column;
	enum vash_form_mark mark;
};
struct vash_scheme_row { /* FZ 2.5.2 <19.0a> */
	int code;
	struct vash_text name;
	enum vash_unique_by unique_by; /* FZ-VS6.2 */
};
struct vash_group_row { /* <19.1> */
	int scheme, code;
	struct vash_text name;
	bool administered; /* FZ-VS3 */
};
struct vash_group_position_row {
	int scheme, group, position;	    /* FZ-VS4 */
	bool any_form;			    /* FZ-VS5.2: every form that fits the position */
	unsigned columns;		    /* those in these columns */
	int forms[VASH_FORMS_OF_GROUP_MAX]; /* and these; 0 ends them */
	bool approval;			    /* an administrator decides (D17) */
};
struct vash_code_row { /* mailbox types <20>, deliveries <14>, statuses <19.3>, reasons, issuers */
	const char *code;
	struct vash_text name;
};
struct vash_mailbox_row {
	int scheme, group;	 /* group 0 = all of the scheme */
	enum vash_needed needed; /* FZ-VS8.1 */
	unsigned types;		 /* FZ-VS8.2: bit n = mailbox type n */
};
struct vash_mechanism_row { /* FZ 4.2 */
	const char *code;
	struct vash_text name;
	bool scheme_1, scheme_2; /* FZ-VS7 */
	bool signature;		 /* FZ-VS11 */
	bool organisation;	 /* may be issued at a business subject */
};
struct vash_procedure_row { /* FZ 5.1, D27 */
	const char *code;
	struct vash_text name;
	bool offered[VASH_LOGINS];
};
struct vash_administrator_row { /* FZ 2.7.2: seed data */
	const char *maticna, *davcna, *firm;
	int legal_form, position, scheme, group;
};

#define VASH_ROWS(type, max)                                                                                           \
	struct {                                                                                                       \
		size_t count;                                                                                          \
		struct type row[max];                                                                                  \
	}
struct vash_codelists {
	VASH_ROWS(vash_position_row, VASH_POSITIONS_MAX) positions;
	VASH_ROWS(vash_legal_form_row, VASH_LEGAL_FORMS_MAX) legal_forms;
	VASH_ROWS(vash_scheme_row, VASH_SCHEMES_MAX) schemes;
	VASH_ROWS(vash_group_row, VASH_GROUPS_MAX) groups;
	VASH_ROWS(vash_group_position_row, VASH_GROUP_POSITIONS_MAX) group_positions;
	VASH_ROWS(vash_code_row, VASH_CODES_MAX) mailbox_types;
	VASH_ROWS(vash_mailbox_row, VASH_MAILBOXES_MAX) mailboxes;
	VASH_ROWS(vash_code_row, VASH_CODES_MAX) deliveries;
	VASH_ROWS(vash_code_row, VASH_CODES_MAX) statuses;
	VASH_ROWS(vash_code_row, VASH_CODES_MAX) reasons;
	VASH_ROWS(vash_mechanism_row, VASH_MECHANISMS_MAX) mechanisms;
	VASH_ROWS(vash_code_row, VASH_ISSUERS_MAX) issuers;
	VASH_ROWS(vash_procedure_row, VASH_PROCEDURES_MAX) procedures;
	VASH_ROWS(vash_administrator_row, VASH_ADMINISTRATORS_MAX) administrators;
	struct gw_csv table[VASH_LISTS]; /* owned; the texts point into it */
};

/* Parse the files' texts and check the set. GW_E_CONFIG names list and line. The caller owns *out. */
GW_NODISCARD enum gw_code vash_codelists_parse(const struct gw_span text[VASH_LISTS], struct vash_codelists **out,
					       struct gw_err *err);
void vash_codelists_free(struct vash_codelists *c);
GW_DEFINE_AUTO(vash_codelists, struct vash_codelists *, vash_codelists_free)

/* Do the lists fit one another? Part of vash_codelists_parse. */
GW_NODISCARD enum gw_code vash_codelists_check(const struct vash_codelists *c, struct gw_err *err);

/* NULL: no such code. */
const struct vash_position_row *vash_position_find(const struct vash_codelists *c, int code);
const struct vash_legal_form_row *vash_legal_form_find(const struct vash_codelists *c, int code);
const struct vash_scheme_row *vash_scheme_find(const struct vash_codelists *c, int code);
const struct vash_group_row *vash_group_find(const struct vash_codelists *c, int scheme, int code);
const struct vash_group_position_row *vash_group_position_find(const struct vash_codelists *c, int scheme, int group,
							       int position);
/* The group's own row, else that of all groups of the scheme. */
const struct vash_mailbox_row *vash_mailbox_find(const struct vash_codelists *c, int scheme, int group);
const struct vash_mechanism_row *vash_mechanism_find(const struct vash_codelists *c, const char *code);
const struct vash_procedure_row *vash_procedure_find(const struct vash_codelists *c, const char *code);
#endif
