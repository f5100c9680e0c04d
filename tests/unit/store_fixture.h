/* tests/unit/store_fixture.h - a registry of its own for each test: cmocka's set-up and tear-down, and a look behind
 * it. */
#ifndef GW_TESTS_STORE_FIXTURE_H
#define GW_TESTS_STORE_FIXTURE_H
#include <unistd.h>

#include "base/log.h"
#include "certs/signer.h"
#include "store/audit_check.h"
#include "store/audit_read.h"
#include "store/db.h"
#include "store/store.h"
#include "tests/unit/scratch_folder.h"

enum { QUEUE_MAX = 64 };

struct fixture {
	char folder[64], db[96], heads[96], key[96], export[96];
	struct signer *signer;
	struct store *store;
};

static inline void open_store(struct fixture *f) {
	struct gw_err err = {0};
	struct store_config config = {.path = f->db,
				      .head_file = f->heads,
				      .audit_queue_max = QUEUE_MAX,
				      .signer = {.ctx = f->signer, .sign = signer_sign_ed25519}};
	config.signer.spki = signer_spki(f->signer, &config.signer.spki_bytes);
	if (store_open(&config, &f->store, &err) != GW_OK) {
		fail_msg("%s", err.msg);
	}
}

static inline int set_up(void **state) {
	struct fixture *f = calloc(1, sizeof(*f));
	snprintf(f->folder, sizeof(f->folder), "/tmp/vashgate-unit-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->db, sizeof(f->db), "%s/r.db", f->folder);
	snprintf(f->heads, sizeof(f->heads), "%s/heads", f->folder);
	snprintf(f->key, sizeof(f->key), "%s/key", f->folder);
	snprintf(f->export, sizeof(f->export), "%s/export", f->folder);
	assert_int_equal(signer_create_ed25519(f->key, NULL), GW_OK);
	assert_int_equal(signer_load(f->key, &f->signer, NULL), GW_OK);
	gw_log_level_set(GW_LOG_ERROR);
	open_store(f);
	*state = f;
	return 0;
}

static inline int tear_down(void **state) {
	struct fixture *f = *state;
	store_close(f->store);
	signer_free(f->signer);
	remove_folder(f->folder);
	free(f);
	return 0;
}

/* On a connection of its own, with nobody's context. */
static inline enum gw_code exec(struct fixture *f, const char *sql) {
	sqlite3 *db;
	assert_int_equal(db_open(f->db, DB_WRITE, NULL, &db, NULL), GW_OK);
	enum gw_code rc = db_exec(db, sql, NULL);
	db_close(db);
	return rc;
}

/* The whole trail, by an export, against its heads and receipts. */
static inline struct audit_check_result check(struct fixture *f, const char *receipts) {
	struct audit_reader *r;
	struct audit_check_result result;
	uint64_t size;
	size_t n;
	const uint8_t *spki = signer_spki(f->signer, &n);
	assert_int_equal(audit_reader_open(f->db, &r, NULL), GW_OK);
	assert_int_equal(audit_size(r, &size, NULL), GW_OK);
	FILE *out = fopen(f->export, "w");
	assert_int_equal(audit_export(r, 0, size, (struct gw_span){(const char *)spki, n}, out, NULL, NULL), GW_OK);
	fclose(out);
	audit_reader_close(r);
	const struct audit_check_files files = {.export_path = f->export,
						.head_path = f->heads,
						.receipt_path = receipts,
						.verify = signer_verify_ed25519};
	assert_int_equal(audit_check(&files, &result, NULL), GW_OK);
	return result;
}

#define stored(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#endif
