/* gSOAP on memory: one run a request. Only files named soap_*.c see gSOAP; its headers do not survive base/banned.h. */
#include "gateway/soap/own.h"

#include <regex.h>

#include "gateway/soap/soap_run.h"
#include "soap/soapH.h"
#include "soap/PreveriPraviceSoap11Binding.nsmap"

/* ---- memory in, memory out ---- */

static size_t receive(struct soap *soap, char *into, size_t room) {
	struct run *r = soap->user;
	size_t n = r->in.n < room ? r->in.n : room;
	memcpy(into, r->in.p, n);
	r->in.p += n;
	r->in.n -= n;
	return n;
}

static int transmit(struct soap *soap, const char *bytes, size_t n) {
	struct run *r = soap->user;
	return gw_buf_add(r->out, bytes, n) == GW_OK ? SOAP_OK : SOAP_EOM;
}

/* gSOAP checks pattern facets only when it is given a way to. Ours use nothing that POSIX would read differently. */
static int validate_pattern(struct soap *soap, const char *pattern, const char *text) {
	char anchored[256];
	regex_t regex;
	(void)soap;
	if (snprintf(anchored, sizeof(anchored), "^(%s)$", pattern) >= (int)sizeof(anchored) ||
	    regcomp(&regex, anchored, REG_EXTENDED | REG_NOSUB) != 0) {
		return SOAP_TYPE;
	}
	int rc = regexec(&regex, text, 0, NULL, 0) == 0 ? SOAP_OK : SOAP_TYPE;
	regfree(&regex);
	return rc;
}

/* A request with a document may be as long as any that the guard lets through. */
static void set_limits(struct soap *soap, const struct self_call *call) {
	const struct settings *s = call->settings;
	bool documents = call->service && vash_service_takes_documents(call->service);
	size_t length = documents ? call->envelope.n + 1 : s->soap_max_length;
	soap->maxlevel = s->soap_max_level;
	soap->maxoccurs = s->soap_max_occurs;
	soap->maxlength = (long)length;
	soap->recv_maxlength = length;
	soap->fsvalidate = validate_pattern;
}

enum vash_fault soap_own(const struct self_call *call, struct gw_buf *out) {
	struct run run = {.call = call, .in = call->envelope, .out = out};
	struct soap *soap =
		soap_new2(SOAP_ENC_PLAIN | SOAP_C_UTFSTRING | SOAP_XML_STRICT, SOAP_ENC_PLAIN | SOAP_C_UTFSTRING);
	if (!soap) {
		return VASH_OVERLOADED;
	}
	soap->user = &run;
	soap->frecv = receive;
	soap->fsend = transmit;
	set_limits(soap, call);
	soap_set_namespaces(soap, namespaces);
	int rc = soap_serve(soap);
	soap_destroy(soap);
	soap_end(soap);
	soap_free(soap);
	if (run.fault != VASH_NO_FAULT) {
		return run.fault;
	}
	return rc == SOAP_OK ? VASH_NO_FAULT : rc == SOAP_EOM ? VASH_OVERLOADED : VASH_XML_INVALID;
}
