/* vash/codelists_csv.h - the code lists as shipped, put into the program by the build (build/gen/codelists_csv.c). */
#ifndef GW_VASH_CODELISTS_CSV_H
#define GW_VASH_CODELISTS_CSV_H
#include "vash/codelists.h"

extern const char *const vash_codelists_csv[VASH_LISTS];
#endif
