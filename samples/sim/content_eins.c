/* Insolvency cases: invented from the dates, kinds and case numbers that were asked for. */
#include "samples/sim/content.h"
#include "samples/sim/data.h"
#include "samples/sim/xml_out.h"

static const char POSTOPKI[] = "urn:esodstvo:eins:postopki:1";

static void write_case_number(struct xml_out *x, const char *prefix, const struct insolvency_case *c) {
	xml_open(x, "Zadeva");
	const char *before = x->prefix;
	x->prefix = prefix;
	xml_text(x, "Sodisce", c->court);
	xml_text(x, "NazivSodisca", data_find(DATA_COURTS, c->court, 1, "Neznano sodišče"));
	xml_text(x, "Vpisnik", c->register_code);
	xml_int(x, "Stevilka", c->number);
	xml_int(x, "Leto", c->year);
	x->prefix = before;
	xml_close(x);
}

static void write_debtor(struct xml_out *x, const char *prefix, uint64_t hash) {
	xml_open(x, "Dolznik");
	const char *before = x->prefix;
	x->prefix = prefix;
	xml_text(x, "Naziv", data_cell(DATA_FIRMS, hash % data_rows(DATA_FIRMS), 0));
	xml_text(x, "Maticna", "5491711000");
	x->prefix = before;
	xml_close(x);
}

bool content_open_cases(const char *from, const char *to, const char *const *kinds, size_t n, struct gw_buf *out) {
	struct xml_out x;
	xml_begin(&x, "OdprtiPostopki", POSTOPKI, NULL, NULL);
	xml_text(&x, "CasIzdelave", CONTENT_TIME);
	xml_text(&x, "OdDatuma", from);
	xml_text(&x, "DoDatuma", to);
	for (size_t i = 0; i < n; i++) {
		uint64_t hash = model_hash(from) + model_hash(kinds[i]);
		struct insolvency_case c = {.court = data_cell(DATA_COURTS, hash % data_rows(DATA_COURTS), 0),
					    .register_code = "St",
					    .number = (int)(1 + hash % 9999),
					    .year = (int)strtol(from, NULL, 10)};
		xml_open(&x, "Postopek");
		write_case_number(&x, "", &c);
		xml_text(&x, "Vrsta", kinds[i]);
		xml_text(&x, "DatumZacetka", from);
		write_debtor(&x, "", hash);
		xml_text(&x, "Upravitelj", "Ana Vzorčna");
		xml_close(&x);
	}
	return xml_finish(&x, out);
}

/* Case number ending in 0: no such case. Else even: open, odd: closed. */
static void write_case(struct xml_out *x, const struct insolvency_case *c) {
	bool open = c->number % 2 == 0;
	char begun[32], ended[32];
	snprintf(begun, sizeof(begun), "%04d-01-15", c->year);
	snprintf(ended, sizeof(ended), "%04d-11-20", c->year);
	xml_open(x, "Postopek");
	write_case_number(x, "pp:", c);
	if (c->number % 10 == 0) {
		xml_text(x, "Stanje", "ZADEVA_NE_OBSTAJA");
		xml_close(x);
		return;
	}
	xml_text(x, "Stanje", open ? "ODPRT" : "KONCAN");
	xml_text(x, "Vrsta", "STECAJ");
	xml_text(x, "DatumZacetka", begun);
	if (!open) {
		xml_text(x, "DatumKonca", ended);
	}
	write_debtor(x, "pp:", (uint64_t)c->number);
	xml_text(x, "Upravitelj", "Črt Žagar Preskusni");
	xml_open(x, "Dogodek");
	xml_text(x, "Datum", begun);
	xml_text(x, "Vrsta", "SKLEP_O_ZACETKU");
	xml_text(x, "Opis", "začetek stečajnega postopka");
	xml_close(x);
	xml_close(x);
}

bool content_cases(const struct insolvency_case *cases, size_t n, struct gw_buf *out) {
	struct xml_out x;
	xml_begin(&x, "PodatkiOZadevi", "urn:esodstvo:eins:zadeva:1", "pp", POSTOPKI);
	xml_text(&x, "CasIzdelave", CONTENT_TIME);
	for (size_t i = 0; i < n; i++) {
		write_case(&x, &cases[i]);
	}
	return xml_finish(&x, out);
}
