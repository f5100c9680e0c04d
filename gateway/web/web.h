/* gateway/web/web.h - the web pages of the portal: HTTP, sessions and forms around the procedures
 * (gateway/cases/desk.h).
 *
 * web.c is the loop's side: heads, bodies, answers. web_routes.c is the worker's: which page, which case. A request is
 * copied before it goes to a worker, so that a caller may leave meanwhile. Every state change needs the session's form
 * token and comes by POST. */
#ifndef GW_WEB_WEB_H
#define GW_WEB_WEB_H
#include "gateway/call/call.h"
#include "gateway/web/session.h"

struct web_shared { /* outlives configurations */
	struct web_sessions *sessions;
};

extern const struct conn_ops web_ops; /* for listeners of kind "portal" */

enum { WEB_PATH = 128, WEB_LOCATION = 160, WEB_TYPE = 256 };

struct web_request {
	struct work work;
	struct conn *conn; /* NULL: the caller is gone */
	bool with_worker;
	struct call_loop *cl;
	struct engine_view *view; /* reference */

	/* what was asked */
	enum http_method method;
	char path[WEB_PATH], query[32], content_type[WEB_TYPE];
	char cookie[SESSION_TOKEN];
	bool xml, same_origin;
	bool english;	/* Accept-Language prefers it to Slovene */
	bool with_cert; /* then: */
	struct peer peer;
	struct gw_buf body;
	bool too_large; /* the body; what has come of it is not read */
	bool limit_taken;
	uint8_t limit_key[32];

	/* the answer */
	int status;
	char location[WEB_LOCATION]; /* "" = none */
	char file_name[48]; /* "" = shown in place; else saved under this name: bytes that somebody has uploaded */
	const char *type;
	char set_cookie[SESSION_TOKEN]; /* "" = none; "-" = forget it */
	char form_token[SESSION_TOKEN]; /* for clients that take page models instead of HTML */
	struct gw_buf out;
	size_t sent; /* of it, by the connection's buffer */
	bool answering, keep;
};

/* Fills in the answer. On a worker. */
void web_route(struct web_request *rq);
#endif
