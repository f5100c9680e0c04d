/* samples/sim/wire.h - one accepted TLS connection: blocking reads and writes, three ways to end. */
#ifndef GW_SAMPLES_SIM_WIRE_H
#define GW_SAMPLES_SIM_WIRE_H
#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/buf.h"

struct sim;

struct wire {
	struct sim *sim;
	SSL *ssl;
	int fd;
	bool ended; /* the peer closed, or an error: nothing more will come or go */
};

enum wire_end {
	WIRE_KEEP = 0,
	WIRE_CLEAN, /* close_notify, then FIN */
	WIRE_HARD,  /* FIN without close_notify: to TLS a truncation */
	WIRE_RESET  /* TCP RST, once everything sent has been acknowledged */
};

/* Context for TLS 1.2 and 1.3, client certificate of opt.client_ca demanded, sessions resumable. */
GW_NODISCARD enum gw_code wire_context(struct sim *sim, struct gw_err *err);

bool wire_handshake(struct wire *w);		/* w->fd and w->sim are set by the caller */
bool wire_wait(struct wire *w, int timeout_ms); /* true: something to read (also the end) */
bool wire_has_byte(struct wire *w);		/* blocks; false: the peer has closed, nothing will come */
bool wire_read_more(struct wire *w, struct gw_buf *in);
bool wire_write(struct wire *w, const void *bytes, size_t n);
bool wire_peer_gone(struct wire *w, int wait_ms);   /* waits up to wait_ms for the peer to close */
void wire_close(struct wire *w, enum wire_end how); /* WIRE_KEEP closes cleanly too; releases all */
#endif
