#include "gateway/cases/desk.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/cases/memo.h"
#include "gateway/cases/outside.h"
#include "gateway/engine/metrics.h"
#include "store/cases.h"
#include "store/dossier.h"
#include "store/registry_apply.h"
#include "store/registry_port.h"
#include "vash/vs003.h"
#include "vash/vs101.h"

enum { ARENA_MAX_BYTES = 67108864, RUNS_AGAIN = 3, SEAL_TRIES = 20 };

/* One run of a turn over one connection. */
struct run {
	const struct desk *desk;
	const struct desk_request *rq;
	struct gw_arena *arena;
	struct vash_registry store_port, registry;
	struct vash_outside outside;
	struct vash_world world;
	struct vash_login_data login;
	struct stored_case sc;
	const char *before; /* the step that the request meets */
	struct vash_turn turn;
};

/* ---- the registry's port, with what only a reading of the certificate can say ---- */

static enum gw_code records(void *ctx, const struct vash_query *query, struct gw_arena *arena, struct vash_records *out,
			    struct gw_err *err) {
	const struct vash_registry *store = ctx;
	enum gw_code rc = store->records(store->ctx, query, arena, out, err);
	struct vash_record *rows = (struct vash_record *)(uintptr_t)out->row; /* made for us in the arena */
	bool many = query->by == VASH_BY_GROUP;				      /* thousands, of which a page is shown */
	for (size_t i = 0; rc == GW_OK && !many && i < out->count; i++) {
		if (rows[i].has_service) {
			rc = outside_tax_number(rows[i].service.pem, arena, &rows[i].service.tax_number, err);
		}
	}
	return rc;
}

static enum gw_code subject(void *ctx, int64_t eceu_id, struct gw_arena *arena, struct vash_subject *out,
			    struct gw_err *err) {
	const struct vash_registry *store = ctx;
	return store->subject(store->ctx, eceu_id, arena, out, err);
}

static enum gw_code subjects(void *ctx, enum vash_subjects_by by, const char *number, struct gw_arena *arena,
			     const struct vash_subject **out, size_t *count, struct gw_err *err) {
	const struct vash_registry *store = ctx;
	return store->subjects(store->ctx, by, number, arena, out, count, err);
}

static enum gw_code certificate_owner(void *ctx, const char *digest, const char *issuer, const char *serial,
				      int64_t except_eceu_id, int64_t *owner, struct gw_err *err) {
	const struct vash_registry *store = ctx;
	return store->certificate_owner(store->ctx, digest, issuer, serial, except_eceu_id, owner, err);
}

static enum gw_code certificate_blocked(void *ctx, const char *digest, bool *blocked, struct gw_err *err) {
	const struct vash_registry *store = ctx;
	return store->certificate_blocked(store->ctx, digest, blocked, err);
}

static enum gw_code calls(void *ctx, int64_t eceu_id, uint64_t before, struct gw_arena *arena, struct vash_calls *out,
			  struct gw_err *err) {
	const struct vash_registry *store = ctx;
	return store->calls(store->ctx, eceu_id, before, arena, out, err);
}

/* ---- a run ---- */

static enum vash_login kind_of(const struct vash_record *r) {
	switch (r->m.scheme) {
	case VASH_SCHEME_SERVICES:
		return VASH_LOGIN_ZK_S;
	case VASH_SCHEME_INTERNAL:
		return VASH_LOGIN_NK;
	case VASH_SCHEME_ADMINISTRATOR:
		return r->m.user_group == VASH_GROUP_CHIEF ? VASH_LOGIN_GA : VASH_LOGIN_ZA;
	case VASH_SCHEME_EXTERNAL:
	default:
		return VASH_LOGIN_ZK;
	}
}

/* Whoever names a record must be let in to it by vs101 now: over SOAP nobody has asked him before. */
static bool may_log_in(const struct run *r, const struct vash_record *as) {
	const struct vash_identity *who = &r->login.identity;
	return vs101_is_subject(who, &as->subject) &&
	       (r->rq->operator_name || vs101_logs_in(r->desk->lists, who->mechanism, as->m.scheme));
}

static enum gw_code read_login(struct run *r, struct gw_err *err) {
	struct vash_records found = {0};
	const struct vash_query query = {VASH_BY_RECORD, r->rq->login_record, VASH_STATUS_NONE};
	r->login.identity = *r->rq->identity;
	if (!r->login.identity.dso[0] && r->login.identity.confirmed) {
		r->login.identity.dso = r->login.identity.confirmed;
	}
	enum gw_code rc = r->registry.certificate_blocked(r->registry.ctx, r->login.identity.cert,
							  &r->login.certificate_blocked, err);
	if (rc != GW_OK || !r->rq->login_record) {
		return rc;
	}
	rc = r->registry.records(r->registry.ctx, &query, r->arena, &found, err);
	if (rc == GW_OK && found.count == 1 && may_log_in(r, &found.row[0])) {
		r->login.record = found.row[0];
		r->login.kind = kind_of(&found.row[0]);
	}
	return rc;
}

