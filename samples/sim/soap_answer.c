#include "samples/sim/soap_answer.h"

#include "sim.nsmap"
#include "soapH.h"

#include "samples/sim/services.h"

struct soap_server {
	struct soap *soap;
	struct gw_span in; /* what gSOAP has not read yet */
	struct gw_buf out;
	struct service_call call;
};

const struct service_call *service_call_of(struct soap *soap) {
	const struct soap_server *s = soap->user;
	return &s->call;
}

int service_begin(struct soap *soap) {
	const struct service_call *call = service_call_of(soap);
	if (call->fault) {
		return soap_receiver_fault(soap, "backend: a fault, as a rule asked for", NULL);
	}
	if (call->multipart) { /* a fixed boundary: equal requests get equal bytes */
		soap_set_omode(soap, SOAP_ENC_MTOM);
		soap_set_mime(soap, "==vashgate-sim-part==", "<soap>");
	}
	return SOAP_OK;
}

unsigned char *service_keep(struct soap *soap, const struct gw_buf *bytes) {
	unsigned char *copy = soap_malloc(soap, bytes->len + 1);
	return copy ? memcpy(copy, bytes->data, bytes->len) : NULL;
}

static size_t feed(struct soap *soap, char *bytes, size_t n) {
	struct soap_server *s = soap->user;
	size_t take = s->in.n < n ? s->in.n : n;
	memcpy(bytes, s->in.p, take);
	s->in.p += take;
	s->in.n -= take;
	return take;
}

static int collect(struct soap *soap, const char *bytes, size_t n) {
	struct soap_server *s = soap->user;
	return gw_buf_add(&s->out, bytes, n) == GW_OK ? SOAP_OK : SOAP_EOM;
}

struct soap_server *soap_server_new(void) {
	struct soap_server *s = calloc(1, sizeof(*s));
	struct soap *soap = s ? soap_new1(SOAP_XML_STRICT | SOAP_C_UTFSTRING) : NULL;
	if (!soap) {
		free(s);
		return NULL;
	}
	gw_buf_init(&s->out, REQUEST_MAX);
	s->soap = soap;
	soap->user = s;
	soap->frecv = feed;
	soap->fsend = collect;
	soap->maxlevel = 100;
	soap->maxoccurs = 10000;
	soap->maxlength = 1024 * 1024;
	soap_set_namespaces(soap, namespaces);
	return s;
}

void soap_server_free(struct soap_server *s) {
	if (s) {
		soap_destroy(s->soap);
		soap_end(s->soap);
		soap_free(s->soap);
		gw_buf_release(&s->out);
		free(s);
	}
}

static bool wants_multipart(const struct sim_request *req, enum sim_wish wish) {
	struct gw_span accept = request_header(req, "Accept"), type = request_header(req, "Content-Type");
	if (wish == WISH_MULTIPART || wish == WISH_BASE64) {
		return wish == WISH_MULTIPART;
	}
	static const char multipart[] = "multipart/related";
	for (size_t i = 0; i + sizeof(multipart) - 1 <= accept.n; i++) {
		if (strncasecmp(accept.p + i, multipart, sizeof(multipart) - 1) == 0) {
			return true;
		}
	}
	return type.n >= sizeof(multipart) - 1 && strncasecmp(type.p, multipart, sizeof(multipart) - 1) == 0;
}

/* soap_serve() in the generated code does the same but for the choice of the operation. */
static void serve(struct soap *soap, const struct sim_service *service, const char *refusal) {
	int rc = soap_begin_serve(soap);
	if (rc == SOAP_OK && refusal) {
		rc = soap_sender_fault(soap, refusal, NULL);
	} else if (rc == SOAP_OK) {
		rc = service->serve(soap);
	}
	if (rc != SOAP_OK && rc < SOAP_STOP) {
		soap_send_fault(soap);
	}
}

/* Take gSOAP's own message apart: status, content type, body. Without a socket of its own gSOAP writes as a
 * CGI program does: "Status: 200 OK" in the place of the status line. */
static bool split(const struct gw_buf *message, struct reply *out) {
	const char *end = message->len ? memmem(message->data, message->len, "\r\n\r\n", 4) : NULL;
	if (!end || strncmp(message->data, "Status: ", 8) != 0) {
		return false;
	}
	static const char name[] = "\r\nContent-Type: ";
	const char *type = memmem(message->data, (size_t)(end - message->data), name, sizeof(name) - 1);
	const char *value = type ? type + sizeof(name) - 1 : NULL;
	const char *eol = value ? memmem(value, (size_t)(end + 2 - value), "\r\n", 2) : NULL;
	out->status = (int)strtol(message->data + 8, NULL, 10);
	size_t head = (size_t)(end - message->data) + 4;
	return eol && (size_t)(eol - value) < sizeof(out->content_type) &&
	       memcpy(out->content_type, value, (size_t)(eol - value)) && /* terminated below: cleared by the caller */
	       gw_buf_add(&out->body, message->data + head, message->len - head) == GW_OK;
}

bool soap_answer(struct soap_server *s, const struct sim_service *service, const struct sim_request *req,
		 enum sim_wish wish, const char *refusal, struct reply *out) {
	struct soap *soap = s->soap;
	bool multipart = wants_multipart(req, wish);
	s->call = (struct service_call){.number = service->number, .multipart = multipart, .fault = wish == WISH_FAULT};
	s->in = req->raw;
	gw_buf_clear(&s->out);
	memset(out->content_type, 0, sizeof(out->content_type));
	soap_clr_omode(soap, SOAP_ENC_MTOM | SOAP_ENC_MIME);
	serve(soap, service, refusal);
	soap_destroy(soap);
	soap_end(soap);
	soap_clr_mime(soap);
	return split(&s->out, out);
}
