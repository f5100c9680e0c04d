/* tests/unit/torture_base.c - fails each allocation of base/buf and base/kv in turn: the call says so, the
 * content stays as it was, nothing leaks. Link with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/kv.h"
#include "tests/unit/torture.h"

static void require(bool ok, const char *what) {
	if (!ok) {
		fprintf(stderr, "allocation %zu: %s\n", torture_fail_at, what);
		abort();
	}
}

/* A call that failed for memory has left the buffer alone and succeeds the second time. */
typedef enum gw_code step_fn(struct gw_buf *b);

static enum gw_code reserve(struct gw_buf *b) {
	return gw_buf_reserve(b, 300);
}

static enum gw_code add(struct gw_buf *b) {
	char bytes[400];
	memset(bytes, 'x', sizeof(bytes));
	return gw_buf_add(b, bytes, sizeof(bytes));
}

static enum gw_code text(struct gw_buf *b) {
	return gw_buf_text(b, " text");
}

static enum gw_code formatted(struct gw_buf *b) {
	return gw_buf_addf(b, " %0900d", 7);
}

static enum gw_code kv_text(struct gw_buf *b) {
	return gw_kv_text(b, "key", "a \"quoted\"\n\x01 value");
}

static enum gw_code kv_int(struct gw_buf *b) {
	return gw_kv_int(b, "n", -5);
}

static enum gw_code kv_hex(struct gw_buf *b) {
	static const uint8_t bytes[2000];
	return gw_kv_hex(b, "h", bytes, sizeof(bytes));
}

static enum gw_code terminated(struct gw_buf *b) {
	return gw_buf_cstr(b) ? GW_OK : GW_E_NOMEM;
}

static void step(step_fn *fn, struct gw_buf *b) {
	size_t before = b->len;
	enum gw_code rc = fn(b);
	if (rc == GW_E_NOMEM) {
		require(torture_failed, "GW_E_NOMEM without cause");
		require(b->len == before, "a failed call has changed the buffer");
		rc = fn(b);
	}
	require(rc == GW_OK, "the second try fails too");
}

static void write_all(struct gw_buf *b) {
	static step_fn *const steps[] = {reserve, add, text, formatted, kv_text, kv_int, kv_hex, terminated};
	for (size_t i = 0; i < GW_COUNT(steps); i++) {
		step(steps[i], b);
	}
}

static void write_line(struct gw_buf *b) {
	static step_fn *const steps[] = {kv_text, kv_int, kv_hex};
	for (size_t i = 0; i < GW_COUNT(steps); i++) {
		step(steps[i], b);
	}
}

static void read_line(struct gw_span line) {
	struct gw_buf value;
	gw_buf_init(&value, 8192);
	enum gw_code rc = gw_kv_find(line, "h", &value);
	if (rc == GW_E_NOMEM) {
		require(torture_failed, "GW_E_NOMEM without cause");
		rc = gw_kv_find(line, "h", &value);
	}
	require(rc == GW_OK && value.len == 4000, "the value is not found");
	gw_buf_release(&value);
}

static void read_table(void) {
	struct gw_csv c;
	enum gw_code rc;
	while ((rc = gw_csv_parse(gw_span_of("a,b\n1,2\n"), 9, &c, NULL)) == GW_E_NOMEM) {
		require(torture_failed, "GW_E_NOMEM without cause");
		gw_csv_release(&c);
	}
	require(rc == GW_OK && c.rows == 1, "the table is not read");
	gw_csv_release(&c);
}

static void whole_life(void) {
	struct gw_buf b, line;
	gw_buf_init(&b, 16384);
	gw_buf_init(&line, 16384);
	write_all(&b);
	write_line(&line);
	read_line(gw_buf_span(&line));
	read_table();
	gw_buf_release(&b);
	gw_buf_release(&line);
}

int main(void) {
	size_t n = 0;
	do {
		torture_start(++n);
		whole_life();
	} while (torture_failed_once);
	torture_stop();
	printf("torture_base: %zu allocations failed in turn\n", n - 1);
	return n > 5 ? 0 : 1;
}
