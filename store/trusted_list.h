/* store/trusted_list.h - the trusted list in force, and how another comes into force: the file itself, what was read of
 * it under its signature, who vouched for its signer. What it says is certs/'s; here it is bytes and numbers. */
#ifndef GW_STORE_TRUSTED_LIST_H
#define GW_STORE_TRUSTED_LIST_H
#include "store/store.h"

enum { TRUSTED_LIST_TERRITORY = 8, TRUSTED_LIST_HEX = 65 };

struct trusted_list_facts {
	char territory[TRUSTED_LIST_TERRITORY];
	int64_t sequence, issued_utc_s, next_update_utc_s, imported_utc_s;
	char digest[TRUSTED_LIST_HEX], signer[TRUSTED_LIST_HEX]; /* SHA-256, lower-case hex: of the file, of the
								    certificate that signed it */
	char pinned_by[8];					 /* "signer", "lotl" */
	int64_t providers, services, granted_ca_qc;
};

struct trusted_list_entry {
	struct trusted_list_facts facts;
	struct gw_span changes, record, xml;
};

enum trusted_list_outcome {
	TRUSTED_LIST_OLDER = 0, /* refused: than the one in force */
	TRUSTED_LIST_OTHER,	/* refused: of its number, with other bytes */
	TRUSTED_LIST_NEW,
	TRUSTED_LIST_SAME /* it is the one in force, byte for byte: nothing was written */
};

/* Makes the list the one in force for its territory, in one transaction with history and audit record. What is refused,
 * or fails, leaves everything as it was. `imported_utc_s` is not looked at: it is now. Waits for the writer. */
GW_NODISCARD enum gw_code trusted_list_put(struct store *s, const char *who, const struct trusted_list_entry *entry,
					   enum trusted_list_outcome *outcome, struct gw_err *err);

/* The list in force into *facts, and into `changes` and `record` (each may be NULL) its JSON. GW_E_NOTFOUND: there is
 * no registry. *found false: there is no list. A connection of its own; any thread. */
GW_NODISCARD enum gw_code trusted_list_get(const char *path, const char *territory, bool *found,
					   struct trusted_list_facts *facts, struct gw_buf *changes,
					   struct gw_buf *record, struct gw_err *err);
#endif
