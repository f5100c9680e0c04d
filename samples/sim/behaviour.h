/* samples/sim/behaviour.h - rules: which requests or connections are answered wrongly, slowly or not at all.
 */
#ifndef GW_SAMPLES_SIM_BEHAVIOUR_H
#define GW_SAMPLES_SIM_BEHAVIOUR_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct reply_job;

enum sim_stage {
	STAGE_LISTEN = 1, /* the listening socket itself */
	STAGE_CONNECT,	  /* a connection just accepted */
	STAGE_IDLE,	  /* the next request begins to arrive on a connection that served one before */
	STAGE_REQUEST	  /* a request was read whole */
};

enum sim_wish { /* what the SOAP layer is asked for */
		WISH_NORMAL = 0,
		WISH_FAULT,
		WISH_MULTIPART,
		WISH_BASE64
};

struct sim_kind {
	const char *name;
	enum sim_stage stage;
	enum sim_wish wish;
	void (*send)(struct reply_job *job); /* STAGE_REQUEST only */
	uint64_t ms, bytes;		     /* defaults of the parameters */
};

struct sim_rule {
	const struct sim_kind *kind;
	uint64_t ms, bytes;
	uint64_t left;	/* how often still; 0 = until reset */
	bool rst;	/* a hard close is a TCP RST */
	char path[512]; /* empty = every path */
};

enum { SIM_RULES_MAX = 32 };

struct sim_rules {
	pthread_mutex_t lock;
	struct sim_rule rule[SIM_RULES_MAX];
	_Atomic uint64_t generation; /* changes with every reset; held connections let go then */
};

void rules_init(struct sim_rules *rules);
void rules_reset(struct sim_rules *rules);
/* Replaces the rule of the same stage and path. False: no room. */
bool rules_set(struct sim_rules *rules, const struct sim_rule *rule);
/* The rule that applies now, counted down; a rule of the path comes before one of every path. */
bool rules_take(struct sim_rules *rules, enum sim_stage stage, const char *path, struct sim_rule *out);

const struct sim_kind *kind_find(const char *name); /* NULL if unknown */
const struct sim_kind *kind_at(unsigned index);	    /* NULL behind the last */
#endif
