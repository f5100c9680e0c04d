/* vash/fold.h - searching in names without regard to case: Latin letters of Slovene and its neighbours (Unicode blocks
 * Basic Latin to Latin Extended-A). Pure. */
#ifndef GW_VASH_FOLD_H
#define GW_VASH_FOLD_H
#include <stdbool.h>

/* Does `text` contain `part`? An empty part is in every text. Both UTF-8. */
bool vash_text_contains(const char *text, const char *part);
#endif
