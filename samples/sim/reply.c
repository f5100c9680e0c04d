/* How each kind of rule puts a reply on the wire. Below gSOAP: most of these no SOAP library would write. */
#include "samples/sim/reply.h"

#include "base/clock.h"
#include "samples/sim/sim.h"

enum { PIECE = 16384, HEAD_MAX = 2048 };

const char *status_reason(int status) {
	static const struct {
		int status;
		const char *text;
	} reasons[] = {{200, "OK"},
		       {302, "Found"},
		       {400, "Bad Request"},
		       {404, "Not Found"},
		       {405, "Method Not Allowed"},
		       {500, "Internal Server Error"},
		       {503, "Service Unavailable"}};
	for (size_t i = 0; i < GW_COUNT(reasons); i++) {
		if (reasons[i].status == status) {
			return reasons[i].text;
		}
	}
	return "Status";
}

/* Sleep; ends early when the rules are reset or the peer leaves. False: stop. */
static bool pause_ms(struct reply_job *job, uint64_t ms) {
	int64_t until = gw_mono_ms() + (int64_t)ms;
	for (int64_t left; (left = until - gw_mono_ms()) > 0;) {
		if (atomic_load(&job->wire->sim->rules.generation) != job->generation ||
		    wire_peer_gone(job->wire, left < 50 ? (int)left : 50)) {
			return false;
		}
	}
	return true;
}

static enum wire_end hard(const struct reply_job *job) {
	return job->rule.rst ? WIRE_RESET : WIRE_HARD;
}

/* Head with the given framing lines, each ending in CRLF, into `head` with NUL. */
static size_t format_head(char head[HEAD_MAX], const char *version, int status, const char *content_type,
			  const char *framing) {
	static const char form[] = "HTTP/%s %d %s\r\nServer: backend_sim\r\nContent-Type: %s\r\n%s\r\n";
	int n = snprintf(head, HEAD_MAX, form, version, status, status_reason(status), content_type, framing);
	return n > 0 && n < HEAD_MAX ? (size_t)n : 0;
}

/* The head that belongs to the reply. */
static size_t format_true_head(char head[HEAD_MAX], const char *version, const struct reply *reply) {
	char framing[64];
	snprintf(framing, sizeof(framing), "Content-Length: %zu\r\n", reply->body.len);
	return format_head(head, version, reply->status, reply->content_type, framing);
}

static bool send_head(struct reply_job *job, int status, const char *content_type, const char *framing) {
	char head[HEAD_MAX];
	return wire_write(job->wire, head, format_head(head, "1.1", status, content_type, framing));
}

static bool send_head_sized(struct reply_job *job, uint64_t length) {
	char framing[64];
	snprintf(framing, sizeof(framing), "Content-Length: %llu\r\n", (unsigned long long)length);
	return send_head(job, job->reply->status, job->reply->content_type, framing);
}

static bool send_body(struct reply_job *job) {
	return wire_write(job->wire, job->reply->body.data, job->reply->body.len);
}

static bool send_text(struct reply_job *job, const char *text) {
	return wire_write(job->wire, text, strlen(text));
}

/* The stream's first `upto` bytes in pieces, chunked or plain. */
static bool send_stream(struct reply_job *job, const struct reply_stream *s, uint64_t upto, size_t piece,
			bool chunked) {
	char out[16 + PIECE + 2];
	for (uint64_t at = 0; at < upto;) {
		size_t want = upto - at < piece ? (size_t)(upto - at) : piece, head = 0;
		size_t n = stream_read(s, at, out + 16, want);
		if (n == 0) {
			break;
		}
		char size[16];
		if (chunked) {
			head = (size_t)snprintf(size, sizeof(size), "%zx\r\n", n);
			memcpy(out + 16 - head, size, head);
			memcpy(out + 16 + n, "\r\n", 2);
		}
		if (!wire_write(job->wire, out + 16 - head, head + n + (chunked ? 2 : 0))) {
			return false;
		}
		at += n;
	}
	return true;
}

static const char CHUNKED[] = "Transfer-Encoding: chunked\r\n";

