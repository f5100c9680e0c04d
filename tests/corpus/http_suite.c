/* tests/corpus/http_suite.c - runs third-party raw HTTP/1.1 requests through the head and body parsers, as
 * our server would read them from one connection. Usage: http_suite DIR (the suite, or the data folder above
 * it).
 *
 * A refusal proves something only beside accepted controls, and most files of the suite lack Host and their
 * last CRLFs. So each row runs twice: as it is, which is what its verdict is about, and completed, with those
 * added. Exit 1: a negative accepted, a control out of step, or a negative accepted once completed (unless
 * the missing end was what it tested). */
#include <stdint.h>

#include "base/buf.h"
#include "gateway/engine/http_body.h"

enum { FILE_MAX_BYTES = 1 << 16, LINE_MAX_BYTES = 2048, GROUPS_MAX = 32 };
static const struct http_limits limits = {.max_bytes = 16384, .max_fields = HTTP_FIELDS_MAX};

enum end {
	END_CUT_SHORT = 0, /* the peer fell silent inside a message: closed without an answer to it */
	END_REFUSED,	   /* 4xx or 5xx, then closed */
	END_AFTER_CLOSE,   /* data behind a request with Connection: close: closed */
	END_CLEAN	   /* every byte used, every request answered */
};

struct outcome {
	enum end end;
	const char *reason;
	size_t answers, used; /* `used`: bytes of what was answered */
};

enum verdict { ACCEPTED = 0, REFUSED, CUT_SHORT, OUT_OF_STEP, VERDICTS };

struct group {
	char name[64];
	size_t count[2][2][VERDICTS]; /* [completed][control] */
};

struct suite {
	char dir[2048];
	struct group groups[GROUPS_MAX];
	size_t group_count;
	bool failed;
};

struct row {
	char *id, *file, *group;
	bool control;
};

static const char *const reasons[] = {
	[HTTP_HEAD_MORE] = "head cut short",	      [HTTP_HEAD_OK] = "",
	[HTTP_HEAD_MALFORMED] = "400 malformed head", [HTTP_HEAD_FRAMING] = "400 framing",
	[HTTP_HEAD_CODING] = "501 transfer coding",   [HTTP_HEAD_METHOD] = "501 method",
	[HTTP_HEAD_URI_LONG] = "414 target",	      [HTTP_HEAD_TOO_LARGE] = "431 head",
	[HTTP_HEAD_VERSION] = "505 version",	      [HTTP_HEAD_HOST] = "400 host",
};

static enum http_body_status skip_body(const struct http_head *head, struct gw_span *in) {
	struct http_body body;
	struct gw_span data;
	http_body_init(&body, head->framing, head->content_length);
	enum http_body_status status = http_body_feed(&body, in, &data);
	while (status == HTTP_BODY_DATA) {
		status = http_body_feed(&body, in, &data);
	}
	return status;
}

/* Reads one request from the front of *in. */
static enum end serve_one(struct gw_span *in, struct http_head *head, const char **reason) {
	enum http_head_status status = http_request_head(*in, &limits, head);
	*reason = reasons[status];
	if (status != HTTP_HEAD_OK) {
		return status == HTTP_HEAD_MORE ? END_CUT_SHORT : END_REFUSED;
	}
	*in = (struct gw_span){in->p + head->bytes, in->n - head->bytes};
	enum http_body_status body = skip_body(head, in);
	if (body == HTTP_BODY_END) {
		return END_CLEAN;
	}
	*reason = body == HTTP_BODY_MORE ? "body cut short" : "400 chunk";
	return body == HTTP_BODY_MORE ? END_CUT_SHORT : END_REFUSED;
}

static struct outcome serve(struct gw_span all) {
	struct outcome o = {.end = END_CLEAN, .reason = ""};
	struct http_head head = {.keep_alive = true};
	struct gw_span in = all;
	while (in.n > 0 && o.end == END_CLEAN && head.keep_alive) {
		o.used = all.n - in.n;
		o.end = serve_one(&in, &head, &o.reason);
		o.answers += o.end == END_CLEAN;
	}
	if (in.n > 0 && o.end == END_CLEAN) {
		o.end = END_AFTER_CLOSE;
		o.reason = "data behind Connection: close";
	}
	return o;
}

