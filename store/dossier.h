/* store/dossier.h - the file of a case: everything that the registry holds of one record <19.0>, with the proof that it
 * is what the audit trail says. Its bytes: docs/AUDIT.md section 11. */
#ifndef GW_STORE_DOSSIER_H
#define GW_STORE_DOSSIER_H
#include "base/zip.h"
#include "store/audit.h"

enum { DOSSIER_MEMBERS_MAX = 1000, DOSSIER_MAX_BYTES = 67108864 }; /* what a verifier reads, section 11.4 */

struct dossier {
	struct gw_zip_member *member;
	size_t count;
	int64_t sealed_utc_s; /* the time of its head */
};

/* `spki` is the log's public key; the members live in the arena. GW_E_NOTFOUND: there is no such record. GW_E_RETRY:
 * its newest change is not under a signed head yet (store_seal). Reads beside a serving process. */
GW_NODISCARD enum gw_code dossier_read(const char *registry_path, int64_t record, struct gw_span spki,
				       struct gw_arena *arena, struct dossier *out, struct gw_err *err);
#endif
