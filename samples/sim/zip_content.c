#include <zip.h>

#include "samples/sim/content.h"

static bool add_file(zip_t *zip, const struct zip_file *f) {
	static const zip_int64_t fixed_time = 1714980600; /* 2024-05-06T07:30:00Z */
	zip_source_t *bytes = zip_source_buffer(zip, f->bytes.data, f->bytes.len, 0);
	if (!bytes) {
		return false;
	}
	zip_int64_t index = zip_file_add(zip, f->name, bytes, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(bytes);
		return false;
	}
	return zip_file_set_mtime(zip, (zip_uint64_t)index, fixed_time, 0) == 0;
}

/* The finished archive lives in `store`; copy it out. */
static bool copy_out(zip_source_t *store, struct gw_buf *out) {
	zip_stat_t st;
	if (zip_source_stat(store, &st) != 0 || gw_buf_reserve(out, st.size) != GW_OK || zip_source_open(store) != 0) {
		return false;
	}
	zip_int64_t n = zip_source_read(store, out->data + out->len, st.size);
	zip_source_close(store);
	if (n < 0 || (zip_uint64_t)n != st.size) {
		return false;
	}
	out->len += st.size;
	return true;
}

bool content_zip(const struct zip_file *files, size_t n, struct gw_buf *out) {
	zip_error_t error;
	zip_error_init(&error);
	zip_source_t *store = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_t *zip = store ? zip_open_from_source(store, ZIP_TRUNCATE, &error) : NULL;
	zip_error_fini(&error);
	if (!zip) {
		zip_source_free(store);
		return false;
	}
	zip_source_keep(store); /* zip_close gives up its own reference */
	bool ok = true;
	for (size_t i = 0; ok && i < n; i++) {
		ok = add_file(zip, &files[i]);
	}
	if (!ok || zip_close(zip) != 0) {
		zip_discard(zip);
		zip_source_free(store);
		return false;
	}
	ok = copy_out(store, out);
	zip_source_free(store);
	return ok;
}
