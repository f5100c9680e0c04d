#include "gateway/cli/codelists_load.h"

#include "base/file.h"
#include "vash/codelists_csv.h"

enum { LIST_MAX_BYTES = 1 << 20 };

static enum gw_code read_list(const char *folder, enum vash_list list, struct gw_buf *text, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	gw_buf_init(text, LIST_MAX_BYTES);
	snprintf(path, sizeof(path), "%s/%s.csv", folder, vash_list_name(list));
	return gw_file_read(path, text, err) == GW_OK ? GW_OK : GW_E_CONFIG;
}

enum gw_code codelists_load(const struct config *c, struct vash_codelists **out, struct gw_err *err) {
	struct gw_buf text[VASH_LISTS] = {0};
	struct gw_span spans[VASH_LISTS];
	enum gw_code rc = GW_OK;
	*out = NULL;
	for (enum vash_list i = 0; rc == GW_OK && i < VASH_LISTS; i++) {
		bool ours = c->codelists_dir[0] != '\0';
		rc = ours ? read_list(c->codelists_dir, i, &text[i], err) : GW_OK;
		spans[i] = ours ? gw_buf_span(&text[i]) : gw_span_of(vash_codelists_csv[i]);
	}
	rc = rc == GW_OK ? vash_codelists_parse(spans, out, err) : rc;
	for (enum vash_list i = 0; i < VASH_LISTS; i++) {
		gw_buf_release(&text[i]);
	}
	return rc;
}
