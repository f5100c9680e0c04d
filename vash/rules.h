/* vash/rules.h - business rules of a call that an XSD cannot say (DESIGN step 5; FZ 2.10.1). Pure. */
#ifndef GW_VASH_RULES_H
#define GW_VASH_RULES_H
#include "base/span.h"
#include "vash/caller.h"
#include "vash/fault.h"

enum vash_value_kind { VASH_VALUE_EMSO = 1, VASH_VALUE_MATICNA, VASH_VALUE_DAVCNA, VASH_VALUE_BUILDING };

struct vash_value { /* one watched value of the request */
	enum vash_value_kind kind;
	struct gw_span text;
};

struct vash_rule_settings {
	size_t buildings_max; /* 1103: 50 by default */
};

struct vash_rule_result {
	enum vash_fault fault;	  /* VASH_NO_FAULT: the request may go on */
	const char *insert_name;  /* element to write in ("emso" or "maticna"), NULL = nothing */
	const char *insert_value; /* borrowed from the caller */
};

/* Does this service answer about the calling user alone (1101, 1102)? */
bool vash_service_is_own(const char *service_code);

struct vash_rule_result vash_check_request(const char *service_code, const struct vash_caller *caller,
					   const struct vash_value *values, size_t count,
					   const struct vash_rule_settings *settings);
#endif
