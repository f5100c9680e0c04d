/* gateway/call/call_view.h - what the call path needs of one configuration; part of an engine_view (view->app).
 * Immutable, shared by all loops, lives as long as the view. */
#ifndef GW_CALL_CALL_VIEW_H
#define GW_CALL_CALL_VIEW_H
#include "certs/fetch_status.h"
#include "gateway/call/guard.h"
#include "gateway/call/limits.h"
#include "gateway/engine/engine.h"
#include "store/store.h"
#include "vash/authorise.h"
#include "vash/outside.h"
#include "vash/service.h"

/* GET of this path with a token behind it: whoever shows the certificate there has its key. */
#define CALL_TOUCH_PREFIX "/spletne-storitve/vash/posest/"

enum { BACKENDS_MAX = 8, BACKEND_KEY_BYTES = 32, BACKEND_TEXT = 512 };

struct backend {
	char name[ENGINE_NAME];
	char url[BACKEND_TEXT]; /* scheme, host and port, optionally a path prefix without trailing slash */
	char host[ENGINE_HOST]; /* for the Host field: host[:port] */
	char prefix[BACKEND_TEXT];
	char cert[BACKEND_TEXT], key[BACKEND_TEXT],
		ca[BACKEND_TEXT]; /* PEM files; our client certificate, the pinned CA */
	uint8_t hmac_key[BACKEND_KEY_BYTES];
	uint8_t identity[32]; /* digest of what makes a connection: another one, another connection */
	int index;
};

struct contract_files; /* gateway/soap/contracts.h */

struct call_view {
	struct vash_services services;
	struct guard_service guard_service[VASH_SERVICES_MAX]; /* same order as services.row */
	char *guard_xsd[VASH_SERVICES_MAX];		       /* owned paths */
	struct guard_set *guards;
	struct contract_files *contracts;
	size_t backend_count;
	struct backend backend[BACKENDS_MAX];
	const struct backend *service_backend[VASH_SERVICES_MAX]; /* NULL: answered by the gateway itself */
	struct cert_trust *trust[ENGINE_LISTENERS_MAX];		  /* by listener index; NULL where none is asked for */
	char touch_url[BACKEND_TEXT];			     /* where possession of a certificate's key is proven */
	const struct vash_registers *registers;		     /* owned */
	const struct cert_trust *call_trust;		     /* of the first listener of services */
	char public_url[ENGINE_LISTENERS_MAX][BACKEND_TEXT]; /* by listener index */
	bool opens[ENGINE_LISTENERS_MAX][VASH_SERVICES_MAX]; /* which listener opens which service */
	struct limits_rule limits[ENGINE_LISTENERS_MAX];
	struct vash_codelists *codelists; /* owned; in `policy` */
	struct vash_policy policy;
	char anchors_digest[65], config_digest[65], files_digest[65]; /* docs/AUDIT.md, kind `start` */
};

/* The service at a path, if the listener opens it; NULL: none. */
static inline const struct vash_service *view_service(const struct call_view *view, int listener, struct gw_span path) {
	const struct vash_service *s = vash_service_find(&view->services, path);
	return s && view->opens[listener][s - view->services.row] ? s : NULL;
}

/* What outlives configurations; handed to every loop. */
struct call_shared {
	struct store *store;
	struct workers *workers;
	struct workers *fetchers; /* for calls that wait for a revocation status: slow responders take no worker */
	struct limits *limits;
	struct unproven *unproven;
	struct sessions *sessions;
	struct cert_live *live; /* revocation that is fetched */
	struct portal *portal;	/* portal/portal.h */
	struct web_shared *web; /* gateway/web/web.h; NULL: there are no web pages */
};
static inline struct fetch_how fetch_how_of(const struct call_shared *shared, const struct settings *settings) {
	return (struct fetch_how){.live = settings->fetch_revocation ? shared->live : NULL,
				  .deadline_ms = settings->revocation_wait_ms,
				  .private_addresses = settings->private_addresses};
}
#endif
