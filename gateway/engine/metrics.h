/* gateway/engine/metrics.h - counters and gauges, and their Prometheus text. Any thread; counting is one relaxed
 * addition. */
#ifndef GW_ENGINE_METRICS_H
#define GW_ENGINE_METRICS_H
#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"

/* X(name, type, help); exposed as vashgate_<name> */
#define METRICS(X)                                                                                                     \
	X(connections_total, "counter", "connections accepted")                                                        \
	X(connections_open, "gauge", "caller connections open")                                                        \
	X(connections_refused_total, "counter", "connections closed at once: too many open")                           \
	X(connections_killed_total, "counter", "connections cut because their certificate was blocked or revoked")     \
	X(handshakes_total, "counter", "TLS handshakes completed")                                                     \
	X(handshakes_resumed_total, "counter", "of these, resumed")                                                    \
	X(handshakes_failed_total, "counter", "TLS handshakes failed")                                                 \
	X(requests_total, "counter", "requests whose head was read")                                                   \
	X(requests_open, "gauge", "requests at work, or whose outcome the trail has not yet been given")               \
	X(calls_total, "counter", "calls forwarded to a backend")                                                      \
	X(calls_delivered_total, "counter", "calls whose reply was handed to the caller whole")                        \
	X(calls_truncated_total, "counter", "replies broken off after they had begun")                                 \
	X(calls_abandoned_total, "counter", "callers that left before the reply")                                      \
	X(refusals_total, "counter", "requests refused")                                                               \
	X(overload_total, "counter", "503 for want of memory, workers or audit")                                       \
	X(limited_total, "counter", "503 for a certificate above its limits")                                          \
	X(deadline_handshake_total, "counter", "connections closed: handshake deadline")                               \
	X(deadline_head_total, "counter", "connections closed: request head deadline")                                 \
	X(deadline_body_total, "counter", "connections closed: request body too slow")                                 \
	X(deadline_idle_total, "counter", "connections closed: idle")                                                  \
	X(deadline_write_total, "counter", "connections closed: caller does not read")                                 \
	X(deadline_linger_total, "counter", "refused callers cut off: still sending at the deadline")                  \
	X(deadline_backend_connect_total, "counter", "backend connects given up")                                      \
	X(deadline_backend_first_byte_total, "counter", "backend replies given up before their first byte")            \
	X(deadline_backend_progress_total, "counter", "backend replies given up midway")                               \
	X(backend_connects_total, "counter", "connections opened to backends")                                         \
	X(backend_connect_failures_total, "counter", "connects to backends that failed")                               \
	X(backend_replays_total, "counter", "queries sent again on a fresh connection")                                \
	X(request_buffer_bytes, "gauge", "memory held by buffered requests")                                           \
	X(guard_refused_total, "counter", "requests refused by the XML guard")                                         \
	X(reloads_total, "counter", "configurations taken into use")                                                   \
	X(reload_failures_total, "counter", "configurations refused, the old one kept")                                \
	X(revocation_fetched_total, "counter",                                                                         \
	  "fetches of a registered certificate's revocation that brought something")                                   \
	X(revocation_failures_total, "counter", "fetches of a registered certificate's revocation that failed")        \
	X(revocation_rounds_total, "counter", "looks over the registry for what is to be fetched")                     \
	X(revocation_unknown, "gauge", "registered certificates whose revocation is not known")                        \
	X(revocation_evidence, "gauge", "OCSP responses and CRLs that are kept")                                       \
	X(list_imports_total, "counter", "scheduled imports of the trusted list that were in order")                   \
	X(list_import_failures_total, "counter", "scheduled imports of the trusted list that were refused or failed")  \
	X(list_left_s, "gauge", "seconds until the trusted list in force is overdue; 0 = none is in force")            \
	X(mails_sent_total, "counter", "messages that a mail server has taken")                                        \
	X(mail_failures_total, "counter", "attempts to send a message that failed")                                    \
	X(mail_waiting, "gauge", "messages that wait to be sent")                                                      \
	X(mail_dead, "gauge", "messages given up; vashgate mail list --dead")                                          \
	X(applications_untold_total, "counter", "applications that wait and nobody could be told")                     \
	X(reminders_untold, "gauge", "certificates that expire soon and whose users have no e-mail address")

#define METRIC_ENUM(name, type, help) METRIC_##name,
enum metric { METRICS(METRIC_ENUM) METRIC_COUNT };
#undef METRIC_ENUM

extern _Atomic int64_t metric_values[METRIC_COUNT];

/* The new value. */
static inline int64_t metric_add(enum metric m, int64_t n) {
	return atomic_fetch_add_explicit(&metric_values[m], n, memory_order_relaxed) + n;
}
static inline void metric_set(enum metric m, int64_t value) {
	atomic_store_explicit(&metric_values[m], value, memory_order_relaxed);
}
static inline int64_t metric_get(enum metric m) {
	return atomic_load_explicit(&metric_values[m], memory_order_relaxed);
}

GW_NODISCARD enum gw_code metrics_text(struct gw_buf *out);
#endif
