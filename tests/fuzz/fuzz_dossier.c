/* tests/fuzz/fuzz_dossier.c - input: the members of a case's file, each as a line "== name" and what follows until the
 * next. Signatures and certificates are always good: the fuzzer shall get behind them. What is accepted says which case
 * it is; the same members give the same verdict, and one byte more in a proven member another. */
#include <stdint.h>
#include <stdlib.h>

#include "store/dossier.h"
#include "store/dossier_check.h"

enum { ARENA_MAX = 16777216, MEMBERS_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool ok) {
	if (!ok) {
		abort();
	}
}

static bool signed_well(const uint8_t *spki, size_t spki_bytes, struct gw_span text, const uint8_t signature[64]) {
	require(spki && spki_bytes == 44 && text.n > 0 && signature);
	return true;
}

static bool good_certificate(struct gw_span pem, uint8_t out[32]) {
	GW_UNUSED(pem);
	memset(out, 0xaa, 32);
	return true;
}

static size_t split(struct gw_span text, struct gw_arena *arena, struct gw_zip_member *member) {
	static const char mark[] = "== ";
	size_t count = 0;
	const char *at = text.p, *end = text.p + text.n;
	while (count < MEMBERS_MAX && (size_t)(end - at) > sizeof(mark) - 1 &&
	       memcmp(at, mark, sizeof(mark) - 1) == 0) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		if (!line) {
			break;
		}
		struct gw_span name = {at + sizeof(mark) - 1, (size_t)(line - at) - sizeof(mark) + 1};
		const char *next = memmem(line, (size_t)(end - line), "\n== ", 4), *last = next ? next : end;
		struct gw_span bytes = {line + 1, last > line ? (size_t)(last - line) - 1 : 0};
		member[count++] = (struct gw_zip_member){gw_arena_span(arena, name), bytes};
		at = next ? next + 1 : end;
	}
	return count;
}

static struct dossier_verdict judge(const struct gw_zip_member *member, size_t count, struct gw_arena *arena) {
	struct dossier_verdict v;
	const struct dossier_check check = {
		.member = member, .count = count, .verify = signed_well, .certificate_digest = good_certificate};
	enum gw_code rc = dossier_check(&check, arena, &v, NULL);
	require(rc == GW_OK || rc == GW_E_NOMEM);
	require(rc != GW_OK || !v.file || (v.reason && strcmp(v.reason, "file") == 0));
	require(rc != GW_OK || v.reason || (v.changes > 0 && v.rows > 0 && v.time[0]));
	v.reason = rc == GW_OK ? v.reason : "no memory";
	return v;
}

/* An accepted file with a blank behind one of its members, but the one that nobody checks. */
static void check_longer(struct gw_zip_member *member, size_t count, size_t which, struct gw_arena *arena) {
	struct gw_span kept = member[which].bytes;
	char *longer = gw_arena_alloc(arena, kept.n + 1);
	if (longer && strcmp(member[which].name, "README.txt") != 0) {
		memcpy(longer, kept.p, kept.n);
		longer[kept.n] = ' ';
		member[which].bytes = (struct gw_span){longer, kept.n + 1};
		require(judge(member, count, arena).reason != NULL);
		member[which].bytes = kept;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	struct gw_arena arena;
	struct gw_zip_member member[MEMBERS_MAX];
	gw_arena_init(&arena, ARENA_MAX);
	size_t count = split((struct gw_span){(const char *)data, n}, &arena, member);
	struct dossier_verdict v = judge(member, count, &arena), again = judge(member, count, &arena);
	require((v.reason == NULL) == (again.reason == NULL) &&
		(!v.reason || strcmp(v.reason, again.reason) == 0 || arena.failed));
	for (size_t i = 0; !v.reason && i < count; i++) {
		check_longer(member, count, i, &arena);
	}
	gw_arena_release(&arena);
	return 0;
}
