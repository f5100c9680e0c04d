/* gSOAP as a foreign client of the gateway: C from wsdl2h and soapcpp2. The SOAP version is that of the generated
 * namespace table (soapcpp2 with or without -1), so this file is built twice; each program makes the calls of its own
 * version. Usage: client JOB_FILE; one JSON line a call (../README.md has the fields). */
#include "requests.h"
#include "all.nsmap"

#include <openssl/evp.h>
#include <zip.h>

static void put_text(json_t *line, const char *name, const char *value) {
	json_object_set_new(line, name, value ? json_string(value) : json_null());
}

static void put_sha256(json_t *line, const unsigned char *data, size_t size) {
	unsigned char digest[32];
	char hex[65];

	EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL);
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	put_text(line, "sha256", hex);
}

static void put_zip(json_t *line, const char *ime, const struct xsd__base64Binary *zip) {
	json_t *names = json_array();
	zip_source_t *source = zip_source_buffer_create(zip->__ptr, (zip_uint64_t)zip->__size, 0, NULL);
	zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, NULL);

	for (zip_int64_t i = 0; archive && i < zip_get_num_entries(archive, 0); i++)
		json_array_append_new(names, json_string(zip_get_name(archive, (zip_uint64_t)i, 0)));
	zip_discard(archive);
	put_text(line, "ime", ime);
	put_sha256(line, (const unsigned char *)zip->__ptr, (size_t)zip->__size);
	json_object_set_new(line, "entries", names);
}

static void put_page(json_t *line, const struct reg__Stran *page) {
	json_t *found = json_object();
	json_t *options = json_array();

	for (int i = 0; i < page->__sizeizbira; i++)
		for (int j = 0; j < page->izbira[i].__sizemoznost; j++)
			json_array_append_new(options, json_string(page->izbira[i].moznost[j].sl));
	put_text(found, "konec", page->konec);
	put_text(found, "korak", page->korak);
	json_object_set_new(found, "options", options);
	json_object_set_new(line, "page", found);
}

