/* gateway/engine/workers.h - a small pool of threads for what blocks: connects, digests of large bodies, our own
 * services. The queue is bounded: a full one refuses, it never grows. */
#ifndef GW_ENGINE_WORKERS_H
#define GW_ENGINE_WORKERS_H
#include "gateway/engine/loop.h"

struct workers;

/* A piece of work, inside its owner's struct: run() on a worker, then done() on the loop it came from. */
struct work {
	STAILQ_ENTRY(work) link;
	struct loop *loop;
	struct loop_msg reply;
	void (*run)(struct work *self);
	void (*done)(struct work *self);
	void *owner;
};

GW_NODISCARD enum gw_code workers_new(unsigned threads, size_t queue_max, struct workers **out, struct gw_err *err);
void workers_free(struct workers *w); /* finishes what is queued */

/* false: the queue is full (or the pool is stopping); nothing will be called. */
bool workers_submit(struct workers *w, struct work *work);
size_t workers_queued(struct workers *w);
#endif
