/* tests/bench/lg.c - load generator: one thread, epoll, TLS with a client certificate, one prepared request.
 *
 * Why an own one: `ab` is itself the limit, and wrk, h2load and hey of Debian take no client certificate.
 * Usage: lg --port N --cert F --key F --ca F --request F --mode ka|full|resumed|idle [--connections N]
 *           [--warmup-ms N] [--ms N | --count N] [--pid N]...
 * ka: kept connections, request after request. full, resumed: a connection and its handshake for each
 * request. idle: N connections that ask once and then stay; "idle" is printed, and they close at the end of
 * stdin. With --pid the CPU time of these processes, thread by thread, is taken at both ends of the window.
 * One line of JSON at the end. Exit 1 if anything but whole replies with status 200 came. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	SLOTS_MAX = 16384,
	HEAD_BYTES = 8192,
	REQUEST_BYTES = 1 << 20,
	READ_BYTES = 65536,
	EVENTS = 256,
	PIDS_MAX = 8,
	THREADS_MAX = 32,
	ERRORS_MAX = 1000,
	DRAIN_MS = 10000,
	/* latency histogram: 64 steps in each power of two, 1.6 % wide, in ns */
	STEP_BITS = 6,
	STEPS = 1 << STEP_BITS,
	BUCKETS = 64 * STEPS
};
static const uint64_t MS = 1000 * 1000;

enum mode { MODE_KA = 0, MODE_FULL, MODE_RESUMED, MODE_IDLE };
enum state { SLOT_CLOSED = 0, SLOT_HANDSHAKE, SLOT_SENDING, SLOT_HEAD, SLOT_BODY, SLOT_IDLE };

struct slot {
	enum state state;
	int fd;
	SSL *ssl;
	SSL_SESSION *session;
	uint64_t start_ns;
	size_t sent, head_len, body_left;
	int status;
	char head[HEAD_BYTES];
};

struct thread_cpu {
	char name[16];
	uint64_t ticks;
};

struct cpu {
	struct thread_cpu thread[THREADS_MAX];
	size_t count;
};

struct options {
	unsigned long port, connections, warmup_ms, ms, count;
	const char *cert, *key, *ca, *request;
	enum mode mode;
	long pids[PIDS_MAX];
	size_t pid_count;
};

static struct {
	struct options opt;
	SSL_CTX *tls;
	int epoll;
	char request[REQUEST_BYTES];
	size_t request_len;
	struct slot *slots;
	bool in_window, stopping;
	uint64_t started, active;		    /* requests begun; slots at work */
	uint64_t replies, errors, non_200;	    /* whole run */
	uint64_t handshakes, resumed;		    /* whole run */
	uint64_t requests, w_handshakes, w_resumed; /* in the window */
	uint64_t begin_ns, end_ns, own_begin_us, own_us;
	uint32_t histogram[BUCKETS];
	struct cpu before, after;
	char first_error[160];
} lg;

static uint64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

static _Noreturn void die(const char *what) {
	fprintf(stderr, "lg: %s: %s\n", what, strerror(errno));
	ERR_print_errors_fp(stderr);
	exit(2);
}

/* ---- CPU time of the measured process ---- */

static void add_thread(struct cpu *c, const char *name, size_t name_len, uint64_t ticks) {
	size_t i = 0;
	name_len = name_len < sizeof(c->thread[0].name) ? name_len : sizeof(c->thread[0].name) - 1;
	while (i < c->count &&
	       (strlen(c->thread[i].name) != name_len || memcmp(c->thread[i].name, name, name_len) != 0)) {
		i++;
	}
	if (i == THREADS_MAX) {
		i = THREADS_MAX - 1;
	} else if (i == c->count) {
		memcpy(c->thread[c->count++].name, name, name_len);
	}
	c->thread[i].ticks += ticks;
}

/* "tid (comm) state ..."; utime and stime are the fields 14 and 15. */
static void read_stat(struct cpu *c, long pid, const char *tid) {
	char path[128], line[1024];
	snprintf(path, sizeof(path), "/proc/%ld/task/%.20s/stat", pid, tid);
	FILE *f = fopen(path, "r");
	if (!f) {
		return;
	}
	unsigned long user = 0, system = 0;
	bool ok = fgets(line, sizeof(line), f) != NULL;
	fclose(f);
	char *open = ok ? strchr(line, '(') : NULL, *close = ok ? strrchr(line, ')') : NULL;
	if (open && close &&
	    sscanf(close + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2) {
		add_thread(c, open + 1, (size_t)(close - open - 1), user + system);
	}
}

static void read_cpu(struct cpu *c) {
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < lg.opt.pid_count; i++) {
		char path[64];
		snprintf(path, sizeof(path), "/proc/%ld/task", lg.opt.pids[i]);
		DIR *tasks = opendir(path);
		if (!tasks) {
			die(path);
		}
		for (struct dirent *e = readdir(tasks); e; e = readdir(tasks)) {
			if (e->d_name[0] != '.') {
				read_stat(c, lg.opt.pids[i], e->d_name);
			}
		}
		closedir(tasks);
	}
}