/* The true reply and what stands behind it, in one write. */
static bool send_whole(struct reply_job *job, const char *behind) {
	char head[HEAD_MAX];
	size_t n = format_true_head(head, "1.1", job->reply);
	struct gw_buf out;
	gw_buf_init(&out, n + job->reply->body.len + strlen(behind));
	bool sent = gw_buf_add(&out, head, n) == GW_OK &&
		    gw_buf_add(&out, job->reply->body.data, job->reply->body.len) == GW_OK &&
		    gw_buf_text(&out, behind) == GW_OK && wire_write(job->wire, out.data, out.len);
	gw_buf_release(&out);
	return sent;
}

static void count_reply(struct reply_job *job) {
	stats_add(&job->wire->sim->stats, SIM_replies, 1);
}

void reply_send(struct reply_job *job) {
	if (send_whole(job, "")) {
		count_reply(job);
	}
}

static void send_slow_first_byte(struct reply_job *job) {
	if (pause_ms(job, job->rule.ms)) {
		reply_send(job);
	} else {
		job->end = WIRE_CLEAN;
	}
}

static void send_slow_body(struct reply_job *job) {
	const struct gw_buf *body = &job->reply->body;
	bool going = send_head_sized(job, body->len);
	for (size_t at = 0; going && at < body->len; at += 1024) {
		size_t n = body->len - at < 1024 ? body->len - at : 1024;
		going = pause_ms(job, job->rule.ms) && wire_write(job->wire, body->data + at, n);
	}
	job->end = going ? WIRE_KEEP : WIRE_HARD;
}

static bool send_bytes_singly(struct reply_job *job, const char *bytes, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (!pause_ms(job, job->rule.ms) || !wire_write(job->wire, bytes + i, 1)) {
			return false;
		}
	}
	return true;
}

static void send_one_byte_at_a_time(struct reply_job *job) {
	char head[HEAD_MAX];
	size_t n = format_true_head(head, "1.1", job->reply);
	bool whole =
		send_bytes_singly(job, head, n) && send_bytes_singly(job, job->reply->body.data, job->reply->body.len);
	job->end = whole ? WIRE_KEEP : WIRE_HARD;
}

static void send_nothing(struct reply_job *job) {
	job->end = hard(job);
}

static void send_nothing_clean(struct reply_job *job) {
	job->end = WIRE_CLEAN;
}

static void send_never(struct reply_job *job) {
	while (pause_ms(job, 3600 * 1000)) {
	}
	job->end = WIRE_HARD;
}

static void send_die_after(struct reply_job *job) {
	struct reply_stream s = stream_of(job->reply, job->rule.bytes + 4096);
	if (send_head_sized(job, s.total)) {
		(void)send_stream(job, &s, job->rule.bytes, PIECE, false);
	}
	job->end = hard(job);
}

static void send_die_after_chunked(struct reply_job *job) {
	struct reply_stream s = stream_of(job->reply, job->rule.bytes + 4096);
	if (send_head(job, job->reply->status, job->reply->content_type, CHUNKED)) {
		(void)send_stream(job, &s, job->rule.bytes, 1000, true);
	}
	job->end = hard(job);
}

