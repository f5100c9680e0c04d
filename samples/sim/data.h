/* samples/sim/data.h - the invented register behind the simulator: the CSV files of --data-dir. */
#ifndef GW_SAMPLES_SIM_DATA_H
#define GW_SAMPLES_SIM_DATA_H
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum data_table {
	DATA_KO = 0, /* katastrske_obcine.csv: šifra; naziv */
	DATA_COURTS, /* sodisca.csv: šifra; naziv */
	DATA_PEOPLE, /* fizicne_osebe.csv: ime; priimek; ulica; hišna številka; poštna številka; pošta */
	DATA_FIRMS,  /* pravne_osebe.csv: naziv; ulica; hišna številka; poštna številka; pošta */
	DATA_CODES,  /* sifranti.csv: šifrant; šifra; naziv; velja od */
	DATA_TABLES
};
enum { DATA_COLUMNS = 6 };

/* Read once, before threads; constant afterwards. */
GW_NODISCARD enum gw_code data_load(const char *dir, struct gw_err *err);

size_t data_rows(enum data_table table);
const char *data_cell(enum data_table table, size_t row, size_t column); /* "" where the row is shorter */
/* Cell of the row whose first column is `key`, or `otherwise`. */
const char *data_find(enum data_table table, const char *key, size_t column, const char *otherwise);
#endif
