/* One connection from accept to its end: handshake, then request after request, each met by the rules. */
#include <sys/ioctl.h>
#include <unistd.h>

#include "samples/sim/body_check.h"
#include "samples/sim/identity_check.h"
#include "samples/sim/sim.h"
#include "samples/sim/soap_answer.h"

enum { IN_MAX = REQUEST_MAX + REQUEST_HEAD_MAX + 65536 };

struct connection {
	struct sim *sim;
	struct wire wire;
	struct gw_buf in;
	struct soap_server *soap;
	bool reused;
};

static bool take(struct connection *c, enum sim_stage stage, const char *path, struct sim_rule *rule) {
	bool found = rules_take(&c->sim->rules, stage, path, rule);
	if (found) {
		stats_add(&c->sim->stats, SIM_behaviours, 1);
	}
	return found;
}

static enum wire_end hard(const struct sim_rule *rule) {
	return rule->rst ? WIRE_RESET : WIRE_HARD;
}

/* False: the rule ended the connection before or right after the handshake. */
static bool greet(struct connection *c, enum wire_end *end) {
	struct sim_rule rule = {0};
	bool ruled = take(c, STAGE_CONNECT, "", &rule);
	const char *name = ruled ? rule.kind->name : "";
	*end = hard(&rule);
	if (strcmp(name, "accept_and_close") == 0) {
		return false;
	}
	if (strcmp(name, "slow_handshake") == 0) {
		usleep((useconds_t)(rule.ms * 1000));
	}
	return wire_handshake(&c->wire) && strcmp(name, "close_after_handshake") != 0;
}

/* The race of every kept-alive connection: the next request arrives just when the server gives up.
   A caller who only says goodbye sends no request, and takes no rule from the one who does. */
static bool idle_close(struct connection *c, enum wire_end *end) {
	struct sim_rule rule;
	int waiting = 0;
	if (!c->reused || (c->in.len == 0 && !wire_has_byte(&c->wire)) || !take(c, STAGE_IDLE, "", &rule)) {
		return false;
	}
	*end = hard(&rule);
	if (strcmp(rule.kind->name, "close_idle_reuse_clean") == 0) {
		struct sim_request req;
		(void)request_read(&c->wire, &c->in, &req);
		request_release(&req);
		*end = WIRE_CLEAN;
	} else if (ioctl(c->wire.fd, FIONREAD, &waiting) == 0 && waiting > 0) {
		stats_add(&c->sim->stats, SIM_bytes_in, (uint64_t)waiting); /* received, though never read */
	}
	return true;
}

/* The first thing wrong with the request, counted; NULL if it is as the gateway should send it. */
static const char *refusal_of(struct connection *c, const struct sim_request *req, const struct sim_service *service) {
	struct sim_stats *stats = &c->sim->stats;
	char json[1024];
	if (req->framing_fault) {
		return req->framing_fault;
	}
	const char *fault =
		c->sim->opt.check_identity ? identity_check(c->sim, req, service, json, sizeof(json)) : NULL;
	if (c->sim->opt.check_identity) {
		stats_identity(stats, json);
	}
	if (fault) {
		stats_add(stats, SIM_identity_failures, 1);
		return fault;
	}
	fault = body_check(req, service);
	if (fault) {
		stats_add(stats, SIM_body_violations, 1);
	}
	return fault;
}

static void plain(struct reply *reply, int status, const char *text) {
	reply->status = status;
	memcpy(reply->content_type, "text/plain; charset=UTF-8", sizeof("text/plain; charset=UTF-8"));
	gw_buf_clear(&reply->body);
	if (gw_buf_addf(&reply->body, "%s\n", text) != GW_OK) {
		reply->status = 500;
	}
}

static void make_reply(struct connection *c, const struct sim_request *req, enum sim_wish wish, struct reply *reply) {
	const struct sim_service *service = service_find(req->path);
	if (req->framing_fault) {
		stats_add(&c->sim->stats, SIM_framing_violations, 1);
	}
	if (!service || strcmp(req->method, "POST") != 0) {
		plain(reply, service ? 405 : 404, service ? "POST only" : "no such service");
		return;
	}
	const char *refusal = refusal_of(c, req, service);
	if (!soap_answer(c->soap, service, req, wish, refusal, reply)) {
		plain(reply, 400, refusal ? refusal : "the SOAP server gave no answer");
	}
	if (reply->status >= 400) {
		stats_add(&c->sim->stats, SIM_soap_faults, 1);
	}
}

static enum wire_end answer(struct connection *c, const struct sim_request *req) {
	struct reply_job job = {.wire = &c->wire, .generation = atomic_load(&c->sim->rules.generation)};
	struct reply reply = {0};
	gw_buf_init(&reply.body, REQUEST_MAX);
	if (!take(c, STAGE_REQUEST, req->path, &job.rule)) {
		job.rule.kind = kind_find("normal");
	}
	make_reply(c, req, job.rule.kind->wish, &reply);
	job.reply = &reply;
	job.rule.kind->send(&job);
	gw_buf_release(&reply.body);
	struct gw_span connection = request_header(req, "Connection");
	if (req->framing_fault || gw_span_is_nocase(connection, "close")) {
		job.end = job.end == WIRE_KEEP ? WIRE_CLEAN : job.end;
	}
	return job.end;
}

/* False: the connection is over. */
static bool serve_one(struct connection *c, enum wire_end *end) {
	struct sim_request req;
	*end = WIRE_CLEAN;
	if ((c->in.len == 0 && !wire_wait(&c->wire, c->sim->opt.idle_ms)) || idle_close(c, end)) {
		return false;
	}
	enum request_result result = request_read(&c->wire, &c->in, &req);
	if (result == REQUEST_GONE) {
		request_release(&req);
		return false;
	}
	stats_request(&c->sim->stats, &req);
	if (c->reused) {
		stats_add(&c->sim->stats, SIM_reused_requests, 1);
	}
	*end = answer(c, &req);
	gw_buf_drop_front(&c->in, req.raw.n);
	request_release(&req);
	c->reused = true;
	return *end == WIRE_KEEP && result == REQUEST_WHOLE && !c->wire.ended;
}

void sim_connection_run(struct sim *sim, int fd) {
	struct connection c = {.sim = sim, .wire = {.sim = sim, .fd = fd}, .soap = soap_server_new()};
	enum wire_end end = WIRE_HARD;
	gw_buf_init(&c.in, IN_MAX);
	if (c.soap && greet(&c, &end)) {
		while (serve_one(&c, &end)) {
		}
	}
	wire_close(&c.wire, end);
	gw_buf_release(&c.in);
	soap_server_free(c.soap);
}
