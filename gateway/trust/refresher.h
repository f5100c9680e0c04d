/* gateway/trust/refresher.h - a thread that fetches the revocation status of every registered certificate, and of the
 * authorities above it, ahead of time: a call finds it known, whether the responder is up, slow or down. */
#ifndef GW_TRUST_REFRESHER_H
#define GW_TRUST_REFRESHER_H
#include "gateway/call/call_view.h"

struct refresher_config {
	const struct call_shared *shared; /* store, live */
	struct engine_view *view;	  /* reference taken */
	/* A registered certificate is found to be revoked, once each time that it becomes so. On the thread. */
	void (*revoked)(void *ctx, const uint8_t digest[CERT_DIGEST_BYTES]);
	void *ctx;
};

struct refresher;
GW_NODISCARD enum gw_code refresher_start(const struct refresher_config *config, struct refresher **out,
					  struct gw_err *err);
void refresher_use(struct refresher *r, struct engine_view *view); /* from now on; reference taken */
void refresher_wake(struct refresher *r);			   /* look everything over now */
void refresher_stop(struct refresher *r);			   /* ends what is under way; NULL is fine */
void refresher_free(struct refresher *r);			   /* waits for it; the engine must still run */
#endif
