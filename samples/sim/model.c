#include "samples/sim/model.h"

#include <stdio.h>
#include <string.h>

uint64_t model_hash(const char *text) {
	uint64_t h = 14695981039346656037u; /* FNV-1a */
	for (const char *p = text; *p; p++) {
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	}
	return (h ^ h >> 32) * 0x9e3779b97f4a7c15u >> 16;
}

void property_text(const struct property *p, char *out, size_t size) {
	if (p->kind == PROPERTY_PARCEL) {
		snprintf(out, size, "%d-%s", p->ko, p->parcel);
	} else if (p->kind == PROPERTY_BUILDING) {
		snprintf(out, size, "%d-%d", p->ko, p->building);
	} else {
		snprintf(out, size, "%d-%d-%d", p->ko, p->building, p->part);
	}
}

uint64_t property_hash(const struct property *p) {
	char text[64];
	property_text(p, text, sizeof(text));
	return model_hash(text);
}

int property_last_digit(const struct property *p) {
	char text[64];
	property_text(p, text, sizeof(text));
	return text[strlen(text) - 1] - '0';
}
