/* gateway/cli/print_text.h - foreign text on a terminal. */
#ifndef GW_CLI_PRINT_TEXT_H
#define GW_CLI_PRINT_TEXT_H
#include <stdio.h>

#include "base/span.h"

/* To standard output: control characters and marks that turn or hide what stands beside them as \HH, and a backslash
 * before each of `special` and, unless that is empty, where RFC 4514 2.4 wants one at the ends. */
void print_escaped(struct gw_span text, const char *special);
void print_escaped_to(FILE *to, struct gw_span text, const char *special);
#endif
