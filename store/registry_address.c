#include "store/db.h"
#include "store/registry_subject.h"
#include "vash/eligibility.h"

/* A row that says the same is not touched: history holds changes. */
static const char address_sql[] =
	"INSERT INTO address (eceu_id, kind, recipient, street, house_number, settlement, municipality, postcode, post,"
	" country) VALUES (?1, 9, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (eceu_id, kind) DO UPDATE SET"
	" recipient = ?2, street = ?3, house_number = ?4, settlement = ?5, municipality = ?6, postcode = ?7, post = ?8,"
	" country = ?9 WHERE (recipient, street, house_number, settlement, municipality, postcode, post, country)"
	" IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

static enum gw_code put_texts(struct sqlite3 *db, int64_t id, const struct vash_address *a, struct gw_err *err) {
	const char *const texts[] = {a->recipient,    a->street,   a->house_number, a->settlement,
				     a->municipality, a->postcode, a->post,	    a->country};
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db, address_sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	for (int i = 0; i < (int)GW_COUNT(texts); i++) {
		sqlite3_bind_text(s, 2 + i, texts[i], -1, SQLITE_STATIC);
	}
	return db_run(s, err);
}

static enum gw_code delivery_of(struct sqlite3 *db, int64_t id, const char *country, int *out, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	*out = 0;
	enum gw_code rc = db_prepare(db, "SELECT coalesce(mailbox_type, 0) FROM subject WHERE eceu_id = ?", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, id);
	rc = db_step(s, &row, err);
	*out = rc == GW_OK && row ? vash_delivery(sqlite3_column_int(s, 0), country) : 0;
	return rc;
}

static enum gw_code put_delivery(struct sqlite3 *db, int64_t id, int delivery, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "UPDATE subject SET delivery = ?1, version = version + 1 WHERE eceu_id = ?2"
				     " AND delivery IS NOT ?1",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	db_bind_int0(s, 1, delivery);
	sqlite3_bind_int64(s, 2, id);
	return db_run(s, err);
}

enum gw_code registry_put_address(struct sqlite3 *db, int64_t id, const struct vash_address *a, struct gw_err *err) {
	int delivery = 0;
	if (!a->country || !a->country[0]) {
		return GW_OK;
	}
	enum gw_code rc = put_texts(db, id, a, err);
	rc = rc == GW_OK ? delivery_of(db, id, a->country, &delivery, err) : rc;
	return rc == GW_OK ? put_delivery(db, id, delivery, err) : rc;
}
