/* gateway/cases/status.h - what an operator changes of one record or one subject, in one transaction with what follows
 * from it (vash/operator.h): authorised persons, mail, history, audit. Waits for the writer. */
#ifndef GW_CASES_STATUS_H
#define GW_CASES_STATUS_H
#include "store/store.h"
#include "vash/codelists.h"

struct status_request {
	int64_t record;	    /* <19.0> */
	int status;	    /* enum vash_status */
	const char *reason; /* of a deletion */
};

enum status_subject {
	STATUS_BLOCK = 1,
	STATUS_UNBLOCK,
	STATUS_PRS_ACTIVE, /* <7b> */
	STATUS_PRS_DELETED
};

/* GW_E_NOTFOUND: no such record. GW_E_INPUT, GW_E_CONFLICT: vash/operator.h, or a rule of the database. */
GW_NODISCARD enum gw_code status_change(struct store *s, const struct vash_codelists *lists,
					const struct store_context *who, const struct status_request *rq,
					struct gw_err *err);
/* GW_E_NOTFOUND: no such subject. */
GW_NODISCARD enum gw_code status_change_subject(struct store *s, const struct vash_codelists *lists,
						const struct store_context *who, int64_t eceu_id,
						enum status_subject to, struct gw_err *err);
#endif
