/* The records of a call (docs/AUDIT.md 2.1, 2.2), and what happens when they are on disk. */
#include <openssl/ssl.h>

#include "base/kv.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/call/call_private.h"

/* Pairs of one record; the first failure sticks. */
struct fields {
	struct gw_buf *line;
	enum gw_code rc;
};

static void text(struct fields *f, const char *key, const char *value) {
	f->rc = f->rc == GW_OK ? gw_kv_text(f->line, key, value) : f->rc;
}

static void number(struct fields *f, const char *key, int64_t value) {
	f->rc = f->rc == GW_OK ? gw_kv_int(f->line, key, value) : f->rc;
}

static void hash(struct fields *f, const char *key, const uint8_t value[32]) {
	f->rc = f->rc == GW_OK ? gw_kv_hex(f->line, key, value, 32) : f->rc;
}

static void number_or_dash(struct fields *f, const char *key, int64_t value) {
	if (value) {
		number(f, key, value);
	} else {
		text(f, key, "-");
	}
}

/* ---- entries come back from the writer's thread ---- */

struct entry_message {
	struct loop_msg msg;
	struct call *call;
	struct audit_entry *entry;
};

static void deliver_entry(struct loop_msg *m) {
	struct entry_message *em = m->owner;
	struct call *call = em->call;
	bool outcome = em->entry == &call->outcome;
	free(em);
	if (!outcome) {
		call->entry_pending = false;
		call_entry_done(call, call->entry.result == GW_OK);
	}
	call_release(call);
}

static void entry_on_disk(struct audit_entry *e) {
	struct entry_message *em = e->owner;
	loop_post(em->call->cl->loop, &em->msg);
}

static bool submit(struct call *call, struct audit_entry *e, struct gw_buf *fields) {
	struct entry_message *em = malloc(sizeof(*em));
	if (!em) {
		return false;
	}
	*em = (struct entry_message){
		.msg = {.deliver = deliver_entry, .owner = em}, .call = call_hold(call), .entry = e};
	e->fields = gw_buf_span(fields);
	e->done = entry_on_disk;
	e->owner = em;
	if (store_submit(call_store(call), e)) {
		return true;
	}
	free(em);
	call_release(call);
	return false;
}

/* ---- intents ---- */

static void add_person(struct call *call, const char *kind, struct gw_span value) {
	struct audit_entry *e = &call->entry;
	if (e->person_count == AUDIT_PERSONS_MAX) {
		e->person_more++;
		return;
	}
	struct audit_person *p = &e->person[e->person_count];
	if (gw_copy_text(p->kind, sizeof(p->kind), kind) && gw_copy(p->value, sizeof(p->value), value.p, value.n)) {
		e->person_count++;
	}
}

static void add_persons(struct call *call, const struct guard_out *guarded) {
	static const char *const kinds[] = {[GUARD_FIELD_EMSO] = "emso",
					    [GUARD_FIELD_MATICNA] = "maticna",
					    [GUARD_FIELD_DAVCNA] = "davcna",
					    [GUARD_FIELD_NAMEN] = NULL,
					    [GUARD_FIELD_STAVBA] = NULL};
	for (size_t i = 0; i < guarded->field_count; i++) {
		const char *kind = kinds[guarded->fields[i].kind];
		if (kind) {
			add_person(call, kind, guarded->fields[i].value);
		}
	}
}

static void common(struct call *call, struct fields *f) {
	text(f, "request", call->request_id);
	text(f, "listener", call->listener);
	text(f, "peer", call->peer);
	text(f, "service", call->service ? call->service->code : "-");
	text(f, "path", call->path[0] ? call->path : "-");
	text(f, "cert", call->cert);
	number_or_dash(f, "eceu", call->eceu_id);
}

/* What was known of it, and from what. */
static void revocation(struct fields *f, const struct cert_status *s) {
	char time[GW_TIME_TEXT];
	text(f, "revocation", cert_revocation_name(s->revocation));
	if (s->source != CERT_SOURCE_NONE) {
		gw_time_text(s->this_update_utc_s * 1000, time);
		text(f, "revocation_source", cert_source_name(s->source));
		text(f, "revocation_time", time);
		hash(f, "revocation_sha256", s->digest);
	}
}

