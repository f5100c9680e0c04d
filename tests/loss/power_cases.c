/* tests/loss/power_cases.c - procedures under power cuts: a case with its file; then case, record, certificate,
 * application and mail in one transaction; then decision, status and mail. Each is numbered, and its number stands in
 * everything that it writes. */
#include <unistd.h>

#include "base/clock.h"
#include "store/cases.h"
#include "store/db.h"
#include "store/registry_apply.h"
#include "tests/loss/power.h"

enum { TEXT = 64, ARENA_MAX_BYTES = 1048576, PAUSE_US = 700 };

struct procedure {
	unsigned id;
	struct gw_arena arena;
	char number[TEXT / 4], file[TEXT], mail[TEXT], digest[TEXT + 1];
	struct stored_case sc;
	int64_t record;
};

/* ---- what is written ---- */

static enum gw_code begin(struct sqlite3 *db, void *arg, struct gw_err *err) {
	struct procedure *p = arg;
	enum gw_code rc = cases_keep(db, &p->sc, gw_now_utc_s(), err);
	return rc == GW_OK ? cases_keep_file(db, p->sc.c.id, gw_span_of(p->file), err) : rc;
}

static void add_mail(struct vash_change *change, struct procedure *p, const char *what) {
	struct vash_write *w = vash_change_add(change, &p->arena, VASH_WRITE_MAIL);
	if (w) {
		snprintf(p->mail, sizeof(p->mail), "%s %s", what, p->number);
		w->to = "a@example.test";
		w->title = "Obvestilo";
		w->text = p->mail;
	}
}

static void add_record(struct vash_change *change, struct procedure *p) {
	struct vash_write *subject = vash_change_add(change, &p->arena, VASH_WRITE_SUBJECT);
	struct vash_write *w = vash_change_add(change, &p->arena, VASH_WRITE_RECORD);
	if (!subject || !w) {
		return;
	}
	subject->subject = (struct vash_subject){.position = 31,
						 .emso = "",
						 .maticna = "5491711000",
						 .davcna = "50223054",
						 .name = "Občina",
						 .email = "",
						 .legal_form = 318,
						 .prs_status = 1};
	w->m = (struct vash_membership){.scheme = VASH_SCHEME_SERVICES,
					.user_group = 1000 + (int)p->id,
					.member_kind = VASH_INDEPENDENT,
					.status = VASH_PENDING};
	w->has_service = w->application = true;
	w->service = (struct vash_web_service){.pem = "PEM",
					       .client_name = p->number,
					       .issuer = "CN=CA",
					       .serial = p->number,
					       .subject = "CN=A",
					       .digest = p->digest,
					       .not_after_utc_s = 1,
					       .possession_token = p->digest};
}

static enum gw_code finish(struct sqlite3 *db, void *arg, struct gw_err *err) {
	struct procedure *p = arg;
	struct vash_change change = {0};
	struct registry_apply about = {.who = "1",
				       .actor = "1",
				       .case_id = p->sc.c.id,
				       .report = "{}",
				       .sha256 = p->digest,
				       .now_utc_s = gw_now_utc_s()};
	add_record(&change, p);
	add_mail(&change, p, "registered");
	enum gw_code rc = registry_apply(db, &change, &about, err);
	p->record = p->sc.membership_id = about.membership_id;
	p->sc.state = CASE_FINISHED;
	p->sc.c.step = "vs207-07";
	return rc == GW_OK ? cases_keep(db, &p->sc, about.now_utc_s, err) : rc;
}

static enum gw_code decide(struct sqlite3 *db, void *arg, struct gw_err *err) {
	struct procedure *p = arg;
	struct vash_change change = {0};
	struct registry_apply about = {
		.who = "1", .actor = "1", .report = "", .sha256 = "", .now_utc_s = gw_now_utc_s()};
	struct vash_write *w = vash_change_add(&change, &p->arena, VASH_WRITE_STATUS);
	if (w) {
		w->record_id = p->record;
		w->m.status = VASH_DELETED;
		w->reason = "refused";
		w->note = p->number;
		w->decision = true;
	}
	add_mail(&change, p, "refused");
	return registry_apply(db, &change, &about, err);
}

/* ---- load ---- */

