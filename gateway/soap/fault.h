/* gateway/soap/fault.h - a refusal as the bytes that a caller reads: SOAP 1.1 fault, SOAP 1.2 fault, or plain text.
 *
 * HTTP status: SOAP faults go out with 500 (SOAP 1.2: 400 for Sender), because JAX-WS and gSOAP clients lose a fault
 * sent with another one. `koda` begins the faultstring, stands in the detail and in X-Vashgate-Code. */
#ifndef GW_SOAP_FAULT_H
#define GW_SOAP_FAULT_H
#include "base/buf.h"
#include "vash/fault.h"

#define FAULT_NS_SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define FAULT_NS_SOAP12 "http://www.w3.org/2003/05/soap-envelope"

enum fault_soap { FAULT_SOAP11 = 0, FAULT_SOAP12 };

struct fault_text {
	enum vash_fault fault;
	enum fault_soap soap; /* for faults of SOAP form */
	const char *request_id;
	const char *detail;    /* for people, appended to the English text; "" = none. Escaped here. */
	bool must_understand;  /* the fault code is MustUnderstand instead of Client/Sender */
	bool version_mismatch; /* VersionMismatch */
};

int fault_status(const struct fault_text *f); /* HTTP status */
const char *fault_content_type(const struct fault_text *f);
/* The body of the reply; `out` is appended to. */
GW_NODISCARD enum gw_code fault_body(const struct fault_text *f, struct gw_buf *out);

/* XML text with &, <, > and " escaped; characters that XML 1.0 forbids become '?'. */
GW_NODISCARD enum gw_code fault_escape(struct gw_buf *out, const char *text);
#endif
