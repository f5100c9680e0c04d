/* samples/sim/content.h - the documents inside the zip files. Equal arguments give equal bytes.
 *
 * Each builder appends one document to `out` (initialised by the caller). False: out of memory. */
#ifndef GW_SAMPLES_SIM_CONTENT_H
#define GW_SAMPLES_SIM_CONTENT_H
#include "base/buf.h"
#include "samples/sim/model.h"

#define CONTENT_TIME "2024-05-06T09:30:00+02:00" /* every "made at": the same for ever */

bool content_extract(const struct extract *x, struct gw_buf *out);		     /* PodatkiRedniIzpis */
bool content_codelists(struct gw_buf *out);					     /* SifrantiPodatkiRedniIzpis */
bool content_existence(const struct entry *entries, size_t n, struct gw_buf *out);   /* KontrolaObstojNepremicnine */
bool content_same_rights(const struct entry *entries, size_t n, struct gw_buf *out); /* KontrolaEnakPravniPolozaj */
bool content_open_cases(const char *from, const char *to, const char *const *kinds, size_t n,
			struct gw_buf *out);					       /* OdprtiPostopki */
bool content_cases(const struct insolvency_case *cases, size_t n, struct gw_buf *out); /* PodatkiOZadevi */
bool content_pdf(const struct entry *entry, const char *purpose, struct gw_buf *out);

enum { CONTENT_FILES_MAX = 100 }; /* in one zip */
struct zip_file {
	char name[96];
	struct gw_buf bytes;
};
/* A zip of them, in order, all of the same fixed time; n <= CONTENT_FILES_MAX. */
bool content_zip(const struct zip_file *files, size_t n, struct gw_buf *out);

enum { CONTENT_MAX = 32 * 1024 * 1024 };
#endif
