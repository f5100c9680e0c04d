/* tests/fuzz/fuzz_form.c - input: the Content-Type on the first line, then the body of a form.
 * What is accepted is text within its limits; the file lies within the body, and its name is no path. The same bytes
 * give the same form. */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "gateway/web/form.h"

enum { ARENA_MAX = 4194304, NAME_MAX_BYTES = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool ok) {
	if (!ok) {
		abort();
	}
}

static void require_text(const char *text) {
	size_t n = strlen(text);
	for (size_t i = 0; i < n;) {
		size_t one = gw_utf8_len((const uint8_t *)text + i, n - i);
		require(one > 0);
		i += one;
	}
}

static void check_values(const struct vash_pairs *values) {
	require(values->count <= VASH_PAIRS_MAX);
	for (size_t i = 0; i < values->count; i++) {
		const char *name = values->pair[i].name;
		require(name[0] && strlen(name) <= NAME_MAX_BYTES && values->pair[i].value[0]);
		require(strcmp(name, "csrf") != 0 && strcmp(name, "version") != 0 && strcmp(name, "button") != 0);
		require(strcmp(vash_pair_get(values, name), values->pair[i].value) == 0);
		require_text(name);
		require_text(values->pair[i].value);
	}
}

static void check_file(const struct vash_input *input, struct gw_span body) {
	const struct gw_span *file = &input->file;
	require(!file->p || (file->n > 0 && file->p >= body.p && file->p + file->n <= body.p + body.n));
	require(!strchr(input->file_name, '/') && !strchr(input->file_name, '\\') && strlen(input->file_name) <= 255);
	require_text(input->file_name);
}

static void check_again(struct gw_span type, struct gw_span body, const struct form *first) {
	struct gw_arena arena;
	struct form f;
	gw_arena_init(&arena, ARENA_MAX);
	require(form_parse(type, body, &arena, &f, NULL) == GW_OK);
	require(strcmp(f.csrf, first->csrf) == 0 && strcmp(f.input.button, first->input.button) == 0 &&
		f.input.values.count == first->input.values.count && f.input.file.p == first->input.file.p);
	gw_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	const char *text = (const char *)data, *line = n ? memchr(text, '\n', n) : NULL;
	struct gw_arena arena;
	struct form f;
	if (!line) {
		return 0;
	}
	struct gw_span type = {text, (size_t)(line - text)};
	struct gw_span body = {line + 1, n - type.n - 1};
	gw_arena_init(&arena, ARENA_MAX);
	enum gw_code rc = form_parse(type, body, &arena, &f, NULL);
	require(rc == GW_OK || rc == GW_E_INPUT);
	require(f.csrf && f.version && f.input.button && f.input.file_name);
	if (rc == GW_OK) {
		require(!arena.failed);
		require_text(f.csrf);
		require_text(f.version);
		require_text(f.input.button);
		check_values(&f.input.values);
		check_file(&f.input, body);
		check_again(type, body, &f);
	}
	gw_arena_release(&arena);
	return 0;
}
