/* store/audit_read.h - reading the audit trail: export, one record, proofs. Formats: docs/AUDIT.md sections 7 and 9.
 * Works on the file beside a serving process; never changes it. */
#ifndef GW_STORE_AUDIT_READ_H
#define GW_STORE_AUDIT_READ_H
#include <stdio.h>

#include "store/audit.h"

struct audit_reader;
GW_NODISCARD enum gw_code audit_reader_open(const char *path, struct audit_reader **out, struct gw_err *err);
void audit_reader_close(struct audit_reader *r);
GW_DEFINE_AUTO(audit_reader, struct audit_reader *, audit_reader_close)

GW_NODISCARD enum gw_code audit_size(struct audit_reader *r, uint64_t *out, struct gw_err *err);

/* Records [from, to) with what belongs to them; `spki` is the log's public key. `progress` may be NULL. */
typedef void (*audit_progress_fn)(uint64_t done, uint64_t all);
GW_NODISCARD enum gw_code audit_export(struct audit_reader *r, uint64_t from, uint64_t to, struct gw_span spki,
				       FILE *to_file, audit_progress_fn progress, struct gw_err *err);

/* One line; GW_E_NOTFOUND. */
GW_NODISCARD enum gw_code audit_line(struct audit_reader *r, uint64_t index, struct gw_buf *out, struct gw_err *err);

/* A line for every record that contains `request=<id>`, ascending. */
GW_NODISCARD enum gw_code audit_find_request(struct audit_reader *r, const char *request_id, FILE *to_file,
					     struct gw_err *err);

/* The kept head of *size, or the last one for 0: its size, and its line appended. GW_E_NOTFOUND. */
GW_NODISCARD enum gw_code audit_head(struct audit_reader *r, uint64_t *size, struct gw_buf *line, struct gw_err *err);
/* Prints the inclusion line alone. */
GW_NODISCARD enum gw_code audit_prove_inclusion(struct audit_reader *r, uint64_t index, uint64_t size, FILE *to_file,
						struct gw_err *err);

/* Inclusion of `index` in the first `size` records (0: the last kept head's size), consistency from `from` (0: none),
 * and the head of that size. GW_E_NOTFOUND: no head of that size is kept. */
GW_NODISCARD enum gw_code audit_prove(struct audit_reader *r, uint64_t index, uint64_t size, uint64_t from,
				      FILE *to_file, struct gw_err *err);
#endif
