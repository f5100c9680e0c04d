#include "requests.h"

/* Zeroed memory that lives until soap_end(). */
static void *take(struct soap *soap, size_t n, size_t size) {
	void *p = soap_malloc(soap, n * size + 1);

	if (!p)
		abort();
	return memset(p, 0, n * size + 1);
}

#define NEW(type) ((type *)take(soap, 1, sizeof(type)))
#define NEW_LIST(type, n) ((type *)take(soap, (size_t)(n), sizeof(type)))

/* A copy of a text field, or NULL where the job has none. */
static char *text(struct soap *soap, json_t *from, const char *name) {
	return soap_strdup(soap, json_string_value(json_object_get(from, name)));
}

static int number(json_t *from, const char *name) {
	return (int)json_integer_value(json_object_get(from, name));
}

static int length(json_t *from, const char *name) {
	return (int)json_array_size(json_object_get(from, name));
}

static json_t *item(json_t *from, const char *name, int i) {
	return json_array_get(json_object_get(from, name), (size_t)i);
}

static const char *item_text(json_t *from, const char *name, int i) {
	return json_string_value(item(from, name, i));
}

static struct ezk__Stavba stavba(json_t *from) {
	return (struct ezk__Stavba){.ko = number(from, "ko"), .stevilka = number(from, "stevilka")};
}

/* A choice is a struct with a selector and a union. */
static struct ezk__Nepremicnina nepremicnina(struct soap *soap, json_t *from) {
	struct ezk__Nepremicnina out = {0};
	json_t *one;

	if ((one = json_object_get(from, "parcela"))) {
		out.__union_Nepremicnina = SOAP_UNION__ezk__union_Nepremicnina_parcela;
		out.union_Nepremicnina.parcela = NEW(struct ezk__Parcela);
		out.union_Nepremicnina.parcela->ko = number(one, "ko");
		out.union_Nepremicnina.parcela->stevilka = text(soap, one, "stevilka");
	} else if ((one = json_object_get(from, "stavba"))) {
		out.__union_Nepremicnina = SOAP_UNION__ezk__union_Nepremicnina_stavba;
		out.union_Nepremicnina.stavba = NEW(struct ezk__Stavba);
		*out.union_Nepremicnina.stavba = stavba(one);
	} else if ((one = json_object_get(from, "delStavbe"))) {
		out.__union_Nepremicnina = SOAP_UNION__ezk__union_Nepremicnina_delStavbe;
		out.union_Nepremicnina.delStavbe = NEW(struct ezk__DelStavbe);
		out.union_Nepremicnina.delStavbe->ko = number(one, "ko");
		out.union_Nepremicnina.delStavbe->stevilkaStavbe = number(one, "stevilkaStavbe");
		out.union_Nepremicnina.delStavbe->stevilka = number(one, "stevilka");
	}
	return out;
}

static struct ezk__Nepremicnina *nepremicnine(struct soap *soap, json_t *from, int *n) {
	struct ezk__Nepremicnina *out;

	*n = length(from, "nepremicnina");
	out = NEW_LIST(struct ezk__Nepremicnina, *n);
	for (int i = 0; i < *n; i++)
		out[i] = nepremicnina(soap, item(from, "nepremicnina", i));
	return out;
}

struct ezk__Zahtevek *zahtevek(struct soap *soap, json_t *from) {
	struct ezk__Zahtevek *out = NEW(struct ezk__Zahtevek);

	out->namen = text(soap, from, "namen");
	return out;
}

struct ezk__RedniIzpisGov *redni_izpis(struct soap *soap, json_t *from) {
	struct ezk__RedniIzpisGov *out = NEW(struct ezk__RedniIzpisGov);

	out->nepremicnina = nepremicnine(soap, from, &out->__sizenepremicnina);
	out->namen = text(soap, from, "namen");
	return out;
}

struct ezk__IskanjePoImetnikuGov *iskanje(struct soap *soap, json_t *from) {
	struct ezk__IskanjePoImetnikuGov *out = NEW(struct ezk__IskanjePoImetnikuGov);

	out->__union_IskanjePoImetnikuGov = SOAP_UNION__ezk__union_IskanjePoImetnikuGov_emso;
	out->union_IskanjePoImetnikuGov.emso = text(soap, from, "emso");
	out->namen = text(soap, from, "namen");
	return out;
}

struct ezk__PodatkiNepremicnineGov *podatki_nepremicnine(struct soap *soap, json_t *from) {
	struct ezk__PodatkiNepremicnineGov *out = NEW(struct ezk__PodatkiNepremicnineGov);

	out->nepremicnina = nepremicnine(soap, from, &out->__sizenepremicnina);
	out->namen = text(soap, from, "namen");
	return out;
}

struct ezk__EnakPravniPolozajGov *enak_polozaj(struct soap *soap, json_t *from) {
	struct ezk__EnakPravniPolozajGov *out = NEW(struct ezk__EnakPravniPolozajGov);

