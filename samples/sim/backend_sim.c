/* backend_sim: the courts' backends eZK and eINS, as far as their callers can tell. See README.md. */
#include <libxml/parser.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "samples/sim/data.h"
#include "samples/sim/sim.h"

static struct sim sim;

static void leave(int signal_number) {
	GW_UNUSED(signal_number);
	_exit(0);
}

static void prepare_process(void) {
	pid_t parent = getppid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) { /* gone before the line above */
		_exit(0);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, leave);
	signal(SIGINT, leave);
	setenv("TZ", "UTC0", 1); /* times inside the zip files */
	const char *shift = getenv("GW_TEST_TIME_SHIFT_S");
	if (shift) {
		gw_clock_shift(strtol(shift, NULL, 10));
	}
	xmlInitParser();
}

static enum gw_code start(struct sim *s, int *control_fd, struct gw_err *err) {
	enum gw_code rc = sim_key_load(s, err);
	rc = rc == GW_OK ? data_load(s->opt.data_dir, err) : rc;
	rc = rc == GW_OK ? wire_context(s, err) : rc;
	if (rc != GW_OK) {
		return rc;
	}
	stats_init(&s->stats);
	rules_init(&s->rules);
	s->control_port = s->opt.control_port;
	*control_fd = sim_listen(&s->control_port);
	if (*control_fd < 0) {
		return gw_fail(err, GW_E_CONFIG, "cannot listen on 127.0.0.1:%u", s->opt.control_port);
	}
	return sim_listener_start(s, err);
}

static void say_ready(const struct sim *s) {
	printf("ready port=%u control=%u\n", s->port, s->control_port);
	fflush(stdout);
	if (s->opt.ready_fd >= 0) {
		dprintf(s->opt.ready_fd, "ready port=%u control=%u\n", s->port, s->control_port);
		close(s->opt.ready_fd);
	}
}

int main(int argc, char **argv) {
	struct gw_err err = {0};
	int control_fd = -1;
	prepare_process();
	enum gw_code rc = sim_options_parse(argc, argv, &sim.opt, &err);
	rc = rc == GW_OK ? start(&sim, &control_fd, &err) : rc;
	if (rc != GW_OK) {
		fprintf(stderr, "backend_sim: %s\n", err.msg);
		return 2;
	}
	say_ready(&sim);
	sim_control_run(&sim, control_fd);
	return 0;
}
