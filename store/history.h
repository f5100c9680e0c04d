/* store/history.h - rows of history (FZ chapter 7) as lines, and what the record of a change says of them:
 * docs/AUDIT.md section 11.1. */
#ifndef GW_STORE_HISTORY_H
#define GW_STORE_HISTORY_H
#include "base/buf.h"
#include "store/db.h"
#include "store/merkle.h"

enum { HISTORY_SALT = 16, HISTORY_LINE_MAX = 16777216, HISTORY_DIGEST = 2 * MERKLE_HASH + 1 };

/* The columns that history_line reads, in its order. */
#define HISTORY_COLUMNS "id, at_utc_s, object, object_id, procedure, before, after, salt"
enum history_column { H_ID, H_AT, H_OBJECT, H_OBJECT_ID, H_PROCEDURE, H_BEFORE, H_AFTER, H_SALT };

/* The line of the row that `s` stands on, without line feed, in place of what `out` held. */
GW_NODISCARD enum gw_code history_line(sqlite3_stmt *s, struct gw_buf *out, struct gw_err *err);
/* Its salt; empty: a row from before schema 5. Borrowed until the next step. */
struct gw_span history_salt(sqlite3_stmt *s);
GW_NODISCARD enum gw_code history_row_hash(struct gw_span salt, struct gw_span line, struct merkle_hash *out,
					   struct gw_err *err);

/* The value of `history` for rows from..to; "-" where there are none. */
GW_NODISCARD enum gw_code history_digest(sqlite3 *db, int64_t from, int64_t to, char out[HISTORY_DIGEST],
					 struct gw_err *err);
#endif
