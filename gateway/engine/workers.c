#include "gateway/engine/workers.h"

#include <pthread.h>

enum { THREADS_MAX = 64 };

struct workers {
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	STAILQ_HEAD(work_queue, work) queue;
	size_t queued, queue_max;
	bool stopping;
	unsigned count;
	pthread_t thread[THREADS_MAX];
};

static void deliver(struct loop_msg *m) {
	struct work *work = m->owner;
	work->done(work);
}

static struct work *next_work(struct workers *w) {
	pthread_mutex_lock(&w->mutex);
	while (STAILQ_EMPTY(&w->queue) && !w->stopping) {
		pthread_cond_wait(&w->wake, &w->mutex);
	}
	struct work *work = STAILQ_FIRST(&w->queue);
	if (work) {
		STAILQ_REMOVE_HEAD(&w->queue, link);
		w->queued--;
	}
	pthread_mutex_unlock(&w->mutex);
	return work;
}

static void *worker_main(void *arg) {
	pthread_setname_np(pthread_self(), "worker");
	struct work *work;
	while ((work = next_work(arg)) != NULL) {
		struct loop *loop = work->loop;
		work->run(work);
		work->reply = (struct loop_msg){.deliver = deliver, .owner = work};
		loop_post(loop, &work->reply);
	}
	return NULL;
}

enum gw_code workers_new(unsigned threads, size_t queue_max, struct workers **out, struct gw_err *err) {
	*out = NULL;
	struct workers *w = calloc(1, sizeof(*w));
	if (!w || threads > THREADS_MAX) {
		free(w);
		return gw_fail(err, GW_E_NOMEM, "cannot make %u workers", threads);
	}
	STAILQ_INIT(&w->queue);
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->wake, NULL);
	w->queue_max = queue_max;
	while (w->count < threads && pthread_create(&w->thread[w->count], NULL, worker_main, w) == 0) {
		w->count++;
	}
	if (w->count < threads) {
		workers_free(w);
		return gw_fail(err, GW_E_NOMEM, "cannot start the workers");
	}
	*out = w;
	return GW_OK;
}

void workers_free(struct workers *w) {
	if (!w) {
		return;
	}
	pthread_mutex_lock(&w->mutex);
	w->stopping = true;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->mutex);
	for (unsigned i = 0; i < w->count; i++) {
		pthread_join(w->thread[i], NULL);
	}
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

bool workers_submit(struct workers *w, struct work *work) {
	pthread_mutex_lock(&w->mutex);
	bool taken = w->queued < w->queue_max && !w->stopping;
	if (taken) {
		STAILQ_INSERT_TAIL(&w->queue, work, link);
		w->queued++;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->mutex);
	return taken;
}

size_t workers_queued(struct workers *w) {
	pthread_mutex_lock(&w->mutex);
	size_t n = w->queued;
	pthread_mutex_unlock(&w->mutex);
	return n;
}
