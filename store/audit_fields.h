/* store/audit_fields.h - reading the lines of docs/AUDIT.md strictly: one value has one form. For the checks of exports
 * and of dossiers.
 *
 * `value` is the caller's buffer for the unescaped bytes of one value; what is lent lies there until the next call. */
#ifndef GW_STORE_AUDIT_FIELDS_H
#define GW_STORE_AUDIT_FIELDS_H
#include <stdbool.h>

#include "base/buf.h"
#include "store/merkle.h"

/* The whole line follows the grammar, and no key stands twice. */
bool audit_is_line(struct gw_span line, struct gw_buf *value);

/* The value of `key`; NULL if it is not there. */
const char *audit_field(struct gw_span line, const char *key, struct gw_buf *value);
/* Decimal, no leading zeros, at most INT64_MAX. */
bool audit_field_number(struct gw_span line, const char *key, uint64_t *out, struct gw_buf *value);
bool audit_field_hash(struct gw_span line, const char *key, struct merkle_hash *out, struct gw_buf *value);
bool audit_field_time(struct gw_span line, const char *key, int64_t *utc_ms, struct gw_buf *value);

bool audit_number(const char *text, uint64_t *out);	    /* NULL is no number */
bool audit_unhex(const char *text, uint8_t *out, size_t n); /* exactly n bytes in lower case; NULL is none */
/* "tag rest": does the line begin with the tag, and something behind it? */
bool audit_tagged(struct gw_span line, const char *tag, struct gw_span *rest);
/* The value of `key` stands without quotes. */
bool audit_is_bare(struct gw_span line, const char *key, struct gw_buf *value);
#endif
