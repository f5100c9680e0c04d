/* Postopek: one step of a procedure, as on the web pages. Only files named soap_*.c see gSOAP. */
#include "base/log.h"
#include "base/text.h"
#include "gateway/cases/desk_view.h"
#include "gateway/cases/identify.h"
#include "gateway/soap/soap_run.h"
#include "portal/portal.h"
#include "soap/soapH.h"

enum { ARENA_MAX_BYTES = 4194304 };

/* One request on its way to the desk. */
struct step {
	struct run *run;
	const struct reg__Postopek *request;
	struct gw_arena arena;
	struct vash_identity identity;
	struct vash_input input;
	struct desk desk;
};

/* ---- who ---- */

/* An organisation that the certificate does not name is asked of MDP at each request: nothing is kept between them. */
static enum vash_fault read_identity(struct step *s) {
	const struct peer *p = s->run->call->peer;
	const struct vash_registers *r = s->desk.registers;
	enum vash_yes_no linked = VASH_UNKNOWN;
	enum vash_fault fault = peer_fault(p);
	if (fault != VASH_NO_FAULT) {
		return fault;
	}
	if (!identify_is_personal(&p->facts)) {
		return VASH_CASE_NOT_PERSONAL;
	}
	s->identity = identify(&p->facts);
	if (s->identity.dso[0] || !s->request->organ) {
		return VASH_NO_FAULT;
	}
	struct gw_err err = {0};
	if (r->mdp(r->ctx, s->identity.idp_im, s->identity.issuer, s->request->organ, &linked, &err) != GW_OK) {
		gw_log_err(GW_LOG_WARN, "register_failed", &err);
		return VASH_OVERLOADED;
	}
	s->identity.dso = linked == VASH_YES ? s->request->organ : "";
	return linked == VASH_YES ? VASH_NO_FAULT : VASH_CASE_NOT_LINKED;
}

/* ---- what ---- */

static bool add_value(struct step *s, const struct reg__Vrednost *v) {
	const char *before = vash_pair_get(&s->input.values, v->ime);
	const char *value = before[0] ? gw_arena_printf(&s->arena, "%s %s", before, v->besedilo) : v->besedilo;
	return !s->arena.failed && vash_pair_set(&s->input.values, v->ime, value);
}

static bool read_input(struct step *s) {
	const struct reg__Postopek *rq = s->request;
	s->input.button = rq->gumb;
	s->input.file_name = "";
	if (rq->datoteka) {
		s->input.file_name = gw_file_name(gw_span_of(rq->datoteka->ime)).p; /* to the end: NUL is no XML */
		s->input.file = (struct gw_span){(const char *)rq->datoteka->vsebina.__ptr,
						 (size_t)rq->datoteka->vsebina.__size};
	}
	for (int i = 0; i < rq->__sizevrednost; i++) {
		if (!add_value(s, &rq->vrednost[i])) {
			return false;
		}
	}
	return true;
}

static int64_t number(const LONG64 *value) {
	return value ? (int64_t)*value : 0;
}

/* ---- the answer ---- */

static enum vash_fault fault_for(enum gw_code rc) {
	switch (rc) {
	case GW_OK:
		return VASH_NO_FAULT;
	case GW_E_NOTFOUND:
	case GW_E_INPUT:
		return VASH_CASE_NOT_FOUND;
	case GW_E_CONFLICT:
		return VASH_CASE_CONFLICT;
	case GW_E_DENIED:
	case GW_E_RETRY:
	case GW_E_UPSTREAM:
	case GW_E_STORE:
	case GW_E_CONFIG:
	case GW_E_NOMEM:
	case GW_E_BUG:
	default:
		return VASH_OVERLOADED;
	}
}

static enum vash_fault fault_of(enum gw_code rc, const struct gw_err *err) {
	enum vash_fault fault = fault_for(rc);
	if (fault != VASH_NO_FAULT) {
		gw_log_err(fault == VASH_OVERLOADED ? GW_LOG_WARN : GW_LOG_DEBUG, "case_refused", err);
	}
	return fault;
}

static const char *end_name(enum vash_turn_end end) {
	switch (end) {
	case VASH_TURN_STOPPED:
		return "ustavljeno";
	case VASH_TURN_FINISHED:
		return "opravljeno";
	case VASH_TURN_LOGGED_IN:
		return "prijavljeno";
	case VASH_TURN_LOGGED_OUT:
		return "odjavljeno";
	case VASH_TURN_OPEN:
	default:
		return "odprto";
	}
}