static uint64_t ticks_of(const struct cpu *c, const char *name) {
	for (size_t i = 0; i < c->count; i++) {
		if (strcmp(c->thread[i].name, name) == 0) {
			return c->thread[i].ticks;
		}
	}
	return 0;
}

static uint64_t own_cpu_us(void) {
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	return (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/* ---- latency ---- */

static size_t bucket_of(uint64_t ns) {
	if (ns < STEPS) {
		return (size_t)ns;
	}
	unsigned shift = 63u - (unsigned)__builtin_clzll(ns) - STEP_BITS;
	return (size_t)(shift + 1) * STEPS + (size_t)((ns >> shift) & (STEPS - 1));
}

static double bucket_us(size_t b) {
	size_t shift = b / STEPS;
	uint64_t ns = shift == 0 ? b : (uint64_t)(STEPS + b % STEPS) << (shift - 1);
	return (double)ns / 1000.0;
}

static double percentile_us(unsigned percent) {
	uint64_t wanted = (lg.requests * percent + 99) / 100, seen = 0;
	for (size_t b = 0; b < BUCKETS; b++) {
		seen += lg.histogram[b];
		if (seen >= wanted && seen > 0) {
			return bucket_us(b);
		}
	}
	return 0;
}

/* ---- TLS ---- */

static int on_session(SSL *ssl, SSL_SESSION *session) {
	struct slot *s = SSL_get_app_data(ssl);
	SSL_SESSION_free(s->session);
	s->session = session;
	return 1;
}

static void make_tls(void) {
	const struct options *o = &lg.opt;
	lg.tls = SSL_CTX_new(TLS_client_method());
	bool ok = lg.tls && SSL_CTX_set_min_proto_version(lg.tls, TLS1_3_VERSION) == 1 &&
		  SSL_CTX_use_certificate_chain_file(lg.tls, o->cert) == 1 &&
		  SSL_CTX_use_PrivateKey_file(lg.tls, o->key, SSL_FILETYPE_PEM) == 1 &&
		  SSL_CTX_load_verify_locations(lg.tls, o->ca, NULL) == 1;
	if (!ok) {
		die("TLS");
	}
	SSL_CTX_set_verify(lg.tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(lg.tls, SSL_MODE_ENABLE_PARTIAL_WRITE);
	SSL_CTX_set_read_ahead(lg.tls, 1);
	if (o->mode == MODE_RESUMED) {
		SSL_CTX_set_session_cache_mode(lg.tls, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(lg.tls, on_session);
	}
}

/* ---- a slot's life ---- */

static void open_slot(struct slot *s);

static void close_slot(struct slot *s) {
	if (s->ssl) {
		ERR_clear_error();
		SSL_shutdown(s->ssl); /* without it OpenSSL forgets the session */
		SSL_free(s->ssl);
		close(s->fd);
	}
	s->ssl = NULL;
	s->fd = -1;
	s->state = SLOT_CLOSED;
}

static bool may_begin(void) {
	return !lg.stopping && (lg.opt.count == 0 || lg.started < lg.opt.count);
}

static void fail_slot(struct slot *s, const char *what) {
	unsigned long e = ERR_peek_last_error();
	if (lg.errors++ == 0) {
		snprintf(lg.first_error, sizeof(lg.first_error), "%s%s%s", what, e ? ": " : "",
			 e ? ERR_reason_error_string(e) : "");
	}
	lg.active--;
	close_slot(s);
	lg.stopping = lg.stopping || lg.errors >= ERRORS_MAX;
	if (may_begin()) {
		open_slot(s);
	}
}

static void begin_request(struct slot *s) {
	s->sent = s->head_len = s->body_left = 0;
	s->state = SLOT_SENDING;
}

static void open_slot(struct slot *s) {
	int on = 1;
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)lg.opt.port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	s->start_ns = now_ns();
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || (connect(s->fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS)) {
		die("connect");
	}
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	s->ssl = SSL_new(lg.tls);
	if (!s->ssl || SSL_set_fd(s->ssl, s->fd) != 1 || SSL_set_tlsext_host_name(s->ssl, "localhost") != 1 ||
	    SSL_set1_host(s->ssl, "localhost") != 1) {
		die("SSL_new");
	}
	SSL_set_app_data(s->ssl, s);
	if (s->session) {
		SSL_set_session(s->ssl, s->session);
	}
	s->state = SLOT_HANDSHAKE;
	lg.started++;
	lg.active++;
	/* edge-triggered, both directions, once: no epoll_ctl for a request */
	struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = s};
	if (epoll_ctl(lg.epoll, EPOLL_CTL_ADD, s->fd, &e) != 0) {
		die("epoll_ctl");
	}
}

static void count_reply(struct slot *s) {
	uint64_t now = now_ns();
	lg.replies++;
	lg.non_200 += s->status != 200;
	if (lg.in_window) {
		lg.requests++;
		lg.histogram[bucket_of(now - s->start_ns)]++;
	}
	s->start_ns = now;
}

/* true: the slot has another request to send. */
static bool finish_reply(struct slot *s) {
	count_reply(s);
	lg.active--;
	if (lg.opt.mode == MODE_IDLE) {
		s->state = SLOT_IDLE;
		return false;
	}
	if (lg.opt.mode == MODE_KA && may_begin()) {
		lg.started++;
		lg.active++;
		begin_request(s);
		return true;
	}
	close_slot(s);
	if (may_begin()) {
		open_slot(s);
	}
	return false;
}

/* ---- steps: true = go on with the next state, false = wait for the socket ---- */

static bool wait_or_fail(struct slot *s, int rc, const char *what) {
	int error = SSL_get_error(s->ssl, rc);
	if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
		fail_slot(s, what);
	}
	return false;
}

static bool step_handshake(struct slot *s) {
	ERR_clear_error();
	int rc = SSL_connect(s->ssl);
	if (rc != 1) {
		return wait_or_fail(s, rc, "handshake");
	}
	bool reused = SSL_session_reused(s->ssl) == 1;
	lg.handshakes++;
	lg.resumed += reused;
	lg.w_handshakes += lg.in_window;
	lg.w_resumed += lg.in_window && reused;
	begin_request(s);
	return true;
}

static bool step_send(struct slot *s) {
	size_t done = 0;
	ERR_clear_error();
	int rc = SSL_write_ex(s->ssl, lg.request + s->sent, lg.request_len - s->sent, &done);
	if (rc != 1) {
		return wait_or_fail(s, rc, "send");
	}
	s->sent += done;
	if (s->sent == lg.request_len) {
		s->state = SLOT_HEAD;
	}
	return true;
}

/* Status and Content-Length are all that is wanted; false: not a reply with a length. */
static bool parse_head(struct slot *s) {
	unsigned long long length = 0;
	s->head[s->head_len] = '\0';
	const char *field = strcasestr(s->head, "\r\nContent-Length:");
	if (sscanf(s->head, "HTTP/1.1 %3d", &s->status) != 1 || !field || sscanf(field + 17, "%llu", &length) != 1) {
		return false;
	}
	s->body_left = (size_t)length;
	return true;
}

static bool take_body(struct slot *s, size_t n) {
	if (n > s->body_left) {
		fail_slot(s, "more bytes than Content-Length says");
		return false;
	}
	s->body_left -= n;
	s->state = SLOT_BODY;
	return s->body_left > 0 || finish_reply(s);
}

static bool take_head(struct slot *s, const char *data, size_t n) {
	size_t room = HEAD_BYTES - 1 - s->head_len, take = n < room ? n : room;
	memcpy(s->head + s->head_len, data, take);
	s->head_len += take;
	const char *end = memmem(s->head, s->head_len, "\r\n\r\n", 4);
	if (!end) {
		if (s->head_len == HEAD_BYTES - 1) {
			fail_slot(s, "reply head too long");
			return false;
		}
		return true;
	}
	size_t head_bytes = (size_t)(end - s->head) + 4, in_head = take - (s->head_len - head_bytes);
	s->head_len = head_bytes;
	if (!parse_head(s)) {
		fail_slot(s, "unreadable reply head");
		return false;
	}
	return take_body(s, n - in_head);
}

static bool step_read(struct slot *s) {
	static char bytes[READ_BYTES];
	size_t got = 0;
	ERR_clear_error();
	int rc = SSL_read_ex(s->ssl, bytes, sizeof(bytes), &got);
	if (rc != 1) {
		return wait_or_fail(s, rc, "closed before the reply was whole");
	}
	return s->state == SLOT_HEAD ? take_head(s, bytes, got) : take_body(s, got);
}

static bool step_idle(struct slot *s) {
	char byte;
	ERR_clear_error();
	int rc = SSL_read(s->ssl, &byte, 1);
	int error = SSL_get_error(s->ssl, rc);
	if (rc > 0 || (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)) {
		lg.active++; /* fail_slot gives it back */
		fail_slot(s, "an idle connection was closed");
	}
	return false;
}

static bool step_closed(struct slot *s) {
	return s->state != SLOT_CLOSED;
}

static bool (*const steps[])(struct slot *) = {
	[SLOT_CLOSED] = step_closed, [SLOT_HANDSHAKE] = step_handshake, [SLOT_SENDING] = step_send,
	[SLOT_HEAD] = step_read,     [SLOT_BODY] = step_read,		[SLOT_IDLE] = step_idle,
};

static void drive(struct slot *s) {
	while (steps[s->state](s)) {
	}
}

/* ---- the run ---- */

static void turn(int wait_ms) {
	struct epoll_event ready[EVENTS];
	int n = epoll_wait(lg.epoll, ready, EVENTS, wait_ms);
	for (int i = 0; i < n; i++) {
		drive(ready[i].data.ptr);
	}
}

static void begin_window(void) {
	read_cpu(&lg.before);
	lg.own_begin_us = own_cpu_us();
	lg.begin_ns = now_ns();
	lg.in_window = true;
}

static void end_window(void) {
	lg.end_ns = now_ns();
	lg.own_us = own_cpu_us() - lg.own_begin_us;
	read_cpu(&lg.after);
	lg.in_window = false;
}

/* A few slots at a time, so that neither side's backlog overflows. */
static void open_slots(void) {
	enum { AT_ONCE = 64 };
	for (size_t i = 0; i < lg.opt.connections && may_begin(); i++) {
		open_slot(&lg.slots[i]);
		while (lg.opt.mode == MODE_IDLE && lg.active >= AT_ONCE) {
			turn(10);
		}
	}
}

/* Every request that was sent gets its answer, so that the other side's count can be compared with ours. */
static void drain(void) {
	lg.stopping = true;
	uint64_t until = now_ns() + DRAIN_MS * MS;
	while (lg.active > 0 && now_ns() < until) {
		turn(10);
	}
	lg.errors += lg.active;
}

static void run_load(void) {
	uint64_t t0 = now_ns(), warm = t0 + lg.opt.warmup_ms * MS;
	open_slots();
	while (now_ns() < warm) {
		turn(1);
	}
	begin_window();
	uint64_t end = lg.opt.count ? UINT64_MAX : lg.begin_ns + lg.opt.ms * MS;
	while (now_ns() < end && !lg.stopping && (lg.active > 0 || may_begin())) {
		turn(1);
	}
	end_window();
	drain();
}

static void run_idle(void) {
	begin_window();
	open_slots();
	while (lg.active > 0 && !lg.stopping) {
		turn(10);
	}
	end_window();
	printf("idle\n");
	fflush(stdout);
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
	if (epoll_ctl(lg.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &e) != 0) {
		die("standard input is no pipe");
	}
	for (bool open = true; open;) {
		struct epoll_event ready[EVENTS];
		int n = epoll_wait(lg.epoll, ready, EVENTS, -1);
		for (int i = 0; i < n; i++) {
			if (ready[i].data.ptr) {
				drive(ready[i].data.ptr);
			}
			open = open && ready[i].data.ptr;
		}
	}
	lg.stopping = true;
}

static void print_threads(double us_per_tick) {
	const char *comma = "";
	printf(", \"threads\": {");
	for (size_t i = 0; i < lg.after.count; i++) {
		const struct thread_cpu *t = &lg.after.thread[i];
		uint64_t ticks = t->ticks - ticks_of(&lg.before, t->name);
		printf("%s\"%s\": %.0f", comma, t->name, (double)ticks * us_per_tick);
		comma = ", ";
	}
	printf("}");
}

static void report(void) {
	static const char *const names[] = {"ka", "full", "resumed", "idle"};
	double seconds = (double)(lg.end_ns - lg.begin_ns) / 1e9, us_per_tick = 1e6 / (double)sysconf(_SC_CLK_TCK);
	uint64_t ticks = 0;
	for (size_t i = 0; i < lg.after.count; i++) {
		ticks += lg.after.thread[i].ticks - ticks_of(&lg.before, lg.after.thread[i].name);
	}
	printf("{\"mode\": \"%s\", \"connections\": %lu, \"seconds\": %.3f, \"requests\": %llu, \"per_s\": "
	       "%.1f, \"p50_us\": %.1f, "
	       "\"p99_us\": %.1f, \"window_handshakes\": %llu, \"window_resumed\": %llu, \"cpu_us\": %.0f, "
	       "\"client_cpu_us\": %llu",
	       names[lg.opt.mode], lg.opt.connections, seconds, (unsigned long long)lg.requests,
	       (double)lg.requests / seconds, percentile_us(50), percentile_us(99), (unsigned long long)lg.w_handshakes,
	       (unsigned long long)lg.w_resumed, (double)ticks * us_per_tick, (unsigned long long)lg.own_us);
	print_threads(us_per_tick);
	printf(", \"replies\": %llu, \"errors\": %llu, \"non_200\": %llu, \"handshakes\": %llu, \"resumed\": "
	       "%llu, \"first_error\": \"%s\"}\n",
	       (unsigned long long)lg.replies, (unsigned long long)lg.errors, (unsigned long long)lg.non_200,
	       (unsigned long long)lg.handshakes, (unsigned long long)lg.resumed, lg.first_error);
}

/* ---- options ---- */

static bool number(const char *text, unsigned long *out) {
	char *end;
	errno = 0;
	*out = strtoul(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

static bool take_mode(const char *text, struct options *o) {
	static const char *const names[] = {"ka", "full", "resumed", "idle"};
	for (size_t i = 0; i < 4; i++) {
		if (strcmp(text, names[i]) == 0) {
			o->mode = (enum mode)i;
			return true;
		}
	}
	return false;
}

static bool take_pid(const char *text, struct options *o) {
	unsigned long pid = 0;
	if (o->pid_count == PIDS_MAX || !number(text, &pid)) {
		return false;
	}
	o->pids[o->pid_count++] = (long)pid;
	return true;
}

static bool take_option(int id, const char *text, struct options *o) {
	unsigned long *const numbers[] = {&o->port, &o->connections, &o->warmup_ms, &o->ms, &o->count};
	const char **const texts[] = {&o->cert, &o->key, &o->ca, &o->request};
	if (id >= '0' && id < '0' + 5) {
		return number(text, numbers[id - '0']);
	}
	if (id >= 'a' && id < 'a' + 4) {
		*texts[id - 'a'] = text;
		return true;
	}
	return id == 'm' ? take_mode(text, o) : id == 'p' ? take_pid(text, o) : false;
}

static bool parse_options(int argc, char **argv, struct options *o) {
	static const struct option known[] = {
		{"port", 1, NULL, '0'}, {"connections", 1, NULL, '1'}, {"warmup-ms", 1, NULL, '2'},
		{"ms", 1, NULL, '3'},	{"count", 1, NULL, '4'},       {"cert", 1, NULL, 'a'},
		{"key", 1, NULL, 'b'},	{"ca", 1, NULL, 'c'},	       {"request", 1, NULL, 'd'},
		{"mode", 1, NULL, 'm'}, {"pid", 1, NULL, 'p'},	       {0}};
	*o = (struct options){.connections = 1, .ms = 1000};
	for (int id; (id = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		if (!take_option(id, optarg, o)) {
			return false;
		}
	}
	return optind == argc && o->port > 0 && o->port < 65536 && o->connections > 0 && o->connections <= SLOTS_MAX &&
	       o->cert && o->key && o->ca && o->request;
}

static void read_request(void) {
	FILE *f = fopen(lg.opt.request, "rb");
	lg.request_len = f ? fread(lg.request, 1, sizeof(lg.request), f) : 0;
	if (!f || ferror(f) || lg.request_len == 0) {
		die(lg.opt.request);
	}
	fclose(f);
}

int main(int argc, char **argv) {
	if (!parse_options(argc, argv, &lg.opt)) {
		fprintf(stderr, "usage: lg --port N --cert F --key F --ca F --request F --mode ka|full|resumed|idle "
				"[--connections N] [--warmup-ms N] [--ms N | --count N] [--pid N]...\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	read_request();
	make_tls();
	lg.epoll = epoll_create1(EPOLL_CLOEXEC);
	lg.slots = calloc(lg.opt.connections, sizeof(*lg.slots));
	if (lg.epoll < 0 || !lg.slots) {
		die("start");
	}
	if (lg.opt.mode == MODE_IDLE) {
		run_idle();
	} else {
		run_load();
	}
	for (size_t i = 0; i < lg.opt.connections; i++) {
		close_slot(&lg.slots[i]);
		SSL_SESSION_free(lg.slots[i].session);
	}
	report();
	SSL_CTX_free(lg.tls);
	free(lg.slots);
	return lg.errors > 0 || lg.non_200 > 0;
}