static void send_die_in_head(struct reply_job *job) {
	(void)send_text(job, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Le");
	job->end = hard(job);
}

static void send_lie_longer(struct reply_job *job) {
	if (send_head_sized(job, job->reply->body.len + job->rule.bytes)) {
		(void)send_body(job);
	}
	job->end = WIRE_CLEAN;
}

static void send_lie_shorter(struct reply_job *job) {
	uint64_t less = job->rule.bytes < job->reply->body.len ? job->rule.bytes : job->reply->body.len;
	if (send_head_sized(job, job->reply->body.len - less)) {
		(void)send_body(job);
	}
}

static void send_chunked(struct reply_job *job) {
	size_t piece = job->rule.bytes >= 1 && job->rule.bytes <= PIECE ? (size_t)job->rule.bytes : PIECE;
	struct reply_stream s = stream_of(job->reply, 0);
	if (send_head(job, job->reply->status, job->reply->content_type, CHUNKED) &&
	    send_stream(job, &s, s.total, piece, true) && send_text(job, "0\r\n\r\n")) {
		count_reply(job);
	}
}

static void send_bad_chunk(struct reply_job *job) {
	struct reply_stream s = stream_of(job->reply, 0);
	if (send_head(job, job->reply->status, job->reply->content_type, CHUNKED) &&
	    send_stream(job, &s, s.total / 2, PIECE, true)) {
		(void)send_text(job, "zz\r\n");
	}
}

static void send_bad_head(struct reply_job *job) {
	(void)send_text(job, "HTP/banana two hundred\r\nContent-Length 5\r\n\r\nhello");
}

static void send_two_framings(struct reply_job *job) {
	char framing[96];
	snprintf(framing, sizeof(framing), "Content-Length: %zu\r\n%s", job->reply->body.len, CHUNKED);
	struct reply_stream s = stream_of(job->reply, 0);
	if (send_head(job, job->reply->status, job->reply->content_type, framing) &&
	    send_stream(job, &s, s.total, PIECE, true)) {
		(void)send_text(job, "0\r\n\r\n");
	}
}

/* The reply of an application server that knows nothing of SOAP. */
static void send_html(struct reply_job *job, int status, const char *more) {
	char page[256], framing[128];
	int n = snprintf(page, sizeof(page), "<html><head><title>%d</title></head><body><h1>%s</h1></body></html>\n",
			 status, status == 200 ? "Napaka" : status_reason(status));
	snprintf(framing, sizeof(framing), "%sContent-Length: %d\r\n", more, n);
	if (send_head(job, status, "text/html; charset=UTF-8", framing)) {
		(void)send_text(job, page);
	}
}

static void send_html_error(struct reply_job *job) {
	send_html(job, 200, "");
}

static void send_status_404(struct reply_job *job) {
	send_html(job, 404, "");
}

static void send_status_500_html(struct reply_job *job) {
	send_html(job, 500, "");
}

static void send_status_503(struct reply_job *job) {
	send_html(job, 503, "Retry-After: 1\r\n");
}

static void send_redirect(struct reply_job *job) {
	char more[64];
	snprintf(more, sizeof(more), "Location: https://localhost:%u/elsewhere\r\n", job->wire->sim->port);
	send_html(job, 302, more);
}

static void send_huge(struct reply_job *job) {
	struct reply_stream s = stream_of(job->reply, job->rule.bytes);
	if (send_head_sized(job, s.total) && send_stream(job, &s, s.total, PIECE, false)) {
		count_reply(job);
	}
}

static void send_huge_chunked(struct reply_job *job) {
	struct reply_stream s = stream_of(job->reply, job->rule.bytes);
	if (send_head(job, job->reply->status, job->reply->content_type, CHUNKED) &&
	    send_stream(job, &s, s.total, PIECE, true) && send_text(job, "0\r\n\r\n")) {
		count_reply(job);
	}
}

static void send_no_length(struct reply_job *job) {
	if (send_head(job, job->reply->status, job->reply->content_type, "Connection: close\r\n")) {
		(void)send_body(job);
	}
	job->end = WIRE_CLEAN;
}

static void send_no_length_cut(struct reply_job *job) {
	if (send_head(job, job->reply->status, job->reply->content_type, "Connection: close\r\n")) {
		(void)wire_write(job->wire, job->reply->body.data, job->reply->body.len / 2);
	}
	job->end = hard(job);
}

static void send_http10(struct reply_job *job) {
	char head[HEAD_MAX];
	if (wire_write(job->wire, head, format_true_head(head, "1.0", job->reply))) {
		(void)send_body(job);
	}
	job->end = WIRE_CLEAN;
}

static void send_head_flood(struct reply_job *job) {
	bool going = send_text(job, "HTTP/1.1 200 OK\r\n");
	for (unsigned long n = 0; going; n++) {
		char line[64];
		snprintf(line, sizeof(line), "X-Flood-%lu: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", n);
		going = atomic_load(&job->wire->sim->rules.generation) == job->generation && send_text(job, line);
	}
	job->end = WIRE_HARD;
}

static void send_continue_first(struct reply_job *job) {
	if (send_text(job, "HTTP/1.1 100 Continue\r\n\r\n")) {
		reply_send(job);
	}
}

/* The garbage is a whole reply: taken for the answer to the next request it would be another caller's data.
 */
static void send_trailing_garbage(struct reply_job *job) {
	(void)send_whole(job, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9\r\n\r\n<poison/>");
}

static const struct sim_kind kinds[] = {
	{"normal", STAGE_REQUEST, WISH_NORMAL, reply_send, 0, 0},
	{"refuse", STAGE_LISTEN, WISH_NORMAL, NULL, 0, 0},
	{"accept_and_close", STAGE_CONNECT, WISH_NORMAL, NULL, 0, 0},
	{"close_after_handshake", STAGE_CONNECT, WISH_NORMAL, NULL, 0, 0},
	{"slow_handshake", STAGE_CONNECT, WISH_NORMAL, NULL, 1000, 0},
	{"close_idle_reuse", STAGE_IDLE, WISH_NORMAL, NULL, 0, 0},
	{"close_idle_reuse_clean", STAGE_IDLE, WISH_NORMAL, NULL, 0, 0},
	{"slow_first_byte", STAGE_REQUEST, WISH_NORMAL, send_slow_first_byte, 1000, 0},
	{"slow_body", STAGE_REQUEST, WISH_NORMAL, send_slow_body, 100, 0},
	{"one_byte_at_a_time", STAGE_REQUEST, WISH_NORMAL, send_one_byte_at_a_time, 0, 0},
	{"close_before_reply", STAGE_REQUEST, WISH_NORMAL, send_nothing, 0, 0},
	{"close_before_reply_clean", STAGE_REQUEST, WISH_NORMAL, send_nothing_clean, 0, 0},
	{"never_reply", STAGE_REQUEST, WISH_NORMAL, send_never, 0, 0},
	{"die_in_head", STAGE_REQUEST, WISH_NORMAL, send_die_in_head, 0, 0},
	{"die_after", STAGE_REQUEST, WISH_BASE64, send_die_after, 0, 1000},
	{"die_after_chunked", STAGE_REQUEST, WISH_BASE64, send_die_after_chunked, 0, 1000},
	{"lie_longer", STAGE_REQUEST, WISH_NORMAL, send_lie_longer, 0, 100},
	{"lie_shorter", STAGE_REQUEST, WISH_NORMAL, send_lie_shorter, 0, 100},
	{"chunked", STAGE_REQUEST, WISH_NORMAL, send_chunked, 0, 1000},
	{"bad_chunk", STAGE_REQUEST, WISH_NORMAL, send_bad_chunk, 0, 0},
	{"bad_head", STAGE_REQUEST, WISH_NORMAL, send_bad_head, 0, 0},
	{"two_framings", STAGE_REQUEST, WISH_NORMAL, send_two_framings, 0, 0},
	{"html_error", STAGE_REQUEST, WISH_NORMAL, send_html_error, 0, 0},
	{"status_404", STAGE_REQUEST, WISH_NORMAL, send_status_404, 0, 0},
	{"status_500_html", STAGE_REQUEST, WISH_NORMAL, send_status_500_html, 0, 0},
	{"status_503", STAGE_REQUEST, WISH_NORMAL, send_status_503, 0, 0},
	{"redirect_302", STAGE_REQUEST, WISH_NORMAL, send_redirect, 0, 0},
	{"soap_fault", STAGE_REQUEST, WISH_FAULT, reply_send, 0, 0},
	{"unasked_multipart", STAGE_REQUEST, WISH_MULTIPART, reply_send, 0, 0},
	{"huge", STAGE_REQUEST, WISH_BASE64, send_huge, 0, 2147483648},
	{"huge_chunked", STAGE_REQUEST, WISH_BASE64, send_huge_chunked, 0, 2147483648},
	{"no_length", STAGE_REQUEST, WISH_NORMAL, send_no_length, 0, 0},
	{"no_length_cut", STAGE_REQUEST, WISH_NORMAL, send_no_length_cut, 0, 0},
	{"http10", STAGE_REQUEST, WISH_NORMAL, send_http10, 0, 0},
	{"head_flood", STAGE_REQUEST, WISH_NORMAL, send_head_flood, 0, 0},
	{"continue_100_first", STAGE_REQUEST, WISH_NORMAL, send_continue_first, 0, 0},
	{"trailing_garbage", STAGE_REQUEST, WISH_NORMAL, send_trailing_garbage, 0, 0},
};

const struct sim_kind *kind_at(unsigned index) {
	return index < GW_COUNT(kinds) ? &kinds[index] : NULL;
}

const struct sim_kind *kind_find(const char *name) {
	for (size_t i = 0; i < GW_COUNT(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			return &kinds[i];
		}
	}
	return NULL;
}
