#include "gateway/cli/codelists_publish.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"

enum { CODE_MAX_BYTES = 1 << 21 }; /* a list is at most half of that */

struct row_set {
	struct codelist_row *row;
	char **code, **value; /* owned; the rows point to them */
	size_t count;
};

static void release(struct row_set *set) {
	for (size_t i = 0; i < set->count; i++) {
		free(set->code[i]);
		free(set->value[i]);
	}
	free(set->code);
	free(set->value);
	free(set->row);
}

static char *code_of(enum vash_list list, const struct gw_csv *t, size_t row) {
	GW_AUTO(buf) struct gw_buf code;
	enum gw_code rc = GW_OK;
	bool first = true;
	gw_buf_init(&code, CODE_MAX_BYTES);
	for (size_t k = 0; rc == GW_OK && k < t->columns; k++) {
		if (vash_list_is_key(list, k)) {
			rc = gw_buf_addf(&code, "%s%s", first ? "" : "/", gw_csv_cell(t, row, k));
			first = false;
		}
	}
	const char *text = rc == GW_OK ? gw_buf_cstr(&code) : NULL;
	return text ? strdup(text) : NULL;
}

static char *value_of(const struct gw_csv *t, size_t row) {
	GW_AUTO(json) json_t *cells = json_object();
	for (size_t k = 0; k < t->columns; k++) {
		json_object_set_new(cells, gw_csv_name(t, k), json_string(gw_csv_cell(t, row, k)));
	}
	return json_object_size(cells) == t->columns ? json_dumps(cells, JSON_COMPACT) : NULL;
}

static bool add_list(struct row_set *set, enum vash_list list, const struct gw_csv *t) {
	bool ok = true;
	for (size_t i = 0; ok && i < t->rows; i++) {
		size_t at = set->count++;
		set->code[at] = code_of(list, t, i);
		set->value[at] = value_of(t, i);
		set->row[at] = (struct codelist_row){
			.list = vash_list_name(list), .code = set->code[at], .value = set->value[at]};
		ok = set->code[at] && set->value[at];
	}
	return ok;
}

static enum gw_code make_rows(const struct vash_codelists *lists, struct row_set *set, struct gw_err *err) {
	size_t room = 1;
	for (enum vash_list i = 0; i < VASH_LISTS; i++) {
		room += lists->table[i].rows;
	}
	set->row = calloc(room, sizeof(*set->row));
	set->code = calloc(room, sizeof(char *));
	set->value = calloc(room, sizeof(char *));
	bool ok = set->row && set->code && set->value;
	for (enum vash_list i = 0; ok && i < VASH_LISTS; i++) {
		ok = add_list(set, i, &lists->table[i]);
	}
	return ok ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

enum gw_code codelists_publish(struct store *s, const struct vash_codelists *lists, const char *who,
			       struct audit_entry *with, struct gw_err *err) {
	struct row_set set = {0};
	int64_t version = 0;
	enum gw_code rc = make_rows(lists, &set, err);
	if (rc == GW_OK) {
		const struct codelist_publication p = {.who = who, .row = set.row, .count = set.count, .with = with};
		rc = codelist_publish(s, &p, &version, err);
	}
	release(&set);
	if (version > 0) {
		char number[24];
		snprintf(number, sizeof(number), "%lld", (long long)version);
		gw_log(GW_LOG_INFO, "codelists_changed", "version", number, "who", who, NULL);
	}
	return rc;
}
