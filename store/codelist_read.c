#include "base/text.h"
#include "store/codelist.h"
#include "store/db.h"

struct codelist_reader {
	sqlite3 *db;
};

enum gw_code codelist_reader_open(const char *path, struct codelist_reader **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(codelist_reader) struct codelist_reader *r = calloc(1, sizeof(*r));
	if (!r) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = db_open(path, DB_READ, NULL, &r->db, err);
	if (rc == GW_OK) {
		*out = gw_take(&r);
	}
	return rc;
}

void codelist_reader_close(struct codelist_reader *r) {
	if (r) {
		db_close(r->db);
		free(r);
	}
}

/* The one number that `sql` finds, whose parameter is `bound`. */
static enum gw_code number(struct codelist_reader *r, const char *sql, int64_t bound, int64_t *out,
			   struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	*out = 0;
	enum gw_code rc = db_prepare(r->db, sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, bound);
	rc = db_step(s, &row, err);
	*out = rc == GW_OK && row ? sqlite3_column_int64(s, 0) : 0;
	return rc;
}

enum gw_code codelist_version_at(struct codelist_reader *r, int64_t utc_ms, int64_t *version, struct gw_err *err) {
	return number(r, "SELECT coalesce(max(version), 0) FROM codelist_version WHERE at_utc_ms <= ?", utc_ms, version,
		      err);
}

enum gw_code codelist_last_stored(struct codelist_reader *r, int64_t *version, struct gw_err *err) {
	return number(r, "SELECT coalesce(max(version), 0) FROM codelist WHERE version <= ?", INT64_MAX, version, err);
}

/* The newest row of each code up to the version is in force, unless it says that there is none any more. */
#define IN_FORCE                                                                                                       \
	"(c.value IS NOT NULL AND c.version = (SELECT max(o.version) FROM codelist o"                                  \
	" WHERE o.list = c.list AND o.code = c.code AND o.version <= ?1))"

static const char lists_sql[] =
	"SELECT l.list, l.rows, l.newest, v.at_utc_ms, v.who FROM (SELECT c.list, sum(" IN_FORCE ") AS rows,"
	" max(c.version) AS newest FROM codelist c WHERE c.version <= ?1 GROUP BY c.list) l"
	" JOIN codelist_version v ON v.version = l.newest ORDER BY l.list";

enum gw_code codelist_each_list(struct codelist_reader *r, int64_t version, codelist_state_fn each, void *ctx,
				struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(r->db, lists_sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, version);
	while ((rc = db_step(s, &row, err)) == GW_OK && row) {
		struct codelist_state state = {.rows = (size_t)sqlite3_column_int64(s, 1),
					       .version = sqlite3_column_int64(s, 2),
					       .since_utc_ms = sqlite3_column_int64(s, 3)};
		gw_copy_text(state.list, sizeof(state.list), db_text(s, 0));
		gw_copy_text(state.who, sizeof(state.who), db_text(s, 4));
		if ((rc = each(ctx, &state, err)) != GW_OK) {
			return rc;
		}
	}
	return rc;
}

static const char rows_sql[] = "SELECT c.list, c.code, c.value, c.version FROM codelist c"
			       " WHERE (?2 IS NULL OR c.list = ?2) AND " IN_FORCE " ORDER BY c.list, c.code";

enum gw_code codelist_each_row(struct codelist_reader *r, int64_t version, const char *list, codelist_row_fn each,
			       void *ctx, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool more = false;
	enum gw_code rc = db_prepare(r->db, rows_sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, version);
	db_bind_text(s, 2, list);
	while ((rc = db_step(s, &more, err)) == GW_OK && more) {
		const struct codelist_row row = {.list = db_text(s, 0),
						 .code = db_text(s, 1),
						 .value = db_text(s, 2),
						 .version = sqlite3_column_int64(s, 3)};
		if ((rc = each(ctx, &row, err)) != GW_OK) {
			return rc;
		}
	}
	return rc;
}
