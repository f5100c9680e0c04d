#include "samples/sim/service.h"

#include <string.h>

#include "base/text.h"
#include "soapH.h"

/* Several services share a request element, so the generated soap_serve_request, which chooses by element,
 * could never reach them all. The path chooses here, as in the WSDLs: one service each. */
#define EZK(number, path, operation)                                                                                   \
	{                                                                                                              \
		number, "/spletne-storitve/pravna-podrocja/ezk/" path, "urn:esodstvo:ezk:1/" #operation,               \
			soap_serve___ezk__##operation                                                                  \
	}
#define EINS(number, path, operation)                                                                                  \
	{                                                                                                              \
		number, "/spletne-storitve/pravna-podrocja/eins/" path, "urn:esodstvo:eins:1/" #operation,             \
			soap_serve___eins__##operation                                                                 \
	}

static const struct sim_service services[] = {
	EZK(1000, "public/sifranti/podatki-redni-izpis", SifrantiPodatkiRedniIzpis),
	EZK(1001, "gov/javni-izpisi/redni-izpis", RedniIzpisGov),
	EZK(1002, "gov/javni-izpisi/redni-izpis-pdf", RedniIzpisPdfGov),
	EZK(1003, "gov/zasciteni-izpisi/iskanje-po-imetniku", IskanjePoImetnikuGov),
	EZK(1004, "gov/zasciteni-izpisi/lastnistvo-nepremicnine", LastnistvoNepremicnineGov),
	EZK(1005, "gov/kontrole/obstoj-nepremicnine", ObstojNepremicnineGov),
	EZK(1006, "gov/kontrole/enak-pravni-polozaj", EnakPravniPolozajGov),
	EZK(1007, "gov/zasciteni-izpisi/lastnistvo-republika-slovenija", LastnistvoRepublikaSlovenijaGov),
	EZK(1008, "gov/zasciteni-izpisi/op1-za-imetnike", Op1ZaImetnikeGov),
	EZK(1101, "public/zasciteni-izpisi/iskanje-po-imetniku-osnovnih-pravnih-polozajev-za-uporabnika",
	    Op1ZaUporabnika),
	EZK(1102, "public/zasciteni-izpisi/iskanje-po-imetniku-izvedenih-pravic-drug-pravnih-dejstev-za-uporabnika",
	    Pt1ZaUporabnika),
	EZK(1103, "public/javni-izpisi/izpis-za-stavbo", IzpisZaStavbo),
	EINS(1201, "paketni-podatki/odprti-postopki", GetOdprtiPostopki),
	EINS(1202, "paketni-podatki/podatki-o-zadevi", GetPodatkiOZadevi),
	EINS(1203, "paketni-podatki/odprti-postopek-za-ds", GetOdprtiPostopkZaDS),
};

const struct sim_service *service_find(const char *path) {
	for (size_t i = 0; i < GW_COUNT(services); i++) {
		if (strcmp(services[i].path, path) == 0) {
			return &services[i];
		}
	}
	return NULL;
}

bool service_opened_by(const struct sim_service *service, const char *group) {
	uint64_t number = 0;
	if (strlen(group) != 4 || !gw_parse_u64(group, 4, 9999, &number)) {
		return false;
	}
	if (service->number == 1000) {
		return number >= 1001 && number <= 1199;
	}
	return number == (uint64_t)service->number;
}