bool call_record_intent(struct call *call, const struct guard_out *guarded) {
	struct fields f = {&call->entry_fields, GW_OK};
	common(call, &f);
	number(&f, "group", call->grant.user_group);
	number(&f, "membership", call->grant.membership_id);
	revocation(&f, &call->revocation);
	text(&f, "tls", SSL_get_version(conn_ssl(call->conn)));
	number(&f, "resumed", call->resumed);
	number(&f, "in_bytes", (int64_t)call->in_bytes);
	hash(&f, "in_sha256", call->in_hash);
	number(&f, "fwd_bytes", (int64_t)call->envelope.len);
	hash(&f, "fwd_sha256", call->fwd_hash);
	number(&f, "generation", (int64_t)call->view->generation);
	call->entry.kind = AUDIT_INTENT;
	snprintf(call->entry.request, sizeof(call->entry.request), "%s", call->request_id);
	add_persons(call, guarded);
	bool ready = f.rc == GW_OK && digest_new(call->cl->loop, call->cl->shared->workers,
						 call_settings(call)->digest_inline_bytes, &call->out_digest) == GW_OK;
	call->entry_pending = ready && submit(call, &call->entry, &call->entry_fields);
	return call->entry_pending;
}

/* ---- refusals and served requests ---- */

bool call_record_refusal(struct call *call, uint64_t count) {
	struct fields f = {&call->entry_fields, GW_OK};
	gw_buf_clear(&call->entry_fields);
	common(call, &f);
	text(&f, "code", vash_fault_row(call->fault)->code);
	number(&f, "status", call->status);
	number(&f, "count", (int64_t)count);
	call->entry.kind = AUDIT_REFUSAL;
	call->entry_pending = f.rc == GW_OK && submit(call, &call->entry, &call->entry_fields);
	if (call->entry_pending) {
		store_hurry(call_store(call));
	}
	return call->entry_pending;
}

bool call_record_served(struct call *call) {
	struct fields f = {&call->entry_fields, GW_OK};
	common(call, &f);
	number(&f, "status", call->status);
	number(&f, "out_bytes", (int64_t)call->hold.len);
	call->entry.kind = AUDIT_SERVED;
	call->entry_pending = f.rc == GW_OK && submit(call, &call->entry, &call->entry_fields);
	if (call->entry_pending) {
		store_hurry(call_store(call));
	}
	return call->entry_pending;
}

/* ---- outcomes ---- */

static const char *result_name(enum call_result r) {
	static const char *const names[] = {[CALL_OPEN] = "abandoned",
					    [CALL_DELIVERED] = "delivered",
					    [CALL_FAULT] = "fault",
					    [CALL_TRUNCATED] = "truncated",
					    [CALL_ABANDONED] = "abandoned"};
	return names[r];
}

/* The reply has left or never will, the intent has its index, and the digest of what left is known. */
static bool outcome_is_known(const struct call *call) {
	bool digest_known = !call->begun || call->out_hash_ready;
	return call->entry.kind == AUDIT_INTENT && call->entry_durable && !call->conn && digest_known;
}

static void settle_result(struct call *call) {
	if (call->replied) {
		return;
	}
	if (call->result == CALL_DELIVERED || call->result == CALL_FAULT || call->result == CALL_OPEN) {
		call->result = call->begun ? CALL_TRUNCATED : CALL_ABANDONED;
	}
}

static void on_out_digest(void *owner, const uint8_t digest[32], bool ok) {
	struct call *call = owner;
	memcpy(call->out_hash, digest, sizeof(call->out_hash));
	call->out_hash_ready = ok;
	call_record_outcome(call);
	call_release(call);
}

void call_record_outcome(struct call *call) {
	if (call->out_digest && call->begun && !call->conn && !call->digest_finishing) {
		call->digest_finishing = true;
		digest_finish(call->out_digest, on_out_digest, call_hold(call));
		return;
	}
	if (call->outcome_sent || !outcome_is_known(call)) {
		return;
	}
	struct fields f = {&call->outcome_fields, GW_OK};
	settle_result(call);
	text(&f, "request", call->request_id);
	text(&f, "result", result_name(call->result));
	number(&f, "status", call->begun ? call->status : 0);
	text(&f, "code", vash_fault_row(call->fault)->code);
	number(&f, "out_bytes", call->begun ? (int64_t)digest_total(call->out_digest) : 0);
	if (call->begun) {
		hash(&f, "out_sha256", call->out_hash);
	} else {
		text(&f, "out_sha256", "-");
	}
	number(&f, "us", gw_mono_us() - call->started_us);
	call->outcome.kind = AUDIT_OUTCOME;
	call->outcome.intent = call->entry.index;
	call->outcome_sent = submit(call, &call->outcome, &call->outcome_fields);
	call_settle(call);
	gw_log(GW_LOG_DEBUG, "call", "request", call->request_id, "service", call->service->code, "cert", call->cert,
	       "result", result_name(call->result), "code", vash_fault_row(call->fault)->code, NULL);
}
