/* gateway/cli/sources.h - which bytes a configuration consists of: the file itself and every file that it names, by
 * digest. */
#ifndef GW_CLI_SOURCES_H
#define GW_CLI_SOURCES_H
#include "gateway/cli/config.h"

enum { SOURCES_HEX = 65 };

/* SHA-256 of one file, hex. GW_E_CONFIG: it cannot be read. */
GW_NODISCARD enum gw_code sources_file(const char *path, char out[SOURCES_HEX], struct gw_err *err);
/* Over all that `c` names, keys and passwords included (docs/AUDIT.md, `files`). */
GW_NODISCARD enum gw_code sources_all(const struct config *c, char out[SOURCES_HEX], struct gw_err *err);
/* Over what makes a connection to a backend: its URL, our certificate and key, its CA. */
GW_NODISCARD enum gw_code sources_backend(const struct config_backend *b, uint8_t out[32], struct gw_err *err);
#endif
