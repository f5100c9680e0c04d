/* gateway/engine/loop.h - one event loop: epoll, timers, messages from other threads. One thread runs it and owns
 * everything registered with it; only loop_post may be called from elsewhere. */
#ifndef GW_ENGINE_LOOP_H
#define GW_ENGINE_LOOP_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/err.h"

struct loop;

/* A file descriptor in the loop, inside its owner's struct. `events` as in epoll(7). */
struct loop_fd {
	int fd;
	uint32_t want;
	void (*ready)(struct loop_fd *self, uint32_t events);
	void *owner;
};
GW_NODISCARD enum gw_code loop_fd_add(struct loop *l, struct loop_fd *f, uint32_t want, struct gw_err *err);
void loop_fd_want(struct loop *l, struct loop_fd *f, uint32_t want);
void loop_fd_remove(struct loop *l, struct loop_fd *f); /* does not close; pending events of it are dropped */

/* A timer, inside its owner's struct; zeroed = not set. */
struct loop_timer {
	int64_t at_ms; /* monotonic */
	size_t place;  /* in the heap, from 1; 0 = not set */
	void (*fired)(struct loop_timer *self);
	void *owner;
};
GW_NODISCARD enum gw_code loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_mono_ms);
void loop_timer_clear(struct loop *l, struct loop_timer *t);

/* A message to the loop's thread, inside its sender's struct. At most once in flight. */
struct loop_msg {
	STAILQ_ENTRY(loop_msg) link;
	void (*deliver)(struct loop_msg *self);
	void *owner;
};
void loop_post(struct loop *l, struct loop_msg *m); /* any thread */

GW_NODISCARD enum gw_code loop_new(struct loop **out, struct gw_err *err);
void loop_free(struct loop *l);
void loop_run(struct loop *l);		   /* until loop_stop */
void loop_deliver(struct loop *l);	   /* the messages that came after it stopped */
void loop_stop(struct loop *l);		   /* any thread */
int64_t loop_now_ms(const struct loop *l); /* monotonic time of this round */

/* What the layers above keep for each loop (guards, caches, readers). */
void loop_set_app(struct loop *l, void *app);
void *loop_app(const struct loop *l);
#endif
