/* store/dossier_lines.h - the texts of a case's file, read into structs: docs/AUDIT.md sections 11.1 to 11.3. Only the
 * form is judged here. */
#ifndef GW_STORE_DOSSIER_LINES_H
#define GW_STORE_DOSSIER_LINES_H
#include "base/arena.h"
#include "store/audit.h"
#include "store/history.h"

struct dossier_row { /* of proof.txt */
	uint64_t id;
	struct merkle_hash hash;
	bool own; /* it belongs to the case: */
	uint8_t salt[HISTORY_SALT];
};

struct dossier_change {
	struct gw_span record; /* the line */
	bool fits;	       /* it is version 1, of kind registry, and the inclusion is that of its index */
	uint64_t index, size;
	struct merkle_hash leaf, root;
	struct merkle_hash *path;
	size_t path_count;
	struct dossier_row *row;
	size_t rows;
};

struct dossier_entry { /* a line of history.txt */
	struct gw_span line;
	uint64_t id;
	const char *object, *object_id;
	struct gw_span after; /* JSON */
};

struct dossier_receipt {
	const char *log, *time;
	uint64_t index;
	struct merkle_hash leaf;
};

/* Lent texts and spans live in the arena or in the texts. */
struct dossier_lines {
	const char *log;
	uint64_t record;
	struct gw_span key; /* bytes */
	struct dossier_change *change;
	size_t changes;
	struct gw_span head; /* the line; its parts: */
	const char *head_log, *head_time;
	uint64_t head_size;
	struct merkle_hash head_root;
	uint8_t signature[64];
	struct dossier_entry *entry;
	size_t entries;
	struct dossier_receipt *receipt;
	size_t receipts;
};

/* false: a text breaks its grammar, or the arena is full. */
bool dossier_read_proof(struct gw_span text, struct gw_arena *arena, struct dossier_lines *out);
bool dossier_read_history(struct gw_span text, struct gw_arena *arena, struct dossier_lines *out);
bool dossier_read_receipts(struct gw_span text, struct gw_arena *arena, struct dossier_lines *out);
#endif
