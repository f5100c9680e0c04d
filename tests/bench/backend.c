/* tests/bench/backend.c - the backend of both proxies: TLS with a demanded client certificate, keep-alive,
 * one prepared SOAP reply, an optional delay. One thread, epoll, no allocation for a request.
 *
 * Why an own one: nginx's `return 200` is as cheap but cannot wait a millisecond without blocking, and one
 * backend for all rows is fairer than two. Usage: backend --cert F --key F --client-ca F --reply F
 * [--delay-us N] Prints "ready port=N". SIGUSR1 turns the delay on, SIGUSR2 off (it starts off). */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { CONNS_MAX = 4096, HEAD_BYTES = 16384, READ_BYTES = 65536, REPLY_BYTES = 1 << 20, EVENTS = 256 };

struct conn {
	int fd;
	SSL *ssl;
	bool ready, waiting; /* handshake done; a reply waits for its time */
	size_t head_len, body_left, unsent;
	char head[HEAD_BYTES];
};

struct due {
	struct conn *conn;
	uint64_t at_ns;
};

static struct {
	const char *cert, *key, *client_ca, *reply_file;
	unsigned long delay_us;
	SSL_CTX *tls;
	int epoll, listener, timer;
	char reply[REPLY_BYTES];
	size_t reply_len;
	struct conn *free_conns[CONNS_MAX]; /* a closed one is used again, never freed: the ring may still
					       name it */
	size_t free_count;
	struct due ring[CONNS_MAX]; /* all wait equally long: a queue */
	size_t ring_first, ring_count;
} be;
static volatile sig_atomic_t delay_on;

static _Noreturn void die(const char *what) {
	fprintf(stderr, "backend: %s: %s\n", what, strerror(errno));
	ERR_print_errors_fp(stderr);
	exit(2);
}

static uint64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void on_signal(int sig) {
	delay_on = sig == SIGUSR1;
}

/* ---- connections ---- */

static void close_conn(struct conn *c) {
	SSL_set_shutdown(c->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(c->ssl);
	close(c->fd);
	c->ssl = NULL;
	if (!c->waiting) {
		be.free_conns[be.free_count++] = c;
	}
}

static bool again(struct conn *c, int rc) {
	int error = SSL_get_error(c->ssl, rc);
	if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
		close_conn(c);
	}
	return false;
}

static bool send_reply(struct conn *c) {
	while (c->unsent > 0) {
		size_t done = 0;
		ERR_clear_error();
		int rc = SSL_write_ex(c->ssl, be.reply + be.reply_len - c->unsent, c->unsent, &done);
		if (rc != 1) {
			return again(c, rc);
		}
		c->unsent -= done;
	}
	return true;
}

