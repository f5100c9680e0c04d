/* store/merkle.h - the hash tree of the audit trail: RFC 6962 section 2.1. Pure functions, no I/O. */
#ifndef GW_STORE_MERKLE_H
#define GW_STORE_MERKLE_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum { MERKLE_HASH = 32, MERKLE_LEVELS = 64, MERKLE_RECORD_MAX = 8192 };

struct merkle_hash {
	uint8_t b[MERKLE_HASH];
};

/* The roots of the perfect subtrees of the first `size` leaves, largest first: one for each 1 bit of size. */
struct merkle_frontier {
	uint64_t size;
	size_t count;
	struct merkle_hash node[MERKLE_LEVELS];
};

void merkle_sha256(const void *bytes, size_t n, uint8_t out[MERKLE_HASH]);
/* record.n <= MERKLE_RECORD_MAX */
void merkle_leaf(struct gw_span record, struct merkle_hash *out);
void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *out);

void merkle_append(struct merkle_frontier *f, const struct merkle_hash *leaf);
void merkle_root(const struct merkle_frontier *f, struct merkle_hash *out); /* size 0: SHA-256("") */

/* A source of subtree hashes: the root of leaves [first, first + 2^level), which lie all inside the log. */
typedef enum gw_code (*merkle_subtree_fn)(void *ctx, uint64_t first, unsigned level, struct merkle_hash *out,
					  struct gw_err *err);

struct merkle_path {
	size_t count;
	struct merkle_hash node[2 * MERKLE_LEVELS];
};

/* MTH of leaves [from, to). */
GW_NODISCARD enum gw_code merkle_range_root(merkle_subtree_fn subtree, void *ctx, uint64_t from, uint64_t to,
					    struct merkle_hash *out, struct gw_err *err);
/* PATH(index, D[size]), RFC 6962 2.1.1; GW_E_INPUT if index >= size. */
GW_NODISCARD enum gw_code merkle_inclusion(merkle_subtree_fn subtree, void *ctx, uint64_t index, uint64_t size,
					   struct merkle_path *out, struct gw_err *err);
/* The root that an inclusion path leads to (RFC 9162 2.1.3.2); false: it is not one of `index` in `size`. */
bool merkle_follow(const struct merkle_hash *leaf, uint64_t index, uint64_t size, const struct merkle_hash *path,
		   size_t count, struct merkle_hash *root);
/* PROOF(from, D[to]), RFC 6962 2.1.2; GW_E_INPUT unless 0 < from <= to. */
GW_NODISCARD enum gw_code merkle_consistency(merkle_subtree_fn subtree, void *ctx, uint64_t from, uint64_t to,
					     struct merkle_path *out, struct gw_err *err);
#endif
