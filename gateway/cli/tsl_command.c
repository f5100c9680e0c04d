/* A verdict on its way into the registry: as a command over the control socket, or run here while nobody serves. */
#include <openssl/sha.h>

#include "base/text.h"
#include "certs/tsl_base64.h"
#include "gateway/cli/tsl_import.h"

static const char name[] = "tsl_import";

static json_t *base64(struct gw_span bytes) {
	GW_AUTO(arena) struct gw_arena arena;
	gw_arena_init(&arena, 2 * bytes.n + 4096);
	const char *text = tsl_base64_text(bytes, &arena);
	return text ? json_string(text) : NULL;
}

json_t *tsl_import_command(const struct tsl_import *what, const struct tsl_imported *verdict) {
	const struct trusted_list_facts *f = &verdict->facts;
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:I, s:I, s:I, s:O, s:O, s:o}", "command", name,
			 "territory", f->territory, "sequence", (json_int_t)f->sequence, "issued",
			 (json_int_t)f->issued_utc_s, "next_update", (json_int_t)f->next_update_utc_s, "signer",
			 f->signer, "pinned_by", f->pinned_by, "providers", (json_int_t)f->providers, "services",
			 (json_int_t)f->services, "granted_ca_qc", (json_int_t)f->granted_ca_qc, "changes",
			 verdict->changes, "record", verdict->record, "xml", base64(what->xml));
}

static bool read_facts(const json_t *c, struct gw_span xml, struct trusted_list_facts *f) {
	uint8_t digest[SHA256_DIGEST_LENGTH];
	*f = (struct trusted_list_facts){.sequence = gw_json_int(c, "sequence", 0),
					 .issued_utc_s = gw_json_int(c, "issued", 0),
					 .next_update_utc_s = gw_json_int(c, "next_update", 0),
					 .providers = gw_json_int(c, "providers", 0),
					 .services = gw_json_int(c, "services", 0),
					 .granted_ca_qc = gw_json_int(c, "granted_ca_qc", 0)};
	SHA256((const uint8_t *)xml.p, xml.n, digest);
	gw_hex(digest, sizeof(digest), f->digest);
	return gw_copy_text(f->territory, sizeof(f->territory), gw_json_text(c, "territory", "")) &&
	       gw_copy_text(f->signer, sizeof(f->signer), gw_json_text(c, "signer", "")) &&
	       gw_copy_text(f->pinned_by, sizeof(f->pinned_by), gw_json_text(c, "pinned_by", "")) && f->pinned_by[0];
}

static enum gw_code put(struct store *s, const json_t *command, enum trusted_list_outcome *outcome,
			struct gw_err *err) {
	GW_AUTO(arena) struct gw_arena arena;
	struct trusted_list_entry entry = {0};
	char *changes = json_dumps(json_object_get(command, "changes"), JSON_COMPACT);
	char *record = json_dumps(json_object_get(command, "record"), JSON_COMPACT);
	struct gw_span text = gw_span_of(gw_json_text(command, "xml", ""));
	gw_arena_init(&arena, 2 * text.n + 4096);
	bool ok = changes && record && tsl_base64_read(text, &arena, &entry.xml) && entry.xml.n > 0 &&
		  read_facts(command, entry.xml, &entry.facts);
	enum gw_code rc = ok ? GW_OK : gw_fail(err, GW_E_INPUT, "the command holds no trusted list");
	entry.changes = gw_span_of(changes);
	entry.record = gw_span_of(record);
	rc = rc == GW_OK ? trusted_list_put(s, gw_json_text(command, "who", "unknown"), &entry, outcome, err) : rc;
	free(changes);
	free(record);
	return rc;
}

bool tsl_import_run(struct store *s, const json_t *command, json_t **answer) {
	struct gw_err err = {0};
	enum trusted_list_outcome outcome = TRUSTED_LIST_OLDER;
	*answer = NULL;
	if (strcmp(gw_json_text(command, "command", ""), name) != 0) {
		return false;
	}
	if (put(s, command, &outcome, &err) != GW_OK) {
		*answer = json_pack("{s:b, s:s, s:s}", "ok", 0, "class", gw_code_name(err.code), "error", err.msg);
	} else if (outcome == TRUSTED_LIST_OLDER || outcome == TRUSTED_LIST_OTHER) {
		enum tsl_refusal why = outcome == TRUSTED_LIST_OLDER ? TSL_REFUSED_OLDER : TSL_REFUSED_SAME_SEQUENCE;
		*answer = json_pack("{s:b, s:s, s:s, s:s}", "ok", 0, "class", gw_code_name(GW_E_CONFLICT), "code",
				    tsl_refusal_code(why), "error", tsl_refusal_en(why));
	} else {
		*answer = json_pack("{s:b, s:b}", "ok", 1, "same", outcome == TRUSTED_LIST_SAME);
	}
	return true;
}

bool tsl_import_changed(const json_t *command, const json_t *answer) {
	return strcmp(gw_json_text(command, "command", ""), name) == 0 && json_is_true(json_object_get(answer, "ok")) &&
	       !json_is_true(json_object_get(answer, "same"));
}
