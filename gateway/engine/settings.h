/* gateway/engine/settings.h - every scalar setting: one row makes the struct, the parser, `check-config --print`, and
 * the manual.
 *
 * X(key, type, default, min, max, unit, reload, help); type U32 or BOOL; reload: false = takes a restart. */
#ifndef GW_ENGINE_SETTINGS_H
#define GW_ENGINE_SETTINGS_H
#include <stdbool.h>
#include <stdint.h>

#define SETTINGS(X)                                                                                                    \
	X(loops, U32, 0, 0, 64, "", false, "event loops; 0 = one a core")                                              \
	X(workers, U32, 4, 1, 64, "", false, "threads for what blocks")                                                \
	X(worker_queue, U32, 256, 1, 65536, "", false, "jobs that may wait for a worker; above it 503")                \
	X(connections_max, U32, 4096, 1, 1000000, "", true, "open caller connections; above it new ones are closed")   \
	X(backlog, U32, 1024, 1, 65535, "", false, "listen backlog")                                                   \
	X(head_max_bytes, U32, 16384, 512, 65536, "bytes", true, "largest HTTP request head; above it 431")            \
	X(head_max_fields, U32, 48, 4, 64, "", true, "most header fields; above it 431")                               \
	X(request_max_bytes, U32, 1048576, 1024, 67108864, "bytes", true, "largest SOAP request; above it 413")        \
	X(buffer_budget_bytes, U32, 268435456, 1048576, 2147483647, "bytes", true,                                     \
	  "memory for buffered requests of all connections; above it 503 before reading")                              \
	X(handshake_ms, U32, 10000, 10, 120000, "ms", true,                                                            \
	  "deadline of a TLS handshake, and of a peer that has got an alert")                                          \
	X(head_ms, U32, 10000, 10, 120000, "ms", true, "deadline of a request head, from its first byte")              \
	X(body_grace_ms, U32, 5000, 10, 120000, "ms", true, "grace of a request body before body_min_rate counts")     \
	X(body_min_rate, U32, 1024, 1, 1048576, "bytes/s", true, "slowest request body after the grace")               \
	X(idle_ms, U32, 60000, 10, 3600000, "ms", true, "a kept-alive connection without a request is closed")         \
	X(write_ms, U32, 30000, 10, 600000, "ms", true, "a reply must make progress towards the caller")               \
	X(linger_ms, U32, 30000, 10, 600000, "ms", true,                                                               \
	  "how long a refused caller may go on sending before the close")                                              \
	X(linger_max_bytes, U32, 134217728, 0, 2147483647, "bytes", true, "how much of it is read and thrown away")    \
	X(drain_ms, U32, 30000, 0, 600000, "ms", true, "SIGTERM: how long running calls may take")                     \
	X(drain_first_ms, U32, 500, 0, 60000, "ms", true,                                                              \
	  "SIGTERM: how long a peer may take to his first request, or to read his last reply")                         \
	X(session_cache_bytes, U32, 33554432, 0, 2147483647, "bytes", false, "TLS sessions kept for resumption")       \
	X(session_lifetime_s, U32, 7200, 60, 86400, "s", true, "how long a TLS session may be resumed")                \
	X(backend_connect_ms, U32, 2000, 10, 60000, "ms", true, "deadline of connect and TLS handshake to a backend")  \
	X(backend_first_byte_ms, U32, 30000, 10, 600000, "ms", true,                                                   \
	  "deadline of the first byte of a backend's reply")                                                           \
	X(backend_progress_ms, U32, 30000, 10, 600000, "ms", true, "a backend's reply must make progress")             \
	X(backend_idle_ms, U32, 20000, 10, 600000, "ms", true,                                                         \
	  "an idle backend connection is closed; keep it shorter than the backend's own")                              \
	X(backend_idle_max, U32, 64, 0, 4096, "", true, "idle connections kept for each backend and loop")             \
	X(backend_fail_max, U32, 5, 1, 1000, "", true,                                                                 \
	  "connect failures in a row after which a backend counts as down")                                            \
	X(backend_down_ms, U32, 1000, 10, 600000, "ms", true, "how long a backend that is down is not tried")          \
	X(reply_hold_bytes, U32, 65536, 1024, 1048576, "bytes", true,                                                  \
	  "reply held back until this much or its end has come")                                                       \
	X(reply_buffer_bytes, U32, 262144, 16384, 16777216, "bytes", true,                                             \
	  "reply bytes waiting for a slow caller; above it the backend is not read")                                   \
	X(digest_inline_bytes, U32, 1048576, 0, 1073741824, "bytes", true,                                             \
	  "body bytes hashed on the loop; what is above goes to a worker")                                             \
	X(calls_per_s, U32, 200, 1, 1000000, "calls/s", true, "limit of one certificate; above it 503")                \
	X(calls_burst, U32, 400, 1, 1000000, "calls", true, "how many calls a certificate may save up")                \
	X(in_flight, U32, 64, 1, 1000000, "calls", true, "calls of one certificate at the same time; above it 503")    \
	X(retry_after_s, U32, 2, 1, 3600, "s", true, "Retry-After of every 503")                                       \
	X(audit_hold_us, U32, 400, 0, 100000, "us", false, "how long a batch of audit records may wait for company")   \
	X(audit_queue, U32, 16384, 16, 1048576, "", false, "audit records that may wait for the writer; above it 503") \
	X(audit_reserve_mb, U32, 64, 0, 1048576, "MB", false, "free disk below which calls are refused")               \
	X(require_qualified, BOOL, 1, 0, 1, "", true, "calls need a qualified certificate (FZ-VS9)")                   \
	X(fetch_revocation, BOOL, 1, 0, 1, "", true,                                                                   \
	  "ask OCSP responders and CRL addresses; else only what lies in `crls`")                                      \
	X(revocation_wait_ms, U32, 3000, 100, 60000, "ms", true,                                                       \
	  "how long the first call of a certificate waits for its revocation status")                                  \
	X(revocation_refresh_s, U32, 60, 1, 3600, "s", true,                                                           \
	  "how often the certificates of the registry are looked over for what is to be fetched anew")                 \
	X(private_addresses, BOOL, 0, 0, 1, "", true, "addresses in certificates may lead into private networks")      \
	X(list_import_s, U32, 86400, 1, 2592000, "s", true,                                                            \
	  "how often the trusted list of the group trust is imported")                                                 \
	X(buildings_max, U32, 50, 1, 1000, "", true, "buildings in one call of 1103")                                  \
	X(soap_max_level, U32, 16, 5, 1000, "", true, "our own services: depth of a request and of its answer")        \
	X(soap_max_occurs, U32, 1000, 1, 100000, "", true, "our own services: repetitions of an element")              \
	X(soap_max_length, U32, 65536, 256, 16777216, "bytes", true,                                                   \
	  "our own services: length of a text and of a request")                                                       \
	X(upload_max_bytes, U32, 10485760, 65536, 67108864, "bytes", true,                                             \
	  "web pages: largest form with its document")                                                                 \
	X(session_idle_s, U32, 1800, 30, 86400, "s", true, "web pages: a silent login ends")                           \
	X(session_age_s, U32, 28800, 60, 604800, "s", true, "web pages: a login ends")                                 \
	X(case_ttl_s, U32, 604800, 60, 31536000, "s", true, "a procedure that was begun may be finished within")       \
	X(mail_connect_ms, U32, 10000, 10, 120000, "ms", true,                                                         \
	  "deadline of connect and TLS handshake to the mail server")                                                  \
	X(mail_transfer_ms, U32, 300000, 10, 900000, "ms", true, "deadline of one message to the mail server")         \
	X(mail_retry_s, U32, 60, 1, 3600, "s", true,                                                                   \
	  "wait after the first failed attempt at a message; the next are 5, 15, 60, 240 and 720 times as long")       \
	X(debug_log, BOOL, 0, 0, 1, "", true, "log at debug level")

#define SETTING_TYPE_U32 uint32_t
#define SETTING_TYPE_BOOL bool
#define SETTING_FIELD(key, type, def, min, max, unit, reload, help) SETTING_TYPE_##type key;
struct settings {
	SETTINGS(SETTING_FIELD)
};
#undef SETTING_FIELD
#endif
