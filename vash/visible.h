/* vash/visible.h - what a person can see of a text that was typed: the categories Cc, Cf, Zs, Zl and Zp of Unicode
 * (controls, marks of format, blanks, separators) show nothing. Texts are UTF-8. Pure. */
#ifndef GW_VASH_VISIBLE_H
#define GW_VASH_VISIBLE_H
#include <stdbool.h>

/* Is there a character that shows? */
bool vash_text_shows(const char *text);

/* May it stand in a field of one line: no control character (Cc), no separator of lines or paragraphs? */
bool vash_text_is_line(const char *text);
#endif
