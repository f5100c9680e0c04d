#include "gateway/cli/case_command.h"

#include "store/registry_port.h"

#define NO_CERTIFICATE "0000000000000000000000000000000000000000000000000000000000000000"

enum { ARENA_MAX_BYTES = 1048576 };

/* One decision under way. */
struct decision {
	const struct desk *desk;
	const json_t *command;
	struct gw_arena arena;
	struct vash_record administrator;
	struct vash_identity identity;
	struct desk_answer answer;
	struct gw_buf wrong; /* why it does not go on */
};

static enum gw_code nobody_decides(struct decision *d, enum vash_say why, struct gw_err *err) {
	enum gw_code rc = vash_say_line(why, NULL, 0, &d->wrong);
	d->answer.warned = why;
	return rc == GW_OK ? gw_fail(err, GW_E_CONFLICT, "nobody decides for the group")
			   : gw_fail(err, rc, "out of memory");
}

/* The first of them whose login would count (2.12, blocks). */
static enum gw_code choose_administrator(struct decision *d, const struct vash_records *of, struct gw_err *err) {
	for (size_t i = 0; i < of->count; i++) {
		const struct vash_login_data login = {.record = of->row[i]};
		if (vash_login_counts(&login)) {
			d->administrator = of->row[i];
			return GW_OK;
		}
	}
	return nobody_decides(d, of->count ? VASH_SAY_administrator_over : VASH_SAY_administrator_none, err);
}

/* An authorised person is the independent user's to decide (vs212), an administrator is entered (vs231). */
static bool is_application(const struct vash_record *r) {
	return r->m.member_kind == VASH_INDEPENDENT &&
	       (r->m.scheme == VASH_SCHEME_EXTERNAL || r->m.scheme == VASH_SCHEME_SERVICES);
}

/* The administrator in whose place the operator acts. */
static enum gw_code find_administrator(struct decision *d, int64_t record, struct gw_err *err) {
	GW_AUTO(registry_port) struct sqlite3 *db = NULL;
	struct vash_registry port;
	struct vash_records found = {0}, administrators = {0};
	enum gw_code rc = registry_port_open(store_path(d->desk->store), &db, err);
	if (rc != GW_OK) {
		return rc;
	}
	registry_port_init(&port, db);
	const struct vash_query by_record = {VASH_BY_RECORD, record, VASH_PENDING};
	rc = port.records(port.ctx, &by_record, &d->arena, &found, err);
	if (rc == GW_OK && (found.count == 0 || !is_application(&found.row[0]))) {
		return gw_fail(err, GW_E_NOTFOUND, "no application waits under record %lld", (long long)record);
	}
	const struct vash_query by_group = {VASH_BY_ADMINISTERED, rc == GW_OK ? found.row[0].m.user_group : 0,
					    VASH_ACTIVE};
	rc = rc == GW_OK ? port.records(port.ctx, &by_group, &d->arena, &administrators, err) : rc;
	rc = rc == GW_OK ? choose_administrator(d, &administrators, err) : rc;
	if (rc == GW_OK) {
		d->identity = (struct vash_identity){.mechanism = "CLI",
						     .idp_im = "",
						     .cert = NO_CERTIFICATE,
						     .issuer = "",
						     .davcna = "",
						     .dso = d->administrator.subject.davcna};
	}
	return rc;
}

/* One request to the desk, unless the one before has ended it: then its page says why. The case and its version go on
 * in d->answer. */
static enum gw_code step(struct decision *d, const char *procedure, const struct vash_input *input,
			 struct gw_err *err) {
	const struct desk_request rq = {.identity = &d->identity,
					.login_record = d->administrator.m.id,
					.procedure = procedure,
					.case_id = d->answer.case_id,
					.version = d->answer.version,
					.input = input,
					.unseen = true,
					.wrong = &d->wrong,
					.operator_name = gw_json_text(d->command, "who", "unknown")};
	if (d->answer.end != VASH_TURN_OPEN) {
		return GW_OK;
	}
	gw_buf_clear(&d->answer.page);
	gw_buf_clear(&d->wrong);
	return desk_serve(d->desk, &rq, &d->answer, err);
}

static enum gw_code run_steps(struct decision *d, int64_t record, struct gw_err *err) {
	bool approve = strcmp(gw_json_text(d->command, "decision", ""), "approve") == 0;
	struct vash_input choose = {.button = "next", .file_name = ""},
			  execute = {.button = "execute", .file_name = ""};
	struct gw_arena *a = &d->arena;
	bool fits =
		vash_pair_set(&choose.values, "what", "approve") &&
		vash_pair_set(&choose.values, "record", gw_arena_printf(a, "%lld", (long long)d->administrator.m.id)) &&
		vash_pair_set(&execute.values, gw_arena_printf(a, "mark.%lld", (long long)record),
			      approve ? "confirm" : "refuse") &&
		vash_pair_set(&execute.values, gw_arena_printf(a, "reason.%lld", (long long)record),
			      gw_json_text(d->command, "reason", ""));
	enum gw_code rc = fits ? step(d, "vs211", NULL, err) : gw_fail(err, GW_E_NOMEM, "out of memory");
	rc = rc == GW_OK ? step(d, NULL, &choose, err) : rc;
	return rc == GW_OK ? step(d, NULL, &execute, err) : rc;
}

/* What the rules say, as people read it; of any other failure its own words. */
static json_t *refusal(struct decision *d, const struct gw_err *err) {
	const char *said = gw_buf_cstr(&d->wrong);
	if (!said) {
		return NULL;
	}
	struct gw_span lines = {said, strlen(said)};
	lines.n -= lines.n > 0; /* the last line feed */
	lines = lines.n > 0 ? lines : gw_span_of(err->msg);
	return json_pack("{s:b, s:s, s:s%, s:s}", "ok", 0, "class", gw_code_name(err->code), "error", lines.p, lines.n,
			 "code", vash_say_row(d->answer.warned)->code);
}

static json_t *outcome(struct decision *d, enum gw_code rc, struct gw_err *err) {
	if (rc == GW_OK && d->answer.end == VASH_TURN_FINISHED) {
		return json_pack("{s:b}", "ok", 1);
	}
	if (rc == GW_OK) {
		GW_UNUSED(gw_fail(err, GW_E_CONFLICT, "not decided"));
	}
	return refusal(d, err);
}

json_t *case_command(const struct desk *desk, const json_t *command) {
	struct gw_err err = {0};
	struct decision *d = calloc(1, sizeof(*d));
	if (!d) {
		return NULL;
	}
	int64_t record = gw_json_int(command, "record", 0);
	d->desk = desk;
	d->command = command;
	gw_arena_init(&d->arena, ARENA_MAX_BYTES);
	gw_buf_init(&d->answer.page, VASH_PAGE_MAX_BYTES);
	gw_buf_init(&d->wrong, VASH_PAGE_MAX_BYTES);
	enum gw_code rc = find_administrator(d, record, &err);
	rc = rc == GW_OK ? run_steps(d, record, &err) : rc;
	json_t *answer = outcome(d, rc, &err);
	gw_buf_release(&d->answer.page);
	gw_buf_release(&d->wrong);
	gw_arena_release(&d->arena);
	free(d);
	return answer;
}
