/* The operations of eINS. */
#include "soapH.h"

#include "samples/sim/content.h"
#include "samples/sim/services.h"

static int send_zip(struct soap *soap, struct zip_file *f, bool built, struct eins__ZipOdgovor *reply) {
	struct gw_buf zip;
	gw_buf_init(&zip, CONTENT_MAX);
	bool ok = built && content_zip(f, 1, &zip);
	reply->zip.__ptr = ok ? service_keep(soap, &zip) : NULL;
	reply->zip.__size = (int)zip.len;
	reply->ime = soap_malloc(soap, 40);
	if (service_call_of(soap)->multipart) {
		reply->zip.type = soap_strdup(soap, "application/zip");
	}
	if (reply->ime) {
		snprintf(reply->ime, 40, "eins-%d.zip", service_call_of(soap)->number);
	}
	gw_buf_release(&f->bytes);
	gw_buf_release(&zip);
	return reply->zip.__ptr && reply->ime ? SOAP_OK : SOAP_EOM;
}

int __eins__GetOdprtiPostopki(struct soap *soap, struct eins__GetOdprtiPostopki *request,
			      struct eins__ZipOdgovor *reply) {
	const char *kinds[7] = {"STECAJ", "OSEBNI_STECAJ", "PRISILNA_PORAVNAVA"};
	size_t n = 3;
	int rc = service_begin(soap);
	if (rc != SOAP_OK) {
		return rc;
	}
	for (int i = 0; i < request->__sizevrsta && i < 7; i++) {
		n = (size_t)i + 1;
		kinds[i] = soap_strdup(soap, soap_eins__VrstaPostopka2s(soap, request->vrsta[i]));
	}
	struct zip_file f = {.name = "odprti-postopki-podatki.xml"};
	gw_buf_init(&f.bytes, CONTENT_MAX);
	return send_zip(soap, &f, content_open_cases(request->odDatuma, request->doDatuma, kinds, n, &f.bytes), reply);
}

int __eins__GetPodatkiOZadevi(struct soap *soap, struct eins__GetPodatkiOZadevi *request,
			      struct eins__ZipOdgovor *reply) {
	int rc = service_begin(soap);
	size_t n = (size_t)request->__sizezadeva;
	struct insolvency_case *cases = rc == SOAP_OK ? soap_malloc(soap, n * sizeof(*cases)) : NULL;
	for (size_t i = 0; cases && i < n; i++) {
		const struct eins__Zadeva *z = &request->zadeva[i];
		cases[i] = (struct insolvency_case){
			.court = z->sodisce, .register_code = z->vpisnik, .number = z->stevilka, .year = z->leto};
	}
	struct zip_file f = {.name = "podatki-o-zadevi-podatki.xml"};
	gw_buf_init(&f.bytes, CONTENT_MAX);
	return rc != SOAP_OK ? rc : send_zip(soap, &f, cases && content_cases(cases, n, &f.bytes), reply);
}

/* The rule of 1203: an even last digit means that a case is open. */
int __eins__GetOdprtiPostopkZaDS(struct soap *soap, struct eins__GetOdprtiPostopkZaDS *request,
				 struct eins__DaNeOdgovor *reply) {
	const char *number = request->davcna;
	reply->odgovor = (number[strlen(number) - 1] - '0') % 2 == 0 ? eins__DaNe__DA : eins__DaNe__NE;
	return service_begin(soap);
}
