/* gateway/call/call_private.h - one request on its way; shared by the call_*.c files. */
#ifndef GW_CALL_CALL_PRIVATE_H
#define GW_CALL_CALL_PRIVATE_H
#include "gateway/call/call.h"

enum call_result { CALL_OPEN = 0, CALL_DELIVERED, CALL_FAULT, CALL_TRUNCATED, CALL_ABANDONED };

struct call {
	int refs;
	struct conn *conn; /* NULL: the caller is gone, or its reply has left */
	struct call_loop *cl;
	struct engine_view *view; /* reference */
	char request_id[AUDIT_REQUEST_ID];
	char peer[64];
	const char *listener;
	int64_t started_us;

	/* who and what */
	const struct vash_service *service; /* NULL: none */
	size_t service_index;
	char path[256]; /* for records; cut off if longer */
	char cert[CERT_DIGEST_HEX];
	uint8_t limit_key[32];
	bool proven, limit_taken, resumed;
	uint64_t limit_row; /* refusals in a row above the limits, this one included */
	struct cert_status revocation;
	int64_t eceu_id;
	struct vash_grant grant;

	/* the message */
	enum fault_soap soap;
	bool xop, wants_multipart;
	struct digest *in_digest;
	uint8_t in_hash[32], fwd_hash[32];
	uint64_t in_bytes;
	struct gw_buf envelope; /* as forwarded */
	struct gw_buf message;	/* HTTP head and envelope for the backend */

	/* records */
	struct audit_entry entry, outcome; /* entry: intent, refusal or served */
	struct gw_buf entry_fields, outcome_fields;
	bool entry_durable, entry_pending, outcome_sent;
	bool settled; /* no more counted in requests_open */

	/* the reply */
	struct up_exchange *up;
	struct loop_timer resume;
	enum call_result result;
	enum vash_fault fault;
	int status;
	char content_type[512];
	bool length_known, chunked, begun, ended, replied;
	bool serving; /* an answer of our own is on its way: so much of `hold` is sent */
	size_t served;
	uint64_t length;
	struct gw_buf hold;
	struct digest *out_digest;
	uint8_t out_hash[32];
	bool digest_finishing, out_hash_ready;
};

static inline const struct settings *call_settings(const struct call *call) {
	return &call->view->settings;
}
static inline const struct call_view *call_view(const struct call *call) {
	return call->view->app;
}
static inline struct store *call_store(const struct call *call) {
	return call->cl->shared->store;
}

/* ---- call.c ---- */
struct call *call_hold(struct call *call);
void call_release(struct call *call);
void call_settle(struct call *call);  /* nothing more will be recorded of it */
void call_forward(struct call *call); /* the intent is on its way, or on disk where the route has an effect */

/* ---- call_self.c ---- */
/* Answer by this function, on a worker. */
void call_self(struct call *call, const struct vash_caller *caller, self_fn answer_fn, const char *content_type);

/* ---- call_answer.c ---- */
/* Refuse; the reply leaves when its record is on disk. `detail` for people, "" = none. */
void call_refuse(struct call *call, enum vash_fault fault, const char *detail);
void call_refuse_guard(struct call *call, enum guard_verdict verdict, const char *detail);
/* Answer with call->hold (status 200, content type given) once that is recorded. */
void call_serve(struct call *call, const char *content_type);
void call_serve_more(struct call *call); /* the caller has taken a piece: while call->serving */
/* A fault in the middle of a call that has an intent: no record of its own, the outcome says it. */
void call_fail(struct call *call, enum vash_fault fault, const char *detail);
/* The caller is gone, and nothing says yet that he was there: a record of that. */
void call_note_left(struct call *call);
/* 503 at once, without a record: the log is what fails. */
void call_refuse_unrecorded(struct call *call, enum vash_fault fault);

struct reply_head {
	int status;
	const char *content_type;
	const char *code; /* X-Vashgate-Code, NULL = none */
	bool receipt;	  /* of call->entry */
	bool keep;
	int64_t length; /* -1: chunked */
	uint32_t retry_after_s;
	const char *allow;
};
bool call_send_head(struct call *call, const struct reply_head *head);

/* ---- call_audit.c ---- */
bool call_record_intent(struct call *call, const struct guard_out *guarded);
bool call_record_refusal(struct call *call, uint64_t count);
bool call_record_served(struct call *call);
void call_record_outcome(struct call *call); /* when everything that it says is known */
/* What follows when call->entry is on disk, or could not be written. */
void call_entry_done(struct call *call, bool ok);

/* ---- call_relay.c ---- */
extern const struct up_events call_relay_events;
void call_relay_try(struct call *call);	 /* begin the reply if all it waits for is there */
void call_relay_more(struct call *call); /* the caller has read: go on */
void call_relay_stop(struct call *call); /* the caller is gone */
#endif