/* npm soap finds the schema of a SOAP 1.2 answer only under the prefix "soap": without it no list is a list. */
#define ENVELOPE_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soap:Envelope xmlns:soap=\"%s\"><soap:Body>"
#define ENVELOPE_TAIL "</soap:Body></soap:Envelope>"

static enum gw_code write_envelope(struct step *s, const struct desk_answer *a, struct gw_err *err) {
	struct gw_buf *out = s->run->out;
	char record[24] = "";
	int64_t login = a->end == VASH_TURN_LOGGED_IN ? a->login_record : number(s->request->zapis);
	if (login && a->end != VASH_TURN_LOGGED_OUT) {
		snprintf(record, sizeof(record), "%lld", (long long)login);
	}
	const struct portal_soap_request about = {.end = end_name(a->end), .record = record};
	enum gw_code rc = gw_buf_addf(out, ENVELOPE_HEAD, s->run->call->soap12 ? FAULT_NS_SOAP12 : FAULT_NS_SOAP11);
	rc = rc == GW_OK ? portal_soap(s->run->call->shared->portal, gw_buf_span(&a->page), &about, out, err) : rc;
	return rc == GW_OK ? gw_buf_text(out, ENVELOPE_TAIL) : rc;
}

/* The PDF of an application: the form of PostopekResponse whose only content is a file. */
static const char document_head[] = ENVELOPE_HEAD
	"<PostopekResponse xmlns=\"urn:esodstvo:vash-registration:1\"><konec>datoteka</konec><postopek>-</postopek>"
	"<korak>vloga</korak><sl>Vloga</sl><en>Application</en><datoteka><ime>vloga-%lld.pdf</ime><vsebina>";
static const char document_tail[] = "</vsebina></datoteka></PostopekResponse>" ENVELOPE_TAIL;

static enum vash_fault give_document(struct step *s, struct soap *soap) {
	int64_t id = number(s->request->vloga);
	struct gw_err err = {0};
	struct gw_buf *out = s->run->out;
	const struct desk_request rq = {.identity = &s->identity, .login_record = number(s->request->zapis)};
	GW_AUTO(buf) struct gw_buf pdf;
	gw_buf_init(&pdf, out->max / 2);
	enum gw_code rc = desk_application(&s->desk, &rq, id, &pdf, &err);
	if (rc != GW_OK) {
		return fault_of(rc, &err);
	}
	const char *base64 = soap_s2base64(soap, (const unsigned char *)pdf.data, NULL, (int)pdf.len);
	rc = base64 ? gw_buf_addf(out, document_head, s->run->call->soap12 ? FAULT_NS_SOAP12 : FAULT_NS_SOAP11,
				  (long long)id)
		    : GW_E_NOMEM;
	rc = rc == GW_OK ? gw_buf_text(out, base64) : rc;
	rc = rc == GW_OK ? gw_buf_text(out, document_tail) : rc;
	return rc == GW_OK ? VASH_NO_FAULT : VASH_OVERLOADED;
}

static enum vash_fault serve(struct step *s) {
	const struct reg__Postopek *rq = s->request;
	struct gw_err err = {0};
	struct desk_answer a = {0};
	const struct desk_request desk_rq = {.identity = &s->identity,
					     .login_record = number(rq->zapis),
					     .procedure = rq->postopek,
					     .case_id = number(rq->zadeva),
					     .version = number(rq->razlicica),
					     .input = rq->gumb ? &s->input : NULL};
	if (!rq->zapis && rq->postopek && strcmp(rq->postopek, "vs101") != 0) {
		return VASH_CASE_LOGIN_FIRST;
	}
	gw_buf_init(&a.page, VASH_PAGE_MAX_BYTES);
	enum gw_code rc = desk_serve(&s->desk, &desk_rq, &a, &err);
	rc = rc == GW_OK ? write_envelope(s, &a, &err) : rc;
	gw_buf_release(&a.page);
	return fault_of(rc, &err);
}

int __reg__Postopek(struct soap *soap, struct reg__Postopek *request, struct reg__Stran *response) {
	struct run *run = soap->user;
	const struct self_call *call = run->call;
	struct step s = {
		.run = run, .request = request, .desk = desk_of_view(call->shared, call->view, call->settings)};
	(void)response; /* written as XML: the page model's own form */
	gw_arena_init(&s.arena, ARENA_MAX_BYTES);
	run->fault = read_identity(&s);
	if (run->fault == VASH_NO_FAULT) {
		run->fault = request->vloga ? give_document(&s, soap) : read_input(&s) ? serve(&s) : VASH_XML_INVALID;
	}
	gw_arena_release(&s.arena);
	return SOAP_STOP;
}
