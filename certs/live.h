/* certs/live.h - what is fetched: OCSP responses, CRLs and certificates of issuers, in memory and in a folder, shared
 * by all threads.
 *
 * Judging only looks here (cert_live_add); fetching is certs/fetch_status.h and fills it. What lies in the folder is
 * believed as little as what a network says: each judgement verifies it anew. A response belongs to one certificate, a
 * CRL or an issuer to one address. */
#ifndef GW_CERTS_LIVE_H
#define GW_CERTS_LIVE_H
#include "base/err.h"
#include "base/span.h"
#include "certs/facts.h"
#include "certs/revocation.h"

struct cert_live;
struct cert_evidence;
struct cert_sources;
struct cert_urls;
struct stack_st_X509;
struct x509_st;

enum { CERT_LIVE_ITEMS_MAX = 65536 }; /* the folder's, too: what nobody has asked for longest goes first */

/* Opens the folder, makes it where it is missing (mode 0700), and reads it; a damaged file is dropped. GW_E_CONFIG: it
 * can be neither read nor made. */
GW_NODISCARD enum gw_code cert_live_open(const char *dir, struct cert_live **out, struct gw_err *err);
void cert_live_free(struct cert_live *l);
GW_DEFINE_AUTO(cert_live, struct cert_live *, cert_live_free)

/* Grows whenever an answer is new or another one than before: what was judged under a smaller number is judged again. A
 * newer answer that says the same changes nothing: the older one holds until its own nextUpdate. */
uint64_t cert_live_epoch(const struct cert_live *l); /* NULL: 0 */

/* Adds to `into` what is there for a certificate, delta CRLs too. */
void cert_live_add(const struct cert_live *l, struct x509_st *cert, const struct cert_sources *sources,
		   struct cert_evidence *into);

/* Adds to `into`, which owns them, the certificates of issuers that are there for a certificate, and for those. False:
 * no memory. */
bool cert_live_add_issuers(const struct cert_live *l, struct x509_st *cert, struct stack_st_X509 *into);

/* May the status of this certificate be fetched now? Not for a minute after it could not be had. */
bool cert_live_may_fetch(const struct cert_live *l, const uint8_t leaf_digest[CERT_DIGEST_BYTES]);
/* May a call wait for that? Not for ten minutes after one could not be helped so. */
bool cert_live_may_wait(const struct cert_live *l, const uint8_t leaf_digest[CERT_DIGEST_BYTES]);

/* Responses, CRLs and issuers that are kept. */
size_t cert_live_count(const struct cert_live *l);

/* ---- for certs/fetch_status.c ---- */

enum live_kind { LIVE_OCSP, LIVE_CRL, LIVE_ISSUER };
struct live_key {
	enum live_kind kind;
	uint8_t digest[CERT_DIGEST_BYTES]; /* SHA-256 of the certificate (LIVE_ISSUER: those sent with it), or of the
					      address */
};
void live_key_of_cert(struct x509_st *cert, struct live_key *out);
void live_key_of_url(enum live_kind kind, const char *url, struct live_key *out);

/* Where the delta CRLs of a certificate lie: the addresses that it names, and those that its CRLs name. */
void live_deltas(const struct cert_live *l, const struct cert_sources *sources, struct cert_urls *out);

/* Keeps DER that has answered with `status`, in place of what was there. GW_E_CONFLICT: that was made later; what is
 * played again must not undo a revocation. GW_E_RETRY: no room; GW_E_STORE: it is kept, but not in the folder. */
GW_NODISCARD enum gw_code live_put(struct cert_live *l, const struct live_key *key, struct gw_span der,
				   const struct cert_status *status, int64_t now_utc_s, struct gw_err *err);
/* Is it time to fetch it anew? Long before nextUpdate, each at a moment of its own. False: it is not here. */
bool live_is_due(const struct cert_live *l, const struct live_key *key, int64_t now_utc_s);

/* One fetch of a thing at a time: LIVE_MINE is ended by live_release; LIVE_DONE: another one has just ended it, look
 * again; LIVE_NOT_NOW: it has failed lately, or the other one takes longer than `deadline_mono_ms`. */
enum live_claim { LIVE_MINE, LIVE_DONE, LIVE_NOT_NOW };
enum live_claim live_claim(struct cert_live *l, const struct live_key *key, int64_t deadline_mono_ms);
void live_release(struct cert_live *l, const struct live_key *key, bool failed);

/* A host that could not be reached is left in peace for a while. */
bool live_host_is_down(const struct cert_live *l, const char *url);
void live_host_note(struct cert_live *l, const char *url, bool reached);
#endif
