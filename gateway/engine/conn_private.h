/* gateway/engine/conn_private.h - the connection's struct, shared by conn.c (states) and conn_io.c (bytes). */
#ifndef GW_ENGINE_CONN_PRIVATE_H
#define GW_ENGINE_CONN_PRIVATE_H
#include <netinet/in.h>
#include <openssl/ssl.h>

#include "base/buf.h"
#include "gateway/engine/conn.h"
#include "gateway/engine/http_body.h"

enum conn_state {
	CONN_HANDSHAKE,
	CONN_HEAD,	/* waiting for or reading a request head */
	CONN_BODY,	/* reading a body that was accepted */
	CONN_ANSWERING, /* the handler works; the socket is not read */
	CONN_FINISHING, /* the reply is complete, its bytes are leaving */
	CONN_LINGERING, /* refused: the rest of the request is read and thrown away */
	CONN_CLOSED
};

struct conn {
	LIST_ENTRY(conn) link;
	struct loop *loop;
	const struct engine_listener *listener;
	const struct conn_ops *ops;
	struct loop_fd fd;
	struct loop_timer timer;
	SSL *ssl;
	enum conn_state state;
	bool driving, keep, read_to_end, wrote, peer_closed, tls_wants_write;
	bool called; /* a request has come */
	char *in;    /* allocated while a request is here */
	size_t in_len, in_cap;
	struct http_head head;
	struct http_body body_decoder;
	struct gw_buf body, out;
	size_t out_at; /* of out that has left */
	size_t budget; /* taken for the body */
	int64_t request_us, body_start_ms;
	uint64_t lingered;
	char peer[INET6_ADDRSTRLEN];
	void *app, *user;
};

enum io_result { IO_AGAIN = 0, IO_SOME, IO_EOF, IO_ERROR };

/* conn_io.c: bytes in and out; none of them changes the state. */
enum io_result conn_io_handshake(struct conn *c);
enum io_result conn_io_read(struct conn *c, char *into, size_t room, size_t *got);
enum io_result conn_io_flush(struct conn *c);	/* IO_SOME: everything has left */
enum io_result conn_io_discard(struct conn *c); /* raw bytes after our close_notify */
void conn_io_goodbye(struct conn *c);		/* close_notify and FIN */
const char *conn_io_handshake_reason(void);

/* conn.c */
void conn_open(struct loop *l, const struct engine_listener *listener, int fd, const struct sockaddr_storage *from);
void conn_drain(struct conn *c); /* close if idle and called before, else no keep-alive */
void conn_destroy(struct conn *c);

/* loop_run.c: the connections of a loop */
LIST_HEAD(conn_list, conn);
struct conn_list *loop_conns(struct loop *l);
#endif