static void arm_timer(uint64_t at_ns) {
	struct itimerspec when = {
		.it_value = {.tv_sec = (time_t)(at_ns / 1000000000), .tv_nsec = (long)(at_ns % 1000000000)}};
	timerfd_settime(be.timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static bool answer(struct conn *c) {
	c->head_len = 0;
	c->unsent = be.reply_len;
	if (!delay_on) {
		return send_reply(c);
	}
	uint64_t at = now_ns() + be.delay_us * 1000;
	c->waiting = true;
	be.ring[(be.ring_first + be.ring_count) % CONNS_MAX] = (struct due){c, at};
	if (be.ring_count++ == 0) {
		arm_timer(at);
	}
	return true;
}

static void answer_due(void) {
	uint64_t count, now = now_ns();
	ssize_t ignored = read(be.timer, &count, sizeof(count));
	(void)ignored;
	while (be.ring_count > 0 && be.ring[be.ring_first].at_ns <= now) {
		struct conn *c = be.ring[be.ring_first].conn;
		be.ring_first = (be.ring_first + 1) % CONNS_MAX;
		be.ring_count--;
		c->waiting = false;
		if (c->ssl) {
			send_reply(c);
		} else {
			be.free_conns[be.free_count++] = c;
		}
	}
	if (be.ring_count > 0) {
		arm_timer(be.ring[be.ring_first].at_ns);
	}
}

/* ---- requests: head, Content-Length, body; the contents do not matter ---- */

static bool take_body(struct conn *c, size_t n) {
	if (n > c->body_left) {
		close_conn(c); /* nobody pipelines here */
		return false;
	}
	c->body_left -= n;
	return c->body_left > 0 || answer(c);
}

static bool take_head(struct conn *c, const char *data, size_t n) {
	if (n >= HEAD_BYTES - c->head_len) {
		close_conn(c);
		return false;
	}
	memcpy(c->head + c->head_len, data, n);
	c->head_len += n;
	c->head[c->head_len] = '\0';
	const char *end = memmem(c->head, c->head_len, "\r\n\r\n", 4);
	if (!end) {
		return true;
	}
	const char *field = strcasestr(c->head, "\r\nContent-Length:");
	unsigned long long length = 0;
	if (!field || field > end || sscanf(field + 17, "%llu", &length) != 1) {
		close_conn(c);
		return false;
	}
	c->body_left = (size_t)length;
	return take_body(c, c->head_len - ((size_t)(end - c->head) + 4));
}

static bool read_some(struct conn *c) {
	static char bytes[READ_BYTES];
	size_t got = 0;
	ERR_clear_error();
	int rc = SSL_read_ex(c->ssl, bytes, sizeof(bytes), &got);
	if (rc != 1) {
		return again(c, rc);
	}
	bool open = c->body_left == 0 ? take_head(c, bytes, got) : take_body(c, got);
	/* edge-triggered: a request that is not whole yet is read on until the socket is empty */
	return open && (c->head_len > 0 || SSL_has_pending(c->ssl));
}

static void drive(struct conn *c) {
	if (!c->ssl) {
		return;
	}
	if (!c->ready) {
		ERR_clear_error();
		int rc = SSL_accept(c->ssl);
		if (rc != 1) {
			again(c, rc);
			return;
		}
		c->ready = true;
	}
	if (c->unsent > 0 && !c->waiting && !send_reply(c)) {
		return;
	}
	while (read_some(c)) {
	}
}

static struct conn *new_conn(void) {
	struct conn *c = be.free_count > 0 ? be.free_conns[--be.free_count] : malloc(sizeof(*c));
	if (c) {
		c->ready = c->waiting = false;
		c->head_len = c->body_left = c->unsent = 0;
	}
	return c;
}

static void accept_all(void) {
	for (int fd; (fd = accept4(be.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
		int on = 1;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		struct conn *c = new_conn();
		if (!c || !(c->ssl = SSL_new(be.tls)) || SSL_set_fd(c->ssl, fd) != 1) {
			die("accept");
		}
		c->fd = fd;
		struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
		if (epoll_ctl(be.epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
			die("epoll_ctl");
		}
	}
}

/* ---- start ---- */

static void make_tls(void) {
	be.tls = SSL_CTX_new(TLS_server_method());
	bool ok = be.tls && SSL_CTX_use_certificate_chain_file(be.tls, be.cert) == 1 &&
		  SSL_CTX_use_PrivateKey_file(be.tls, be.key, SSL_FILETYPE_PEM) == 1 &&
		  SSL_CTX_load_verify_locations(be.tls, be.client_ca, NULL) == 1 &&
		  SSL_CTX_set_session_id_context(be.tls, (const unsigned char *)"bench", 5) == 1;
	if (!ok) {
		die("TLS");
	}
	SSL_CTX_set_verify(be.tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_mode(be.tls, SSL_MODE_ENABLE_PARTIAL_WRITE);
	SSL_CTX_set_read_ahead(be.tls, 1);
}

static void add_fd(int fd, void *owner) {
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = owner};
	if (fd < 0 || epoll_ctl(be.epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
		die("start");
	}
}

static unsigned open_listener(void) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	be.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (be.listener < 0 || bind(be.listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(be.listener, 1024) != 0 || getsockname(be.listener, (struct sockaddr *)&at, &n) != 0) {
		die("listen");
	}
	return ntohs(at.sin_port);
}

static void read_reply(void) {
	FILE *f = fopen(be.reply_file, "rb");
	be.reply_len = f ? fread(be.reply, 1, sizeof(be.reply), f) : 0;
	if (!f || ferror(f) || be.reply_len == 0) {
		die(be.reply_file);
	}
	fclose(f);
}

static bool parse_options(int argc, char **argv) {
	static const struct option known[] = {{"cert", 1, NULL, 'c'},	   {"key", 1, NULL, 'k'},
					      {"client-ca", 1, NULL, 'a'}, {"reply", 1, NULL, 'r'},
					      {"delay-us", 1, NULL, 'd'},  {0}};
	be.delay_us = 1000;
	for (int id; (id = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		switch (id) {
		case 'c':
			be.cert = optarg;
			break;
		case 'k':
			be.key = optarg;
			break;
		case 'a':
			be.client_ca = optarg;
			break;
		case 'r':
			be.reply_file = optarg;
			break;
		case 'd':
			be.delay_us = strtoul(optarg, NULL, 10);
			break;
		default:
			return false;
		}
	}
	return be.cert && be.key && be.client_ca && be.reply_file;
}

int main(int argc, char **argv) {
	if (!parse_options(argc, argv)) {
		fprintf(stderr, "usage: backend --cert F --key F --client-ca F --reply F [--delay-us N]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	read_reply();
	make_tls();
	be.epoll = epoll_create1(EPOLL_CLOEXEC);
	be.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	unsigned port = open_listener();
	add_fd(be.listener, &be.listener);
	add_fd(be.timer, &be.timer);
	printf("ready port=%u\n", port);
	fflush(stdout);
	for (;;) {
		struct epoll_event ready[EVENTS];
		int n = epoll_wait(be.epoll, ready, EVENTS, -1);
		for (int i = 0; i < n; i++) {
			if (ready[i].data.ptr == &be.listener) {
				accept_all();
			} else if (ready[i].data.ptr == &be.timer) {
				answer_due();
			} else {
				drive(ready[i].data.ptr);
			}
		}
	}
}
