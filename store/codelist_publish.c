/* What differs is found on a reader, before the writer is asked: lists that have not changed cost no job. */
#include <stdlib.h>

#include "base/clock.h"
#include "store/codelist.h"
#include "store/db.h"

/* ---- what differs ---- */

struct change {
	struct codelist_row row; /* value NULL: removed */
	char *list, *code;	 /* owned: of a removed row */
};

/* Both sides stand in the order of list and code, and are walked together. */
struct plan {
	const struct codelist_row **wanted; /* sorted; borrowed rows */
	size_t wanted_count, at;
	struct change *change;
	size_t count, room;
	int64_t version; /* that is to be made */
	bool unfinished; /* an earlier publication was broken off */
};

static void plan_release(struct plan *p) {
	for (size_t i = 0; i < p->count; i++) {
		free(p->change[i].list);
		free(p->change[i].code);
	}
	free(p->change);
	free(p->wanted);
}

static int compare(const struct codelist_row *a, const struct codelist_row *b) {
	int lists = strcmp(a->list, b->list);
	return lists ? lists : strcmp(a->code, b->code);
}

static int by_key(const void *a, const void *b) {
	return compare(*(const struct codelist_row *const *)a, *(const struct codelist_row *const *)b);
}

static enum gw_code sort_wanted(const struct codelist_publication *p, struct plan *plan, struct gw_err *err) {
	plan->wanted = calloc(p->count + 1, sizeof(struct codelist_row *));
	if (!plan->wanted) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	for (size_t i = 0; i < p->count; i++) {
		plan->wanted[i] = &p->row[i];
	}
	plan->wanted_count = p->count;
	qsort(plan->wanted, p->count, sizeof(struct codelist_row *), by_key);
	for (size_t i = 1; i < p->count; i++) {
		if (compare(plan->wanted[i - 1], plan->wanted[i]) == 0) {
			return gw_fail(err, GW_E_INPUT, "code list '%s': the code '%s' stands there twice",
				       plan->wanted[i]->list, plan->wanted[i]->code);
		}
	}
	return GW_OK;
}

static enum gw_code add_change(struct plan *p, struct change change, struct gw_err *err) {
	if (p->count == p->room) {
		size_t room = p->room ? 2 * p->room : CODELIST_BATCH;
		struct change *more = reallocarray(p->change, room, sizeof(*more));
		if (!more) {
			return gw_fail(err, GW_E_NOMEM, "out of memory");
		}
		p->change = more;
		p->room = room;
	}
	p->change[p->count++] = change;
	return GW_OK;
}

static enum gw_code add_removed(struct plan *p, const struct codelist_row *row, struct gw_err *err) {
	char *list = strdup(row->list), *code = strdup(row->code);
	struct change removed = {.row = {.list = list, .code = code}, .list = list, .code = code};
	enum gw_code rc = list && code ? add_change(p, removed, err) : gw_fail(err, GW_E_NOMEM, "out of memory");
	if (rc != GW_OK) {
		free(list);
		free(code);
	}
	return rc;
}

/* The wanted rows that come before `stored` are new (NULL: all that are left). */
static enum gw_code add_new(struct plan *p, const struct codelist_row *stored, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && p->at < p->wanted_count && (!stored || compare(p->wanted[p->at], stored) < 0)) {
		rc = add_change(p, (struct change){.row = *p->wanted[p->at++]}, err);
	}
	return rc;
}

static enum gw_code meet_stored(void *ctx, const struct codelist_row *stored, struct gw_err *err) {
	struct plan *p = ctx;
	enum gw_code rc = add_new(p, stored, err);
	if (rc != GW_OK) {
		return rc;
	}
	const struct codelist_row *wanted = p->at < p->wanted_count ? p->wanted[p->at] : NULL;
	if (!wanted || compare(wanted, stored) != 0) {
		return add_removed(p, stored, err);
	}
	p->at++;
	return strcmp(wanted->value, stored->value) == 0 ? GW_OK : add_change(p, (struct change){.row = *wanted}, err);
}

