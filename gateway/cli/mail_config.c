#include "gateway/cli/mail_config.h"

#include <errno.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "base/text.h"
#include "certs/facts.h"
#include "certs/signer.h"

/* The first line, without its end. */
static enum gw_code read_password(const char *path, char out[MAIL_SECRET], struct gw_err *err) {
	GW_AUTO(buf) struct gw_buf text;
	gw_buf_init(&text, MAIL_SECRET + 1);
	enum gw_code rc = signer_check_file(path, err);
	if (rc != GW_OK || gw_file_read(path, &text, err) != GW_OK) {
		return GW_E_CONFIG;
	}
	size_t n = 0;
	while (n < text.len && text.data[n] != '\n' && text.data[n] != '\r' && text.data[n] != '\0') {
		n++;
	}
	bool ok = n > 0 && gw_copy(out, MAIL_SECRET, text.data, n);
	if (text.data) {
		explicit_bzero(text.data, text.len);
	}
	return ok ? GW_OK : gw_fail(err, GW_E_CONFIG, "'%s' must hold a password in its first line", path);
}

static enum gw_code check_ca(const char *path, struct gw_err *err) {
	FILE *f = fopen(path, "re");
	if (!f) {
		return gw_fail(err, GW_E_CONFIG, "cannot open '%s': %s", path, strerror(errno));
	}
	GW_AUTO(x509) X509 *first = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	return first ? GW_OK : gw_fail(err, GW_E_CONFIG, "'%s' holds no readable certificate", path);
}

static enum gw_code load(const struct config *c, struct mail_settings *out, struct gw_err *err) {
	const struct config_mail *m = &c->mail;
	gw_copy_text(out->url, sizeof(out->url), m->url);
	gw_copy_text(out->from, sizeof(out->from), m->from);
	gw_copy_text(out->user, sizeof(out->user), m->user);
	gw_copy_text(out->ca, sizeof(out->ca), m->ca);
	out->starttls = m->starttls;
	out->connect_ms = c->settings.mail_connect_ms;
	out->transfer_ms = c->settings.mail_transfer_ms;
	out->retry_s = c->settings.mail_retry_s;
	enum gw_code rc = m->user[0] ? read_password(m->password_file, out->password, err) : GW_OK;
	return rc == GW_OK && m->ca[0] ? check_ca(m->ca, err) : rc;
}

enum gw_code mail_config_load(const struct config *c, struct mail_settings *out, struct gw_err *err) {
	*out = (struct mail_settings){0};
	enum gw_code rc = c->mail.url[0] ? load(c, out, err) : GW_OK;
	return rc == GW_OK ? rc : gw_wrap(err, rc, "mail");
}
