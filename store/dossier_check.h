/* store/dossier_check.h - is the file of a case what it says? docs/AUDIT.md section 11.4, check by check, offline. */
#ifndef GW_STORE_DOSSIER_CHECK_H
#define GW_STORE_DOSSIER_CHECK_H
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/zip.h"

struct dossier_check {
	const struct gw_zip_member *member;
	size_t count;
	struct gw_span key; /* the log's SubjectPublicKeyInfo as known from elsewhere; empty = not known */
	/* Ed25519 over `text` by the key in `spki`. */
	bool (*verify)(const uint8_t *spki, size_t spki_bytes, struct gw_span text, const uint8_t signature[64]);
	/* SHA-256 over the DER of the one certificate in the PEM. */
	bool (*certificate_digest)(struct gw_span pem, uint8_t out[32]);
};

struct dossier_verdict {
	const char *reason; /* NULL: it is; else one of the words of section 11.4; static */
	bool has_index;
	uint64_t index;	  /* the record of the change that does not fit */
	const char *file; /* with "file": the member that does not fit, in the arena or borrowed; else NULL */

	uint64_t record, size; /* filled as far as the checks have come */
	size_t changes, rows;
	char time[GW_TIME_TEXT]; /* of the head */
};

/* A verdict is a result; an error is want of memory. */
GW_NODISCARD enum gw_code dossier_check(const struct dossier_check *c, struct gw_arena *arena,
					struct dossier_verdict *out, struct gw_err *err);
#endif
