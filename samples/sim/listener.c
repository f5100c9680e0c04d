/* The TLS port: accepts, one thread a connection, can stop listening and start again on the same port. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "samples/sim/sim.h"

enum { CONNECTIONS_MAX = 1024, STACK_BYTES = 512 * 1024, BACKLOG = 512 };

struct sim_listener {
	struct sim *sim;
	int fd;	  /* -1 while refusing */
	int wake; /* eventfd: `refuse` changed */
	pthread_mutex_t lock;
	pthread_cond_t settled;
	bool refuse;
	int open[CONNECTIONS_MAX]; /* descriptors, -1 = free slot */
};

struct visit { /* handed to a connection's thread */
	struct sim_listener *l;
	int fd;
	size_t slot;
};

int sim_listen(unsigned *port) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	socklen_t n = sizeof(at);
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(at.sin_port);
	return fd;
}

static void leave(struct sim_listener *l, size_t slot) {
	pthread_mutex_lock(&l->lock);
	l->open[slot] = -1;
	pthread_mutex_unlock(&l->lock);
}

static void *visit_main(void *arg) {
	struct visit v = *(struct visit *)arg;
	free(arg);
	sim_connection_run(v.l->sim, v.fd);
	leave(v.l, v.slot);
	stats_closed(&v.l->sim->stats);
	return NULL;
}

/* A slot may outlive its descriptor for a moment. Should the number be given out again meanwhile,
 * sim_listener_drop shuts that connection down twice: it was to be dropped anyway. */
static bool enter(struct sim_listener *l, int fd, size_t *slot) {
	bool found = false;
	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < CONNECTIONS_MAX && !found; i++) {
		if (l->open[i] < 0) {
			l->open[i] = fd;
			*slot = i;
			found = true;
		}
	}
	pthread_mutex_unlock(&l->lock);
	return found;
}

static void welcome(struct sim_listener *l, int fd, const pthread_attr_t *attr) {
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	struct visit *v = malloc(sizeof(*v));
	pthread_t thread;
	if (!v || !enter(l, fd, &v->slot)) {
		free(v);
		close(fd);
		return;
	}
	v->l = l;
	v->fd = fd;
	size_t slot = v->slot;
	stats_opened(&l->sim->stats);
	if (pthread_create(&thread, attr, visit_main, v) != 0) {
		leave(l, slot);
		stats_closed(&l->sim->stats);
		free(v);
		close(fd);
	}
}

/* Bring the socket into the state that was asked for and tell who waits. */
static void settle(struct sim_listener *l) {
	pthread_mutex_lock(&l->lock);
	if (l->refuse && l->fd >= 0) {
		close(l->fd);
		l->fd = -1;
	} else if (!l->refuse && l->fd < 0) {
		l->fd = sim_listen(&l->sim->port);
	}
	pthread_cond_broadcast(&l->settled);
	pthread_mutex_unlock(&l->lock);
}

static void *listen_main(void *arg) {
	struct sim_listener *l = arg;
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (;;) {
		struct pollfd p[2] = {{.fd = l->wake, .events = POLLIN}, {.fd = l->fd, .events = POLLIN}};
		if (poll(p, 2, -1) < 0 && errno != EINTR) {
			return NULL;
		}
		if (p[0].revents) {
			eventfd_t count;
			(void)eventfd_read(l->wake, &count);
			settle(l);
			continue;
		}
		int fd = p[1].revents ? accept4(l->fd, NULL, NULL, SOCK_CLOEXEC) : -1;
		if (fd >= 0) {
			welcome(l, fd, &attr);
		}
	}
}

enum gw_code sim_listener_start(struct sim *sim, struct gw_err *err) {
	static struct sim_listener one;
	struct sim_listener *l = &one;
	l->sim = sim;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->settled, NULL);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		l->open[i] = -1;
	}
	sim->port = sim->opt.port;
	l->fd = sim_listen(&sim->port);
	l->wake = eventfd(0, EFD_CLOEXEC);
	pthread_t thread;
	if (l->fd < 0 || l->wake < 0 || pthread_create(&thread, NULL, listen_main, l) != 0) {
		return gw_fail(err, GW_E_CONFIG, "cannot listen on 127.0.0.1:%u: %s", sim->opt.port, strerror(errno));
	}
	sim->listener = l;
	return GW_OK;
}

void sim_listener_refuse(struct sim *sim, bool refuse) {
	struct sim_listener *l = sim->listener;
	pthread_mutex_lock(&l->lock);
	l->refuse = refuse;
	(void)eventfd_write(l->wake, 1);
	while (l->refuse != (l->fd < 0)) {
		pthread_cond_wait(&l->settled, &l->lock);
		if (!l->refuse && l->fd < 0) {
			break; /* the port was taken meanwhile */
		}
	}
	pthread_mutex_unlock(&l->lock);
}

void sim_listener_drop(struct sim *sim) {
	struct sim_listener *l = sim->listener;
	pthread_mutex_lock(&l->lock);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		if (l->open[i] >= 0) {
			shutdown(l->open[i], SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&l->lock);
}