/* Calls the operation and puts the decoded answer into the line; gSOAP's error code. */
static int call_operation(struct soap *soap, const char *name, const char *url, json_t *with, json_t *line) {
#define ZIP_CALL(ns, operation, request)                                                                               \
	if (!strcmp(name, #operation)) {                                                                               \
		struct ns##__ZipOdgovor answer;                                                                        \
		int error = soap_call___##ns##__##operation(soap, url, NULL, request(soap, with), &answer);            \
		if (!error)                                                                                            \
			put_zip(line, answer.ime, &answer.zip);                                                        \
		return error;                                                                                          \
	}
	ZIP_CALL(ezk, SifrantiPodatkiRedniIzpis, zahtevek)
	ZIP_CALL(ezk, RedniIzpisGov, redni_izpis)
	ZIP_CALL(ezk, RedniIzpisPdfGov, redni_izpis)
	ZIP_CALL(ezk, IskanjePoImetnikuGov, iskanje)
	ZIP_CALL(ezk, LastnistvoNepremicnineGov, podatki_nepremicnine)
	ZIP_CALL(ezk, ObstojNepremicnineGov, podatki_nepremicnine)
	ZIP_CALL(ezk, EnakPravniPolozajGov, enak_polozaj)
	ZIP_CALL(ezk, LastnistvoRepublikaSlovenijaGov, zahtevek_gov)
	ZIP_CALL(ezk, Op1ZaImetnikeGov, op1)
	ZIP_CALL(ezk, Op1ZaUporabnika, zahtevek)
	ZIP_CALL(ezk, Pt1ZaUporabnika, zahtevek)
	ZIP_CALL(ezk, IzpisZaStavbo, izpis_za_stavbo)
	ZIP_CALL(eins, GetOdprtiPostopki, odprti_postopki)
	ZIP_CALL(eins, GetPodatkiOZadevi, podatki_o_zadevi)
	if (!strcmp(name, "GetOdprtiPostopkZaDS")) {
		struct eins__DaNeOdgovor answer;
		int error =
			soap_call___eins__GetOdprtiPostopkZaDS(soap, url, NULL, odprti_postopek(soap, with), &answer);

		if (!error)
			put_text(line, "answer", soap_eins__DaNe2s(soap, answer.odgovor));
		return error;
	}
	if (!strcmp(name, "PreveriPravice")) {
		struct vash__PreveriPraviceOdgovor answer;
		int error = soap_call___vash__PreveriPravice(soap, url, NULL, preveri(soap, with), &answer);

		if (!error)
			json_object_set_new(line, "rights", json_integer(answer.__sizepravica));
		return error;
	}
	if (!strcmp(name, "Postopek")) {
		struct reg__Stran page;
		int error = soap_call___reg__Postopek(soap, url, NULL, postopek(soap, with), &page);

		if (!error)
			put_page(line, &page);
		return error;
	}
	put_text(line, "error", "unknown operation");
	return SOAP_OK;
}

static void put_fault(json_t *line, struct soap *soap) {
	const struct SOAP_ENV__Detail *detail = NULL;
	json_t *fault;
	char text[512] = "";

	if (soap->fault)
		detail = soap->version == 2 ? soap->fault->SOAP_ENV__Detail : soap->fault->detail;
	if (!detail || !detail->vg__Napaka) {
		put_text(line, "error", soap_sprint_fault(soap, text, sizeof text));
		return;
	}
	fault = json_object();
	put_text(fault, "text", soap_fault_string(soap));
	put_text(fault, "koda", detail->vg__Napaka->koda);
	put_text(fault, "sl", detail->vg__Napaka->sl);
	put_text(fault, "en", detail->vg__Napaka->en);
	put_text(fault, "remedy", detail->vg__Napaka->remedy);
	put_text(fault, "id", detail->vg__Napaka->id);
	json_object_set_new(line, "fault", fault);
}

static const char *job_text(json_t *from, const char *name) {
	return json_string_value(json_object_get(from, name));
}

/* gSOAP keeps the TLS session, and with it the first certificate, in its context: a program with several certificates
 * needs one each. Without SOAP_C_UTFSTRING the strings are Latin-1 and lose the letters c, s, z with caron. */
static struct soap *context(json_t *job, json_t *call) {
	struct soap *soap = soap_new1(SOAP_XML_STRICT | SOAP_C_UTFSTRING);
	json_t *files = json_object_get(json_object_get(job, "certificates"), job_text(call, "certificate"));

	if (!soap)
		abort();
	/* gSOAP sends no Accept: MTOM has to be asked for by hand */
	if (!strcmp(job_text(call, "form"), "MTOM"))
		soap->http_extra_header = "Accept: text/xml, application/soap+xml, multipart/related";
	if (soap_ssl_client_context(soap, SOAP_SSL_DEFAULT, job_text(files, "both"), NULL, job_text(job, "ca"), NULL,
				    NULL))
		soap_print_fault(soap, stderr);
	return soap;
}

static json_t *run_call(json_t *job, json_t *call) {
	json_t *line = json_object();
	struct soap *soap = context(job, call);

	put_text(line, "id", job_text(call, "id"));
	put_text(line, "operation", job_text(call, "operation"));
	put_text(line, "form", job_text(call, "form"));
	put_text(line, "soap", job_text(call, "soap"));
	if (call_operation(soap, job_text(call, "operation"), job_text(call, "url"),
			   json_object_get(call, "parameters"), line))
		put_fault(line, soap);
	json_object_set_new(line, "http", json_integer(soap->status));
	put_text(line, "type", soap->http_content ? soap->http_content : "");
	soap_destroy(soap);
	soap_end(soap);
	soap_free(soap);
	return line;
}

int main(int argc, char **argv) {
	json_t *job = argc == 2 ? json_load_file(argv[1], 0, NULL) : NULL;
	json_t *calls = json_object_get(job, "calls");
	const char *version = strstr(namespaces[0].ns, "2003") ? "1.2" : "1.1";

	if (!job)
		return 2;
	soap_ssl_init();
	for (size_t i = 0; i < json_array_size(calls); i++) {
		json_t *call = json_array_get(calls, i);
		json_t *line = strcmp(job_text(call, "soap"), version) ? NULL : run_call(job, call);
		char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;

		if (text)
			puts(text);
		free(text);
		json_decref(line);
	}
	json_decref(job);
	return 0;
}
