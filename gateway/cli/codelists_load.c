#include "gateway/cli/codelists_load.h"

#include "base/file.h"
#include "vash/codelists_csv.h"

enum { LIST_MAX_BYTES = 1 << 20 };

static enum gw_code read_list(const char *folder, enum vash_list list, struct gw_buf *text, struct gw_err *err) {
	char path[CONFIG_PATH + 32];
	gw_buf_init(text, LIST_MAX_BYTES);
	snprintf(path, sizeof(path), "%s/%s.csv", folder, vash_list_name(list));
	return gw_file_read(path, text, err) == GW_OK ? GW_OK : GW_E_NOTFOUND;
}

enum gw_code codelists_load_folder(const char *folder, struct vash_codelists **out, struct gw_err *err) {
	struct gw_buf text[VASH_LISTS] = {0};
	struct gw_span spans[VASH_LISTS];
	enum gw_code rc = GW_OK;
	*out = NULL;
	for (enum vash_list i = 0; rc == GW_OK && i < VASH_LISTS; i++) {
		rc = read_list(folder, i, &text[i], err);
		spans[i] = gw_buf_span(&text[i]);
	}
	rc = rc == GW_OK ? vash_codelists_parse(spans, out, err) : rc;
	for (enum vash_list i = 0; i < VASH_LISTS; i++) {
		gw_buf_release(&text[i]);
	}
	return rc;
}

static enum gw_code load_built_in(struct vash_codelists **out, struct gw_err *err) {
	struct gw_span spans[VASH_LISTS];
	for (enum vash_list i = 0; i < VASH_LISTS; i++) {
		spans[i] = gw_span_of(vash_codelists_csv[i]);
	}
	return vash_codelists_parse(spans, out, err);
}

enum gw_code codelists_load(const struct config *c, struct vash_codelists **out, struct gw_err *err) {
	if (!c->codelists_dir[0]) {
		return load_built_in(out, err);
	}
	enum gw_code rc = codelists_load_folder(c->codelists_dir, out, err);
	return rc == GW_E_NOTFOUND ? GW_E_CONFIG : rc;
}
