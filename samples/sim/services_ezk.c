/* The operations of eZK: from gSOAP's structs to plain ones, to documents, to the zip of the reply. */
#include "soapH.h"

#include "samples/sim/content.h"
#include "samples/sim/services.h"

enum { HOLDER_ENTRIES = 2 };

struct package { /* what goes into the zip */
	struct zip_file *files;
	size_t count;
};

static struct zip_file *package_add(struct soap *soap, struct package *p, const char *name) {
	if (!p->files) {
		p->files = soap_malloc(soap, CONTENT_FILES_MAX * sizeof(*p->files));
	}
	if (!p->files || p->count == CONTENT_FILES_MAX) {
		return NULL;
	}
	struct zip_file *f = &p->files[p->count++];
	snprintf(f->name, sizeof(f->name), "%s", name);
	gw_buf_init(&f->bytes, CONTENT_MAX);
	return f;
}

/* The zip into the reply; as an attachment if the call asks for multipart. Releases the package. */
static int package_send(struct soap *soap, struct package *p, bool built, struct ezk__ZipOdgovor *reply) {
	struct gw_buf zip;
	gw_buf_init(&zip, CONTENT_MAX);
	const struct service_call *call = service_call_of(soap);
	bool ok = built && content_zip(p->files, p->count, &zip);
	reply->zip.__ptr = ok ? service_keep(soap, &zip) : NULL;
	reply->zip.__size = (int)zip.len;
	reply->ime = soap_malloc(soap, 40);
	if (call->multipart) {
		reply->zip.type = soap_strdup(soap, "application/zip");
	}
	if (reply->ime) {
		snprintf(reply->ime, 40, "ezk-%d.zip", call->number);
	}
	for (size_t i = 0; i < p->count; i++) {
		gw_buf_release(&p->files[i].bytes);
	}
	gw_buf_release(&zip);
	return reply->zip.__ptr && reply->ime ? SOAP_OK : SOAP_EOM;
}

static struct property property_from(const struct ezk__Nepremicnina *n) {
	if (n->__union_Nepremicnina == SOAP_UNION__ezk__union_Nepremicnina_parcela) {
		const struct ezk__Parcela *p = n->union_Nepremicnina.parcela;
		return (struct property){.kind = PROPERTY_PARCEL, .ko = p->ko, .parcel = p->stevilka};
	}
	if (n->__union_Nepremicnina == SOAP_UNION__ezk__union_Nepremicnina_stavba) {
		const struct ezk__Stavba *s = n->union_Nepremicnina.stavba;
		return (struct property){.kind = PROPERTY_BUILDING, .ko = s->ko, .building = s->stevilka};
	}
	const struct ezk__DelStavbe *d = n->union_Nepremicnina.delStavbe;
	return (struct property){
		.kind = PROPERTY_PART, .ko = d->ko, .building = d->stevilkaStavbe, .part = d->stevilka};
}

static struct entry *entries_from(struct soap *soap, const struct ezk__Nepremicnina *list, int n) {
	struct entry *entries = soap_malloc(soap, (size_t)n * sizeof(*entries));
	for (int i = 0; entries && i < n; i++) {
		entries[i] = (struct entry){.property = property_from(&list[i])};
	}
	return entries;
}

/* Two parcels for each holder, their numbers derived from his. */
static struct entry *entries_of_holders(struct soap *soap, const struct holder *holders, size_t n) {
	static const int municipalities[] = {1737, 2636, 1723, 1725};
	struct entry *entries = soap_malloc(soap, n * HOLDER_ENTRIES * sizeof(*entries));
	for (size_t i = 0; entries && i < n * HOLDER_ENTRIES; i++) {
		const struct holder *h = &holders[i / HOLDER_ENTRIES];
		const char *number = h->emso ? h->emso : h->maticna ? h->maticna : h->davcna ? h->davcna : "RS";
		uint64_t hash = model_hash(number) + i % HOLDER_ENTRIES;
		char *parcel = soap_malloc(soap, 16);
		if (!parcel) {
			return NULL;
		}
		snprintf(parcel, 16, "%u/%u", (unsigned)(1 + hash % 9000), (unsigned)(1 + hash % 20));
		entries[i] = (struct entry){
			.property = {.kind = PROPERTY_PARCEL, .ko = municipalities[hash % 4], .parcel = parcel},
			.holder = h};
	}
	return entries;
}

