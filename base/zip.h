/* base/zip.h - ZIP archives in memory (libzip). Names are UTF-8, without folders. */
#ifndef GW_BASE_ZIP_H
#define GW_BASE_ZIP_H
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

struct gw_zip_member {
	const char *name;
	struct gw_span bytes;
};

/* Appends an archive of the members, in order, all of that time, to `out`. GW_E_NOMEM; GW_E_RETRY: the ceiling of `out`
 * would be passed. */
GW_NODISCARD enum gw_code gw_zip_pack(const struct gw_zip_member *member, size_t count, int64_t utc_s,
				      struct gw_buf *out, struct gw_err *err);

/* What comes from elsewhere is bounded: at most `max_count` members of `max_bytes` together, which live in the arena
 * with their names. GW_E_INPUT: no archive, more than that, something behind it, a member twice, encrypted, packed by
 * something else than deflate, or damaged. */
GW_NODISCARD enum gw_code gw_zip_unpack(struct gw_span zip, size_t max_count, size_t max_bytes, struct gw_arena *arena,
					struct gw_zip_member **member, size_t *count, struct gw_err *err);
#endif
