#include "gateway/cli/child_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { PIECE_BYTES = 65536, REAP_MS = 5, FIRST_FD = 3, ARGUMENTS_MAX = 16, LOOK_UP_MS = 200 };

struct running {
	pid_t pid;
	int in, out; /* our ends, non-blocking; -1: closed */
	struct gw_span left;
	struct gw_deadline deadline;
	const atomic_bool *stop;
};

static void shut(int *fd) {
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

/* ---- starting ---- */

/* No secret of ours reaches it; a sanitizer must not look for leaks, which takes a debugger's system calls. */
static char *const environment[] = {"LC_ALL=C", "PATH=/nonexistent", "ASAN_OPTIONS=detect_leaks=0", NULL};

static int spawn(const char *const *arguments, int in, int out, pid_t *pid) {
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none;
	char *argv[ARGUMENTS_MAX + 2] = {"vashgate"};
	for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i]; i++) {
		argv[i + 1] = (char *)(uintptr_t)arguments[i];
	}
	int rc = posix_spawn_file_actions_init(&files);
	if (rc != 0) {
		return rc;
	}
	rc = posix_spawnattr_init(&how);
	sigemptyset(&none);
	rc = rc ? rc : posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	rc = rc ? rc : posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	rc = rc ? rc : posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	rc = rc ? rc : posix_spawn_file_actions_addclosefrom_np(&files, FIRST_FD);
	rc = rc ? rc : posix_spawnattr_setsigmask(&how, &none);
	rc = rc ? rc : posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
	rc = rc ? rc : posix_spawn(pid, "/proc/self/exe", &files, &how, argv, environment);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static enum gw_code start(const struct child_job *job, struct running *r, struct gw_err *err) {
	int in[2] = {-1, -1}, out[2] = {-1, -1};
	int rc = pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 ? 0 : errno;
	rc = rc ? rc : spawn(job->arguments, in[0], out[1], &r->pid);
	shut(&in[0]);
	shut(&out[1]);
	if (rc != 0) {
		shut(&in[1]);
		shut(&out[0]);
		return gw_fail(err, rc == ENOMEM ? GW_E_NOMEM : GW_E_STORE, "cannot start a child: %s", strerror(rc));
	}
	r->in = in[1];
	r->out = out[0];
	fcntl(r->in, F_SETFL, O_NONBLOCK);
	fcntl(r->out, F_SETFL, O_NONBLOCK);
	return GW_OK;
}

/* ---- talking ---- */

/* SIGPIPE of a child that has gone is nobody's signal here. */
static ssize_t write_quietly(int fd, struct gw_span bytes) {
	sigset_t pipe, old;
	const struct timespec now = {0};
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &old);
	ssize_t n = write(fd, bytes.p, bytes.n);
	int why = errno;
	if (n < 0 && why == EPIPE) {
		sigtimedwait(&pipe, NULL, &now);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = why;
	return n;
}

static void feed(struct running *r) {
	ssize_t n = r->left.n ? write_quietly(r->in, r->left) : 0;
	if (n > 0) {
		r->left.p += n;
		r->left.n -= (size_t)n;
	}
	if (r->left.n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		shut(&r->in);
	}
}

/* False: it said too much, or there is no memory for it. */
static bool listen_to(struct running *r, struct gw_buf *answer) {
	char piece[PIECE_BYTES];
	ssize_t n = read(r->out, piece, sizeof(piece));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		shut(&r->out);
	}
	return n <= 0 || gw_buf_add(answer, piece, (size_t)n) == GW_OK;
}

/* CHILD_ANSWERED: it has closed its output. */
static enum child_outcome talk(struct running *r, struct gw_buf *answer) {
	while (r->out >= 0) {
		struct pollfd fds[2] = {{.fd = r->out, .events = POLLIN}, {.fd = r->in, .events = POLLOUT}};
		int64_t left = r->deadline.at_mono_ms - gw_mono_ms();
		if (left <= 0 || (r->stop && atomic_load(r->stop))) {
			return CHILD_LATE;
		}
		left = r->stop && left > LOOK_UP_MS ? LOOK_UP_MS : left;
		if (poll(fds, 2, (int)left) <= 0) {
			continue;
		}
		if (fds[0].revents && !listen_to(r, answer)) {
			return CHILD_TOO_MUCH;
		}
		if (r->in >= 0 && fds[1].revents) {
			feed(r);
		}
	}
	return CHILD_ANSWERED;
}

/* ---- ending ---- */

static bool reap(pid_t pid, int options, int *status) {
	pid_t got;
	do {
		got = waitpid(pid, status, options);
	} while (got < 0 && errno == EINTR);
	return got == pid;
}

static enum child_outcome end(struct running *r, enum child_outcome so_far) {
	const struct timespec pause = {.tv_nsec = REAP_MS * 1000000L};
	int status = 0;
	bool gone = false;
	while (so_far == CHILD_ANSWERED && !(gone = reap(r->pid, WNOHANG, &status))) {
		if (gw_deadline_passed(r->deadline, gw_mono_ms())) {
			so_far = CHILD_LATE;
		} else {
			nanosleep(&pause, NULL);
		}
	}
	if (!gone) {
		kill(r->pid, SIGKILL);
		reap(r->pid, 0, &status);
		return so_far;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CHILD_ANSWERED : CHILD_DIED;
}

enum gw_code child_run(const struct child_job *job, struct gw_buf *answer, enum child_outcome *outcome,
		       struct gw_err *err) {
	struct running r = {.in = -1, .out = -1, .left = job->input, .stop = job->stop};
	*outcome = CHILD_DIED;
	enum gw_code rc = start(job, &r, err);
	if (rc != GW_OK) {
		return rc;
	}
	r.deadline.at_mono_ms = gw_mono_ms() + job->deadline_ms;
	enum child_outcome so_far = talk(&r, answer);
	shut(&r.in);
	shut(&r.out);
	*outcome = end(&r, so_far);
	return GW_OK;
}
