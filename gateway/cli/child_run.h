/* gateway/cli/child_run.h - this program once more, as a child, with an answer on its standard output: dangerous bytes
 * are read by it under a hidden command, with the bytes on its standard input and nothing else
 * (gateway/cli/child_confine.h); what runs on schedule is run so as people run it.
 *
 * The parent believes nothing but what it has bounded itself: how long, how much. A child that crashes, hangs or says
 * too much is an outcome, never an outage. */
#ifndef GW_CLI_CHILD_RUN_H
#define GW_CLI_CHILD_RUN_H
#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"

struct child_job {
	const char *const *arguments; /* NULL behind the last one: "child-tsl" */
	struct gw_span input;	      /* borrowed */
	int64_t deadline_ms;
	const atomic_bool *stop; /* becomes true: it counts as late; NULL = never */
};

enum child_outcome {
	CHILD_DIED = 0, /* by a signal, or with a status other than 0 */
	CHILD_ANSWERED,
	CHILD_LATE,
	CHILD_TOO_MUCH /* it said more than the buffer may hold */
};

/* Runs the job and waits; `answer` receives what it said, up to its ceiling. Nothing of the child is left when this
 * returns. Any thread. GW_E_STORE, GW_E_NOMEM: no child could be started. */
GW_NODISCARD enum gw_code child_run(const struct child_job *job, struct gw_buf *answer, enum child_outcome *outcome,
				    struct gw_err *err);
#endif
