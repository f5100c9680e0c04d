/* tests/loss/power_check.c - what must be true of a registry that was opened again after a power cut. */
#include <unistd.h>

#include "base/kv.h"
#include "base/text.h"
#include "store/audit_check.h"
#include "store/audit_read.h"
#include "store/db.h"
#include "tests/loss/power.h"

struct look { /* what the log says */
	struct lane *lane;
	sqlite3 *db;
	struct merkle_hash *leaf;
	size_t count, cap;
	int64_t history_to;
};

static bool number_of(const char *line, const char *key, int64_t *out) {
	GW_AUTO(buf) struct gw_buf value;
	uint64_t n = 0;
	gw_buf_init(&value, 4096);
	bool found = gw_kv_find(gw_span_of(line), key, &value) == GW_OK &&
		     gw_parse_u64(value.data, value.len, INT64_MAX, &n);
	*out = (int64_t)n;
	return found;
}

/* Records of registry changes name pieces of the history that follow each other without gap. */
static bool follows_history(struct look *k, const char *line) {
	int64_t from, to;
	bool ok = number_of(line, "history_from", &from) && number_of(line, "history_to", &to) &&
		  from == k->history_to + 1 && to >= from - 1; /* a case has no history of its own */
	k->history_to = to;
	return ok;
}

static const char *look_at(struct look *k, sqlite3_stmt *s) {
	const char *line = db_text(s, 2);
	struct merkle_hash leaf;
	merkle_leaf(gw_span_of(line), &leaf);
	if (sqlite3_column_int64(s, 0) != (int64_t)k->count) {
		return "an index is missing";
	}
	if (sqlite3_column_bytes(s, 1) != MERKLE_HASH || memcmp(sqlite3_column_blob(s, 1), leaf.b, MERKLE_HASH) != 0) {
		return "a leaf does not fit its record";
	}
	k->leaf = grow(k->leaf, &k->cap, k->count + 1, sizeof(leaf));
	k->leaf[k->count++] = leaf;
	k->lane->totals.interrupted += strstr(line, " result=interrupted ") != NULL;
	bool registry = strstr(line, " kind=registry ") != NULL;
	return registry && !follows_history(k, line) ? "registry records and history do not fit" : NULL;
}

static void look_at_log(struct look *k) {
	struct gw_err err = {0};
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	k->lane->totals.interrupted = 0;
	enum gw_code rc = db_prepare(k->db, "SELECT idx, leaf, line FROM audit ORDER BY idx", &s, &err);
	while (rc == GW_OK && (rc = db_step(s, &row, &err)) == GW_OK && row) {
		const char *wrong = look_at(k, s);
		if (wrong) {
			complain(k->lane, wrong, NULL);
			return;
		}
	}
	if (rc != GW_OK) {
		complain(k->lane, "cannot read the log", &err);
	}
}

static void check_receipts(struct look *k) {
	size_t missing = 0;
	for (size_t i = 0; i < k->lane->receipt_count; i++) {
		const struct receipt *r = &k->lane->receipts[i];
		missing += r->index >= k->count || memcmp(k->leaf[r->index].b, r->leaf.b, MERKLE_HASH) != 0;
	}
	if (missing > 0) {
		struct gw_err err;
		snprintf(err.msg, sizeof(err.msg), "%zu of %zu", missing, k->lane->receipt_count);
		complain(k->lane, "receipts are not in the log", &err);
	}
}

int64_t ask_db(struct lane *l, sqlite3 *db, const char *sql) {
	struct gw_err err = {0};
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	bool row = false;
	enum gw_code rc = db_prepare(db, sql, &s, &err);
	rc = rc == GW_OK ? db_step(s, &row, &err) : rc;
	if (rc != GW_OK) {
		complain(l, sql, &err);
		return -1;
	}
	return !row					  ? 0
	       : sqlite3_column_type(s, 0) == SQLITE_TEXT ? strcmp(db_text(s, 0), "ok") == 0
							  : sqlite3_column_int64(s, 0);
}

