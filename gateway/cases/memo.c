#include "gateway/cases/memo.h"

#include "base/log.h"

enum gw_code memo_init(struct memo *m, const struct vash_outside *outside, struct gw_arena *arena, struct gw_err *err) {
	*m = (struct memo){.outside = outside, .recording = true, .arena = arena};
	m->cert = gw_arena_array(arena, MEMO_MAX, sizeof(*m->cert));
	return m->cert ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

static enum gw_code not_asked(struct memo *m, struct gw_err *err, const char *what) {
	m->missed = true;
	return gw_fail(err, GW_E_RETRY, "meanwhile the registry has changed: the %s was not looked at", what);
}

static enum gw_code certificate(void *ctx, const char *pem, struct gw_arena *arena, struct vash_cert_checked *out,
				struct gw_err *err) {
	GW_UNUSED(arena);
	struct memo *m = ctx;
	for (size_t i = 0; i < m->cert_count; i++) {
		if (strcmp(m->cert[i].pem, pem) == 0) {
			*out = m->cert[i].answer;
			return GW_OK;
		}
	}
	if (!m->recording || m->cert_count == MEMO_MAX) {
		return not_asked(m, err, "certificate");
	}
	enum gw_code rc = m->outside->certificate(m->outside->ctx, pem, m->arena, out, err);
	if (rc == GW_OK) {
		m->cert[m->cert_count].pem = gw_arena_text(m->arena, pem);
		m->cert[m->cert_count++].answer = *out;
	}
	return rc;
}

static enum gw_code application(void *ctx, struct gw_span file, struct gw_arena *arena,
				struct vash_application_checked *out, struct gw_err *err) {
	GW_UNUSED(arena);
	struct memo *m = ctx;
	if (!m->has_application && !m->recording) {
		return not_asked(m, err, "application");
	}
	enum gw_code rc = GW_OK;
	if (!m->has_application) {
		rc = m->outside->application(m->outside->ctx, file, m->arena, &m->application, err);
		m->has_application = rc == GW_OK;
	}
	*out = m->application;
	return rc;
}

static enum gw_code token(void *ctx, struct gw_arena *arena, const char **out, struct gw_err *err) {
	GW_UNUSED(arena);
	struct memo *m = ctx;
	if (!m->token && !m->recording) {
		return not_asked(m, err, "token");
	}
	enum gw_code rc = m->token ? GW_OK : m->outside->token(m->outside->ctx, m->arena, &m->token, err);
	*out = m->token;
	return rc;
}

static enum gw_code client(void *ctx, struct gw_arena *arena, struct vash_client *out, struct gw_err *err) {
	GW_UNUSED(arena);
	struct memo *m = ctx;
	if (!m->has_client && !m->recording) {
		return not_asked(m, err, "client");
	}
	enum gw_code rc = GW_OK;
	if (!m->has_client) {
		rc = m->outside->client(m->outside->ctx, m->arena, &m->client, err);
		m->has_client = rc == GW_OK;
	}
	*out = m->client;
	return rc;
}

/* A register that cannot be asked is an answer too: unknown. */
static enum gw_code asked(enum gw_code rc, bool *has, struct gw_err *err) {
	if (rc == GW_E_UPSTREAM) {
		gw_log_err(GW_LOG_WARN, "register_failed", err);
		*err = (struct gw_err){0};
		rc = GW_OK;
	}
	*has = rc == GW_OK;
	return rc;
}

static enum gw_code mdp(void *ctx, const char *serial, const char *issuer, const char *davcna, enum vash_yes_no *out,
			struct gw_err *err) {
	struct memo *m = ctx;
	const struct vash_registers *r = &m->outside->registers;
	if (!m->has_mdp && !m->recording) {
		return not_asked(m, err, "certificate's link");
	}
	enum gw_code rc =
		m->has_mdp ? GW_OK : asked(r->mdp(r->ctx, serial, issuer, davcna, &m->mdp, err), &m->has_mdp, err);
	*out = m->mdp;
	return rc;
}

static enum gw_code prs(void *ctx, const char *maticna, struct gw_arena *arena, struct vash_prs_entry *out,
			struct gw_err *err) {
	GW_UNUSED(arena);
	struct memo *m = ctx;
	const struct vash_registers *r = &m->outside->registers;
	if (!m->has_prs && !m->recording) {
		return not_asked(m, err, "business register");
	}
	enum gw_code rc = m->has_prs ? GW_OK : asked(r->prs(r->ctx, maticna, m->arena, &m->prs, err), &m->has_prs, err);
	*out = m->prs;
	return rc;
}

void memo_port(struct memo *m, struct vash_outside *port) {
	*port = (struct vash_outside){.ctx = m,
				      .certificate = certificate,
				      .application = application,
				      .token = token,
				      .client = client,
				      .registers = {m, mdp, prs}};
}
