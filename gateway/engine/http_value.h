/* gateway/engine/http_value.h - values of header fields: lists, media types, and the steps to read more (RFC 9110 5.6).
 *
 * Strict; allocates nothing: every span borrows from the arguments. */
#ifndef GW_ENGINE_HTTP_VALUE_H
#define GW_ENGINE_HTTP_VALUE_H
#include "base/span.h"

/* Does a comma-separated list of tokens in `value` contain `token` (ASCII case-insensitive)? Parameters
 * (";...") of a member are ignored; a comma inside a quoted string does not separate. */
bool http_list_has(struct gw_span value, const char *token);

/* Does an Accept-Language give ranges of `wanted` ("en", "en-GB") a higher weight than those of `other` (RFC
 * 9110 12.5.4)? What it does not name has weight 0, and so has "*". */
bool http_prefers_language(struct gw_span value, const char *wanted, const char *other);

/* type "/" subtype of a media type, as received; false unless the whole value follows RFC 9110 8.3.1. */
bool http_media_type(struct gw_span value, struct gw_span *type);

/* The parameter `name` of it: out->p is NULL if it is absent. Of a quoted value the inside, quoted-pairs
 * still escaped. False: no media type, or that parameter stands there twice. */
bool http_media_param(struct gw_span value, const char *name, struct gw_span *out);

/* Content-Disposition of a part of a form (RFC 7578 4.2); file_name->p is NULL if it is no file. */
bool http_form_data(struct gw_span value, struct gw_span *name, struct gw_span *file_name);

/* Steps over `rest`, which moves past what was taken. */
struct gw_span http_take_token(struct gw_span *rest); /* n == 0: no token here */
bool http_take_char(struct gw_span *rest, char c);
void http_skip_blanks(struct gw_span *rest); /* SP, HTAB */
struct gw_span http_trim(struct gw_span s);  /* blanks at both ends */
#endif
