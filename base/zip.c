#include "base/zip.h"

#include <zip.h>

static void auto_zip(zip_t **zip) {
	if (*zip) {
		zip_discard(*zip);
	}
}

static enum gw_code no_memory(struct gw_err *err) {
	return gw_fail(err, GW_E_NOMEM, "out of memory");
}

/* An archive in `bytes`, or a new one behind `*store`, which the caller frees. */
static zip_t *open_archive(struct gw_span bytes, int flags, zip_source_t **store) {
	zip_error_t error;
	zip_error_init(&error);
	*store = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
	zip_t *zip = *store ? zip_open_from_source(*store, flags, &error) : NULL;
	zip_error_fini(&error);
	if (zip) {
		zip_source_keep(*store); /* closing the archive gives up its own reference */
	}
	return zip;
}

/* ---- packing ---- */

static bool add_member(zip_t *zip, const struct gw_zip_member *m, int64_t utc_s) {
	zip_source_t *bytes = zip_source_buffer(zip, m->bytes.p, m->bytes.n, 0);
	if (!bytes) {
		return false;
	}
	zip_int64_t index = zip_file_add(zip, m->name, bytes, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(bytes);
		return false;
	}
	return zip_file_set_mtime(zip, (zip_uint64_t)index, utc_s, 0) == 0;
}

static enum gw_code copy_out(zip_source_t *store, struct gw_buf *out, struct gw_err *err) {
	zip_stat_t st;
	if (zip_source_stat(store, &st) != 0) {
		return no_memory(err);
	}
	enum gw_code rc = gw_buf_reserve(out, st.size);
	if (rc != GW_OK) {
		return gw_fail(err, rc, "the archive is too large");
	}
	if (zip_source_open(store) != 0) {
		return no_memory(err);
	}
	zip_int64_t n = zip_source_read(store, out->data + out->len, st.size);
	zip_source_close(store);
	if (n < 0 || (zip_uint64_t)n != st.size) {
		return no_memory(err);
	}
	out->len += st.size;
	return GW_OK;
}

static enum gw_code pack(zip_t *zip, zip_source_t *store, const struct gw_zip_member *member, size_t count,
			 int64_t utc_s, struct gw_buf *out, struct gw_err *err) {
	bool ok = zip != NULL;
	for (size_t i = 0; ok && i < count; i++) {
		ok = add_member(zip, &member[i], utc_s);
	}
	if (!ok || zip_close(zip) != 0) {
		if (zip) {
			zip_discard(zip);
		}
		return no_memory(err);
	}
	return copy_out(store, out, err);
}

enum gw_code gw_zip_pack(const struct gw_zip_member *member, size_t count, int64_t utc_s, struct gw_buf *out,
			 struct gw_err *err) {
	zip_source_t *store;
	zip_t *zip = open_archive((struct gw_span){NULL, 0}, ZIP_TRUNCATE, &store);
	enum gw_code rc = pack(zip, store, member, count, utc_s, out, err);
	zip_source_free(store);
	return rc;
}

/* ---- unpacking ---- */

/* The end record is the last thing, without comment. */
static bool ends_plainly(struct gw_span zip) {
	static const char end[] = {'P', 'K', 5, 6};
	enum { END = 22 };
	const char *at = zip.p + zip.n - END;
	return zip.n >= END && memcmp(at, end, sizeof(end)) == 0 && at[END - 2] == 0 && at[END - 1] == 0;
}

static bool read_member(zip_t *zip, zip_uint64_t index, size_t *room, struct gw_arena *arena,
			struct gw_zip_member *out) {
	zip_stat_t st;
	zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
	if (zip_stat_index(zip, index, 0, &st) != 0 || (st.valid & needed) != needed || st.size > *room ||
	    st.encryption_method != ZIP_EM_NONE ||
	    (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE)) {
		return false;
	}
	*room -= st.size;
	char *bytes = gw_arena_alloc(arena, st.size + 1);
	zip_file_t *f = bytes ? zip_fopen_index(zip, index, 0) : NULL;
	if (!f) {
		return false;
	}
	zip_int64_t n = zip_fread(f, bytes, st.size);
	char more;
	bool whole = n >= 0 && (zip_uint64_t)n == st.size &&
		     zip_fread(f, &more, 1) == 0; /* the check sum is compared at the end */
	zip_fclose(f);
	*out = (struct gw_zip_member){gw_arena_text(arena, st.name), {bytes, st.size}};
	return whole;
}

enum gw_code gw_zip_unpack(struct gw_span bytes, size_t max_count, size_t max_bytes, struct gw_arena *arena,
			   struct gw_zip_member **member, size_t *count, struct gw_err *err) {
	zip_source_t *store = NULL;
	__attribute__((cleanup(auto_zip))) zip_t *zip =
		ends_plainly(bytes) ? open_archive(bytes, ZIP_RDONLY | ZIP_CHECKCONS, &store) : NULL;
	zip_source_free(store);
	zip_int64_t entries = zip ? zip_get_num_entries(zip, 0) : -1;
	if (entries < 0 || (zip_uint64_t)entries > max_count) {
		return gw_fail(err, GW_E_INPUT, "no archive of at most %zu members", max_count);
	}
	*count = 0;
	*member = gw_arena_array(arena, (size_t)entries + 1, sizeof(**member));
	for (zip_uint64_t i = 0; *member && i < (zip_uint64_t)entries; i++) {
		struct gw_zip_member *m = &(*member)[*count];
		if (!read_member(zip, i, &max_bytes, arena, m)) {
			return gw_fail(err, GW_E_INPUT, "member %zu of the archive cannot be read", (size_t)i + 1);
		}
		(*count)++;
	}
	return arena->failed ? no_memory(err) : GW_OK;
}