static int reply_extract(struct soap *soap, const struct extract *e, const char *name, struct ezk__ZipOdgovor *reply) {
	struct package p = {0};
	struct zip_file *f = e->entries ? package_add(soap, &p, name) : NULL;
	return package_send(soap, &p, f && content_extract(e, &f->bytes), reply);
}

static int reply_properties(struct soap *soap, const struct ezk__Nepremicnina *list, int n, const char *purpose,
			    struct ezk__ZipOdgovor *reply) {
	int rc = service_begin(soap);
	struct extract e = {.service = service_call_of(soap)->number,
			    .purpose = purpose,
			    .entries = rc == SOAP_OK ? entries_from(soap, list, n) : NULL,
			    .entry_count = (size_t)n,
			    .derived_rights = service_call_of(soap)->number == 1001};
	return rc != SOAP_OK ? rc : reply_extract(soap, &e, "redni-izpis-podatki.xml", reply);
}

static int reply_codelists(struct soap *soap, struct ezk__ZipOdgovor *reply) {
	struct package p = {0};
	struct zip_file *f = package_add(soap, &p, "redni-izpis-sifranti.xml");
	return package_send(soap, &p, f && content_codelists(&f->bytes), reply);
}

int __ezk__SifrantiPodatkiRedniIzpis(struct soap *soap, struct ezk__Zahtevek *request, struct ezk__ZipOdgovor *reply) {
	GW_UNUSED(request);
	int rc = service_begin(soap);
	return rc != SOAP_OK ? rc : reply_codelists(soap, reply);
}

int __ezk__RedniIzpisGov(struct soap *soap, struct ezk__RedniIzpisGov *request, struct ezk__ZipOdgovor *reply) {
	return reply_properties(soap, request->nepremicnina, request->__sizenepremicnina, request->namen, reply);
}

int __ezk__LastnistvoNepremicnineGov(struct soap *soap, struct ezk__PodatkiNepremicnineGov *request,
				     struct ezk__ZipOdgovor *reply) {
	return reply_properties(soap, request->nepremicnina, request->__sizenepremicnina, request->namen, reply);
}

int __ezk__RedniIzpisPdfGov(struct soap *soap, struct ezk__RedniIzpisGov *request, struct ezk__ZipOdgovor *reply) {
	int rc = service_begin(soap);
	struct package p = {0};
	bool built = rc == SOAP_OK;
	for (int i = 0; built && i < request->__sizenepremicnina; i++) {
		char name[64];
		struct entry entry = {.property = property_from(&request->nepremicnina[i])};
		snprintf(name, sizeof(name), "redni-izpis-%d.pdf", i + 1);
		struct zip_file *f = package_add(soap, &p, name);
		built = f && content_pdf(&entry, request->namen, &f->bytes);
	}
	return rc != SOAP_OK ? rc : package_send(soap, &p, built, reply);
}

static int reply_holders(struct soap *soap, const struct holder *holders, size_t n, const char *purpose, bool derived,
			 struct ezk__ZipOdgovor *reply) {
	struct extract e = {.service = service_call_of(soap)->number,
			    .purpose = purpose,
			    .entries = entries_of_holders(soap, holders, n),
			    .entry_count = n * HOLDER_ENTRIES,
			    .derived_rights = derived,
			    .show_emso = true};
	return reply_extract(soap, &e, "imetnik-podatki.xml", reply);
}

/* GOV_MJU_EUPRAVA_LASTNIK: two XML files. Any other purpose but GOV_MJU_GOSPODAR_RS is treated alike. */
static int reply_owner(struct soap *soap, const struct holder *holder, const char *purpose,
		       struct ezk__ZipOdgovor *reply) {
	struct extract e = {.service = 1003,
			    .purpose = purpose,
			    .entries = entries_of_holders(soap, holder, 1),
			    .entry_count = HOLDER_ENTRIES,
			    .show_emso = true};
	struct package p = {0};
	struct zip_file *data = e.entries ? package_add(soap, &p, "imetnik-podatki.xml") : NULL;
	struct zip_file *codes = data ? package_add(soap, &p, "imetnik-sifranti.xml") : NULL;
	return package_send(soap, &p, codes && content_extract(&e, &data->bytes) && content_codelists(&codes->bytes),
			    reply);
}

