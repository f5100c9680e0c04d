/* vash/services_csv.h - vash/codelists/services.csv, put into the program by the build (build/gen/services_csv.c). */
#ifndef GW_VASH_SERVICES_CSV_H
#define GW_VASH_SERVICES_CSV_H

extern const char vash_services_csv[];
#endif
