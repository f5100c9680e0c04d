#include "samples/sim/wire.h"

#include <linux/sockios.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "samples/sim/sim.h"

static int require_certificate(SSL_CTX *ctx, const char *client_ca) {
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(client_ca);
	if (!names || SSL_CTX_load_verify_locations(ctx, client_ca, NULL) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return 0;
	}
	SSL_CTX_set_client_CA_list(ctx, names);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return 1;
}

enum gw_code wire_context(struct sim *sim, struct gw_err *err) {
	static const unsigned char id[] = "backend_sim";
	sim->tls = SSL_CTX_new(TLS_server_method());
	if (!sim->tls) {
		return gw_fail(err, GW_E_NOMEM, "no TLS context");
	}
	SSL_CTX_set_min_proto_version(sim->tls, TLS1_2_VERSION);
	SSL_CTX_set_options(sim->tls, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_session_id_context(sim->tls, id, sizeof(id) - 1);
	SSL_CTX_set_session_cache_mode(sim->tls, SSL_SESS_CACHE_SERVER);
	if (SSL_CTX_use_certificate_chain_file(sim->tls, sim->opt.cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(sim->tls, sim->opt.key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(sim->tls) != 1) {
		return gw_fail(err, GW_E_CONFIG, "cannot use certificate '%s' with key '%s'", sim->opt.cert,
			       sim->opt.key);
	}
	if (!require_certificate(sim->tls, sim->opt.client_ca)) {
		return gw_fail(err, GW_E_CONFIG, "cannot use client CA '%s'", sim->opt.client_ca);
	}
	return GW_OK;
}

/* Raw bytes are counted below TLS, so that also an unfinished handshake or record shows. */
static long count_raw(BIO *bio, int oper, const char *argp, size_t len, int argi, long argl, int ret,
		      size_t *processed) {
	GW_UNUSED(argp);
	GW_UNUSED(len);
	GW_UNUSED(argi);
	GW_UNUSED(argl);
	if (oper == (BIO_CB_READ | BIO_CB_RETURN) && ret > 0 && processed) {
		struct sim *sim = (struct sim *)(void *)BIO_get_callback_arg(bio);
		stats_add(&sim->stats, SIM_bytes_in, *processed);
	}
	return ret;
}

bool wire_handshake(struct wire *w) {
	w->ssl = SSL_new(w->sim->tls);
	BIO *bio = BIO_new_socket(w->fd, BIO_NOCLOSE);
	if (!w->ssl || !bio) {
		BIO_free(bio);
		return false;
	}
	BIO_set_callback_arg(bio, (char *)(void *)w->sim);
	BIO_set_callback_ex(bio, count_raw);
	SSL_set_bio(w->ssl, bio, bio);
	bool ok = SSL_accept(w->ssl) == 1;
	stats_add(&w->sim->stats, ok ? SIM_handshakes : SIM_handshake_failures, 1);
	if (ok && SSL_session_reused(w->ssl)) {
		stats_add(&w->sim->stats, SIM_resumed, 1);
	}
	w->ended = !ok;
	ERR_clear_error();
	return ok;
}

bool wire_wait(struct wire *w, int timeout_ms) {
	struct pollfd p = {.fd = w->fd, .events = POLLIN};
	return SSL_pending(w->ssl) > 0 || poll(&p, 1, timeout_ms) > 0;
}

bool wire_has_byte(struct wire *w) {
	char byte;
	size_t got = 0;
	if (SSL_peek_ex(w->ssl, &byte, 1, &got) != 1) {
		w->ended = true;
		ERR_clear_error();
	}
	return got == 1;
}

bool wire_read_more(struct wire *w, struct gw_buf *in) {
	size_t got = 0;
	if (w->ended || gw_buf_reserve(in, 16384) != GW_OK ||
	    SSL_read_ex(w->ssl, in->data + in->len, 16384, &got) != 1) {
		w->ended = true;
		ERR_clear_error();
		return false;
	}
	in->len += got;
	stats_add(&w->sim->stats, SIM_app_bytes_in, got);
	return true;
}

bool wire_write(struct wire *w, const void *bytes, size_t n) {
	size_t sent = 0;
	if (w->ended || (n > 0 && (SSL_write_ex(w->ssl, bytes, n, &sent) != 1 || sent != n))) {
		w->ended = true;
		ERR_clear_error();
		return false;
	}
	stats_add(&w->sim->stats, SIM_app_bytes_out, n);
	return true;
}

bool wire_peer_gone(struct wire *w, int wait_ms) {
	struct pollfd p = {.fd = w->fd, .events = POLLRDHUP}; /* not POLLIN: bytes that wait would end the wait */
	return poll(&p, 1, wait_ms) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* An RST throws away what is still in flight; a test wants the announced bytes to arrive first. */
static void reset_when_sent(int fd) {
	int64_t until = gw_mono_ms() + 1000;
	int left = 1;
	while (ioctl(fd, SIOCOUTQ, &left) == 0 && left > 0 && gw_mono_ms() < until) {
		usleep(1000);
	}
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

void wire_close(struct wire *w, enum wire_end how) {
	if (w->ssl) {
		bool said_goodbye = (SSL_get_shutdown(w->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
		if ((!w->ended || said_goodbye) && (how == WIRE_CLEAN || how == WIRE_KEEP)) {
			SSL_shutdown(w->ssl);
		} else {
			SSL_set_quiet_shutdown(w->ssl, 1);
			SSL_set_shutdown(w->ssl,
					 SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); /* keeps the session resumable */
		}
		SSL_free(w->ssl);
	}
	if (how == WIRE_RESET) {
		reset_when_sent(w->fd);
	}
	ERR_clear_error();
	close(w->fd);
	*w = (struct wire){.fd = -1};
}
