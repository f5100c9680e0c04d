/* PreveriPravice. Only files named soap_*.c see gSOAP; its headers do not survive base/banned.h. */
#include "gateway/soap/soap_run.h"
#include "soap/soapH.h"

/* ---- the answer ---- */

static char *copy(struct soap *soap, const char *text) {
	return soap_strdup(soap, text);
}

static char *remedy(struct soap *soap, const struct vash_fault_row *row) {
	size_t n = strlen(row->remedy_sl) + strlen(row->remedy_en) + 4;
	char *text = soap_malloc(soap, n);
	if (text) {
		snprintf(text, n, "%s%s%s", row->remedy_sl, row->remedy_sl[0] ? " / " : "", row->remedy_en);
	}
	return text;
}

static enum xsd__boolean allowed(enum vash_fault fault) {
	return fault == VASH_NO_FAULT ? xsd__boolean__true_ : xsd__boolean__false_;
}

/* Judged once more, with every step noted; nothing is fetched for it. */
static bool add_steps(struct soap *soap, const struct self_call *call, struct vash__Potrdilo *c) {
	const struct cert_question question = {.leaf = call->leaf,
					       .facts = &call->peer->facts,
					       .chain = call->chain,
					       .purpose = CERT_FOR_CALL,
					       .at_utc_s = gw_now_utc_s()};
	struct cert_judgement judgement;
	struct cert_report report;
	cert_judge(call->trust, &question, &judgement, &report);
	c->kvalificirano = copy(soap, report.qualified);
	if (strcmp(report.qualified, "unknown") != 0 && (c->qscd = soap_malloc(soap, sizeof(*c->qscd)))) {
		*c->qscd = report.qscd ? xsd__boolean__true_ : xsd__boolean__false_;
	}
	c->korak = soap_malloc(soap, CERT_STEPS_MAX * sizeof(*c->korak));
	for (size_t i = 0; c->korak && i < report.count; i++) {
		struct vash__Presoja *step = &c->korak[c->__sizekorak++];
		soap_default_vash__Presoja(soap, step);
		step->ime = copy(soap, report.step[i].name);
		step->izid = copy(soap, cert_result_name(report.step[i].result));
		step->en = copy(soap, report.step[i].reason);
	}
	return c->korak != NULL;
}

static struct vash__Potrdilo *certificate(struct soap *soap, const struct self_call *call) {
	const struct peer *p = call->peer;
	struct vash__Potrdilo *c = soap_malloc(soap, sizeof(*c));
	const struct vash_fault_row *row = vash_fault_row(peer_fault(p));
	if (!c) {
		return NULL;
	}
	soap_default_vash__Potrdilo(soap, c);
	c->izdajatelj = copy(soap, p->facts.issuer);
	c->predmet = copy(soap, p->facts.subject);
	c->serijska = copy(soap, p->facts.serial);
	c->zgoscenka = copy(soap, p->facts.digest_hex);
	c->veljaOd = (time_t)p->facts.not_before_utc_s;
	c->veljaDo = (time_t)p->facts.not_after_utc_s;
	c->preklic = copy(soap, cert_revocation_name(p->judgement.status.revocation));
	c->koda = copy(soap, row->code);
	c->dovoljeno = allowed(peer_fault(p));
	c->sl = copy(soap, row->sl);
	c->en = copy(soap, row->en);
	c->remedy = remedy(soap, row);
	return !p->readable || !call->leaf || add_steps(soap, call, c) ? c : NULL;
}

static struct vash__Subjekt *subject(struct soap *soap, const struct vash_caller *caller) {
	struct vash__Subjekt *s = soap_malloc(soap, sizeof(*s));
	char text[24];
	if (!s) {
		return NULL;
	}
	soap_default_vash__Subjekt(soap, s);
	snprintf(text, sizeof(text), "%lld", (long long)caller->eceu_id);
	s->idEceu = copy(soap, text);
	snprintf(text, sizeof(text), "%d", caller->position);
	s->polozaj = copy(soap, text);
	s->naziv = copy(soap, caller->name);
	return s;
}

/* The certificate is judged before the registry, as for a call. */
static enum vash_fault verdict(const struct self_call *call, const struct vash_service *service, int group) {
	const struct vash_service narrowed = {.code = service->code, .group_from = group, .group_to = group};
	enum vash_fault fault = peer_fault(call->peer);
	if (fault != VASH_NO_FAULT) {
		return fault;
	}
	struct vash_grant grant = vash_authorise(call->caller, &narrowed, &call->view->policy);
	return grant.granted ? VASH_NO_FAULT : grant.fault;
}

static bool is_asked_for(const struct vash__PreveriPravice *request, const char *group) {
	for (int i = 0; i < request->__sizeskupina; i++) {
		if (request->skupina[i] && strcmp(request->skupina[i], group) == 0) {
			return true;
		}
	}
	return request->__sizeskupina == 0;
}

static void fill_right(struct soap *soap, const struct self_call *call, const struct vash_service *s,
		       struct vash__Pravica *out) {
	char group[12];
	enum vash_fault fault = verdict(call, s, s->group_from);
	const struct vash_fault_row *row = vash_fault_row(fault);
	snprintf(group, sizeof(group), "%d", s->group_from);
	soap_default_vash__Pravica(soap, out);
	out->skupina = copy(soap, group);
	out->storitev = copy(soap, s->operation);
	out->pot = copy(soap, s->path);
	out->dovoljeno = allowed(fault);
	out->koda = copy(soap, row->code);
	out->sl = copy(soap, row->sl);
	out->en = copy(soap, row->en);
	out->remedy = remedy(soap, row);
}

/* One row a group: services that several groups open (1000) follow from these. */
static bool is_group(const struct vash_service *s) {
	return s->group_from != 0 && s->group_from == s->group_to;
}

int __vash__PreveriPravice(struct soap *soap, struct vash__PreveriPravice *request,
			   struct vash__PreveriPraviceOdgovor *response) {
	const struct self_call *call = ((struct run *)soap->user)->call;
	const struct vash_services *services = &call->view->services;
	response->cas = (time_t)gw_now_utc_s();
	response->potrdilo = certificate(soap, call);
	response->subjekt = call->caller->registered ? subject(soap, call->caller) : NULL;
	response->pravica = soap_malloc(soap, services->count * sizeof(*response->pravica));
	if (!response->potrdilo || !response->pravica) {
		return SOAP_EOM;
	}
	response->__sizepravica = 0;
	for (size_t i = 0; i < services->count; i++) {
		char group[12];
		snprintf(group, sizeof(group), "%d", services->row[i].group_from);
		if (is_group(&services->row[i]) && is_asked_for(request, group)) {
			fill_right(soap, call, &services->row[i], &response->pravica[response->__sizepravica++]);
		}
	}
	return SOAP_OK;
}
