/* store/codelist.h - the code lists in versions: which rows were in force when, and who put them there.
 *
 * A version is of all lists together, because they are checked against one another; its rows are those that differ from
 * the version before. Once published it is fixed. Rows above the newest published version belong to a publication that
 * was broken off: they are not in force, and the next publication goes on from them. */
#ifndef GW_STORE_CODELIST_H
#define GW_STORE_CODELIST_H
#include "store/store.h"

enum { CODELIST_BATCH = 200, CODELIST_NAME = 64, CODELIST_WHO = 64 };

struct codelist_row {
	const char *list, *code, *value; /* value: text of the cells; two rows are the same if it is the same bytes */
	int64_t version;		 /* when read: since which version the row is so */
};

/* ---- writing ---- */

struct codelist_publication {
	const char *who;		/* user name, "system" */
	const struct codelist_row *row; /* every row of every list, in any order */
	size_t count;
	struct audit_entry *with; /* belongs to the version; NULL = none. done() is not called */
};

/* Compare with the newest version and write what differs: jobs of CODELIST_BATCH rows, the last of which makes the
 * version and commits `with`. *version 0: nothing has changed, nothing was written but `with`. On failure no version
 * is made and `with` is not in the trail. GW_E_RETRY: the trail cannot be written; GW_E_INPUT: a code stands twice.
 * One publisher at a time; waits for the writer, so not for event loops. */
GW_NODISCARD enum gw_code codelist_publish(struct store *s, const struct codelist_publication *p, int64_t *version,
					   struct gw_err *err);

/* ---- reading: one thread a reader ---- */

struct codelist_reader;
GW_NODISCARD enum gw_code codelist_reader_open(const char *path, struct codelist_reader **out, struct gw_err *err);
void codelist_reader_close(struct codelist_reader *r);
GW_DEFINE_AUTO(codelist_reader, struct codelist_reader *, codelist_reader_close)

#define CODELIST_NOW INT64_MAX
/* The version in force at a time (CODELIST_NOW: the newest); 0: there was none yet. */
GW_NODISCARD enum gw_code codelist_version_at(struct codelist_reader *r, int64_t utc_ms, int64_t *version,
					      struct gw_err *err);
/* The highest version that has rows, published or not; 0: there are none. */
GW_NODISCARD enum gw_code codelist_last_stored(struct codelist_reader *r, int64_t *version, struct gw_err *err);

struct codelist_state { /* a list in a version */
	char list[CODELIST_NAME], who[CODELIST_WHO];
	size_t rows;
	int64_t version, since_utc_ms; /* the last change of this list */
};
typedef enum gw_code (*codelist_state_fn)(void *ctx, const struct codelist_state *state, struct gw_err *err);
/* Lists that have or had rows up to `version`, by name. */
GW_NODISCARD enum gw_code codelist_each_list(struct codelist_reader *r, int64_t version, codelist_state_fn each,
					     void *ctx, struct gw_err *err);

typedef enum gw_code (*codelist_row_fn)(void *ctx, const struct codelist_row *row, struct gw_err *err);
/* The rows in force in `version`, by list and code (bytes); `list` NULL = of all. The texts are borrowed during the
 * call. */
GW_NODISCARD enum gw_code codelist_each_row(struct codelist_reader *r, int64_t version, const char *list,
					    codelist_row_fn each, void *ctx, struct gw_err *err);
#endif