static void run_one(struct lane *l, unsigned number, enum case_known *known) {
	static const store_job_fn jobs[] = {begin, finish, decide};
	const struct store_context who = {
		.procedure = "vs207", .who = "power_cuts", .object = "case", .action = "test"};
	struct procedure p = {.id = number};
	gw_arena_init(&p.arena, ARENA_MAX_BYTES);
	snprintf(p.number, sizeof(p.number), "%u", number);
	snprintf(p.file, sizeof(p.file), "%%PDF %u", number);
	snprintf(p.digest, sizeof(p.digest), "%064u", number);
	p.sc.c = (struct vash_case){.procedure = "vs207", .step = "vs207-06"};
	vash_pair_set(&p.sc.c.values, "number", p.number);
	p.sc.cert = p.digest;
	p.sc.expires_utc_s = INT64_MAX;
	for (size_t i = 0; i < GW_COUNT(jobs) && store_change(l->store, &who, jobs[i], &p, NULL) == GW_OK; i++) {
		*known = (enum case_known)(CASE_BEGUN + i);
	}
	gw_arena_release(&p.arena);
}

void *change_cases(void *arg) {
	struct lane *l = arg;
	while (!cut_happened(l->cut)) {
		unsigned number = ++l->case_last;
		l->case_known = grow(l->case_known, &l->case_cap, number + 1, sizeof(*l->case_known));
		run_one(l, number, &l->case_known[number]);
		usleep(PAUSE_US);
	}
	return NULL;
}

/* ---- afterwards ---- */

#define RECORDS "(SELECT count(*) FROM membership WHERE scheme = 5)"

/* What must select 0, whatever was acknowledged: nothing is there by half. */
static const struct {
	const char *what, *sql;
} halves[] = {
	{"records and certificates differ", "SELECT " RECORDS " <> (SELECT count(*) FROM web_service)"},
	{"records and applications differ", "SELECT " RECORDS " <> (SELECT count(*) FROM application)"},
	{"records and proofs differ", "SELECT " RECORDS " <> (SELECT count(*) FROM possession)"},
	{"records and mails differ",
	 "SELECT " RECORDS " <> (SELECT count(*) FROM outbox WHERE body LIKE 'registered %')"},
	{"records and finished cases differ",
	 "SELECT " RECORDS
	 " <> (SELECT count(*) FROM procedure_case WHERE state = 'finished' AND membership_id IS NOT NULL)"},
	{"a case and its record have different numbers",
	 "SELECT count(*) FROM procedure_case c JOIN web_service w ON w.membership_id = c.membership_id JOIN"
	 " procedure_case_value v ON v.case_id = c.id AND v.name = 'number' JOIN application a ON a.membership_id ="
	 " c.membership_id WHERE v.value <> w.client_name OR CAST(a.pdf AS TEXT) <> '%PDF ' || v.value"},
	{"open cases and files differ",
	 "SELECT count(*) FROM procedure_case c WHERE (c.state = 'open') <> (c.id IN (SELECT case_id FROM procedure_case_file))"},
	{"decisions and mails differ",
	 "SELECT (SELECT count(*) FROM decision) <> (SELECT count(*) FROM outbox WHERE body LIKE 'refused %')"},
	{"decisions and statuses differ",
	 "SELECT count(*) FROM membership m WHERE (m.status = 3) <> (m.id IN (SELECT membership_id FROM decision))"},
	{"a version is not in the history",
	 "SELECT count(*) FROM membership m WHERE m.version <> (SELECT count(*) FROM history WHERE object = 'membership' AND"
	 " object_id = CAST(m.id AS TEXT))"},
};

static bool is_there(struct lane *l, sqlite3 *db, unsigned number, enum case_known known) {
	static const char *const counted[] = {
		[CASE_BEGUN] = "SELECT count(*) FROM procedure_case_value WHERE name = 'number' AND value =",
		[CASE_REGISTERED] = "SELECT count(*) FROM outbox WHERE body = 'registered ' ||",
		[CASE_REFUSED] = "SELECT count(*) FROM decision WHERE reason ="};
	bool ok = true;
	for (int i = CASE_BEGUN; i <= (int)known && ok; i++) {
		char sql[160];
		snprintf(sql, sizeof(sql), "%s '%u'", counted[i], number);
		ok = ask_db(l, db, sql) == 1;
	}
	return ok;
}

void check_cases(struct lane *l, sqlite3 *db) {
	for (size_t i = 0; i < GW_COUNT(halves); i++) {
		if (ask_db(l, db, halves[i].sql) != 0) {
			complain(l, halves[i].what, NULL);
			return;
		}
	}
	for (unsigned i = 1; i <= l->case_last && i < l->case_cap; i++) {
		if (!is_there(l, db, i, l->case_known[i])) {
			complain(l, "an acknowledged step of a case is not there once", NULL);
			return;
		}
	}
}
