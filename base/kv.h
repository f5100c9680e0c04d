/* base/kv.h - one line of key=value text: the grammar of log lines and of audit records.
 *
 *   line  = pair *( SP pair )        pair = key "=" value
 *   key   = 1*( a-z / 0-9 / "_" / "." )
 *   value = bare / quoted            bare = 1*( visible ASCII except '"', '\' and '=' )
 *   quoted = '"' *( byte / escape ) '"'   escape = '\"' / '\\' / '\n' / '\xHH' (control bytes and 7F)
 * Bytes above 7F pass as they are (UTF-8 is the caller's matter: invalid sequences become \xHH). */
#ifndef GW_BASE_KV_H
#define GW_BASE_KV_H
#include <stdint.h>

#include "base/buf.h"

/* Each adds " key=value" (no blank before the first pair). Errors: as gw_buf_add. */
GW_NODISCARD enum gw_code gw_kv_str(struct gw_buf *line, const char *key, struct gw_span value);
GW_NODISCARD enum gw_code gw_kv_text(struct gw_buf *line, const char *key, const char *value);
GW_NODISCARD enum gw_code gw_kv_int(struct gw_buf *line, const char *key, int64_t value);
GW_NODISCARD enum gw_code gw_kv_hex(struct gw_buf *line, const char *key, const uint8_t *bytes, size_t n);

/* Walk a line: *rest shrinks past each pair; `value` receives the unescaped bytes.
 * GW_E_NOTFOUND at the end, GW_E_INPUT where the grammar is broken. */
GW_NODISCARD enum gw_code gw_kv_next(struct gw_span *rest, struct gw_span *key, struct gw_buf *value);

/* The value of `key` into `value`; GW_E_NOTFOUND if absent. */
GW_NODISCARD enum gw_code gw_kv_find(struct gw_span line, const char *key, struct gw_buf *value);
#endif
