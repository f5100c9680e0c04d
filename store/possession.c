#include "store/possession.h"

#include "store/db.h"
#include "store/registry_port.h"

struct proof {
	const char *token, *cert_digest;
	int64_t record; /* found: whose certificate it is; 0 = nobody's */
	bool proven;
};

static enum gw_code find(struct sqlite3 *db, struct proof *p, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db,
				     "SELECT w.membership_id, w.possession_proven FROM possession p JOIN membership m"
				     " ON m.id = p.membership_id JOIN web_service w ON w.membership_id = m.id"
				     " WHERE p.token = ?1 AND m.live AND w.cert_digest = ?2",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_text(s, 1, p->token);
	db_bind_text(s, 2, p->cert_digest);
	rc = db_step(s, &row, err);
	p->record = rc == GW_OK && row ? sqlite3_column_int64(s, 0) : 0;
	p->proven = p->record && sqlite3_column_int(s, 1) != 0;
	return rc == GW_OK && !row ? gw_fail(err, GW_E_NOTFOUND, "nothing to prove here") : rc;
}

static enum gw_code prove(struct sqlite3 *db, void *arg, struct gw_err *err) {
	struct proof *p = arg;
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = find(db, p, err);
	if (rc != GW_OK || p->proven) {
		return rc;
	}
	rc = db_prepare(
		db,
		"UPDATE web_service SET possession_proven = 1, version = version + 1 WHERE membership_id = ?1 AND cert_digest = ?2",
		&s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, p->record);
	db_bind_text(s, 2, p->cert_digest);
	return db_run(s, err);
}

/* Who comes again, or to nothing, is answered without the writer: a change that changes nothing is none. */
static enum gw_code look(struct store *s, struct proof *p, struct gw_err *err) {
	GW_AUTO(registry_port) struct sqlite3 *db = NULL;
	enum gw_code rc = registry_port_open(store_path(s), &db, err);
	return rc == GW_OK ? find(db, p, err) : rc;
}

enum gw_code possession_prove(struct store *s, const char *token, const char *cert_digest, struct gw_err *err) {
	struct proof proof = {.token = token, .cert_digest = cert_digest};
	const struct store_context context = {.procedure = "possession",
					      .who = "certificate",
					      .cert = cert_digest,
					      .object = "web_service",
					      .action = "prove"};
	enum gw_code rc = look(s, &proof, err);
	return rc == GW_OK && !proof.proven ? store_change(s, &context, prove, &proof, err) : rc;
}
