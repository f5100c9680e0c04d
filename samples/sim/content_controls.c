/* The two controls of eZK and the code lists. Rules a test can foresee, by the last digit of the identifier.
 */
#include "samples/sim/content.h"
#include "samples/sim/data.h"
#include "samples/sim/xml_out.h"

static const char PODATKI[] = "urn:esodstvo:ezk:podatki:1";

/* 9: never existed. 0: deleted. Anything else: exists. */
static const char *existence(const struct property *p) {
	int digit = property_last_digit(p);
	return digit == 9 ? "NE_OBSTAJA" : digit == 0 ? "IZBRISANA" : "OBSTAJA";
}

bool content_existence(const struct entry *entries, size_t n, struct gw_buf *out) {
	struct xml_out x;
	xml_begin(&x, "KontrolaObstojNepremicnine", "urn:esodstvo:ezk:kontrola-obstoj:1", "p", PODATKI);
	xml_text(&x, "CasKontrole", CONTENT_TIME);
	for (size_t i = 0; i < n; i++) {
		xml_open(&x, "Nepremicnina");
		xml_open(&x, "IdZnak");
		xml_identifier(&x, "p:", &entries[i].property);
		xml_close(&x);
		xml_text(&x, "Status", existence(&entries[i].property));
		xml_close(&x);
	}
	return xml_finish(&x, out);
}

/* What tells this property from the first one; NULL = nothing. */
static const char *difference(const struct property *first, const struct property *p) {
	if (strcmp(existence(p), "NE_OBSTAJA") == 0) {
		return "NEPREMICNINA_NE_OBSTAJA";
	}
	return property_last_digit(p) % 2 != property_last_digit(first) % 2 ? "IZVEDENA_PRAVICA" : NULL;
}

static const char *verdict(const struct entry *entries, size_t n) {
	const char *status = "ENAK";
	for (size_t i = 0; i < n; i++) {
		const char *what = difference(&entries[0].property, &entries[i].property);
		if (what && strcmp(what, "NEPREMICNINA_NE_OBSTAJA") == 0) {
			return "NI_MOGOCE_UGOTOVITI";
		}
		status = what ? "RAZLICEN" : status;
	}
	return status;
}

bool content_same_rights(const struct entry *entries, size_t n, struct gw_buf *out) {
	struct xml_out x;
	xml_begin(&x, "KontrolaEnakPravniPolozaj", "urn:esodstvo:ezk:kontrola-enak-pravni-polozaj:1", "p", PODATKI);
	xml_text(&x, "Status", verdict(entries, n));
	xml_text(&x, "CasKontrole", CONTENT_TIME);
	for (size_t i = 0; i < n; i++) {
		xml_open(&x, "Nepremicnina");
		xml_identifier(&x, "p:", &entries[i].property);
		xml_close(&x);
	}
	for (size_t i = 0; i < n; i++) {
		const char *what = difference(&entries[0].property, &entries[i].property);
		if (what) {
			xml_open(&x, "Razlika");
			xml_open(&x, "Nepremicnina");
			xml_identifier(&x, "p:", &entries[i].property);
			xml_close(&x);
			xml_text(&x, "Vrsta", what);
			xml_close(&x);
		}
	}
	return xml_finish(&x, out);
}

bool content_codelists(struct gw_buf *out) {
	struct xml_out x;
	const char *list = "";
	xml_begin(&x, "SifrantiPodatkiRedniIzpis", "urn:esodstvo:ezk:sifranti:1", NULL, NULL);
	xml_text(&x, "CasIzdelave", CONTENT_TIME);
	for (size_t i = 0; i < data_rows(DATA_CODES); i++) {
		const char *name = data_cell(DATA_CODES, i, 0);
		if (strcmp(name, list) != 0) {
			if (list[0]) {
				xml_close(&x);
			}
			xml_open(&x, "Sifrant");
			xml_text(&x, "Ime", name);
			list = name;
		}
		xml_open(&x, "Vrednost");
		xml_text(&x, "Sifra", data_cell(DATA_CODES, i, 1));
		xml_text(&x, "Naziv", data_cell(DATA_CODES, i, 2));
		xml_text(&x, "VeljaOd", data_cell(DATA_CODES, i, 3));
		xml_close(&x);
	}
	if (list[0]) {
		xml_close(&x);
	}
	xml_open(&x, "Sifrant");
	xml_text(&x, "Ime", "KatastrskaObcina");
	for (size_t i = 0; i < data_rows(DATA_KO); i++) {
		xml_open(&x, "Vrednost");
		xml_text(&x, "Sifra", data_cell(DATA_KO, i, 0));
		xml_text(&x, "Naziv", data_cell(DATA_KO, i, 1));
		xml_close(&x);
	}
	xml_close(&x);
	return xml_finish(&x, out);
}