/* A second opinion on how many requests there are: no body of the suite holds a request line. */
static size_t count_requests(struct gw_span in) {
	static const char mark[] = " HTTP/1.1\r\n";
	const char *p = in.p, *end = in.p + in.n;
	size_t count = 0;
	while ((p = memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1)) != NULL) {
		p += sizeof(mark) - 1;
		count++;
	}
	return count;
}

/* A request went missing, or no request begins where the one before ended. An empty line there is in step: it
 * is refused by policy (http_head.h). */
static bool out_of_step(const struct outcome *o, struct gw_span in) {
	if (o->end == END_CLEAN) {
		return o->answers != count_requests(in);
	}
	return o->end == END_REFUSED && o->answers > 0 && in.p[o->used] != '\r';
}

static enum verdict judge(const struct outcome *o, bool control, struct gw_span in) {
	if (control && out_of_step(o, in)) {
		return OUT_OF_STEP;
	}
	if (o->end == END_AFTER_CLOSE) { /* one answer and a close: right for a control */
		return control ? ACCEPTED : REFUSED;
	}
	static const enum verdict verdicts[] = {
		[END_CUT_SHORT] = CUT_SHORT, [END_REFUSED] = REFUSED, [END_CLEAN] = ACCEPTED};
	return verdicts[o->end];
}

static enum gw_code add_host(struct gw_buf *out, struct gw_span in) {
	static const char mark[] = " HTTP/1.1\r\n";
	const char *p = in.p, *end = in.p + in.n, *line_end;
	enum gw_code rc = GW_OK;
	while (rc == GW_OK && (line_end = memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1)) != NULL) {
		line_end += sizeof(mark) - 1;
		rc = gw_buf_add(out, p, (size_t)(line_end - p));
		if (rc == GW_OK) {
			rc = gw_buf_text(out, "Host: suite.example\r\n");
		}
		p = line_end;
	}
	return rc == GW_OK ? gw_buf_add(out, p, (size_t)(end - p)) : rc;
}

/* The row as its author had it: with Host, and with the last CRLFs as long as they are what is missing. */
static enum gw_code complete(struct gw_buf *out, struct gw_span in) {
	enum { LOST_CRLF_MAX = 2 };
	bool has_host = strcasestr(in.p, "\r\nHost") != NULL; /* any spelling, the wrong ones too */
	enum gw_code rc = has_host ? gw_buf_add(out, in.p, in.n) : add_host(out, in);
	for (int i = 0; rc == GW_OK && i < LOST_CRLF_MAX; i++) {
		if (serve(gw_buf_span(out)).end == END_CUT_SHORT) {
			rc = gw_buf_text(out, "\r\n");
		}
	}
	return rc;
}

static struct group *group_of(struct suite *s, const char *name) {
	for (size_t i = 0; i < s->group_count; i++) {
		if (strcmp(s->groups[i].name, name) == 0) {
			return &s->groups[i];
		}
	}
	if (s->group_count == GROUPS_MAX) {
		return NULL;
	}
	struct group *fresh = &s->groups[s->group_count++];
	snprintf(fresh->name, sizeof(fresh->name), "%s", name);
	return fresh;
}

static void run_pass(struct suite *s, struct group *group, const struct row *row, bool completed, struct gw_span in) {
	/* What the rows of these groups test is the missing end itself. */
	bool end_is_the_test = completed && strcmp(row->group, "finish") == 0;
	struct outcome o = serve(in);
	enum verdict verdict = judge(&o, row->control, in);
	bool wrong = row->control ? verdict == OUT_OF_STEP : verdict == ACCEPTED && !end_is_the_test;
	group->count[completed][row->control][verdict]++;
	s->failed |= wrong;
	if (wrong || (row->control && completed && verdict != ACCEPTED)) {
		printf("%s: %s %s%s: %s, %zu answered\n", wrong ? "WRONG" : "note", row->id,
		       row->control ? "control" : "negative", completed ? ", completed" : "", o.reason, o.answers);
	}
}

static bool read_file(const char *dir, const char *name, struct gw_buf *out) {
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *file = n > 0 && (size_t)n < sizeof(path) ? fopen(path, "rb") : NULL;
	if (!file) {
		return false;
	}
	bool good = gw_buf_reserve(out, FILE_MAX_BYTES) == GW_OK;
	if (good) {
		out->len = fread(out->data, 1, FILE_MAX_BYTES, file);
		good = !ferror(file) && feof(file) && gw_buf_cstr(out);
	}
	fclose(file);
	return good;
}