	out->nepremicnina = nepremicnine(soap, from, &out->__sizenepremicnina);
	return out;
}

struct ezk__ZahtevekGov *zahtevek_gov(struct soap *soap, json_t *from) {
	struct ezk__ZahtevekGov *out = NEW(struct ezk__ZahtevekGov);

	out->__sizeko = length(from, "ko");
	out->ko = NEW_LIST(int, out->__sizeko);
	for (int i = 0; i < out->__sizeko; i++)
		out->ko[i] = (int)json_integer_value(item(from, "ko", i));
	out->namen = text(soap, from, "namen");
	return out;
}

static struct ezk__Imetnik imetnik(struct soap *soap, json_t *from) {
	struct ezk__Imetnik out = {0};

	if (json_object_get(from, "emso")) {
		out.__union_Imetnik = SOAP_UNION__ezk__union_Imetnik_emso;
		out.union_Imetnik.emso = text(soap, from, "emso");
	} else {
		out.__union_Imetnik = SOAP_UNION__ezk__union_Imetnik_maticna;
		out.union_Imetnik.maticna = text(soap, from, "maticna");
	}
	return out;
}

struct ezk__Op1ZaImetnikeGov *op1(struct soap *soap, json_t *from) {
	struct ezk__Op1ZaImetnikeGov *out = NEW(struct ezk__Op1ZaImetnikeGov);

	out->__sizeimetnik = length(from, "imetnik");
	out->imetnik = NEW_LIST(struct ezk__Imetnik, out->__sizeimetnik);
	for (int i = 0; i < out->__sizeimetnik; i++)
		out->imetnik[i] = imetnik(soap, item(from, "imetnik", i));
	soap_s2ezk__Obseg(soap, json_string_value(json_object_get(from, "obseg")), &out->obseg);
	return out;
}

struct ezk__IzpisZaStavbo *izpis_za_stavbo(struct soap *soap, json_t *from) {
	struct ezk__IzpisZaStavbo *out = NEW(struct ezk__IzpisZaStavbo);

	out->__sizestavba = length(from, "stavba");
	out->stavba = NEW_LIST(struct ezk__Stavba, out->__sizestavba);
	for (int i = 0; i < out->__sizestavba; i++)
		out->stavba[i] = stavba(item(from, "stavba", i));
	return out;
}

struct eins__GetOdprtiPostopki *odprti_postopki(struct soap *soap, json_t *from) {
	struct eins__GetOdprtiPostopki *out = NEW(struct eins__GetOdprtiPostopki);

	out->odDatuma = text(soap, from, "odDatuma");
	out->doDatuma = text(soap, from, "doDatuma");
	out->__sizevrsta = length(from, "vrsta");
	out->vrsta = NEW_LIST(enum eins__VrstaPostopka, out->__sizevrsta);
	for (int i = 0; i < out->__sizevrsta; i++)
		soap_s2eins__VrstaPostopka(soap, item_text(from, "vrsta", i), &out->vrsta[i]);
	return out;
}

struct eins__GetPodatkiOZadevi *podatki_o_zadevi(struct soap *soap, json_t *from) {
	struct eins__GetPodatkiOZadevi *out = NEW(struct eins__GetPodatkiOZadevi);

	out->__sizezadeva = length(from, "zadeva");
	out->zadeva = NEW_LIST(struct eins__Zadeva, out->__sizezadeva);
	for (int i = 0; i < out->__sizezadeva; i++) {
		json_t *one = item(from, "zadeva", i);

		out->zadeva[i] = (struct eins__Zadeva){.sodisce = text(soap, one, "sodisce"),
						       .vpisnik = text(soap, one, "vpisnik"),
						       .stevilka = number(one, "stevilka"),
						       .leto = number(one, "leto")};
	}
	return out;
}

struct eins__GetOdprtiPostopkZaDS *odprti_postopek(struct soap *soap, json_t *from) {
	struct eins__GetOdprtiPostopkZaDS *out = NEW(struct eins__GetOdprtiPostopkZaDS);

	out->davcna = text(soap, from, "davcna");
	return out;
}

struct vash__PreveriPravice *preveri(struct soap *soap, json_t *from) {
	struct vash__PreveriPravice *out = NEW(struct vash__PreveriPravice);

	out->__sizeskupina = length(from, "skupina");
	out->skupina = NEW_LIST(char *, out->__sizeskupina);
	for (int i = 0; i < out->__sizeskupina; i++)
		out->skupina[i] = soap_strdup(soap, item_text(from, "skupina", i));
	return out;
}

struct reg__Postopek *postopek(struct soap *soap, json_t *from) {
	struct reg__Postopek *out = NEW(struct reg__Postopek);

	out->postopek = text(soap, from, "postopek");
	return out;
}