/* Whose case is it, and can it go on? */
static enum gw_code check_case(const struct run *r, int64_t now_utc_s, struct gw_err *err) {
	const struct stored_case *sc = &r->sc;
	const struct desk_request *rq = r->rq;
	if (sc->login_record != rq->login_record || strcmp(sc->cert, rq->identity->cert) != 0) {
		return gw_fail(err, GW_E_NOTFOUND, "there is no case %lld", (long long)rq->case_id);
	}
	if (!rq->input) {
		return GW_OK;
	}
	if (sc->state != CASE_OPEN) {
		return gw_fail(err, GW_E_CONFLICT, "case %lld is closed", (long long)rq->case_id);
	}
	if (sc->expires_utc_s <= now_utc_s) {
		return gw_fail(err, GW_E_CONFLICT, "case %lld has expired", (long long)rq->case_id);
	}
	return sc->c.version == rq->version
		       ? GW_OK
		       : gw_fail(err, GW_E_CONFLICT, "case %lld has another version", (long long)rq->case_id);
}

static enum gw_code read_case(struct run *r, struct sqlite3 *db, struct gw_err *err) {
	if (!r->rq->procedure) {
		enum gw_code rc = cases_load(db, r->rq->case_id, r->arena, &r->sc, err);
		return rc == GW_OK ? check_case(r, r->world.now_utc_s, err) : rc;
	}
	r->sc = (struct stored_case){.c = {.procedure = r->rq->procedure, .step = ""},
				     .login_record = r->login.record.m.id, /* 0: what he named is not his */
				     .cert = r->rq->identity->cert,
				     .expires_utc_s = r->world.now_utc_s + r->desk->case_ttl_s};
	return GW_OK;
}

/* Everything that a turn needs, over this connection; the outside world as given. */
static enum gw_code prepare(struct run *r, struct sqlite3 *db, const struct vash_outside *outside,
			    struct vash_page *page, struct gw_err *err) {
	registry_port_init(&r->store_port, db);
	r->registry = (struct vash_registry){.ctx = &r->store_port,
					     .records = records,
					     .subject = subject,
					     .subjects = subjects,
					     .certificate_owner = certificate_owner,
					     .certificate_blocked = certificate_blocked,
					     .calls = calls};
	r->outside = *outside;
	r->world = (struct vash_world){r->desk->lists, &r->registry, &r->outside, gw_now_utc_s(), r->desk->touch_url};
	enum gw_code rc = read_login(r, err);
	rc = rc == GW_OK ? read_case(r, db, err) : rc;
	if (rc == GW_OK && strcmp(r->sc.c.procedure, "vs101") == 0) {
		r->login.identity.dso = r->rq->identity->dso; /* vs101-01a asks at each login */
	}
	r->before = r->sc.c.step;
	r->turn = (struct vash_turn){.world = &r->world,
				     .login = &r->login,
				     .input = r->rq->input,
				     .whole = r->rq->whole,
				     .the_case = &r->sc.c,
				     .arena = r->arena,
				     .page = page,
				     .err = err};
	return rc;
}

/* ---- the second run: in the transaction ---- */

/* A login that has ended meanwhile breaks its case off; vs206 and vs302 end it themselves. */
static enum case_state state_after(const struct vash_turn *t) {
	switch (t->end) {
	case VASH_TURN_FINISHED:
	case VASH_TURN_LOGGED_IN:
		return CASE_FINISHED;
	case VASH_TURN_LOGGED_OUT:
		return t->login_over ? CASE_STOPPED : CASE_FINISHED;
	case VASH_TURN_STOPPED:
		return CASE_STOPPED;
	case VASH_TURN_OPEN:
	default:
		return CASE_OPEN;
	}
}

