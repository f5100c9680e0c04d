/* What an organisation sees of its own: its calls and refusals, its cases, its certificates. Not in the FZ; ours. */
#include "vash/call_certificate.h"
#include "vash/fault.h"
#include "vash/lists.h"

enum { DAY_S = 86400 };

/* ---- calls ---- */

static const struct vash_fault_row *fault_of(const char *code) {
	for (int i = 1; i < VASH_FAULT_COUNT; i++) {
		const struct vash_fault_row *row = vash_fault_row((enum vash_fault)i);
		if (strcmp(row->code, code) == 0) {
			return row;
		}
	}
	return NULL;
}

/* The words of the trail (docs/AUDIT.md) as people read them. */
static struct vash_text outcome(const struct vash_call *c) {
	static const struct {
		const char *word;
		struct vash_text text;
	} outcomes[] = {{"delivered", {"odgovor je bil poslan", "answered"}},
			{"fault", {"napaka", "fault"}},
			{"truncated", {"odgovor se je pretrgal", "the answer broke off"}},
			{"abandoned", {"klicatelj je odšel pred odgovorom", "the caller left before the answer"}},
			{"interrupted", {"prekinjeno", "interrupted"}},
			{"refusal", {"zavrnitev", "refused"}},
			{"intent", {"še ni končano", "not ended yet"}}};
	const char *what = c->result[0] ? c->result : c->kind;
	for (size_t i = 0; i < GW_COUNT(outcomes); i++) {
		if (strcmp(outcomes[i].word, what) == 0) {
			return outcomes[i].text;
		}
	}
	return vash_same(what);
}

static void show_call(struct vash_turn *t, const struct vash_call *c) {
	struct vash_text what = outcome(c);
	const struct vash_fault_row *fault = fault_of(c->code);
	const struct vash_page_record row = {
		.id = c->index,
		.text = {gw_arena_printf(t->arena, "%s, %s: %s", c->time, c->service, what.sl),
			 gw_arena_printf(t->arena, "%s, %s: %s", c->time, c->service, what.en)}};
	vash_page_record(t->page, &row);
	vash_page_facts(t->page, VASH_SAY_NONE);
	vash_page_fact(t->page, VASH_SAY_call_request, c->request);
	vash_page_fact(t->page, VASH_SAY_call_code, c->code);
	if (fault) {
		vash_page_fact_text(t->page, VASH_SAY_call_reason, (struct vash_text){fault->sl, fault->en});
		vash_page_fact_text(t->page, VASH_SAY_call_remedy,
				    (struct vash_text){fault->remedy_sl, fault->remedy_en});
	}
	vash_page_fact(t->page, VASH_SAY_call_receipt, c->receipt);
	vash_page_facts_end(t->page);
	vash_page_record_end(t->page);
}

static enum gw_code begin_calls(struct vash_turn *t) {
	turn_go(t, "calls");
	return GW_OK;
}

/* An authorised person sees the calls under the record that he is linked to, and the refusals of its certificates. */
static enum gw_code keep_of_record(struct vash_turn *t, struct vash_calls *calls) {
	struct vash_records records;
	size_t kept = 0;
	enum gw_code rc = vash_own_services(t, &records);
	for (size_t i = 0; rc == GW_OK && i < calls->count; i++) {
		const struct vash_call *c = &calls->row[i];
		bool mine = false;
		for (size_t k = 0; k < records.count; k++) {
			const struct vash_record *r = &records.row[k];
			bool of_cert =
				strcmp(c->cert, r->service.digest) == 0 || strcmp(c->cert, r->service.old_digest) == 0;
			mine |= c->membership == r->m.id || (c->membership == 0 && of_cert);
		}
		if (mine) {
			calls->row[kept++] = *c;
		}
	}
	calls->count = rc == GW_OK ? kept : 0;
	return rc;
}

static enum gw_code find_calls(struct vash_turn *t, struct vash_calls *out) {
	const struct vash_registry *r = t->world->registry;
	int64_t before = turn_number(turn_value(t, "before"));
	enum gw_code rc =
		r->calls(r->ctx, vash_own_subject(t)->id, before > 0 ? (uint64_t)before : 0, t->arena, out, t->err);
	return rc == GW_OK && t->login->record.m.member_kind != VASH_INDEPENDENT ? keep_of_record(t, out) : rc;
}

static enum gw_code show_calls(struct vash_turn *t) {
	struct vash_calls calls;
	enum gw_code rc = find_calls(t, &calls);
	if (rc != GW_OK) {
		return rc;
	}
	if (calls.count == 0) {
		turn_say(t, VASH_SAY_calls_none);
	}
	vash_page_list(t->page, "calls", VASH_SAY_calls, NULL, 0);
	for (size_t i = 0; i < calls.count; i++) {
		show_call(t, &calls.row[i]);
	}
	vash_page_list_end(t->page);
	if (calls.next > 0) {
		vash_page_button(t->page, "older", VASH_SAY_button_older);
	}
	vash_page_button(t->page, "newest", VASH_SAY_button_newest);
	return rc;
}

static enum gw_code take_calls(struct vash_turn *t) {
	struct vash_calls calls = {0};
	enum gw_code rc = turn_pressed(t, "older") ? find_calls(t, &calls) : GW_OK;
	turn_keep(t, "before", calls.next > 0 ? gw_arena_printf(t->arena, "%lld", (long long)calls.next) : "");
	return rc;
}

static const struct vash_step call_steps[] = {{"calls", show_calls, take_calls}};
const struct vash_procedure vash_own_calls = {.code = "calls",
					      .access = VASH_FOR_SERVICES,
					      .name = {"Klici in zavrnitve", "Calls and refusals"},
					      .begin = begin_calls,
					      .steps = call_steps,
					      .count = GW_COUNT(call_steps)};

