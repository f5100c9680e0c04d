#include "samples/sim/data.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 200 };

struct row {
	char *line; /* owned; the cells point into it */
	const char *cell[DATA_COLUMNS];
};

static struct row rows[DATA_TABLES][ROWS_MAX];
static size_t counts[DATA_TABLES];
static const char *const files[DATA_TABLES] = {"katastrske_obcine.csv", "sodisca.csv", "fizicne_osebe.csv",
					       "pravne_osebe.csv", "sifranti.csv"};

static void split(struct row *row) {
	char *p = row->line;
	for (size_t i = 0; i < DATA_COLUMNS; i++) {
		row->cell[i] = p ? p : "";
		char *next = p ? strchr(p, ';') : NULL;
		if (next) {
			*next++ = '\0';
		}
		p = next;
	}
}

static enum gw_code load(const char *dir, enum data_table table, struct gw_err *err) {
	char path[4096], line[512];
	snprintf(path, sizeof(path), "%s/%s", dir, files[table]);
	FILE *f = fopen(path, "re");
	if (!f) {
		return gw_fail(err, GW_E_CONFIG, "cannot open '%s': %s", path, strerror(errno));
	}
	bool header = true;
	while (fgets(line, sizeof(line), f) && counts[table] < ROWS_MAX) {
		line[strcspn(line, "\r\n")] = '\0';
		if (header || line[0] == '\0') {
			header = false;
			continue;
		}
		struct row *row = &rows[table][counts[table]];
		row->line = strdup(line);
		if (row->line) {
			split(row);
			counts[table]++;
		}
	}
	fclose(f);
	return counts[table] > 0 ? GW_OK : gw_fail(err, GW_E_CONFIG, "'%s' has no rows", path);
}

enum gw_code data_load(const char *dir, struct gw_err *err) {
	enum gw_code rc = GW_OK;
	for (unsigned t = 0; t < DATA_TABLES && rc == GW_OK; t++) {
		rc = load(dir, (enum data_table)t, err);
	}
	return rc;
}

size_t data_rows(enum data_table table) {
	return counts[table];
}

const char *data_cell(enum data_table table, size_t row, size_t column) {
	return rows[table][row].cell[column];
}

const char *data_find(enum data_table table, const char *key, size_t column, const char *otherwise) {
	for (size_t i = 0; i < counts[table]; i++) {
		if (strcmp(rows[table][i].cell[0], key) == 0) {
			return rows[table][i].cell[column];
		}
	}
	return otherwise;
}
