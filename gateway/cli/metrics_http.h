/* gateway/cli/metrics_http.h - the plain listener for operators: /metrics, /healthz, /readyz. */
#ifndef GW_CLI_METRICS_HTTP_H
#define GW_CLI_METRICS_HTTP_H
#include "gateway/call/call.h"

extern const struct conn_ops metrics_ops;
#endif
