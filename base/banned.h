/* base/banned.h - forced into every file of ours with -include: calls that have a safer form.
 * The system headers come first, so that their own declarations survive the poison. */
#ifndef GW_BASE_BANNED_H
#define GW_BASE_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat gets atoi atol atof strtok gmtime localtime ctime    \
	asctime mktemp tmpnam srand
#endif
