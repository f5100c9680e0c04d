/* vash/call_certificate.h - entering the call certificate <19a.1>: vs207-03, which vs208-01 uses too (FZ 5.3.7, 5.3.8).
 */
#ifndef GW_VASH_CALL_CERTIFICATE_H
#define GW_VASH_CALL_CERTIFICATE_H
#include "vash/procedure.h"

/* Field, help and, once a readable one was given, its facts <19a.6>-<19a.9>. */
void call_certificate_show(struct vash_turn *t);

/* Takes the field "certificate". vs207-03.3 in its order: issuer, unique, valid. *good: it may be used; the case keeps
 * "certificate" (PEM). Otherwise the page says why. `subject` is the user whose certificate it is to be. */
GW_NODISCARD enum gw_code call_certificate_take(struct vash_turn *t, const struct vash_subject *subject, bool *good);

/* The same tests for a certificate entered before (re-check at confirmation). */
GW_NODISCARD enum gw_code call_certificate_check(struct vash_turn *t, const char *pem,
						 const struct vash_subject *subject, struct vash_web_service *out,
						 bool *good);

/* A token for its proof of possession, unless that is proven already. */
GW_NODISCARD enum gw_code call_certificate_token(struct vash_turn *t, struct vash_web_service *s);
/* Where and how possession is proven, on the last page. */
void call_certificate_ask_touch(struct vash_turn *t, const char *token);

/* The facts of a certificate as lines of a page; `subject`: whose tax number its own should be (proof of possession,
 * DECISIONS). */
void call_certificate_facts(struct vash_turn *t, const struct vash_web_service *s);
/* The one before, while its overlap runs (vs208-01.3). */
void call_certificate_old(struct vash_turn *t, const struct vash_web_service *s);
/* What speaks against it now: validity, revocation that nobody could check, possession, organisation. How many doubts
 * there are; lists and registry of the turn are not asked. */
enum { CALL_CERTIFICATE_DOUBTS = 3 };
struct call_certificate_doubt {
	enum vash_say say;
	struct vash_text about; /* fills its sentence */
};
size_t call_certificate_doubts(struct vash_turn *t, const struct vash_web_service *s,
			       const struct vash_subject *subject,
			       struct call_certificate_doubt out[CALL_CERTIFICATE_DOUBTS]);
/* The same on the page. */
/* The judgement of the certificate at this moment, step by step, for who is about to decide. */
void call_certificate_steps(struct vash_turn *t, const struct vash_web_service *s);
void call_certificate_warn(struct vash_turn *t, const struct vash_web_service *s, const struct vash_subject *subject);
#endif
