#include "store/reminder.h"

#include "store/db.h"
#include "store/registry_port.h"

struct say {
	const struct reminder *r;
	int64_t now_utc_s;
};

static enum gw_code was_said(struct sqlite3 *db, const struct reminder *r, bool *said, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(
		db, "SELECT 1 FROM reminder WHERE membership_id = ? AND cert_digest = ? AND days <= ?", &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, r->membership_id);
	db_bind_text(s, 2, r->cert_digest);
	sqlite3_bind_int(s, 3, r->days);
	return db_step(s, said, err);
}

static enum gw_code run(struct sqlite3 *db, const char *sql, const struct say *what, const char *const texts[3],
			struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db, sql, &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, what->r->membership_id);
	sqlite3_bind_int(s, 2, what->r->days);
	sqlite3_bind_int64(s, 3, what->now_utc_s);
	for (int i = 0; i < 3; i++) {
		db_bind_text(s, 4 + i, texts[i]);
	}
	return db_run(s, err);
}

static enum gw_code say_it(struct sqlite3 *db, void *arg, struct gw_err *err) {
	const struct say *what = arg;
	const struct reminder *r = what->r;
	const char *const mark[3] = {r->cert_digest, NULL, NULL}, *const mail[3] = {r->to, r->title, r->text};
	enum gw_code rc =
		run(db, "INSERT INTO reminder (membership_id, cert_digest, days, said_utc_s) VALUES (?1, ?4, ?2, ?3)",
		    what, mark, err);
	return rc == GW_OK ? run(db,
				 "INSERT INTO outbox (recipient, subject_line, body, created_utc_s, next_utc_s)"
				 " VALUES (?4, ?5, ?6, ?3, ?3)",
				 what, mail, err)
			   : rc;
}

enum gw_code reminder_say(struct store *s, const struct reminder *r, int64_t now_utc_s, bool *said,
			  struct gw_err *err) {
	GW_AUTO(registry_port) struct sqlite3 *db = NULL;
	struct say what = {r, now_utc_s};
	bool before = false;
	*said = false;
	enum gw_code rc = registry_port_open(store_path(s), &db, err);
	rc = rc == GW_OK ? was_said(db, r, &before, err) : rc;
	if (rc != GW_OK || before) {
		return rc;
	}
	const struct store_context context = {
		.procedure = "reminders", .who = "system", .object = "membership", .action = "remind"};
	rc = store_change(s, &context, say_it, &what, err);
	*said = rc == GW_OK;
	return rc;
}
