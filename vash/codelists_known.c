/* Do the code lists fit the program and its registry? What these know by code must be there; where the registry checks
 * a code, or the specification has a closed table, nothing else may. */
#include "vash/caller.h"
#include "vash/codelists_rules.h"
#include "vash/turn.h"

#define CODES(...)                                                                                                     \
	(const char *const[]) {                                                                                        \
		__VA_ARGS__, NULL                                                                                      \
	}
static const struct known {
	enum vash_list list;
	const char *const *codes;
	const char *no_other; /* why there is no other code; NULL: there may be */
} known[] = {
	{VASH_LIST_POSITIONS, CODES("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "41"),
	 "not a code of the registry"},
	{VASH_LIST_SCHEMES, CODES("1", "2", "3", "5"), "not a code of the registry"},
	{VASH_LIST_STATUSES, CODES("1", "2", "3"), "not a code of the registry"},
	{VASH_LIST_REASONS, CODES("refused", "left", "deleted", "cascaded", "withdrawn"), "not a code of the registry"},
	{VASH_LIST_DELIVERIES, CODES("11", "12", "21", "23"), "not a code of the registry"},
	{VASH_LIST_MAILBOX_TYPES, CODES("1", "2", "3", "4"), "not a code of the registry"},
	{VASH_LIST_MECHANISMS, CODES("KDP-SI", "KDP-SIGOV"), NULL},
	{VASH_LIST_PROCEDURES,
	 CODES("vs201", "vs202", "vs203", "vs204", "vs205", "vs206", "vs207", "vs208", "vs211", "vs212", "vs221",
	       "vs222", "vs223", "vs231", "vs232"),
	 "no procedure of FZ 5.1"},
};

/* A procedure that the program cannot do yet needs no row. */
static bool is_needed(enum vash_list list, const char *code) {
	return list != VASH_LIST_PROCEDURES || vash_procedure_exists(code);
}

static bool has_row(const struct gw_csv *t, const char *code) {
	for (size_t row = 0; row < t->rows; row++) {
		if (strcmp(gw_csv_cell(t, row, 0), code) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_known(const struct known *k, const char *code) {
	for (size_t i = 0; k->codes[i]; i++) {
		if (strcmp(k->codes[i], code) == 0) {
			return true;
		}
	}
	return false;
}

static enum gw_code missing(struct gw_err *err, enum vash_list list, const char *code) {
	return gw_fail(err, GW_E_CONFIG, "%s: code %s is missing", vash_list_name(list), code);
}

static enum gw_code known_codes_are_there(const struct vash_codelists *c, struct gw_err *err) {
	for (const struct known *k = known; k < known + GW_COUNT(known); k++) {
		for (size_t i = 0; k->codes[i]; i++) {
			if (is_needed(k->list, k->codes[i]) && !has_row(&c->table[k->list], k->codes[i])) {
				return missing(err, k->list, k->codes[i]);
			}
		}
	}
	return GW_OK;
}

static enum gw_code closed_lists_have_no_others(const struct vash_codelists *c, struct gw_err *err) {
	for (const struct known *k = known; k < known + GW_COUNT(known); k++) {
		const struct gw_csv *t = &c->table[k->list];
		for (size_t row = 0; k->no_other && row < t->rows; row++) {
			if (!is_known(k, gw_csv_cell(t, row, 0))) {
				return codelist_refuse(c, err, k->list, row, k->no_other);
			}
		}
	}
	return GW_OK;
}

/* FZ-VS6.2 is kept by unique indexes (store/schema/001.sql): a list that says otherwise would not be obeyed. */
static enum gw_code schemes_count_as_the_database(const struct vash_codelists *c, struct gw_err *err) {
	static const struct {
		int scheme;
		enum vash_unique_by by;
	} fixed[] = {{VASH_SCHEME_EXTERNAL, VASH_UNIQUE_GROUP},
		     {VASH_SCHEME_INTERNAL, VASH_UNIQUE_COURT},
		     {VASH_SCHEME_ADMINISTRATOR, VASH_UNIQUE_ADMINISTERED},
		     {VASH_SCHEME_SERVICES, VASH_UNIQUE_GROUP}};
	for (size_t i = 0; i < c->schemes.count; i++) {
		for (size_t k = 0; k < GW_COUNT(fixed); k++) {
			if (c->schemes.row[i].code == fixed[k].scheme && c->schemes.row[i].unique_by != fixed[k].by) {
				return codelist_refuse(c, err, VASH_LIST_SCHEMES, i,
						       "unique_by is fixed by the indexes of the registry");
			}
		}
	}
	return GW_OK;
}

static enum gw_code administrators_have_groups(const struct vash_codelists *c, struct gw_err *err) {
	bool chief = vash_group_find(c, VASH_SCHEME_ADMINISTRATOR, VASH_GROUP_CHIEF),
	     external = vash_group_find(c, VASH_SCHEME_ADMINISTRATOR, VASH_GROUP_ADMINISTRATOR);
	return chief && external ? GW_OK : missing(err, VASH_LIST_GROUPS, chief ? "3/90" : "3/80");
}

enum gw_code codelists_known(const struct vash_codelists *c, struct gw_err *err) {
	static const codelist_rule rules[] = {known_codes_are_there, closed_lists_have_no_others,
					      schemes_count_as_the_database, administrators_have_groups};
	return codelist_rules(c, rules, GW_COUNT(rules), err);
}
