/* The control port: plain HTTP/1.1 on loopback, one request a connection, one connection at a time.
 *
 *   GET /stats                       counters and the last request, as JSON
 *   GET /behaviours                  the kinds and their defaults, as JSON
 *   POST /behaviour  {"kind":..,..}  sets a rule (JSON or a form)
 *   POST /reset                      no rules, counters at zero, listening again
 *   POST /drop                       shuts down every open connection                    */
#include <ctype.h>
#include <jansson.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/text.h"
#include "samples/sim/http_read.h"
#include "samples/sim/sim.h"

enum { CONTROL_MAX = 65536 };

static void respond(int fd, int status, const char *json) {
	struct gw_buf out;
	gw_buf_init(&out, strlen(json) + 512);
	if (gw_buf_addf(&out,
			"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
			"Connection: close\r\n\r\n%s",
			status, status < 300 ? "OK" : "Error", strlen(json), json) == GW_OK) {
		for (size_t at = 0; at < out.len;) {
			ssize_t n = send(fd, out.data + at, out.len - at, MSG_NOSIGNAL);
			if (n <= 0) {
				break;
			}
			at += (size_t)n;
		}
	}
	gw_buf_release(&out);
}

static int hex_value(char c) {
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* In place: %XX and '+'. */
static void form_decode(char *text) {
	char *out = text;
	for (char *p = text; *p; p++) {
		if (*p == '%' && isxdigit((unsigned char)p[1]) && isxdigit((unsigned char)p[2])) {
			*out++ = (char)(hex_value(p[1]) << 4 | hex_value(p[2]));
			p += 2;
		} else {
			*out++ = *p == '+' ? ' ' : *p;
		}
	}
	*out = '\0';
}

static json_t *form_to_json(char *text) {
	json_t *o = json_object();
	char *rest = NULL;
	for (char *pair = strtok_r(text, "&", &rest); pair; pair = strtok_r(NULL, "&", &rest)) {
		char *value = strchr(pair, '=');
		if (!value) {
			continue;
		}
		*value++ = '\0';
		form_decode(value);
		json_object_set_new(o, pair, json_string(value));
	}
	return o;
}

/* A number, as JSON number or text; false if it is there and is none. */
static bool number_of(const json_t *o, const char *name, uint64_t *out) {
	const json_t *v = json_object_get(o, name);
	const char *text = json_string_value(v);
	if (!v || json_is_null(v)) {
		return true;
	}
	if (json_is_boolean(v)) {
		*out = json_is_true(v) ? 1 : 0;
		return true;
	}
	if (text) {
		return gw_parse_u64(text, strlen(text), UINT64_MAX / 2, out);
	}
	*out = json_is_integer(v) && json_integer_value(v) >= 0 ? (uint64_t)json_integer_value(v) : 0;
	return json_is_integer(v) && json_integer_value(v) >= 0;
}

static bool only_known_names(json_t *o) {
	static const char *const known[] = {"kind", "count", "ms", "bytes", "path", "rst"};
	const char *name;
	json_t *value;
	json_object_foreach(o, name, value) {
		bool found = false;
		for (size_t i = 0; i < GW_COUNT(known); i++) {
			found = found || strcmp(known[i], name) == 0;
		}
		if (!found) {
			return false;
		}
	}
	return true;
}

static bool rule_from(json_t *o, struct sim_rule *rule) {
	const char *kind = json_string_value(json_object_get(o, "kind"));
	const char *path = json_string_value(json_object_get(o, "path"));
	uint64_t rst = 0;
	*rule = (struct sim_rule){.kind = kind ? kind_find(kind) : NULL};
	if (!rule->kind || !only_known_names(o)) {
		return false;
	}
	rule->ms = rule->kind->ms;
	rule->bytes = rule->kind->bytes;
	bool ok = number_of(o, "count", &rule->left) && number_of(o, "ms", &rule->ms) &&
		  number_of(o, "bytes", &rule->bytes) && number_of(o, "rst", &rst) &&
		  gw_copy_text(rule->path, sizeof(rule->path), path ? path : "");
	rule->rst = rst != 0;
	return ok && (rule->path[0] == '\0' || rule->kind->stage == STAGE_REQUEST);
}

static void set_behaviour(struct sim *sim, int fd, struct gw_buf *body) {
	struct sim_rule rule;
	const char *text = gw_buf_cstr(body);
	json_t *o = !text	     ? NULL
		    : text[0] == '{' ? json_loads(text, JSON_REJECT_DUPLICATES, NULL)
				     : form_to_json(body->data);
	if (!o || !rule_from(o, &rule)) {
		respond(fd, 400, "{\"error\":\"unknown kind, name or value; GET /behaviours lists the kinds\"}");
	} else if (rule.kind->stage == STAGE_LISTEN) {
		sim_listener_refuse(sim, true);
		respond(fd, 200, "{\"ok\":true}");
	} else {
		bool set = rules_set(&sim->rules, &rule);
		respond(fd, set ? 200 : 503, set ? "{\"ok\":true}" : "{\"error\":\"too many rules\"}");
	}
	json_decref(o);
}

static void list_behaviours(int fd) {
	json_t *all = json_array();
	const struct sim_kind *k;
	for (unsigned i = 0; (k = kind_at(i)) != NULL; i++) {
		json_array_append_new(all, json_pack("{s:s,s:I,s:I}", "kind", k->name, "ms", (json_int_t)k->ms, "bytes",
						     (json_int_t)k->bytes));
	}
	char *text = json_dumps(all, JSON_COMPACT);
	respond(fd, text ? 200 : 500, text ? text : "{}");
	free(text);
	json_decref(all);
}

static void reset(struct sim *sim, int fd) {
	rules_reset(&sim->rules);
	sim_listener_refuse(sim, false);
	stats_reset(&sim->stats);
	respond(fd, 200, "{\"ok\":true}");
}

static void dispatch(struct sim *sim, int fd, const struct sim_request *req, struct gw_buf *body) {
	bool post = strcmp(req->method, "POST") == 0;
	if (!post && strcmp(req->path, "/stats") == 0) {
		char *text = stats_json(&sim->stats);
		respond(fd, text ? 200 : 500, text ? text : "{}");
		free(text);
	} else if (!post && strcmp(req->path, "/behaviours") == 0) {
		list_behaviours(fd);
	} else if (post && strcmp(req->path, "/behaviour") == 0) {
		set_behaviour(sim, fd, body);
	} else if (post && strcmp(req->path, "/reset") == 0) {
		reset(sim, fd);
	} else if (post && strcmp(req->path, "/drop") == 0) {
		sim_listener_drop(sim);
		respond(fd, 200, "{\"ok\":true}");
	} else {
		respond(fd, 404, "{\"error\":\"no such thing\"}");
	}
}

static bool receive(int fd, struct gw_buf *in) {
	if (gw_buf_reserve(in, 4096) != GW_OK) {
		return false;
	}
	ssize_t n = recv(fd, in->data + in->len, 4096, 0);
	in->len += n > 0 ? (size_t)n : 0;
	return n > 0;
}

static void serve(struct sim *sim, int fd) {
	struct gw_buf in, body;
	gw_buf_init(&in, CONTROL_MAX);
	gw_buf_init(&body, CONTROL_MAX);
	const char *end = NULL, *fault = NULL;
	while (!(end = in.len > 0 ? memmem(in.data, in.len, "\r\n\r\n", 4) : NULL) && receive(fd, &in)) {
	}
	if (end) {
		struct sim_request req = {.head_len = (size_t)(end - in.data) + 4};
		uint64_t size = 0;
		request_parse_head(&req, (struct gw_span){in.data, req.head_len}, &fault);
		struct gw_span length = request_header(&req, "Content-Length");
		(void)gw_parse_u64(length.p, length.n, CONTROL_MAX, &size);
		while (in.len < req.head_len + size && receive(fd, &in)) {
		}
		if (in.len >= req.head_len + size && gw_buf_add(&body, in.data + req.head_len, size) == GW_OK) {
			dispatch(sim, fd, &req, &body);
		}
	}
	gw_buf_release(&in);
	gw_buf_release(&body);
}

void sim_control_run(struct sim *sim, int listen_fd) {
	for (;;) {
		int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
		struct timeval patience = {.tv_sec = 5};
		if (fd < 0) {
			continue;
		}
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		serve(sim, fd);
		close(fd);
	}
}
