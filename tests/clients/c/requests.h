/* tests/clients/c/requests.h - the generated request structs, filled from the parameters of a job. Memory is gSOAP's.
 */
#ifndef CLIENT_REQUESTS_H
#define CLIENT_REQUESTS_H
#include <jansson.h>

#include "soapH.h"

struct ezk__Zahtevek *zahtevek(struct soap *soap, json_t *from);
struct ezk__RedniIzpisGov *redni_izpis(struct soap *soap, json_t *from);
struct ezk__IskanjePoImetnikuGov *iskanje(struct soap *soap, json_t *from);
struct ezk__PodatkiNepremicnineGov *podatki_nepremicnine(struct soap *soap, json_t *from);
struct ezk__EnakPravniPolozajGov *enak_polozaj(struct soap *soap, json_t *from);
struct ezk__ZahtevekGov *zahtevek_gov(struct soap *soap, json_t *from);
struct ezk__Op1ZaImetnikeGov *op1(struct soap *soap, json_t *from);
struct ezk__IzpisZaStavbo *izpis_za_stavbo(struct soap *soap, json_t *from);
struct eins__GetOdprtiPostopki *odprti_postopki(struct soap *soap, json_t *from);
struct eins__GetPodatkiOZadevi *podatki_o_zadevi(struct soap *soap, json_t *from);
struct eins__GetOdprtiPostopkZaDS *odprti_postopek(struct soap *soap, json_t *from);
struct vash__PreveriPravice *preveri(struct soap *soap, json_t *from);
struct reg__Postopek *postopek(struct soap *soap, json_t *from);

#endif
