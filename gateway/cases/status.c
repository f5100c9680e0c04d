#include "gateway/cases/status.h"

#include "base/clock.h"
#include "store/registry.h"
#include "store/registry_apply.h"
#include "store/registry_port.h"
#include "vash/operator.h"

enum { ARENA_MAX_BYTES = 67108864 };

struct job {
	const struct vash_codelists *lists;
	const struct store_context *who;
	const struct status_request *record; /* NULL: of a subject */
	int64_t eceu_id;
	enum status_subject to;
	struct gw_arena arena;
};

static enum gw_code of_record(const struct job *j, struct vash_turn *t) {
	const struct vash_registry *port = t->world->registry;
	const struct vash_query query = {VASH_BY_RECORD, j->record->record, VASH_STATUS_NONE};
	struct vash_records found = {0};
	enum gw_code rc = port->records(port->ctx, &query, t->arena, &found, t->err);
	if (rc == GW_OK && found.count == 0) {
		return gw_fail(t->err, GW_E_NOTFOUND, "no such record");
	}
	return rc == GW_OK
		       ? vash_operator_status(t, &found.row[0], (enum vash_status)j->record->status, j->record->reason)
		       : rc;
}

static enum gw_code of_subject(const struct job *j, struct sqlite3 *db, struct vash_turn *t) {
	bool leaves = j->to == STATUS_BLOCK || j->to == STATUS_PRS_DELETED;
	enum gw_code rc = leaves ? vash_operator_leaves(t, j->eceu_id) : GW_OK;
	if (rc != GW_OK) {
		return rc;
	}
	if (j->to == STATUS_BLOCK || j->to == STATUS_UNBLOCK) {
		return registry_block_subject(db, j->eceu_id, j->to == STATUS_BLOCK, t->err);
	}
	int status = j->to == STATUS_PRS_DELETED ? VASH_PRS_DELETED : VASH_PRS_ACTIVE;
	return registry_set_prs_status(db, j->eceu_id, status, t->err);
}

static enum gw_code run(struct sqlite3 *db, void *arg, struct gw_err *err) {
	struct job *j = arg;
	struct vash_registry port;
	registry_port_init(&port, db);
	const struct vash_world world = {.lists = j->lists, .registry = &port, .now_utc_s = gw_now_utc_s()};
	struct vash_turn turn = {.world = &world, .arena = &j->arena, .err = err};
	enum gw_code rc = j->record ? of_record(j, &turn) : of_subject(j, db, &turn);
	struct registry_apply about = {.who = j->who->who, .actor = j->who->who, .now_utc_s = world.now_utc_s};
	return rc == GW_OK ? registry_apply(db, &turn.change, &about, err) : rc;
}

static enum gw_code change(struct store *s, struct job *job, struct gw_err *err) {
	gw_arena_init(&job->arena, ARENA_MAX_BYTES);
	enum gw_code rc = store_change(s, job->who, run, job, err);
	gw_arena_release(&job->arena);
	return rc;
}

enum gw_code status_change(struct store *s, const struct vash_codelists *lists, const struct store_context *who,
			   const struct status_request *rq, struct gw_err *err) {
	struct job job = {.lists = lists, .who = who, .record = rq};
	return change(s, &job, err);
}

enum gw_code status_change_subject(struct store *s, const struct vash_codelists *lists, const struct store_context *who,
				   int64_t eceu_id, enum status_subject to, struct gw_err *err) {
	struct job job = {.lists = lists, .who = who, .eceu_id = eceu_id, .to = to};
	return change(s, &job, err);
}
