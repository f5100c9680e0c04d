#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/engine/conn_private.h"

enum { RECORD_BYTES = 16384, DISCARD_BYTES = 65536, DISCARD_ROUNDS = 16 };

static enum io_result ssl_result(struct conn *c, int rc) {
	int error = SSL_get_error(c->ssl, rc);
	c->tls_wants_write = error == SSL_ERROR_WANT_WRITE;
	switch (error) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return IO_AGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return IO_EOF;
	default:
		return IO_ERROR;
	}
}

static enum io_result plain_result(ssize_t n) {
	if (n == 0) {
		return IO_EOF;
	}
	return errno == EAGAIN || errno == EINTR ? IO_AGAIN : IO_ERROR;
}

enum io_result conn_io_handshake(struct conn *c) {
	ERR_clear_error();
	int rc = SSL_accept(c->ssl);
	return rc == 1 ? IO_SOME : ssl_result(c, rc);
}

const char *conn_io_handshake_reason(void) {
	unsigned long e = ERR_peek_last_error();
	if (e == 0) {
		return "closed";
	}
	switch (ERR_GET_REASON(e)) {
	case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
		return "no_certificate";
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_VERSION_TOO_LOW:
		return "protocol";
	case SSL_R_NO_SHARED_CIPHER:
		return "cipher";
	case SSL_R_HTTP_REQUEST:
		return "plain_http";
	case SSL_R_EXCESSIVE_MESSAGE_SIZE:
		return "chain_too_large";
	case SSL_R_BAD_SIGNATURE:
		return "possession";
	case ERR_R_ASN1_LIB: /* what OpenSSL itself could not decode */
	case SSL_R_CERT_LENGTH_MISMATCH:
		return "certificate_unreadable";
	default:
		return "handshake";
	}
}

enum io_result conn_io_read(struct conn *c, char *into, size_t room, size_t *got) {
	*got = 0;
	if (c->ssl) {
		ERR_clear_error();
		int rc = SSL_read_ex(c->ssl, into, room, got);
		return rc == 1 ? IO_SOME : ssl_result(c, rc);
	}
	ssize_t n = recv(c->fd.fd, into, room, 0);
	*got = n > 0 ? (size_t)n : 0;
	return n > 0 ? IO_SOME : plain_result(n);
}

static enum io_result write_some(struct conn *c, const char *p, size_t n, size_t *done) {
	*done = 0;
	if (c->ssl) {
		ERR_clear_error();
		int rc = SSL_write_ex(c->ssl, p, n < RECORD_BYTES ? n : RECORD_BYTES, done);
		return rc == 1 ? IO_SOME : ssl_result(c, rc);
	}
	ssize_t sent = send(c->fd.fd, p, n, MSG_NOSIGNAL);
	*done = sent > 0 ? (size_t)sent : 0;
	return sent > 0 ? IO_SOME : plain_result(sent);
}

enum io_result conn_io_flush(struct conn *c) {
	while (c->out_at < c->out.len) {
		size_t done = 0;
		enum io_result r = write_some(c, c->out.data + c->out_at, c->out.len - c->out_at, &done);
		if (r != IO_SOME) {
			return r == IO_EOF ? IO_ERROR : r;
		}
		c->out_at += done;
		c->wrote = true;
	}
	gw_buf_clear(&c->out);
	c->out_at = 0;
	return IO_SOME;
}

enum io_result conn_io_discard(struct conn *c) {
	char waste[DISCARD_BYTES];
	for (int round = 0; round < DISCARD_ROUNDS; round++) {
		ssize_t n = recv(c->fd.fd, waste, sizeof(waste), 0);
		if (n <= 0) {
			return plain_result(n);
		}
		c->lingered += (uint64_t)n;
	}
	return IO_SOME;
}

void conn_io_goodbye(struct conn *c) {
	if (c->ssl) {
		ERR_clear_error();
		SSL_shutdown(c->ssl);
		ERR_clear_error();
	}
	shutdown(c->fd.fd, SHUT_WR);
}
