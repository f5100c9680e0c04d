#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/gap.h"

struct fixture {
	char folder[64], registry[96], file[128];
	struct gap_ledger *ledger;
};

static void reopen(struct fixture *f, uint64_t log_size) {
	struct gw_err err = {0};
	gap_ledger_close(f->ledger);
	assert_int_equal(gap_ledger_open(f->registry, log_size, &f->ledger, &err), GW_OK);
}

static int set_up(void **state) {
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	snprintf(f->folder, sizeof(f->folder), "/tmp/vashgate-gap-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->registry, sizeof(f->registry), "%s/registry.db", f->folder);
	snprintf(f->file, sizeof(f->file), "%s.gap", f->registry);
	reopen(f, 0);
	*state = f;
	return 0;
}

static int tear_down(void **state) {
	struct fixture *f = *state;
	gap_ledger_close(f->ledger);
	unlink(f->file);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void check_gap(struct gap gap, uint64_t count, int64_t since) {
	assert_int_equal(gap.count, count);
	assert_int_equal(gap.since_utc_ms, since);
}

static void what_is_counted_is_taken_once(void **state) {
	struct fixture *f = *state;
	check_gap(gap_take(f->ledger, 5), 0, 0);
	gap_written(f->ledger);
	gap_count(f->ledger, 1000);
	gap_count(f->ledger, 2000);
	check_gap(gap_take(f->ledger, 5), 2, 1000);
	gap_written(f->ledger);
	check_gap(gap_take(f->ledger, 6), 0, 0);
}

static void what_could_not_be_written_is_counted_on(void **state) {
	struct fixture *f = *state;
	gap_count(f->ledger, 1000);
	check_gap(gap_take(f->ledger, 5), 1, 1000);
	gap_count(f->ledger, 2000);
	gap_give_back(f->ledger);
	check_gap(gap_take(f->ledger, 5), 2, 1000);
}

static void a_count_outlives_its_process(void **state) {
	struct fixture *f = *state;
	struct stat st;
	gap_count(f->ledger, 1000);
	reopen(f, 5);
	gap_count(f->ledger, 2000);
	check_gap(gap_take(f->ledger, 5), 2, 1000);
	assert_int_equal(stat(f->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(st.st_blocks > 0); /* counting must not need the disk */
}

static void a_process_that_dies_while_it_writes_loses_nothing_and_doubles_nothing(void **state) {
	struct fixture *f = *state;
	gap_count(f->ledger, 1000);
	check_gap(gap_take(f->ledger, 5), 1, 1000);
	reopen(f, 5); /* record 5 is not in the log */
	check_gap(gap_take(f->ledger, 5), 1, 1000);
	reopen(f, 6); /* it is */
	check_gap(gap_take(f->ledger, 6), 0, 0);
}

static void a_ledger_that_cannot_be_made_is_an_error(void **state) {
	struct fixture *f = *state;
	struct gap_ledger *l;
	struct gw_err err = {0};
	assert_int_equal(gap_ledger_open("/nowhere/registry.db", 0, &l, &err), GW_E_STORE);
	assert_non_null(strstr(err.msg, "/nowhere/registry.db.gap"));
	assert_null(l);
	reopen(f, 0);
}

#define ledger(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		ledger(what_is_counted_is_taken_once),
		ledger(what_could_not_be_written_is_counted_on),
		ledger(a_count_outlives_its_process),
		ledger(a_process_that_dies_while_it_writes_loses_nothing_and_doubles_nothing),
		ledger(a_ledger_that_cannot_be_made_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
