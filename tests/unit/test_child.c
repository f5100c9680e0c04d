/* Children and their cage. The child is this program itself, under a word as its command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "gateway/cli/child_confine.h"
#include "gateway/cli/child_run.h"

enum { ANSWER_MAX = 100000, LATE_MS = 500 };
static const struct child_limits limits = {.cpu_s = 5, .memory_bytes = 1UL << 28};

/* ---- what children do ---- */

static int echo(void) {
	GW_AUTO(buf) struct gw_buf input;
	gw_buf_init(&input, 1 << 21);
	return child_confine(&limits, NULL) == GW_OK && child_read_all(&input) == GW_OK &&
			       child_write_all(gw_buf_span(&input))
		       ? 0
		       : 1;
}

static int open_file(void) {
	bool shut = child_confine(&limits, NULL) == GW_OK && open("/etc/passwd", O_RDONLY) < 0;
	return child_write_all(gw_span_of(shut ? "shut" : "open")) ? 0 : 1;
}

static int connect_out(void) {
	return child_confine(&limits, NULL) == GW_OK && socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : 1;
}

static int start_another(void) {
	return child_confine(&limits, NULL) == GW_OK && fork() >= 0 ? 0 : 1;
}

static int take_memory(void) {
	if (child_confine(&limits, NULL) != GW_OK) {
		return 1;
	}
	void *much = malloc(1UL << 30);
	bool refused = much == NULL;
	free(much);
	return child_write_all(gw_span_of(refused ? "refused" : "given")) ? 0 : 1;
}

static int inherited(void) {
	int n = 0;
	for (int fd = 3; fd < 64; fd++) {
		n += fcntl(fd, F_GETFD) >= 0;
	}
	return child_write_all(gw_span_of(n == 0 && !getenv("HOME") ? "nothing" : "something")) ? 0 : 1;
}

static int crash(void) {
	return raise(SIGSEGV);
}
static int fail_at_once(void) {
	return 3;
}
static int hang(void) {
	pause();
	return 0;
}
/* Closes its output and goes on. */
static int linger(void) {
	close(STDOUT_FILENO);
	pause();
	return 0;
}
static int spin(void) {
	const struct child_limits one = {.cpu_s = 1, .memory_bytes = 1UL << 28};
	volatile unsigned n = child_confine(&one, NULL) == GW_OK;
	while (n) {
		n |= 1;
	}
	return 0;
}
static int chatter(void) {
	while (child_write_all(gw_span_of("abcdefghijklmnop"))) {
	}
	return 0;
}
/* Reads nothing and leaves. */
static int deaf(void) {
	return child_write_all(gw_span_of("done")) ? 0 : 1;
}

static const struct {
	const char *word;
	int (*run)(void);
} commands[] = {{"echo", echo},		 {"open", open_file},	   {"connect", connect_out}, {"fork", start_another},
		{"memory", take_memory}, {"inherited", inherited}, {"crash", crash},	     {"fail", fail_at_once},
		{"hang", hang},		 {"linger", linger},	   {"spin", spin},	     {"chatter", chatter},
		{"deaf", deaf}};

/* ---- the parent ---- */

static enum child_outcome run(const char *command, struct gw_span input, struct gw_buf *answer) {
	enum child_outcome outcome;
	const char *const arguments[] = {command, NULL};
	const struct child_job job = {.arguments = arguments, .input = input, .deadline_ms = 10000};
	gw_buf_init(answer, ANSWER_MAX);
	assert_int_equal(child_run(&job, answer, &outcome, NULL), GW_OK);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing of it is left */
	return outcome;
}

static void assert_says(const char *command, const char *wanted) {
	GW_AUTO(buf) struct gw_buf answer;
	assert_int_equal(run(command, gw_span_of("x"), &answer), CHILD_ANSWERED);
	assert_string_equal(gw_buf_cstr(&answer), wanted);
}

static void assert_ends(const char *command, enum child_outcome wanted) {
	GW_AUTO(buf) struct gw_buf answer;
	assert_int_equal(run(command, gw_span_of("x"), &answer), wanted);
}

static void bytes_go_in_and_come_out(void **state) {
	GW_UNUSED(state);
	static char bytes[ANSWER_MAX];
	GW_AUTO(buf) struct gw_buf answer;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (char)(i * 7);
	}
	const struct gw_span all = {bytes, sizeof(bytes)};
	assert_int_equal(run("echo", all, &answer), CHILD_ANSWERED);
	assert_true(gw_span_equal(gw_buf_span(&answer), all));
}

static void one_byte_more_than_may_be_said_is_too_much(void **state) {
	GW_UNUSED(state);
	static char bytes[ANSWER_MAX + 1];
	GW_AUTO(buf) struct gw_buf answer;
	assert_int_equal(run("echo", (struct gw_span){bytes, sizeof(bytes)}, &answer), CHILD_TOO_MUCH);
	assert_ends("chatter", CHILD_TOO_MUCH);
}

static void a_child_reaches_nothing(void **state) {
	GW_UNUSED(state);
	int ours = dup(STDERR_FILENO); /* that nobody has marked to be closed */
	assert_says("open", "shut");
	assert_says("inherited", "nothing");
	close(ours);
	assert_ends("connect", CHILD_DIED);
	assert_ends("fork", CHILD_DIED);
#if !defined(__SANITIZE_ADDRESS__)
	assert_says("memory", "refused");
#endif
}

static void a_child_that_ends_badly_is_an_outcome(void **state) {
	GW_UNUSED(state);
	assert_ends("crash", CHILD_DIED);
	assert_ends("fail", CHILD_DIED);
	assert_ends("nonsense", CHILD_DIED);
	assert_ends("spin", CHILD_DIED);
}

static void a_child_that_hangs_is_ended(void **state) {
	GW_UNUSED(state);
	for (int i = 0; i < 2; i++) {
		GW_AUTO(buf) struct gw_buf answer;
		enum child_outcome outcome;
		const char *const arguments[] = {i ? "linger" : "hang", NULL};
		const struct child_job job = {.arguments = arguments, .deadline_ms = LATE_MS};
		int64_t before = gw_mono_ms();
		gw_buf_init(&answer, ANSWER_MAX);
		assert_int_equal(child_run(&job, &answer, &outcome, NULL), GW_OK);
		assert_int_equal(outcome, CHILD_LATE);
		assert_in_range(gw_mono_ms() - before, LATE_MS, 10 * LATE_MS);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
}

static void a_child_that_does_not_listen_does_no_harm(void **state) {
	GW_UNUSED(state);
	static char bytes[1 << 20];
	GW_AUTO(buf) struct gw_buf answer;
	assert_int_equal(run("deaf", (struct gw_span){bytes, sizeof(bytes)}, &answer), CHILD_ANSWERED);
	assert_string_equal(gw_buf_cstr(&answer), "done");
}

int main(int argc, char **argv) {
	for (size_t i = 0; argc > 1 && i < GW_COUNT(commands); i++) {
		if (strcmp(argv[1], commands[i].word) == 0) {
			return commands[i].run();
		}
	}
	if (argc > 1) {
		return 2;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_go_in_and_come_out),
		cmocka_unit_test(one_byte_more_than_may_be_said_is_too_much),
		cmocka_unit_test(a_child_reaches_nothing),
		cmocka_unit_test(a_child_that_ends_badly_is_an_outcome),
		cmocka_unit_test(a_child_that_hangs_is_ended),
		cmocka_unit_test(a_child_that_does_not_listen_does_no_harm),
	};
	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
