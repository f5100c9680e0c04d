/* PodatkiRedniIzpis: a register extract, invented from the identifiers that were asked for. */
#include "samples/sim/content.h"
#include "samples/sim/data.h"
#include "samples/sim/xml_out.h"

/* Ids of at most 13 digits, the first one telling the kind: 1 property, 2 basic position, 3 right, 4
 * annotation. */
static int64_t id_of(int kind, uint64_t hash, unsigned n) {
	return (int64_t)((uint64_t)kind * 1000000000000u + (hash + n) % 999999999999u);
}

static void write_address(struct xml_out *x, enum data_table table, size_t row, size_t column) {
	xml_open(x, "Naslov");
	xml_text(x, "Ulica", data_cell(table, row, column));
	xml_text(x, "HisnaStevilka", data_cell(table, row, column + 1));
	xml_text(x, "PostnaStevilka", data_cell(table, row, column + 2));
	xml_text(x, "Posta", data_cell(table, row, column + 3));
	xml_text(x, "Drzava", "SI");
	xml_close(x);
}

static void write_person(struct xml_out *x, const char *emso, uint64_t hash) {
	size_t row = hash % data_rows(DATA_PEOPLE);
	xml_open(x, "FizicnaOseba");
	if (emso) {
		xml_text(x, "Emso", emso);
	}
	xml_text(x, "Ime", data_cell(DATA_PEOPLE, row, 0));
	xml_text(x, "Priimek", data_cell(DATA_PEOPLE, row, 1));
	write_address(x, DATA_PEOPLE, row, 2);
	xml_close(x);
}

static void write_firm(struct xml_out *x, const char *maticna, uint64_t hash) {
	size_t row = hash % data_rows(DATA_FIRMS);
	xml_open(x, "PravnaOseba");
	if (maticna) {
		xml_text(x, "Maticna", maticna);
	}
	xml_text(x, "Naziv", data_cell(DATA_FIRMS, row, 0));
	write_address(x, DATA_FIRMS, row, 1);
	xml_close(x);
}

/* The holder asked for is echoed; a tax number is no part of the extract, so its holder is shown by name
 * only. */
static void write_holder(struct xml_out *x, const struct extract *e, const struct holder *h, uint64_t hash) {
	xml_open(x, "Imetnik");
	if (h && h->emso) {
		write_person(x, e->show_emso ? h->emso : NULL, model_hash(h->emso));
	} else if (h && h->maticna) {
		write_firm(x, h->maticna, model_hash(h->maticna));
	} else if (h && h->davcna) {
		write_firm(x, NULL, model_hash(h->davcna));
	} else if (h) {
		xml_open(x, "PravnaOseba");
		xml_text(x, "Naziv", "Republika Slovenija");
		xml_close(x);
	} else {
		write_person(x, NULL, hash);
	}
	xml_close(x);
}

static void write_basic_position(struct xml_out *x, const struct extract *e, const struct entry *entry, uint64_t hash) {
	enum property_kind kind = entry->property.kind;
	xml_open(x, "OsnovniPravniPolozaj");
	xml_int(x, "Id", id_of(2, hash, 0));
	xml_text(x, "Vrsta", kind == PROPERTY_BUILDING ? "ETAZNA_LASTNINA" : "LASTNINSKA_PRAVICA");
	xml_open(x, "Delez");
	xml_int(x, "Stevec", 1);
	xml_int(x, "Imenovalec", (int64_t)(1 + hash % 4));
	xml_close(x);
	write_holder(x, e, entry->holder, hash);
	xml_text(x, "ZacetekUcinkovanja", "2010-03-04T10:00:00+01:00");
	if (e->derived_rights) {
		xml_int(x, "IdOmejitve", id_of(3, hash, 0));
	}
	xml_close(x);
}

static void write_derived(struct xml_out *x, uint64_t hash) {
	xml_open(x, "IzvedenaPravica");
	xml_int(x, "Id", id_of(3, hash, 0));
	xml_text(x, "Vrsta", "HIPOTEKA");
	xml_open(x, "Terjatev");
	xml_int(x, "ZnesekStotini", (int64_t)(1000000 + hash % 90000000));
	xml_text(x, "Valuta", "EUR");
	xml_text(x, "Obresti", "3,1 % letno");
	xml_text(x, "Zapadlost", "2040-01-31");
	xml_close(x);
	xml_open(x, "Imetnik");
	write_firm(x, NULL, hash >> 8);
	xml_close(x);
	xml_text(x, "ZacetekUcinkovanja", "2015-06-01T08:00:00+02:00");
	xml_close(x);
	xml_open(x, "Zaznamba");
	xml_int(x, "Id", id_of(4, hash, 0));
	xml_text(x, "Vrsta", "ZAZNAMBA_IZVRSBE");
	xml_text(x, "OpravilnaStevilka", "I 12/2023");
	xml_text(x, "ZacetekUcinkovanja", "2023-02-03T08:00:00+01:00");
	xml_close(x);
}

static void write_entry(struct xml_out *x, const struct extract *e, const struct entry *entry) {
	static const char *const kinds[] = {
		[PROPERTY_PARCEL] = "PARCELA",
		[PROPERTY_BUILDING] = "STAVBA",
		[PROPERTY_PART] = "DEL_STAVBE",
		[PROPERTY_SPECIAL_COMMON] = "POSEBNI_SKUPNI_DEL",
		[PROPERTY_GENERAL_COMMON] = "SPLOSNI_SKUPNI_DEL",
	};
	uint64_t hash = property_hash(&entry->property);
	char ko[16], unknown[32];
	snprintf(ko, sizeof(ko), "%d", entry->property.ko);
	snprintf(unknown, sizeof(unknown), "k. o. %d", entry->property.ko);
	xml_open(x, "Nepremicnina");
	xml_int(x, "Id", id_of(1, hash, (unsigned)entry->property.kind));
	xml_text(x, "Vrsta", kinds[entry->property.kind]);
	xml_open(x, "IdZnak");
	xml_identifier(x, "", &entry->property);
	xml_close(x);
	xml_text(x, "NazivKo", data_find(DATA_KO, ko, 1, unknown));
	if (hash % 3 == 0) {
		xml_open(x, "Plomba");
		xml_text(x, "StevilkaDn", "Dn 123456/2024");
		xml_text(x, "CasZacetka", "2024-05-02T08:00:00+02:00");
		xml_text(x, "VrstaPostopka", "VKNJIZBA");
		xml_close(x);
	}
	write_basic_position(x, e, entry, hash);
	if (e->derived_rights) {
		write_derived(x, hash);
	}
	xml_close(x);
}

bool content_extract(const struct extract *e, struct gw_buf *out) {
	struct xml_out x;
	char number[32];
	uint64_t hash = (uint64_t)e->service;
	for (size_t i = 0; i < e->entry_count; i++) {
		hash = hash * 31 + property_hash(&e->entries[i].property);
	}
	snprintf(number, sizeof(number), "ZK-2024-%06u", (unsigned)(hash % 1000000));
	xml_begin(&x, "PodatkiRedniIzpis", "urn:esodstvo:ezk:podatki:1", NULL, NULL);
	xml_open(&x, "Glava");
	xml_text(&x, "StevilkaIzpisa", number);
	xml_text(&x, "CasIzdelave", CONTENT_TIME);
	xml_text(&x, "StanjeNaDan", CONTENT_TIME);
	if (e->purpose) {
		xml_text(&x, "Namen", e->purpose);
	}
	xml_close(&x);
	for (size_t i = 0; i < e->entry_count; i++) {
		write_entry(&x, e, &e->entries[i]);
	}
	return xml_finish(&x, out);
}
