/* samples/sim/stats.h - what the simulator has seen. Any thread. */
#ifndef GW_SAMPLES_SIM_STATS_H
#define GW_SAMPLES_SIM_STATS_H
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"

struct sim_request;

/* Order and names of the counters are those of the JSON object of GET /stats. */
#define SIM_COUNTERS(X)                                                                                                \
	X(connections) /* accepted TCP connections */                                                                  \
	X(open)	       /* of them open now */                                                                          \
	X(open_peak)                                                                                                   \
	X(handshakes) /* completed TLS handshakes */                                                                   \
	X(resumed)    /* of them resumed */                                                                            \
	X(handshake_failures)                                                                                          \
	X(bytes_in)	/* every byte received on the TLS port, handshakes included */                                 \
	X(app_bytes_in) /* decrypted bytes received, also of unfinished requests */                                    \
	X(app_bytes_out)                                                                                               \
	X(requests)	   /* whole requests */                                                                        \
	X(reused_requests) /* of them not the first of their connection */                                             \
	X(replies)	   /* replies that were sent as they should be */                                              \
	X(identity_failures)                                                                                           \
	X(framing_violations)                                                                                          \
	X(body_violations) /* not UTF-8, not XML, more than one body child, wrong SOAPAction */                        \
	X(soap_faults)                                                                                                 \
	X(behaviours) /* requests and connections to which a rule was applied */

#define SIM_COUNTER_ID(name) SIM_##name,
enum sim_counter { SIM_COUNTERS(SIM_COUNTER_ID) SIM_COUNTER_COUNT };

struct sim_stats {
	_Atomic uint64_t counter[SIM_COUNTER_COUNT];
	pthread_mutex_t lock;
	struct gw_buf last; /* head and decoded body of the last whole request, see stats.c */
	size_t last_head_len;
	char last_identity[1024]; /* the JSON that was signed, when the signature fitted */
};

void stats_init(struct sim_stats *s);
void stats_reset(struct sim_stats *s); /* all but `open` */
static inline void stats_add(struct sim_stats *s, enum sim_counter c, uint64_t n) {
	atomic_fetch_add_explicit(&s->counter[c], n, memory_order_relaxed);
}
void stats_opened(struct sim_stats *s);
void stats_closed(struct sim_stats *s);
void stats_request(struct sim_stats *s, const struct sim_request *req);
void stats_identity(struct sim_stats *s, const char *json);
char *stats_json(struct sim_stats *s); /* free() it; NULL when out of memory */
#endif
