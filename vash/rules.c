#include "vash/rules.h"

#include "base/err.h"
#include "vash/numbers.h"

static enum vash_fault check_value(const struct vash_value *v) {
	switch (v->kind) {
	case VASH_VALUE_EMSO:
		return vash_emso_ok(v->text) ? VASH_NO_FAULT : VASH_RULE_EMSO;
	case VASH_VALUE_MATICNA:
		return vash_maticna_ok(v->text) ? VASH_NO_FAULT : VASH_RULE_MATICNA;
	case VASH_VALUE_DAVCNA:
		return vash_davcna_ok(v->text) ? VASH_NO_FAULT : VASH_RULE_DAVCNA;
	case VASH_VALUE_BUILDING:
	default:
		return VASH_NO_FAULT;
	}
}

bool vash_service_is_own(const char *service_code) {
	return strcmp(service_code, "1101") == 0 || strcmp(service_code, "1102") == 0;
}

/* FZ 2.10.1, 1101 and 1102: the number is the user's own, <3> or <4>. */
static bool is_own_number(const struct vash_caller *caller, const struct vash_value *v) {
	if (v->kind == VASH_VALUE_EMSO) {
		return gw_span_is(v->text, caller->emso);
	}
	char canonical[VASH_MATICNA];
	return v->kind == VASH_VALUE_MATICNA && vash_maticna_canonical(v->text, canonical) &&
	       strcmp(canonical, caller->maticna) == 0;
}

static struct vash_rule_result own_number(const struct vash_caller *caller, const struct vash_value *values,
					  size_t count) {
	bool person = caller->position == VASH_PERSON;
	const char *number = person ? caller->emso : caller->maticna;
	bool named = false;
	for (size_t i = 0; i < count; i++) {
		if (values[i].kind == VASH_VALUE_BUILDING) {
			continue;
		}
		if (!is_own_number(caller, &values[i])) {
			return (struct vash_rule_result){.fault = VASH_RULE_FOREIGN};
		}
		named = true;
	}
	if (number[0] == '\0') {
		return (struct vash_rule_result){.fault = VASH_RULE_NO_NUMBER};
	}
	if (named) {
		return (struct vash_rule_result){.fault = VASH_NO_FAULT};
	}
	return (struct vash_rule_result){.insert_name = person ? "emso" : "maticna", .insert_value = number};
}

struct vash_rule_result vash_check_request(const char *service_code, const struct vash_caller *caller,
					   const struct vash_value *values, size_t count,
					   const struct vash_rule_settings *settings) {
	size_t buildings = 0;
	for (size_t i = 0; i < count; i++) {
		enum vash_fault fault = check_value(&values[i]);
		if (fault != VASH_NO_FAULT) {
			return (struct vash_rule_result){.fault = fault};
		}
		buildings += values[i].kind == VASH_VALUE_BUILDING;
	}
	if (strcmp(service_code, "1103") == 0 && buildings > settings->buildings_max) {
		return (struct vash_rule_result){.fault = VASH_RULE_BUILDINGS};
	}
	if (vash_service_is_own(service_code)) {
		return own_number(caller, values, count);
	}
	return (struct vash_rule_result){.fault = VASH_NO_FAULT};
}