/* ---- cases ---- */

static enum gw_code begin_cases(struct vash_turn *t) {
	turn_go(t, "cases");
	return GW_OK;
}

static void show_case(struct vash_turn *t, const struct vash_record *r) {
	const struct vash_page_record row = {.id = r->m.id, .text = turn_record_text(t, r)};
	vash_page_record(t->page, &row);
	vash_page_facts(t->page, VASH_SAY_NONE);
	vash_page_fact(t->page, VASH_SAY_received, turn_day(t, r->submitted_utc_s));
	vash_page_fact_text(t->page, VASH_SAY_status, turn_status_name(t, r->m.status));
	if (r->end_reason[0]) {
		vash_page_fact_text(t->page, VASH_SAY_case_end, turn_end_text(t, r));
	}
	if (r->decision_reason[0]) {
		vash_page_fact(t->page, VASH_SAY_case_reason, r->decision_reason);
	}
	turn_show_dossier(t, r);
	vash_page_facts_end(t->page);
	vash_page_record_end(t->page);
}

/* The newest first. */
static enum gw_code find_cases(struct vash_turn *t, struct vash_records *out) {
	struct vash_records own;
	enum gw_code rc = vash_own_services(t, &own);
	struct vash_record *rows =
		rc == GW_OK ? gw_arena_array(t->arena, own.count ? own.count : 1, sizeof(*rows)) : NULL;
	*out = (struct vash_records){0, rows};
	for (size_t i = own.count; rows && i-- > 0;) {
		rows[out->count++] = own.row[i];
	}
	return rc;
}

static enum gw_code show_cases(struct vash_turn *t) {
	struct vash_records cases;
	enum gw_code rc = find_cases(t, &cases);
	if (rc != GW_OK) {
		return rc;
	}
	const struct vash_records shown = vash_list_page(t, &cases);
	vash_page_list(t->page, "cases", VASH_SAY_cases, NULL, 0);
	vash_show_place(t, &cases, &cases);
	for (size_t i = 0; i < shown.count; i++) {
		show_case(t, &shown.row[i]);
	}
	vash_page_list_end(t->page);
	vash_show_turning(t, &cases);
	if (cases.count == 0) {
		turn_say(t, VASH_SAY_cases_none);
	}
	return rc;
}

static enum gw_code take_cases(struct vash_turn *t) {
	vash_take_page(t);
	return GW_OK;
}

static const struct vash_step case_steps[] = {{"cases", show_cases, take_cases}};
const struct vash_procedure vash_own_cases = {.code = "cases",
					      .access = VASH_FOR_SERVICES,
					      .name = {"Zadeve", "Cases"},
					      .begin = begin_cases,
					      .steps = case_steps,
					      .count = GW_COUNT(case_steps)};

/* ---- certificates ---- */

static enum gw_code begin_certificates(struct vash_turn *t) {
	turn_go(t, "certificates");
	return GW_OK;
}

static void show_one(struct vash_turn *t, const struct vash_record *r) {
	int64_t left = r->service.not_after_utc_s - t->world->now_utc_s;
	const struct vash_page_record row = {.id = r->m.id, .text = turn_record_text(t, r)};
	vash_page_record(t->page, &row);
	vash_page_facts(t->page, VASH_SAY_NONE);
	vash_page_fact_text(t->page, VASH_SAY_status, turn_status_name(t, r->m.status));
	vash_page_fact(t->page, VASH_SAY_cert_days,
		       gw_arena_printf(t->arena, "%lld", (long long)(left > 0 ? left / DAY_S : 0)));
	if (!r->service.possession_proven && r->service.possession_token[0]) {
		vash_page_fact(t->page, VASH_SAY_possession_url,
			       gw_arena_printf(t->arena, "%s%s", t->world->touch_url, r->service.possession_token));
	}
	vash_page_facts_end(t->page);
	call_certificate_facts(t, &r->service);
	if (r->m.status == VASH_ACTIVE) {
		call_certificate_old(t, &r->service);
	}
	vash_page_record_end(t->page);
}

static enum gw_code show_certificates(struct vash_turn *t) {
	struct vash_records own;
	enum gw_code rc = vash_own_services(t, &own);
	if (rc != GW_OK) {
		return rc;
	}
	vash_page_list(t->page, "certificates", VASH_SAY_certificates, NULL, 0);
	for (size_t i = 0; i < own.count; i++) {
		const struct vash_record *r = &own.row[i];
		if (r->m.status == VASH_ACTIVE || r->m.status == VASH_PENDING) {
			show_one(t, r);
		}
	}
	vash_page_list_end(t->page);
	vash_page_text(t->page, VASH_SAY_certificate_try, NULL, 0);
	call_certificate_show(t);
	return rc;
}

/* The tests of vs207-03 without anything behind them. */
static enum gw_code take_certificate(struct vash_turn *t) {
	bool good = false;
	enum gw_code rc = call_certificate_take(t, vash_own_subject(t), &good);
	if (rc == GW_OK && good) {
		turn_say(t, VASH_SAY_certificate_good);
	}
	return rc;
}

static const struct vash_step certificate_steps[] = {{"certificates", show_certificates, take_certificate}};
const struct vash_procedure vash_own_certificates = {.code = "certificates",
						     .access = VASH_FOR_SERVICES,
						     .name = {"Potrdila za klic", "Call certificates"},
						     .begin = begin_certificates,
						     .steps = certificate_steps,
						     .count = GW_COUNT(certificate_steps)};
