/* gateway/cli/tsl_import.h - whether a trusted list may come into force, from bytes to a verdict. The command
 * `tsl import` calls it, and whoever imports on a schedule may: nothing here prints, fetches or writes. */
#ifndef GW_CLI_TSL_IMPORT_H
#define GW_CLI_TSL_IMPORT_H
#include "certs/tsl_json.h"
#include "store/trusted_list.h"

struct tsl_import {		       /* what is asked */
	struct gw_span xml;	       /* the list */
	struct gw_span lotl;	       /* the list of lists that names its signer; empty: none */
	struct tsl_blobs signer;       /* --signer: who signed the outermost of the two; none: not given */
	struct tsl_blobs lotl_signers; /* of the configuration: who signs the list of lists */
	const char *territory;	       /* NULL: any */
	int64_t at_utc_s;
	bool unpinned_ok; /* a dry run: nobody need vouch for the signer, if his certificate is one for lists */
	const struct trusted_list_facts *in_force; /* NULL: there is none */
	struct gw_span in_force_record;
};

struct tsl_imported {			 /* what comes of it; released with tsl_imported_release */
	struct tsl_refused refused;	 /* why == TSL_REFUSED_NOT: it may come into force */
	bool of_lotl;			 /* the refusal is of the list of lists */
	bool known;			 /* its signature is right: `facts` and `list` say what it says */
	bool same;			 /* it is the one in force */
	struct trusted_list_facts facts; /* pinned_by "": nobody */
	struct gw_arena arena;
	struct tsl list; /* in the arena */
	json_t *record, *changes;
};
void tsl_imported_release(struct tsl_imported *t);
static inline void gw_auto_tsl_imported(struct tsl_imported *t) {
	tsl_imported_release(t);
}

/* Runs a child for each list and waits for it. An error means that there is no verdict; *out is released all the same.
 */
GW_NODISCARD enum gw_code tsl_import_check(const struct tsl_import *what, struct tsl_imported *out, struct gw_err *err);

/* Certificates of a PEM or DER file with one, or of every *.pem, *.crt, *.cer file of a folder, into the arena.
 * GW_E_CONFIG: there is none, or one cannot be read. */
GW_NODISCARD enum gw_code tsl_pins_load(const char *path, struct gw_arena *arena, struct tsl_blobs *out,
					struct gw_err *err);

/* ---- into the registry ---- */

/* {"command":"tsl_import",…}: the verdict as a command for registry_command.h. NULL: out of memory. */
json_t *tsl_import_command(const struct tsl_import *what, const struct tsl_imported *verdict);
/* Runs it. False: it is another command. Answer: {"ok":true,"same":false} or {"ok":false,"class":…,"error":…}, with
 * "code":"older" or "same_sequence" where another import was faster. */
bool tsl_import_run(struct store *s, const json_t *command, json_t **answer);
/* Has this command, so answered, put another list in force? */
bool tsl_import_changed(const json_t *command, const json_t *answer);
#endif
