#include "store/gap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096 };

struct page {
	struct gap open, taken;
	uint64_t taken_for; /* index of the record */
};
_Static_assert(sizeof(struct page) <= PAGE_BYTES, "the file is one page");

struct gap_ledger {
	struct page *page;
};

static void add(struct gap *to, const struct gap *more) {
	bool earlier = to->count == 0 || more->since_utc_ms < to->since_utc_ms;
	to->since_utc_ms = more->count > 0 && earlier ? more->since_utc_ms : to->since_utc_ms;
	to->count += more->count;
}

/* NULL: errno says why. */
static struct page *map(const char *path) {
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		return NULL;
	}
	int why = posix_fallocate(fd, 0, PAGE_BYTES);
	void *page = why == 0 ? mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
	errno = why ? why : errno;
	close(fd);
	return page == MAP_FAILED ? NULL : page;
}

enum gw_code gap_ledger_open(const char *registry_path, uint64_t log_size, struct gap_ledger **out,
			     struct gw_err *err) {
	char path[4096];
	*out = NULL;
	if (snprintf(path, sizeof(path), "%s.gap", registry_path) >= (int)sizeof(path)) {
		return gw_fail(err, GW_E_CONFIG, "path of the registry too long");
	}
	struct gap_ledger *l = calloc(1, sizeof(*l));
	if (!l) {
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	l->page = map(path);
	if (!l->page) {
		free(l);
		return gw_fail(err, GW_E_STORE, "cannot open '%s': %s", path, strerror(errno));
	}
	if (l->page->taken_for < log_size) {
		gap_written(l);
	} else {
		gap_give_back(l);
	}
	*out = l;
	return GW_OK;
}

void gap_ledger_close(struct gap_ledger *l) {
	if (l) {
		munmap(l->page, PAGE_BYTES);
		free(l);
	}
}

void gap_count(struct gap_ledger *l, int64_t now_utc_ms) {
	add(&l->page->open, &(struct gap){1, now_utc_ms});
}

struct gap gap_take(struct gap_ledger *l, uint64_t index) {
	struct page *p = l->page;
	p->taken_for = index;
	p->taken = p->open;
	p->open = (struct gap){0};
	return p->taken;
}

void gap_written(struct gap_ledger *l) {
	l->page->taken = (struct gap){0};
}

void gap_give_back(struct gap_ledger *l) {
	struct page *p = l->page;
	add(&p->open, &p->taken);
	p->taken = (struct gap){0};
}
