/* Import files: CSV. Every accepted row is an object whose texts are UTF-8 and whose number fields are numbers. */
#include <stdint.h>

#include "gateway/cli/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	GW_AUTO(json) json_t *entries = NULL;
	struct gw_err err = {0};
	enum gw_code rc = import_parse_csv((const char *)data, size, &entries, &err);
	if (rc != GW_OK) {
		if (entries || err.code != GW_E_INPUT) {
			__builtin_trap();
		}
		return 0;
	}
	size_t i;
	json_t *row;
	json_array_foreach(entries, i, row) {
		json_t *position = json_object_get(row, "position");
		if (!json_is_object(row) || (position && !json_is_integer(position))) {
			__builtin_trap();
		}
	}
	return 0;
}