static int reply_state(struct soap *soap, const char *purpose, const int *municipalities, int n,
		       struct ezk__ZipOdgovor *reply) {
	static const struct holder state = {NULL, NULL, NULL};
	if (n == 0) {
		return reply_holders(soap, &state, 1, purpose, false, reply);
	}
	struct entry *entries = soap_malloc(soap, (size_t)n * sizeof(*entries));
	for (int i = 0; entries && i < n; i++) {
		entries[i] = (struct entry){
			.property = {.kind = PROPERTY_PARCEL, .ko = municipalities[i], .parcel = "100/1"},
			.holder = &state};
	}
	struct extract e = {.service = service_call_of(soap)->number,
			    .purpose = purpose,
			    .entries = entries,
			    .entry_count = (size_t)n};
	return reply_extract(soap, &e, "lastnik-rs-podatki.xml", reply);
}

int __ezk__IskanjePoImetnikuGov(struct soap *soap, struct ezk__IskanjePoImetnikuGov *request,
				struct ezk__ZipOdgovor *reply) {
	struct holder h = {0};
	int rc = service_begin(soap);
	if (rc != SOAP_OK) {
		return rc;
	}
	if (strcmp(request->namen, "GOV_MJU_GOSPODAR_RS") == 0) {
		return reply_state(soap, request->namen, NULL, 0, reply);
	}
	if (request->__union_IskanjePoImetnikuGov == SOAP_UNION__ezk__union_IskanjePoImetnikuGov_emso) {
		h.emso = request->union_IskanjePoImetnikuGov.emso;
	} else if (request->__union_IskanjePoImetnikuGov == SOAP_UNION__ezk__union_IskanjePoImetnikuGov_maticna) {
		h.maticna = request->union_IskanjePoImetnikuGov.maticna;
	} else {
		h.davcna = request->union_IskanjePoImetnikuGov.davcna;
	}
	return reply_owner(soap, &h, request->namen, reply);
}

int __ezk__LastnistvoRepublikaSlovenijaGov(struct soap *soap, struct ezk__ZahtevekGov *request,
					   struct ezk__ZipOdgovor *reply) {
	int rc = service_begin(soap);
	return rc != SOAP_OK ? rc : reply_state(soap, request->namen, request->ko, request->__sizeko, reply);
}

/* A package of one file with a line for each property that was asked for. */
static int reply_entries(struct soap *soap, struct ezk__Nepremicnina *property, int n, const char *file,
			 bool (*content)(const struct entry *, size_t, struct gw_buf *),
			 struct ezk__ZipOdgovor *reply) {
	struct package p = {0};
	struct entry *entries = entries_from(soap, property, n);
	struct zip_file *f = entries ? package_add(soap, &p, file) : NULL;
	return package_send(soap, &p, f && content(entries, (size_t)n, &f->bytes), reply);
}

int __ezk__ObstojNepremicnineGov(struct soap *soap, struct ezk__PodatkiNepremicnineGov *request,
				 struct ezk__ZipOdgovor *reply) {
	int rc = service_begin(soap);
	return rc != SOAP_OK ? rc
			     : reply_entries(soap, request->nepremicnina, request->__sizenepremicnina,
					     "obstoj-nepremicnine-podatki.xml", content_existence, reply);
}

int __ezk__EnakPravniPolozajGov(struct soap *soap, struct ezk__EnakPravniPolozajGov *request,
				struct ezk__ZipOdgovor *reply) {
	int rc = service_begin(soap);
	return rc != SOAP_OK ? rc
			     : reply_entries(soap, request->nepremicnina, request->__sizenepremicnina,
					     "enak-pravni-polozaj-podatki.xml", content_same_rights, reply);
}

