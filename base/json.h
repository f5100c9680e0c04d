/* base/json.h - JSON is jansson's; this adds scope cleanup and reading with defaults. */
#ifndef GW_BASE_JSON_H
#define GW_BASE_JSON_H
#include <jansson.h>

#include "base/err.h"

GW_DEFINE_AUTO(json, json_t *, json_decref)

/* Text, number or truth of a member; the default if it is absent or of another type. */
static inline const char *gw_json_text(const json_t *object, const char *key, const char *otherwise) {
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : otherwise;
}
static inline long long gw_json_int(const json_t *object, const char *key, long long otherwise) {
	const json_t *v = json_object_get(object, key);
	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}
#endif
