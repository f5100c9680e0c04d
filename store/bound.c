#include "store/bound.h"

#include "store/db.h"

static const char another_users[] =
	"SELECT 1 FROM web_service mine JOIN membership me ON me.id = mine.membership_id"
	" JOIN web_service w ON w.old_cert_digest = mine.cert_digest OR w.cert_digest = mine.old_cert_digest"
	" JOIN membership m ON m.id = w.membership_id"
	" WHERE mine.membership_id = ?1 AND me.live AND m.live AND m.eceu_id <> me.eceu_id"
	" AND ((w.old_cert_digest = mine.cert_digest AND w.old_until_utc_s > unixepoch())"
	" OR (w.cert_digest = mine.old_cert_digest AND mine.old_until_utc_s > unixepoch()"
	" AND (m.status = 2 OR w.possession_proven = 1))) LIMIT 1";

enum gw_code bound_check(struct sqlite3 *db, int64_t membership_id, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, another_users, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, membership_id);
	rc = db_step(s, &row, err);
	return rc == GW_OK && row ? gw_fail(err, GW_E_CONFLICT, "certificate belongs to another user") : rc;
}
