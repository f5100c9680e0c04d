/* base/sync.h - condition variables that wait by the monotonic clock (base/clock.h). */
#ifndef GW_BASE_SYNC_H
#define GW_BASE_SYNC_H
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

static inline void gw_cond_init(pthread_cond_t *c) {
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(c, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

/* With the mutex held. False: the time has come. */
static inline bool gw_cond_wait_until(pthread_cond_t *c, pthread_mutex_t *held, int64_t mono_us) {
	const struct timespec until = {.tv_sec = mono_us / 1000000, .tv_nsec = (mono_us % 1000000) * 1000};
	return pthread_cond_timedwait(c, held, &until) == 0;
}
#endif