static bool run_row(struct suite *s, const struct row *row) {
	GW_AUTO(buf) struct gw_buf as_is, completed;
	gw_buf_init(&as_is, FILE_MAX_BYTES + 1);
	gw_buf_init(&completed, 2 * FILE_MAX_BYTES);
	struct group *group = group_of(s, row->group);
	if (!group || !read_file(s->dir, row->file, &as_is) || complete(&completed, gw_buf_span(&as_is)) != GW_OK) {
		return false;
	}
	run_pass(s, group, row, false, gw_buf_span(&as_is));
	run_pass(s, group, row, true, gw_buf_span(&completed));
	return true;
}

/* id, files, tests ("group / what"), expected, source, licence, score */
static bool parse_row(char *line, struct row *row) {
	enum { ID, FILE_NAME, TESTS, EXPECTED, SOURCE, LICENCE, SCORE, COLUMNS };
	char *column[COLUMNS] = {line};
	line[strcspn(line, "\r\n")] = '\0';
	for (int i = 1; i < COLUMNS; i++) {
		char *tab = strchr(column[i - 1], '\t');
		if (!tab) {
			return false;
		}
		*tab = '\0';
		column[i] = tab + 1;
	}
	column[TESTS][strcspn(column[TESTS], " ")] = '\0';
	*row = (struct row){column[ID], column[FILE_NAME], column[TESTS], strcmp(column[SCORE], "control") == 0};
	return row->control || strcmp(column[SCORE], "yes") == 0;
}

static bool run_manifest(struct suite *s, FILE *manifest) {
	char line[LINE_MAX_BYTES];
	struct row row;
	bool good = fgets(line, sizeof(line), manifest) != NULL; /* the header */
	while (good && fgets(line, sizeof(line), manifest)) {
		good = parse_row(line, &row) && run_row(s, &row);
		if (!good) {
			printf("cannot run row '%s'\n", line);
		}
	}
	return good;
}

static void print_counts(const char *name, size_t count[2][VERDICTS]) {
	const size_t *control = count[true], *negative = count[false];
	printf("%-30s %8zu %8zu %8zu %8zu   %8zu %8zu %8zu\n", name, control[ACCEPTED], control[REFUSED],
	       control[CUT_SHORT], control[OUT_OF_STEP], negative[REFUSED], negative[CUT_SHORT], negative[ACCEPTED]);
}

static void print_table(struct suite *s, bool completed) {
	size_t total[2][VERDICTS] = {{0}};
	printf("\n%-30s %35s   %26s\n%-30s %8s %8s %8s %8s   %8s %8s %8s\n", completed ? "completed" : "as it is",
	       "controls", "negatives", "", "accepted", "refused", "cut", "no step", "refused", "cut", "accepted");
	for (size_t i = 0; i < s->group_count; i++) {
		print_counts(s->groups[i].name, s->groups[i].count[completed]);
		for (size_t k = 0; k < 2 * (size_t)VERDICTS; k++) {
			total[k / VERDICTS][k % VERDICTS] += s->groups[i].count[completed][k / VERDICTS][k % VERDICTS];
		}
	}
	print_counts("all", total);
}

static FILE *open_manifest(const char *dir, char *found, size_t size) {
	static const char *const places[] = {"", "/suites/http"};
	FILE *manifest = NULL;
	for (size_t i = 0; !manifest && i < GW_COUNT(places); i++) {
		char path[4096];
		snprintf(found, size, "%s%s", dir, places[i]);
		snprintf(path, sizeof(path), "%s%s/manifest.tsv", dir, places[i]);
		manifest = fopen(path, "r");
	}
	return manifest;
}

int main(int argc, char **argv) {
	static struct suite suite;
	FILE *manifest = argc == 2 ? open_manifest(argv[1], suite.dir, sizeof(suite.dir)) : NULL;
	if (!manifest) {
		printf("skipped: no HTTP suite given\n");
		return 0;
	}
	bool complete_run = run_manifest(&suite, manifest);
	fclose(manifest);
	print_table(&suite, false);
	print_table(&suite, true);
	bool good = complete_run && !suite.failed && suite.group_count > 0;
	printf("\n%s - HTTP suite\n", good ? "ok" : "not ok");
	return good ? 0 : 1;
}
