/* gateway/cases/identify.h - what a login certificate says about the person who holds it: the attributes that SI-PASS
 * would send (FZ 4.2). */
#ifndef GW_CASES_IDENTIFY_H
#define GW_CASES_IDENTIFY_H
#include "vash/turn.h"

/* Mechanism KDP-SIGOV or KDP-SI by the issuer; ds, dso only where the certificate itself says them (DECISIONS:
 * "Attributes count only where the metadata value is T"). The texts are borrowed from `facts`. */
struct vash_identity identify(const struct cert_facts *facts);

/* May a person log in with it: issued to a natural person, for signing, not for a seal or a web site? */
bool identify_is_personal(const struct cert_facts *facts);
#endif
