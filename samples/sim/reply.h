/* samples/sim/reply.h - a reply on its way to the TLS stream, and what a rule makes of it. */
#ifndef GW_SAMPLES_SIM_REPLY_H
#define GW_SAMPLES_SIM_REPLY_H
#include "samples/sim/behaviour.h"
#include "samples/sim/wire.h"

struct reply {
	int status;
	char content_type[256];
	struct gw_buf body;
};

struct reply_job {
	struct wire *wire;
	const struct reply *reply;
	struct sim_rule rule;
	enum wire_end end;   /* how the connection goes on; WIRE_KEEP to begin with */
	uint64_t generation; /* of the rules when the request came */
};

void reply_send(struct reply_job *job); /* as it should be */

const char *status_reason(int status);

/* The body, or a longer one of the same form: the text of the zip element is filled up with base64, so that a
 * reply of any size is made in constant memory. */
struct reply_stream {
	struct gw_span before, after; /* the parts around the filling */
	uint64_t fill, pad, total;    /* pad: blanks behind the envelope to meet the size exactly */
};
struct reply_stream stream_of(const struct reply *reply, uint64_t at_least);

/* Up to `n` bytes from `at` into `out`; returns how many (0 at the end). */
size_t stream_read(const struct reply_stream *s, uint64_t at, char *out, size_t n);
#endif
