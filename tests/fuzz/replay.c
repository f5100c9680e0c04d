/* tests/fuzz/replay.c - main for a fuzz target built without libFuzzer: runs it once over every file of the
 * directories given. No input at all is a failure, so that a moved corpus cannot pass. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX_BYTES = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The memory ends where the input ends, so that a sanitizer sees any look beyond it. */
static bool run_file(FILE *file) {
	static uint8_t bytes[INPUT_MAX_BYTES];
	size_t n = fread(bytes, 1, sizeof(bytes), file);
	uint8_t *exact = malloc(n > 0 ? n : 1);
	bool whole = exact && !ferror(file) && fgetc(file) == EOF;
	if (whole) {
		memcpy(exact, bytes, n);
		LLVMFuzzerTestOneInput(exact, n);
	}
	free(exact);
	return whole;
}

static bool run_path(const char *dir, const char *name) {
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *file = n > 0 && (size_t)n < sizeof(path) ? fopen(path, "rb") : NULL;
	bool good = file && run_file(file);
	if (file) {
		fclose(file);
	}
	return good;
}

static size_t run_dir(const char *dir, bool *good) {
	size_t count = 0;
	DIR *entries = opendir(dir);
	for (struct dirent *e = entries ? readdir(entries) : NULL; e; e = readdir(entries)) {
		if (e->d_name[0] != '.') {
			*good &= run_path(dir, e->d_name);
			count++;
		}
	}
	if (entries) {
		closedir(entries);
	}
	return count;
}

int main(int argc, char **argv) {
	bool all_good = argc > 1;
	for (int i = 1; i < argc; i++) {
		bool good = true;
		size_t count = run_dir(argv[i], &good);
		good &= count > 0;
		printf("%s - %zu inputs replayed: %s\n", good ? "ok" : "not ok", count, argv[i]);
		all_good &= good;
	}
	return all_good ? 0 : 1;
}
