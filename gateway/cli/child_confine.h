/* gateway/cli/child_confine.h - a child shuts itself in before it looks at a byte: resource limits, no new privileges,
 * and a filter that leaves it reading, writing, memory and time. It opens no file, no socket, and starts nothing. */
#ifndef GW_CLI_CHILD_CONFINE_H
#define GW_CLI_CHILD_CONFINE_H
#include <stdint.h>

#include "base/buf.h"

struct child_limits {
	uint64_t cpu_s, memory_bytes; /* memory: not under a sanitizer, whose shadow needs more than any limit */
};

/* Whatever the libraries must open has been opened before. From the return on there is no way back. */
GW_NODISCARD enum gw_code child_confine(const struct child_limits *limits, struct gw_err *err);

/* All of standard input; GW_E_RETRY: more than the buffer may hold. */
GW_NODISCARD enum gw_code child_read_all(struct gw_buf *input);
/* All to standard output; false: nobody listens. */
bool child_write_all(struct gw_span answer);
#endif
