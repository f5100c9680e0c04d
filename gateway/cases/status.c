#include "gateway/cases/status.h"

#include "base/clock.h"
#include "store/registry_apply.h"
#include "store/registry_port.h"
#include "vash/operator.h"

enum { ARENA_MAX_BYTES = 67108864 };

struct job {
	const struct vash_codelists *lists;
	const struct store_context *who;
	const struct status_request *rq;
	struct gw_arena arena;
};

static enum gw_code run(struct sqlite3 *db, void *arg, struct gw_err *err) {
	struct job *j = arg;
	struct vash_registry port;
	struct vash_records found = {0};
	const struct vash_query query = {VASH_BY_RECORD, j->rq->record, VASH_STATUS_NONE};
	registry_port_init(&port, db);
	enum gw_code rc = port.records(port.ctx, &query, &j->arena, &found, err);
	if (rc == GW_OK && found.count == 0) {
		return gw_fail(err, GW_E_NOTFOUND, "no such record");
	}
	const struct vash_world world = {.lists = j->lists, .registry = &port, .now_utc_s = gw_now_utc_s()};
	struct vash_turn turn = {.world = &world, .arena = &j->arena, .err = err};
	rc = rc == GW_OK ? vash_operator_status(&turn, &found.row[0], (enum vash_status)j->rq->status, j->rq->reason)
			 : rc;
	struct registry_apply about = {.who = j->who->who, .actor = j->who->who, .now_utc_s = world.now_utc_s};
	return rc == GW_OK ? registry_apply(db, &turn.change, &about, err) : rc;
}

enum gw_code status_change(struct store *s, const struct vash_codelists *lists, const struct store_context *who,
			   const struct status_request *rq, struct gw_err *err) {
	struct job job = {.lists = lists, .who = who, .rq = rq};
	gw_arena_init(&job.arena, ARENA_MAX_BYTES);
	enum gw_code rc = store_change(s, who, run, &job, err);
	gw_arena_release(&job.arena);
	return rc;
}
