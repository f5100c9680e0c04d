#include "gateway/cli/child_confine.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PIECE_BYTES = 65536, FILES_MAX = 3 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* ---- limits ---- */

static bool limit(int what, uint64_t value) {
	const struct rlimit l = {.rlim_cur = value, .rlim_max = value};
	return setrlimit((__rlimit_resource_t)what, &l) == 0;
}

static bool set_limits(const struct child_limits *l) {
	return limit(RLIMIT_CPU, l->cpu_s) && (sanitized || limit(RLIMIT_AS, l->memory_bytes)) &&
	       limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, FILES_MAX) && limit(RLIMIT_CORE, 0);
}

/* ---- the filter ---- */

static const int allowed[] = {SCMP_SYS(read),		SCMP_SYS(write),	SCMP_SYS(close),
			      SCMP_SYS(exit_group),	SCMP_SYS(exit),		SCMP_SYS(brk),
			      SCMP_SYS(mmap),		SCMP_SYS(munmap),	SCMP_SYS(mremap),
			      SCMP_SYS(mprotect),	SCMP_SYS(madvise),	SCMP_SYS(futex),
			      SCMP_SYS(clock_gettime),	SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
			      SCMP_SYS(getpid),		SCMP_SYS(gettid),	SCMP_SYS(rt_sigaction),
			      SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sched_yield),
			      SCMP_SYS(restart_syscall)};

/* Tried by libraries that go on without: a charset of iconv, a configuration, the size of a stream. */
static const int refused[] = {SCMP_SYS(open),	    SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(faccessat2),
			      SCMP_SYS(newfstatat), SCMP_SYS(fstat),  SCMP_SYS(stat),	SCMP_SYS(readlink),
			      SCMP_SYS(lseek),	    SCMP_SYS(ioctl),  SCMP_SYS(fcntl)};

/* What a sanitizer does when it reports. */
static const int sanitizers[] = {SCMP_SYS(sigaltstack), SCMP_SYS(tgkill),	  SCMP_SYS(sched_getaffinity),
				 SCMP_SYS(prctl),	SCMP_SYS(getrlimit),	  SCMP_SYS(prlimit64),
				 SCMP_SYS(nanosleep),	SCMP_SYS(clock_nanosleep)};

static bool add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n) {
	bool ok = true;
	for (size_t i = 0; ok && i < n; i++) {
		ok = seccomp_rule_add(filter, action, calls[i], 0) == 0;
	}
	return ok;
}

static bool set_filter(void) {
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok = filter && add_all(filter, SCMP_ACT_ALLOW, allowed, GW_COUNT(allowed)) &&
		  add_all(filter, SCMP_ACT_ERRNO(EACCES), refused, GW_COUNT(refused)) &&
		  (!sanitized || add_all(filter, SCMP_ACT_ALLOW, sanitizers, GW_COUNT(sanitizers))) &&
		  seccomp_load(filter) == 0;
	seccomp_release(filter);
	return ok;
}

enum gw_code child_confine(const struct child_limits *limits, struct gw_err *err) {
	bool ok = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
		  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && set_limits(limits) && set_filter();
	return ok ? GW_OK : gw_fail(err, GW_E_BUG, "the child cannot be confined");
}

/* ---- the two pipes ---- */

enum gw_code child_read_all(struct gw_buf *input) {
	char piece[PIECE_BYTES];
	ssize_t n;
	while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0) {
		enum gw_code rc = gw_buf_add(input, piece, (size_t)n);
		if (rc != GW_OK) {
			return rc;
		}
	}
	return n == 0 ? GW_OK : GW_E_UPSTREAM;
}

bool child_write_all(struct gw_span answer) {
	while (answer.n > 0) {
		ssize_t n = write(STDOUT_FILENO, answer.p, answer.n);
		if (n <= 0) {
			return false;
		}
		answer.p += n;
		answer.n -= (size_t)n;
	}
	return true;
}
