#include "gateway/cli/child_tsl.h"

#include "gateway/cli/child_confine.h"
#include "gateway/cli/child_run.h"

/* {"list":{…}} or {"code":"…","detail":"…"} */

enum { CPU_S = 20, ANSWER_BYTES_MAX = TSL_JSON_BYTES_MAX, FAILED = 3 };
static const struct child_limits limits = {.cpu_s = CPU_S, .memory_bytes = 1ULL << 30};

/* ---- the child ---- */

static json_t *answer_to(struct gw_span xml) {
	GW_AUTO(arena) struct gw_arena arena;
	struct tsl list;
	struct tsl_signer signer;
	struct tsl_refused refused = {0};
	gw_arena_init(&arena, TSL_MEMORY_MAX);
	if (tsl_verify(xml, &arena, &list, &signer, &refused)) {
		return json_pack("{s:o}", "list", tsl_to_json(&list, &signer));
	}
	return json_pack("{s:s, s:s}", "code", tsl_refusal_code(refused.why), "detail", refused.detail);
}

int child_tsl_main(void) {
	GW_AUTO(buf) struct gw_buf xml;
	gw_buf_init(&xml, TSL_BYTES_MAX + 1);
	if (tsl_verify_init(NULL) != GW_OK || child_confine(&limits, NULL) != GW_OK || child_read_all(&xml) != GW_OK) {
		return FAILED;
	}
	GW_AUTO(json) json_t *answer = answer_to(gw_buf_span(&xml));
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	bool said = text && child_write_all(gw_span_of(text));
	free(text);
	return said ? 0 : FAILED;
}

/* ---- the parent ---- */

/* A code that only the parent may give is none that a child may say. */
static bool read_refusal(const json_t *said, struct tsl_refused *refused) {
	enum tsl_refusal why = tsl_refusal_of(gw_json_text(said, "code", ""));
	return why > TSL_REFUSED_NOT && why < TSL_REFUSED_CHILD_DIED &&
	       !tsl_refuse(refused, why, "%s", gw_json_text(said, "detail", ""));
}

static void read_answer(struct gw_span answer, json_t **record, struct tsl_refused *refused) {
	GW_AUTO(json) json_t *said = json_loadb(answer.p ? answer.p : "", answer.n, JSON_REJECT_DUPLICATES, NULL);
	json_t *list = json_object_get(said, "list");
	if (json_is_object(list)) {
		*record = json_incref(list);
	} else if (!read_refusal(said, refused)) {
		tsl_refuse(refused, TSL_REFUSED_CHILD_ANSWER, "%zu bytes", answer.n);
	}
}

enum gw_code child_tsl(struct gw_span xml, json_t **record, struct tsl_refused *refused, struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf answer;
	enum child_outcome outcome;
	static const char *const arguments[] = {"child-tsl", NULL};
	const struct child_job job = {.arguments = arguments, .input = xml, .deadline_ms = CHILD_TSL_MS};
	*record = NULL;
	gw_buf_init(&answer, ANSWER_BYTES_MAX);
	if (xml.n > TSL_BYTES_MAX) {
		tsl_refuse(refused, TSL_REFUSED_TOO_LARGE, "%zu bytes", xml.n);
		return GW_OK;
	}
	enum gw_code rc = child_run(&job, &answer, &outcome, err);
	if (rc != GW_OK) {
		return rc;
	}
	if (outcome == CHILD_ANSWERED) {
		read_answer(gw_buf_span(&answer), record, refused);
	} else if (outcome == CHILD_LATE) {
		tsl_refuse(refused, TSL_REFUSED_CHILD_LATE, "after %d ms", CHILD_TSL_MS);
	} else if (outcome == CHILD_TOO_MUCH) {
		tsl_refuse(refused, TSL_REFUSED_CHILD_ANSWER, "more than %d bytes", ANSWER_BYTES_MAX);
	} else {
		tsl_refuse(refused, TSL_REFUSED_CHILD_DIED, "a signal or a status other than 0");
	}
	return GW_OK;
}
