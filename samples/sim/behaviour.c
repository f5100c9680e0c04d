#include "samples/sim/behaviour.h"

#include <string.h>

void rules_init(struct sim_rules *rules) {
	memset(rules, 0, sizeof(*rules));
	pthread_mutex_init(&rules->lock, NULL);
}

void rules_reset(struct sim_rules *rules) {
	pthread_mutex_lock(&rules->lock);
	memset(rules->rule, 0, sizeof(rules->rule));
	atomic_fetch_add(&rules->generation, 1);
	pthread_mutex_unlock(&rules->lock);
}

bool rules_set(struct sim_rules *rules, const struct sim_rule *rule) {
	struct sim_rule *slot = NULL;
	pthread_mutex_lock(&rules->lock);
	for (size_t i = 0; i < SIM_RULES_MAX; i++) {
		struct sim_rule *r = &rules->rule[i];
		if (!r->kind) {
			slot = slot ? slot : r;
		} else if (r->kind->stage == rule->kind->stage && strcmp(r->path, rule->path) == 0) {
			slot = r;
			break;
		}
	}
	if (slot) {
		*slot = *rule;
	}
	pthread_mutex_unlock(&rules->lock);
	return slot != NULL;
}

static struct sim_rule *find(struct sim_rules *rules, enum sim_stage stage, const char *path) {
	struct sim_rule *any = NULL;
	for (size_t i = 0; i < SIM_RULES_MAX; i++) {
		struct sim_rule *r = &rules->rule[i];
		if (!r->kind || r->kind->stage != stage) {
			continue;
		}
		if (r->path[0] == '\0') {
			any = r;
		} else if (strcmp(r->path, path) == 0) {
			return r;
		}
	}
	return any;
}

bool rules_take(struct sim_rules *rules, enum sim_stage stage, const char *path, struct sim_rule *out) {
	pthread_mutex_lock(&rules->lock);
	struct sim_rule *r = find(rules, stage, path);
	if (r) {
		*out = *r;
		if (r->left == 1) {
			*r = (struct sim_rule){0};
		} else if (r->left > 1) {
			r->left--;
		}
	}
	pthread_mutex_unlock(&rules->lock);
	return r != NULL;
}
