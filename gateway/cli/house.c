#include "gateway/cli/house.h"

#include "base/clock.h"
#include "base/log.h"
#include "gateway/cases/reminders.h"
#include "gateway/cli/cli.h"
#include "gateway/engine/metrics.h"
#include "store/cases.h"
#include "store/trusted_list.h"

enum { HOUR_MS = 3600000, DAY_MS = 86400000, DAY_S = 86400, LIST_WARN_S = 14 * DAY_S };

static enum gw_code drop_files(struct sqlite3 *db, void *arg, struct gw_err *err) {
	const int64_t *now_utc_s = arg;
	return cases_drop_files(db, *now_utc_s, err);
}

/* The metric each hour, the log once a day. */
static void say_untold(struct house *h, const struct reminders_found *found, int64_t now_ms) {
	char count[24], first[24];
	metric_set(METRIC_reminders_untold, (int64_t)found->untold);
	if (found->untold == 0 || (h->untold_said_ms != 0 && now_ms - h->untold_said_ms < DAY_MS)) {
		return;
	}
	h->untold_said_ms = now_ms;
	snprintf(count, sizeof(count), "%zu", found->untold);
	snprintf(first, sizeof(first), "%lld", (long long)found->first_untold);
	gw_log(GW_LOG_WARN, "reminders_untold", "records", count, "first", first, NULL);
}

static void remind(struct house *h, struct store *store, const struct vash_codelists *lists, int64_t now_utc_s) {
	struct reminders_found found;
	struct gw_err err = {0};
	if (reminders_run(store, lists, now_utc_s, &found, &err) == GW_OK) {
		say_untold(h, &found, gw_mono_ms());
	} else {
		gw_log_err(GW_LOG_WARN, "reminders_failed", &err);
	}
}

/* The metric each hour, the log once a day from two weeks before. */
static void watch_expiry(struct house *h, const struct config *config, int64_t now_utc_s) {
	struct trusted_list_facts facts = {0};
	struct gw_err err = {0};
	bool found = false;
	char path[CONFIG_PATH + 32], days[24];
	cli_registry_path(config, path);
	if (trusted_list_get(path, config->trust.territory, &found, &facts, NULL, NULL, &err) != GW_OK || !found) {
		return;
	}
	int64_t left_s = facts.next_update_utc_s - now_utc_s, day = now_utc_s / DAY_S;
	if (left_s < LIST_WARN_S && config_trusts_list(config) && day != h->list_said_day) {
		h->list_said_day = day;
		snprintf(days, sizeof(days), "%lld", (long long)(left_s / DAY_S));
		gw_log(GW_LOG_WARN, "trusted_list_expires", "territory", facts.territory, "days", days, NULL);
	}
	metric_set(METRIC_list_left_s, left_s);
}

void house_keep(struct house *h, const struct config *config, struct store *store, const struct vash_codelists *lists) {
	struct gw_err err = {0};
	int64_t now_ms = gw_mono_ms(), now_utc_s = gw_now_utc_s();
	if (h->kept_ms != 0 && now_ms - h->kept_ms < HOUR_MS) {
		return;
	}
	h->kept_ms = now_ms;
	watch_expiry(h, config, now_utc_s);
	remind(h, store, lists, now_utc_s);
	if (store_note(store, drop_files, &now_utc_s, &err) != GW_OK) {
		gw_log_err(GW_LOG_WARN, "housekeeping_failed", &err);
	}
}
