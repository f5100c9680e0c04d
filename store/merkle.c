#include "store/merkle.h"

#include <openssl/sha.h>

void merkle_sha256(const void *bytes, size_t n, uint8_t out[MERKLE_HASH]) {
	SHA256(bytes, n, out);
}

void merkle_leaf(struct gw_span record, struct merkle_hash *out) {
	uint8_t bytes[1 + MERKLE_RECORD_MAX];
	bytes[0] = 0;
	memcpy(bytes + 1, record.p, record.n);
	SHA256(bytes, 1 + record.n, out->b);
}

void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *out) {
	uint8_t bytes[1 + 2 * MERKLE_HASH] = {1};
	memcpy(bytes + 1, left->b, MERKLE_HASH);
	memcpy(bytes + 1 + MERKLE_HASH, right->b, MERKLE_HASH);
	SHA256(bytes, sizeof(bytes), out->b);
}

void merkle_append(struct merkle_frontier *f, const struct merkle_hash *leaf) {
	struct merkle_hash top = *leaf;
	for (uint64_t carry = f->size; carry & 1; carry >>= 1) {
		merkle_node(&f->node[--f->count], &top, &top);
	}
	f->node[f->count++] = top;
	f->size++;
}

void merkle_root(const struct merkle_frontier *f, struct merkle_hash *out) {
	if (f->count == 0) {
		SHA256((const uint8_t *)"", 0, out->b);
		return;
	}
	*out = f->node[f->count - 1];
	for (size_t i = f->count - 1; i > 0; i--) {
		merkle_node(&f->node[i - 1], out, out);
	}
}

/* The largest power of two below n (n >= 2), as its exponent. */
static unsigned split_level(uint64_t n) {
	return 63 - (unsigned)__builtin_clzll(n - 1);
}

enum gw_code merkle_range_root(merkle_subtree_fn subtree, void *ctx, uint64_t from, uint64_t to,
			       struct merkle_hash *out, struct gw_err *err) {
	if (to - from == 1) {
		return subtree(ctx, from, 0, out, err);
	}
	unsigned level = split_level(to - from);
	if (to - from == (uint64_t)2 << level) {
		return subtree(ctx, from, level + 1, out, err);
	}
	struct merkle_hash left, right;
	enum gw_code rc = subtree(ctx, from, level, &left, err);
	if (rc == GW_OK) {
		rc = merkle_range_root(subtree, ctx, from + ((uint64_t)1 << level), to, &right, err);
	}
	if (rc == GW_OK) {
		merkle_node(&left, &right, out);
	}
	return rc;
}

static enum gw_code add_range(merkle_subtree_fn subtree, void *ctx, uint64_t from, uint64_t to,
			      struct merkle_path *path, struct gw_err *err) {
	return merkle_range_root(subtree, ctx, from, to, &path->node[path->count++], err);
}

/* The recursion of RFC 6962 collects nodes from the leaf upwards: deepest first. */
static enum gw_code inclusion(merkle_subtree_fn subtree, void *ctx, uint64_t index, uint64_t from, uint64_t to,
			      struct merkle_path *path, struct gw_err *err) {
	if (to - from == 1) {
		return GW_OK;
	}
	uint64_t middle = from + ((uint64_t)1 << split_level(to - from));
	enum gw_code rc = index < middle ? inclusion(subtree, ctx, index, from, middle, path, err)
					 : inclusion(subtree, ctx, index, middle, to, path, err);
	if (rc != GW_OK) {
		return rc;
	}
	return index < middle ? add_range(subtree, ctx, middle, to, path, err)
			      : add_range(subtree, ctx, from, middle, path, err);
}

enum gw_code merkle_inclusion(merkle_subtree_fn subtree, void *ctx, uint64_t index, uint64_t size,
			      struct merkle_path *out, struct gw_err *err) {
	out->count = 0;
	if (index >= size) {
		return gw_fail(err, GW_E_INPUT, "record %llu is not among the first %llu", (unsigned long long)index,
			       (unsigned long long)size);
	}
	return inclusion(subtree, ctx, index, 0, size, out, err);
}

bool merkle_follow(const struct merkle_hash *leaf, uint64_t index, uint64_t size, const struct merkle_hash *path,
		   size_t count, struct merkle_hash *root) {
	uint64_t at = index, last = size - 1;
	*root = *leaf;
	if (index >= size) {
		return false;
	}
	for (size_t i = 0; i < count; i++, at >>= 1, last >>= 1) {
		if (last == 0) {
			return false;
		}
		if (!(at & 1) && at != last) {
			merkle_node(root, &path[i], root);
			continue;
		}
		merkle_node(&path[i], root, root);
		while (!(at & 1) && at != 0) { /* the right edge skips levels */
			at >>= 1;
			last >>= 1;
		}
	}
	return last == 0;
}

/* SUBPROOF(m, D[from:to], b) of RFC 6962 2.1.2; `whole` is b: the subtree is one whose root the reader knows. */
static enum gw_code subproof(merkle_subtree_fn subtree, void *ctx, uint64_t m, uint64_t from, uint64_t to, bool whole,
			     struct merkle_path *path, struct gw_err *err) {
	if (m == to) {
		return whole ? GW_OK : add_range(subtree, ctx, from, to, path, err);
	}
	uint64_t middle = from + ((uint64_t)1 << split_level(to - from));
	if (m <= middle) {
		enum gw_code rc = subproof(subtree, ctx, m, from, middle, whole, path, err);
		return rc == GW_OK ? add_range(subtree, ctx, middle, to, path, err) : rc;
	}
	enum gw_code rc = subproof(subtree, ctx, m, middle, to, false, path, err);
	return rc == GW_OK ? add_range(subtree, ctx, from, middle, path, err) : rc;
}

enum gw_code merkle_consistency(merkle_subtree_fn subtree, void *ctx, uint64_t from, uint64_t to,
				struct merkle_path *out, struct gw_err *err) {
	out->count = 0;
	if (from == 0 || from > to) {
		return gw_fail(err, GW_E_INPUT, "no consistency from %llu to %llu", (unsigned long long)from,
			       (unsigned long long)to);
	}
	return subproof(subtree, ctx, from, 0, to, true, out, err);
}
