/* vash/numbers.h - check digits of Slovene identifiers (FZ 2.1 <3>, <4>, <5>). Pure.
 * Sources: EMŠO: Uredba Ur. l. RS 8/99; tax number: ZDavP; registration number: PRS (AJPES). */
#ifndef GW_VASH_NUMBERS_H
#define GW_VASH_NUMBERS_H
#include "base/span.h"

/* 13 digits DDMMLLLRRBBBK: a possible date and the check digit. RR is not judged: older regions occur. A remainder of
 * 10 passes as check digit 0 (whether such numbers were issued is for CRP to say). */
bool vash_emso_ok(struct gw_span text);

/* 8 digits, the first not 0, mod 11. */
bool vash_davcna_ok(struct gw_span text);

/* 7 digits, or 10 characters with the unit's suffix (which may begin with a letter); check digit = 7th. */
bool vash_maticna_ok(struct gw_span text);

/* The form kept in eCEU and compared: 10 characters, a missing suffix is "000". False if the text is neither form. */
bool vash_maticna_canonical(struct gw_span text, char out[11]);
#endif