static int64_t ask(struct look *k, const char *sql) {
	return ask_db(k->lane, k->db, sql);
}

static void check_registry(struct look *k) {
	struct lane *l = k->lane;
	for (unsigned i = 1; i <= l->change_last && i < l->change_cap; i++) {
		char sql[160];
		snprintf(sql, sizeof(sql),
			 "SELECT count(*) FROM history WHERE object = 'block' AND json_extract(after, "
			 "'$.reason') = '%u'",
			 i);
		int64_t found = l->change_known[i] ? ask(k, sql) : 1;
		if (found != 1) {
			complain(l, "an acknowledged registry change is not in the history once", NULL);
			return;
		}
	}
	if (ask(k, "SELECT coalesce(max(id), 0) FROM history") != k->history_to) {
		complain(l, "the history goes past the registry records", NULL);
	}
	if (ask(k, "SELECT count(*) FROM block b WHERE b.reason <> (SELECT json_extract(after, '$.reason') "
		   "FROM history"
		   " WHERE object = 'block' ORDER BY id DESC LIMIT 1)") != 0) {
		complain(l, "the registry is not what its history says last", NULL);
	}
}

/* A whole export, and one from the middle, whose frontier comes from the tiles. */
static void check_export(struct lane *l, uint64_t from, uint64_t size) {
	struct gw_err err = {0};
	GW_AUTO(audit_reader) struct audit_reader *r = NULL;
	size_t n;
	const uint8_t *spki = signer_spki(l->signer, &n);
	struct audit_check_files files = {.export_path = l->export, .verify = signer_verify_ed25519};
	struct audit_check_result result = {0};
	files.head_path = access(l->heads, F_OK) == 0 ? l->heads : NULL;
	enum gw_code rc = audit_reader_open(l->db, &r, &err);
	FILE *f = rc == GW_OK ? fopen(l->export, "we") : NULL;
	rc = rc == GW_OK && !f ? gw_fail(&err, GW_E_STORE, "cannot write '%s'", l->export) : rc;
	rc = rc == GW_OK ? audit_export(r, from, size, (struct gw_span){(const char *)spki, n}, f, NULL, &err) : rc;
	if (f) {
		fclose(f);
	}
	rc = rc == GW_OK ? audit_check(&files, &result, &err) : rc;
	if (rc == GW_OK && !result.ok) {
		snprintf(err.msg, sizeof(err.msg), "record %llu: %s", (unsigned long long)result.record, result.reason);
	}
	if (rc != GW_OK || !result.ok || result.records != size - from) {
		complain(l, "the export does not verify", &err);
	} else if (result.open > 0) {
		complain(l, "intents stayed open", NULL);
	}
}

static void check_all(struct lane *l) {
	struct gw_err err = {0};
	struct look k = {.lane = l};
	if (db_open(l->db, DB_READ, NULL, &k.db, &err) != GW_OK) {
		complain(l, "cannot open the registry to look at it", &err);
		return;
	}
	look_at_log(&k);
	check_receipts(&k);
	check_registry(&k);
	check_cases(l, k.db);
	if (ask(&k, "PRAGMA integrity_check") != 1 || ask(&k, "SELECT count(*) FROM pragma_foreign_key_check") != 0) {
		complain(l, "the database is damaged", NULL);
	}
	if (ask(&k, "SELECT count(*) FROM audit_open") != 0) {
		complain(l, "intents stayed in audit_open", NULL);
	}
	check_export(l, 0, k.count);
	check_export(l, k.count / 2, k.count);
	l->totals.records = k.count;
	free(k.leaf);
	db_close(k.db);
}

void reopen_and_check(struct lane *l) {
	struct gw_err err = {0};
	atomic_store(&l->signs_until_cut, 0);
	if (open_store(l, NULL, &err) != GW_OK) {
		complain(l, "cannot open the registry after the cut", &err);
		return;
	}
	store_close(l->store);
	l->store = NULL;
	check_all(l);
}