int __ezk__Op1ZaImetnikeGov(struct soap *soap, struct ezk__Op1ZaImetnikeGov *request, struct ezk__ZipOdgovor *reply) {
	int rc = service_begin(soap), n = request->__sizeimetnik;
	struct holder *holders = rc == SOAP_OK ? soap_malloc(soap, (size_t)n * sizeof(*holders)) : NULL;
	for (int i = 0; holders && i < n; i++) {
		const struct ezk__Imetnik *h = &request->imetnik[i];
		holders[i] = h->__union_Imetnik == SOAP_UNION__ezk__union_Imetnik_emso
				     ? (struct holder){.emso = h->union_Imetnik.emso}
				     : (struct holder){.maticna = h->union_Imetnik.maticna};
	}
	if (!holders) {
		return rc != SOAP_OK ? rc : SOAP_EOM;
	}
	return reply_holders(soap, holders, (size_t)n, request->namen, request->obseg == ezk__Obseg__OP1_USCOREPT1,
			     reply);
}

/* The gateway must have written the caller's own number in: without one there is nobody to answer about. */
static int reply_caller(struct soap *soap, const struct ezk__Zahtevek *request, bool derived,
			struct ezk__ZipOdgovor *reply) {
	struct holder h = {0};
	int rc = service_begin(soap);
	if (rc != SOAP_OK) {
		return rc;
	}
	if (request->__union_Zahtevek == SOAP_UNION__ezk__union_Zahtevek_emso) {
		h.emso = request->union_Zahtevek.emso;
	} else if (request->__union_Zahtevek == SOAP_UNION__ezk__union_Zahtevek_maticna) {
		h.maticna = request->union_Zahtevek.maticna;
	} else {
		return soap_sender_fault(soap, "backend: the caller's emso or maticna is missing", NULL);
	}
	return reply_holders(soap, &h, 1, request->namen, derived, reply);
}

int __ezk__Op1ZaUporabnika(struct soap *soap, struct ezk__Zahtevek *request, struct ezk__ZipOdgovor *reply) {
	return reply_caller(soap, request, false, reply);
}

int __ezk__Pt1ZaUporabnika(struct soap *soap, struct ezk__Zahtevek *request, struct ezk__ZipOdgovor *reply) {
	return reply_caller(soap, request, true, reply);
}

/* Each building as itself and three parts, or as a special and a general common part. */
static struct entry *entries_of_buildings(struct soap *soap, const struct ezk__IzpisZaStavbo *request, bool common,
					  size_t *count) {
	size_t each = common ? 2 : 4, n = (size_t)request->__sizestavba * each;
	struct entry *entries = soap_malloc(soap, n * sizeof(*entries));
	for (size_t i = 0; entries && i < n; i++) {
		const struct ezk__Stavba *s = &request->stavba[i / each];
		struct property p = {
			.kind = PROPERTY_PART, .ko = s->ko, .building = s->stevilka, .part = (int)(i % each)};
		if (common) {
			p.kind = i % each == 0 ? PROPERTY_SPECIAL_COMMON : PROPERTY_GENERAL_COMMON;
			p.part = 901 + (int)(i % each);
		} else if (i % each == 0) {
			p.kind = PROPERTY_BUILDING;
		}
		entries[i] = (struct entry){.property = p};
	}
	*count = n;
	return entries;
}

int __ezk__IzpisZaStavbo(struct soap *soap, struct ezk__IzpisZaStavbo *request, struct ezk__ZipOdgovor *reply) {
	int rc = service_begin(soap);
	if (rc != SOAP_OK) {
		return rc;
	}
	struct package p = {0};
	struct extract own = {.service = 1103}, common = {.service = 1103};
	own.entries = entries_of_buildings(soap, request, false, &own.entry_count);
	common.entries = entries_of_buildings(soap, request, true, &common.entry_count);
	struct zip_file *first = package_add(soap, &p, "stavba_in_deli.xml");
	struct zip_file *second = first ? package_add(soap, &p, "ostali_psd_in_ssd.xml") : NULL;
	bool built = second && own.entries && common.entries && content_extract(&own, &first->bytes) &&
		     content_extract(&common, &second->bytes);
	return package_send(soap, &p, built, reply);
}
