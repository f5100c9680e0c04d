/* gSOAP: calls through code generated from ezk-1008, ezk-1101, ezk-1103, eins-1203 and vash-registration together. The
 * SOAP version is that of the generated namespace table (soapcpp2 with or without -1). Usage: client BASE_URL */
#include "soapH.h"
#include "all.nsmap"

#include <stdio.h>
#include <string.h>

#define EZK "/spletne-storitve/pravna-podrocja/ezk/"
#define EINS "/spletne-storitve/pravna-podrocja/eins/"

static void report(struct soap *soap, const char *name, int good) {
	printf("%s - gsoap %s Soap1%d\n", good ? "ok" : "not ok", name, soap->version);
}

static int is_zip(const struct ezk__ZipOdgovor *answer) {
	return !strcmp(answer->ime, "odgovor-podatki.zip") && answer->zip.__size == 22 &&
	       !memcmp(answer->zip.__ptr, "PK\5\6", 4);
}

static int calls_op1(struct soap *soap, const char *base) {
	char url[256];
	struct ezk__Imetnik holder[2] = {{.__union_Imetnik = SOAP_UNION__ezk__union_Imetnik_emso},
					 {.__union_Imetnik = SOAP_UNION__ezk__union_Imetnik_maticna}};
	struct ezk__Op1ZaImetnikeGov request = {
		.__sizeimetnik = 2, .imetnik = holder, .obseg = ezk__Obseg__OP1_USCOREPT1};
	struct ezk__ZipOdgovor answer;

	holder[0].union_Imetnik.emso = "1211981500126";
	holder[1].union_Imetnik.maticna = "5491711000";
	snprintf(url, sizeof url, "%s" EZK "gov/zasciteni-izpisi/op1-za-imetnike", base);
	return soap_call___ezk__Op1ZaImetnikeGov(soap, url, NULL, &request, &answer) == SOAP_OK && is_zip(&answer);
}

static int calls_building(struct soap *soap, const char *base) {
	char url[256];
	struct ezk__Stavba building[2] = {{.ko = 1737, .stevilka = 567}, {.ko = 2636, .stevilka = 1024}};
	struct ezk__IzpisZaStavbo request = {.__sizestavba = 2, .stavba = building};
	struct ezk__ZipOdgovor answer;

	snprintf(url, sizeof url, "%s" EZK "public/javni-izpisi/izpis-za-stavbo", base);
	return soap_call___ezk__IzpisZaStavbo(soap, url, NULL, &request, &answer) == SOAP_OK && is_zip(&answer);
}

static int calls_oneself(struct soap *soap, const char *base, char *purpose) {
	char url[256];
	struct ezk__Zahtevek request = {.namen = purpose};
	struct ezk__ZipOdgovor answer;

	snprintf(url, sizeof url,
		 "%s" EZK "public/zasciteni-izpisi/iskanje-po-imetniku-osnovnih-pravnih-polozajev-za-uporabnika", base);
	return soap_call___ezk__Op1ZaUporabnika(soap, url, NULL, &request, &answer) == SOAP_OK && is_zip(&answer);
}

static int asks(struct soap *soap, const char *base, char *davcna, struct eins__DaNeOdgovor *answer) {
	char url[256];
	struct eins__GetOdprtiPostopkZaDS request = {.davcna = davcna};

	snprintf(url, sizeof url, "%s" EINS "paketni-podatki/odprti-postopek-za-ds", base);
	return soap_call___eins__GetOdprtiPostopkZaDS(soap, url, NULL, &request, answer);
}

static int reads_fault(struct soap *soap, const char *base) {
	struct eins__DaNeOdgovor answer;
	struct SOAP_ENV__Detail *detail;

	if (asks(soap, base, "25028022", &answer) == SOAP_OK || !soap->fault)
		return 0;
	detail = soap->version == 2 ? soap->fault->SOAP_ENV__Detail : soap->fault->detail;
	return detail && detail->vg__Napaka && !strcmp(detail->vg__Napaka->koda, "VG000");
}

static int is_page(const struct reg__Stran *page, const struct reg__Datoteka *sent) {
	return page->zadeva && *page->zadeva == 900000000000000001 && !strcmp(page->korak, "vs207-05") &&
	       !strcmp(page->sl, "Vloga čšž") && page->__sizeizbira == 1 && page->izbira->__sizemoznost == 1 &&
	       page->izbira->moznost->izbrano && page->datoteka &&
	       page->datoteka->vsebina.__size == sent->vsebina.__size &&
	       !memcmp(page->datoteka->vsebina.__ptr, sent->vsebina.__ptr, (size_t)sent->vsebina.__size);
}

static int takes_step(struct soap *soap, const char *base) {
	char url[256];
	LONG64 record = 7, about = 900000000000000001, version = 1;
	struct reg__Vrednost value[2] = {{.ime = "record", .besedilo = "7"}, {.ime = "record", .besedilo = "8"}};
	struct reg__Datoteka file = {.ime = "vloga.pdf",
				     .vsebina = {.__ptr = (unsigned char *)"%PDF-1.7", .__size = 8}};
	struct reg__Postopek request = {.zapis = &record,
					.zadeva = &about,
					.razlicica = &version,
					.gumb = "confirm",
					.__sizevrednost = 2,
					.vrednost = value,
					.datoteka = &file};
	struct reg__Stran page;

	snprintf(url, sizeof url, "%s/spletne-storitve/vash/postopki", base);
	return soap_call___reg__Postopek(soap, url, NULL, &request, &page) == SOAP_OK && is_page(&page, &file);
}

int main(int argc, char **argv) {
	struct soap *soap = soap_new1(SOAP_XML_STRICT | SOAP_C_UTFSTRING);
	struct eins__DaNeOdgovor answer;
	int yes;

	if (argc != 2)
		return 2;
	yes = calls_op1(soap, argv[1]);
	report(soap, "ezk-1008.wsdl call", yes);
	yes = calls_building(soap, argv[1]);
	report(soap, "ezk-1103.wsdl call", yes);
	yes = calls_oneself(soap, argv[1], NULL);
	report(soap, "ezk-1101.wsdl call", yes);
	yes = calls_oneself(soap, argv[1], "MTOM_PROBA");
	report(soap, "ezk-1101.wsdl MTOM", yes);
	yes = asks(soap, argv[1], "50223054", &answer) == SOAP_OK && answer.odgovor == eins__DaNe__DA;
	report(soap, "eins-1203.wsdl call", yes);
	yes = reads_fault(soap, argv[1]);
	report(soap, "eins-1203.wsdl fault", yes);
	yes = takes_step(soap, argv[1]);
	report(soap, "vash-registration.wsdl call", yes);
	soap_destroy(soap);
	soap_end(soap);
	soap_free(soap);
	return 0;
}
