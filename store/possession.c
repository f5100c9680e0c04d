#include "store/possession.h"

#include "store/db.h"

struct proof {
	const char *token, *cert_digest;
};

static enum gw_code prove(struct sqlite3 *db, void *arg, struct gw_err *err) {
	const struct proof *p = arg;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(
		db,
		"UPDATE web_service SET possession_proven = 1, version = version + 1 WHERE cert_digest = ?2"
		" AND membership_id = (SELECT p.membership_id FROM possession p JOIN membership m ON m.id = p.membership_id"
		" WHERE p.token = ?1 AND m.live)",
		&s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, p->token);
	db_bind_text(s, 2, p->cert_digest);
	rc = db_run(s, err);
	return rc == GW_OK && sqlite3_changes(db) == 0 ? gw_fail(err, GW_E_NOTFOUND, "nothing to prove here") : rc;
}

enum gw_code possession_prove(struct store *s, const char *token, const char *cert_digest, struct gw_err *err) {
	struct proof proof = {token, cert_digest};
	const struct store_context context = {.procedure = "possession",
					      .who = "certificate",
					      .cert = cert_digest,
					      .object = "web_service",
					      .action = "prove"};
	return store_change(s, &context, prove, &proof, err);
}