static enum gw_code write(struct run *r, struct sqlite3 *db, struct gw_err *err) {
	struct vash_turn *t = &r->turn;
	char who[24];
	snprintf(who, sizeof(who), "%lld", (long long)r->login.record.subject.id);
	struct registry_apply about = {.who = who,
				       .actor = r->rq->operator_name ? r->rq->operator_name : who,
				       .case_id = r->sc.c.id,
				       .report = vash_pair_get(&r->sc.c.values, "application.report"),
				       .sha256 = vash_pair_get(&r->sc.c.values, "application.sha256"),
				       .now_utc_s = r->world.now_utc_s};
	enum gw_code rc = registry_apply(db, &t->change, &about, err);
	r->sc.membership_id = about.membership_id;
	r->sc.state = state_after(t);
	rc = rc == GW_OK ? cases_keep(db, &r->sc, r->world.now_utc_s, err) : rc;
	return rc == GW_OK && t->keep_file && t->input ? cases_keep_file(db, r->sc.c.id, t->input->file, err) : rc;
}

struct job {
	struct run *run;
	const struct vash_outside *memo;
	struct vash_page *page;
};

static enum gw_code write_body(struct sqlite3 *db, void *arg, struct gw_err *err) {
	struct job *j = arg;
	enum gw_code rc = prepare(j->run, db, j->memo, j->page, err);
	rc = rc == GW_OK ? vash_turn_take(&j->run->turn) : rc;
	return rc == GW_OK ? write(j->run, db, err) : rc;
}

/* Whose deed it is, as the first run found it: a login is the deed of the record that it chooses. */
static const struct vash_record *actor_of(const struct run *r) {
	const struct vash_turn *t = &r->turn;
	const struct vash_record *acts = t->acts_by ? t->acts_by : &r->login.record;
	return t->logged_in ? t->logged_in : acts;
}

static enum gw_code change(struct run *r, const struct vash_outside *memo, struct vash_page *page, struct gw_err *err) {
	struct job job = {r, memo, page};
	const struct vash_login_data *l = &r->login;
	const struct vash_record *actor = actor_of(r);
	const char *who = gw_arena_printf(r->arena, "%lld", (long long)actor->subject.id);
	const char *principal = gw_arena_printf(r->arena, "%lld", (long long)actor->principal.id);
	const char *operates = r->rq->operator_name;
	const struct store_context context = {.procedure = gw_arena_text(r->arena, r->sc.c.procedure),
					      .who = operates ? operates : who,
					      .on_behalf = operates		 ? who
							   : actor->principal.id ? principal
										 : "",
					      .idp_im = l->identity.idp_im,
					      .idp_string = l->identity.mechanism,
					      .cert = l->identity.cert,
					      .actor_davcna = l->identity.davcna,
					      .object = "case",
					      .action = r->rq->procedure ? "begin" : r->before};
	return store_change(r->desk->store, &context, write_body, &job, err);
}

/* ---- the page ---- */

/* A case that is only looked at ends no more: it says how it has ended. */
static enum vash_turn_end end_of(const struct run *r) {
	if (r->turn.end != VASH_TURN_OPEN || r->sc.state == CASE_OPEN) {
		return r->turn.end;
	}
	return r->sc.state == CASE_FINISHED ? VASH_TURN_FINISHED : VASH_TURN_STOPPED;
}

/* The login that the page is shown under: after vs101 and vs301 the new one, after vs206 and vs302 none. */
static void show_login(struct run *r, enum vash_turn_end end) {
	if (r->turn.logged_in) {
		r->login.record = *r->turn.logged_in;
	}
	if (end != VASH_TURN_LOGGED_OUT && vash_login_counts(&r->login)) {
		vs003_login(&r->turn);
	}
}

/* What stands beside fields, then the warnings of the page. */
static enum gw_code say_wrong(const struct run *r, struct gw_buf *out) {
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < r->turn.errors.count; i++) {
		rc = vash_say_line(r->turn.errors.of[i].say, NULL, 0, out);
	}
	const struct gw_span warnings = gw_buf_span(&r->turn.page->warnings);
	return rc == GW_OK ? gw_buf_add(out, warnings.p, warnings.n) : rc;
}

static enum gw_code finish(struct run *r, struct desk_answer *out, struct gw_err *err) {
	struct vash_page_about about = vash_turn_about(&r->turn);
	out->end = end_of(r);
	about.finished = out->end != VASH_TURN_OPEN;
	out->case_id = r->sc.c.id;
	out->version = r->sc.c.version;
	out->login_record = r->turn.logged_in ? r->turn.logged_in->m.id : 0;
	GW_UNUSED(gw_copy_text(out->login_dso, sizeof(out->login_dso), r->turn.login_dso ? r->turn.login_dso : ""));
	out->warned = r->turn.errors.count ? r->turn.errors.of[0].say : r->turn.page->warned;
	show_login(r, out->end);
	if (r->rq->wrong && say_wrong(r, r->rq->wrong) != GW_OK) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	return vash_page_finish(r->turn.page, &about, &out->page, err);
}

