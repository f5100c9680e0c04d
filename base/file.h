/* base/file.h - a whole file in memory. */
#ifndef GW_BASE_FILE_H
#define GW_BASE_FILE_H
#include "base/buf.h"

/* Appends the file to `out`, whose ceiling is the limit. GW_E_NOTFOUND: it cannot be opened; GW_E_STORE: it cannot be
 * read, as a folder cannot; GW_E_INPUT: it is larger than that. */
GW_NODISCARD enum gw_code gw_file_read(const char *path, struct gw_buf *out, struct gw_err *err);
#endif
