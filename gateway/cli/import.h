/* gateway/cli/import.h - files of registrations: JSON (an array of objects) or CSV (a header line, then rows). The
 * fields are those of registry_command.h; a field `cert` names a PEM file, relative to the import file, and becomes
 * cert_pem. */
#ifndef GW_CLI_IMPORT_H
#define GW_CLI_IMPORT_H
#include "base/json.h"

enum { IMPORT_BYTES_MAX = 64 << 20, IMPORT_ROWS_MAX = 1000000 };

/* GW_E_INPUT names line or entry. The caller owns the array. */
GW_NODISCARD enum gw_code import_read(const char *path, json_t **entries, struct gw_err *err);

/* The pure part, for tests and fuzzing: `text` as CSV; the field `cert` stays as it is. */
GW_NODISCARD enum gw_code import_parse_csv(const char *text, size_t n, json_t **entries, struct gw_err *err);

GW_NODISCARD enum gw_code import_add_cert(json_t *entry, const char *pem_path, struct gw_err *err);
#endif