static enum gw_code show(struct run *r, struct desk_answer *out, struct gw_err *err) {
	enum gw_code rc = r->rq->unseen ? GW_OK : vash_turn_show(&r->turn);
	return rc == GW_OK ? finish(r, out, err) : rc;
}

/* After the writing: the registry as it is now, through a reader; the texts and errors of the input stay only where the
 * step has stayed. */
static enum gw_code show_after(struct run *r, struct sqlite3 *db, const struct vash_outside *memo,
			       struct desk_answer *out, struct gw_err *err) {
	registry_port_init(&r->store_port, db);
	r->outside = *memo;
	if (strcmp(r->before, r->sc.c.step) != 0) {
		r->turn.input = NULL;
	}
	return show(r, out, err);
}

/* The first run asks the outside world; what it thinks is thrown away. */
static enum gw_code look_first(struct run *r, struct sqlite3 *db, const struct vash_outside *memo, struct gw_err *err) {
	GW_AUTO(vash_page) struct vash_page page;
	vash_page_init(&page);
	enum gw_code rc = prepare(r, db, memo, &page, err);
	return rc == GW_OK ? vash_turn_take(&r->turn) : rc;
}

/* It is written and nobody has been told: the operator is. */
static void say_untold(const struct run *r) {
	char group[24], number[24];
	snprintf(group, sizeof(group), "%d", r->turn.untold_group);
	snprintf(number, sizeof(number), "%lld", (long long)r->sc.c.id);
	metric_add(METRIC_applications_untold_total, 1);
	gw_log(GW_LOG_WARN, "application_untold", "group", group, "case", number, NULL);
}

/* Both runs, the second one in the transaction. */
static enum gw_code run_twice(struct run *r, struct sqlite3 *db, const struct vash_outside *asking, struct memo *memo,
			      struct vash_page *page, struct gw_err *err) {
	memo->missed = false;
	enum gw_code rc = look_first(r, db, asking, err);
	memo->recording = false;
	rc = rc == GW_OK ? change(r, asking, page, err) : rc;
	memo->recording = true;
	if (rc == GW_OK && r->turn.untold_group) {
		say_untold(r);
	}
	return rc;
}

static enum gw_code serve(struct run *r, struct sqlite3 *db, struct memo *memo, struct vash_page *page,
			  struct desk_answer *out, struct gw_err *err) {
	struct vash_outside asking;
	memo_port(memo, &asking);
	if (!r->rq->procedure && !r->rq->input) {
		enum gw_code rc = prepare(r, db, &asking, page, err);
		return rc == GW_OK ? show(r, out, err) : rc;
	}
	enum gw_code rc = run_twice(r, db, &asking, memo, page, err);
	for (int again = 0; rc != GW_OK && memo->missed && again < RUNS_AGAIN; again++) { /* nothing was written */
		vash_page_release(page);
		vash_page_init(page);
		rc = run_twice(r, db, &asking, memo, page, err);
	}
	return rc == GW_OK ? show_after(r, db, &asking, out, err) : rc;
}

/* ---- the doors ---- */

/* What every request needs before it is served. */
struct visit {
	struct gw_arena arena;
	struct vash_page page;
	struct sqlite3 *db;
	struct outside world;
	struct vash_outside live;
	struct memo memo;
	struct run *run;
};

static void leave(struct visit *v) {
	registry_port_close(v->db);
	vash_page_release(&v->page);
	gw_arena_release(&v->arena);
}

static enum gw_code enter(const struct desk *d, const struct desk_request *rq, struct visit *v, struct gw_err *err) {
	memset(v, 0, sizeof(*v));
	gw_arena_init(&v->arena, ARENA_MAX_BYTES);
	vash_page_init(&v->page);
	v->world = (struct outside){
		.trust = d->call_trust, .now_utc_s = gw_now_utc_s(), .registers = d->registers, .fetch = d->fetch};
	outside_port(&v->world, &v->live);
	v->run = gw_arena_alloc(&v->arena, sizeof(*v->run));
	enum gw_code rc =
		v->run ? memo_init(&v->memo, &v->live, &v->arena, err) : gw_fail(err, GW_E_NOMEM, "out of memory");
	rc = rc == GW_OK ? registry_port_open(store_path(d->store), &v->db, err) : rc;
	if (rc == GW_OK) {
		*v->run = (struct run){.desk = d, .rq = rq, .arena = &v->arena};
	}
	return rc;
}

