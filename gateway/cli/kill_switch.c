#include "gateway/cli/kill_switch.h"

#include "base/log.h"
#include "base/text.h"
#include "gateway/web/session.h"
#include "store/registry.h"

enum { CERTS_MAX_BYTES = 16777216 };

void kill_certificate(const struct kill_switch *k, const uint8_t digest[CERT_DIGEST_BYTES]) {
	char hex[CERT_DIGEST_HEX], count[24];
	size_t cut = engine_cut_leaf(k->engine, digest);
	sessions_drop_leaf(k->shared->sessions, digest);
	gw_hex(digest, CERT_DIGEST_BYTES, hex);
	snprintf(count, sizeof(count), "%zu", cut);
	gw_log(GW_LOG_WARN, "certificate_killed", "cert", hex, "connections", count, NULL);
}

/* ---- of a subject ---- */

struct reached {
	const struct kill_switch *k;
	struct gw_buf digests; /* CERT_DIGEST_BYTES each */
	bool failed;
};

static void add(void *ctx, const char *hex) {
	struct reached *r = ctx;
	uint8_t digest[CERT_DIGEST_BYTES];
	if (hex[0] && gw_unhex(hex, strlen(hex), digest, sizeof(digest))) {
		r->failed |= gw_buf_add(&r->digests, digest, sizeof(digest)) != GW_OK;
	}
}

static enum gw_code add_record(void *ctx, const struct registry_reached *found, struct gw_err *err) {
	struct reached *r = ctx;
	add(r, found->cert_digest);
	add(r, found->old_cert_digest);
	web_session_certs(r->k->shared->web->sessions, found->membership_id, add, r);
	return r->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}

enum gw_code kill_subject(const struct kill_switch *k, int64_t eceu_id, struct gw_err *err) {
	GW_AUTO(registry_reader) struct registry_reader *reader = NULL;
	struct reached reached = {.k = k};
	gw_buf_init(&reached.digests, CERTS_MAX_BYTES);
	enum gw_code rc = registry_reader_open(store_path(k->shared->store), &reader, err);
	rc = rc == GW_OK ? registry_reach(reader, eceu_id, add_record, &reached, err) : rc;
	for (size_t at = 0; at < reached.digests.len; at += CERT_DIGEST_BYTES) {
		kill_certificate(k, (const uint8_t *)reached.digests.data + at);
	}
	gw_buf_release(&reached.digests);
	return rc;
}
