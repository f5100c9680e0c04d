/* base/text.h - hex, base64url, UTF-8, bounded copies: the few encodings that every folder needs. */
#ifndef GW_BASE_TEXT_H
#define GW_BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Lower-case hex with NUL; `out` holds 2*n+1. */
void gw_hex(const uint8_t *bytes, size_t n, char *out);
/* Exactly 2*n hex digits of either case; false otherwise. */
bool gw_unhex(const char *hex, size_t hex_len, uint8_t *out, size_t n);

/* RFC 4648 section 5 without padding. */
GW_NODISCARD enum gw_code gw_base64url(struct gw_buf *out, const void *bytes, size_t n);

/* Copy with NUL; false (and an empty string) if it does not fit. */
bool gw_copy(char *out, size_t out_size, const char *p, size_t n);
bool gw_copy_text(char *out, size_t out_size, const char *text);

/* Length of the UTF-8 sequence (RFC 3629) at the start of the n >= 1 bytes at p: 1 to 4, 0 if it is not valid. */
size_t gw_utf8_len(const uint8_t *p, size_t n);

/* Is it UTF-8 without NUL? */
bool gw_is_text(struct gw_span s);

/* What stands behind the last slash, of either kind: a name is no path. */
struct gw_span gw_file_name(struct gw_span path);

/* Decimal digits only, no sign; false on anything else or above `max`. */
bool gw_parse_u64(const char *p, size_t n, uint64_t max, uint64_t *out);
#endif
