#include "gateway/cli/tsl_in_force.h"

void tsl_in_force_release(struct tsl_in_force *t) {
	gw_arena_release(&t->arena);
	json_decref(t->changes);
	t->changes = NULL;
}

static json_t *json_of(const struct gw_buf *text) {
	return text->len > 0 ? json_loadb(text->data, text->len, 0, NULL) : NULL;
}

enum gw_code tsl_in_force_load(const char *registry_path, const char *territory, struct tsl_in_force *out,
			       struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf changes;
	GW_AUTO(buf) struct gw_buf text;
	struct tsl_signer signer;
	*out = (struct tsl_in_force){0};
	gw_arena_init(&out->arena, TSL_MEMORY_MAX);
	gw_buf_init(&changes, TSL_JSON_BYTES_MAX);
	gw_buf_init(&text, TSL_JSON_BYTES_MAX);
	enum gw_code rc = trusted_list_get(registry_path, territory, &out->found, &out->facts, &changes, &text, err);
	if (rc != GW_OK || !out->found) {
		return rc;
	}
	GW_AUTO(json) json_t *record = json_of(&text);
	out->changes = json_of(&changes);
	if (!out->changes) {
		return gw_fail(err, GW_E_STORE, "what the import of the trusted list changed cannot be read");
	}
	return tsl_from_json(record, &out->arena, &out->list, &signer, err);
}