enum gw_code desk_serve(const struct desk *d, const struct desk_request *rq, struct desk_answer *out,
			struct gw_err *err) {
	struct visit v;
	enum gw_code rc = enter(d, rq, &v, err);
	rc = rc == GW_OK ? serve(v.run, v.db, &v.memo, &v.page, out, err) : rc;
	leave(&v);
	return rc;
}

/* A turn without a case: the login, and the registry to look at. */
static enum gw_code look(struct visit *v, struct vash_page *page, struct gw_err *err) {
	const struct desk_request *rq = v->run->rq;
	const struct desk_request about = {
		.identity = rq->identity, .login_record = rq->login_record, .procedure = "vs003"};
	v->run->rq = &about;
	enum gw_code rc = prepare(v->run, v->db, &v->live, page, err);
	v->run->rq = rq;
	return rc;
}

enum gw_code desk_menu(const struct desk *d, const struct desk_request *rq, struct desk_answer *out,
		       struct gw_err *err) {
	struct visit v;
	enum gw_code rc = enter(d, rq, &v, err);
	rc = rc == GW_OK ? look(&v, &v.page, err) : rc;
	rc = rc == GW_OK ? vs003_show(&v.run->turn) : rc;
	const struct vash_page_about about = {.procedure = "vs003", .step = "vs003", .title = turn_menu_text()};
	rc = rc == GW_OK ? vash_page_finish(&v.page, &about, &out->page, err) : rc;
	leave(&v);
	return rc;
}

enum gw_code desk_login(const struct desk *d, const struct desk_request *rq, struct vash_page *page,
			struct gw_err *err) {
	struct visit v;
	enum gw_code rc = enter(d, rq, &v, err);
	rc = rc == GW_OK ? look(&v, page, err) : rc;
	if (rc == GW_OK && vash_login_counts(&v.run->login)) {
		vs003_login(&v.run->turn);
	}
	leave(&v);
	return rc;
}

/* May the login read what belongs to this record? GW_E_NOTFOUND: no. */
static enum gw_code may_read(struct visit *v, int64_t record, struct gw_err *err) {
	struct vash_records found = {0};
	const struct vash_registry *registry = &v->run->registry;
	const struct vash_query query = {VASH_BY_RECORD, record, VASH_STATUS_NONE};
	bool may = false;
	enum gw_code rc = registry->records(registry->ctx, &query, &v->arena, &found, err);
	rc = rc == GW_OK && found.count == 1 ? vs003_may_read(&v->run->turn, &found.row[0], &may) : rc;
	return rc == GW_OK && !may ? gw_fail(err, GW_E_NOTFOUND, "there is no record %lld", (long long)record) : rc;
}

enum gw_code desk_application(const struct desk *d, const struct desk_request *rq, int64_t id, struct gw_buf *out,
			      struct gw_err *err) {
	struct visit v;
	int64_t record = 0;
	size_t before = out->len;
	enum gw_code rc = enter(d, rq, &v, err);
	rc = rc == GW_OK ? look(&v, &v.page, err) : rc;
	rc = rc == GW_OK ? cases_application(v.db, id, &record, out, err) : rc;
	rc = rc == GW_OK ? may_read(&v, record, err) : rc;
	out->len = rc == GW_OK ? out->len : before;
	leave(&v);
	return rc;
}

/* Sealed and read; again where the record has changed between the two. */
static enum gw_code read_sealed(const struct desk *d, int64_t record, struct gw_arena *arena, struct dossier *out,
				struct gw_err *err) {
	enum gw_code rc = GW_E_RETRY;
	for (int i = 0; rc == GW_E_RETRY && i < SEAL_TRIES; i++) {
		gw_arena_release(arena);
		gw_arena_init(arena, DOSSIER_MAX_BYTES);
		rc = store_seal(d->store, err);
		rc = rc == GW_OK ? dossier_read(store_path(d->store), record, store_log_key(d->store), arena, out, err)
				 : rc;
	}
	return rc;
}

enum gw_code desk_dossier(const struct desk *d, const struct desk_request *rq, int64_t record, struct gw_buf *out,
			  struct gw_err *err) {
	struct visit v;
	struct dossier file = {0};
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, 0);
	enum gw_code rc = enter(d, rq, &v, err);
	rc = rc == GW_OK ? look(&v, &v.page, err) : rc;
	rc = rc == GW_OK ? may_read(&v, record, err) : rc;
	rc = rc == GW_OK ? read_sealed(d, record, &arena, &file, err) : rc;
	rc = rc == GW_OK ? gw_zip_pack(file.member, file.count, file.sealed_utc_s, out, err) : rc;
	leave(&v);
	return rc;
}
