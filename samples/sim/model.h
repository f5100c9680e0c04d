/* samples/sim/model.h - requests as plain structs: what the content builders know of a call. */
#ifndef GW_SAMPLES_SIM_MODEL_H
#define GW_SAMPLES_SIM_MODEL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum property_kind {
	PROPERTY_PARCEL = 0,
	PROPERTY_BUILDING,
	PROPERTY_PART,
	PROPERTY_SPECIAL_COMMON, /* posebni skupni del stavbe; identified like a part */
	PROPERTY_GENERAL_COMMON	 /* splošni skupni del stavbe */
};

struct property {
	enum property_kind kind;
	int ko;
	const char *parcel; /* PROPERTY_PARCEL: its number, else NULL */
	int building, part;
};

struct holder { /* exactly one is set; all NULL: the Republic of Slovenia */
	const char *emso, *maticna, *davcna;
};

/* One entry of a register extract: a property, and who holds it (NULL: somebody invented). */
struct entry {
	struct property property;
	const struct holder *holder;
};

struct extract {
	int service;
	const char *purpose; /* namen; NULL */
	const struct entry *entries;
	size_t entry_count;
	bool derived_rights; /* PT-1: derived rights and annotations too */
	bool show_emso;
};

struct insolvency_case {
	const char *court, *register_code; /* "11", "St" */
	int number, year;
};

/* Stable across runs and machines: everything invented is derived from it. */
uint64_t model_hash(const char *text);
uint64_t property_hash(const struct property *p);
int property_last_digit(const struct property *p); /* of the last number in its identifier */
/* "1737-1234/5", "1737-567", "1737-567-8" */
void property_text(const struct property *p, char *out, size_t size);
#endif
