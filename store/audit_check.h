/* store/audit_check.h - checking an export of the audit trail offline: docs/AUDIT.md section 8, check by check. */
#ifndef GW_STORE_AUDIT_CHECK_H
#define GW_STORE_AUDIT_CHECK_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct audit_check_files {
	const char *export_path;
	const char *head_path;	  /* NULL = none */
	const char *receipt_path; /* NULL = none */
	/* Ed25519 over `text` by the key in `spki`. */
	bool (*verify)(const uint8_t *spki, size_t spki_bytes, struct gw_span text, const uint8_t signature[64]);
};

struct audit_check_result {
	bool ok;
	uint64_t record; /* not ok: the smallest index that does not fit */
	bool has_record;
	const char *reason; /* not ok: one of the words of section 8; static */
	uint64_t records, heads, receipts, open;
	char root[65];
	bool anchored;	    /* a head given from outside has the size of the export's end */
	bool signed_to_end; /* some head that fits has it: without one, what follows the last head could be anybody's */
};

/* A verdict is a result; an error means that a file could not be read. */
GW_NODISCARD enum gw_code audit_check(const struct audit_check_files *files, struct audit_check_result *out,
				      struct gw_err *err);
#endif
