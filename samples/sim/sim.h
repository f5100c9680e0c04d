/* samples/sim/sim.h - what all parts of the simulator share: options, counters, rules, live connections. */
#ifndef GW_SAMPLES_SIM_H
#define GW_SAMPLES_SIM_H
#include <openssl/ssl.h>

#include "base/err.h"
#include "samples/sim/behaviour.h"
#include "samples/sim/stats.h"
#include "samples/sim/wire.h"

struct sim_options {
	const char *cert, *key, *client_ca, *hmac_key_file, *data_dir;
	unsigned port, control_port; /* 0 = chosen by the system */
	int ready_fd;		     /* -1 = none */
	int idle_ms;		     /* a kept-alive connection is closed after this */
	bool check_identity;
};

struct sim_listener;

struct sim {
	struct sim_options opt;
	SSL_CTX *tls;
	uint8_t hmac_key[128];
	size_t hmac_key_len;
	unsigned port, control_port; /* as bound */
	struct sim_stats stats;
	struct sim_rules rules;
	struct sim_listener *listener;
};

GW_NODISCARD enum gw_code sim_options_parse(int argc, char **argv, struct sim_options *opt, struct gw_err *err);
GW_NODISCARD enum gw_code sim_key_load(struct sim *sim, struct gw_err *err);

/* A TCP socket listening on 127.0.0.1, or -1. *port: 0 asks the system, the answer is stored there. */
int sim_listen(unsigned *port);

/* Start the TLS listener (threads of its own); the control port is served by the calling thread. */
GW_NODISCARD enum gw_code sim_listener_start(struct sim *sim, struct gw_err *err);
void sim_listener_refuse(struct sim *sim, bool refuse); /* returns when new connections meet that state */
void sim_listener_drop(struct sim *sim);		/* shut down every open connection */
void sim_connection_run(struct sim *sim, int fd);	/* one connection, from accept to its end; owns fd */

/* Serve the control port until SIGTERM. */
void sim_control_run(struct sim *sim, int listen_fd);
#endif