static enum gw_code find_changes(struct store *s, const struct codelist_publication *p, struct plan *plan,
				 struct gw_err *err) {
	GW_AUTO(codelist_reader) struct codelist_reader *r = NULL;
	int64_t published = 0, stored = 0;
	enum gw_code rc = sort_wanted(p, plan, err);
	rc = rc == GW_OK ? codelist_reader_open(store_path(s), &r, err) : rc;
	rc = rc == GW_OK ? codelist_version_at(r, CODELIST_NOW, &published, err) : rc;
	rc = rc == GW_OK ? codelist_last_stored(r, &stored, err) : rc;
	plan->version = published + 1;
	plan->unfinished = stored > published;
	rc = rc == GW_OK ? codelist_each_row(r, INT64_MAX, NULL, meet_stored, plan, err) : rc;
	return rc == GW_OK ? add_new(plan, NULL, err) : rc;
}

/* ---- jobs ---- */

struct batch {
	const struct change *change;
	size_t count;
	int64_t version;
	const char *publish_as; /* who; NULL: more is to come */
};

/* A row of a publication that was broken off may stand there already, with another value. */
static enum gw_code put_rows(sqlite3 *db, const struct batch *b, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO codelist (list, code, version, value) VALUES (?, ?, ?, ?)"
				     " ON CONFLICT (list, code, version) DO UPDATE SET value = excluded.value",
				     &s, err);
	for (size_t i = 0; rc == GW_OK && i < b->count; i++) {
		const struct codelist_row *row = &b->change[i].row;
		db_bind_span(s, 1, gw_span_of(row->list));
		db_bind_span(s, 2, gw_span_of(row->code));
		sqlite3_bind_int64(s, 3, b->version);
		db_bind_text(s, 4, row->value);
		rc = db_run(s, err);
	}
	return rc;
}

/* When the clock has stepped back, the last time is repeated. */
static enum gw_code put_version(sqlite3 *db, const struct batch *b, struct gw_err *err) {
	GW_AUTO(stmt) sqlite3_stmt *s = NULL;
	enum gw_code rc = db_prepare(db,
				     "INSERT INTO codelist_version (version, at_utc_ms, who) VALUES"
				     " (?1, max(?2, coalesce((SELECT max(at_utc_ms) FROM codelist_version), 0)), ?3)",
				     &s, err);
	if (rc != GW_OK) {
		return rc;
	}
	sqlite3_bind_int64(s, 1, b->version);
	sqlite3_bind_int64(s, 2, gw_now_utc_ms());
	db_bind_text(s, 3, b->publish_as);
	return db_run(s, err);
}

static enum gw_code batch_body(sqlite3 *db, void *arg, struct gw_err *err) {
	const struct batch *b = arg;
	enum gw_code rc = put_rows(db, b, err);
	return rc == GW_OK && b->publish_as ? put_version(db, b, err) : rc;
}

static enum gw_code run_batch(struct store *s, const struct codelist_publication *p, struct batch *b,
			      struct gw_err *err) {
	const struct store_context context = {.procedure = "codelists",
					      .who = p->who,
					      .object = "codelist",
					      .action = b->publish_as ? "publish" : "prepare",
					      .with = b->publish_as ? p->with : NULL};
	return store_change(s, &context, batch_body, b, err);
}

static enum gw_code write_changes(struct store *s, const struct codelist_publication *p, const struct plan *plan,
				  struct gw_err *err) {
	enum gw_code rc = GW_OK;
	size_t at = 0;
	do {
		size_t left = plan->count - at;
		bool last = left <= CODELIST_BATCH;
		struct batch b = {.change = left ? &plan->change[at] : NULL,
				  .count = last ? left : CODELIST_BATCH,
				  .version = plan->version,
				  .publish_as = last ? p->who : NULL};
		rc = run_batch(s, p, &b, err);
		at += b.count;
	} while (rc == GW_OK && at < plan->count);
	return rc;
}

enum gw_code codelist_publish(struct store *s, const struct codelist_publication *p, int64_t *version,
			      struct gw_err *err) {
	struct plan plan = {0};
	*version = 0;
	if (!store_writable(s)) {
		return gw_fail(err, GW_E_RETRY, "the audit trail cannot be written");
	}
	enum gw_code rc = find_changes(s, p, &plan, err);
	bool changed = plan.count > 0 || plan.unfinished;
	if (rc == GW_OK && changed) {
		rc = write_changes(s, p, &plan, err);
		*version = rc == GW_OK ? plan.version : 0;
	} else if (rc == GW_OK && p->with) {
		rc = store_submit_wait(s, p->with, err);
	}
	plan_release(&plan);
	return rc;
}
