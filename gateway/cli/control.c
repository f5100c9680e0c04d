#include "gateway/cli/control.h"

#include <errno.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

enum {
	LINE_BYTES_MAX = 80 << 20 /* a trusted list in base64, and what was read of it */,
	SILENCE_S = 2,
	ANSWER_S = 60
};

static bool fill_address(const char *path, struct sockaddr_un *out) {
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	size_t n = strlen(path);
	if (n >= sizeof(out->sun_path)) {
		return false;
	}
	memcpy(out->sun_path, path, n);
	return true;
}

enum gw_code control_listen(const char *path, int *fd, struct gw_err *err) {
	struct sockaddr_un address;
	if (!fill_address(path, &address)) {
		return gw_fail(err, GW_E_CONFIG, "control socket '%s': the path is too long", path);
	}
	unlink(path); /* the registry's lock says that nobody else serves */
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t old = umask(0177);
	bool ok = *fd >= 0 && bind(*fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(*fd, 16) == 0;
	int why = errno;
	umask(old);
	return ok ? GW_OK : gw_fail(err, GW_E_CONFIG, "cannot listen on control socket '%s': %s", path, strerror(why));
}

void control_user_name(unsigned uid, char *out, size_t size) {
	const struct passwd *user = getpwuid(uid);
	if (user) {
		snprintf(out, size, "%s", user->pw_name);
	} else {
		snprintf(out, size, "uid:%u", uid); /* a bare number is an ID eCEU */
	}
}

static void set_timeout(int fd, int seconds) {
	struct timeval tv = {.tv_sec = seconds};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

/* Up to and without the line feed; false: closed, silent or too long. */
static bool read_line(FILE *f, char **line, size_t *cap) {
	ssize_t n = getline(line, cap, f);
	return n > 0 && n < LINE_BYTES_MAX && (*line)[n - 1] == '\n';
}

static bool write_line(FILE *f, const json_t *j) {
	return json_dumpf(j, f, JSON_COMPACT) == 0 && fputc('\n', f) != EOF && fflush(f) == 0;
}

static void answer_all(FILE *f, const char *who, control_fn run, void *ctx) {
	char *line = NULL;
	size_t cap = 0;
	while (read_line(f, &line, &cap)) {
		GW_AUTO(json) json_t *command = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		if (!json_is_object(command)) {
			break;
		}
		json_object_set_new(command, "who", json_string(who));
		GW_AUTO(json) json_t *answer = run(ctx, command);
		if (!answer || !write_line(f, answer)) {
			break;
		}
	}
	free(line);
}

void control_serve_one(int listen_fd, control_fn run, void *ctx) {
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
	struct ucred peer;
	socklen_t n = sizeof(peer);
	if (fd < 0) {
		return;
	}
	bool allowed =
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && (peer.uid == 0 || peer.uid == geteuid());
	FILE *f = allowed ? fdopen(fd, "r+") : NULL;
	if (!f) {
		gw_log(GW_LOG_WARN, "control_refused", NULL);
		close(fd);
		return;
	}
	char who[64];
	control_user_name(peer.uid, who, sizeof(who));
	set_timeout(fd, SILENCE_S);
	answer_all(f, who, run, ctx);
	fclose(f);
}

static enum gw_code ask(FILE *f, const json_t *command, json_t **answer, struct gw_err *err) {
	char *line = NULL;
	size_t cap = 0;
	bool ok = write_line(f, command) && read_line(f, &line, &cap);
	*answer = ok ? json_loads(line, 0, NULL) : NULL;
	free(line);
	return *answer ? GW_OK : gw_fail(err, GW_E_RETRY, "the serving process did not answer");
}

enum gw_code control_ask(const char *path, const json_t *command, json_t **answer, struct gw_err *err) {
	struct sockaddr_un address;
	*answer = NULL;
	if (!fill_address(path, &address)) {
		return gw_fail(err, GW_E_CONFIG, "control socket '%s': the path is too long", path);
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int why = errno;
		if (fd >= 0) {
			close(fd);
		}
		bool absent = why == ENOENT || why == ECONNREFUSED;
		return gw_fail(err, absent ? GW_E_NOTFOUND : GW_E_STORE, "control socket '%s': %s", path,
			       strerror(why));
	}
	set_timeout(fd, ANSWER_S);
	FILE *f = fdopen(fd, "r+");
	if (!f) {
		close(fd);
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	enum gw_code rc = ask(f, command, answer, err);
	fclose(f);
	return rc;
}
