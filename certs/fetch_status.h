/* certs/fetch_status.h - learns the revocation status of a certificate and of the authorities above it: OCSP (RFC 6960,
 * RFC 5019 without GET: responders may be asked anything) and CRLs over HTTP, in the order of each issuer's rule. What
 * answers is kept (certs/live.h). Waits for the network; never on a loop's thread. */
#ifndef GW_CERTS_FETCH_STATUS_H
#define GW_CERTS_FETCH_STATUS_H
#include <stdatomic.h>

#include "certs/judge.h"
#include "certs/live.h"

struct fetch_how {
	struct cert_live *live; /* NULL: nothing is fetched */
	uint32_t deadline_ms;	/* for all of it */
	bool private_addresses;
	const atomic_bool *stop; /* becomes true: it is given up; NULL = never */
	bool ahead;		 /* also what is known, where it is time to have it anew */
	bool issuers;		 /* first the issuers between it and an anchor (certs/fetch_issuer.h) */
	bool keeps_chain; /* what was sent with it is kept where nothing else leads to an anchor: later nobody sends it
			   */
	bool configured;  /* from the addresses of issuers' rules alone, not from those that certificates name */
};

enum fetch_result {
	FETCH_NOTHING, /* there was nothing to do, or it has failed */
	FETCH_NEW,     /* something was fetched, also by another thread meanwhile: the judge knows more */
	FETCH_NO_PATH  /* it has no path to an anchor: nobody is asked */
};

/* The judge says afterwards what is known. `why` (CERT_WHY, may be NULL) receives the last failure, "" = none. */
enum fetch_result fetch_status(const struct fetch_how *how, const struct cert_trust *trust,
			       const struct cert_question *q, char *why);
#endif
