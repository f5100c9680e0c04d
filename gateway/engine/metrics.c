#include "gateway/engine/metrics.h"

_Atomic int64_t metric_values[METRIC_COUNT];

#define METRIC_ROW(name, type, help) {#name, type, help},
static const struct { const char *name, *type, *help; } rows[METRIC_COUNT] = {METRICS(METRIC_ROW)};

enum gw_code metrics_text(struct gw_buf *out) {
	enum gw_code rc = GW_OK;
	for (int i = 0; rc == GW_OK && i < METRIC_COUNT; i++) {
		rc = gw_buf_addf(out, "# HELP vashgate_%s %s\n# TYPE vashgate_%s %s\nvashgate_%s %lld\n", rows[i].name,
				 rows[i].help, rows[i].name, rows[i].type, rows[i].name,
				 (long long)metric_get((enum metric)i));
	}
	return rc;
}
